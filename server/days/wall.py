"""The local clock in questions to the store: which hour, weekday and day an instant has in a zone, as SQL.

```
UTC       ----------------------|--------------------
offset    +1 h                  | +2 h                  stretches of one offset each, cut where a zone changes it
local     instant + offset, then whole hours and days of it
```
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, literal

from policy.intervals import Interval
from policy.worktime import QUARTER_MS, day_bounds, zone_named

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
EPOCH_WEEKDAY = EPOCH.weekday()
HOURS, WEEKDAYS = 24, 7

Stretch = tuple[int, int, int]
"""From, until and the offset to UTC in between, all in ms."""


def period_bounds(first: date, last: date, zone: str) -> Interval:
    """Return the instants at which the local days `first` to `last` begin and end."""
    return day_bounds(first, zone)[0], day_bounds(last, zone)[1]


def day_of(instant: Any, stretches: tuple[Stretch, ...]) -> ColumnElement[int]:
    """Return, as SQL, the ordinal of the local day of an instant."""
    ordinal: ColumnElement[int] = (instant + _offset_of(instant, stretches)) // DAY_MS + EPOCH_ORDINAL
    return ordinal


def hour_of(instant: Any, stretches: tuple[Stretch, ...]) -> ColumnElement[int]:
    """Return, as SQL, the local hour of an instant, 0 to 23."""
    hour: ColumnElement[int] = ((instant + _offset_of(instant, stretches)) // HOUR_MS) % HOURS
    return hour


def hour_of_week(instant: Any, stretches: tuple[Stretch, ...]) -> ColumnElement[int]:
    """Return, as SQL, the local hour of an instant in its week, 0 (Monday, midnight) to 167."""
    hours = (instant + _offset_of(instant, stretches)) // HOUR_MS + EPOCH_WEEKDAY * HOURS
    hour: ColumnElement[int] = hours % (WEEKDAYS * HOURS)
    return hour


def hours_of_week(start: int, end: int, zone: str) -> Callable[[int], int]:
    """Return what says the local hour of the week, 0 (Monday, midnight) to 167, of any instant in [start, end)."""
    stretches = offsets(start, end, zone)

    def hour_at(instant: int) -> int:
        offset = next((offset for _, until, offset in stretches if instant < until), stretches[-1][2])
        return ((instant + offset) // HOUR_MS + EPOCH_WEEKDAY * HOURS) % (WEEKDAYS * HOURS)

    return hour_at


@lru_cache(maxsize=4096)
def offsets(start: int, end: int, zone: str) -> tuple[Stretch, ...]:
    """Return the stretches of [start, end) with one offset each; a zone changes its offset at a quarter hour and not twice a day."""
    stretches: list[Stretch] = []
    since, known = start, offset_at(start, zone)
    for at in [*range(start + DAY_MS, end, DAY_MS), end]:
        if offset_at(at, zone) != known:
            change = _change(max(since, at - DAY_MS), at, zone)
            stretches.append((since, change, known))
            since, known = change, offset_at(at, zone)
    return (*stretches, (since, end, known))


def offset_at(instant: int, zone: str) -> int:
    """Return how far a zone's clock is ahead of UTC at an instant, in ms."""
    offset = (EPOCH + timedelta(milliseconds=instant)).astimezone(zone_named(zone)).utcoffset()
    return (offset or timedelta()) // timedelta(milliseconds=1)


def room(start: int, end: int, zone: str) -> list[int]:
    """Return how many seconds of [start, end) each of the 168 local hours of the week has."""
    seconds = [0] * (WEEKDAYS * HOURS)
    for since, until, offset in offsets(start, end, zone):
        weeks, rest = divmod(until - since, WEEKDAYS * DAY_MS)
        seconds = [one + weeks * HOUR_MS // 1000 for one in seconds]
        at, local_end = until - rest + offset, until + offset
        while at < local_end:
            after = min(local_end, at - at % HOUR_MS + HOUR_MS)
            seconds[(at // HOUR_MS + EPOCH_WEEKDAY * HOURS) % (WEEKDAYS * HOURS)] += (after - at) // 1000
            at = after
    return seconds


def _change(before: int, after: int, zone: str) -> int:
    """Return the quarter hour at which the offset of `before` gives way to that of `after`."""
    known = offset_at(before, zone)
    low, high = before // QUARTER_MS, -(-after // QUARTER_MS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset_at(middle * QUARTER_MS, zone) == known else (low, middle)
    return high * QUARTER_MS


def _offset_of(instant: Any, stretches: tuple[Stretch, ...]) -> ColumnElement[int]:
    *earlier, (_, _, last) = stretches
    if not earlier:
        return literal(last, Integer)
    return case(*((instant < until, literal(offset, Integer)) for _, until, offset in earlier), else_=literal(last, Integer))
