"""Writes an export as an Excel file: words as strings and nothing else, figures as numbers; no formula, no link, no macro."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from console import words
from console.export.content import Cell, Content, Sheet
from console.models.rows import Unit
from console.words import _

MOST_ROWS = 1_000_000
"""Excel ends at 1,048,576; what is more goes on in another sheet."""
FORMATS = {Unit.SECONDS: "[h]:mm:ss", Unit.SHARE: "0.0%", Unit.COUNT: "#,##0", Unit.BYTES: "#,##0", Unit.INSTANT: "yyyy-mm-dd hh:mm:ss"}
DAY_SECONDS = 86_400
FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


def write_xlsx(content: Content, path: Path) -> int:
    """Write the file and return how many rows of figures it has."""
    book = Workbook(write_only=True)
    book.properties.creator = "WorkPulse"
    book.properties.title = content.head.title
    head = book.create_sheet(_("About"))
    head.column_dimensions["A"].width, head.column_dimensions["B"].width = 18, 70
    for name, value in content.head.told():
        head.append([_string(head, name, bold=True), _string(head, value)])
    rows = sum(_write_sheet(book, sheet, content.head.zone) for sheet in content.sheets)
    book.save(path)
    return rows


def _write_sheet(book: Workbook, sheet: Sheet, zone: str) -> int:
    target = _new_sheet(book, sheet)
    many = 0
    for many, row in enumerate(sheet.rows(), 1):
        if many % MOST_ROWS == 0:
            target = _new_sheet(book, sheet)
        target.append([_cell(target, cell, unit, zone) for cell, unit in zip(row, sheet.units, strict=True)])
    return many


def _new_sheet(book: Workbook, sheet: Sheet) -> WriteOnlyWorksheet:
    made = book.create_sheet(sheet.title.translate(FORBIDDEN)[:28].strip() or _("Table"))
    made.freeze_panes = "A2"
    for place, (heading, unit) in enumerate(zip(sheet.headings, sheet.units, strict=True), 1):
        made.column_dimensions[get_column_letter(place)].width = max(len(heading) + 4, 22 if unit in (Unit.TEXT, Unit.INSTANT) else 12)
    made.append([_string(made, heading, bold=True) for heading in sheet.headings])
    return made


def _cell(sheet: WriteOnlyWorksheet, cell: Cell, unit: Unit, zone: str) -> WriteOnlyCell:
    if cell.figure is None:
        return _string(sheet, cell.text)
    value: object = cell.figure
    if unit is Unit.SECONDS:
        value = cell.figure / DAY_SECONDS
    elif unit is Unit.INSTANT:
        value = words.local(int(cell.figure), zone).replace(tzinfo=None, microsecond=0)
    made = WriteOnlyCell(sheet, value=value)
    made.number_format = FORMATS[unit]
    return made


def _string(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    """Return a cell that is a string whatever it begins with; openpyxl itself would take "=1+1" for a formula."""
    made = WriteOnlyCell(sheet, value="")
    made.value = ILLEGAL_CHARACTERS_RE.sub("�", text)
    made.data_type = "s"
    made.alignment = Alignment(vertical="top")
    if bold:
        made.font = Font(bold=True)
    return made
