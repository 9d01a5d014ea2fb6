"""The Timeline & Heatmap tab: one day as a band, the hours of the week, and totals by day, week and month."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.categories import Category
from policy.presence import Presence
from policy.summaries.period import Period, Person
from policy.summaries.times import Times


class BandPart(Struct, frozen=True):
    """A stretch of one person's day, as instants, with one presence; the last four are None where nothing was in front."""

    start: int
    end: int
    presence: Presence
    app: str | None
    site: str | None
    name: str | None
    category: Category | None


class Band(Struct, frozen=True):
    """One person's local day without a hole, from its start to its end or to now; `times` are its seconds.

    A day of very many parts is told in fewer: then parts shorter than `merged_below` seconds were joined to the one
    before them. 0 says that nothing was joined, and the parts sum to `times`.
    """

    person: Person
    day: date
    start: int
    end: int
    parts: list[BandPart]
    times: Times
    merged_below: int


class Worked(Struct, frozen=True):
    """Engaged seconds of everybody in the scope from day `first` to `last`; `whole`: the period holds all of that week or month."""

    first: date
    last: date
    whole: bool
    active: int
    reading: int
    meeting: int
    people: int

    @property
    def engaged(self) -> int:
        """Engaged seconds in all."""
        return self.active + self.reading + self.meeting


class Timeline(Struct, frozen=True):
    """One person's day as a band, and the scope's rhythm: hours of the week, days, ISO weeks and months.

    `heatmap[weekday][hour]` are engaged seconds, Monday first; `room[weekday][hour]` is how many seconds that hour had over
    the period, everybody in the scope added up: 3600 for each person and week, and 7200 where the clock went through it twice.
    `band` is None unless one person and one day are asked for.
    """

    period: Period
    band: Band | None
    heatmap: list[list[int]]
    room: list[list[int]]
    days: list[Worked]
    weeks: list[Worked]
    months: list[Worked]
