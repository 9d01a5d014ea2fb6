"""From people's days to findings with reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ml.budget import Budget
from ml.drift import Drift, trends
from ml.evaluate import evaluate_company
from ml.features import FEATURES, NAMES, DayFacts, measure
from ml.find import Expected, Finding, find
from ml.synthetic import KINDS, company
from tests.ml.days import FIRST, OFFICE_HOURS, a_day, an_office

LAST = 62
NIGHT = tuple(3000 if hour < 3 else part for hour, part in enumerate(OFFICE_HOURS))
HARDLY_THERE = {
    "engaged_by_hour": tuple(part // 8 for part in OFFICE_HOURS),
    "keys": 1500,
    "clicks": 500,
    "breaks": 1,
    "longest_streak": 1500,
    "idle": 20_000,
}


def with_incident(**changed: object) -> list[DayFacts]:
    """Return an office of 30 in which person 3 does something on the last Monday."""
    days = an_office(30, LAST + 1)
    at = next(place for place, one in enumerate(days) if one.person == 3 and one.day == FIRST + timedelta(days=56))
    days[at] = replace(days[at], **changed)
    return days


def about(found: list[Finding], person: int) -> list[Finding]:
    return [one for one in found if one.person == person]


@pytest.mark.feature("K01", "K03")
@pytest.mark.parametrize(
    ("changed", "feature"),
    [
        ({"deleted": 900}, "deleted"),
        ({"engaged_by_hour": NIGHT}, "hours_00_04"),
        ({"sent": 9_000_000_000}, "sent"),
        ({"kinds": {"job_search": 5000}}, "job_search"),
        ({"removable": 300}, "removable"),
        ({"apps": {"unheard.exe": 9000}}, "new_apps"),
        ({"regular_minutes": 150}, "regular_minutes"),
        (HARDLY_THERE, "engaged"),
    ],
)
def test_a_finding_says_what_was_observed_and_what_is_usual(changed: dict[str, object], feature: str) -> None:
    [finding] = about(find(with_incident(**changed), FIRST + timedelta(days=56), Budget()), 3)
    reason = next(one for one in finding.reasons if one.feature == feature)
    assert reason.unit == FEATURES[NAMES.index(feature)].unit
    assert abs(reason.observed - reason.usual) > abs(reason.usual) * 0.5
    assert finding.confidence > 0.9


@pytest.mark.feature("K01")
def test_what_is_expected_of_a_person_is_not_found_again() -> None:
    days = with_incident(deleted=900)
    monday = FIRST + timedelta(days=56)
    assert about(find(days, monday, Budget()), 3)
    assert not about(find(days, monday, Budget(), [Expected(3, "deleted", monday)]), 3)
    assert about(find(days, monday, Budget(), [Expected(3, "deleted", monday - timedelta(days=1))]), 3)
    assert about(find(days, monday, Budget(), [Expected(4, "deleted", monday)]), 3)


@pytest.mark.feature("K01")
def test_the_same_days_give_the_same_findings_in_any_order() -> None:
    days = with_incident(deleted=900, sent=9_000_000_000)
    assert find(days, FIRST, Budget()) == find(list(reversed(days)), FIRST, Budget())


def test_a_new_hire_a_long_leave_and_a_changed_zone_are_no_findings() -> None:
    days = an_office(30, LAST + 1)
    hired = [a_day(77, at, engaged_by_hour=NIGHT) for at in range(50, LAST) if at % 7 < 5]
    away = [one for one in days if not (one.person == 5 and FIRST + timedelta(days=20) < one.day < FIRST + timedelta(days=55))]
    moved = [
        replace(one, zone="Europe/Berlin", engaged_by_hour=NIGHT) if one.person == 6 and one.day > FIRST + timedelta(days=50) else one
        for one in away
    ]
    found = find([*moved, *hired], FIRST + timedelta(days=50), Budget())
    assert not [one for one in found if one.person in (77, 5, 6)]


def test_what_a_pc_did_not_report_is_not_found_missing() -> None:
    unseen = {"engaged_by_hour": tuple(part // 8 for part in OFFICE_HOURS), "coverage": 0.2, "keys": 0, "clicks": 0}
    found = about(find(with_incident(**unseen), FIRST + timedelta(days=56), Budget()), 3)
    assert not [reason for finding in found for reason in finding.reasons if reason.feature == "engaged"]


def test_a_program_all_begin_to_use_is_news_to_nobody() -> None:
    monday = FIRST + timedelta(days=56)
    office = an_office(30, LAST + 1)
    days = [replace(one, apps={**one.apps, "newtool.exe": 7000}) if one.day >= monday else one for one in office]
    table, _ = measure(days)
    assert table.values[:, NAMES.index("new_apps")].max() == 0


@pytest.mark.feature("K03", "J05")
def test_slow_change_is_told_as_a_trend() -> None:
    longer = tuple(3000 if 9 <= hour < 20 else 0 for hour in range(24))
    days = [a_day(1, at, engaged_by_hour=longer if at >= 90 else OFFICE_HOURS) for at in range(125) if at % 7 < 5]
    [trend] = [one for one in trends(days) if one.drift is Drift.OVERLOAD]
    assert (trend.recent, trend.before) == pytest.approx((33_000 / 3600, 24_000 / 3600))
    assert not trends(days[:60])


@pytest.mark.feature("K01", "K03")
def test_invented_incidents_are_found_with_their_reasons_and_better_than_by_naive_detectors() -> None:
    result = evaluate_company(company(1, people=100, weeks=16, incidents=12))
    ours = result.quality["WorkPulse"]
    others = [one for name, one in result.quality.items() if name != "WorkPulse"]
    assert ours.precision > max(one.precision for one in others)
    assert ours.recall >= 0.7 and ours.recall >= max(one.recall for one in others)
    assert ours.false_alerts <= 1.0
    assert result.right_reason >= 0.85
    assert result.too_early == 0


def test_every_kind_of_incident_names_features_there_are() -> None:
    assert len(KINDS) == 12
    assert all(set(kind.features) <= set(NAMES) for kind in KINDS.values())
