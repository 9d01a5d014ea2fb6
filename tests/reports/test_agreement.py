"""Every figure in the PDF and in the workbook is the report's: no file can disagree with the other, or with the window."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from policy.summaries import Arrival, Report, Rhythm
from reports.blocks import lines_of
from reports.contents import document_of
from reports.document import NUMBERS, Document, Place, Table, Tiles, Unit, written
from reports.pdf import pdf_of
from reports.speech import safe
from reports.xlsx import clean, xlsx_of
from tests.reports.examples import example

DOCUMENTS, BOOKS, PAPERS = (
    int(os.environ.get(f"WORKPULSE_{name}", usual)) for name, usual in (("DOCUMENTS", 1000), ("BOOKS", 24), ("PAPERS", 24))
)
RHYTHMS = list(Rhythm)


def reports(many: int) -> Iterator[Report]:
    """Companies of 1 to 14 people, days, weeks and months, three languages, some without a figure."""
    for seed in range(many):
        yield example(1 + seed * 7 % 14, seed, ("en", "hi", "bn")[seed % 3], RHYTHMS[seed % 7 % 3], empty=seed % 23 == 22)


def tables(document: Document) -> dict[str, Table]:
    return {one.name: one for one in document.tables()}


# --- the document is the report -------------------------------------------------------------------------------------------


@pytest.mark.feature("J01", "J04", "J11", "C01")
def test_every_figure_of_a_thousand_documents_is_the_reports() -> None:
    mismatches = [(seed, fault) for seed, report in enumerate(reports(DOCUMENTS)) for fault in faults_of(report, document_of(report))]
    assert not mismatches


def faults_of(report: Report, document: Document) -> Iterator[str]:
    """Compare what is printed with the report itself, by ways of its own."""
    found = tables(document)
    yield from _tile_faults(report, document)
    for name, expected in EXPECTED.items():
        wanted = expected(report)
        if wanted is None:
            continue
        printed = sorted(tuple(row[place] for place in PLACES[name]) for row in found[name].rows)
        if printed != sorted(wanted):
            yield f"{name}: {printed} is not {sorted(wanted)}"
    for table in found.values():
        yield from _sum_faults(table)


def _tile_faults(report: Report, document: Document) -> Iterator[str]:
    tiles = next(block for block in document.sections[0].blocks if isinstance(block, Tiles)).tiles
    seen, usual = report.overview, report.usual
    wanted = [
        (getattr(seen, name).value, getattr(seen, name).previous, getattr(usual, name))
        for name in ("active_people", "engaged", "productivity", "idle", "coverage")
    ]
    if [(one.value, one.before, one.usual) for one in tiles] != wanted:
        yield "tiles"


def _sum_faults(table: Table) -> Iterator[str]:
    """A line of sums is the sum of what stands above it."""
    if table.total is None:
        return
    for place, (column, total) in enumerate(zip(table.columns, table.total, strict=True)):
        cells = [row[place] for row in table.rows if isinstance(row[place], int | float)]
        if column.adds and column.unit is not Unit.SHARE and (table.name, place) not in OWN_TOTALS and total != sum(cells):
            yield f"{table.name}: {column.heading} is {total}, its rows are {sum(cells)}"


OWN_TOTALS = {("Teams", 2), ("Teams", 3), ("Teams", 6)}
"""The company's own figures stand there; the next test compares them."""


def _person(report: Report, number: int) -> Any:
    return next(one for one in report.overview.people if one.person.id == number)


def _names(report: Report) -> dict[int, str]:
    return {one.person.id: safe(one.person.name, 80) for one in report.overview.people}


def _people(report: Report) -> list[Any]:
    days = {one.person.id: [day for day in report.days if day.person.id == one.person.id] for one in report.overview.people}
    return [
        (
            safe(one.person.name, 80),
            one.times.engaged,
            one.categories.unproductive,
            one.times.idle,
            len([day for day in days[one.person.id] if day.engaged]),
            sum(day.real_hours for day in days[one.person.id]),
        )
        for one in report.overview.people
    ]


def _clients(report: Report) -> list[Any] | None:
    if report.attribution is None:
        return None
    codes = {one.code for one in report.attribution.rows}
    found = [(safe(code, 40), sum(one.seconds for one in report.attribution.rows if one.code == code)) for code in codes]
    return [*found, ("", report.attribution.unattributed)]


def _sites(report: Report) -> list[Any]:
    found = [(one.engaged,) for one in report.sites.sites]
    found += [(report.sites.without_site.engaged,)] if report.sites.without_site.engaged else []
    return [*found, (report.sites.rest,)] if report.sites.rest else found


def _split(report: Report) -> list[Any]:
    split = report.applications.categories
    return [(split.productive,), (split.neutral - split.unclassified,), (split.unclassified,), (split.unproductive,)]


def _traffic(report: Report) -> list[Any] | None:
    found = report.bandwidth
    return (
        [(day, one.total) for day, one in zip(found.days, found.daily, strict=True)] if found.total.total or found.previous.total else None
    )


def _attendance(report: Report) -> list[Any]:
    counted = (Arrival.ON_TIME, Arrival.LATE, Arrival.NOT_SEEN)
    return [
        (name, *(sum(day.arrival is one and day.person.id == number for day in report.days) for one in counted))
        for number, name in _names(report).items()
    ]


def _files(report: Report) -> list[Any] | None:
    return [(safe(one.person.name, 80), one.deleted, one.total) for one in report.files.people] if report.files.people else None


EXPECTED = {
    "People": _people,
    "Daily": lambda report: [(safe(one.person.name, 80), one.day, one.engaged, one.in_shift, one.real_hours) for one in report.days],
    "Days": lambda report: [
        (one.day, one.times.engaged, one.times.idle, one.times.locked, one.times.paused) for one in report.overview.days
    ],
    "Trend": lambda report: [(one.first, one.times.engaged, one.people) for one in report.trend],
    "Teams": lambda report: [(one.members, one.people, one.times.engaged, one.times.idle, one.real_hours) for one in report.teams],
    "Apps": lambda report: [(safe(one.name, 80), one.engaged, one.people) for one in report.applications.apps],
    "Sites": _sites,
    "Categories": _split,
    "TrafficDays": _traffic,
    "Clients": _clients,
    "Attendance": _attendance,
    "Files": _files,
    "Alerts": lambda report: [(one.coverage or -1,) for one in report.alerts] if all(one.coverage for one in report.alerts) else None,
}
PLACES = {
    "People": (1, 2, 5, 6, 7, 8),
    "Daily": (1, 2, 8, 9, 10),
    "Days": (0, 2, 6, 7, 8),
    "Trend": (0, 2, 9),
    "Teams": (1, 2, 3, 6, 8),
    "Apps": (1, 2, 5),
    "Sites": (2,),
    "Categories": (1,),
    "TrafficDays": (0, 4),
    "Clients": (2, 5),
    "Attendance": (1, 3, 4, 5),
    "Files": (1, 4, 7),
    "Alerts": (4,),
}


def test_a_wrong_figure_is_seen() -> None:
    report, other = example(6, 3), example(6, 4)
    assert list(faults_of(report, document_of(other)))


def test_what_each_part_adds_up_to_is_the_companys_figure() -> None:
    for report in reports(60):
        found, engaged = tables(document_of(report)), report.overview.engaged.value
        assert found["Teams"].total is None or found["Teams"].total[3] == engaged
        assert sum(row[3] for row in found["Teams"].rows) == engaged  # type: ignore[misc]
        assert sum(row[2] for row in found["People"].rows) == engaged  # type: ignore[misc]
        assert found["Clients"].total is not None and found["Clients"].total[5] == sum(row[5] for row in found["Clients"].rows) == engaged  # type: ignore[misc]
        assert found["Categories"].total is not None and found["Categories"].total[1] == sum(row[2] for row in found["Apps"].rows)  # type: ignore[misc]


# --- the workbook is the document -----------------------------------------------------------------------------------------


@pytest.mark.feature("J02")
def test_every_cell_of_the_workbook_is_the_documents() -> None:
    mismatches = [fault for report in reports(BOOKS) for fault in book_faults(document_of(report))]
    assert not mismatches


def book_faults(document: Document) -> Iterator[str]:
    """Read the workbook again and compare each cell."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(document)))
    sheets = {name: sheet for sheet in book.worksheets for name in sheet.tables}
    for table in (one for one in document.tables() if one.place is not Place.PAPER):
        sheet = sheets[table.name]
        for number, row in enumerate(table.rows, 2):
            for place, (value, column) in enumerate(zip(row, table.columns, strict=True), 1):
                if not _same(sheet.cell(number, place).value, value, column.unit, document):
                    yield f"{table.name} row {number}: {sheet.cell(number, place).value!r} is not {value!r}"
        if sheet.max_row != len(table.rows) + 1 + (2 if table.total is not None else 0) and table.rows:
            yield f"{table.name}: {sheet.max_row} rows"


def _same(cell: Any, value: Any, unit: Unit, document: Document) -> bool:
    if value is None or value == "":
        return cell is None
    if isinstance(value, str):
        return bool(cell == clean(value))
    if isinstance(value, date):
        return isinstance(cell, datetime) and cell.date() == value
    if unit is Unit.SECONDS:
        return round(_days(cell) * 86_400) == value
    if unit in (Unit.MOMENT, Unit.CLOCK):
        return isinstance(cell, datetime) and cell == document.say.local(value).replace(tzinfo=None, second=cell.second, microsecond=0)
    return bool(cell == pytest.approx(value, abs=1e-9))


def _days(cell: Any) -> float:
    """A `[h]:mm` cell comes back as a length of time."""
    return cell.total_seconds() / 86_400 if hasattr(cell, "total_seconds") else float(cell)


# --- the paper is the document --------------------------------------------------------------------------------------------


@pytest.mark.feature("J01")
def test_every_figure_of_the_pdf_is_the_documents() -> None:
    mismatches = [(number, fault) for number, report in enumerate(reports(PAPERS)) for fault in paper_faults(document_of(report))]
    assert not mismatches


def paper_faults(document: Document) -> Iterator[str]:
    """Read the text of the PDF again and look for every line of figures."""
    lines = [squeezed(line) for line in text_of(pdf_of(document)).splitlines()]
    known = set(lines)
    tiles = next(block for block in document.sections[0].blocks if isinstance(block, Tiles))
    values = squeezed("".join(written(one.value, one.unit, document.say) for one in tiles.tiles))
    if values not in known:
        yield f"tiles: {values}"
    for table in (one for one in document.tables() if one.place is not Place.BOOK and one.rows):
        columns, expected = lines_of(table, document.say)
        if any(column.whole for column in columns):
            continue
        for line in expected:
            whole = squeezed("".join(line.cells))
            figures = squeezed("".join(cell for cell, column in zip(line.cells, columns, strict=True) if column.unit in NUMBERS))
            if whole not in known and not any(one.endswith(figures) and one[:4] == whole[:4] for one in lines):
                yield f"{table.name}: {whole}"


def squeezed(text: str) -> str:
    """Return text without its spaces: poppler takes a narrow one between a number and its unit for none."""
    return "".join(text.split())


def text_of(pdf: bytes) -> str:
    """Return a PDF's text as poppler reads it."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=120)
    return done.stdout.decode()
