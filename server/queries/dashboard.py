"""The browser dashboard: working time and real work hours of a day, its week and its month, person by person, from the tabs' own tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from msgspec import Struct

from policy.categories import RuleBook
from policy.summaries import PersonTimes
from server.organisation import AnySession
from server.people import Member
from server.queries.figures import day_figures
from server.queries.overview import overview
from server.queries.report_days import real_hours_by_day
from server.queries.selection import Selection

ONE_DAY = timedelta(days=1)
FEWEST_RANKED = 3
"""A ranking of fewer people than that names them in all but name; only the owner sees it."""


class Worked(NamedTuple):
    """Seconds engaged, and real work hours complete."""

    seconds: int
    hours: int


class Row(Struct, frozen=True):
    """One person, or everybody together: the day, its week, its month."""

    person: int
    name: str
    day: Worked
    week: Worked
    month: Worked


class Dashboard(Struct, frozen=True):
    """Everything the page shows; `days` are those of the month with everybody added up."""

    day: date
    week: tuple[date, date]
    month: tuple[date, date]
    rows: list[Row]
    total: Row
    days: list[tuple[date, Worked]]


class Ranked(Struct, frozen=True):
    """One place of the leaderboard: shares of engaged time, None where too little is known of a person."""

    person: int
    name: str
    engaged: int
    productive: float | None
    unproductive: float | None


def week_with(day: date) -> tuple[date, date]:
    """Return Monday and Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + 6 * ONE_DAY


def month_with(day: date) -> tuple[date, date]:
    """Return the first and last day of a day's month."""
    following = (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    return day.replace(day=1), following - ONE_DAY


def dashboard(session: AnySession, people: Sequence[Member], day: date, now: int) -> Dashboard:
    """Return the figures of these people; what is still to come adds nothing."""
    week, month = week_with(day), month_with(day)
    selection = Selection(list(people), min(week[0], month[0]), max(week[1], month[1]))
    engaged = day_figures(session, selection, now).engaged
    counted = real_hours_by_day(session, selection)
    table = [
        {one: Worked(int(engaged[at, who]), counted.get((member.id, one), 0)) for at, one in enumerate(selection.days)}
        for who, member in enumerate(selection.people)
    ]
    spans = ((day, day), week, month)
    rows = [Row(member.id, member.name, *(_sum(of, *span) for span in spans)) for member, of in zip(selection.people, table, strict=True)]
    together = {one: _add(of[one] for of in table) for one in selection.days}
    total = Row(0, "", *(_sum(together, *span) for span in spans))
    return Dashboard(day, week, month, rows, total, [(one, together[one]) for one in selection.days if month[0] <= one <= month[1]])


def leaderboard(session: AnySession, people: Sequence[Member], first: date, last: date, packaged: RuleBook, now: int) -> list[Ranked]:
    """Return who was engaged in these days, most productive share first; of whom too little is known comes last, without a place."""
    seen = overview(session, Selection(list(people), first, last), packaged, now)
    rows = [_ranked(one) for one in seen.people if one.times.engaged]
    return sorted(rows, key=lambda one: (one.productive is None, -(one.productive or 0), one.name, one.person))


def _ranked(one: PersonTimes) -> Ranked:
    sums, known = one.categories, one.productivity
    total = sums.productive + sums.neutral + sums.unproductive
    shares = (None, None) if known is None or not total else (sums.productive / total, sums.unproductive / total)
    return Ranked(one.person.id, one.person.name, one.times.engaged, *shares)


def _sum(of: dict[date, Worked], first: date, last: date) -> Worked:
    return _add(worked for day, worked in of.items() if first <= day <= last)


def _add(parts: Iterable[Worked]) -> Worked:
    found = list(parts)
    return Worked(sum(one.seconds for one in found), sum(one.hours for one in found))
