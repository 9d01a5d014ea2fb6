"""The CPython inside a bundle: an embeddable Windows distribution, taken only when its hash is the expected one."""

from __future__ import annotations

import hashlib
import hmac
import io
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from agent.bundle.trouble import BundleError

_LIBRARY = re.compile(r"python3(\d\d)\.dll", re.ASCII)
_AMD64 = 0x8664
_LEFT_OUT = frozenset({"python.exe", "pythonw.exe"})
"""A PC gets the agent, not an interpreter that runs any script under a trusted name."""


@dataclass(frozen=True)
class Runtime:
    """An embeddable CPython: its minor version, its files, and the hash of the archive they came in."""

    python: str
    sha256: str
    files: dict[str, bytes]

    @property
    def tag(self) -> str:
        """Return "311" for 3.11."""
        return self.python.replace(".", "")

    @property
    def magic(self) -> bytes:
        """Return what compiled files must begin with to be read by this CPython."""
        with zipfile.ZipFile(io.BytesIO(self.files[f"python{self.tag}.zip"])) as library:
            first = next(name for name in sorted(library.namelist()) if name.endswith(".pyc"))
            return library.read(first)[:4]


def read_runtime(archive: Path, sha256: str) -> Runtime:
    """Return the CPython in `archive`; raise BundleError unless its hash is `sha256` and it is one for 64-bit Windows."""
    content = archive.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if not hmac.compare_digest(found, sha256.strip().lower()):
        raise BundleError(f"{archive.name} has the SHA-256 {found}, not the expected one; it is not used.")
    try:
        files = _files_of(content)
    except zipfile.BadZipFile as fault:
        raise BundleError(f"{archive.name} is no zip file: {fault}.") from None
    [tag] = {match[1] for name in files if (match := _LIBRARY.fullmatch(name))}
    library = files[f"python3{tag}.dll"]
    if machine_of(library) != _AMD64:
        raise BundleError(f"{archive.name} is not for 64-bit Windows (amd64).")
    if f"python3{tag}.zip" not in files:
        raise BundleError(f"{archive.name} is no embeddable CPython: python3{tag}.zip is missing.")
    return Runtime(f"3.{tag}", found, files)


def machine_of(image: bytes) -> int:
    """Return the machine that the PE file `image` is for, 0 when it is none."""
    try:
        [header] = struct.unpack_from("<I", image, 0x3C)
        signature, machine = struct.unpack_from("<4sH", image, header)
    except struct.error:
        return 0
    return int(machine) if image[:2] == b"MZ" and signature == b"PE\0\0" else 0


def unpack_runtime(runtime: Runtime, folder: Path) -> None:
    """Write the CPython into `folder`, told to look for modules in the bundle and nowhere else."""
    for name, content in runtime.files.items():
        if name not in _LEFT_OUT and not name.endswith("._pth"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    # the last line lets the packages add their own folders of libraries; with this file Python ignores the environment
    lines = [f"python{runtime.tag}.zip", ".", "Lib\\site-packages", "..\\app", "import site"]
    (folder / f"python{runtime.tag}._pth").write_bytes("".join(f"{line}\r\n" for line in lines).encode("ascii"))


def _files_of(content: bytes) -> dict[str, bytes]:
    """Return the files beside python3xx.dll; some archives hold them in a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [PurePosixPath(name) for name in archive.namelist() if not name.endswith("/")]
        places = [name.parent for name in names if _LIBRARY.fullmatch(name.name)]
        if len(places) != 1:
            raise BundleError("The archive holds no CPython for Windows, or more than one.")
        inside = [name for name in names if name.is_relative_to(places[0])]
        if any(".." in name.parts or "\\" in str(name) or ":" in str(name) for name in inside):
            raise BundleError("The archive holds names that lead out of it.")
        return {str(name.relative_to(places[0])): archive.read(str(name)) for name in sorted(inside)}
