"""A selection's person-days as tables of days × people: times, first and last engaged instants, covered and expected seconds."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
from msgspec import Struct

from policy.presence import Presence
from policy.summaries import Times
from policy.worktime import MINUTES_A_DAY, QUARTER_MS, WorkHours, work_intervals
from server.days.day_pages import COLUMN, TIMES, Array, Figures
from server.days.packed import NOTHING, NUMBERS, STATES
from server.organisation import AnySession, organisation
from server.people import Week, week_of
from server.queries.chunks import Chunk, chunks
from server.queries.selection import Selection

QUARTER_SECONDS = QUARTER_MS // 1000
MINUTE_MS = 60_000
RUNNING_ON = [NUMBERS[presence] for presence in STATES]
UNKNOWN = NUMBERS[Presence.UNKNOWN]


class DayFigures(Struct, frozen=True):
    """What the ledger says of every day (first axis) of every person (second axis) of a selection.

    `times` has a third axis, one place a presence; of a day that is not over it is the part that is. `first` and `last` are
    instants, NOTHING where nobody was engaged. `there`: the ledger has that day, or work was expected in it.
    """

    times: Array
    first: Array
    last: Array
    review_minutes: Array
    covered: Array
    expected: Array
    there: Array

    def coverage(self, axis: int | None = None) -> list[float | None]:
        """Return covered / expected by day (axis 1), by person (axis 0) or in all; None where nothing was expected."""
        covered, expected = (np.atleast_1d(table.sum(axis=axis)).tolist() for table in (self.covered, self.expected))
        return [one / of if of else None for one, of in zip(covered, expected, strict=True)]

    def times_by(self, axis: int) -> list[Times]:
        """Return times added up by day (axis 1) or by person (axis 0)."""
        return [Times(*row) for row in self.times.sum(axis=axis).tolist()]

    @property
    def engaged(self) -> Array:
        """Engaged seconds."""
        engaged: Array = self.times[:, :, :3].sum(axis=2)
        return engaged


def coverage(session: AnySession, selection: Selection, now: int) -> float | None:
    """Return the selection's covered / expected seconds, or None where nothing was expected."""
    return day_figures(session, selection, now).coverage()[0]


def day_figures(session: AnySession, selection: Selection, now: int) -> DayFigures:
    """Return the tables of a selection; coverage is told in quarter hours that are over."""
    now = now // MINUTE_MS * MINUTE_MS
    windows = _Windows(session, selection, now)
    table = _Table(selection, windows)
    for chunk in chunks(session, selection, Figures, beyond=int(windows.past_midnight)):
        table.add(chunk, now)
    return table.made()


class _Windows:
    """When evidence was to be expected: for each shift two tables of days × people, the quarter hours it begins and ends at.

    Quarter hours are counted from the epoch; those before a person's first day and those not over yet are left out. The tables
    have one day more than was asked for, empty: into it reaches the night shift of the last one.
    """

    def __init__(self, session: AnySession, selection: Selection, now: int) -> None:
        ours = week_of(organisation(session).hours)
        own = [(member.week or ours, member.zone) for member in selection.people]
        kinds = sorted(set(own))
        of_kinds = [[_quarters(week, zone, day.toordinal()) for day in selection.days] for week, zone in kinds]
        most = max((len(shifts) for days in of_kinds for shifts in days), default=0)
        padded = [[(*shifts, *[(0, 0)] * (most - len(shifts))) for shifts in [*days, ()]] for days in of_kinds]
        found = np.array(padded, np.int64).reshape(len(kinds), len(selection.days) + 1, most, 2)
        number = {kind: at for at, kind in enumerate(kinds)}
        kind_of = np.array([number[kind] for kind in own], np.int64)
        self._since = np.array([-(-(member.since - QUARTER_MS) // QUARTER_MS) for member in selection.people], np.int64)
        self._over = now // QUARTER_MS
        self.past_midnight = any(end > MINUTES_A_DAY for week, _ in kinds for shifts in week for _, end in shifts)
        begun = np.minimum(found[..., 1], self._over) > found[..., 0]
        self.free: Array = ~np.any(begun, axis=2)[kind_of].T
        """No shift has begun: then evidence is expected where there is some."""
        self.shifts = [self.within(*(found[kind_of, :, shift, side].T for side in (0, 1))) for shift in range(most)]

    def within(self, begins: Array, ends: Array, who: Array | slice = slice(None)) -> tuple[Array, Array]:
        """Return what of some stretches of these people counts; where nothing does, the end is the beginning."""
        begins = np.maximum(begins, self._since[who])
        return begins, np.maximum(begins, np.minimum(ends, self._over))


class _Table:
    """The tables while chunks are read, with one day more than was asked for."""

    def __init__(self, selection: Selection, windows: _Windows) -> None:
        self._windows = windows
        self._days = len(selection.days)
        shape = (self._days + 1, len(selection.people))
        self._times = np.zeros((*shape, len(Presence)), np.int64)
        self._first, self._last = np.full(shape, NOTHING, np.int64), np.full(shape, NOTHING, np.int64)
        self._review, self._covered = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self._expected = sum((ends - begins for begins, ends in windows.shifts), np.zeros(shape, np.int64))
        self._there = self._expected > 0

    def add(self, chunk: Chunk[Figures], now: int) -> None:
        """Write some person-days down."""
        at, part = (chunk.when, chunk.who), chunk.part
        engaged = part.sums[:, COLUMN["first"]] != NOTHING
        for table, name in ((self._first, "first"), (self._last, "last")):
            table[at] = np.where(engaged, part.start + part.sums[:, COLUMN[name]].astype(np.int64) * 1000, NOTHING)
        self._times[at] = _elapsed(part, now)
        self._review[at] = part.sums[:, COLUMN["review_minutes"]]
        self._there[at] = True
        self._cover(chunk, engaged & self._windows.free[at])

    def _cover(self, chunk: Chunk[Figures], by_itself: Array) -> None:
        """Count the seconds with evidence in the shift of the day, and in the night shift that began the day before."""
        known = _Known(chunk.part)
        at, before = (chunk.when, chunk.who), (np.maximum(chunk.when - 1, 0), chunk.who)
        for begins, ends in self._windows.shifts:
            self._covered[at] += known.seconds(begins[at], ends[at])
            if self._windows.past_midnight:
                np.add.at(self._covered, before, np.where(chunk.when > 0, known.seconds(begins[before], ends[before]), 0))
        if by_itself.any():
            begins, ends = self._windows.within(self._first[at] // QUARTER_MS, -(-self._last[at] // QUARTER_MS), chunk.who)
            self._covered[at] += np.where(by_itself, known.seconds(begins, ends), 0)
            self._expected[at] += np.where(by_itself, ends - begins, 0)

    def made(self) -> DayFigures:
        """Return the tables of the days asked for."""
        tables = (self._times, self._first, self._last, self._review, self._covered, self._expected * QUARTER_SECONDS, self._there)
        return DayFigures(*(table[: self._days] for table in tables))


class _Known:
    """The seconds with any evidence in stretches of some person-days."""

    def __init__(self, part: Figures) -> None:
        self._from = part.start // QUARTER_MS
        self._until = part.known
        self._rows = np.arange(len(part.person))

    def seconds(self, begins: Array, ends: Array) -> Array:
        """Return those from one quarter hour to another of each; what lies outside the day is not known here."""
        size = self._until.shape[1] - 1
        low, high = (np.minimum(np.maximum(quarters - self._from, 0), size) for quarters in (begins, ends))
        found: Array = self._until[self._rows, high] - self._until[self._rows, low]
        return found


def _elapsed(part: Figures, now: int) -> Array:
    """Return the days' partitions; of a day that is not over, the part that is.

    ```
    ledger   | active | locked ................................ |      a state runs on to the end of the day
    shown    | active | locked ... now
    ```
    """
    times = part.sums[:, TIMES]
    lengths = part.sums[:, COLUMN["length"]].astype(np.int64)
    running = np.flatnonzero(part.start + lengths * 1000 > now)
    if not len(running):
        return times
    times = times.copy()
    elapsed = np.maximum(0, (now - part.start[running]) // 1000)
    tails = part.sums[running, COLUMN["tail_presence"]]
    to_come = np.minimum(lengths[running] - elapsed, part.sums[running, COLUMN["tail_seconds"]])
    times[running, tails] -= np.where(np.isin(tails, RUNNING_ON), to_come, 0)
    times[running, UNKNOWN] = 0
    times[running, UNKNOWN] = np.maximum(0, elapsed - times[running].sum(axis=1))
    return times


@lru_cache(maxsize=16_384)
def _quarters(week: Week, zone: str, day: int) -> tuple[tuple[int, int], ...]:
    """Return where the shifts that start on a day begin and end, in quarter hours from the epoch."""
    shifts = work_intervals(WorkHours(zone=zone, week=[list(shifts) for shifts in week]), date.fromordinal(day))
    return tuple((start // QUARTER_MS, -(-end // QUARTER_MS)) for start, end in shifts)
