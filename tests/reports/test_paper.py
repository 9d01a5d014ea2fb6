"""The PDF as a piece of paper and as a file: its size, its bookmarks, its language, its letters."""

from __future__ import annotations

import re

import pytest

from policy.presence import Presence
from reports.contents import document_of
from reports.lettering import load_fonts, runs, width_of
from reports.look import CATEGORIES, PRESENCES, look_of
from reports.pdf import make_pdf
from reports.speech import Speech
from reports.xlsx import make_xlsx
from tests.reports.examples import example
from tests.reports.test_agreement import text_of


@pytest.mark.feature("J01")
def test_the_same_report_is_the_same_bytes() -> None:
    assert make_pdf(example(8, 3)) == make_pdf(example(8, 3))
    assert make_xlsx(example(8, 3)) == make_xlsx(example(8, 3))


def test_another_figure_is_other_bytes() -> None:
    assert make_pdf(example(8, 3)) != make_pdf(example(8, 4))


def test_fifty_people_are_less_than_a_megabyte() -> None:
    assert len(make_pdf(example(50))) < 1_000_000
    assert len(make_xlsx(example(50))) < 1_000_000


def test_every_page_says_which_of_how_many_it_is() -> None:
    pages = text_of(make_pdf(example(50))).split("\f")[:-1]
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)


def test_every_section_has_a_bookmark_on_its_own_page() -> None:
    made = make_pdf(example(50))
    document = document_of(example(50))
    targets = re.findall(rb"/Dest \[ (\d+) 0 R", made)
    assert len(targets) == len(document.sections)
    assert len(set(targets)) > 5 and targets == sorted(targets, key=int)


@pytest.mark.parametrize("language", ["en", "hi", "bn"])
def test_the_file_says_its_language_and_title(language: str) -> None:
    made = make_pdf(example(3, language=language))
    assert f"/Lang ({language})".encode() in made and b"/Title" in made


@pytest.mark.parametrize(("people", "empty"), [(1, False), (12, True), (500, False)])
def test_a_report_of_any_size_is_made(people: int, empty: bool) -> None:
    text = text_of(make_pdf(example(people, empty=empty)))
    assert "Weekly report, 9–15 Nov 2026" in text and "Definitions" in text
    assert ("No engaged time was recorded in these days." in text) is empty


def test_conjuncts_are_shaped() -> None:
    """Shaped letters join: a word is narrower than its letters one by one."""
    for word in ("क्षत्रिय", "স্ত্রীর"):
        assert width_of(word, 10) < sum(width_of(letter, 10) for letter in word)


def test_each_script_has_a_font_and_a_sign_without_one_says_so() -> None:
    assert [run.font for run in runs("Asha অ क ≈")] == ["WorkPulseLatin", "WorkPulseBengali", "WorkPulseDevanagari", "WorkPulseSigns"]
    assert runs("\U0001f9ff")[0].text == "\ufffd"
    assert {ord(sign) for sign in "▲▼≈"} <= load_fonts()["WorkPulseSigns"]


def test_what_stands_beside_each_other_in_a_chart_differs_on_grey_paper() -> None:
    look = look_of(Speech("en", "UTC"))
    for styles in ([PRESENCES[one] for one in Presence][:6], [*CATEGORIES.values()]):
        greys = [(_grey(colour), hatch) for colour, hatch in styles]
        for place, (grey, hatch) in enumerate(greys[1:]):
            assert abs(grey - greys[place][0]) > 0.08 or hatch != greys[place][1]
    assert look.unclassified.hatch


def _grey(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
