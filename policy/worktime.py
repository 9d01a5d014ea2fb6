"""Local time: the days of a zone, which last 23, 24 or 25 hours, and the hours in which work is expected.

A zone's clock may jump and may repeat itself. Here it never runs back: a wall time stands for the first instant at
which the clock reads it *or later*. So a time that is skipped stands for the jump, one that comes twice for its first
coming, and days tile time whatever a zone's lawmakers do at midnight.

```
jump over midnight    22:00   23:00 | 01:00   02:00      day 2 begins at the jump
one day is skipped    day 1         | day 3              day 2 begins and ends at the jump
back over midnight    23:59 00:00 00:01 | 23:01 23:59 00:00 00:01      day 2 begins at the first 00:00
```
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from policy.intervals import Interval, union

QUARTER_MS = 900_000
MINUTES_A_DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_DAY = timedelta(days=1)
_OFFICE_DAY = [(9 * 60, 18 * 60)]


class WorkHours(Struct, frozen=True, forbid_unknown_fields=True):
    """When work is expected: for each weekday (Monday first) a list of (start, end) minutes after local midnight.

    An end above 1440 runs into the next day, as a night shift does.
    """

    zone: str
    week: list[list[tuple[int, int]]]

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("work hours need seven weekdays, Monday first")
        for start, end in (shift for shifts in self.week for shift in shifts):
            if not 0 <= start < MINUTES_A_DAY or not start < end <= start + MINUTES_A_DAY:
                raise ValueError("a shift must start within its day and last from a minute to a day")


DEFAULT_HOURS = WorkHours(zone="UTC", week=[*[_OFFICE_DAY] * 5, [], []])
"""Monday to Friday, nine to six; `msgspec.structs.replace` gives them the organisation's zone."""


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """Return the zone called `name`, such as Asia/Kolkata; raise ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones, such as Europe
        raise ValueError(f"{name!r} is not a time zone; names look like 'Asia/Kolkata' or 'Europe/Berlin'") from None


def local_day(instant_ms: int, zone: str) -> date:
    """Return the local day in which an instant lies: the one whose `day_bounds` hold it."""
    day = _wall(instant_ms // 1000, zone_named(zone)).date()
    tomorrow = day + _ONE_DAY  # may have begun before the clock was put back over midnight
    return tomorrow if instant_ms >= _day_start(tomorrow, zone) else day


def day_bounds(day: date, zone: str) -> Interval:
    """Return the instants at which a local day starts and ends; a day that a zone skipped ends where it starts."""
    return _day_start(day, zone), _day_start(day + _ONE_DAY, zone)


def quarter_of(instant_ms: int) -> int:
    """Return the instant at which the quarter hour of `instant_ms` starts; quarters are counted from the epoch."""
    return instant_ms - instant_ms % QUARTER_MS


def work_intervals(hours: WorkHours, day: date) -> list[Interval]:
    """Return when work is expected in the shifts that start on `day`, as instants; a night shift ends on the next day."""
    zone = zone_named(hours.zone)
    midnight = datetime.combine(day, time())
    return union(
        (_first_instant(midnight + timedelta(minutes=start), zone), _first_instant(midnight + timedelta(minutes=end), zone))
        for start, end in hours.week[day.weekday()]
    )


def is_work_time(hours: WorkHours, instant_ms: int) -> bool:
    """Return whether work is expected at an instant, last night's shift included."""
    day = local_day(instant_ms, hours.zone)
    shifts = [*work_intervals(hours, day - _ONE_DAY), *work_intervals(hours, day)]
    return any(start <= instant_ms < end for start, end in shifts)


@lru_cache(maxsize=16_384)
def _day_start(day: date, zone: str) -> int:
    return _first_instant(datetime.combine(day, time()), zone_named(zone))


def _first_instant(wall: datetime, zone: ZoneInfo) -> int:
    """Return the first instant, in ms, at which the clock of `zone` reads `wall` or later."""
    by_old_offset = _seconds(wall.replace(tzinfo=zone, fold=0))
    by_new_offset = _seconds(wall.replace(tzinfo=zone, fold=1))
    if by_old_offset <= by_new_offset:  # an ordinary time, or one that comes twice
        return by_old_offset * 1000
    # A skipped time: the jump lies between what the offset after it and the offset before it make of `wall`.
    around = range(by_new_offset, by_old_offset + 1)
    return around[bisect_left(around, wall, key=lambda second: _wall(second, zone))] * 1000


def _seconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(seconds=1)


def _wall(second: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(seconds=second)).astimezone(zone).replace(tzinfo=None, fold=0)
