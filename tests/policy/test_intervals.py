"""The arithmetic of half-open intervals, against drawings and against sets of points."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from policy.intervals import Interval, cut, overlay, subtract, union

intervals = st.tuples(st.integers(0, 40), st.integers(0, 40))
several = st.lists(intervals, max_size=8)


def points(*some: Interval) -> set[int]:
    return {point for start, end in some for point in range(start, end)}


def test_union_joins_what_overlaps_or_touches() -> None:
    assert union([(9, 11), (0, 5), (3, 7), (11, 14), (20, 20)]) == [(0, 7), (9, 14)]


@given(several)
def test_a_union_holds_the_same_points_in_order_and_apart(some: list[Interval]) -> None:
    joined = union(some)
    assert points(*joined) == points(*some)
    assert all(start < end for start, end in joined)
    assert all(before[1] < after[0] for before, after in pairwise(joined))


def test_subtract_leaves_what_no_hole_covers() -> None:
    assert subtract((0, 20), [(3, 6), (13, 24)]) == [(0, 3), (6, 13)]
    assert subtract((5, 8), [(5, 8)]) == []
    assert subtract((5, 8), []) == [(5, 8)]
    assert subtract((8, 8), []) == []


@given(intervals, several)
def test_what_is_left_and_the_holes_share_no_point_and_make_up_the_whole(whole: Interval, holes: list[Interval]) -> None:
    left = subtract(whole, union(holes))
    assert points(*left) == points(whole) - points(*holes)
    assert sum(end - start for start, end in left) == len(points(*left))


def test_overlay_shows_the_best_on_top() -> None:
    assert overlay([(3, 7), (0, 10), (8, 17)]) == [(0, 3, 1), (3, 7, 0), (7, 10, 1), (10, 17, 2)]


def test_overlay_says_nothing_where_nobody_is() -> None:
    assert overlay([(5, 8), (0, 3), (8, 8)]) == [(0, 3, 1), (5, 8, 0)]
    assert overlay([]) == []


@given(several)
def test_overlay_gives_each_point_to_the_first_that_holds_it(best_first: list[Interval]) -> None:
    tops = overlay(best_first)
    expected = {point: index for index, one in reversed(list(enumerate(best_first))) for point in points(one)}
    found = {point: index for start, end, index in tops for point in range(start, end)}
    assert found == expected
    assert sum(end - start for start, end, _ in tops) == len(expected)
    assert all(before[1] <= after[0] and (before[1], before[2]) != (after[0], after[2]) for before, after in pairwise(tops))


def test_cut_at_the_multiples() -> None:
    assert list(cut(2, 9, 4)) == [(2, 4), (4, 8), (8, 9)]
    assert list(cut(4, 8, 4)) == [(4, 8)]
    assert list(cut(5, 5, 4)) == []


@given(intervals, st.integers(1, 9))
def test_pieces_follow_one_another_and_none_crosses_a_multiple(whole: Interval, every: int) -> None:
    pieces = list(cut(*whole, every))
    assert points(*pieces) == points(whole)
    assert sum(end - start for start, end in pieces) == len(points(whole))
    assert all(start // every == (end - 1) // every for start, end in pieces)
