"""What makes the invented company worth looking at: a few days on which something out of the ordinary happens; no clock.

Each is told by how many working days before the newest day it was, so that it is always in the last week:
```
days before   5            3               2            1
what          late upload  regular input   clear-out    watched folder, an app nobody is to use
```
Nothing here is misconduct: a late upload may be a deadline, regular input a tool, a deleted folder tidiness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from policy.events import MINUTE_MS, Activity, Event, File, Gap, Network, Session
from server.invented import files as invented_files

HOUR = 60


class Incident(NamedTuple):
    """Something that happens to the employee of a number, some days before the newest, in minutes of the local day."""

    employee: int
    days_before: int
    start: int
    end: int
    make: Callable[[Incident, str, int, Random], list[Event]]


def happening(number: int, day: date, last: date) -> list[Incident]:
    """Return what happens to an employee on a day."""
    return [one for one in INCIDENTS if one.employee == number and _workday(last, one.days_before) == day]


def on_leave(number: int, day: date, last: date) -> bool:
    """Return whether an employee is away, and the PC with them."""
    return number == 3 and timedelta() <= last - day < timedelta(days=5)


def with_incidents(events: Iterable[Event], incidents: Iterable[Incident], account: str, midnight: int, chance: Random) -> list[Event]:
    """Return a day's events with what happened in their place, in order of time."""
    day = list(events)
    for one in incidents:
        start, end = midnight + one.start * MINUTE_MS, midnight + one.end * MINUTE_MS
        day = [event for event in day if not isinstance(event, Activity) or event.end <= start or event.start >= end]
        day += one.make(one, account, midnight, chance)
    return sorted(day, key=_instant)


def _workday(last: date, before: int) -> date:
    """Return the day so many working days before the newest one."""
    day = last
    while before:
        day -= timedelta(days=1)
        before -= day.weekday() < 5
    return day


def _instant(event: Event) -> int:
    moment: int = getattr(event, "end", 0) or getattr(event, "at", 0)
    return moment


def _minutes(incident: Incident, midnight: int) -> range:
    return range(midnight + incident.start * MINUTE_MS, midnight + incident.end * MINUTE_MS, MINUTE_MS)


class _Input(NamedTuple):
    """A minute's input, as a person's is unless said otherwise."""

    keys: int = 0
    clicks: int = 0
    pointer_px: int = 0
    idle_ms: int = 900
    zero_samples: int = 20
    distinct_counts: int = 6
    moving_samples: int = 0


STEADY = _Input(pointer_px=240, idle_ms=0, zero_samples=0, distinct_counts=1, moving_samples=60)
"""The pointer moves every second, and by the same amount."""


def _span(start: int, account: str, app: str, site: str | None, seen: _Input) -> Activity:
    return Activity(
        start=start,
        end=start + MINUTE_MS,
        account=account,
        app=app,
        site=site,
        samples=60,
        scrolls=0,
        distracted_samples=0,
        **seen._asdict(),
    )


def _late_upload(one: Incident, account: str, midnight: int, chance: Random) -> list[Event]:
    """An evening in which much is sent to a file-sharing site."""
    minutes = _minutes(one, midnight)
    work: list[Event] = [Session(at=minutes[0] - 30_000, account=account, change="boot")]
    work += [Session(at=minutes[0] - 1_000, account=account, change="agent_start")]
    for start in minutes:
        sharing = (start // MINUTE_MS) % 3 == 0
        site = "wetransfer.com" if sharing else None
        app = "chrome.exe" if sharing else "excel.exe"
        work.append(_span(start, account, app, site, _Input(chance.randint(10, 90), chance.randint(0, 9), chance.randint(0, 900))))
        if sharing:
            work.append(
                Network(
                    start=start, end=start + MINUTE_MS, app=app, sent=chance.randint(30, 60) * 1_000_000, received=900_000, estimated=False
                )
            )
    work.append(Session(at=minutes[-1] + MINUTE_MS, account=account, change="agent_stop"))
    work.append(Session(at=minutes[-1] + MINUTE_MS + 9_000, account=account, change="shutdown"))
    return work


def _regular_input(one: Incident, account: str, midnight: int, chance: Random) -> list[Event]:
    """Minutes in which the pointer moves every second by the same amount."""
    return [_span(start, account, "chrome.exe", "github.com", STEADY) for start in _minutes(one, midnight)]


def _cleared_out(one: Incident, account: str, midnight: int, chance: Random) -> list[Event]:
    """A folder of an old year goes, and the watcher misses a few minutes afterwards."""
    at = midnight + one.start * MINUTE_MS
    files: list[File] = invented_files.clearing_out(at + 4_000, account, 36)
    missed = Gap(start=at + MINUTE_MS, end=at + 5 * MINUTE_MS, what="files", reason="watcher_overflow", lost=0)
    return [*files, missed]


def _at_payroll(one: Incident, account: str, midnight: int, chance: Random) -> list[Event]:
    return list(invented_files.at_payroll(midnight + one.start * MINUTE_MS, account))


def _not_wanted(one: Incident, account: str, midnight: int, chance: Random) -> list[Event]:
    """An app that the settings name as not to be used here."""
    return [
        _span(start, account, "utorrent.exe", None, _Input(0, chance.randint(0, 6), chance.randint(0, 400)))
        for start in _minutes(one, midnight)
    ]


INCIDENTS = (
    Incident(9, 5, 20 * HOUR + 40, 23 * HOUR + 15, _late_upload),
    Incident(10, 3, 15 * HOUR + 5, 15 * HOUR + 41, _regular_input),
    Incident(0, 2, 16 * HOUR + 20, 16 * HOUR + 20, _cleared_out),
    Incident(6, 1, 11 * HOUR + 12, 11 * HOUR + 12, _at_payroll),
    Incident(7, 1, 12 * HOUR, 12 * HOUR + 26, _not_wanted),
)
"""What happens, and to whom."""
WATCHED = ["S:\\Payroll\\**"]
DENIED = [{"kind": "app", "pattern": "utorrent.exe"}]
"""What the invented organisation asks to be told of."""
