"""How tabs lay out their cards: side by side, and above each other with a divider that is remembered."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QGridLayout, QSplitter, QVBoxLayout, QWidget

from console.settings import Settings

GAP = 10


class Beside(QWidget):
    """Widgets in a row, each with its share of the width; in as many rows as their letters need."""

    def __init__(self, parts: Sequence[tuple[QWidget, int]]) -> None:
        super().__init__()
        self._parts = parts
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self.columns = 0
        self._arrange(len(parts))

    def minimumSizeHint(self) -> QSize:
        """The widest part alone; as high as they are now."""
        return QSize(max(_least(widget) for widget, _share in self._parts), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Use as few rows as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent | None) -> bool:
        """Look again when a part has got a longer text."""
        done = super().event(event)
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        wanted = columns_in(self.width(), [_least(widget) for widget, _share in self._parts])
        if wanted != self.columns:
            self._arrange(wanted)

    def _arrange(self, columns: int) -> None:
        self.columns = columns
        for place in range(len(self._parts)):
            self._grid.setColumnStretch(place, 0)
        for place, (widget, share) in enumerate(self._parts):
            self._grid.addWidget(widget, place // columns, place % columns)
            if place < columns:
                self._grid.setColumnStretch(place, share if columns == len(self._parts) else 1)
        self.updateGeometry()


def columns_in(width: int, least: Sequence[int]) -> int:
    """Return in how many columns parts fit, if each row but the last is to be full and all rows alike.

    ```
    six parts   6 in one row, else 3 and 3, else three times 2, else one below the other
    ```
    """
    many = len(least)
    for rows in range(1, many):
        columns = -(-many // rows)
        needed = sum(least) if rows == 1 else max(least) * columns
        if needed + GAP * (columns - 1) <= width:
            return columns
    return 1


def _least(widget: QWidget) -> int:
    return max(widget.minimumSizeHint().width(), widget.minimumWidth())


def side_by_side(*parts: tuple[QWidget, int]) -> QWidget:
    """Return widgets in a row, each with its share of the width, or below each other where that is too narrow."""
    return Beside(parts)


class Turning(QSplitter):
    """A divider between left and right, or between above and below where left and right are too narrow."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(GAP)

    def minimumSizeHint(self) -> QSize:
        """The wider of the two; as high as they are now."""
        parts = [self.widget(place) for place in range(self.count())]
        return QSize(max((_least(part) for part in parts if part is not None), default=0), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Turn when that helps."""
        parts = [self.widget(place) for place in range(self.count())]
        needed = sum(_least(part) for part in parts if part is not None) + GAP
        wanted = Qt.Orientation.Horizontal if needed <= self.width() else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
            self.updateGeometry()
        super().resizeEvent(event)


def divided(key: str, settings: Settings, upper: QWidget, lower: QWidget, shares: tuple[int, int]) -> QSplitter:
    """Return two widgets above each other; where a person drags the divider is remembered under `key`."""
    divider = QSplitter(Qt.Orientation.Vertical)
    divider.setChildrenCollapsible(False)
    divider.setHandleWidth(GAP)
    for place, (widget, share) in enumerate(zip((upper, lower), shares, strict=True)):
        divider.addWidget(widget)
        divider.setStretchFactor(place, share)
    divider.setSizes([share * 100 for share in shares])  # more than there is: Qt scales them down together
    state = settings.state(f"splitters/{key}")
    if state is not None:
        divider.restoreState(state)
    divider.splitterMoved.connect(lambda *_: settings.put(f"splitters/{key}", divider.saveState()))
    return divider


def stack_in(body: QWidget, *widgets: tuple[QWidget, int]) -> None:
    """Fill a tab's body from top to bottom."""
    layout = QVBoxLayout(body)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GAP)
    for widget, share in widgets:
        layout.addWidget(widget, share)
