"""Real work hours: the boundaries, what breaks a block and what does not, midnight, and that pieces make the same as the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.days.real_hours import Block, Run, State, blocks, completed, joined, pack, unpack

W, I, S, X = State  # noqa: E741 — working, idle, silent, stopped
MINUTE = 60

runs_of_a_day = st.lists(st.tuples(st.sampled_from(State), st.integers(0, 3000)).map(lambda one: Run(*one)), max_size=30)


def count(*runs: tuple[State, int]) -> int:
    return len(list(completed(blocks([Run(*run) for run in runs], 0))))


@pytest.mark.feature("C01")
@pytest.mark.parametrize(("seconds", "hours"), [(39 * 60 + 59, 0), (40 * 60, 1), (79 * 60 + 59, 1), (80 * 60, 2)])
def test_forty_minutes_make_one_and_a_second_less_makes_none(seconds: int, hours: int) -> None:
    assert count((W, seconds)) == hours
    assert count((X, 100), (W, seconds), (X, 100)) == hours


@pytest.mark.feature("C01")
@pytest.mark.parametrize(
    ("gap", "breaks"),
    [
        ([(X, 1)], True),
        ([(I, 599)], False),
        ([(I, 600)], True),
        ([(S, 900)], False),
        ([(S, 901)], True),
        ([(I, 400), (S, 900), (I, 199)], False),
        ([(I, 400), (S, 1), (I, 200)], True),
        ([(I, 10), (X, 1), (I, 10)], True),
    ],
)
def test_any_stop_and_a_long_silence_end_a_block(gap: list[tuple[State, int]], breaks: bool) -> None:
    assert count((W, 20 * MINUTE), *gap, (W, 20 * MINUTE)) == (0 if breaks else 1)


@pytest.mark.feature("C01")
def test_a_silence_ends_the_block_at_the_last_sign_of_life() -> None:
    assert list(blocks([Run(W, 2400), Run(S, 5000), Run(W, 60)], 1000)) == [Block(1000, 3400), Block(8400, 8460)]


@pytest.mark.feature("C01")
def test_a_block_over_midnight_counts_where_its_forty_minutes_complete() -> None:
    evening, morning = joined([Run(X, 84_000), Run(W, 2400 - 60)]), joined([Run(W, 60 + 2400), Run(X, 100)])
    assert list(completed(blocks([*evening, *morning], 0))) == [84_000 + 2399, 84_000 + 4799]


@given(st.lists(runs_of_a_day, max_size=4))
def test_days_put_together_make_what_the_whole_makes(days: list[list[Run]]) -> None:
    whole = [run for day in days for run in day]
    pieces = [run for day in days for run in unpack(pack(joined(day)))]
    assert list(blocks(pieces, 7)) == list(blocks(whole, 7))
    assert sum(run.seconds for run in joined(whole)) == sum(run.seconds for run in whole)


@given(runs_of_a_day)
def test_joining_twice_is_joining_once(runs: list[Run]) -> None:
    assert joined(joined(runs)) == joined(runs)
