"""How unusual a number is for its user."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ml.baseline import ENOUGH, WINDOW, compare
from ml.userdays import BadTableError, UserDays, user_days

DAY = 738_000


def table_of(values: np.ndarray, people: int) -> UserDays:
    """Return rows (day by day, person by person) as user-days."""
    days = len(values) // people
    return user_days(
        tuple(f"f{at}" for at in range(values.shape[1])),
        np.tile(np.arange(people), days),
        np.repeat(DAY + np.arange(days), people),
        values.astype(float),
    )


@pytest.mark.feature("K01")
def test_a_number_is_compared_with_the_users_own_days() -> None:
    random = np.random.default_rng(0)
    few, many = random.normal(10, 1, (40, 1)), random.normal(1000, 100, (40, 1))
    values = np.hstack([few, many]).reshape(-1, 1)
    values[-2] = values[-1]  # the first user does once what the second does every day
    z = compare(table_of(values, 2)).z[:, 0]
    assert z[-2] > 5
    assert abs(z[-1]) < 4


@pytest.mark.feature("K01")
def test_nobody_is_compared_before_ten_own_days() -> None:
    ready = compare(table_of(np.ones((30, 1)), 1)).ready
    assert ready.tolist() == [at >= ENOUGH for at in range(30)]


def test_one_file_more_than_never_is_no_infinity() -> None:
    values = np.zeros((60 * 5, 1))
    values[::7] = 3  # some people, now and then
    values[-1] = 1
    assert np.isfinite(compare(table_of(values, 5)).z).all()


def test_what_all_do_on_one_day_is_nobodys_own() -> None:
    random = np.random.default_rng(0)
    values = random.normal(8, 0.5, (30 * 40, 1))
    values[-30:] += 4  # a release night
    values[-1] += 6  # and somebody who stayed far longer than the others
    z = np.abs(compare(table_of(values, 30)).z[:, 0])
    assert np.median(z[-30:-1]) < 1
    assert z[-1] > 3


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(float, (45, 3), elements=st.floats(-1e6, 1e6) | st.just(np.nan)), st.integers(15, 44))
def test_a_row_depends_on_no_later_day(values: np.ndarray, kept: int) -> None:
    whole, part = compare(table_of(values, 1)), compare(table_of(values[:kept], 1))
    assert np.array_equal(whole.z[:kept], part.z)
    assert np.isfinite(whole.z).all()


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(20)))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    random = np.random.default_rng(3)
    values, days, users = random.gamma(2, 3, (20, 2)), DAY + np.arange(20) // 2, np.arange(20) % 2
    one = compare(user_days(("a", "b"), users, days, values))
    other = compare(user_days(("a", "b"), users[order], days[order], values[order]))
    assert np.array_equal(one.z, other.z)


def test_the_window_forgets() -> None:
    values = np.concatenate([np.full((WINDOW, 1), 100.0), np.full((2 * WINDOW, 1), 1.0)])
    assert abs(compare(table_of(values, 1)).usual[-1, 0] - 1) < 1e-6


def test_two_rows_of_one_day_are_refused() -> None:
    with pytest.raises(BadTableError, match="two rows of one day"):
        user_days(("a",), np.array([0, 0]), np.array([DAY, DAY]), np.ones((2, 1)))
