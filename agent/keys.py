"""The one key of this PC's agent: made once, kept wrapped so that it opens for this account on this PC only.

On Windows the system's own data protection (DPAPI) wraps it. Elsewhere no system keeps secrets for programs that must
start without a password, so it is sealed to the installation's id and the account's number, in a file that only this account
may read: a copy of the folder (a backup, a stick, another account's home) does not open elsewhere. That does not protect it
from who can act as this account or as root on this PC, or holds an image of the whole disk.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from agent.folder import write_whole
from agent.sealing import Sealer, UnopenedError

KEY_BYTES = 32
_PURPOSE = b"WorkPulse agent buffer"
INSTALLATION_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")


class KeyUnreadableError(ValueError):
    """There is a key file, but no key comes out of it."""


def load_or_make_key(path: Path) -> bytes:
    """Return the key in `path`; make one when there is none, and also when it cannot be read any more.

    An unreadable key is set aside, not deleted. What it sealed no longer opens, and the buffer declares that as lost.
    """
    try:
        return load_key(path)
    except FileNotFoundError:
        pass
    except KeyUnreadableError:
        path.replace(path.with_name(f"{path.name}.unreadable-{time.time_ns()}"))
    key = os.urandom(KEY_BYTES)
    write_whole(path, _wrap(key))
    return key


def load_key(path: Path) -> bytes:
    """Return the key in `path`; raise KeyUnreadableError when the file holds none."""
    key = _unwrap(path.read_bytes())
    if len(key) != KEY_BYTES:
        raise KeyUnreadableError(f"{path.name} does not hold a key")
    return key


if sys.platform == "win32":
    import pywintypes
    import win32crypt

    _NO_DIALOG = 0x1

    def _wrap(key: bytes) -> bytes:
        return bytes(win32crypt.CryptProtectData(key, "WorkPulse", _PURPOSE, None, None, _NO_DIALOG))

    def _unwrap(wrapped: bytes) -> bytes:
        try:
            return bytes(win32crypt.CryptUnprotectData(wrapped, _PURPOSE, None, None, _NO_DIALOG)[1])
        except pywintypes.error as fault:
            raise KeyUnreadableError(f"Windows does not unwrap the key: {fault.strerror}") from None

else:
    import hmac

    _SALT_BYTES = 16

    def _wrap(key: bytes) -> bytes:
        salt = os.urandom(_SALT_BYTES)
        return salt + _wrapper(salt).seal(key, _PURPOSE)

    def _unwrap(wrapped: bytes) -> bytes:
        try:
            return _wrapper(wrapped[:_SALT_BYTES]).open(wrapped[_SALT_BYTES:], _PURPOSE)
        except UnopenedError:
            raise KeyUnreadableError("the key file is damaged, or was made on another PC or by another account") from None

    def _wrapper(salt: bytes) -> Sealer:
        """The installation's id is 128 random bits, so one keyed hash of it is a key."""
        return Sealer(hmac.digest(salt, f"{_installation()}|{os.getuid()}".encode(), "sha256"))

    def _installation() -> str:
        """Return the id that the system gave this installation; a system without one binds the key to the account alone."""
        for path in INSTALLATION_IDS:
            try:
                if found := Path(path).read_text("ascii").strip():
                    return found
            except (OSError, ValueError):
                continue
        return ""
