"""What can keep a bundle from being built, and how its tools are run."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class BundleError(RuntimeError):
    """The bundle cannot be built; the sentence says why and what helps."""


def run_tool(command: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Run `command` and return what it printed; raise BundleError with its last words when it fails."""
    try:
        done = subprocess.run(list(command), cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BundleError(f"{command[0]} is not installed.") from None
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip())[-2000:]
        raise BundleError(f"{Path(command[0]).name} ended with {done.returncode}: {words}")
    return done.stdout
