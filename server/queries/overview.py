"""The Overview tab: key figures with the period before, who is active now, and what needs attention first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from policy.categories import RuleBook
from policy.presence import Thresholds
from policy.summaries import Categories, DayTimes, Figure, Overview, PersonTimes, Times, productivity
from server.organisation import AnySession
from server.people import Member
from server.queries.attention import attention
from server.queries.ledger_rows import DayFigures, PersonDay, Usage, add_times, categories_of, coverage, day_figures, usages
from server.queries.now import now_of
from server.queries.selection import Selection, period_of, person_of
from server.rules import rule_book


def overview(session: AnySession, selection: Selection, packaged: RuleBook, thresholds: Thresholds, now: int) -> Overview:
    """Return the selection's key figures."""
    rules = rule_book(session, packaged)
    here = _Stretch(session, selection, rules, now)
    before = _Stretch(session, selection.before, rules, now)
    people = [here.person(member) for member in selection.people]
    return Overview(
        period=period_of(session, selection),
        active_people=here.figure(_Stretch.active_people, before),
        engaged=here.figure(_Stretch.engaged, before),
        productivity=here.figure(_Stretch.productivity, before),
        idle=here.figure(_Stretch.idle, before),
        coverage=here.figure(_Stretch.coverage, before),
        attention=attention(session, selection, people, now),
        now=now_of(session, selection, rules, thresholds, now),
        days=[here.on(day) for day in selection.days],
        people=people,
    )


class _Stretch:
    """Person-days and usages of one selection, and the questions the tiles ask of any part of them."""

    def __init__(self, session: AnySession, selection: Selection, rules: RuleBook, now: int) -> None:
        self._selection = selection
        self._figures = day_figures(session, selection, now)
        self._used: dict[PersonDay, list[Usage]] = defaultdict(list)
        for usage in usages(session, selection, rules):
            self._used[usage.person, usage.day].append(usage)
        self._keys = set(self._figures) | set(self._used)

    def figure(self, question: Callable[[_Stretch, set[PersonDay]], float | None], before: _Stretch) -> Figure:
        """Return a tile's figure: over the stretch, over the one before, and day by day."""
        daily = [question(self, self._keys_of(day)) for day in self._selection.days]
        return Figure(value=question(self, self._keys), previous=question(before, before._keys) if before._figures else None, daily=daily)

    def active_people(self, keys: set[PersonDay]) -> float:
        """How many people have any engaged time."""
        return len({person for person, day in keys if (one := self._figures.get((person, day))) and one.times.engaged})

    def engaged(self, keys: set[PersonDay]) -> float:
        """Engaged seconds."""
        return self._times(keys).engaged

    def idle(self, keys: set[PersonDay]) -> float:
        """Idle seconds."""
        return self._times(keys).idle

    def productivity(self, keys: set[PersonDay]) -> float | None:
        """Productive share of engaged time; None when coverage is too low."""
        return productivity(self._categories(keys), self.coverage(keys))

    def coverage(self, keys: set[PersonDay]) -> float | None:
        """Share of the expected time with any evidence."""
        return coverage(self._of(keys))

    def on(self, day: date) -> DayTimes:
        """Return one day of everybody."""
        keys = self._keys_of(day)
        people = int(self.active_people(keys))
        return DayTimes(day=day, times=self._times(keys), categories=self._categories(keys), coverage=self.coverage(keys), people=people)

    def person(self, member: Member) -> PersonTimes:
        """Return one person over the whole stretch."""
        keys = {key for key in self._keys if key[0] == member.id}
        figures = sorted(
            ((day, self._figures[member.id, day]) for _, day in keys if (member.id, day) in self._figures), key=lambda one: one[0]
        )
        engaged_days = [one for _, one in figures if one.first is not None]
        categories, covered = self._categories(keys), self.coverage(keys)
        return PersonTimes(
            person=person_of(member),
            times=self._times(keys),
            categories=categories,
            productivity=productivity(categories, covered),
            coverage=covered,
            first=engaged_days[-1].first if engaged_days else None,
            last=engaged_days[-1].last if engaged_days else None,
            review_minutes=sum(one.review_minutes for _, one in figures),
        )

    def _keys_of(self, day: date) -> set[PersonDay]:
        return {key for key in self._keys if key[1] == day}

    def _of(self, keys: Iterable[PersonDay]) -> list[DayFigures]:
        return [self._figures[key] for key in keys if key in self._figures]

    def _times(self, keys: set[PersonDay]) -> Times:
        return add_times(one.times for one in self._of(keys))

    def _categories(self, keys: set[PersonDay]) -> Categories:
        return categories_of(usage for key in keys for usage in self._used.get(key, ()))
