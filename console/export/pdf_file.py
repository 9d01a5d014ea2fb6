"""Writes an export as a PDF page by page: the head, the charts, the tables with their headings on every page; text is only ever drawn."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from console.export.content import Cell, Content, Picture, Sheet
from console.words import _, _n

MOST_ROWS = 3_000
"""A longer table is named as cut; the whole of it belongs into CSV or Excel."""
DPI = 150
INK, MUTED, LINE, GROUND = QColor("#18202C"), QColor("#566173"), QColor("#DFE4EB"), QColor("#F3F5F8")
MOST_PICTURE = 0.36
MEASURED = 60


class Page:
    """Where on which page the next thing is drawn."""

    def __init__(self, path: Path, title: str, family: str) -> None:
        self._writer = QPdfWriter(str(path))
        a4, landscape, millimetres = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, QPageLayout.Unit.Millimeter
        self._writer.setPageLayout(QPageLayout(a4, landscape, QMarginsF(12, 12, 12, 12), millimetres))
        self._writer.setResolution(DPI)
        self._writer.setTitle(title)
        self._writer.setCreator("WorkPulse")
        self.painter = QPainter(self._writer)
        self.family = family
        self.width = float(self._writer.width())
        self.height = float(self._writer.height())
        self.top = 0.0
        self.number = 1
        self._foot = title
        self._draw_foot()

    def font(self, points: float, *, bold: bool = False) -> QFont:
        """Return a font of this size."""
        made = QFont(self.family)
        made.setPointSizeF(points)
        made.setBold(bold)
        return made

    def metrics(self, font: QFont) -> QFontMetricsF:
        """Return how large a font is on this paper."""
        return QFontMetricsF(font, self._writer)

    @property
    def room(self) -> float:
        """How much of this page is left."""
        return self.height - self.top - self.metrics(self.font(8)).height() * 1.8

    def turn(self) -> None:
        """Begin a new page."""
        self._writer.newPage()
        self.top = 0.0
        self.number += 1
        self._draw_foot()

    def _draw_foot(self) -> None:
        font = self.font(8)
        height = self.metrics(font).height()
        box = QRectF(0, self.height - height, self.width, height)
        self.text(box, self._foot, font, MUTED)
        self.text(box, _("Page {n}").format(n=self.number), font, MUTED, Qt.AlignmentFlag.AlignRight)

    def text(self, box: QRectF, text: str, font: QFont, colour: QColor, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        """Draw one line, cut where the room ends."""
        shown = self.metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        self.painter.setFont(font)
        self.painter.setPen(colour)
        self.painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)

    def line(self, text: str, font: QFont, colour: QColor = INK, gap: float = 0.2) -> None:
        """Draw a line of its own."""
        height = self.metrics(font).height() * (1 + gap)
        if self.room < height:
            self.turn()
        self.text(QRectF(0, self.top, self.width, height), text, font, colour)
        self.top += height

    def close(self) -> None:
        """The file is whole."""
        self.painter.end()


def write_pdf(content: Content, path: Path, family: str) -> int:
    """Write the file and return how many rows of figures it has; `family` is the font."""
    page = Page(path, f"WorkPulse  ·  {content.head.title}", family)
    try:
        _draw_head(page, content)
        for picture in content.pictures:
            _draw_picture(page, picture)
        return sum(_draw_sheet(page, sheet) for sheet in content.sheets)
    finally:
        page.close()


def _draw_head(page: Page, content: Content) -> None:
    (_name, title), *lines = content.head.told()
    page.line(title, page.font(17, bold=True), gap=0.3)
    for some in (lines[place : place + 3] for place in range(0, len(lines), 3)):
        page.line("      ".join(f"{name}: {value}" for name, value in some), page.font(9), MUTED)
    page.top += page.metrics(page.font(9)).height() * 0.6


def _draw_picture(page: Page, picture: Picture) -> None:
    image = QImage.fromData(picture.png, "PNG")
    if image.isNull():
        return
    size = QSizeF(image.size()).scaled(QSizeF(page.width, page.height * MOST_PICTURE), Qt.AspectRatioMode.KeepAspectRatio)
    heading = page.font(11, bold=True)
    if page.room < size.height() + page.metrics(heading).height() * 1.6:
        page.turn()
    page.line(picture.title, heading, gap=0.5)
    page.painter.drawImage(QRectF(0, page.top, size.width(), size.height()), image)
    page.top += size.height() + page.metrics(heading).height() * 0.5


def _draw_sheet(page: Page, sheet: Sheet) -> int:
    rows = iter(sheet.rows())
    first = list(itertools.islice(rows, MEASURED))
    if page.room < page.height * 0.18:
        page.turn()
    page.line(sheet.title, page.font(11, bold=True), gap=0.5)
    table = _Table(page, sheet, first)
    table.heading()
    drawn = 0
    for row in itertools.chain(first, itertools.islice(rows, MOST_ROWS - len(first))):
        table.row(row, drawn)
        drawn += 1
    left = sum(1 for _row in rows)
    if left:
        text = _n("{n} more row is in the CSV and Excel exports.", "{n} more rows are in the CSV and Excel exports.", left)
        page.line(text.format(n=left), page.font(9), MUTED, gap=0.6)
    page.top += page.metrics(page.font(9)).height()
    return drawn


class _Table:
    """One table; columns are as wide as what stands in them, and share what there is."""

    def __init__(self, page: Page, sheet: Sheet, sample: Sequence[Sequence[Cell]]) -> None:
        self._page, self._sheet = page, sheet
        self._font, self._bold = page.font(8.5), page.font(8.5, bold=True)
        self._height = page.metrics(self._font).height() * 1.5
        self._numbers = [unit is not unit.TEXT for unit in sheet.units]
        self._widths = self._measured(sample)

    def _measured(self, sample: Sequence[Sequence[Cell]]) -> list[float]:
        metrics, bold = self._page.metrics(self._font), self._page.metrics(self._bold)
        wanted = [bold.horizontalAdvance(heading) for heading in self._sheet.headings]
        for row in sample:
            wanted = [max(width, metrics.horizontalAdvance(cell.text[:200])) for width, cell in zip(wanted, row, strict=True)]
        padded = [width + self._height for width in wanted]
        most = self._page.width / max(len(padded), 1)
        slim = sum(width for width in padded if width <= most)
        wide = sum(width for width in padded if width > most)
        room = self._page.width - slim
        factor = min(1.0, room / wide) if wide else 1.0
        fitted = [width if width <= most else max(width * factor, most * 0.6) for width in padded]
        spare = (self._page.width - sum(fitted)) / max(len(fitted), 1)
        return [width + max(spare, 0.0) for width in fitted]

    def heading(self) -> None:
        """Draw the headings."""
        self._page.painter.fillRect(QRectF(0, self._page.top, self._page.width, self._height), GROUND)
        self._cells(self._sheet.headings, self._bold, MUTED)

    def row(self, row: Sequence[Cell], number: int) -> None:
        """Draw a row, on a new page with the headings again where this one is full."""
        if self._page.room < self._height:
            self._page.turn()
            self.heading()
        self._cells([cell.text for cell in row], self._font, INK)
        self._page.painter.setPen(QPen(LINE, 1))
        self._page.painter.drawLine(0, round(self._page.top), round(self._page.width), round(self._page.top))

    def _cells(self, texts: Sequence[str], font: QFont, colour: QColor) -> None:
        left, pad = 0.0, self._height * 0.25
        for text, width, number in zip(texts, self._widths, self._numbers, strict=True):
            box = QRectF(left + pad, self._page.top, width - 2 * pad, self._height)
            self._page.text(box, text, font, colour, Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft)
            left += width
        self._page.top += self._height
