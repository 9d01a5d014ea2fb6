"""The workbook of an evidence pack, written row by row: text that can neither run nor link, in memory that does not grow."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from policy.summaries import EvidenceTold, FileAction
from reports import phrases
from reports.document import Column, Row, Unit
from reports.evidence import burst_columns, burst_rows, facts_of, gap_columns, gap_rows
from reports.speech import Speech
from reports.xlsx import FACE, FORMATS, clean, is_harmful

MOST_ROWS = 50_000
"""So many of the oldest events are in the workbook; all of them are in `events.jsonl`."""
MOMENT = "yyyy-mm-dd hh:mm:ss"


class EvidenceBook:
    """A workbook that takes events as they come; `close` adds what is known only at the end."""

    def __init__(self, language: str, zone: str) -> None:
        self._say = say = Speech(language, zone)
        self._book = Workbook(write_only=True)
        self.rows = 0
        columns = (
            *(Column(say("When"), Unit.MOMENT), Column(say("Person"), width=2), Column(say("Account"), width=2), Column(say("PC"))),
            *(Column(say("What")), Column(say("Path"), width=6), Column(say("New path"), width=4), Column(say("Bytes"), Unit.BYTES)),
            *(Column(say("Program"), width=1.5), Column(say("Seen by"))),
        )
        self._events = self._sheet(say("Events"), columns)

    def __enter__(self) -> EvidenceBook:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no half of it behind: until a workbook is saved its sheets are files in the system's folder for such."""
        for sheet in self._book.worksheets:
            with contextlib.suppress(OSError, ValueError, AttributeError):
                if not sheet.closed:
                    sheet.close()
                sheet._writer.cleanup()

    def add(self, one: FileAction) -> None:
        """Write the next event, while there is room."""
        if self.rows >= MOST_ROWS:
            return
        self.rows += 1
        happened = phrases.action(one.action, self._say)
        texts = (one.person.name, one.account, one.host, happened, one.path, one.new_path)
        cells = [self._moment(self._events, one.at), *(self._text(self._events, text) for text in texts)]
        cells += [self._number(self._events, one.bytes), self._text(self._events, one.process), self._text(self._events, one.source)]
        self._events.append(cells)

    def close(self, told: EvidenceTold, path: Path) -> None:
        """Add the summary, the gaps and the bursts, and write the file."""
        say = self._say
        summary = self._sheet(say("Summary"), ())
        summary.column_dimensions["A"].width, summary.column_dimensions["B"].width = 30, 100
        facts = facts_of(told, say)
        if told.events > self.rows:
            facts += ((say("Events in this workbook"), say.count(self.rows)),)
        for name, value in facts:
            summary.append([self._text(summary, name, bold=True), self._text(summary, value)])
        self._table(say("Gaps"), gap_columns(say), gap_rows(told))
        self._table(say("Bursts"), burst_columns(say), burst_rows(told, say))
        self._book.properties.creator = "WorkPulse"
        self._book.save(path)

    def _table(self, title: str, columns: tuple[Column, ...], rows: Iterable[Row]) -> None:
        sheet = self._sheet(title, columns)
        for row in rows:
            sheet.append([self._cell(sheet, value, column.unit) for value, column in zip(row, columns, strict=True)])

    def _sheet(self, title: str, columns: tuple[Column, ...]) -> Any:
        sheet = self._book.create_sheet(title[:31])
        sheet.page_setup.orientation = "landscape"
        for place, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = 20 if column.unit is Unit.MOMENT else 14 * column.width
        if columns:
            sheet.freeze_panes = "A2"
            sheet.append([self._heading(sheet, column.heading) for column in columns])
        return sheet

    def _heading(self, sheet: Any, text: str) -> WriteOnlyCell:
        cell = self._text(sheet, text, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="2F5BD7")
        return cell

    def _cell(self, sheet: Any, value: Any, unit: Unit) -> WriteOnlyCell:
        if value is None or isinstance(value, str):
            return self._text(sheet, value)
        return self._moment(sheet, value) if unit is Unit.MOMENT else self._number(sheet, value)

    def _text(self, sheet: Any, text: str | None, **font: Any) -> WriteOnlyCell:
        """Return a cell that is a string whatever it begins with."""
        cell = WriteOnlyCell(sheet, clean(text) if text else None)
        if text:
            cell.data_type = "s"
            if is_harmful(cell.value):
                cell.quotePrefix = True
        if font:
            cell.font = Font(name=FACE, **font)
            cell.alignment = Alignment(vertical="top")
        return cell

    def _number(self, sheet: Any, value: float | None) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = FORMATS[Unit.COUNT]
        return cell

    def _moment(self, sheet: Any, instant: int) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, self._say.local(instant).replace(tzinfo=None, microsecond=0))
        cell.number_format = MOMENT
        return cell
