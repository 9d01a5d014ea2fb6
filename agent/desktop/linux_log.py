"""Boots and shutdowns from the system's login records (wtmp); newer systems may not keep them, then nothing is known."""

from __future__ import annotations

import struct
from pathlib import Path

from agent.desktop.base import Change

_RECORD = struct.Struct("<h2xi32s4s32s256shhiii16s20x")
_RUN_LEVEL, _BOOT = 1, 2
MOST_BYTES = _RECORD.size * 20_000


def read_wtmp(path: Path, since: int) -> list[Change]:
    """Return the changes that `path` tells of after the instant `since`."""
    try:
        content = path.read_bytes()[-MOST_BYTES:]
    except OSError:
        return []
    usable = len(content) - len(content) % _RECORD.size
    told = [_meaning(content[at : at + _RECORD.size]) for at in range(0, usable, _RECORD.size)]
    return [change for change in told if change is not None and change.at > since]


def _meaning(record: bytes) -> Change | None:
    kind, *_, user, _host, _end, _exit, _session, seconds, micros, _address = _RECORD.unpack(record)
    at = seconds * 1000 + micros // 1000
    if kind == _BOOT:
        return Change("boot", at)
    return Change("shutdown", at) if kind == _RUN_LEVEL and user.rstrip(b"\0") == b"shutdown" else None
