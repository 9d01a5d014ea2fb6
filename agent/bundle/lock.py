"""Which packages go into a bundle: one file per version of Python, every wheel for 64-bit Windows with its hashes."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from agent.bundle.trouble import BundleError, run_tool

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = "requirements-agent.txt"
PLATFORM = "x86_64-pc-windows-msvc"
PYTHONS = ("3.11", "3.12")


def lock_file(python: str) -> Path:
    """Return where the packages for `python` ("3.11") are locked."""
    return Path(__file__).with_name(f"windows-py{python.replace('.', '')}.lock")


def write_lock(python: str) -> Path:
    """Lock the wheels that requirements-agent.txt means on Windows with `python`; return the file."""
    file = lock_file(python)
    options = ["--python-platform", PLATFORM, "--python-version", python, "--only-binary", ":all:", "--generate-hashes", "--upgrade"]
    plain = ["--no-header", "--no-annotate", "--quiet", "--output-file", str(file)]
    run_tool([find_uv(), "pip", "compile", *options, *plain, REQUIREMENTS], cwd=ROOT)
    first = f"# Made by `python -m agent.bundle lock` from {REQUIREMENTS}; not to be edited.\n"
    file.write_bytes((first + file.read_text("utf-8")).encode())
    return file


def install_locked(python: str, target: Path, wheels: Path | None = None) -> None:
    """Put the locked packages into `target`, each checked by its hash; from the folder `wheels` only, if it is given."""
    file = lock_file(python)
    if not file.exists():
        raise BundleError(
            f"There is no lock for Python {python}; there are {', '.join(PYTHONS)}. `python -m agent.bundle lock` makes them."
        )
    options = ["--python-platform", PLATFORM, "--python-version", python, "--only-binary", ":all:", "--require-hashes", "--no-deps"]
    offline = ["--offline", "--no-index", "--find-links", str(wheels)] if wheels else []
    # a target has no interpreter of its own; uv wants to be shown any one
    place = ["--python", sys.executable, "--target", str(target), "--link-mode", "copy", "--quiet"]
    run_tool([find_uv(), "pip", "install", *place, *options, *offline, "-r", str(file)], cwd=ROOT)


def find_uv() -> str:
    """Return the uv to use; unlike pip it resolves for Windows on any system."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        raise BundleError("uv is not installed; `pip install uv` installs it.")
    return found
