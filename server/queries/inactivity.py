"""The Inactivity Monitor tab: input per minute, what was not engaged with each presence apart, and the longest quiet stretches."""

from __future__ import annotations

from policy.categories import RuleBook
from policy.presence import Thresholds
from policy.summaries import DayParts, Inactivity, InputMinute, PersonParts, Review
from server.organisation import AnySession
from server.queries.figures import DayFigures, day_figures
from server.queries.input_minutes import input_minutes
from server.queries.quiet import quiet_stretches
from server.queries.selection import Selection, period_of, person_of
from server.rules import rule_book


def inactivity(session: AnySession, selection: Selection, packaged: RuleBook, thresholds: Thresholds, now: int) -> Inactivity:
    """Return what the selection's people did not do, as far as it is known, and nothing it would mean."""
    minutes: list[InputMinute] | None = None
    review: list[Review] | None = None
    if selection.one is not None and selection.first == selection.last:
        minutes, review = input_minutes(session, selection.one, selection.first, rule_book(session, packaged), thresholds)
    figures = day_figures(session, selection, now)
    return Inactivity(
        period=period_of(session, selection),
        minutes=minutes,
        review=review,
        days=_days(selection, figures),
        people=_people(selection, figures),
        quiet=quiet_stretches(session, selection),
        unsearched=0,
        unsearched_most=0,
    )


def _days(selection: Selection, figures: DayFigures) -> list[DayParts]:
    rows = (selection.days, figures.times_by(1), figures.review_minutes.sum(axis=1).tolist())
    return [DayParts(*row) for row in zip(*rows, strict=True)]


def _people(selection: Selection, figures: DayFigures) -> list[PersonParts]:
    rows = (selection.people, figures.times_by(0), figures.review_minutes.sum(axis=0).tolist())
    return [PersonParts(person_of(member), times, review) for member, times, review in zip(*rows, strict=True)]
