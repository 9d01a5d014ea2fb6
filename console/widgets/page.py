"""A page that scrolls as a whole when its letters are too large for the window; where it fits, nobody notices that it could."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QAbstractItemView, QAbstractScrollArea, QFrame, QScrollArea, QWidget


class Page(QScrollArea):
    """Scrolls its body. While it does, the wheel is the page's; a table has it only once somebody has chosen the table.

    Else the pointer would get caught in every table that a long page carries past it.
    """

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)
        for inner in body.findChildren(QAbstractScrollArea):
            view = inner.viewport()
            if view is not None:
                view.installEventFilter(self)

    def scrolls(self) -> bool:
        """Whether there is more than fits."""
        bar = self.verticalScrollBar()
        return bar is not None and bar.maximum() > bar.minimum()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Take the wheel from whatever scrolls within, unless it has the keys."""
        if isinstance(event, QWheelEvent) and self.scrolls() and isinstance(watched, QWidget):
            inner = watched.parentWidget()
            if isinstance(inner, QAbstractItemView) and not inner.hasFocus():
                self.wheelEvent(event)
                return True
        return super().eventFilter(watched, event)
