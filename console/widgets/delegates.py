"""Draws the cells that are pictures: divided bars, trend lines, chips; everything else is Qt's own plain text."""

from __future__ import annotations

from PyQt5.QtCore import QModelIndex, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QPainter
from PyQt5.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from console import words
from console.models.rows import PAINT_ROLE
from console.theme import Theme
from console.widgets.painting import Chip, HourBars, Trend, paint_chip, paint_hours, paint_split, paint_trend
from policy.summaries import Categories

ROW_HEIGHT = 30
LONGEST_BAR = 300


class CellDelegate(QStyledItemDelegate):
    """One delegate for every table: it looks at the value of PAINT_ROLE to know what to draw."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        """Take the text away from cells that are drawn."""
        super().initStyleOption(option, index)
        if option is not None and index.data(PAINT_ROLE) is not None:
            option.text = ""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Let Qt paint the ground and the text, then draw the picture over it."""
        super().paint(painter, option, index)
        value = index.data(PAINT_ROLE)
        if painter is None or value is None:
            return
        painter.save()
        painter.setFont(option.font)
        box = QRectF(option.rect).adjusted(8, 0, -8, -1)
        self._draw(painter, box, value, index.data(Qt.ItemDataRole.DisplayRole))
        painter.restore()

    def _draw(self, painter: QPainter, box: QRectF, value: object, text: str) -> None:
        colours = self._theme.colours
        if isinstance(value, Trend):
            paint_trend(painter, box.adjusted(0, 4, 0, -4), value, colours)
        elif isinstance(value, HourBars):
            hours = QRectF(box.left(), box.top() + 4, min(box.width(), LONGEST_BAR), box.height() - 6)
            paint_hours(painter, hours, value, colours)
        elif isinstance(value, Chip):
            paint_chip(painter, box, value, colours)
        elif isinstance(value, Categories):
            self._draw_split(painter, box, value, text)

    def _draw_split(self, painter: QPainter, box: QRectF, split: Categories, text: str) -> None:
        """A share with its bar; a share that is not shown has no bar either, its words take the whole cell."""
        painter.setPen(QColor(self._theme.colours.ink))
        widest = painter.fontMetrics().horizontalAdvance(words.share(1.0))
        room = QRectF(box.left(), box.top(), max(46, widest), box.height())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), text)
        if split.total:
            height = 8.0
            bar = QRectF(room.right() + 8, box.center().y() - height / 2, min(max(box.right() - room.right() - 8, 0), LONGEST_BAR), height)
            paint_split(painter, bar, split, self._theme.colours)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Rows are as high as the person's font wants, and never cramped."""
        return QSize(super().sizeHint(option, index).width(), max(ROW_HEIGHT, option.fontMetrics.height() + 13))
