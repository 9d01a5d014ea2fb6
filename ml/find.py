"""From people's days to findings: which days are worth reading about, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from msgspec import Struct

from ml import explain
from ml.baseline import ENOUGH, Unusual
from ml.budget import Budget, choose
from ml.detect import SEED, forest_before, score, weeks_of
from ml.explain import Reason
from ml.features import FEATURES, NAMES, DayFacts, measure, unusual_of
from ml.userdays import Floats, UserDays

SURE_AFTER_DAYS = 30
"""Own days after which the usual is well known."""


class Finding(Struct, frozen=True):
    """A person's day unlike their others, with its reasons, the most telling first; never a verdict.

    `coverage` is the share of the day's expected time with any evidence; `confidence`, 0..1, says how well the person's usual is
    known and how much of the day was seen.
    """

    person: int
    day: date
    score: float
    reasons: tuple[Reason, ...]
    coverage: float | None
    confidence: float


class Expected(Struct, frozen=True):
    """Somebody said that this feature is to be expected of this person until a day, and why would be noted elsewhere."""

    person: int
    feature: str
    until: date


def find(days: Iterable[DayFacts], since: date, budget: Budget, expected: Sequence[Expected] = (), seed: int = SEED) -> list[Finding]:
    """Return the findings from a day on, in the order of time; the same days give the same findings."""
    table, facts = measure(days)
    if not facts:
        return []
    unusual = as_expected(unusual_of(table), facts, expected)
    scores = score(table, unusual, seed)
    chosen = choose(table, scores, np.abs(unusual.z).max(axis=1), budget)
    wanted = [int(row) for row in chosen if facts[row].day >= since]
    return _explained(table, facts, unusual, wanted, scores, seed)


def as_expected(unusual: Unusual, facts: Sequence[DayFacts], expected: Sequence[Expected]) -> Unusual:
    """Return z in which what is expected of a person is as usual."""
    z = unusual.z.copy()
    for one in expected:
        rows = [row for row, fact in enumerate(facts) if fact.person == one.person and fact.day <= one.until]
        if one.feature in NAMES and rows:
            z[rows, NAMES.index(one.feature)] = 0.0
    return Unusual(z, unusual.usual, unusual.ready, unusual.comparable)


def _explained(
    table: UserDays, facts: Sequence[DayFacts], unusual: Unusual, rows: Sequence[int], scores: Floats, seed: int
) -> list[Finding]:
    """Return the rows as findings; a week's forest is grown again for its reasons, which is cheaper than keeping them all."""
    found: list[Finding] = []
    for week in weeks_of(table.days):
        mine = [row for row in rows if week.start <= row < week.stop]
        if mine:
            forest = forest_before(unusual, week.start, seed)
            found += [
                finding_of(table, facts[row], unusual, row, explain.order(forest, unusual.z[row]), float(scores[row])) for row in mine
            ]
    return found


def finding_of(table: UserDays, fact: DayFacts, unusual: Unusual, row: int, features: Sequence[int], value: float) -> Finding:
    """Return a row as a finding for these features, by their place in FEATURES."""
    reasons = tuple(_reason(table, unusual, row, at) for at in features)
    own = int(np.count_nonzero(table.users[:row] == table.users[row]))
    seen = 1.0 if fact.coverage is None else fact.coverage
    return Finding(fact.person, fact.day, value, reasons, fact.coverage, min(1.0, own / max(SURE_AFTER_DAYS, ENOUGH)) * seen)


def _reason(table: UserDays, unusual: Unusual, row: int, at: int) -> Reason:
    feature = FEATURES[at]
    return Reason(feature.name, float(table.values[row, at]), float(unusual.usual[row, at]), feature.unit)
