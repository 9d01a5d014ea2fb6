"""One score a day, and which scores become alerts."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from ml.baseline import compare
from ml.budget import Budget, choose
from ml.detect import SEED, plain_forest, rare, score
from tests.ml.test_baseline import DAY, table_of


def noise(people: int, days: int, features: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).gamma(3, 2, (people * days, features))


@pytest.mark.feature("K01")
def test_the_forest_is_scikit_learns() -> None:
    rows = noise(5, 40, 4)
    theirs = IsolationForest(n_estimators=200, max_samples=200, random_state=SEED).fit(rows)
    assert np.array_equal(plain_forest(rows, SEED).score_samples(rows), theirs.score_samples(rows))


@pytest.mark.feature("K01")
def test_the_same_table_gives_the_same_scores_bit_for_bit() -> None:
    table = table_of(noise(12, 40, 5), 12)
    assert score(table).tobytes() == score(table).tobytes()


def test_a_score_depends_on_no_later_day() -> None:
    values = noise(12, 50, 3)
    whole, part = score(table_of(values, 12)), score(table_of(values[: 12 * 40], 12))
    assert np.array_equal(whole[: 12 * 40], part)


def test_a_day_far_from_all_others_has_the_highest_score() -> None:
    values = noise(20, 40, 6)
    values[-3, 2] = 200
    scores = score(table_of(values, 20))
    assert scores.argmax() == len(values) - 3


def test_an_unusual_day_after_unusual_days_weighs_more() -> None:
    values = noise(20, 40, 6)
    values[-20::1, 3] += 0
    again = values.copy()
    for back in range(1, 6):
        again[-20 * back, 2] = 60
    values[-20, 2] = 60
    assert score(table_of(again, 20))[-20] > score(table_of(values, 20))[-20]


@pytest.mark.parametrize("poison", [np.nan, 0.0, 1e300, -1e300])
def test_poisoned_history_never_crashes(poison: float) -> None:
    values = noise(8, 40, 3)
    values[: 8 * 20, 1] = poison
    assert np.isfinite(score(table_of(values, 8))).all()


def test_a_table_of_constants_and_an_empty_one_score_nothing_unusual() -> None:
    assert np.ptp(score(table_of(np.ones((200, 2)), 10))[100:]) < 1e-9
    assert not len(score(table_of(np.empty((0, 2)), 1)))


def test_rarity_is_the_share_of_earlier_days_at_least_as_odd() -> None:
    earlier = np.arange(99.0)
    assert rare(np.array([1000.0, 0.0]), earlier) == pytest.approx([-np.log(0.5 / 100), -np.log(99.5 / 100)])


@pytest.mark.feature("K02")
def test_a_quiet_company_uses_no_budget_up() -> None:
    table = table_of(np.ones((40 * 80, 3)), 40)
    unusual = compare(table)
    assert not len(choose(table, score(table, unusual), np.abs(unusual.z).max(axis=1), Budget()))


@pytest.mark.feature("K02")
def test_the_budget_bounds_what_there_is_to_read() -> None:
    people, days = 100, 112
    random = np.random.default_rng(5)
    table = table_of(random.standard_t(2, (people * days, 6)), people)  # heavy tails: something odd happens every day
    unusual = compare(table)
    chosen = choose(table, score(table, unusual), np.abs(unusual.z).max(axis=1), Budget())
    settled = chosen[table.days[chosen] >= DAY + 56]
    assert 2 <= len(settled) <= 2.5 * (people / 50) * 8


def test_one_persons_affair_is_told_once() -> None:
    values = noise(50, 70, 4)
    for back in range(1, 5):
        values[-50 * back + 7, 1] = 90
    table = table_of(values, 50)
    unusual = compare(table)
    chosen = choose(table, score(table, unusual), np.abs(unusual.z).max(axis=1), Budget())
    told = [int(table.days[row]) for row in chosen if table.users[row] == 7 and table.days[row] >= DAY + 66]
    assert 1 <= len(told) <= 2
