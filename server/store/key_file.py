"""A key in a file of its own: made once, readable by this account only, and on Windows wrapped by the system for it."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

KEY_BYTES = 32
_PURPOSE = b"WorkPulse server"


class KeyUnreadableError(RuntimeError):
    """There is a key file, but no key comes out of it, or there is none; the sentence says which."""


if sys.platform == "win32":
    import pywintypes
    import win32crypt

    _NO_DIALOG = 0x1

    def _wrap(key: bytes) -> bytes:
        return bytes(win32crypt.CryptProtectData(key, "WorkPulse", _PURPOSE, None, None, _NO_DIALOG))

    def _unwrap(wrapped: bytes, path: Path) -> bytes:
        try:
            return bytes(win32crypt.CryptUnprotectData(wrapped, _PURPOSE, None, None, _NO_DIALOG)[1])
        except pywintypes.error as fault:
            raise KeyUnreadableError(f"Windows does not unwrap {path.name} for this account: {fault.strerror}") from None

else:

    def _wrap(key: bytes) -> bytes:
        return key

    def _unwrap(wrapped: bytes, path: Path) -> bytes:
        return wrapped


def make_key(path: Path, key: bytes | None = None) -> bytes:
    """Write a new key, or the one given, into a file that must not be there yet, and return it."""
    made = key or os.urandom(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_wrap(made))
        file.flush()
        os.fsync(file.fileno())
    return made


def read_key(path: Path) -> bytes:
    """Return the key in a file; raise KeyUnreadableError when there is none."""
    try:
        key = _unwrap(path.read_bytes(), path)
    except OSError as fault:
        raise KeyUnreadableError(f"the key file {path} cannot be read: {fault.strerror}") from None
    if len(key) != KEY_BYTES:
        raise KeyUnreadableError(f"{path} does not hold a key")
    return key


def make_or_read_key(path: Path) -> bytes:
    """Return the key in a file, made at the first call."""
    with contextlib.suppress(FileExistsError):  # another process was first, or it is there already
        if not path.exists():
            return make_key(path)
    return read_key(path)
