"""A picture that Qt paints: in the theme's colours, explained under the pointer and by the keys, saved as PNG or SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PyQt5.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt5.QtSvg import QSvgGenerator
from PyQt5.QtWidgets import QSizePolicy, QWidget

from console.theme import Colours, Theme
from console.widgets.plain import LARGE_LETTERS, Kind, enlargement, font_of, show_tip
from reports.charts import Look

KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
LEAST_WIDTH = 190
"""Pixels, at 100 %, below which a chart with large letters says nothing any more."""


class Painted(QWidget):
    """What all charts share; a chart has numbered places (columns, cells, stretches) that can be pointed at and picked.

    Attributes:
        drawn: how often new figures were really painted, which tests watch.
        mark: the place the keys stand on, None before the first key.
    Signals:
        picked: a place was clicked or entered.
        marked: the keys or the pointer moved to a place.
    """

    picked = pyqtSignal(int)
    marked = pyqtSignal(int)

    def __init__(self, label: str, theme: Theme, height: int = 160) -> None:
        super().__init__()
        self._theme = theme
        self._fresh = False
        self._summary = ""
        self._hover: int | None = None
        self.mark: int | None = None
        self.drawn = 0
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(round(height * enlargement()))
        if enlargement() > LARGE_LETTERS:
            self.setMinimumWidth(round(LEAST_WIDTH * enlargement()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.restyle)

    # --- what a kind of chart says of itself --------------------------------------------------------------------------

    def paint_on(self, painter: QPainter, box: QRectF) -> None:
        """Paint the figures into the box."""
        raise NotImplementedError

    def places(self) -> int:
        """Return how many places there are."""
        return 0

    def place_at(self, point: QPointF) -> int | None:
        """Return which place is under the point."""
        return None

    def box_of(self, place: int) -> QRectF:
        """Return where a place is painted."""
        return QRectF(self.rect())

    def explanation(self, place: int) -> str:
        """Return what is said of a place."""
        return ""

    def step(self, place: int, across: int, down: int) -> int:
        """Return the place an arrow key leads to."""
        return place + across + down

    def restyle(self) -> None:
        """Take the theme's colours."""
        self.update()

    # --- showing ------------------------------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        """The look of charts in the theme of now."""
        return self._theme.look

    def small(self) -> QFont:
        """Return the font of axes and keys."""
        return font_of(Kind.SMALL, self.font())

    def renew(self, summary: str) -> None:
        """New figures are there; `summary` says them to those who cannot see them."""
        self._fresh = True
        self._summary = summary
        self.setAccessibleDescription(summary)
        if self.mark is not None and self.mark >= self.places():
            self.mark = None
        self._hover = None
        self.update()

    def sizeHint(self) -> QSize:
        """Wide rather than high."""
        return QSize(360, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the figures, and a ring around the place of the keys."""
        painter = QPainter(self)
        painter.setFont(self.small())
        self.paint_on(painter, QRectF(self.rect()))
        if self.hasFocus():
            self._paint_focus(painter)
        painter.end()
        self.drawn += self._fresh
        self._fresh = False

    def _paint_focus(self, painter: QPainter) -> None:
        box = self.box_of(self.mark) if self.mark is not None and self.mark < self.places() else QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.colours.accent), 2 if self.mark is not None else 1))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)

    @property
    def lit(self) -> int | None:
        """The place under the pointer, else the place of the keys."""
        return self._hover if self._hover is not None else self.mark if self.hasFocus() else None

    # --- pointing and keys --------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Explain what is under the pointer."""
        if event is not None:
            self.point(event.localPos())
            show_tip(event.globalPos(), self.explanation(self._hover) if self._hover is not None else "", self)

    def point(self, point: QPointF) -> None:
        """The pointer is here."""
        place = self.place_at(point)
        if place != self._hover:
            self._hover = place
            self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the pointer."""
        self._hover = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Pick what is under the pointer."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            place = self.place_at(event.localPos())
            if place is not None:
                self.mark = place
                self.picked.emit(place)
                self.update()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows, Home and End walk over the places, Enter picks one."""
        if event is None or not self._walk(event.key()):
            super().keyPressEvent(event)

    def _walk(self, key: int) -> bool:
        last = self.places() - 1
        if last < 0:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.mark is not None:
                self.picked.emit(self.mark)
            return self.mark is not None
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.set_mark(0 if key == Qt.Key.Key_Home else last)
        elif key in KEYS:
            self.set_mark(0 if self.mark is None else min(max(self.step(self.mark, *KEYS[Qt.Key(key)]), 0), last))
        else:
            return False
        return True

    def set_mark(self, place: int) -> None:
        """Stand on a place and say it: in the tooltip, and in the description a screen reader speaks."""
        self.mark, self._hover = place, None
        text = self.explanation(place)
        self.setAccessibleDescription(f"{text}\n{self._summary}")
        show_tip(self.mapToGlobal(self.box_of(place).bottomRight().toPoint()), text, self)
        self.marked.emit(place)
        self.update()

    # --- saving -------------------------------------------------------------------------------------------------------

    def png(self, scale: float = 2.0) -> bytes:
        """Return the picture as a PNG file on the theme's ground."""
        image = QImage(self.size() * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        image.fill(QColor(self._theme.colours.card))
        painter = QPainter(image)
        self._paint_for_file(painter)
        painter.end()
        return _bytes(lambda device: image.save(device, "PNG"))

    def svg(self) -> bytes:
        """Return the picture as an SVG file."""
        return _bytes(self._draw_svg)

    def _draw_svg(self, device: QBuffer) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(device)
        generator.setSize(self.size())
        generator.setViewBox(self.rect())
        generator.setTitle(self.accessibleName())
        painter = QPainter(generator)
        painter.fillRect(self.rect(), QColor(self._theme.colours.card))
        self._paint_for_file(painter)
        painter.end()

    @contextmanager
    def themed(self, theme: Theme) -> Iterator[Colours]:
        """For a moment, have this theme: paper is white."""
        before, self._theme = self._theme, theme
        self.restyle()
        try:
            yield theme.colours
        finally:
            self._theme = before
            self.restyle()

    def _paint_for_file(self, painter: QPainter) -> None:
        painter.setFont(self.small())
        self.paint_on(painter, QRectF(self.rect()))


def _bytes(write: Callable[[QBuffer], object]) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    content: QByteArray = buffer.data()
    return bytes(content)
