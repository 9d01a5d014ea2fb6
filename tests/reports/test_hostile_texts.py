"""Nothing that a PC sends runs, links or opens anything in a report, and nothing keeps a report from being made."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from typing import Any

import openpyxl
import pytest

from reports.contents import document_of
from reports.document import Place
from reports.lettering import runs, width_of, wrapped
from reports.pdf import make_pdf
from reports.speech import safe
from reports.xlsx import clean, make_xlsx
from tests.reports.examples import example
from tests.reports.hostile import EVERYTHING, FORMULAS, MARKUP
from tests.reports.test_agreement import text_of

OPENED: list[str] = []
WATCHING: list[bool] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if WATCHING and (
        event in ("socket.connect", "subprocess.Popen", "os.system", "urllib.Request")
        or (event == "open" and isinstance(arguments[0], str))
    ):
        OPENED.append(f"{event} {arguments[0]}")


sys.addaudithook(_watch)


@pytest.fixture(scope="module")
def book() -> bytes:
    return make_xlsx(example(40, 5, names=EVERYTHING))


@pytest.mark.quality("S-11")
def test_no_text_becomes_a_formula_or_a_link(book: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode("utf-8")
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(r"<f[ >/]|hyperlink|<c [^>]*t=\"(?:e|str)\"", content), name
            assert 'TargetMode="External"' not in content
            assert "externalLink" not in name and "vba" not in name.lower()


@pytest.mark.quality("S-11")
def test_every_text_of_the_workbook_is_what_came_in(book: bytes) -> None:
    document = document_of(example(40, 5, names=EVERYTHING))
    sheets = {name: sheet for sheet in openpyxl.load_workbook(io.BytesIO(book)).worksheets for name in sheet.tables}
    seen = 0
    for table in (one for one in document.tables() if one.place is not Place.PAPER):
        for number, row in enumerate(table.rows, 2):
            for place, value in enumerate(row, 1):
                cell = sheets[table.name].cell(number, place)
                if isinstance(value, str) and value:
                    assert cell.data_type == "s" and cell.value == clean(value)
                    seen += value.lstrip()[:1] in tuple("=+-@")
    assert seen > 50


@pytest.mark.quality("S-11")
def test_a_text_that_begins_like_a_formula_stays_text_when_somebody_edits_it(book: bytes) -> None:
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(book)).worksheets for row in sheet.iter_rows() for cell in row]
    risky = [
        cell for cell in cells if isinstance(cell.value, str) and cell.value.lstrip(" '\"\u200b\ufeff")[:1] in set("=+-@") and cell.row > 1
    ]
    assert risky and all(cell.quotePrefix for cell in risky)


@pytest.mark.quality("S-12")
@pytest.mark.parametrize("start", range(0, len(EVERYTHING), 60))
def test_a_pdf_is_made_of_any_text_and_opens_nothing(start: int) -> None:
    make_pdf(example(2))  # fonts and catalogues are read once
    OPENED.clear()
    WATCHING.append(True)
    try:
        made = make_pdf(example(24, start, names=EVERYTHING[start : start + 60]))
    finally:
        WATCHING.clear()
    assert [one for one in OPENED if not one.endswith((".py", ".pyc", ".mo", ".dat"))] == []
    assert made.startswith(b"%PDF") and b"/URI" not in made and b"/JavaScript" not in made and b"/Launch" not in made


@pytest.mark.quality("S-12")
@pytest.mark.parametrize("text", ["<b>bold</b>", "{name} {0} %s", "&amp;&bogus;", "=1+1", "Łódź ₹ 5", "क्षत्रिय श्रीमती", "সুপ্রিয়া ক্ষমা"])
def test_a_text_can_be_read_and_searched_in_the_pdf(text: str) -> None:
    assert text in text_of(make_pdf(example(3, names=[text])))


@pytest.mark.quality("S-12")
def test_signs_that_turn_a_line_are_shown_for_what_they_are() -> None:
    assert safe("a\u202egpj.exe") == "a‹U+202E›gpj.exe"
    assert "‹U+0000›" in safe("a\u0000b")
    assert len(safe("x" * 40_000)) == 300


@pytest.mark.quality("S-12")
@pytest.mark.parametrize("text", [*MARKUP, *FORMULAS[:20]])
def test_a_text_is_measured_and_wrapped_without_losing_a_letter(text: str) -> None:
    shown = safe(text, 400)
    assert (
        all(width_of(line, 8) <= 60.01 or len(line) <= 1 for line in wrapped(shown, 60, 8))
        or "\u200d" in shown
        or any(run.font != "WorkPulseLatin" for run in runs(shown))
    )
    assert "".join(wrapped(shown, 60, 8)).replace(" ", "") == shown.replace(" ", "")
