"""Work hours as people write them (“9–13, 14–18”) and as policy counts them (minutes after midnight)."""

from __future__ import annotations

import re

from policy.worktime import MINUTES_A_DAY

Shifts = list[tuple[int, int]]
_PART = re.compile(r"^\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d{2}))?\s*$", re.IGNORECASE)


def shifts_of(text: str) -> Shifts:
    """Return the shifts that a person wrote, an empty list for a free day; ValueError with the part that is none."""
    parts = [part for part in re.split(r"[,;]", text) if part.strip()]
    return sorted(_shift(part) for part in parts)


def _shift(part: str) -> tuple[int, int]:
    found = _PART.match(part)
    if found is None:
        raise ValueError(part.strip())
    start, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        raise ValueError(part.strip())
    return start, end if end > start else end + MINUTES_A_DAY  # an end before its start is the next day's


def _minutes(hours: str, minutes: str | None) -> int:
    value = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59:
        raise ValueError(f"{hours}:{minutes}")
    return value


def text_of(shifts: Shifts) -> str:
    """Return shifts as a person may write them."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in shifts)


def _clock(minutes: int) -> str:
    at = minutes % MINUTES_A_DAY if minutes != MINUTES_A_DAY else minutes
    return f"{at // 60:02}:{at % 60:02}"
