"""A report as an Excel workbook: a summary with its own charts, then a sheet for each table; figures are numbers, and no text can run.

Nothing in it is calculated when it is opened: no formula, no link, no macro. The same report is the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from policy.summaries import Report
from reports.archive import settled
from reports.contents import document_of
from reports.document import NUMBERS, Chart, Column, Document, Facts, Place, Table, Text, Tile, Tiles, Unit, Value
from reports.native import native_chart
from reports.speech import Speech

FORMATS = {
    Unit.SECONDS: "[h]:mm",
    Unit.SHARE: "0.0%",
    Unit.CHANGE: "+0.0%;-0.0%;0.0%",
    Unit.COUNT: "#,##0",
    Unit.BYTES: "#,##0",
    Unit.DECIMAL: "0.0",
    Unit.DAY: "yyyy-mm-dd",
    Unit.MOMENT: "yyyy-mm-dd hh:mm",
    Unit.CLOCK: "hh:mm",
}
DAY_SECONDS = 86_400
FACE = "Calibri"
FORBIDDEN = str.maketrans("[]:*?/\\'", "        ")
LONGEST_SHEET, LONGEST_CELL = 31, 32_000
STARTS = frozenset("=+-@|%\t\r＝＋－＠｜")
"""What spreadsheets begin a formula or a command with; a text that does gets the mark of a text, should anybody edit it."""
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff'\""
BARS = frozenset({"Apps", "Sites", "TrafficApps", "Categories"})
"""Tables of things whose first figure gets bars; tables of people get none: nobody is ranked."""
Progress = Callable[[float], None]


def make_xlsx(report: Report, progress: Progress | None = None) -> bytes:
    """Return the report as a workbook; `progress` is told how much of it is done, 0 to 1."""
    return xlsx_of(document_of(report), progress)


def xlsx_of(document: Document, progress: Progress | None = None) -> bytes:
    """Return a document as a workbook."""
    target = io.BytesIO()
    tables = [table for table in document.tables() if table.place is not Place.PAPER]
    with pandas.ExcelWriter(target, engine="openpyxl") as writer:
        summary = writer.book.create_sheet(_sheet_name(document.say("Summary"), set()))
        sheets = _write_tables(writer, tables, document.say, {summary.title}, progress)
        _write_summary(summary, document, sheets)
        _write_facts(writer.book, document, {one.title for one in writer.book.worksheets})
        _finish(writer.book, document)
    return settled(target.getvalue(), datetime.fromtimestamp(document.made_at / 1000, UTC))


# --- tables -------------------------------------------------------------------------------------------------------------


def frame_of(table: Table, say: Speech) -> pandas.DataFrame:
    """Return a table's rows as a frame of what its cells hold: numbers, days, local times, clean text."""
    headings = _unique([one.heading for one in table.columns])
    rows = [[_held(value, column.unit, say) for value, column in zip(row, table.columns, strict=True)] for row in table.rows]
    return pandas.DataFrame(rows, columns=headings, dtype=object)


def _held(value: Value, unit: Unit, say: Speech) -> Value | datetime:
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, date):
        return value
    if unit is Unit.SECONDS:
        return value / DAY_SECONDS
    return say.local(int(value)).replace(tzinfo=None, microsecond=0) if unit in (Unit.MOMENT, Unit.CLOCK) else value


def _write_tables(
    writer: pandas.ExcelWriter[Any], tables: list[Table], say: Speech, taken: set[str], progress: Progress | None
) -> dict[str, Worksheet]:
    sheets = {}
    for number, table in enumerate(tables, 1):
        name = _sheet_name(table.title, taken)
        frame_of(table, say).to_excel(writer, sheet_name=name, index=False)
        sheets[table.name] = writer.book[name]
        _dress(sheets[table.name], table, say)
        if progress is not None:
            progress(number / len(tables))
    return sheets


def _dress(sheet: Worksheet, table: Table, say: Speech) -> None:
    """Give a sheet its formats, its frozen headings, its real table and its line of sums."""
    formats = [FORMATS.get(column.unit) for column in table.columns]
    for row in sheet.iter_rows(min_row=2, max_row=len(table.rows) + 1):
        for cell, pattern in zip(row, formats, strict=True):
            _settle(cell, pattern)
    last = get_column_letter(len(table.columns))
    rows = max(len(table.rows), 1) + 1
    _head(sheet, table.columns)
    made = SheetTable(displayName=table.name, name=table.name, ref=f"A1:{last}{rows}")
    made.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    sheet.add_table(made)
    sheet.freeze_panes = "C2" if table.grouped and table.columns[0].unit is Unit.TEXT else "B2"
    if table.total is not None:
        _write_total(sheet, table, rows + 2, say)
    if table.name in BARS and table.rows:
        place = next(number for number, one in enumerate(table.columns) if one.unit in NUMBERS)
        letter = get_column_letter(place + 1)
        sheet.conditional_formatting.add(f"{letter}2:{letter}{rows}", DataBarRule("num", 0, "max", None, "9DB7F3"))


def _head(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place)
        cell.data_type = "s"
        cell.font = Font(name=FACE, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="2F5BD7")
        cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="left" if column.unit is Unit.TEXT else "right")
        sheet.column_dimensions[get_column_letter(place)].width = _width(sheet, place, column)
    sheet.row_dimensions[1].height = 32


def _width(sheet: Worksheet, place: int, column: Column) -> float:
    if column.unit in NUMBERS:
        return max(11.0, len(max(column.heading.split(), key=len, default="")) + 4)
    if column.unit is not Unit.TEXT:
        return 18.0 if column.unit is Unit.MOMENT else 12.0
    longest = max((len(str(sheet.cell(row, place).value or "")) for row in range(2, min(sheet.max_row, 200) + 1)), default=0)
    return float(min(max(longest, len(column.heading), 8) + 3, 60))


def _write_total(sheet: Worksheet, table: Table, row: int, say: Speech) -> None:
    assert table.total is not None
    for place, (value, column) in enumerate(zip(table.total, table.columns, strict=True), 1):
        cell = sheet.cell(row, place)
        cell.value = _held(value, column.unit, say)
        _settle(cell, FORMATS.get(column.unit))
        cell.font = Font(name=FACE, bold=True)


def _settle(cell: Cell, pattern: str | None) -> None:
    """Make a cell what it is meant to be: text is text whatever it begins with, nothing is empty by an empty text."""
    if isinstance(cell.value, str):
        if not cell.value:
            cell.value = None
            return
        cell.data_type = "s"
        cell.quotePrefix = is_harmful(cell.value)
        cell.alignment = Alignment(vertical="top")
    elif pattern is not None:
        cell.number_format = pattern


def put_text(sheet: Worksheet, row: int, column: int, text: str, **font: Any) -> Cell:
    """Write a cell that is a string whatever it begins with."""
    cell: Cell = sheet.cell(row, column)
    cell.value = clean(text)
    _settle(cell, None)
    if font:
        cell.font = Font(name=FACE, **font)
    return cell


def clean(text: str) -> str:
    """Return text as a workbook can hold it: its format knows no control signs and ends after 32,767."""
    return str(ILLEGAL_CHARACTERS_RE.sub("�", text)).replace("\u00a0", " ")[:LONGEST_CELL]


def is_harmful(text: str) -> bool:
    """Whether a spreadsheet might calculate this text if somebody edited it."""
    return text.lstrip().lstrip(UNSEEN).lstrip()[:1] in STARTS if text else False


# --- the first sheet and those of words ---------------------------------------------------------------------------------


def _write_summary(sheet: Worksheet, document: Document, sheets: dict[str, Worksheet]) -> None:
    """Write who, which days and how made, the key figures, the sentences, and the charts with the tables they come from."""
    put_text(sheet, 1, 1, document.organisation, bold=True, color="2F5BD7")
    put_text(sheet, 2, 1, document.title, bold=True, size=18)
    row = 4
    for name, value in document.head:
        put_text(sheet, row, 1, name, color="566173")
        put_text(sheet, row, 2, value)
        row += 1
    glance = document.sections[0]
    row = _write_tiles(sheet, next(one for one in glance.blocks if isinstance(one, Tiles)), row + 1, document.say)
    for text in (block for block in glance.blocks if isinstance(block, Text)):
        put_text(sheet, row, 1, text.text, bold=text.strong)
        row += 1
    for letter, width in zip("ABCDEF", (26, 24, 16, 16, 26, 30), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    places = iter([(sheet, f"A{row + 1}"), (sheet, f"E{row + 1}")])
    for chart in _charts(document):
        assert chart.native is not None
        source, table = sheets[chart.native.table], next(one for one in document.tables() if one.name == chart.native.table)
        target, anchor = next(places, (source, f"{get_column_letter(len(table.columns) + 2)}2"))
        if table.rows:
            target.add_chart(native_chart(chart, table, source), anchor)


def _charts(document: Document) -> Iterator[Chart]:
    for section in document.sections:
        yield from (block for block in section.blocks if isinstance(block, Chart) and block.native is not None)


def _write_tiles(sheet: Worksheet, tiles: Tiles, row: int, say: Speech) -> int:
    """Write the key figures as a table and return the row after it."""
    headings = _unique([say("Figure"), say("Value"), _capital(tiles.before), tiles.usual, say("Change")])
    for place, heading in enumerate(headings, 1):
        cell = put_text(sheet, row, place, heading, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="2F5BD7")
    for number, tile in enumerate(tiles.tiles, row + 1):
        _write_tile(sheet, number, tile, say)
    last = row + len(tiles.tiles)
    made = SheetTable(displayName="KeyFigures", name="KeyFigures", ref=f"A{row}:E{last}")
    made.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    sheet.add_table(made)
    return last + 2


def _write_tile(sheet: Worksheet, row: int, tile: Tile, say: Speech) -> None:
    put_text(sheet, row, 1, tile.name)
    for place, value in enumerate((tile.value, tile.before, tile.usual), 2):
        cell = sheet.cell(row, place)
        cell.value = _held(value, tile.unit, say)
        _settle(cell, FORMATS[tile.unit])
    put_text(sheet, row, 5, tile.note or tile.change)


def _write_facts(book: Workbook, document: Document, taken: set[str]) -> None:
    """Write a sheet for each section that has lines of words."""
    for section in document.sections[1:]:
        lines = [line for block in section.blocks for line in _words(block)]
        if any(isinstance(block, Facts) for block in section.blocks):
            sheet = book.create_sheet(_sheet_name(section.title, taken))
            sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 110
            for row, (name, value) in enumerate(lines, 1):
                put_text(sheet, row, 1, name, bold=True).alignment = Alignment(vertical="top", wrap_text=True)
                put_text(sheet, row, 2, value).alignment = Alignment(vertical="top", wrap_text=True)


def _words(block: object) -> list[tuple[str, str]]:
    if isinstance(block, Facts):
        return list(block.rows)
    return [("", block.text)] if isinstance(block, Text) else []


def _finish(book: Workbook, document: Document) -> None:
    """Set up every sheet for printing and name the file's maker."""
    for sheet in book.worksheets:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        if sheet.tables and sheet.freeze_panes:
            sheet.print_title_rows = "1:1"
        sheet.oddFooter.left.text = f"{document.organisation}: {document.title}".replace("&", "&&")[:200]
        sheet.oddFooter.right.text = "&P / &N"
    book.properties.creator = "WorkPulse"
    book.properties.title = clean(f"{document.organisation}: {document.title}")
    book.properties.language = document.language


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unique(headings: list[str]) -> list[str]:
    """Return headings of which no two are the same: a real table needs that."""
    made: list[str] = []
    for one in headings:
        name, number = one, 2
        while name.casefold() in {each.casefold() for each in made}:
            name, number = f"{one} {number}", number + 1
        made.append(name)
    return made


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a title as the name of a sheet: short, without what Excel forbids, unlike the others."""
    short = " ".join(clean(title).translate(FORBIDDEN).split()) or "Table"
    name, number = short[:LONGEST_SHEET].strip(), 2
    while name.casefold() in {one.casefold() for one in taken}:
        ending = f" {number}"
        name, number = short[: LONGEST_SHEET - len(ending)].strip() + ending, number + 1
    taken.add(name)
    return name
