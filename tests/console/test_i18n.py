"""The languages: nothing is missing, stale or apt to crash, and every text can be reached by the translators."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from console import definitions, words
from console.i18n import catalogues
from console.i18n.language import Clock, Digits, Language, Usage, _, catalogue_of, use
from policy.presence import Presence

ROOT = Path(__file__).resolve().parents[2]
MARKS = {"_", "_n", "N_"}
LANGUAGES = pytest.mark.parametrize("language", catalogues.TRANSLATED)


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    use(Usage())


@LANGUAGES
def test_a_catalogue_is_complete_and_says_nothing_old(language: Language) -> None:
    """When this fails: `python -m console.i18n`, then translate what it lists and run it again."""
    assert [f"{one.what}: {one.text}" for one in catalogues.faults(language)] == []


@LANGUAGES
def test_a_translation_is_in_its_own_script(language: Language) -> None:
    """A text copied from English would pass every other test."""
    first, last = {"hi": (0x900, 0x97F), "bn": (0x980, 0x9FF)}[language]
    same = [
        str(one.id)
        for one in catalogues.read(language)
        if one.id and has_words(one.id) and not any(first <= ord(sign) <= last for sign in "".join(one.string))
    ]
    assert same == []


def has_words(text: str | tuple[str, str]) -> bool:
    """Whether there is anything to translate besides placeholders and names."""
    whole = text if isinstance(text, str) else " ".join(text)
    return bool(set(re.findall(r"[^\W\d_]{2,}", re.sub(r"\{\w*\}", "", whole))) - {"WorkPulse", "Ctrl", "UTC", "CSV", "PDF", "Excel"})


@pytest.mark.parametrize(
    ("original", "translated", "fits"),
    [
        ("{n} of {total}", "{total} में से {n}", True),
        ("{n} of {total}", "{total} में से", False),
        ("{n} of {total}", "{total} में से {m}", False),
        ("{n}", "{n", False),
        (("{n} day", "{n} days"), ("एक दिन", "{n} दिन"), True),
        (("{n} day of {name}", "{n} days of {name}"), ("एक दिन", "{n} दिन"), False),
    ],
)
def test_a_translation_with_other_placeholders_is_found(original, translated, fits: bool) -> None:
    forms = translated if isinstance(translated, tuple) else (translated,)
    found = list(catalogues._faults_of(Language.HINDI, Message(original), Message(original, forms if len(forms) > 1 else forms[0])))
    assert (not found) == fits


def test_a_missing_and_a_stale_text_are_found(monkeypatch) -> None:
    said = catalogues.extracted()
    said.add("Something nobody has translated")
    said.delete("Today")
    monkeypatch.setattr(catalogues, "extracted", lambda: said)
    found = {(one.what, one.text) for one in catalogues.faults(Language.BENGALI)}
    assert {("missing", "Something nobody has translated"), ("no longer said", "Today")} <= found


def calls_of(tree: ast.AST, inside: bool = False) -> Iterator[tuple[ast.Call, bool]]:
    """Every call of a mark, and whether it is made when something runs (True) or when the module is read."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield node, inside
        yield from calls_of(node, inside or isinstance(node, ast.FunctionDef | ast.Lambda))


def test_no_text_is_translated_before_the_language_is_known() -> None:
    early = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "console").rglob("*.py"))
        for call, inside in calls_of(ast.parse(path.read_text("utf-8")))
        if not inside and isinstance(call.func, ast.Name) and call.func.id != "N_"
    ]
    assert early == [], "mark it with N_ there, and say it with _ where it is shown"


def test_a_marked_text_is_written_out_where_it_is_marked() -> None:
    """An f-string would be extracted as nothing and stay English for ever."""
    unseen = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "console").rglob("*.py"))
        for call, _inside in calls_of(ast.parse(path.read_text("utf-8")))
        if any(isinstance(one, ast.JoinedStr) for one in call.args)
    ]
    assert unseen == []


def test_no_text_is_marked_inside_an_f_string() -> None:
    """What is marked there is not extracted, so it would stay English for ever, and nobody would be told."""
    unseen = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "console").rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call, _inside in calls_of(string)
    ]
    assert unseen == [], "say it on a line of its own"


@pytest.mark.parametrize(
    ("usage", "number", "fraction"),
    [
        (Usage(Language.ENGLISH), "1,234,567", "1,234,567.5"),
        (Usage(Language.ENGLISH, Digits.INDIAN), "12,34,567", "12,34,567.5"),
        (Usage(Language.HINDI), "12,34,567", "12,34,567.5"),
        (Usage(Language.BENGALI), "12,34,567", "12,34,567.5"),
        (Usage(Language.BENGALI, Digits.THREES), "1,234,567", "1,234,567.5"),
    ],
)
def test_numbers_are_grouped_as_the_reader_is_used_to(usage: Usage, number: str, fraction: str) -> None:
    use(usage)
    assert (words.count(1_234_567), words.decimal(1_234_567.5)) == (number, fraction)


def test_days_and_times_are_the_readers_own() -> None:
    moment = datetime(2025, 11, 3, 14, 2)
    seen = []
    for usage in (Usage(clock=Clock.HALF_DAY), Usage(Language.HINDI), Usage(Language.BENGALI)):
        use(usage)
        seen.append((words.day(date(2025, 11, 3)), words.clock_of(moment).replace("\u00a0", " ")))
    assert seen == [("Mon 3 Nov", "2:02 pm"), ("सोम 3 नव॰", "14:02"), ("সোম 3 নভেঃ", "14:02")]


@LANGUAGES
def test_what_is_said_later_is_said_in_the_language_then_in_use(language: Language) -> None:
    english = definitions.title("engaged"), words.presence(Presence.IDLE)
    use(Usage(language))
    there = definitions.title("engaged"), words.presence(Presence.IDLE)
    assert not set(english) & set(there)
    assert there[1] == catalogue_of(language).gettext("no input seen") == _("no input seen")
