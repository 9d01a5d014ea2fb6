"""Whether this server's timetable is kept: its process touches a file, and whoever wants to know looks how old that is."""

from __future__ import annotations

from pathlib import Path

EVERY_SECONDS = 10.0
LATE_MS = 60_000


def beat(data: Path) -> None:
    """Say that the timetable is being kept."""
    _file(data).touch()


def is_kept(data: Path, now: int) -> bool:
    """Return whether the timetable's process gave a sign of life within the last minute."""
    try:
        age = now - _file(data).stat().st_mtime * 1000
    except FileNotFoundError:
        return False
    return age < LATE_MS


def _file(data: Path) -> Path:
    return data / "timetable.alive"
