"""Paints columns, lying bars and a divided bar with Qt: where each part stands, and how it is filled."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from reports.charts import Bars, Columns, Look, Series, Spec, Split

WIDEST_COLUMN = 56.0
FILLED = 0.7
KEY_SIDE = 9.0
HATCHES = {"////": Qt.BrushStyle.BDiagPattern, "....": Qt.BrushStyle.Dense6Pattern, "xxxx": Qt.BrushStyle.DiagCrossPattern}
OPEN = "\\\\\\\\"
"""The hatch of what nothing is known about."""
MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
LEFT = MIDDLE | int(Qt.AlignmentFlag.AlignLeft)
RIGHT = MIDDLE | int(Qt.AlignmentFlag.AlignRight)
CENTRE = MIDDLE | int(Qt.AlignmentFlag.AlignHCenter)


def fill(painter: QPainter, box: QRectF, series: Series, ground: str) -> None:
    """Fill a box as its series wants: the colour, and the hatch cut into it in the ground's colour; what is open is lines only."""
    if series.hatch == OPEN:
        painter.fillRect(box, QBrush(QColor(series.colour), Qt.BrushStyle.BDiagPattern))
        return
    painter.fillRect(box, QColor(series.colour))
    if series.hatch:
        faint = QColor(ground)
        faint.setAlpha(150)
        painter.fillRect(box, QBrush(faint, HATCHES[series.hatch]))


def elided(metrics: QFontMetricsF, text: str, room: float) -> str:
    """Return text as one line that fits."""
    return metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, room)


class KeyLines:
    """The names of series above a chart, on as many lines as the width needs."""

    def __init__(self, series: Sequence[Series], font: QFont, width: float) -> None:
        self._metrics = QFontMetricsF(font)
        self._line = self._metrics.height() + 4
        self._at: list[tuple[Series, float, int]] = []
        x, line = 0.0, 0
        for one in series:
            wanted = KEY_SIDE + 5 + self._metrics.horizontalAdvance(one.name) + 14
            if x and x + wanted > width:
                x, line = 0.0, line + 1
            self._at.append((one, x, line))
            x += wanted
        self.height = (line + 1) * self._line if series else 0.0

    def paint(self, painter: QPainter, corner: QPointF, look: Look) -> None:
        """Paint marks and names."""
        for series, x, line in self._at:
            middle = corner.y() + (line + 0.5) * self._line
            fill(painter, QRectF(corner.x() + x, middle - KEY_SIDE / 2, KEY_SIDE, KEY_SIDE), series, look.surface)
            painter.setPen(QColor(look.muted))
            text = QRectF(corner.x() + x + KEY_SIDE + 5, middle - self._line / 2, 400, self._line)
            painter.drawText(text, LEFT, series.name)


class ColumnsPlot:
    """Stacked upright bars with their key, grid and names."""

    def __init__(self, spec: Columns, look: Look, font: QFont, box: QRectF) -> None:
        self.spec, self._look = spec, look
        metrics = QFontMetricsF(font)
        self._metrics = metrics
        self._key = KeyLines([part.series for part in spec.parts], font, box.width())
        self._labels = [spec.write(tick) for tick in spec.ticks]
        left = max((metrics.horizontalAdvance(one) for one in self._labels), default=0) + 8
        self._corner = box.topLeft()
        self.plot = box.adjusted(left, self._key.height + metrics.height() / 2 + 1, -2, -metrics.height() - 5)
        self._top = spec.top or 1.0

    def slot(self, place: int) -> QRectF:
        """Return the whole strip of a column."""
        width = self.plot.width() / max(len(self.spec.names), 1)
        return QRectF(self.plot.left() + place * width, self.plot.top(), width, self.plot.height())

    def place_at(self, point: QPointF) -> int | None:
        """Return the column at a point."""
        if not self.spec.names or not self.plot.contains(point):
            return None
        place = int((point.x() - self.plot.left()) / self.plot.width() * len(self.spec.names))
        return min(max(place, 0), len(self.spec.names) - 1)

    def _y(self, value: float) -> float:
        return self.plot.bottom() - value / self._top * self.plot.height()

    def paint(self, painter: QPainter, lit: int | None) -> None:
        """Paint everything."""
        self._key.paint(painter, self._corner, self._look)
        self._paint_grid(painter)
        if lit is not None and lit < len(self.spec.names):
            ground = QColor(self._look.grid)
            ground.setAlpha(110)
            painter.fillRect(self.slot(lit), ground)
        for place in range(len(self.spec.names)):
            self._paint_column(painter, place)
        self._paint_names(painter)

    def _paint_grid(self, painter: QPainter) -> None:
        height = self._metrics.height()
        for tick, label in zip(self.spec.ticks, self._labels, strict=True):
            if tick > self._top:
                continue
            y = round(self._y(tick)) + 0.5
            painter.setPen(QPen(QColor(self._look.grid), 1))
            painter.drawLine(QPointF(self.plot.left(), y), QPointF(self.plot.right(), y))
            painter.setPen(QColor(self._look.muted))
            painter.drawText(QRectF(self._corner.x(), y - height / 2, self.plot.left() - self._corner.x() - 7, height), RIGHT, label)

    def _paint_column(self, painter: QPainter, place: int) -> None:
        slot = self.slot(place)
        width = min(slot.width() * FILLED, WIDEST_COLUMN)
        left, floor = slot.center().x() - width / 2, 0.0
        for part in self.spec.parts:
            value = part.values[place]
            if value > 0:
                upper, lower = self._y(floor + value), self._y(floor)
                gap = 0.8 if floor and lower - upper > 2 else 0.0
                fill(painter, QRectF(left, upper, width, lower - upper - gap), part.series, self._look.surface)
            floor += value

    def _paint_names(self, painter: QPainter) -> None:
        names = self.spec.names
        if not names:
            return
        widest = max(self._metrics.horizontalAdvance(one) for one in names) + 10
        every = max(1, -(-int(widest) // max(int(self.plot.width() / len(names)), 1)))
        painter.setPen(QColor(self._look.muted))
        taken = self._corner.x() - widest
        for place in range(0, len(names), every):
            middle = self.slot(place).center().x()
            left = min(max(middle - widest / 2, self._corner.x()), self.plot.right() + 2 - widest)
            if left < taken:
                continue
            taken = left + widest
            painter.drawText(QRectF(left, self.plot.bottom() + 3, widest, self._metrics.height() + 2), CENTRE, names[place])


class BarsPlot:
    """Lying bars, the longest on top; as many rows as the height has room for."""

    def __init__(self, spec: Bars, look: Look, font: QFont, box: QRectF) -> None:
        self._look, self._box = look, box
        self._metrics = QFontMetricsF(font)
        least = self._metrics.height() + 3
        self.rows = spec.rows[: max(1, int(box.height() // least))]
        self._height = min(box.height() / max(len(self.rows), 1), 30.0)
        names = max((self._metrics.horizontalAdvance(one.name[:80]) for one in self.rows), default=0)
        self._names = min(names + 10, box.width() * 0.38)
        self._written = max((self._metrics.horizontalAdvance(one.written) for one in self.rows), default=0) + 8

    def slot(self, place: int) -> QRectF:
        """Return the whole row."""
        return QRectF(self._box.left(), self._box.top() + place * self._height, self._box.width(), self._height)

    def place_at(self, point: QPointF) -> int | None:
        """Return the row at a point."""
        place = int((point.y() - self._box.top()) // self._height) if self._height else 0
        return place if 0 <= place < len(self.rows) and self._box.contains(point) else None

    def paint(self, painter: QPainter, lit: int | None) -> None:
        """Paint everything."""
        most = max((one.value for one in self.rows), default=0) or 1
        room = max(self._box.width() - self._names - self._written, 8)
        for place, row in enumerate(self.rows):
            slot = self.slot(place)
            if place == lit:
                painter.fillRect(slot, QColor(self._look.grid))
            painter.setPen(QColor(self._look.ink))
            name = elided(self._metrics, row.name[:200], self._names - 10)
            painter.drawText(QRectF(slot.left(), slot.top(), self._names - 8, slot.height()), LEFT, name)
            thick = min(slot.height() * 0.62, 15.0)
            bar = QRectF(slot.left() + self._names, slot.center().y() - thick / 2, max(room * row.value / most, 1.5), thick)
            fill(painter, bar, row.series, self._look.surface)
            painter.setPen(QColor(self._look.muted))
            painter.drawText(QRectF(bar.right() + 6, slot.top(), self._written, slot.height()), LEFT, row.written)


class SplitPlot:
    """One divided bar; every part has its box."""

    def __init__(self, spec: Split, look: Look, font: QFont, box: QRectF) -> None:
        self._look = look
        whole = sum(value for _, value in spec.parts) or 1.0
        self._boxes: list[tuple[Series, QRectF]] = []
        left = box.left()
        for series, value in spec.parts:
            width = box.width() * value / whole
            self._boxes.append((series, QRectF(left, box.top() + 4, width, max(box.height() - 8, 4))))
            left += width

    def slot(self, place: int) -> QRectF:
        """Return the box of a part."""
        return self._boxes[place][1]

    def place_at(self, point: QPointF) -> int | None:
        """Return the part at a point."""
        return next((place for place, (_, box) in enumerate(self._boxes) if box.contains(point)), None)

    def paint(self, painter: QPainter, lit: int | None) -> None:
        """Paint everything."""
        for series, box in self._boxes:
            fill(painter, box.adjusted(0, 0, -1 if box.width() > 3 else 0, 0), series, self._look.surface)


Plot = ColumnsPlot | BarsPlot | SplitPlot


def plot_of(spec: Spec, look: Look, font: QFont, box: QRectF) -> Plot:
    """Return what paints this spec in this box."""
    if isinstance(spec, Columns):
        return ColumnsPlot(spec, look, font, box)
    if isinstance(spec, Bars):
        return BarsPlot(spec, look, font, box)
    return SplitPlot(spec, look, font, box)


def places_of(spec: Spec) -> int:
    """Return how many places a spec has."""
    if isinstance(spec, Columns):
        return len(spec.names)
    return len(spec.rows) if isinstance(spec, Bars) else len(spec.parts)
