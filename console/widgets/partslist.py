"""A few amounts that add up, each with its mark, its name, its time and its share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QGridLayout, QWidget

from console import words
from console.charts.plots import fill
from console.theme import Theme
from console.widgets.plain import CuttingLabel, Kind, PlainLabel
from reports.charts import Look, Series

Marks = Callable[[Look], Sequence[Series]]


class _Mark(QWidget):
    """The square of a series."""

    def __init__(self, place: int, marks: Marks, theme: Theme) -> None:
        super().__init__()
        self._place, self._marks, self._theme = place, marks, theme
        self.setFixedSize(QSize(12, 14))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint it."""
        painter = QPainter(self)
        look = self._theme.look
        fill(painter, QRectF(1, 2, 10, 10), self._marks(look)[self._place], look.surface)
        painter.end()


class PartsList(QWidget):
    """Shows parts of one whole."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[CuttingLabel, PlainLabel, PlainLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 2, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)

    def show_parts(self, marks: Marks, parts: Sequence[tuple[str, int]]) -> None:
        """Show (name, seconds) of each part; every call has as many parts as the first."""
        while len(self._rows) < len(parts):
            self._add(len(self._rows), marks)
        whole = sum(seconds for _name, seconds in parts)
        for (name, time, share), (text, seconds) in zip(self._rows, parts, strict=True):
            name.setText(text)
            time.setText(words.duration(seconds))
            share.setText(words.share(words.part_of(seconds, whole)))

    def _add(self, row: int, marks: Marks) -> None:
        name, time, share = CuttingLabel(), PlainLabel("", tone="muted"), PlainLabel("", Kind.STRONG)
        for label in (time, share):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        cells: tuple[QWidget, ...] = (_Mark(row, marks, self._theme), name, time, share)
        for column, widget in enumerate(cells):
            self._grid.addWidget(widget, row, column)
        self._rows.append((name, time, share))

    def texts(self) -> list[tuple[str, str, str]]:
        """Return name, time and share of each part as shown."""
        return [(name.whole(), time.text(), share.text()) for name, time, share in self._rows]
