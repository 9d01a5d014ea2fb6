"""What IT set before anybody signed in: which server this PC belongs to, and the code to enrol with.

A file `agent-setup.toml` beside the program (zip, USB stick) wins over the registry (MSI, GPO, Intune):
HKEY_LOCAL_MACHINE\\SOFTWARE\\WorkPulse\\Agent with the texts Server, Code and Fingerprint.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = "agent-setup.toml"
KEY = r"SOFTWARE\WorkPulse\Agent"


class ProvisionError(ValueError):
    """What IT set cannot be used; the sentence says why."""


class Provision(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to enrol, and with what; an empty fingerprint leaves the check to the code's own."""

    server: str
    code: str
    fingerprint: str = ""


def find_provision(program: Path) -> Provision | None:
    """Return what IT set for the program in the folder `program`, None when nothing is; raise ProvisionError when it is no use."""
    file = program / FILE
    if file.exists():
        return _from_file(file)
    texts = _from_registry()
    return _understood(texts, "the registry") if texts.get("server") and texts.get("code") else None


def _from_file(file: Path) -> Provision:
    try:
        return _understood(tomllib.loads(file.read_text("utf-8-sig")), FILE)  # Notepad writes the mark of UTF-8 at the beginning
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise ProvisionError(f"{FILE} cannot be read: {fault}.") from None


def _understood(texts: Mapping[str, object], where: str) -> Provision:
    try:
        return msgspec.convert(texts, type=Provision)
    except msgspec.ValidationError as fault:
        raise ProvisionError(f"What {where} says is not understood: {fault}. It may hold server, code and fingerprint.") from None


if sys.platform == "win32":
    import winreg

    def _from_registry() -> dict[str, str]:
        """Return the texts under KEY; a missing one is left out."""
        found = {}
        for name in ("Server", "Code", "Fingerprint"):
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, KEY, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                    found[name.lower()] = str(winreg.QueryValueEx(key, name)[0]).strip()
            except OSError:
                continue
        return found

else:

    def _from_registry() -> dict[str, str]:
        return {}
