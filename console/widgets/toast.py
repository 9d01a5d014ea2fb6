"""A line over the foot of the window: what was just done, with a way back or a way on; it goes by itself and blocks nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QEvent, QObject, Qt, QTimer
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import PlainLabel, on_button
from console.words import _

STAYS_MS = 12_000
ABOVE_FOOT = 52
LONGEST = 160

Action = tuple[str, Callable[[], object]]


class Toast(QFrame):
    """Belongs to a window's central widget and stays in the middle of its foot."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("toast")
        self._theme, self._over = theme, over
        self._sign = PlainLabel()
        self._text = PlainLabel("")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        self.shut = QToolButton()
        self.shut.setObjectName("quiet")
        self.shut.setAccessibleName(_("Close this message"))
        self.shut.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addLayout(self._buttons)
        row.addWidget(self.shut)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        theme.changed.connect(self._colour)
        over.installEventFilter(self)
        self._colour()
        self.hide()

    def say(self, text: str, actions: Sequence[Action] = (), *, stays: bool = False) -> None:
        """Show this; with `stays` until something else is said or it is closed."""
        self._text.setText(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
        self.setAccessibleName(text)
        self._offer(actions)
        self.show()
        self._settle()
        self.raise_()
        self._timer.stop()
        if not stays:
            self._timer.start(STAYS_MS)

    def text(self) -> str:
        """Return what it says."""
        return self._text.text()

    def press(self, name: str) -> None:
        """Do what a button does."""
        self._button(name).click()

    def _button(self, name: str) -> QPushButton:
        found = (self._buttons.itemAt(place) for place in range(self._buttons.count()))
        return next(one for item in found if item and isinstance(one := item.widget(), QPushButton) and one.text() == on_button(name))

    def _offer(self, actions: Sequence[Action]) -> None:
        while self._buttons.count():
            taken = self._buttons.takeAt(0)
            old = taken.widget() if taken else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for name, act in actions:
            button = QPushButton(on_button(name))
            button.clicked.connect(lambda _checked=False, act=act: self._act(act))
            self._buttons.addWidget(button)

    def _act(self, act: Callable[[], object]) -> None:
        self.hide()
        act()

    def _settle(self) -> None:
        self.adjustSize()
        self.resize(min(self.width(), self._over.width() - 40), self.height())
        self.move((self._over.width() - self.width()) // 2, self._over.height() - self.height() - ABOVE_FOOT)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow the window's size."""
        if event is not None and event.type() == QEvent.Type.Resize and self.isVisible():
            self._settle()
        return False

    def _colour(self) -> None:
        colours = self._theme.colours
        self._sign.setPixmap(icon("good", colours.accent_text).pixmap(18, 18))
        self.shut.setIcon(icon("remove", colours.muted, colours.ink))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
