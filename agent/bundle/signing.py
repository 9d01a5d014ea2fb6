"""Signs what PCs will run with the company's own certificate, by whatever tool holds it."""

from __future__ import annotations

import shlex
from pathlib import Path

from agent.bundle.trouble import BundleError, run_tool


def sign(file: Path, command: str | None) -> None:
    """Run `command` on `file`: `{in}` is the file, `{out}` (if named) the signed one that then takes its place."""
    if command is None:
        return
    signed = file.with_name(f"{file.name}.signed")
    words = [word.replace("{in}", str(file)).replace("{out}", str(signed)) for word in shlex.split(command, posix=True)]
    if str(file) not in words:
        raise BundleError("The signing command must name {in} as a word of its own.")
    run_tool(words)
    if "{out}" in command:
        signed.replace(file)
