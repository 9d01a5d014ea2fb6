"""Zones, local days of 23, 24 or 25 hours, and work hours."""

from __future__ import annotations

from msgspec import Struct


class WorkHours(Struct, frozen=True, forbid_unknown_fields=True):
    """When work is expected: for each weekday (Monday first) a list of (start, end) minutes after local midnight.

    An end above 1440 runs into the next day, as a night shift does.
    """

    zone: str
    week: list[list[tuple[int, int]]]
