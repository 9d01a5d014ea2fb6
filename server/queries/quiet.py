"""The longest quiet stretches within people's days: between the first and the last engaged instant, one presence each.

A day's quiet stretches together are as long as its time between first and last engaged instant less its engaged time, so
days are searched in the order of that bound, and the search ends when no day left can hold a longer stretch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from policy.categories import RuleBook
from policy.presence import ENGAGED, Thresholds
from policy.summaries import Quiet
from server.organisation import AnySession
from server.partition import Part, partition_day
from server.people import Member
from server.queries.ledger_rows import DayFigures, PersonDay
from server.queries.person_days import person_day
from server.queries.selection import Selection, person_of

LISTED = 10
MOST_SEARCHED = 31
"""So many person-days are made anew from their facts: a month of one person, or a day of thirty."""


class Found(Struct, frozen=True):
    """The longest stretches, longest first; `unsearched` days might hold others, of at most `unsearched_most` seconds."""

    longest: list[Quiet]
    unsearched: int
    unsearched_most: int


class _Candidate(NamedTuple):
    """A person-day and the seconds of quiet in it."""

    seconds: int
    person: Member
    day: date


def quiet_stretches(
    session: AnySession, selection: Selection, figures: Mapping[PersonDay, DayFigures], rules: RuleBook, thresholds: Thresholds
) -> Found:
    """Return the longest quiet stretches of the selection."""
    candidates = _candidates(selection, figures)
    longest: list[Quiet] = []
    searched = 0
    for candidate in candidates[:MOST_SEARCHED]:
        if candidate.seconds <= _shortest(longest):
            break
        longest = sorted([*longest, *_of_day(session, candidate, rules, thresholds)], key=_order)[:LISTED]
        searched += 1
    left = [one for one in candidates[searched:] if one.seconds > _shortest(longest)]
    return Found(longest, len(left), left[0].seconds if left else 0)


def _candidates(selection: Selection, figures: Mapping[PersonDay, DayFigures]) -> list[_Candidate]:
    people = {member.id: member for member in selection.people}
    found: list[_Candidate] = []
    for (person, day), one in figures.items():
        if one.first is not None and one.last is not None:
            quiet = (one.last - one.first) // 1000 - one.times.engaged
            found.append(_Candidate(quiet, people[person], day))
    return sorted((one for one in found if one.seconds > 0), key=lambda one: (-one.seconds, one.day, one.person.id))


def _shortest(longest: list[Quiet]) -> int:
    return (longest[-1].end - longest[-1].start) // 1000 if len(longest) == LISTED else 0


def _of_day(session: AnySession, candidate: _Candidate, rules: RuleBook, thresholds: Thresholds) -> Iterable[Quiet]:
    made = person_day(session, candidate.person, candidate.day, rules)
    day = partition_day(*made.bounds, made.facts, thresholds)
    for presence, run in groupby(_between(day.parts, day.first or 0, day.last or 0), key=lambda part: part.presence):
        parts = list(run)
        if presence not in ENGAGED:
            yield Quiet(person_of(candidate.person), parts[0].start, parts[-1].end, presence)


def _between(parts: Iterable[Part], first: int, last: int) -> list[Part]:
    return [part for part in parts if first <= part.start and part.end <= last]


def _order(one: Quiet) -> tuple[int, int, int]:
    return one.start - one.end, one.start, one.person.id
