"""A row of small buttons of which exactly one is down."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from console.widgets.plain import on_button


class Segments(QWidget):
    """Signals: `chosen` with the key of the button pressed."""

    chosen = pyqtSignal(str)

    def __init__(self, label: str, choices: Sequence[tuple[str, str]], current: str) -> None:
        super().__init__()
        self.setAccessibleName(label)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for key, name in choices:
            button = QToolButton()
            button.setObjectName("quiet")
            button.setText(on_button(name))
            button.setAccessibleName(f"{label}: {name}")
            button.setCheckable(True)
            button.setChecked(key == current)
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            layout.addWidget(button)
            self.buttons[key] = button

    def choose(self, key: str) -> None:
        """Press a button."""
        self.buttons[key].click()
