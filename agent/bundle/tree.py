"""The folder that a bundle is: launchers, CPython, packages, the agent itself, licences, and a file that says what it is.

```
WorkPulseAgent.exe  wpagent.exe  README.txt  LICENSE.txt  build.json
runtime/   CPython, Lib/site-packages/ (compiled)
app/       agent/ and policy/, as source and compiled
licences/  one folder a package
```
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from agent import VERSION
from agent.bundle.launcher import LAUNCHERS, build_launchers
from agent.bundle.lock import ROOT, install_locked, lock_file
from agent.bundle.runtime import Runtime, unpack_runtime
from agent.bundle.signing import sign
from agent.bundle.trouble import BundleError, run_tool

ROOMS = ("agent", "policy")
NOT_SHIPPED = ("agent/bundle", "agent/__main__.py")
"""The builder stays at home; `agent/__main__.py` makes an environment, which a bundle already is."""
TRIMMED = (
    *("*.chm", "bin", "pythonwin", "adodbapi", "isapi", "win32comext", "win32/include", "win32/libs", "win32/scripts", "win32/Demos"),
    *("**/test", "**/tests", "**/demos", "**/Demos", "**/__pycache__", "**/*.pyi", "**/*.c", "**/*.h", ".lock"),
    *("*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED", "*.dist-info/direct_url.json", "*.dist-info/uv_*"),
)
"""Parts of the packages that the agent never loads, and what the installer noted about this one installation."""
README = """WorkPulse agent {version}

Double-click WorkPulseAgent.exe: it shows what would be recorded and asks; nothing is recorded before you answer.
On the command line: wpagent --help. For IT: docs/it.md of the project.
"""


@dataclass(frozen=True)
class Recipe:
    """What a bundle is made from."""

    runtime: Runtime
    wheels: Path | None = None
    sign_with: str | None = None


def build_tree(recipe: Recipe, folder: Path) -> None:
    """Fill the empty `folder` with everything a PC needs."""
    packages = folder / "runtime" / "Lib" / "site-packages"
    unpack_runtime(recipe.runtime, folder / "runtime")
    install_locked(recipe.runtime.python, packages, recipe.wheels)
    _trim(packages)
    _copy_licences(packages, folder)
    _copy_rooms(folder / "app")
    _compile(recipe.runtime, packages, sources=False)
    _compile(recipe.runtime, folder / "app", sources=True)
    build_launchers(folder, recipe.runtime.tag)
    for launcher in LAUNCHERS:
        sign(folder / launcher.name, recipe.sign_with)
    (folder / "README.txt").write_bytes(README.format(version=VERSION).replace("\n", "\r\n").encode())
    _write_build_note(recipe, folder)


def files_of(folder: Path) -> list[Path]:
    """Return every file in `folder`, always in the same order."""
    return sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.relative_to(folder).as_posix())


def _trim(packages: Path) -> None:
    for pattern in TRIMMED:
        for path in list(packages.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _copy_licences(packages: Path, folder: Path) -> None:
    """Put every licence text where a person finds it: CPython's, ours, and one folder for each package."""
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE.txt")
    shutil.copyfile(folder / "runtime" / "LICENSE.txt", _made(folder / "licences" / "cpython") / "LICENSE.txt")
    shutil.copyfile(ROOT / "docs" / "third-party.md", folder / "licences" / "third-party.md")
    for package in sorted(packages.glob("*.dist-info")):
        name = package.name.removesuffix(".dist-info")
        texts = [path for path in package.rglob("*") if path.is_file() and path.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))]
        for text in texts or [package / "METADATA"]:
            shutil.copyfile(text, _made(folder / "licences" / name) / text.name)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _copy_rooms(app: Path) -> None:
    for room in ROOMS:
        for path in files_of(ROOT / room):
            inside = path.relative_to(ROOT).as_posix()
            if not inside.startswith(NOT_SHIPPED) and "__pycache__" not in path.parts:
                _made((app / inside).parent)
                shutil.copyfile(path, app / inside)


def _compile(runtime: Runtime, folder: Path, *, sources: bool) -> None:
    """Compile ahead, because the program's folder is never written to; packages then go without their sources."""
    python = _interpreter_like(runtime)
    # -b puts the compiled file where the source was; a hash instead of a time makes the same bytes every time
    beside = ["-o", "0"] if sources else ["-b"]
    command = [python, "-m", "compileall", "-q", "-f", *beside, "--invalidation-mode", "unchecked-hash", "-s", str(folder), "."]
    run_tool(command, cwd=folder, environment=os.environ | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"})
    if not sources:
        for path in files_of(folder):
            if path.suffix == ".py" and path.with_suffix(".pyc").exists():
                path.unlink()


def _interpreter_like(runtime: Runtime) -> str:
    """Return an interpreter on this system whose compiled files the bundle's CPython reads."""
    for candidate in (sys.executable, shutil.which(f"python{runtime.python}"), _found_by_uv(runtime.python)):
        if candidate and _magic_of(candidate) == runtime.magic:
            return candidate
    raise BundleError(f"To compile for it, Python {runtime.python} must be installed here as well; `uv python install` does that.")


def _found_by_uv(python: str) -> str | None:
    from agent.bundle.lock import find_uv

    try:
        return run_tool([find_uv(), "python", "find", "--no-project", "--system", python]).strip()
    except BundleError:
        return None


def _magic_of(python: str) -> bytes:
    try:
        return bytes.fromhex(run_tool([python, "-c", "import importlib.util as u; print(u.MAGIC_NUMBER.hex())"]).strip())
    except BundleError:
        return b""


def _write_build_note(recipe: Recipe, folder: Path) -> None:
    note = {
        "version": VERSION,
        "python": recipe.runtime.python,
        "python_embed_sha256": recipe.runtime.sha256,
        "lock_sha256": hashlib.sha256(lock_file(recipe.runtime.python).read_bytes()).hexdigest(),
        "app_sha256": _digest_of(folder / "app"),
        "signed": recipe.sign_with is not None,
    }
    (folder / "build.json").write_text(json.dumps(note, indent=1) + "\n", encoding="ascii")


def _digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in files_of(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
