"""Text: durations, shares and changes read well, foreign text stays literal, and nobody is accused."""

from __future__ import annotations

import inspect
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import console.widgets.empty
import policy.definitions
from console import definitions, words
from policy.categories import Category
from policy.presence import Presence
from policy.summaries import Attention, Categories, Now, Person, PersonTimes, Times


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 min"),
        (20, "under 1 min"),
        (31, "1 min"),
        (3_600, "1 h"),
        (22_320, "6 h 12 min"),
        (86_400, "24 h"),
        (3_600_000, "1,000 h"),
        (None, "–"),
    ],
)
def test_a_duration_reads_in_hours_and_minutes(seconds: int | None, text: str) -> None:
    assert words.duration(seconds).replace("\u00a0", " ") == text


@pytest.mark.parametrize(("seconds", "text"), [(7_200, "2 h"), (148_320, "41.2 h"), (1_598_000, "444 h")])
def test_a_tile_shortens_long_durations(seconds: int, text: str) -> None:
    assert words.duration_short(seconds).replace("\u00a0", " ") == text


@given(st.integers(0, 10**8))
def test_a_duration_is_right_to_the_half_minute(seconds: int) -> None:
    text = words.duration(seconds).replace("\u00a0", " ").replace(",", "")
    found = {unit: int(number) for number, unit in re.findall(r"(\d+) (h|min)", text)}
    shown = 0 if text == "under 1 min" else found.get("h", 0) * 3600 + found.get("min", 0) * 60
    assert abs(shown - seconds) <= 30


@pytest.mark.parametrize(("value", "text"), [(0.634, "63 %"), (None, "–"), (0.001, "< 1 %"), (0.0, "0 %"), (1.0, "100 %")])
def test_a_share_is_whole_percent(value: float | None, text: str) -> None:
    assert words.share(value).replace("\u00a0", " ") == text


def test_a_change_has_an_arrow_a_word_and_an_amount() -> None:
    assert words.change_of_duration(15_000, 3_600) == "▲ up 3\u00a0h\u00a010\u00a0min"
    assert words.change_of_duration(3_600, 123_120) == "▼ down 33.2\u00a0h"
    assert words.change_of_share(0.63, 0.67) == "▼ down 4 points"
    assert words.change_of_share(0.64, 0.63) == "▲ up 1 point"
    assert words.change_of_count(12, 12) == "no change"
    assert words.change_of_share(None, 0.5) == "nothing to compare"
    assert words.change_of_app(100, 0) == "new"


def test_a_share_that_would_mislead_says_why_it_is_missing() -> None:
    one = PersonTimes(Person(1, "A", None), Times(), Categories(), None, 0.54, None, None, 0)
    assert words.productivity(one) == "not shown (coverage 54\u00a0%)"
    assert words.not_shown(None) == "not shown (no records)"


@pytest.mark.quality("S-13")
def test_foreign_text_shows_what_it_is() -> None:
    assert words.safe("a\u202egpj.exe") == "a‹U+202E›gpj.exe"
    assert words.safe("a\nb\x00c") == "a b‹U+0000›c"
    assert len(words.safe("x" * 40_000)) == words.LONGEST + 1
    assert words.safe("<img src=x>") == "<img src=x>"


def test_the_joiners_of_hindi_and_bengali_stay() -> None:
    assert words.safe("क्\u200dष র\u200d্য") == "क्\u200dष র\u200d্য"


@given(st.text(max_size=400))
def test_no_foreign_text_keeps_a_control_or_a_bidi_override(text: str) -> None:
    shown = words.safe(text)
    assert not re.search("[\x00-\x1f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (Attention("silent", "PC-7", 26), "PC-7 has not been heard from for 26 h."),
        (Attention("quarantined", "PC-7", 1), "1 event of PC-7 could not be accepted and is kept aside."),
        (Attention("lost", "PC-7", 1200), "1,200 events of PC-7 were lost."),
        (Attention("coverage", "Asha", 54.0), "Only 54 % of Asha's working time is covered by records."),
        (Attention("no_notice", "PC-7", 14), "PC-7 is not recorded: the notice has not been acknowledged there."),
        (Attention("clock", "PC-7", -95), "The clock of PC-7 is 95 s off."),
        (Attention("brand_new", "PC-7", 3), "PC-7: brand_new (3)"),
    ],
)
def test_every_kind_of_attention_is_a_sentence(item: Attention, text: str) -> None:
    assert words.attention(item).replace("\u00a0", " ") == text


def test_spans_of_days_repeat_nothing() -> None:
    assert words.span(date(2025, 11, 3), date(2025, 11, 9)) == "3–9 Nov 2025"
    assert words.span(date(2025, 10, 28), date(2025, 11, 3)) == "28 Oct – 3 Nov 2025"
    assert words.span(date(2025, 12, 29), date(2026, 1, 4)) == "29 Dec 2025 – 4 Jan 2026"
    assert words.span(date(2025, 11, 3), date(2025, 11, 3)) == "Mon 3 Nov 2025"


def test_an_instant_is_shown_in_the_organisations_zone() -> None:
    assert words.clock(1_763_629_200_000, "Asia/Kolkata") == "14:30"
    assert words.clock(1_763_629_200_000, "No/Such") == "09:00"


@pytest.mark.feature("D09")
def test_every_presence_and_category_has_words() -> None:
    assert len({words.presence(one) for one in Presence}) == len(Presence)
    assert len({words.category(one) for one in Category} | {words.unclassified()}) == 4


@pytest.mark.feature("F02")
def test_idle_is_no_input_seen_and_nobody_is_called_anything() -> None:
    assert words.presence(Presence.IDLE) == "no input seen"
    texts = "\n".join(inspect.getsource(module) for module in (words, policy.definitions, console.widgets.empty)).lower()
    for accusation in ("lazy", "not working", "slacking", "unproductive employee", "unproductive person", "wasted", "violation"):
        assert accusation not in texts


def test_what_a_person_does_now_is_presence_and_app() -> None:
    now = Now(Person(1, "A", None), Presence.MEETING, "Microsoft Teams", 0, 0)
    assert words.now_doing(now) == "in a meeting · Microsoft Teams"


def test_every_definition_has_a_title_and_a_sentence() -> None:
    for key in definitions.DEFINITIONS:
        title, *meaning = definitions.definition(key).split("\n")
        assert title and meaning and all(line.endswith(".") for line in meaning)
        assert [text for _, text in definitions.parts(key)][: len(meaning)] == meaning
