"""The conditions in force as small buttons, each of which takes its own condition away."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QToolButton, QWidget

from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import on_button, set_tip
from console.words import _

LONGEST_CHIP = 44


class Chips(QWidget):
    """Signals: `removed` with the key of the chip that was pressed."""

    removed = pyqtSignal(str)

    def __init__(self, label: str, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(label)
        self._theme = theme
        self.buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        theme.changed.connect(self._colour)

    def offer(self, chips: Sequence[tuple[str, str]]) -> None:
        """Show these (key, words)."""
        for old in self.buttons.values():
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = {key: self._button(key, text) for key, text in chips}
        for button in self.buttons.values():
            self._row.addWidget(button)
        self._colour()
        self.setVisible(bool(chips))

    def texts(self) -> list[str]:
        """Return what the chips say."""
        return [button.text().replace("&&", "&") for button in self.buttons.values()]

    def _button(self, key: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("chip")
        button.setText(on_button(text if len(text) <= LONGEST_CHIP else text[: LONGEST_CHIP - 1] + "…"))
        button.setAccessibleName(_("Remove the condition {what}").format(what=text))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        button.setIconSize(QSize(13, 13))
        set_tip(button, _("Remove the condition {what}").format(what=text))
        button.clicked.connect(lambda: self.removed.emit(key))
        return button

    def _colour(self) -> None:
        for button in self.buttons.values():
            button.setIcon(icon("remove", self._theme.colours.accent_text))
