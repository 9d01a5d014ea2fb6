"""The scope: named ranges, stepping, and what is remembered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.scope import Preset, Scope, ScopeState, days_of, earlier, later, named
from console.settings import Settings
from tests.console.fakes import TODAY

DAYS = st.dates(date(2001, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, date(2025, 11, 20), date(2025, 11, 20)),
        (Preset.YESTERDAY, date(2025, 11, 19), date(2025, 11, 19)),
        (Preset.LAST_7_DAYS, date(2025, 11, 14), date(2025, 11, 20)),
        (Preset.THIS_WEEK, date(2025, 11, 17), date(2025, 11, 20)),
        (Preset.LAST_WEEK, date(2025, 11, 10), date(2025, 11, 16)),
        (Preset.THIS_MONTH, date(2025, 11, 1), date(2025, 11, 20)),
        (Preset.LAST_MONTH, date(2025, 10, 1), date(2025, 10, 31)),
    ],
)
@pytest.mark.feature("I15")
def test_named_ranges_on_a_thursday(preset: Preset, first: date, last: date) -> None:
    assert days_of(preset, TODAY) == (first, last)


@given(DAYS, st.sampled_from([one for one in Preset if one is not Preset.CUSTOM]))
def test_no_named_range_reaches_into_the_future(today: date, preset: Preset) -> None:
    first, last = days_of(preset, today)
    assert first <= last <= today
    assert days_of(named(first, last, today, preset), today) == (first, last)


@given(DAYS, st.integers(0, 400), st.integers(0, 100))
def test_the_range_before_ends_the_day_before(today: date, ago: int, length: int) -> None:
    last = today - timedelta(days=ago)
    scope = Scope(Preset.CUSTOM, last - timedelta(days=length), last)
    before = earlier(scope, today)
    assert before.last == scope.first - timedelta(days=1)


@given(DAYS, st.sampled_from([Preset.YESTERDAY, Preset.LAST_WEEK, Preset.LAST_MONTH]))
def test_one_back_and_one_forward_is_where_we_were(today: date, preset: Preset) -> None:
    scope = Scope(preset, *days_of(preset, today))
    back = later(earlier(scope, today), today)
    assert (back.first, back.last) == (scope.first, scope.last)


def test_stepping_back_from_this_month_gives_all_of_last_month() -> None:
    scope = Scope(Preset.THIS_MONTH, *days_of(Preset.THIS_MONTH, TODAY))
    back = earlier(scope, TODAY)
    assert (back.first, back.last, back.preset) == (date(2025, 10, 1), date(2025, 10, 31), Preset.LAST_MONTH)
    assert later(back, TODAY) == scope


def test_there_is_no_later_than_today() -> None:
    scope = Scope(Preset.TODAY, TODAY, TODAY)
    assert later(scope, TODAY) is scope


def test_a_scope_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="end before"):
        Scope(Preset.CUSTOM, TODAY, TODAY - timedelta(days=1))


def test_the_scope_is_remembered_and_a_named_range_moves_with_the_days(settings: Settings) -> None:
    state = ScopeState(settings, TODAY)
    state.choose(Preset.LAST_WEEK)
    state.update(team=2, person=7, search="Zoë, =1")
    again = ScopeState(settings, TODAY + timedelta(days=7))
    assert (again.value.preset, again.value.team, again.value.person, again.value.search) == (Preset.LAST_WEEK, 2, 7, "Zoë, =1")
    assert again.value.first == date(2025, 11, 17)


def test_custom_days_stay_where_they_were(settings: Settings) -> None:
    ScopeState(settings, TODAY).choose_days(date(2025, 3, 1), date(2025, 3, 9))
    assert ScopeState(settings, TODAY + timedelta(days=3)).value.first == date(2025, 3, 1)


def test_an_unreadable_memory_falls_back_to_this_week(settings: Settings) -> None:
    settings.put("scope/preset", "custom")
    settings.put("scope/first", "not a day")
    assert ScopeState(settings, TODAY).value.preset is Preset.THIS_WEEK


def test_a_new_day_moves_a_named_range(settings: Settings) -> None:
    state = ScopeState(settings, TODAY)
    state.choose(Preset.TODAY)
    state.roll(TODAY + timedelta(days=1))
    assert state.value.first == TODAY + timedelta(days=1)


def test_saying_the_same_again_is_no_change(settings: Settings) -> None:
    state, heard = ScopeState(settings, TODAY), []
    state.changed.connect(lambda: heard.append(1))
    state.update(search="x")
    state.update(search="x")
    assert len(heard) == 1
