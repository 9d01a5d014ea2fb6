"""The hours of the week as a map: how much of the people's time in that hour was engaged."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from console import words
from console.charts.painted import Painted
from console.charts.plots import LEFT, RIGHT
from console.theme import Theme
from console.words import _
from policy.summaries import Timeline

DAYS, HOURS = 7, 24
NUMBERS = 6


@dataclass(frozen=True)
class Cell:
    """One hour of the week: engaged seconds, and how many there were to be."""

    weekday: int
    hour: int
    engaged: int
    room: int

    @property
    def share(self) -> float | None:
        """The engaged part; None when these days have no such hour."""
        return words.part_of(self.engaged, self.room)


def cells_of(values: Timeline) -> list[Cell]:
    """Return all hours, Monday midnight first."""
    return [Cell(day, hour, values.heatmap[day][hour], values.room[day][hour]) for day in range(DAYS) for hour in range(HOURS)]


def cell_in_words(cell: Cell) -> str:
    """Say one hour."""
    when = _("{day} {start}–{end}").format(
        day=words.weekday(cell.weekday), start=words.hour_of_day(cell.hour), end=words.hour_of_day(cell.hour + 1)
    )
    if cell.share is None:
        return "\n".join((when, _("not in these days")))
    amount = _("{time} of {room}").format(time=words.duration(cell.engaged), room=words.hours(cell.room))
    engaged = _("engaged")
    return f"{when}\n{engaged}: {words.share(cell.share)}  ·  {amount}"


class Heatmap(Painted):
    """Seven rows of 24 cells; a place is an hour of the week."""

    def __init__(self, label: str, theme: Theme, height: int = 170) -> None:
        super().__init__(label, theme, height)
        self.cells: list[Cell] = []
        self.most = 0.1
        """The share painted strongest: the highest, rounded up to a tenth."""

    def show_week(self, values: Timeline, summary: str) -> None:
        """Show these hours."""
        self.cells = cells_of(values)
        highest = max((cell.share or 0 for cell in self.cells), default=0)
        self.most = min(max(-(-int(highest * 1000) // 100), 1), 10) / 10
        self.renew(summary)

    # --- places -------------------------------------------------------------------------------------------------------

    def places(self) -> int:
        """Hours of the week."""
        return len(self.cells)

    def plot(self, box: QRectF) -> QRectF:
        """Right of the days' names, below the hours, above the scale."""
        metrics = QFontMetricsF(self.small())
        left = max(metrics.horizontalAdvance(words.weekday(day)) for day in range(DAYS)) + 14
        line = metrics.height()
        return box.adjusted(left, line + 4, -2, -line - 10)

    def _box(self, place: int, plot: QRectF) -> QRectF:
        width, height = plot.width() / HOURS, plot.height() / DAYS
        day, hour = divmod(place, HOURS)
        return QRectF(plot.left() + hour * width, plot.top() + day * height, width, height)

    def box_of(self, place: int) -> QRectF:
        """The cell."""
        return self._box(place, self.plot(QRectF(self.rect())))

    def place_at(self, point: QPointF) -> int | None:
        """The cell under the point."""
        plot = self.plot(QRectF(self.rect()))
        if not self.cells or not plot.contains(point):
            return None
        hour = min(int((point.x() - plot.left()) / plot.width() * HOURS), HOURS - 1)
        return min(int((point.y() - plot.top()) / plot.height() * DAYS), DAYS - 1) * HOURS + hour

    def step(self, place: int, across: int, down: int) -> int:
        """Left and right by hours, up and down by days."""
        target = place + across + down * HOURS
        return target if 0 <= target < len(self.cells) else place

    def explanation(self, place: int) -> str:
        """The hour in words."""
        return cell_in_words(self.cells[place])

    # --- painting -----------------------------------------------------------------------------------------------------

    def _colour(self, share: float) -> QColor:
        ground, full = QColor(self._theme.colours.hover), QColor(self._theme.colours.accent)
        part = min(share / self.most, 1.0)
        pairs = ((ground.red(), full.red()), (ground.green(), full.green()), (ground.blue(), full.blue()))
        return QColor(*(round(low + (high - low) * part) for low, high in pairs))

    def paint_on(self, painter: QPainter, box: QRectF) -> None:
        """Paint names, cells and scale."""
        plot, grid = self.plot(box), QColor(self.look.grid)
        self._paint_names(painter, box, plot)
        for place, cell in enumerate(self.cells):
            inner = self._box(place, plot).adjusted(0.75, 0.75, -0.75, -0.75)
            if cell.share is None:
                painter.fillRect(inner, QBrush(grid, Qt.BrushStyle.BDiagPattern))
            else:
                painter.fillRect(inner, self._colour(cell.share))
        if self.lit is not None and self.lit < len(self.cells):
            painter.setPen(QPen(QColor(self.look.ink), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._box(self.lit, plot).adjusted(1, 1, -1, -1))
        self._paint_scale(painter, box, plot)

    def _paint_names(self, painter: QPainter, box: QRectF, plot: QRectF) -> None:
        painter.setPen(QColor(self.look.muted))
        for day in range(DAYS):
            row = self._box(day * HOURS, plot)
            painter.drawText(QRectF(box.left(), row.top(), plot.left() - box.left() - 8, row.height()), RIGHT, words.weekday(day))
        metrics = QFontMetricsF(painter.font())
        widest = max(metrics.horizontalAdvance(words.hour_of_day(hour)) for hour in range(HOURS)) + 6
        every = next((step for step in (1, 2, 3, 6) if plot.width() / HOURS * step >= widest), 12)
        for hour in range(0, HOURS, every):
            column = self._box(hour, plot)
            painter.drawText(QRectF(column.left() + 1, box.top(), widest, metrics.height() + 2), LEFT, words.hour_of_day(hour))

    def _paint_scale(self, painter: QPainter, box: QRectF, plot: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        top, height, width = plot.bottom() + 6, metrics.height(), 18.0
        left = plot.left()
        texts = (words.share(0.0), words.share(self.most))
        painter.setPen(QColor(self.look.muted))
        painter.drawText(QRectF(left, top, 60, height), LEFT, texts[0])
        left += metrics.horizontalAdvance(texts[0]) + 6
        for number in range(NUMBERS):
            painter.fillRect(
                QRectF(left + number * width, top + 2, width - 1, height - 4), self._colour(self.most * number / (NUMBERS - 1))
            )
        left += NUMBERS * width + 5
        painter.drawText(QRectF(left, top, 60, height), LEFT, texts[1])
        left += metrics.horizontalAdvance(texts[1]) + 16
        painter.fillRect(QRectF(left, top + 2, width - 1, height - 4), QBrush(QColor(self.look.grid), Qt.BrushStyle.BDiagPattern))
        painter.drawText(QRectF(left + width + 5, top, 300, height), LEFT, _("not in these days"))
