"""The line at the foot of the window: how fresh the figures are, whether the server answers, who is signed in."""

from __future__ import annotations

from datetime import datetime

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QToolButton

from console import words
from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import CuttingLabel, Kind, PlainLabel, set_tip
from console.words import _


class StatusLine(QFrame):
    """Signals: `sign_out_wanted`."""

    sign_out_wanted = pyqtSignal()

    def __init__(self, theme: Theme, server: str) -> None:
        super().__init__()
        self.setObjectName("statusline")
        self._theme, self._server, self._answers = theme, server, True
        self._sign = PlainLabel()
        self.connection = PlainLabel("", Kind.SMALL, "muted")
        self.updated = PlainLabel("", Kind.SMALL, "muted")
        self._eye = PlainLabel()
        self._privacy = CuttingLabel(_("What you open here is logged and can be seen by the people it is about"), Kind.SMALL, "muted")
        self.who = PlainLabel("", Kind.SMALL)
        self.sign_out = QToolButton()
        self.sign_out.setObjectName("quiet")
        self.sign_out.setText(_("Sign out"))
        self.sign_out.clicked.connect(self.sign_out_wanted)
        self._lay_out()
        theme.changed.connect(self._colour)
        self.set_reached(True)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 2, 12, 2)
        row.setSpacing(7)
        for widget in (self._sign, self.connection):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(self.updated)
        row.addSpacing(12)
        row.addWidget(self._eye)
        row.addWidget(self._privacy, 1)
        row.addWidget(self.who)
        row.addWidget(self.sign_out)

    def set_reached(self, answers: bool) -> None:
        """Say whether the server answers."""
        self._answers = answers
        self.connection.setText(_("Connected") if answers else _("Not connected"))
        set_tip(self.connection, self._server)
        self._colour()

    def set_updated(self, moment: datetime | None) -> None:
        """Say when the figures on the screen were confirmed."""
        self.updated.setText(words.updated(moment) if moment else "")

    def set_who(self, user: str, role: str) -> None:
        """Say who is signed in as what."""
        self.who.setText(f"{words.safe(user, 60)}  ·  {words.role(role)}")

    def _colour(self) -> None:
        colours = self._theme.colours
        meaning, colour = ("connected", colours.muted) if self._answers else ("away", colours.warn_ink)
        self._sign.setPixmap(icon(meaning, colour).pixmap(15, 15))
        self._eye.setPixmap(icon("private", colours.muted).pixmap(15, 15))
