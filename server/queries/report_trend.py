"""What the report holds its figures against: twelve periods, the median of the last four, the teams, and each person before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

import numpy as np
from sqlalchemy import select

from policy.categories import RuleBook
from policy.presence import Presence
from policy.summaries import (
    PersonBefore,
    PersonDay,
    Rhythm,
    TeamTimes,
    Times,
    TrendPoint,
    Usual,
    productivity,
)
from policy.summaries import Team as TeamName
from server.days.day_pages import Array
from server.days.packed import NUMBERS
from server.models import Team
from server.organisation import AnySession
from server.queries.categories import categories_of, category_table
from server.queries.figures import DayFigures, day_figures
from server.queries.selection import Selection, person_of
from server.rules import rule_book

POINTS = 12
USUAL_OF = 4
IDLE = NUMBERS[Presence.IDLE]


def period_with(rhythm: Rhythm, day: date) -> tuple[date, date]:
    """Return the first and last day of the period a day lies in; weeks begin on Monday."""
    if rhythm is Rhythm.DAY:
        return day, day
    if rhythm is Rhythm.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def periods_until(rhythm: Rhythm, first: date, many: int) -> list[tuple[date, date]]:
    """Return so many periods, oldest first, of which the last begins on `first`."""
    found = [period_with(rhythm, first)]
    while len(found) < many:
        found.insert(0, period_with(rhythm, found[0][0] - timedelta(days=1)))
    return found


class Past:
    """Twelve periods of the same people, the one reported on last."""

    def __init__(self, session: AnySession, selection: Selection, rhythm: Rhythm, packaged: RuleBook, now: int) -> None:
        self._periods = periods_until(rhythm, selection.first, POINTS)
        self._first = self._periods[0][0]
        self._whole = Selection(selection.people, self._first, selection.last, selection.one, selection.everybody)
        self._figures = day_figures(session, self._whole, now)
        self._categories = category_table(session, self._whole, rule_book(session, packaged))

    def trend(self) -> list[TrendPoint]:
        """Return the periods that have any day in the ledger, or work expected in one; this one always."""
        points = [self._point(first, last) for first, last in self._periods]
        known = [bool(self._cut(self._figures.there, first, last).any()) for first, last in self._periods[:-1]]
        return points[known.index(True) if True in known else -1 :]

    def usual(self) -> Usual:
        """Return the medians of the periods just before this one."""
        earlier = [self._tiles(first, last) for first, last in self._periods[-1 - USUAL_OF : -1]]
        known = [tiles for tiles in earlier if tiles is not None]
        return Usual(*(_median(column) for column in zip(*known, strict=True))) if known else Usual()

    def _cut(self, table: Array, first: date, last: date) -> Array:
        return table[(first - self._first).days : (last - self._first).days + 1]

    def _point(self, first: date, last: date) -> TrendPoint:
        times = self._cut(self._figures.times, first, last).sum(axis=(0, 1)).tolist()
        categories = categories_of(self._cut(self._categories, first, last).sum(axis=(0, 1)))
        share = _share(self._cut(self._figures.covered, first, last), self._cut(self._figures.expected, first, last))
        people = int((self._cut(self._figures.engaged, first, last) > 0).any(axis=0).sum())
        return TrendPoint(first, last, Times(*times), categories, productivity(categories, share), share, people)

    def _tiles(self, first: date, last: date) -> tuple[float | None, ...] | None:
        """Return a period's figures as the tiles name them; None where there was nothing."""
        if not self._cut(self._figures.there, first, last).any():
            return None
        point = self._point(first, last)
        return point.people, point.times.engaged, point.productivity, point.times.idle, point.coverage


def team_times(session: AnySession, selection: Selection, packaged: RuleBook, days: Sequence[PersonDay], now: int) -> list[TeamTimes]:
    """Return each team's figures, by name, people in no team last."""
    figures, before = day_figures(session, selection, now), day_figures(session, selection.before, now)
    categories = category_table(session, selection, rule_book(session, packaged)).sum(axis=0)
    names = {row.id: row.name for row in session.execute(select(Team.id, Team.name))}
    places: dict[int | None, list[int]] = {}
    for place, member in enumerate(selection.people):
        places.setdefault(member.team, []).append(place)
    hours: dict[int | None, int] = {}
    for day in days:
        hours[day.person.team] = hours.get(day.person.team, 0) + day.real_hours
    order = sorted(places, key=lambda team: (team is None, names.get(team or 0, ""), team or 0))
    return [_team(team, names, places[team], figures, before, categories, hours.get(team, 0)) for team in order]


def _team(
    team: int | None, names: dict[int, str], of: list[int], figures: DayFigures, before: DayFigures, categories: Array, hours: int
) -> TeamTimes:
    share = _share(figures.covered[:, of], figures.expected[:, of])
    split = categories_of(categories[of].sum(axis=0))
    return TeamTimes(
        team=None if team is None else TeamName(team, names[team]),
        members=len(of),
        people=int((figures.engaged[:, of] > 0).any(axis=0).sum()),
        times=Times(*figures.times[:, of].sum(axis=(0, 1)).tolist()),
        categories=split,
        productivity=productivity(split, share),
        coverage=share,
        previous=int(before.engaged[:, of].sum()),
        real_hours=hours,
    )


def people_before(session: AnySession, selection: Selection, now: int) -> list[PersonBefore]:
    """Return what each person was engaged in the period before; None for who was not there at all."""
    figures = day_figures(session, selection.before, now)
    there, engaged = np.any(figures.there, axis=0), np.sum(figures.engaged, axis=0)
    rows = zip(selection.people, there.tolist(), engaged.tolist(), strict=True)
    return [PersonBefore(person_of(member), seconds if known else None) for member, known, seconds in rows]


def _share(covered: Array, expected: Array) -> float | None:
    of = int(np.sum(expected))
    return int(np.sum(covered)) / of if of else None


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
