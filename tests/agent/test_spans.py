"""Samples become spans without losing or inventing a millisecond or a key."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clock import Moment
from agent.spans import Context, Input, Sample, SpanBuilder
from policy.events import MINUTE_MS, Activity

MINUTE = 1_763_629_200_000  # a whole UTC minute
EXCEL = Context("OFFICE\\ada", "excel.exe", "Budget")
CHROME = Context("OFFICE\\ada", "chrome.exe", "News", "example.org")


def play(samples: list[Sample], started: Moment, gap_samples: float = 3.0) -> list[Activity]:
    builder = SpanBuilder(started, 1000, gap_samples)
    spans = [span for sample in samples for span in builder.add(sample)]
    return spans + builder.flush()


def steady(contexts: list[Context], wall: int = MINUTE, mono: int = 5_000, **more: Input) -> tuple[list[Sample], Moment]:
    inputs = more.get("each", Input(keys=2))
    samples = [Sample(Moment(wall + 1000 * (n + 1), mono + 1000 * (n + 1)), context, inputs) for n, context in enumerate(contexts)]
    return samples, Moment(wall, mono)


@pytest.mark.feature("F07")
def test_the_same_window_is_one_span_a_minute() -> None:
    spans = play(*steady([EXCEL] * 90, wall=MINUTE + 30_000))
    assert [(s.start - MINUTE, s.end - MINUTE, s.samples, s.keys) for s in spans] == [(30_000, 60_000, 30, 60), (60_000, 120_000, 60, 120)]


def test_every_change_of_what_is_in_front_closes_the_span() -> None:
    contexts = [EXCEL, CHROME, CHROME, Context("OFFICE\\ada", "chrome.exe", "News", "example.net")]
    contexts += [
        Context("OFFICE\\ada", "chrome.exe", private=True),
        Context("OFFICE\\eve", "teams.exe"),
        Context("OFFICE\\eve", "teams.exe", call="both"),
    ]
    spans = play(*steady(contexts))
    assert [(s.app, s.site, s.private, s.account[-3:], s.call, s.end - s.start) for s in spans] == [
        ("excel.exe", None, False, "ada", None, 1000),
        ("chrome.exe", "example.org", False, "ada", None, 2000),
        ("chrome.exe", "example.net", False, "ada", None, 1000),
        ("chrome.exe", None, True, "ada", None, 1000),
        ("teams.exe", None, False, "eve", None, 1000),
        ("teams.exe", None, False, "eve", "both", 1000),
    ]


@pytest.mark.feature("E01", "E02", "E03")
def test_the_evidence_counts_zero_moving_and_distracted_samples_and_distinct_counts() -> None:
    inputs = [Input(keys=3), Input(clicks=3), Input(keys=1, clicks=1), Input(pointer_px=9), Input(scrolls=2, pointer_px=80), Input()]
    samples = [Sample(Moment(MINUTE + 1000 * n, 1000 * n), EXCEL, put, 100 * n, n % 2 == 0) for n, put in enumerate(inputs, 1)]
    (span,) = play(samples, Moment(MINUTE, 0))
    assert (span.keys, span.clicks, span.scrolls, span.pointer_px, span.idle_ms) == (4, 4, 2, 89, 600)
    assert (span.samples, span.zero_samples, span.moving_samples, span.distracted_samples, span.distinct_counts) == (6, 1, 2, 3, 4), (
        "3 actions, 2 actions, a pointer's way alone, and one with 2 actions"
    )


@pytest.mark.feature("G03")
@pytest.mark.quality("C-03")
def test_eight_hours_of_sleep_are_no_time_and_their_input_is_not_lost() -> None:
    before, started = steady([EXCEL] * 10)
    night = 8 * 3_600_000
    after, _ = steady([EXCEL] * 10, wall=MINUTE + 10_000 + night, mono=15_000 + night)
    spans = play(before + after, started)
    assert sum(s.end - s.start for s in spans) == 20_000
    assert sum(s.keys for s in spans) == 40
    assert [s.start - MINUTE for s in spans] == [0, 10_000 + night]


@pytest.mark.feature("G03")
def test_a_monotonic_clock_that_stands_still_in_sleep_gives_the_same() -> None:
    before, started = steady([EXCEL] * 10)
    night = 8 * 3_600_000
    after, _ = steady([EXCEL] * 10, wall=MINUTE + 10_000 + night, mono=15_000)
    spans = play(before + after, started)
    assert [(s.start - MINUTE, s.end - s.start) for s in spans] == [(0, 10_000), (10_000 + night, 10_000)]


@pytest.mark.quality("C-01")
def test_a_clock_set_back_in_the_middle_makes_no_overlap_and_keeps_the_duration() -> None:
    before, started = steady([EXCEL] * 30)
    after, _ = steady([EXCEL] * 30, wall=MINUTE + 30_000 - 3_600_000, mono=35_000)
    spans = play(before + after, started)
    assert sum(s.end - s.start for s in spans) == 60_000
    assert disjoint(spans)


@pytest.mark.quality("C-01")
def test_a_wrong_clock_that_is_corrected_early_spoils_only_the_time_before() -> None:
    before, started = steady([EXCEL] * 10, wall=MINUTE + 3_600_000)
    after, _ = steady([EXCEL] * 3_700, wall=MINUTE + 10_000, mono=15_000)
    spans = play(before + after, started)
    labelled = sorted((s.start - MINUTE, s.end - MINUTE) for s in spans)
    assert labelled[0] == (10_000, 60_000)
    assert sum(s.end - s.start for s in spans) == 3_710_000
    assert disjoint(spans)


def test_nudges_of_a_time_server_do_not_break_a_span() -> None:
    samples = [Sample(Moment(MINUTE + 1000 * n + 7 * n, 1000 * n), EXCEL, Input()) for n in range(1, 51)]
    assert len(play(samples, Moment(MINUTE, 0))) == 1


def test_two_samples_in_one_millisecond_lose_no_input() -> None:
    at = Moment(MINUTE + 1000, 1000)
    samples = [
        Sample(at, EXCEL, Input(keys=1)),
        Sample(at, CHROME, Input(keys=2)),
        Sample(Moment(MINUTE + 2000, 2000), CHROME, Input(keys=4)),
    ]
    spans = play(samples, Moment(MINUTE, 0))
    assert [(s.app, s.keys) for s in spans] == [("excel.exe", 1), ("chrome.exe", 6)]


steps = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 2_500), st.integers(1, 40_000_000)),  # monotonic step
        st.one_of(st.just(0), st.integers(-3_000, 3_000), st.integers(-40_000_000, 40_000_000)),  # jump of the wall clock
        st.sampled_from([EXCEL, CHROME]),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=60,
)


@given(steps, st.floats(1.5, 70))
def test_time_and_counts_are_conserved_whatever_the_clocks_do(walk: list[tuple[int, int, Context, int]], gap_samples: float) -> None:
    wall, mono, samples, expected = MINUTE, 0, [], 0
    for step, jump, context, keys in walk:
        wall, mono = wall + step + jump, mono + step
        expected += step if step <= int(1000 * gap_samples) else 1000
        samples.append(Sample(Moment(wall, mono), context, Input(keys, keys % 2, keys % 3, keys * 5)))
    spans = play(samples, Moment(MINUTE, 0), gap_samples)
    assert sum(s.end - s.start for s in spans) == expected
    assert [sum(getattr(s, name) for s in spans) for name in ("keys", "clicks", "scrolls", "pointer_px", "samples")] == [
        sum(s.input.keys for s in samples),
        sum(s.input.clicks for s in samples),
        sum(s.input.scrolls for s in samples),
        sum(s.input.pointer_px for s in samples),
        len(samples),
    ]
    assert disjoint(spans)
    assert all(s.start // MINUTE_MS == (s.end - 1) // MINUTE_MS for s in spans)


def disjoint(spans: list[Activity]) -> bool:
    ordered = sorted((s.start, s.end) for s in spans)
    return all(first[1] <= second[0] for first, second in pairwise(ordered))
