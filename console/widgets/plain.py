"""The only places where text becomes a label or a tooltip: always plain, so a window title from a PC is never markup.

Qt guesses "rich text" from a leading tag and would then load pictures and links, even from the network; a test forbids
QLabel, QToolTip, setToolTip and QMessageBox everywhere else in the console.
"""

from __future__ import annotations

import html
from enum import Enum

from PyQt5.QtCore import QObject, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QFont, QFontMetrics, QResizeEvent
from PyQt5.QtWidgets import QAction, QApplication, QLabel, QSizePolicy, QSystemTrayIcon, QToolTip, QWidget

LONGEST_TIP = 1200


class Kind(Enum):
    """The steps of the typographic scale: factor of the person's own font size, and weight."""

    SMALL = (0.9, QFont.Weight.Normal)
    TEXT = (1.0, QFont.Weight.Normal)
    STRONG = (1.0, QFont.Weight.DemiBold)
    HEADING = (1.08, QFont.Weight.DemiBold)
    TITLE = (1.45, QFont.Weight.DemiBold)
    FIGURE = (1.75, QFont.Weight.DemiBold)


def font_of(kind: Kind, base: QFont) -> QFont:
    """Return the base font at this step."""
    factor, weight = kind.value
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * factor)
    font.setWeight(weight)
    return font


class PlainLabel(QLabel):
    """A label that shows exactly its text; `tone` chooses a colour of the theme (muted, accent, warn, stop)."""

    def __init__(
        self, text: str = "", kind: Kind = Kind.TEXT, tone: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font_of(kind, self.font()))
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self.setText(text)

    def let_select(self) -> None:
        """Let the text be selected and copied, by mouse and by keyboard."""
        flags = Qt.TextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        flags |= Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.setTextInteractionFlags(flags)

    def setText(self, text: str | None) -> None:
        """Show this text."""
        super().setText(text)
        self._claim_room()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Claim what the text needs at this width."""
        super().resizeEvent(event)
        self._claim_room()

    def _claim_room(self) -> None:
        """Ask for the lines that the words need: a divider or a page would else give a wrapped label one, and squash its neighbours."""
        if self.wordWrap() and self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            self.setMinimumHeight(self.heightForWidth(self.width()) if self.text() else 0)

    def setTextFormat(self, text_format: Qt.TextFormat) -> None:
        """Keep it plain whatever is asked."""
        super().setTextFormat(Qt.TextFormat.PlainText)


USUAL_HEIGHT = 17
"""Pixels of a line of text at 100 %, for which sizes are written down."""


LARGE_LETTERS = 1.4
"""From this enlargement on pages scroll, and what they carry gets the room it needs."""


def enlargement() -> float:
    """Return how much larger letters are than usual; never less than 1."""
    return max(1.0, QFontMetrics(QApplication.font()).height() / USUAL_HEIGHT)


def set_tone(label: PlainLabel, tone: str) -> None:
    """Give a label another colour of the theme; the style sheet looks at properties only when asked to."""
    label.setProperty("tone", tone)
    style = label.style()
    assert style is not None
    style.unpolish(label)
    style.polish(label)


class CuttingLabel(PlainLabel):
    """A one-line label that gives way when there is no room and ends in an ellipsis instead of pushing its neighbours."""

    def __init__(self, text: str = "", kind: Kind = Kind.TEXT, tone: str = "", parent: QWidget | None = None) -> None:
        self._whole = text
        super().__init__(text, kind, tone, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str | None) -> None:
        """Show this text, as much of it as fits."""
        self._whole = text or ""
        self._fit()

    def whole(self) -> str:
        """Return the uncut text."""
        return self._whole

    def resizeEvent(self, event: object) -> None:
        """Cut anew."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width() - 2, 10))
        super().setText(shown)
        self.setAccessibleName(self._whole)
        set_tip(self, self._whole if shown != self._whole else "")


def tip(text: str) -> str:
    """Return text for Qt's tooltip, which always reads markup: escaped, and wrapped so that nothing is guessed."""
    if not text:
        return ""
    cut = text if len(text) <= LONGEST_TIP else text[: LONGEST_TIP - 1] + "…"
    return f"<qt>{html.escape(cut).replace(chr(10), '<br>')}</qt>"


def set_tip(widget: QWidget | QAction, text: str) -> None:
    """Give a widget a tooltip that shows exactly this text."""
    widget.setToolTip(tip(text))


def show_tip(place: QPoint, text: str, widget: QWidget) -> None:
    """Show a tooltip now, or hide it when there is no text."""
    QToolTip.showText(place, tip(text), widget)


def on_button(text: str) -> str:
    """Return text for a button, menu or tab: an ampersand is an ampersand, not a shortcut."""
    return text.replace("&", "&&")


class Messenger(QObject):
    """Shows a message on the desktop; only our own words and numbers, because some desktops read markup in it.

    Signals:
        pressed: somebody pressed the message.
    """

    pressed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tray: QSystemTrayIcon | None = None
        self.said: list[str] = []

    def say(self, title: str, text: str) -> None:
        """Show it, where the desktop has a place for such things."""
        self.said.append(text)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._tray.messageClicked.connect(self.pressed)
            self._tray.activated.connect(lambda _reason: self.pressed.emit())
        self._tray.show()
        self._tray.showMessage(title, text)

    def hide(self) -> None:
        """Leave the desktop."""
        if self._tray is not None:
            self._tray.hide()
