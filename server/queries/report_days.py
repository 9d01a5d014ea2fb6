"""The report's attendance: each person's days beside the hours expected, real work hours, and who carries more than is usual.

```
local days      | Monday           | Tuesday          |
night shift           [ Monday's ------)      [ Tuesday's ---
its window      ... -[---------------------)[------------- ...      cut half-way between one shift and the next
```
Where a shift stays within its day, the window is the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from sqlalchemy import select

from policy.intervals import Interval
from policy.summaries import ENOUGH_COVERAGE, Arrival, PersonDay, Workload
from policy.summaries.report import Load, load_of
from policy.worktime import QUARTER_MS, WorkHours, day_bounds, work_intervals
from server.days.packed import engaged_quarters
from server.days.real_hours import Block, blocks, completed, unpack
from server.models import LedgerDay, LedgerQuarter
from server.organisation import AnySession, organisation
from server.people import Member
from server.queries.selection import Selection, person_of

ONE_DAY = timedelta(days=1)
BEFORE = 2
"""Days read before the period, because a block of unbroken work may have begun there."""
AFTER_MS = 6 * 3_600_000
"""Work so long after a night shift that nothing follows is still of that night."""
LEAST_FOR_A_NORM = 3


class Lived(Struct, frozen=True):
    """A person's local day in the ledger: its blocks of unbroken work and engaged quarter hours, as instants in ms."""

    engaged: int
    first: int | None
    last: int | None
    blocks: list[Interval]
    quarters: dict[int, int]


Lives = Mapping[tuple[int, date], Lived]


def person_days(session: AnySession, selection: Selection, now: int) -> list[PersonDay]:
    """Return each day of each person, person by person."""
    ours = organisation(session)
    lives, hours = _lives(session, selection), real_hours_by_day(session, selection)
    found: list[PersonDay] = []
    for member in selection.people:
        shifts = _Shifts(member, ours.hours, now)
        for day in selection.days:
            found.append(_person_day(member, day, shifts, lives, hours.get((member.id, day), 0), ours.reports.grace * 1000))
    return found


def workload(selection: Selection, days: list[PersonDay], coverage: list[float | None]) -> list[Workload]:
    """Return what each person of the selection carries; `coverage` is theirs, in the same order."""
    of = {person: list(rows) for person, rows in groupby(days, key=lambda one: one.person.id)}
    known = {member.id: (share or 0) >= ENOUGH_COVERAGE for member, share in zip(selection.people, coverage, strict=True)}
    carried = {member.id: _carried(of.get(member.id, [])) for member in selection.people}
    norms = _norms(selection, carried, known)
    return [_workload(member, carried[member.id], norms.get(member.team, 0), known=known[member.id]) for member in selection.people]


class _Carried(NamedTuple):
    days: int
    per_day: int
    outside: int


def _carried(rows: list[PersonDay]) -> _Carried:
    days, engaged = sum(row.engaged > 0 for row in rows), sum(row.engaged for row in rows)
    return _Carried(days, engaged // days if days else 0, max(0, engaged - sum(row.in_shift for row in rows)))


def _norms(selection: Selection, carried: Mapping[int, _Carried], known: Mapping[int, bool]) -> dict[int | None, int]:
    """Return the median of each team; a team of very few has none, it would say too much of the others."""
    teams: dict[int | None, list[int]] = defaultdict(list)
    for member in selection.people:
        if known[member.id] and carried[member.id].days:
            teams[member.team].append(carried[member.id].per_day)
    return {team: int(median(amounts)) for team, amounts in teams.items() if len(amounts) >= LEAST_FOR_A_NORM}


def _workload(member: Member, one: _Carried, norm: int, *, known: bool) -> Workload:
    load = load_of(one.per_day, norm, known=known) if one.days else Load.UNKNOWN
    return Workload(person_of(member), one.days, one.per_day, norm, one.outside, load)


class _Shifts:
    """When work is expected of one person; nothing is before their first day, nor of a shift that is still to come."""

    def __init__(self, member: Member, ours: WorkHours, now: int) -> None:
        week = [list(shifts) for shifts in member.week] if member.week else ours.week
        self._hours, self._member, self._now = WorkHours(zone=member.zone, week=week), member, now

    def of(self, day: date) -> list[Interval]:
        """Return the stretches of a day's shift."""
        return [(start, end) for start, end in work_intervals(self._hours, day) if self._member.since < end and start < self._now]

    def window(self, day: date) -> Interval:
        """Return what belongs to a day."""
        return self._cut(day - ONE_DAY), self._cut(day)

    def over_midnight(self, day: date) -> bool:
        """Whether a night's work is in the day's window."""
        return self.window(day) != day_bounds(day, self._member.zone)

    def _cut(self, day: date) -> int:
        end_of_day, shift = day_bounds(day, self._member.zone)[1], work_intervals(self._hours, day)
        if not shift or shift[-1][1] <= end_of_day:
            return end_of_day
        following = work_intervals(self._hours, day + ONE_DAY)
        return max(shift[-1][1], (shift[-1][1] + following[0][0]) // 2) if following else shift[-1][1] + AFTER_MS


def _person_day(member: Member, day: date, shifts: _Shifts, lives: Lives, real_hours: int, grace: int) -> PersonDay:
    lived, expected = lives.get((member.id, day)), shifts.of(day)
    first, last = (lived.first, lived.last) if lived else (None, None)
    if shifts.over_midnight(day):
        first, last = _within(shifts.window(day), member, day, lives)
    return PersonDay(
        person=person_of(member),
        day=day,
        arrival=_arrival(expected, first, grace),
        shift_start=expected[0][0] if expected else None,
        shift_end=expected[-1][1] if expected else None,
        expected=sum(end - start for start, end in expected) // 1000,
        first=first,
        last=last,
        engaged=lived.engaged if lived else 0,
        in_shift=sum(_in_stretch(stretch, member, day, lives) for stretch in expected),
        real_hours=real_hours,
    )


def _arrival(expected: list[Interval], first: int | None, grace: int) -> Arrival:
    if not expected:
        return Arrival.FREE if first is None else Arrival.EXTRA
    if first is None:
        return Arrival.NOT_SEEN
    return Arrival.ON_TIME if first <= expected[0][0] + grace else Arrival.LATE


def _within(window: Interval, member: Member, day: date, lives: Lives) -> tuple[int | None, int | None]:
    """Return the first and last instant of work in a window that reaches into a neighbouring day."""
    stretches = [block for at in (day - ONE_DAY, day, day + ONE_DAY) if (member.id, at) in lives for block in lives[member.id, at].blocks]
    inside = [(max(start, window[0]), min(end, window[1])) for start, end in stretches if start < window[1] and end > window[0]]
    return (min(start for start, _ in inside), max(end for _, end in inside)) if inside else (None, None)


def _in_stretch(stretch: Interval, member: Member, day: date, lives: Lives) -> int:
    """Return engaged seconds of the quarter hours a stretch touches."""
    begin, end = stretch[0] // QUARTER_MS, -(-stretch[1] // QUARTER_MS)
    found = (lives.get((member.id, at)) for at in (day, day + ONE_DAY))
    return sum(seconds for lived in found if lived for quarter, seconds in lived.quarters.items() if begin <= quarter < end)


def _lives(session: AnySession, selection: Selection) -> dict[tuple[int, date], Lived]:
    around = selection.first - ONE_DAY, selection.last + ONE_DAY
    same = (LedgerQuarter.person_id == LedgerDay.person_id) & (LedgerQuarter.day == LedgerDay.day)
    columns = (LedgerDay.person_id, LedgerDay.day, LedgerDay.start, LedgerDay.active, LedgerDay.reading, LedgerDay.meeting)
    more = (LedgerDay.first, LedgerDay.last, LedgerDay.runs, LedgerQuarter.packed)
    question = select(*columns, *more).join(LedgerQuarter, same)
    rows = session.execute(question.where(LedgerDay.person_id.in_(selection.ids) & LedgerDay.day.between(*around)))
    return {(row.person_id, row.day): _lived(row) for row in rows}


def _lived(row: Any) -> Lived:
    quarters, seconds = engaged_quarters(row.packed, row.start)
    places, at = np.unique(quarters, return_inverse=True)
    sums = np.bincount(at, seconds, len(places)).astype(np.int64)
    worked = [(one.start * 1000, one.end * 1000) for one in blocks(unpack(row.runs), row.start // 1000)]
    engaged = row.active + row.reading + row.meeting
    return Lived(engaged, row.first, row.last, worked, dict(zip(places.tolist(), sums.tolist(), strict=True)))


def real_hours_by_day(session: AnySession, selection: Selection) -> dict[tuple[int, date], int]:
    """Return {(person, day): real work hours}, each counted on the day it is complete."""
    columns = (LedgerDay.person_id, LedgerDay.day, LedgerDay.start, LedgerDay.length, LedgerDay.runs)
    asked = LedgerDay.person_id.in_(selection.ids) & LedgerDay.day.between(selection.first - BEFORE * ONE_DAY, selection.last)
    rows = session.execute(select(*columns).where(asked).order_by(LedgerDay.person_id, LedgerDay.day)).all()
    counted: dict[tuple[int, date], int] = defaultdict(int)
    for together in _together(rows):
        ends = [row.start // 1000 + row.length for row in together]
        for second in completed(_blocks(together)):
            day = int(np.searchsorted(ends, second, side="right"))
            counted[together[day].person_id, together[day].day] += 1
    return counted


def _blocks(together: list[Any]) -> Iterator[Block]:
    return blocks((run for row in together for run in unpack(row.runs)), together[0].start // 1000)


def _together(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield days of one person that follow one another without a hole."""
    found: list[Any] = []
    for row in rows:
        if found and (row.person_id != found[-1].person_id or row.start != found[-1].start + found[-1].length * 1000):
            yield found
            found = []
        found.append(row)
    if found:
        yield found
