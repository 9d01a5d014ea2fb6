"""Make the project's own environment and carry on inside it; standard library only, because nothing else is there yet."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)
SETS = {
    "server": ["requirements-server.txt"],
    "agent": ["requirements-agent.txt"],
    "tests": ["requirements-server.txt", "requirements-agent.txt", "tests/requirements.txt"],
}


def enter(wanted: str) -> None:
    """Return inside an interpreter that has the requirements of `wanted` (a key of SETS).

    Makes `.venv` beside this file on the first call (uv if present, else venv and pip) and starts the
    same command again inside it. Exits with a sentence when Python is too old or the install fails.
    """
    if sys.version_info < OLDEST:
        sys.exit(f"WorkPulse needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")
    _put_root_first()
    python = _python_of(ENVIRONMENT)
    if not _is_current(wanted, python):
        _install(wanted, python)
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        _start_again(python)


def _put_root_first() -> None:
    """`python server` puts server/ itself first on the path, where our own file names would shadow the standard library."""
    if sys.path and Path(sys.path[0]).resolve() != ROOT:
        sys.path[0] = str(ROOT)


def _python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _stamp(wanted: str) -> Path:
    return ENVIRONMENT / f"workpulse-{wanted}.stamp"


def _fingerprint(wanted: str) -> str:
    texts = b"".join((ROOT / name).read_bytes() for name in SETS[wanted])
    return hashlib.sha256(texts).hexdigest()


def _is_current(wanted: str, python: Path) -> bool:
    stamp = _stamp(wanted)
    return python.exists() and stamp.exists() and stamp.read_text() == _fingerprint(wanted)


def _install(wanted: str, python: Path) -> None:
    files = [argument for name in SETS[wanted] for argument in ("-r", str(ROOT / name))]
    uv = shutil.which("uv")
    print(f"WorkPulse: setting up {ENVIRONMENT} for {wanted} with {'uv' if uv else 'pip'}, once …", file=sys.stderr, flush=True)
    if not python.exists():
        make = [uv, "venv", "--quiet", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        _run([*make, str(ENVIRONMENT)])
    if uv:
        _run([uv, "pip", "install", "--quiet", "--python", str(python), *files])
    else:
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *files])
    for name, files_of in SETS.items():
        if set(files_of) <= set(SETS[wanted]):
            _stamp(name).write_text(_fingerprint(name))


def _run(command: list[str]) -> None:
    # What the installers say belongs beside our own progress, never in what a script reads from standard output.
    result = subprocess.run(command, stdout=sys.stderr.fileno(), check=False)
    if result.returncode:
        hint = " On Debian, 'apt-get install python3-venv' first." if command[1:3] == ["-m", "venv"] else ""
        sys.exit(f"WorkPulse could not set up its environment: {' '.join(command[:4])} … ended with {result.returncode}.{hint}")


def _start_again(python: Path) -> None:
    command = [str(python), *sys.orig_argv[1:]]
    if os.name == "nt":  # exec on Windows returns to the shell at once and leaves two programs reading one keyboard
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)
