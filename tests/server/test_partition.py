"""Time is conserved: a day's parts make up the day, whatever was sent, in whatever order, however often.

The laws are checked on random histories of two days each. How many is set by WORKPULSE_HISTORIES; without it a build
machine (CI set) runs 100,000 and everybody else 4,000. Each test below names the histories it ran, and a history is
made again by its number: `history(4711)`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from itertools import pairwise, permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policy.events import MINUTE_MS
from policy.presence import DEFAULT_THRESHOLDS, ENGAGED, Presence
from policy.worktime import QUARTER_MS
from server.days.partition import Facts, Part, PartitionedDay, Quarter, SessionFact, SpanFact, partition_day
from tests.histories import CHANGES, HOUR_MS, ZONES, History, history, odd_days, seconds_one_by_one, told

HISTORIES = int(os.environ.get("WORKPULSE_HISTORIES") or (40_000 if os.environ.get("CI") else 4_000))
LOTS = 20

Partition = Callable[[int, int, Facts], PartitionedDay]
COUNTED = ("keys", "clicks", "scrolls", "pointer_px")


# The laws.


def broken_laws(days: tuple[tuple[int, int], ...], facts: Facts, partition: Partition = partition_day) -> set[str]:
    """Return the laws that `partition` breaks on these days, by name."""
    broken: set[str] = set()
    found = [partition(start, end, facts) for start, end in days]
    again = _sent_otherwise(facts)
    for (start, end), day in zip(days, found, strict=True):
        broken |= _laws_of_time(start, end, day)
        if partition(start, end, again) != day:
            broken.add("order and repetition change nothing")
    if _counted(found) != _sent(days, facts):
        broken.add("all input is counted once")
    return broken


def _laws_of_time(start: int, end: int, day: PartitionedDay) -> set[str]:
    broken: set[str] = set()
    if sum(day.seconds.values()) * 1000 != end - start:
        broken.add("presences sum to the day")
    bounds = [start, *(edge for part in day.parts for edge in (part.start, part.end)), end]
    gaps = bounds[::2], bounds[1::2]
    if list(gaps[0]) != list(gaps[1]) or any(part.start >= part.end for part in day.parts):
        broken.add("parts tile the day")
    if any(before[2:] == after[2:] for before, after in pairwise(day.parts)):
        broken.add("equal neighbours are one part")
    if any(edge % 1000 for edge in bounds):
        broken.add("boundaries are whole seconds")
    in_quarters: Counter[int] = Counter()
    in_presences: Counter[Presence] = Counter()
    for row in day.quarters:
        in_quarters[row.start_ms] += row.seconds
        in_presences[row.presence] += row.seconds
    if any(seconds > 900 for seconds in in_quarters.values()):
        broken.add("a quarter hour has 900 seconds")
    if any(row.presence is Presence.UNKNOWN or not any((row.seconds, *(getattr(row, name) for name in COUNTED))) for row in day.quarters):
        broken.add("a row says something")
    if any(in_presences[presence] != day.seconds[presence] for presence in Presence if presence is not Presence.UNKNOWN):
        broken.add("quarters sum to the presences")
    return broken


def _sent_otherwise(facts: Facts) -> Facts:
    """Return the same facts in another order, everything twice; a change comes again under a higher number."""
    random = Random(len(facts.spans))
    spans = list(facts.spans) * 2
    sessions = [*facts.sessions, *(replace(fact, order=fact.order + 1_000) for fact in facts.sessions)]
    random.shuffle(spans)
    random.shuffle(sessions)
    return Facts(spans, sessions)


def _counted(found: list[PartitionedDay]) -> list[int]:
    return [sum(getattr(row, name) for day in found for row in day.quarters) for name in COUNTED]


def _sent(days: tuple[tuple[int, int], ...], facts: Facts) -> list[int]:
    own = [span for span in told(facts) if any(start <= span.start < end for start, end in days)]
    return [sum(getattr(span, name) for span in own) for name in COUNTED]


# The laws on many lives.


@pytest.mark.quality("C-01", "C-02")
@pytest.mark.parametrize(
    "lot", range(LOTS), ids=[f"histories {lot * HISTORIES // LOTS}-{(lot + 1) * HISTORIES // LOTS - 1}" for lot in range(LOTS)]
)
def test_time_is_conserved_in_every_history(lot: int, record_property: Callable[[str, object], None]) -> None:
    seeds = range(lot * HISTORIES // LOTS, (lot + 1) * HISTORIES // LOTS)
    broken = {seed: laws for seed in seeds if (laws := _broken_in(history(seed)))}
    record_property("histories", len(seeds))
    assert not broken


def _broken_in(one: History, partition: Partition = partition_day) -> set[str]:
    return broken_laws(one.days, one.facts, partition)


@pytest.mark.quality("C-01", "C-02")
@pytest.mark.parametrize("seed", range(0, 4000, 80))
def test_each_second_has_the_presence_that_going_second_by_second_finds(seed: int) -> None:
    one = history(seed)
    for start, end in one.days:
        parts = partition_day(start, end, one.facts).parts
        assert [part.presence for part in parts for _ in range((part.end - part.start) // 1000)] == seconds_one_by_one(
            start, end, one.facts
        )


def test_the_histories_hold_what_they_are_meant_to() -> None:
    many = [history(seed) for seed in range(1000)]
    assert {one.zone for one in many} == set(ZONES)
    assert all(odd_days(zone) for zone in set(ZONES) - {"UTC", "Asia/Kolkata", "Asia/Kathmandu"})
    lengths = {(end - start) / HOUR_MS for one in many for start, end in one.days}
    assert {23, 23.5, 24, 24.5, 25} <= lengths
    assert {fact.change for one in many for fact in one.facts.sessions} == set(CHANGES)
    assert sum(len(set(one.facts.spans)) < len(one.facts.spans) for one in many) > 200
    assert sum(len({span.device for span in one.facts.spans}) > 1 for one in many) > 100
    assert sum(len(told(one.facts)) < len(set(one.facts.spans)) for one in many) > 50


# The checker can fail: partitions that are wrong in one way each.


def _adding_up(start: int, end: int, facts: Facts) -> PartitionedDay:
    """Every span's duration is added, as if there were one device and no clock were ever set."""
    day = partition_day(start, end, facts)
    seconds = dict(day.seconds)
    for span in told(facts):
        if start <= span.start and span.end <= end:
            seconds[Presence.ACTIVE] += (span.end - span.start) // 1000
    known = sum(seconds[presence] for presence in Presence if presence is not Presence.UNKNOWN)
    seconds[Presence.UNKNOWN] = max((end - start) // 1000 - known, 0)
    return replace(day, seconds=seconds)


def _last_come(start: int, end: int, facts: Facts) -> PartitionedDay:
    """What came last replaces what came before for the same minute."""
    newest = {(span.device, span.start // MINUTE_MS): span for span in facts.spans}
    return partition_day(start, end, Facts(list(newest.values()), facts.sessions))


def _counting_copies(start: int, end: int, facts: Facts) -> PartitionedDay:
    """A span that was sent twice is counted twice."""
    apart = [replace(span, app=span.app + 100 * copy) for copy, span in enumerate(facts.spans)]
    return partition_day(start, end, Facts(apart, facts.sessions))


def _without_a_floor(start: int, end: int, facts: Facts) -> PartitionedDay:
    """Each part is rounded by itself."""
    day = partition_day(start, end, facts)
    parts = [part._replace(start=part.start + 400 * (number % 2)) for number, part in enumerate(day.parts)]
    return replace(day, parts=parts)


def _every_day_24_hours(start: int, end: int, facts: Facts) -> PartitionedDay:
    return partition_day(start, start + 24 * HOUR_MS, facts)


def _ignoring_pauses(start: int, end: int, facts: Facts) -> PartitionedDay:
    return partition_day(start, end, Facts(facts.spans, [fact for fact in facts.sessions if fact.change != "pause"]))


def _all_in_the_first_quarter(start: int, end: int, facts: Facts) -> PartitionedDay:
    day = partition_day(start, end, facts)
    return replace(day, quarters=[replace(row, start_ms=start) for row in day.quarters])


@pytest.mark.quality("C-01", "C-02")
@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (_adding_up, "presences sum to the day"),
        (_last_come, "order and repetition change nothing"),
        (_counting_copies, "all input is counted once"),
        (_without_a_floor, "parts tile the day"),
        (_every_day_24_hours, "parts tile the day"),
        (_ignoring_pauses, "all input is counted once"),
        (_all_in_the_first_quarter, "a quarter hour has 900 seconds"),
    ],
)
def test_a_wrong_partition_is_caught(wrong: Partition, law: str) -> None:
    assert any(law in _broken_in(history(seed), wrong) for seed in range(200))


# The laws on the smallest lives, shrunk when one breaks.

NOON = 1_763_640_000_000
DAY = (NOON - 12 * HOUR_MS, NOON + 12 * HOUR_MS)


def span(start: int = NOON, seconds: float = 60, **other: Any) -> SpanFact:
    """Return a minute's typing on device 1 by account 1."""
    plain = {"device": 1, "account": 1, "app": 1, "site": None, "call_window": False, "call": False, "keys": 20, "clicks": 1}
    plain |= {"scrolls": 0, "pointer_px": 0, "idle_ms": 0, "samples": 60, "zero_samples": 40, "distinct_counts": 5}
    plain |= {"moving_samples": 0, "distracted_samples": 0}
    return SpanFact(**plain | {"start": start, "end": start + int(seconds * 1000)} | other)  # type: ignore[arg-type]


def change(name: Any, at: int, account: int | None = 1, device: int = 1, order: int = 0) -> SessionFact:
    return SessionFact(device, account, at, name, order)


spans = st.builds(
    span,
    st.integers(-100_000, 100_000).map(lambda offset: DAY[0] + offset) | st.integers(0, 4 * MINUTE_MS).map(lambda offset: NOON + offset),
    st.floats(0.001, 200),
    device=st.integers(1, 2),
    account=st.integers(1, 2),
    app=st.integers(1, 2),
    keys=st.integers(0, 6),
)
changes = st.builds(
    change,
    st.sampled_from(CHANGES),
    st.integers(0, 4 * MINUTE_MS).map(lambda offset: NOON + offset) | st.just(DAY[0] - 1),
    st.sampled_from([None, 1, 2]),
    st.integers(1, 2),
    st.integers(0, 3),
)


@pytest.mark.quality("C-01")
@given(st.lists(spans, max_size=6), st.lists(changes, max_size=6))
def test_time_is_conserved_in_the_smallest_histories(some: list[SpanFact], others: list[SessionFact]) -> None:
    facts = Facts(some, others)
    assert broken_laws((DAY,), facts) == set()
    assert partition_day(*DAY, Facts(some[::-1], others[::-1])) == partition_day(*DAY, facts)


# What it means, case by case.


def day_of(*facts: SpanFact | SessionFact) -> PartitionedDay:
    return partition_day(
        *DAY, Facts([one for one in facts if isinstance(one, SpanFact)], [one for one in facts if isinstance(one, SessionFact)])
    )


def told_of(*facts: SpanFact | SessionFact) -> list[tuple[Presence, float]]:
    """Return the day's parts as (presence, minutes), without what is unknown before and after them."""
    parts = [(part.presence, (part.end - part.start) / MINUTE_MS) for part in day_of(*facts).parts]
    while parts and parts[0][0] is Presence.UNKNOWN:
        parts.pop(0)
    while parts and parts[-1][0] is Presence.UNKNOWN:
        parts.pop()
    return parts


def at(minutes: float) -> int:
    return NOON + int(minutes * MINUTE_MS)


def test_a_day_without_facts_is_unknown_and_has_no_rows() -> None:
    day = day_of()
    assert day.parts == [Part(*DAY, Presence.UNKNOWN, None, None, None)]
    assert day.seconds == {presence: 86_400 if presence is Presence.UNKNOWN else 0 for presence in Presence}
    assert (day.quarters, day.first, day.last, day.review_minutes) == ([], None, None, 0)


def test_a_day_of_no_length_has_no_parts() -> None:
    day = partition_day(NOON, NOON, Facts([span()], [change("lock", NOON - 1)]))
    assert (day.parts, day.quarters, sum(day.seconds.values())) == ([], [], 0)


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("lock", "unlock", Presence.LOCKED),
        ("sleep", "wake", Presence.ASLEEP),
        ("shutdown", "boot", Presence.OFF),
        ("logoff", "logon", Presence.OFF),
        ("pause", "resume", Presence.PAUSED),
    ],
)
def test_a_state_lasts_until_its_end(begins: str, ends: str, expected: Presence) -> None:
    assert told_of(change(begins, at(0)), change(ends, at(7))) == [(expected, 7)]


def test_a_state_from_the_day_before_goes_on_and_the_last_one_lasts_to_midnight() -> None:
    day = day_of(change("shutdown", DAY[0] - HOUR_MS), change("boot", at(0)), change("lock", at(60)))
    assert [(part.presence, (part.end - part.start) // HOUR_MS) for part in day.parts] == [
        (Presence.OFF, 12),
        (Presence.UNKNOWN, 1),
        (Presence.LOCKED, 11),
    ]


def test_locked_is_still_locked_after_the_pc_has_slept() -> None:
    found = told_of(change("lock", at(0)), change("sleep", at(5)), change("wake", at(8)), change("unlock", at(9)))
    assert found == [(Presence.LOCKED, 5), (Presence.ASLEEP, 3), (Presence.LOCKED, 1)]


@pytest.mark.parametrize("first", ["agent_stop", "shutdown"])
def test_an_agent_that_stops_at_shutdown_does_not_hide_that_the_pc_is_off(first: str) -> None:
    second = {"agent_stop": "shutdown", "shutdown": "agent_stop"}[first]
    found = told_of(change(first, at(0), order=1), change(second, at(0), order=2), change("boot", at(9)))
    assert found == [(Presence.OFF, 9)]


def test_nothing_is_known_while_no_agent_runs() -> None:
    assert told_of(change("lock", at(0)), change("agent_stop", at(3)), change("unlock", at(5))) == [(Presence.LOCKED, 3)]


def test_a_lock_concerns_its_account_and_sleep_the_whole_device() -> None:
    mine = change("lock", at(0), account=2), change("sleep", at(2), account=None), change("wake", at(4), account=None)
    asleep_for_both = [(Presence.ACTIVE, 1), (Presence.ASLEEP, 2)]
    assert told_of(span(at(1)), *mine[1:]) == asleep_for_both
    assert told_of(span(at(-1)), *mine, change("unlock", at(5))) == [
        (Presence.ACTIVE, 1),
        (Presence.LOCKED, 2),
        (Presence.ASLEEP, 2),
        (Presence.LOCKED, 716),
    ]
    other_device = told_of(change("sleep", at(0)), change("wake", at(3), device=2), change("wake", at(5)))
    assert other_device == [(Presence.ASLEEP, 5)]


def test_of_two_changes_at_one_instant_the_sequence_number_says_which_came_last() -> None:
    assert told_of(change("unlock", at(0), order=1), change("lock", at(0), order=2), change("unlock", at(4), order=3)) == [
        (Presence.LOCKED, 4)
    ]
    assert told_of(change("lock", at(0), order=1), change("unlock", at(0), order=2), change("unlock", at(4), order=3)) == []


def test_a_change_that_is_sent_again_later_stays_where_it_stood() -> None:
    once = change("lock", at(0), order=1), change("unlock", at(0), order=2)
    assert told_of(*once, change("lock", at(0), order=7)) == told_of(*once) == []


def test_evidence_wins_over_state() -> None:
    assert told_of(change("lock", at(0)), span(at(3)), change("unlock", at(9))) == [
        (Presence.LOCKED, 3),
        (Presence.ACTIVE, 1),
        (Presence.LOCKED, 5),
    ]


def test_a_pause_keeps_what_lies_in_it_to_itself() -> None:
    day = day_of(change("pause", at(0)), span(at(3), keys=99), change("resume", at(9)))
    assert [part.presence for part in day.parts] == [Presence.UNKNOWN, Presence.PAUSED, Presence.UNKNOWN]
    assert sum(row.keys for row in day.quarters) == 0


def test_a_span_is_cut_at_a_pause_and_one_that_starts_in_it_is_not_told() -> None:
    facts = change("pause", at(0.5)), change("resume", at(2.5)), span(at(0), keys=7), span(at(2), keys=99)
    assert told_of(*facts) == [(Presence.ACTIVE, 0.5), (Presence.PAUSED, 2)]
    assert sum(row.keys for row in day_of(*facts).quarters) == 7


def test_a_pause_outlasts_lock_and_sleep_but_not_the_agent_that_promised_it() -> None:
    within = change("lock", at(1)), change("unlock", at(2)), change("sleep", at(3)), change("wake", at(4))
    assert told_of(change("pause", at(0)), *within, span(at(5)), change("resume", at(9))) == [(Presence.PAUSED, 9)]
    assert told_of(change("pause", at(0)), change("agent_start", at(3)), span(at(3))) == [(Presence.PAUSED, 3), (Presence.ACTIVE, 1)]
    assert told_of(change("pause", at(0)), change("agent_start", at(3), account=2), change("resume", at(5))) == [(Presence.PAUSED, 5)]


def test_a_pause_on_one_device_or_account_does_not_silence_another() -> None:
    paused = change("pause", at(0)), change("resume", at(3))
    assert told_of(*paused, span(at(1), device=2)) == [(Presence.PAUSED, 1), (Presence.ACTIVE, 1), (Presence.PAUSED, 1)]
    assert told_of(*paused, span(at(1), account=2)) == [(Presence.PAUSED, 1), (Presence.ACTIVE, 1), (Presence.PAUSED, 1)]


def test_two_devices_at_once_are_one_person_and_the_stronger_evidence_wins() -> None:
    idle = span(at(0), keys=0, clicks=0, device=1)
    meeting = span(at(0), app=2, call_window=True, call=True, device=2)
    typing = span(at(0), 30, app=3, device=1, account=2)
    assert told_of(idle, meeting, typing) == [(Presence.ACTIVE, 0.5), (Presence.MEETING, 0.5)]
    assert [(part.app, part.device) for part in day_of(idle, meeting, typing).parts[1:3]] == [(3, 1), (2, 2)]


@pytest.mark.parametrize(
    ("stronger", "weaker", "expected"),
    [
        ("pause", "lock", Presence.PAUSED),
        ("lock", "sleep", Presence.LOCKED),
        ("sleep", "shutdown", Presence.ASLEEP),
        ("shutdown", "agent_stop", Presence.OFF),
    ],
)
def test_of_two_states_of_two_devices_the_stronger_is_shown(stronger: str, weaker: str, expected: Presence) -> None:
    day = day_of(change(stronger, at(0), device=2), change(weaker, at(0), device=1))
    assert day.parts[-1][2:] == (expected, None, None, 2)


@pytest.mark.parametrize("numbers", list(permutations((1, 2, 3))), ids=str)
def test_who_wins_a_tie_does_not_hang_on_the_numbers_that_apps_happen_to_have(numbers: tuple[int, int, int]) -> None:
    """An app gets its number when it is first heard of, so numbers depend on the order of arrival; times and counts do not."""
    alike = [span(keys=keys, app=number) for keys, number in zip((20, 21, 22), numbers, strict=True)]
    assert {day_of(*order).parts[1].app for order in permutations(alike)} == {numbers[0]}
    by_site = [span(site=number) for number in (None, 1, 2)]
    assert {day_of(*order).parts[1].site for order in permutations(by_site)} == {None}


def test_a_span_that_wins_nothing_and_counted_nothing_leaves_no_row() -> None:
    day = day_of(span(), span(device=2, app=2, keys=0, clicks=0))
    assert [row.app for row in day.quarters] == [1]


def test_input_stays_with_its_app_where_another_device_wins_the_seconds() -> None:
    day = day_of(span(app=1, device=1, keys=20), span(app=2, device=2, keys=0, clicks=0, scrolls=3))
    assert day.quarters == [
        Quarter(NOON, 1, None, Presence.ACTIVE, 60, 20, 1, 0, 0),
        Quarter(NOON, 2, None, Presence.READING, 0, 0, 0, 3, 0),
    ]


def test_a_span_sent_twice_counts_once_and_two_that_differ_are_both_counted() -> None:
    assert [row.keys for row in day_of(span(), span()).quarters] == [20]
    assert [row.keys for row in day_of(span(), span(keys=21)).quarters] == [41]


def test_a_span_over_a_quarter_hour_leaves_its_input_in_the_quarter_of_its_start() -> None:
    rows = day_of(span(NOON + QUARTER_MS - 20_000)).quarters
    assert [(row.start_ms, row.seconds, row.keys) for row in rows] == [(NOON, 20, 20), (NOON + QUARTER_MS, 40, 0)]


def test_a_span_over_midnight_is_clipped_and_its_input_belongs_to_the_day_of_its_start() -> None:
    facts = Facts([span(DAY[1] - 20_000)], [])
    today, tomorrow = partition_day(*DAY, facts), partition_day(DAY[1], DAY[1] + 24 * HOUR_MS, facts)
    assert (today.seconds[Presence.ACTIVE], [row.keys for row in today.quarters]) == (20, [20])
    assert (tomorrow.seconds[Presence.ACTIVE], [row.keys for row in tomorrow.quarters]) == (40, [0])


def test_boundaries_are_put_back_to_their_second() -> None:
    day = day_of(span(NOON + 999, 1.002, keys=9), span(NOON + 2_001, 0.5, keys=0, clicks=0, app=2))
    assert [(part.start - NOON, part.end - NOON) for part in day.parts[1:-1]] == [(0, 2_000)]
    assert sum(row.keys for row in day.quarters) == 9


def test_first_and_last_are_where_engaged_time_begins_and_ends() -> None:
    day = day_of(span(at(-30), keys=0, clicks=0), span(at(0)), span(at(9)), change("lock", at(20)))
    assert (day.first, day.last) == (at(0), at(10))
    assert all(day.first <= part.start and part.end <= day.last for part in day.parts if part.presence in ENGAGED)


@pytest.mark.feature("E05")
def test_a_regular_minute_asks_for_review_once_and_moves_no_second() -> None:
    clicker = {"clicks": 60, "zero_samples": 0, "distinct_counts": 1}
    halves = span(at(0), 30, samples=30, **clicker), span(at(0.5), 30, samples=30, **clicker), span(at(0), device=2, **clicker)
    day = day_of(*halves, span(at(5)))
    assert day.review_minutes == 1
    assert day.seconds[Presence.ACTIVE] == 120


def test_the_silence_of_a_call_is_known_from_before_midnight() -> None:
    call = [span(DAY[0] + n * MINUTE_MS, app=2, call_window=True, keys=0, clicks=0) for n in range(-4, 4)]
    assert DEFAULT_THRESHOLDS.call_grace_ms == 5 * MINUTE_MS
    day = day_of(*call)
    assert (day.seconds[Presence.MEETING], day.seconds[Presence.IDLE]) == (60, 180)


def test_the_last_change_of_each_kind_tells_how_a_day_begins() -> None:
    """The caller need not read older ones: a change begins and ends states without asking what was before it."""
    for seed in range(300):
        one = history(seed)
        start, end = one.days[1]
        before = sorted((fact for fact in one.facts.sessions if fact.at < start), key=lambda fact: (fact.at, -fact.order))
        latest = {(fact.device, fact.account, fact.change): fact for fact in before}
        thinned = Facts(one.facts.spans, [*latest.values(), *(fact for fact in one.facts.sessions if fact.at >= start)])
        own = Facts([one for one in thinned.spans if one.start >= start], thinned.sessions)
        assert partition_day(start, end, own) == partition_day(start, end, replace(one.facts, spans=own.spans))
