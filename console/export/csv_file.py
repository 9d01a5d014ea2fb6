"""Writes an export as CSV: UTF-8 with its mark so that Excel knows, the head first, tables below each other."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from console.export.content import Content, Sheet, plain_figure
from console.export.harmless import harmless


def write_csv(content: Content, path: Path) -> int:
    """Write the file and return how many rows of figures it has."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([harmless(name), harmless(value)] for name, value in content.head.told())
        return sum(_write_sheet(writer, sheet, content.head.zone) for sheet in content.sheets)


def _write_sheet(writer: Any, sheet: Sheet, zone: str) -> int:
    writer.writerow([])
    writer.writerow([harmless(sheet.title)])
    writer.writerow([harmless(heading) for heading in sheet.headings])
    many = 0
    for row in sheet.rows():
        many += 1
        cells = zip(row, sheet.units, strict=True)
        writer.writerow([harmless(cell.text) if cell.figure is None else plain_figure(cell.figure, unit, zone) for cell, unit in cells])
    return many
