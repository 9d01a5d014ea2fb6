"""How good the detector is, beside the four naive ones, on the same days and in the same run.

A day counts as found when an alert falls on it; an incident, when an alert about its person falls between its first day and
two days after its last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from msgspec import Struct
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score

from ml.baseline import Unusual, compare
from ml.budget import Budget, choose
from ml.detect import SEED, plain_forest, score
from ml.features import measure, unusual_of
from ml.find import Finding, find
from ml.synthetic import FIRST, Company, Incident
from ml.userdays import Flags, Floats, UserDays

GRACE = timedelta(days=2)
SCORED_FROM_DAYS = 28
"""Figures begin four weeks in: by then everybody who works has ten days, and the budget knows what is ordinary."""

Score = Callable[[UserDays, Unusual], Floats]


class Quality(Struct, frozen=True):
    """Area under the ROC curve, average precision, and what an alert budget makes of the scores.

    `recall` is the share of incidents with an alert, `false_alerts` alerts outside any incident per 50 people and week.
    """

    auc: float
    precision: float
    recall: float
    false_alerts: float


class Result(Struct, frozen=True):
    """One run over a company: the quality of each detector, and how many found incidents had a right reason among their three."""

    quality: Mapping[str, Quality]
    right_reason: float
    too_early: int


def pooled_forest(table: UserDays, unusual: Unusual) -> Floats:
    """One forest on everybody's raw numbers."""
    values = np.nan_to_num(table.values)
    scores: Floats = -plain_forest(values, SEED).score_samples(values)
    return scores


def forest_per_person(table: UserDays, unusual: Unusual) -> Floats:
    """A forest for each person, on their own raw numbers."""
    scores = np.zeros(table.size)
    for user in range(table.people):
        rows = np.flatnonzero(table.users == user)
        values = np.nan_to_num(table.values[rows])
        scores[rows] = -IsolationForest(n_estimators=100, random_state=SEED).fit(values).score_samples(values)
    return scores


def largest_z(table: UserDays, unusual: Unusual) -> Floats:
    """The largest |z| of the day."""
    return np.abs(unusual.z).max(axis=1)


def sum_of_high_z(table: UserDays, unusual: Unusual) -> Floats:
    """The sum of what was more than usual."""
    return np.clip(unusual.z, 0, 8).sum(axis=1)


def workpulse(table: UserDays, unusual: Unusual) -> Floats:
    """WorkPulse's own detector."""
    return score(table, unusual)


DETECTORS: Mapping[str, Score] = {
    "WorkPulse": workpulse,
    "pooled forest, raw": pooled_forest,
    "forest per person, raw": forest_per_person,
    "largest |z|": largest_z,
    "sum of one-sided z": sum_of_high_z,
}
"""WorkPulse's own detector first, then the naive ones."""


def evaluate_company(made: Company, detectors: Mapping[str, Score] = DETECTORS, budget: Budget | None = None) -> Result:
    """Return how well each detector finds the incidents that were put into a company."""
    budget = Budget() if budget is None else budget
    table, facts = measure(made.days)
    unusual, plain = unusual_of(table), compare(table)
    owners = _incidents_by_day(made.incidents)
    labels = np.array([(fact.person, fact.day) in owners for fact in facts])
    people = [fact.person for fact in facts]
    start = (FIRST + timedelta(days=SCORED_FROM_DAYS)).toordinal()
    quality: dict[str, Quality] = {}
    for name, detector in detectors.items():
        scores = detector(table, unusual if name == "WorkPulse" else plain)
        alerts = choose(table, np.where(unusual.ready, scores, 0), largest_z(table, unusual), budget)
        told = [(people[row], facts[row].day) for row in alerts if table.days[row] >= start]
        quality[name] = _quality(scores, labels, unusual.ready & (table.days >= start), told, made.incidents, table)
    found = find(made.days, FIRST, budget)
    return Result(quality, _right_reasons(found, made.incidents), _too_early(found, table, facts))


def evaluate_labelled(
    table: UserDays, labels: Flags, detectors: Mapping[str, Score] = DETECTORS, budget: Budget | None = None
) -> dict[str, Quality]:
    """Return how well each detector finds the labelled user-days; a user's labelled days within a week are one incident."""
    budget = Budget() if budget is None else budget
    unusual = compare(table)
    days = [date.fromordinal(max(1, int(day))) for day in table.days]
    incidents = _runs(table, labels, days)
    quality: dict[str, Quality] = {}
    for name, detector in detectors.items():
        scores = detector(table, unusual)
        alerts = choose(table, np.where(unusual.ready, scores, 0), largest_z(table, unusual), budget)
        told = [(int(table.users[row]), days[row]) for row in alerts]
        quality[name] = _quality(scores, labels, np.ones(table.size, bool), told, incidents, table)
    return quality


def _quality(
    scores: Floats, labels: Flags, counted: Flags, told: Sequence[tuple[int, date]], incidents: Sequence[Incident], table: UserDays
) -> Quality:
    hits = [incident for incident in incidents if any(_about(incident, person, day) for person, day in told)]
    false = [one for one in told if not any(_about(incident, *one) for incident in incidents)]
    weeks = max(1.0, (int(table.days[counted].max()) - int(table.days[counted].min()) + 1) / 7)
    return Quality(
        auc=float(roc_auc_score(labels[counted], scores[counted])),
        precision=float(average_precision_score(labels[counted], scores[counted])),
        recall=len(hits) / len(incidents) if incidents else 1.0,
        false_alerts=len(false) / weeks / max(1.0, table.people / 50),
    )


def _about(incident: Incident, person: int, day: date) -> bool:
    return incident.person == person and incident.first <= day <= incident.last + GRACE


def _incidents_by_day(incidents: Iterable[Incident]) -> set[tuple[int, date]]:
    return {(one.person, one.first + timedelta(days=at)) for one in incidents for at in range((one.last - one.first).days + 1)}


def _right_reasons(found: Sequence[Finding], incidents: Sequence[Incident]) -> float:
    """Return the share of alerts on incidents that name what was done among their reasons."""
    right = [
        bool({reason.feature for reason in finding.reasons} & incident.features)
        for finding in found
        for incident in incidents
        if _about(incident, finding.person, finding.day)
    ]
    return sum(right) / len(right) if right else 0.0


def _too_early(found: Sequence[Finding], table: UserDays, facts: Sequence[object]) -> int:
    """Return how many alerts fell on a person's first ten days."""
    tenth: dict[int, int] = {}
    for user in range(table.people):
        rows = np.flatnonzero(table.users == user)[:10]
        tenth[facts[rows[0]].person] = int(table.days[rows[-1]])  # type: ignore[attr-defined]
    return sum(finding.day.toordinal() <= tenth[finding.person] for finding in found)


def _runs(table: UserDays, labels: Flags, days: Sequence[date]) -> list[Incident]:
    found: list[Incident] = []
    for user in np.unique(table.users[labels]):
        for row in np.flatnonzero(labels & (table.users == user)):
            last = found[-1] if found and found[-1].person == int(user) else None
            if last is not None and days[row] - last.last <= timedelta(days=7):
                found[-1] = Incident("", int(user), last.first, days[row], frozenset())
            else:
                found.append(Incident("", int(user), days[row], days[row], frozenset()))
    return found
