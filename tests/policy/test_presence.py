"""What a minute's evidence is counted as, at the very lines the sources draw."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.events import MINUTE_MS
from policy.presence import DEFAULT_THRESHOLDS, ENGAGED, Presence, Thresholds, judge

TEN = 1_763_632_800_000  # a full hour
EDITOR, CALL, OTHER_CALL, VIDEO = 1, 2, 3, 4


class Seen(msgspec.Struct, frozen=True):
    """A span as a collector would close it; by default a whole minute in an editor with nothing done."""

    start: int = TEN
    end: int = TEN + MINUTE_MS
    app: int = EDITOR
    call_window: bool = False
    call: bool = False
    keys: int = 0
    clicks: int = 0
    scrolls: int = 0
    pointer_px: int = 0
    idle_ms: int = 0
    samples: int = 60
    zero_samples: int = 40
    distinct_counts: int = 5
    moving_samples: int = 0
    distracted_samples: int = 0


def minute(number: int, **evidence: Any) -> Seen:
    return Seen(start=TEN + number * MINUTE_MS, end=TEN + (number + 1) * MINUTE_MS, **evidence)


def presence(**evidence: Any) -> Presence:
    (verdict,) = judge([Seen(**evidence)])
    return verdict.presence


def presences(*spans: Seen, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> list[Presence]:
    return [verdict.presence for verdict in judge(spans, thresholds)]


def reviews(*spans: Seen) -> list[bool]:
    return [verdict.review for verdict in judge(spans)]


READER = {"pointer_px": 50, "moving_samples": 15, "idle_ms": 29_999}


def test_the_thresholds_are_the_sources_own() -> None:
    assert msgspec.structs.asdict(DEFAULT_THRESHOLDS) == {
        "interactions": 10,
        "keys": 5,
        "clicks": 3,
        "scrolls": 1,
        "pointer_px": 50,
        "moving_samples": 15,
        "away_ms": 30_000,
        "distraction_percent": 30,
        "call_grace_ms": 300_000,
        "regular_samples": 10,
        "regular_zero_percent": 25,
        "regular_distinct": 3,
        "periodic_minutes": 5,
    }


def test_a_minute_without_input_is_idle() -> None:
    assert presence() is Presence.IDLE


@pytest.mark.feature("D03")
@pytest.mark.parametrize(
    ("keys", "clicks", "expected"),
    [(4, 2, Presence.IDLE), (5, 0, Presence.ACTIVE), (0, 3, Presence.ACTIVE), (4, 0, Presence.IDLE), (0, 2, Presence.IDLE)],
)
def test_five_keys_or_three_clicks_are_activity_and_one_less_is_not(keys: int, clicks: int, expected: Presence) -> None:
    assert presence(keys=keys, clicks=clicks) is expected


@pytest.mark.feature("D03")
@pytest.mark.parametrize(("clicks", "expected"), [(4, Presence.IDLE), (5, Presence.ACTIVE)])
def test_ten_interactions_together_are_activity_and_nine_are_not(clicks: int, expected: Presence) -> None:
    only_the_sum_counts = Thresholds(keys=1000, clicks=1000)
    assert presences(Seen(keys=5, clicks=clicks), thresholds=only_the_sum_counts) == [expected]


@pytest.mark.feature("D04")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Presence.READING),
        ({"pointer_px": 49}, Presence.IDLE),
        ({"moving_samples": 14}, Presence.IDLE),
        ({"idle_ms": 29_900}, Presence.READING),
        ({"idle_ms": 30_000}, Presence.IDLE),
    ],
)
def test_reading_is_a_pointer_that_moves_far_often_and_not_long_ago(changed: dict[str, int], expected: Presence) -> None:
    assert presence(**READER | changed) is expected


@pytest.mark.feature("D04")
def test_scrolling_or_paging_is_reading_however_long_the_page_is_looked_at() -> None:
    assert presence(scrolls=1, idle_ms=55_000) is Presence.READING


@pytest.mark.feature("E03")
def test_a_pointer_that_jumps_far_in_few_seconds_is_not_reading() -> None:
    assert presence(pointer_px=100_000, moving_samples=14) is Presence.IDLE


@pytest.mark.feature("D05", "E04")
@pytest.mark.parametrize(("distracted", "expected"), [(29, Presence.READING), (30, Presence.IDLE)])
@pytest.mark.parametrize("evidence", [READER, {"scrolls": 4}], ids=["pointer", "scrolling"])
def test_a_distraction_in_view_blocks_reading_at_thirty_percent(evidence: dict[str, int], distracted: int, expected: Presence) -> None:
    assert presence(**evidence, samples=100, distracted_samples=distracted) is expected


@pytest.mark.feature("D05")
@pytest.mark.parametrize("evidence", [{"keys": 5}, {"clicks": 3}])
def test_a_distraction_in_view_does_not_undo_typing_or_clicking(evidence: dict[str, int]) -> None:
    assert presence(**evidence, distracted_samples=60) is Presence.ACTIVE


@pytest.mark.feature("D01")
def test_the_evidence_of_a_minute_is_added_up_over_its_spans() -> None:
    half = TEN + MINUTE_MS // 2
    assert presences(Seen(end=half, keys=3), Seen(start=half, app=VIDEO, keys=2)) == [Presence.ACTIVE, Presence.ACTIVE]
    assert presences(Seen(keys=3), minute(1, keys=2)) == [Presence.IDLE, Presence.IDLE]


@pytest.mark.feature("D04")
def test_how_long_nothing_was_done_is_what_the_last_span_of_the_minute_says() -> None:
    half = TEN + MINUTE_MS // 2
    moves = {"pointer_px": 40, "moving_samples": 10, "samples": 30}
    assert presences(Seen(end=half, idle_ms=40_000, **moves), Seen(start=half, idle_ms=1_000, **moves)) == [Presence.READING] * 2
    assert presences(Seen(end=half, idle_ms=1_000, **moves), Seen(start=half, idle_ms=40_000, **moves)) == [Presence.IDLE] * 2


@pytest.mark.feature("D02")
@pytest.mark.parametrize("evidence", [{"keys": 50}, {"clicks": 3}, {"pointer_px": 1}, {"scrolls": 1}, {"call": True}])
def test_a_call_with_input_or_microphone_is_a_meeting_before_anything_else(evidence: dict[str, int]) -> None:
    silent = [minute(number, app=CALL, call_window=True) for number in range(9)]
    assert presences(*silent, minute(9, app=CALL, call_window=True, **evidence))[-1] is Presence.MEETING


@pytest.mark.feature("D02", "D06")
def test_only_the_spans_with_the_call_in_front_are_a_meeting() -> None:
    half = TEN + MINUTE_MS // 2
    spans = Seen(end=half, app=CALL, call_window=True, call=True), Seen(start=half, keys=5)
    assert presences(*spans) == [Presence.MEETING, Presence.ACTIVE]


@pytest.mark.feature("D06")
def test_microphone_in_use_without_a_call_window_is_no_meeting() -> None:
    assert presence(call=True) is Presence.IDLE


@pytest.mark.feature("D06")
def test_a_call_window_left_open_is_a_meeting_for_five_minutes_only() -> None:
    opened = [minute(number, app=CALL, call_window=True) for number in range(7)]
    assert presences(*opened) == [Presence.MEETING] * 5 + [Presence.IDLE] * 2


@pytest.mark.feature("D06")
@pytest.mark.parametrize(("silent_ms", "expected"), [(299_000, Presence.MEETING), (300_000, Presence.IDLE)])
def test_a_silent_call_is_over_at_five_minutes_and_not_a_second_before(silent_ms: int, expected: Presence) -> None:
    begins = TEN + 5 * MINUTE_MS - silent_ms
    early = Seen(start=begins, end=begins + 500, app=CALL, call_window=True)
    assert presences(early, minute(5, app=CALL, call_window=True))[-1] is expected


@pytest.mark.feature("D06")
def test_silence_starts_anew_after_each_sign_of_the_call() -> None:
    signs = {3: {"call": True}, 6: {"clicks": 1}}
    found = presences(*[minute(number, app=CALL, call_window=True, **signs.get(number, {})) for number in range(14)])
    assert found == [Presence.MEETING] * 12 + [Presence.IDLE] * 2


@pytest.mark.feature("D06")
@pytest.mark.parametrize("between", [{"app": EDITOR}, {"app": OTHER_CALL, "call_window": True}], ids=["editor", "another call"])
def test_another_window_in_between_makes_it_a_new_call(between: dict[str, int]) -> None:
    silent = [minute(number, app=CALL, call_window=True) for number in range(6)]
    found = presences(*silent, minute(6, **between), minute(7, app=CALL, call_window=True))
    assert found[5] is Presence.IDLE
    assert found[7] is Presence.MEETING


@pytest.mark.feature("D06")
def test_a_hole_in_the_evidence_gives_a_silent_call_no_new_grace() -> None:
    assert presences(minute(0, app=CALL, call_window=True), minute(30, app=CALL, call_window=True))[-1] is Presence.IDLE


@pytest.mark.feature("E01", "E02")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"zero_samples": 25}, False),
        ({"distinct_counts": 3}, False),
        ({"samples": 10, "zero_samples": 2}, True),
        ({"samples": 9, "zero_samples": 2}, False),
        ({"keys": 0}, False),
    ],
)
def test_review_is_for_input_that_never_rests_and_never_varies(changed: dict[str, int], expected: bool) -> None:
    clicker = {"keys": 100, "samples": 100, "zero_samples": 24, "distinct_counts": 2}
    assert reviews(Seen(**clicker | changed)) == [expected]


@pytest.mark.feature("E01", "E02")
def test_many_windows_in_a_minute_are_rather_believed_than_suspected() -> None:
    thirds = [TEN + part * MINUTE_MS // 3 for part in range(4)]
    spans = [Seen(start=a, end=b, keys=9, samples=20, zero_samples=1, distinct_counts=1) for a, b in pairwise(thirds)]
    assert reviews(*spans) == [False] * 3


@pytest.mark.feature("E05")
@pytest.mark.parametrize("evidence", [{"keys": 30}, {"pointer_px": 60, "moving_samples": 60}, {"scrolls": 2}])
@pytest.mark.parametrize(("minutes", "expected"), [(4, False), (5, True), (8, True)])
def test_the_same_input_five_minutes_running_asks_for_review_and_changes_no_presence(
    evidence: dict[str, int], minutes: int, expected: bool
) -> None:
    spans = [minute(number, **evidence) for number in range(minutes)]
    assert reviews(*spans) == [expected] * minutes
    assert set(presences(*spans)) == {presence(**evidence)}
    assert presence(**evidence) in ENGAGED


@pytest.mark.feature("E05")
@pytest.mark.parametrize("third", [{"keys": 31}, {"keys": 30, "app": VIDEO}], ids=["other input", "other app"])
def test_a_change_ends_what_looks_periodic(third: dict[str, int]) -> None:
    spans = [minute(number, **(third if number == 2 else {"keys": 30})) for number in range(7)]
    assert not any(reviews(*spans))


@pytest.mark.feature("E05")
def test_minutes_apart_or_without_input_are_not_periodic() -> None:
    assert not any(reviews(*[minute(2 * number, keys=30) for number in range(9)]))
    assert not any(reviews(*[minute(number) for number in range(9)]))


evidence = st.builds(
    Seen,
    app=st.integers(1, 2),
    call_window=st.booleans(),
    call=st.booleans(),
    keys=st.integers(0, 12),
    clicks=st.integers(0, 4),
    scrolls=st.integers(0, 1),
    pointer_px=st.integers(0, 100),
    idle_ms=st.integers(0, 60_000),
    zero_samples=st.integers(0, 60),
    distinct_counts=st.integers(0, 5),
    moving_samples=st.integers(0, 30),
    distracted_samples=st.integers(0, 30),
)


@pytest.mark.feature("E05")
@given(st.lists(evidence, max_size=12))
def test_review_never_moves_a_total(minutes: list[Seen]) -> None:
    spans = [msgspec.structs.replace(one, start=TEN + n * MINUTE_MS, end=TEN + (n + 1) * MINUTE_MS) for n, one in enumerate(minutes)]
    never = Thresholds(regular_samples=10**6, periodic_minutes=60)
    assert [verdict.presence for verdict in judge(spans)] == [verdict.presence for verdict in judge(spans, never)]
    assert not any(verdict.review for verdict in judge(spans, never))


silent_call = st.builds(Seen, app=st.just(CALL), call_window=st.just(True), call=st.sampled_from([True] + [False] * 9))


@given(st.lists(silent_call | evidence, min_size=8, max_size=24), st.integers(7, 12))
def test_six_minutes_of_the_time_before_are_enough_to_judge_a_day(minutes: list[Seen], midnight: int) -> None:
    spans = [msgspec.structs.replace(one, start=TEN + n * MINUTE_MS, end=TEN + (n + 1) * MINUTE_MS) for n, one in enumerate(minutes)]
    assert presences(*spans)[midnight:] == presences(*spans[midnight - 6 :])[6:]
