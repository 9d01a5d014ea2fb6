"""A tile: one figure with its name, its change in words, and the line of its days."""

from __future__ import annotations

from PyQt5.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console import definitions
from console.theme import Theme
from console.widgets.painting import Trend, paint_trend
from console.widgets.plain import CuttingLabel, Kind, PlainLabel, set_tip

NARROWEST = 26


class TrendLine(QWidget):
    """The line of a tile's days."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._trend = Trend(())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Small."""
        return QSize(60, 28)

    def set_values(self, values: list[float | None]) -> None:
        """Show these days."""
        self._trend = Trend(tuple(values))
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """A single day is no line, and a squeezed one says nothing."""
        if len(self._trend.values) > 1 and self.width() >= NARROWEST:
            painter = QPainter(self)
            paint_trend(painter, QRectF(self.rect()), self._trend, self._theme.colours)
            painter.end()


class Tile(QFrame):
    """One key figure; `key` names its definition, which is its tooltip; pressing it opens what it is made of."""

    pressed = pyqtSignal(str)

    def __init__(self, key: str, theme: Theme) -> None:
        super().__init__()
        self.key = key
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("pressable", "true")
        self._name = CuttingLabel(definitions.title(key), Kind.SMALL, "muted")
        self._value = PlainLabel("", Kind.FIGURE)
        self._change = CuttingLabel("", Kind.SMALL, "muted")
        self._line = TrendLine(theme)
        self._lay_out()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self._value)
        middle.addWidget(self._line, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 9, 12, 9)
        layout.setSpacing(2)
        layout.addWidget(self._name)
        layout.addLayout(middle)
        layout.addWidget(self._change)

    def set_figure(self, value: str, change: str, daily: list[float | None]) -> None:
        """Show a figure in words already made."""
        self._value.setText(value)
        self._change.setText(change)
        self._line.set_values(daily)
        set_tip(self, definitions.definition(self.key))
        self.setAccessibleName(f"{definitions.title(self.key)}: {value}, {change}")
        self.setAccessibleDescription(definitions.definition(self.key))

    def texts(self) -> tuple[str, str]:
        """Return value and change as shown."""
        return self._value.text(), self._change.whole()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Press it."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.pressed.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Press it from the keyboard."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit(self.key)
        else:
            super().keyPressEvent(event)
