"""A strip above the figures that says what is wrong with them, since when, and what can be done; never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import Kind, PlainLabel, on_button
from console.words import _

Action = tuple[str, Callable[[], None]]


class Banner(QFrame):
    """Kinds: `note` (old figures shown while new ones load), `warn` (a refresh failed), `stop` (the server is another)."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kind = "note"
        self.setObjectName("banner")
        self._sign = PlainLabel()
        self._text = PlainLabel("", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._details = PlainLabel("", Kind.SMALL, wrap=True)
        self._details.let_select()
        self._details.setAccessibleName(_("Details"))
        self._more = QToolButton()
        self._more.setObjectName("quiet")
        self._more.setText(_("Details"))
        self._more.setCheckable(True)
        self._more.toggled.connect(self._show_details)
        self._copy = QPushButton(_("Copy"))
        self._copy.clicked.connect(self._copy_details)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        self._lay_out()
        theme.changed.connect(self._colour)
        self.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        for widget, stretch in ((self._sign, 0), (self._text, 1), (self._more, 0)):
            top.addWidget(widget, stretch)
        top.addLayout(self._buttons)
        bottom = QHBoxLayout()
        bottom.addWidget(self._details, 1)
        bottom.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addLayout(top)
        layout.addLayout(bottom)

    def say(self, kind: str, text: str, details: str = "", actions: Sequence[Action] = ()) -> None:
        """Show this; a banner already up changes in place."""
        self._kind = kind
        self._text.setText(text)
        self._details.setText(details)
        self._more.setVisible(bool(details))
        if not details:
            self._more.setChecked(False)
        self._show_details(self._more.isChecked())
        self._offer(actions)
        self._colour()
        self.show()

    def text(self) -> str:
        """Return what it says."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Change only the words, for a countdown."""
        self._text.setText(text)

    def _offer(self, actions: Sequence[Action]) -> None:
        while self._buttons.count():
            taken = self._buttons.takeAt(0)
            old = taken.widget() if taken else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for name, act in actions:
            button = QPushButton(on_button(name))
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._buttons.addWidget(button)

    def _show_details(self, wanted: bool) -> None:
        self._details.setVisible(wanted)
        self._copy.setVisible(wanted)

    def _copy_details(self) -> None:
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(f"{self._text.text()}\n{self._details.text()}")

    def _colour(self) -> None:
        colours = self._theme.colours
        colour = {"note": colours.accent_text, "warn": colours.warn_ink, "stop": colours.stop_ink}[self._kind]
        meaning = {"note": "note", "warn": "failed", "stop": "stop"}[self._kind]
        self._sign.setPixmap(icon(meaning, colour).pixmap(18, 18))
        self.setProperty("kind", self._kind)
        for widget in (self, self._text, self._details):
            style = widget.style()
            assert style is not None
            style.unpolish(widget)
            style.polish(widget)
