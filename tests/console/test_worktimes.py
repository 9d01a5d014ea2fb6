"""Work hours as people write them: read, written back the same, and refused with the part that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.worktimes import shifts_of, text_of
from policy.worktime import MINUTES_A_DAY, WorkHours

SHIFT = st.tuples(st.integers(0, MINUTES_A_DAY - 1), st.integers(1, MINUTES_A_DAY)).map(lambda one: (one[0], one[0] + one[1]))


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("09:00–18:00", [(540, 1080)]),
        ("9-13, 14-18", [(540, 780), (840, 1080)]),
        ("14.30 to 18; 9-13", [(540, 780), (870, 1080)]),
        ("22:00-06:00", [(1320, 1800)]),
        ("0-24", [(0, 1440)]),
        ("", []),
        ("  ", []),
    ],
)
def test_people_write_hours_in_many_ways(text: str, shifts: list[tuple[int, int]]) -> None:
    assert shifts_of(text) == shifts


@pytest.mark.parametrize("text", ["nine to five", "9-25", "9:60-10", "24-25", "-", "9–13 14–18", "٩-١٣x"])
def test_what_is_no_stretch_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        shifts_of(text)


@given(st.lists(SHIFT, max_size=4).map(sorted))
def test_what_is_written_is_read_back(shifts: list[tuple[int, int]]) -> None:
    assert shifts_of(text_of(shifts)) == shifts
    WorkHours("UTC", [shifts] * 7)
