"""How tabs lay out their cards: side by side, and above each other with a divider that is remembered."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from console.settings import Settings

GAP = 10


def side_by_side(*parts: tuple[QWidget, int]) -> QWidget:
    """Return widgets in a row, each with its share of the width."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GAP)
    for widget, share in parts:
        row.addWidget(widget, share)
    return whole


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
