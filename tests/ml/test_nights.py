"""Night by night: as `find` would have it, from what is kept of the days before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ml.budget import Budget
from ml.find import Expected, find
from ml.nights import Key, Nights, Odd, revision
from tests.ml.days import FIRST
from tests.ml.test_find import with_incident

MONDAY = FIRST + timedelta(days=56)
DAYS = with_incident(deleted=900)


def nights_through(nights: Nights, last: date, first: date = FIRST + timedelta(days=21)) -> tuple[set[Key], dict[Key, Odd]]:
    """Return whose days were found in the nights until then, and what is kept after them."""
    known: dict[Key, Odd] = {}
    found: set[Key] = set()
    for at in range((last - first).days + 1):
        night = nights.after(first + timedelta(days=at), known, Budget())
        known |= night.odd
        found |= {(one.person, one.day) for one in night.findings}
    return found, known


@pytest.mark.feature("K02")
def test_the_nights_find_what_the_whole_would_find() -> None:
    found, _ = nights_through(Nights(DAYS), MONDAY)
    whole = {(one.person, one.day) for one in find(DAYS, FIRST, Budget())}
    assert (3, MONDAY) in found & whole
    assert len(found - whole) <= 2


@pytest.mark.feature("K01")
def test_a_night_is_the_same_every_time_and_depends_on_no_later_day() -> None:
    _, known = nights_through(Nights(DAYS), MONDAY - timedelta(days=1))
    night = Nights(DAYS).after(MONDAY, known, Budget())
    until = [one for one in DAYS if one.day <= MONDAY]
    assert Nights(list(reversed(until))).after(MONDAY, known, Budget()) == night
    assert Nights(DAYS).after(MONDAY, known | night.odd, Budget()) == night


@pytest.mark.feature("K01")
def test_the_first_night_of_all_measures_the_days_before_by_itself() -> None:
    night = Nights(DAYS).after(MONDAY, {}, Budget())
    [found] = [one for one in night.findings if one.person == 3]
    assert found.reasons[0].feature == "deleted"
    assert len(night.odd) > 30 * 20
    expected = [Expected(3, "deleted", MONDAY)]
    assert not [one for one in Nights(DAYS, expected).after(MONDAY, {}, Budget()).findings if one.person == 3]


def test_nothing_is_found_among_few_days_or_none() -> None:
    assert Nights([]).after(MONDAY, {}, Budget()).findings == []
    early = Nights([one for one in DAYS if one.day < FIRST + timedelta(days=12)])
    assert early.after(FIRST + timedelta(days=11), {}, Budget()).odd == {}


def test_the_model_has_a_name_that_says_when_it_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = revision()
    assert before == revision()
    monkeypatch.setattr("ml.detect.FADE", 0.5)
    assert revision() != before
