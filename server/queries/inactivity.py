"""The Inactivity Monitor tab: input per minute, what was not engaged with each presence apart, and the longest quiet stretches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from policy.categories import RuleBook
from policy.presence import Thresholds
from policy.summaries import DayParts, Inactivity, InputMinute, PersonParts, Review
from server.organisation import AnySession
from server.people import Member
from server.queries.input_minutes import input_minutes
from server.queries.ledger_rows import DayFigures, PersonDay, add_times, day_figures
from server.queries.quiet import quiet_stretches
from server.queries.selection import Selection, period_of, person_of
from server.rules import rule_book


def inactivity(session: AnySession, selection: Selection, packaged: RuleBook, thresholds: Thresholds, now: int) -> Inactivity:
    """Return what the selection's people did not do, as far as it is known, and nothing it would mean."""
    rules = rule_book(session, packaged)
    figures = day_figures(session, selection, now)
    minutes: list[InputMinute] | None = None
    review: list[Review] | None = None
    if selection.one is not None and selection.first == selection.last:
        minutes, review = input_minutes(session, selection.one, selection.first, rules, thresholds)
    quiet = quiet_stretches(session, selection, figures, rules, thresholds)
    return Inactivity(
        period=period_of(session, selection),
        minutes=minutes,
        review=review,
        days=[_day(day, figures) for day in selection.days],
        people=_people(selection.people, figures),
        quiet=quiet.longest,
        unsearched=quiet.unsearched,
        unsearched_most=quiet.unsearched_most,
    )


def _day(day: date, figures: Mapping[PersonDay, DayFigures]) -> DayParts:
    mine = [one for (_, of), one in figures.items() if of == day]
    return DayParts(day, add_times(one.times for one in mine), _review_minutes(mine))


def _people(people: Iterable[Member], figures: Mapping[PersonDay, DayFigures]) -> list[PersonParts]:
    by_person: dict[int, list[DayFigures]] = {}
    for (person, _), one in figures.items():
        by_person.setdefault(person, []).append(one)
    found = [(member, by_person.get(member.id, [])) for member in people]
    return [PersonParts(person_of(member), add_times(one.times for one in mine), _review_minutes(mine)) for member, mine in found]


def _review_minutes(figures: Iterable[DayFigures]) -> int:
    return sum(one.review_minutes for one in figures)
