"""Reports speak English, Hindi and Bengali whole, and in the words of the window."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from reports.contents import document_of
from reports.i18n.catalogues import ROOT, TRANSLATED, extracted, faults, read
from reports.speech import Speech
from tests.reports.examples import example

SCRIPTS = {"hi": re.compile("[\u0900-\u097f]"), "bn": re.compile("[\u0980-\u09ff]")}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    assert list(faults(language)) == []


def test_a_text_that_nobody_translated_is_found() -> None:
    assert any(message.id == "At a glance" for message in extracted())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_text_that_the_window_says_too_is_the_same_there(language: str) -> None:
    with (ROOT / "console" / "i18n" / language / "LC_MESSAGES" / "console.po").open("rb") as file:
        window = read_po(file, locale=language)
    differ = [
        message.id
        for message in read(language)
        if message.id
        and isinstance(message.id, str)
        and (other := window.get(message.id))
        and other.string
        and other.string != message.string
    ]
    assert differ == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_report_has_no_heading_left_in_english(language: str) -> None:
    document = document_of(example(6, language=language))
    headings = [section.title for section in document.sections] + [
        column.heading for table in document.tables() for column in table.columns
    ]
    assert [one for one in headings if not SCRIPTS[language].search(one)] == []


def test_numbers_are_grouped_as_the_language_does() -> None:
    assert Speech("en", "UTC").count(1_234_567) == "1,234,567"
    assert Speech("hi", "UTC").count(1_234_567) == "12,34,567"


def test_a_language_nobody_has_is_english() -> None:
    assert Speech("tlh", "UTC")("Teams") == "Teams"
