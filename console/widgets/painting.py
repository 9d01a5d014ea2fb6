"""Small pictures inside tiles and table cells: a trend line, a divided bar, a chip; pure painting, no state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from console.theme import Colours
from policy.categories import Category
from policy.summaries import Categories

BAR_BRUSHES = {
    Category.PRODUCTIVE: Qt.BrushStyle.SolidPattern,
    Category.NEUTRAL: Qt.BrushStyle.SolidPattern,
    Category.UNPRODUCTIVE: Qt.BrushStyle.BDiagPattern,
}


@dataclass(frozen=True)
class Trend:
    """A value for each day; None is a gap, not a zero."""

    values: tuple[float | None, ...]


@dataclass(frozen=True)
class HourBars:
    """A value for each hour of the day, midnight first."""

    values: tuple[int, ...]


@dataclass(frozen=True)
class Chip:
    """A category as a word on a tinted ground with its mark."""

    text: str
    category: Category
    classified: bool


def trend_points(values: Sequence[float | None], box: QRectF) -> list[list[QPointF]]:
    """Return the connected runs of a trend line inside `box`, lowest value (at most zero) at its bottom."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(0.0, *known), max(known)
    height = box.height() / ((high - low) or 1)
    step = box.width() / max(len(values) - 1, 1)
    runs: list[list[QPointF]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(QPointF(box.left() + place * step, box.bottom() - (value - low) * height))
    return [run for run in runs if run]


def paint_trend(painter: QPainter, box: QRectF, trend: Trend, colours: Colours) -> None:
    """Paint a trend line with a faint ground and a dot at its newest day."""
    inner = box.adjusted(2, 3, -3, -2)
    runs = trend_points(trend.values, inner)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(colours.accent)
    ground.setAlpha(34)
    for run in runs:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawPolygon(QPolygonF([QPointF(run[0].x(), inner.bottom()), *run, QPointF(run[-1].x(), inner.bottom())]))
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.drawPolyline(QPolygonF(run))
    if runs and trend.values[-1] is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent))
        painter.drawEllipse(runs[-1][-1], 2.4, 2.4)
    painter.restore()


def paint_hours(painter: QPainter, box: QRectF, hours: HourBars, colours: Colours) -> None:
    """Paint a little bar for each hour on a line; six, noon and eighteen o'clock have a tick below."""
    most, width = max(hours.values, default=0), box.width() / max(len(hours.values), 1)
    floor = box.bottom() - 3
    painter.fillRect(QRectF(box.left(), floor, box.width(), 1), QColor(colours.border))
    for hour in (6, 12, 18):
        painter.fillRect(QRectF(box.left() + hour * width - 0.5, floor + 1, 1, 2), QColor(colours.muted))
    for hour, value in enumerate(hours.values):
        if value and most:
            height = max(value / most * (box.height() - 5), 1.0)
            painter.fillRect(QRectF(box.left() + hour * width + 0.5, floor - height, max(width - 1, 1), height), QColor(colours.accent))


def paint_split(painter: QPainter, box: QRectF, split: Categories, colours: Colours) -> None:
    """Paint engaged time as a rounded bar divided by category; the unproductive part is hatched as well as coloured."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setClipPath(outline)
    painter.fillRect(box, QColor(colours.hover))
    left = box.left()
    for category in Category:
        width = box.width() * (split.share(category) or 0)
        part = QRectF(left, box.top(), width, box.height())
        colour = QColor(colours.categories[category])
        painter.fillRect(part, colour)
        if BAR_BRUSHES[category] != Qt.BrushStyle.SolidPattern:
            painter.fillRect(part, QBrush(QColor(colours.card), BAR_BRUSHES[category]))
        left += width
    painter.restore()


def paint_mark(painter: QPainter, box: QRectF, category: Category, classified: bool, colours: Colours) -> None:
    """Paint a category's mark: disc, square, diamond, or an open ring for unclassified."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not classified:
        painter.setPen(QPen(QColor(colours.unclassified), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.categories[category]))
    if category is Category.PRODUCTIVE:
        painter.drawEllipse(box)
    elif category is Category.NEUTRAL:
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        middle = box.center()
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(middle.x(), box.top() - 1),
                    QPointF(box.right() + 1, middle.y()),
                    QPointF(middle.x(), box.bottom() + 1),
                    QPointF(box.left() - 1, middle.y()),
                ]
            )
        )


def paint_chip(painter: QPainter, box: QRectF, chip: Chip, colours: Colours) -> None:
    """Paint a category's mark and its word."""
    painter.save()
    width = painter.fontMetrics().horizontalAdvance(chip.text) + 30
    height = min(box.height() - 6, painter.fontMetrics().height() + 6)
    ground = QRectF(box.left(), box.center().y() - height / 2, min(width, box.width()), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.hover))
    painter.drawRoundedRect(ground, height / 2, height / 2)
    paint_mark(painter, QRectF(ground.left() + 9, ground.center().y() - 4, 8, 8), chip.category, chip.classified, colours)
    painter.setPen(QColor(colours.ink))
    text = painter.fontMetrics().elidedText(chip.text, Qt.TextElideMode.ElideRight, int(ground.width() - 28))
    painter.drawText(ground.adjusted(22, 0, -6, 0), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
    painter.restore()
