"""The two programs people see: WorkPulseAgent.exe without a console, wpagent.exe for the command line."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from agent import VERSION
from agent.bundle.trouble import BundleError, run_tool

HERE = Path(__file__).parent
TOOLS = ("x86_64-w64-mingw32-", "")
"""What a MinGW-w64 compiler's names begin with: on Linux, and on Windows itself."""
_HARD = "-Wl,--no-insert-timestamp,--dynamicbase,--nxcompat,--high-entropy-va"


class Launcher(NamedTuple):
    """One program of the bundle."""

    name: str
    subsystem: str
    said: str


LAUNCHERS = (
    Launcher("WorkPulseAgent.exe", "windows", "WorkPulse agent: records work activity, visibly"),
    Launcher("wpagent.exe", "console", "WorkPulse agent: command line"),
)

_RESOURCE = """#include <windows.h>
1 RT_MANIFEST "launcher.manifest"
VS_VERSION_INFO VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEOS VOS_NT_WINDOWS32
FILETYPE VFT_APP
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904b0"
    BEGIN
      VALUE "CompanyName", "WorkPulse"
      VALUE "FileDescription", "{said}"
      VALUE "FileVersion", "{version}"
      VALUE "LegalCopyright", "GPL-3.0-or-later"
      VALUE "OriginalFilename", "{name}"
      VALUE "ProductName", "WorkPulse"
      VALUE "ProductVersion", "{version}"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1200
  END
END
"""


def build_launchers(folder: Path, python_tag: str) -> None:
    """Compile both launchers for `python3xx.dll` into `folder`; the same input gives the same bytes."""
    prefix = _compiler()
    with tempfile.TemporaryDirectory() as place:
        for file in ("launcher.c", "launcher.manifest"):
            shutil.copy(HERE / file, place)
        for launcher in LAUNCHERS:
            (folder / launcher.name).write_bytes(_compiled(Path(place), prefix, launcher, python_tag))


def version_numbers() -> str:
    """Return the version as the four numbers Windows wants."""
    return ",".join([*VERSION.split("."), "0", "0", "0"][:4])


def _compiled(place: Path, prefix: str, launcher: Launcher, python_tag: str) -> bytes:
    text = _RESOURCE.format(numbers=version_numbers(), version=VERSION, name=launcher.name, said=launcher.said)
    (place / "launcher.rc").write_text(text, encoding="ascii")
    run_tool([f"{prefix}windres", "launcher.rc", "-O", "coff", "-o", "resource.o"], cwd=place)
    console = ["-DCONSOLE"] if launcher.subsystem == "console" else []
    name = f'-DPYTHON_DLL=L"python{python_tag}.dll"'
    flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Os", "-s", "-municode", f"-Wl,--subsystem,{launcher.subsystem}", _HARD]
    run_tool([f"{prefix}gcc", *flags, name, *console, "launcher.c", "resource.o", "-o", "launcher.exe"], cwd=place)
    return (place / "launcher.exe").read_bytes()


def _compiler() -> str:
    for prefix in TOOLS:
        if shutil.which(f"{prefix}gcc") and shutil.which(f"{prefix}windres"):
            return prefix
    raise BundleError("No MinGW-w64 compiler is installed; on Debian: apt-get install gcc-mingw-w64-x86-64-win32.")
