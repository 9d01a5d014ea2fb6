"""A stretch of time painted from left to right that can be zoomed and moved by wheel, hand and keys."""

from __future__ import annotations

from collections.abc import Iterator

from PyQt5.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent

from console import words
from console.charts.painted import Painted
from console.charts.plots import CENTRE
from console.theme import Theme

MINUTE = 60_000
STEPS = tuple(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360))
CLOSEST = 10 * MINUTE
ROOM_FOR_LABEL = 54.0


class Zoomed(Painted):
    """Shows instants `start` to `end`, of which `view` is in sight; `zone` is the zone of the clock below.

    Keys: arrows walk, + and - zoom, 0 shows all, Page Up and Page Down move.
    """

    view_changed = pyqtSignal()

    def __init__(self, label: str, theme: Theme, height: int) -> None:
        super().__init__(label, theme, height)
        self.start, self.end = 0, MINUTE
        self.view = (0.0, float(MINUTE))
        self.zone = "UTC"
        self._grabbed: tuple[float, tuple[float, float]] | None = None

    # --- where instants are -------------------------------------------------------------------------------------------

    def plot(self, box: QRectF) -> QRectF:
        """Return the part of the box in which time runs."""
        return box

    def inner(self) -> QRectF:
        """Return that part on the screen."""
        return self.plot(QRectF(self.rect()))

    def x_of(self, instant: float, plot: QRectF) -> float:
        """Return where an instant is."""
        first, last = self.view
        return plot.left() + (instant - first) / (last - first) * plot.width()

    def instant_at(self, x: float, plot: QRectF) -> float:
        """Return which instant is there."""
        first, last = self.view
        return first + (x - plot.left()) / max(plot.width(), 1) * (last - first)

    # --- what is in sight ---------------------------------------------------------------------------------------------

    def show_span(self, start: int, end: int, zone: str, first: float | None = None, last: float | None = None) -> None:
        """Set the whole stretch; the part in sight stays when the stretch is the same, else it is `first` to `last` or all."""
        if (start, end) != (self.start, self.end) or zone != self.zone:
            self.start, self.end, self.zone = start, max(end, start + MINUTE), zone
            self.look_at(start if first is None else first, self.end if last is None else last)

    def look_at(self, first: float, last: float) -> None:
        """Show this part, kept within the whole and not closer than ten minutes."""
        length = min(max(last - first, CLOSEST), self.end - self.start)
        first = min(max((first + last - length) / 2, self.start), self.end - length)
        if self.view != (first, first + length):
            self.view = (first, first + length)
            self.view_changed.emit()
            self.update()

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Show more (above 1) or less (below 1) of the time around an instant."""
        first, last = self.view
        middle = (first + last) / 2 if around is None else around
        self.look_at(middle - (middle - first) * factor, middle + (last - middle) * factor)

    def shift(self, share: float) -> None:
        """Move by a share of what is in sight."""
        first, last = self.view
        by = (last - first) * share
        by = max(by, self.start - first) if by < 0 else min(by, self.end - last)
        self.look_at(first + by, last + by)

    @property
    def zoomed(self) -> bool:
        """Whether only a part is in sight."""
        return self.view[1] - self.view[0] < self.end - self.start

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom around the pointer."""
        if event is not None and event.angleDelta().y():
            self.zoom(0.8 if event.angleDelta().y() > 0 else 1.25, self.instant_at(event.position().x(), self.inner()))
            event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take hold of the time."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = (event.localPos().x(), self.view)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Drag it, or explain what is under the pointer."""
        if event is None or self._grabbed is None or not self.zoomed:
            super().mouseMoveEvent(event)
            return
        from_x, (first, last) = self._grabbed
        by = (from_x - event.localPos().x()) / max(self.inner().width(), 1) * (last - first)
        by = min(max(by, self.start - first), self.end - last)
        self.look_at(first + by, last + by)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Let go; a click that dragged nothing picks."""
        moved = self._grabbed is not None and event is not None and abs(event.localPos().x() - self._grabbed[0]) > 4
        self._grabbed = None
        if not moved:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Zoom and move by keys; arrows walk as everywhere."""
        if event is None or not self._zoom_by_key(event.key()):
            super().keyPressEvent(event)

    def _zoom_by_key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(0.6)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(1 / 0.6)
        elif key == Qt.Key.Key_0:
            self.look_at(self.start, self.end)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.shift(-0.5 if key == Qt.Key.Key_PageUp else 0.5)
        else:
            return False
        return True

    def zoom_to(self, start: float, end: float) -> None:
        """Show this stretch with as much again around it."""
        self.look_at(start - (end - start) / 2, end + (end - start) / 2)

    def reveal(self, start: float, end: float) -> None:
        """Move so that this stretch is in sight."""
        first, last = self.view
        if start < first or end > last:
            half = max(last - first, (end - start) * 1.2) / 2
            self.look_at((start + end) / 2 - half, (start + end) / 2 + half)

    # --- the clock below ----------------------------------------------------------------------------------------------

    def ticks(self, width: float) -> Iterator[int]:
        """Yield the instants that are written below."""
        length = self.view[1] - self.view[0]
        step = next((one for one in STEPS if one / length * width >= ROOM_FOR_LABEL), STEPS[-1])
        number = int((self.view[0] - self.start) // step)
        while (instant := self.start + number * step) <= self.view[1]:
            if instant >= self.view[0]:
                yield instant
            number += 1

    def paint_clock(self, painter: QPainter, plot: QRectF, bottom: float) -> None:
        """Paint the lines of the clock over the plot and its labels below `bottom`."""
        height = QFontMetricsF(self.small()).height()
        for instant in self.ticks(plot.width()):
            x = round(self.x_of(instant, plot)) + 0.5
            painter.setPen(QPen(QColor(self.look.grid), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, bottom))
            if plot.left() + 8 <= x <= plot.right() - 8 or not self.zoomed:
                painter.setPen(QColor(self.look.muted))
                left = min(max(x - 30, plot.left() - 14), plot.right() - 46)
                painter.drawText(QRectF(left, bottom + 2, 60, height + 2), CENTRE, words.clock(instant, self.zone))
