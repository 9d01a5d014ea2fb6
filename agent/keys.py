"""The one key of this PC's agent: made once, wrapped by DPAPI on Windows, in a file of this account only elsewhere."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from agent.folder import write_whole

KEY_BYTES = 32
_PURPOSE = b"WorkPulse agent buffer"


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

    def _wrap(key: bytes) -> bytes:
        return key.hex().encode()

    def _unwrap(wrapped: bytes) -> bytes:
        try:
            return bytes.fromhex(wrapped.decode("ascii"))
        except ValueError:
            raise KeyUnreadableError("the key file is damaged") from None
