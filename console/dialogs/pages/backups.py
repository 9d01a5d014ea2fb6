"""Backups: whether there is one of last night, what it is worth, and what to do when there is none."""

from __future__ import annotations

from msgspec import Struct
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout

from console.api import Api
from console.dialogs.pages.base import Page
from console.dialogs.parts import button, letters, row
from console.models import backups as told
from console.widgets.icons import icon
from console.widgets.plain import LARGE_LETTERS, Kind, PlainLabel, enlargement, set_tone
from console.words import _
from policy.roles import Role
from policy.summaries import Backups, BackupState

LOOK_AGAIN_MS = 3000
MOST_ROWS = 8


class Nothing(Struct, frozen=True):
    """A body without anything in it."""


class BackupsPage(Page[Backups]):
    """One state in words, the facts below it; whoever runs the server may have one made now."""

    key = "backups"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE, Role.IT})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Backups")

    def purpose(self) -> str:
        """What it is."""
        return _("A sealed copy of everything, made each night while the server works. It holds nothing that can be read without its key.")

    @staticmethod
    def load(api: Api) -> Backups:
        """Ask how they stand."""
        return api.ask("backups", Backups)

    def build(self) -> None:
        """The state in a card, the facts in another."""
        self.now_button = self.tool(_("Back up now"), self._ask, primary=True)
        self.now_button.setVisible(self._may_ask())
        self.body.addWidget(self._state_card())
        self.body.addWidget(self._facts_card())
        self.body.addStretch(1)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self.services.theme.changed.connect(self._colour)

    def _may_ask(self) -> bool:
        who = self.services.api.who
        return who is not None and who.role in (Role.OWNER, Role.IT)

    def _state_card(self) -> QFrame:
        self._sign = PlainLabel()
        self.heading = PlainLabel("", Kind.HEADING, wrap=True)
        self.sentence = PlainLabel("", wrap=True)
        self.command = PlainLabel(told.SET_UP, wrap=True)
        self.command.let_select()
        self.command.setAccessibleName(_("What to type at the server"))
        self.copy = button(_("Copy"), self._copy_command)
        self._how = row(self.copy, None)
        card = _card()
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.heading, 1)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 14)
        inside.addLayout(head)
        for widget in (self.sentence, self.command, self._how):
            inside.addWidget(widget)
        card.hide()
        self._state = card
        return card

    def _facts_card(self) -> QFrame:
        card = _card()
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(1, 1)
        self._cells: list[tuple[PlainLabel, PlainLabel]] = []
        stacked = enlargement() >= LARGE_LETTERS
        for line in range(MOST_ROWS):
            name, fact = PlainLabel("", tone="muted", wrap=True), PlainLabel("", wrap=True)
            name.setMinimumWidth(0 if stacked else letters(21))
            fact.let_select()
            for column, label in enumerate((name, fact)):
                label.setAlignment(Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label, *((2 * line + column, 0, 1, 2) if stacked else (line, column)))
            self._cells.append((name, fact))
        card.hide()
        self._facts = card
        return card

    def show_values(self, values: Backups) -> None:
        """Show the state and the facts; while one is being made, look again in a moment."""
        self.heading.setText(told.heading(values))
        self.sentence.setText(told.sentence(values))
        set_tone(self.heading, told.tone(values))
        for widget in (self.command, self._how):
            widget.setVisible(values.state is BackupState.OFF)
        facts = told.rows(values, self.services.choices.zone, self.now())
        for (name, fact), (label, text) in zip(self._cells, [*facts, *[("", "")] * MOST_ROWS], strict=False):
            name.setText(label)
            fact.setText(text)
            fact.setAccessibleName(label)
            for one in (name, fact):
                one.setVisible(bool(label))
        self._state.show()
        self._facts.setVisible(bool(facts))
        self.now_button.setEnabled(values.state is not BackupState.OFF and values.asked is None)
        self._colour()
        if values.asked is not None and self.isVisible():
            self._again.start()

    def facts(self) -> dict[str, str]:
        """Return {name: words} of the facts on the screen."""
        return {name.text(): fact.text() for name, fact in self._cells if name.text()}

    def _colour(self) -> None:
        if self.values is not None:
            colours = self.services.theme.colours
            ink = {"stop": colours.stop_ink, "warn": colours.warn_ink, "muted": colours.muted}.get(told.tone(self.values), colours.accent)
            self._sign.setPixmap(icon(told.sign(self.values), ink).pixmap(22, 22))

    def _ask(self) -> None:
        self.change(_make_one, _("It is being made, and is shown here as soon as it is there."))

    def _copy_command(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(told.SET_UP)

    def close_page(self) -> None:
        """Look no more."""
        self._again.stop()
        super().close_page()


def _make_one(api: Api) -> None:
    api.order("backups", Nothing())


def _card() -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    return card
