"""The Overview tab: key figures with the period before, who is active now, and what needs attention first."""

from __future__ import annotations

import numpy as np

from policy.categories import RuleBook
from policy.presence import Presence
from policy.summaries import Categories, DayTimes, Figure, Overview, PersonTimes, productivity
from server.days.packed import NOTHING, NUMBERS
from server.organisation import AnySession
from server.queries.attention import attention
from server.queries.categories import categories_of, category_table
from server.queries.figures import day_figures
from server.queries.now import now_of
from server.queries.selection import Selection, period_of, person_of
from server.rules import rule_book

IDLE = NUMBERS[Presence.IDLE]
Amounts = list[float | None]


def overview(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> Overview:
    """Return the selection's key figures."""
    rules = rule_book(session, packaged)
    here = _Stretch(session, selection, rules, now)
    before = _Stretch(session, selection.before, rules, now)
    people = here.people()
    return Overview(
        period=period_of(session, selection),
        active_people=here.figure("active_people", before),
        engaged=here.figure("engaged", before),
        productivity=here.figure("productivity", before),
        idle=here.figure("idle", before),
        coverage=here.figure("coverage", before),
        attention=attention(session, selection, people, now),
        now=now_of(session, selection, rules, now),
        days=here.days(),
        people=people,
    )


class _Stretch:
    """One selection's tables of days × people, and what the tiles show of them: each figure by day, and last in all."""

    def __init__(self, session: AnySession, selection: Selection, rules: RuleBook, now: int) -> None:
        self._selection = selection
        self._figures = day_figures(session, selection, now)
        self._categories = category_table(session, selection, rules)
        engaged = self._figures.engaged
        active = engaged > 0
        self._by_day = self._add_up(1)
        total = self._add_up(None)
        self._coverage = [*self._figures.coverage(1), *self._figures.coverage()]
        self.amounts: dict[str, Amounts] = {
            "active_people": [*active.sum(axis=1).tolist(), int(active.any(axis=0).sum())],
            "engaged": [*engaged.sum(axis=1).tolist(), int(engaged.sum())],
            "idle": [*self._figures.times[:, :, IDLE].sum(axis=1).tolist(), int(self._figures.times[:, :, IDLE].sum())],
            "productivity": [productivity(*pair) for pair in zip([*self._by_day, *total], self._coverage, strict=True)],
            "coverage": self._coverage,
        }

    def _add_up(self, axis: int | None) -> list[Categories]:
        """Return categories by day (axis 1), by person (axis 0) or in all."""
        axes = (0, 1) if axis is None else axis
        return [categories_of(row) for row in np.atleast_2d(self._categories.sum(axis=axes))]

    def figure(self, name: str, before: _Stretch) -> Figure:
        """Return a tile's figure: over the stretch, over the one before, and day by day."""
        *daily, value = self.amounts[name]
        return Figure(value=value, previous=before.amounts[name][-1] if before._figures.there.any() else None, daily=daily)

    def days(self) -> list[DayTimes]:
        """Return every day of everybody."""
        rows = (self._selection.days, self._figures.times_by(1), self._by_day, self._coverage[:-1], self.amounts["active_people"][:-1])
        return [
            DayTimes(day, times, categories, share, int(people or 0)) for day, times, categories, share, people in zip(*rows, strict=True)
        ]

    def people(self) -> list[PersonTimes]:
        """Return every person over the whole stretch."""
        figures = self._figures
        newest = len(self._selection.days) - 1 - (figures.first != NOTHING)[::-1].argmax(axis=0)  # the last day with any engaged time
        at = (newest, np.arange(len(self._selection.people)))
        bounds = [[None if one == NOTHING else one for one in table[at].tolist()] for table in (figures.first, figures.last)]
        reviews = figures.review_minutes.sum(axis=0).tolist()
        rows = (self._selection.people, figures.times_by(0), self._add_up(0), figures.coverage(0), *bounds, reviews)
        return [
            PersonTimes(person_of(member), times, categories, productivity(categories, share), share, first, last, review)
            for member, times, categories, share, first, last, review in zip(*rows, strict=True)
        ]
