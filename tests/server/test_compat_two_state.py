"""The decision tree of a minute: every line from both sides, and the order of its rules."""

from __future__ import annotations

from typing import Any

import pytest

from policy.categories import load_rule_book
from policy.presence import Minute, is_regular
from server.compat.two_state import State, Window, decide, window_of

RULES = load_rule_book()
NOTHING = Window(meeting=False, unproductive=False)
PRODUCTIVE, NON_PRODUCTIVE = State.PRODUCTIVE, State.NON_PRODUCTIVE
READING = {"pointer_px": 50, "moving_samples": 15, "idle_ms": 29_900}


def minute(**changes: Any) -> Minute:
    values = dict.fromkeys(("keys", "clicks", "scrolls", "pointer_px", "idle_ms", "distinct_counts", "moving_samples"), 0)
    return Minute(**({"number": 0, "apps": (1,), "samples": 60, "zero_samples": 60, "distracted_samples": 0} | values | changes))


@pytest.mark.feature("D01", "D03")
@pytest.mark.parametrize(
    ("input_seen", "expected"),
    [
        ({"keys": 4}, NON_PRODUCTIVE),
        ({"keys": 5}, PRODUCTIVE),
        ({"clicks": 2}, NON_PRODUCTIVE),
        ({"clicks": 3}, PRODUCTIVE),
        ({}, NON_PRODUCTIVE),
    ],
)
def test_enough_typing_or_clicking_is_productive(input_seen: dict[str, int], expected: State) -> None:
    assert decide(minute(**input_seen), NOTHING) is expected


@pytest.mark.feature("D03")
@pytest.mark.parametrize(("together", "expected"), [(9, NON_PRODUCTIVE), (10, PRODUCTIVE)])
def test_keys_and_clicks_count_together(together: int, expected: State) -> None:
    from msgspec.structs import replace

    from policy.presence import DEFAULT_THRESHOLDS

    only_together = replace(DEFAULT_THRESHOLDS, keys=99, clicks=99)
    assert decide(minute(keys=together - 2, clicks=2), NOTHING, only_together) is expected


@pytest.mark.feature("D04", "E03")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, PRODUCTIVE),
        ({"pointer_px": 49}, NON_PRODUCTIVE),
        ({"moving_samples": 14}, NON_PRODUCTIVE),
        ({"idle_ms": 30_000}, NON_PRODUCTIVE),
    ],
)
def test_reading_needs_all_of_its_lines(changed: dict[str, int], expected: State) -> None:
    assert decide(minute(**(READING | changed)), NOTHING) is expected


@pytest.mark.feature("D05")
@pytest.mark.parametrize(("distracted", "expected"), [(29, PRODUCTIVE), (30, NON_PRODUCTIVE)])
def test_a_distraction_blocks_reading_and_not_typing(distracted: int, expected: State) -> None:
    seen = {"samples": 100, "zero_samples": 100, "distracted_samples": distracted}
    assert decide(minute(**(READING | seen)), NOTHING) is expected
    assert decide(minute(keys=5, **seen), NOTHING) is PRODUCTIVE


@pytest.mark.feature("D02", "D06", "D07", "D08")
@pytest.mark.parametrize(
    ("app", "title", "expected"),
    [
        ("Discord", "Discord call", PRODUCTIVE),  # a meeting comes before a pastime
        ("Zoom", "YouTube walkthrough", PRODUCTIVE),
        ("Microsoft Teams", "Chat", PRODUCTIVE),
        ("Discord", "#general", NON_PRODUCTIVE),
        ("YouTube", "", NON_PRODUCTIVE),
        ("Google Chrome", "Cats - YouTube - Google Chrome", NON_PRODUCTIVE),
        ("Google Chrome", "How Netflix scales - docs - Google Chrome", NON_PRODUCTIVE),  # no input: rule 5, not rule 2
    ],
)
def test_the_first_rule_that_fits_decides_of_an_idle_minute(app: str, title: str, expected: State) -> None:
    assert decide(minute(), window_of(RULES, app, RULES.site_from_title(app, title), title)) is expected


@pytest.mark.feature("D02", "D07")
@pytest.mark.parametrize(
    ("app", "title", "expected"),
    [
        ("Google Chrome", "Cats - YouTube - Google Chrome", NON_PRODUCTIVE),  # typing there changes nothing
        ("Code", "youtube_client.py - netflix - Visual Studio Code", PRODUCTIVE),  # words in a title are no site
        ("Google Chrome", "How Netflix scales - docs - Google Chrome", PRODUCTIVE),
    ],
)
def test_the_first_rule_that_fits_decides_of_a_busy_minute(app: str, title: str, expected: State) -> None:
    assert decide(minute(keys=40), window_of(RULES, app, RULES.site_from_title(app, title), title)) is expected


@pytest.mark.feature("E01", "E02", "E05")
@pytest.mark.parametrize(("zero", "distinct", "asks"), [(24, 2, True), (25, 2, False), (24, 3, False)])
def test_machine_like_input_asks_for_review_and_docks_nothing(zero: int, distinct: int, asks: bool) -> None:
    typed = minute(keys=76, samples=100, zero_samples=zero, distinct_counts=distinct)
    assert is_regular(typed) is asks
    assert decide(typed, NOTHING) is PRODUCTIVE
