"""The keys that work everywhere, and the few sentences that explain the window."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from console import words
from console.dialogs.parts import button, column, fit_on_screen, letters, row, scrolled
from console.widgets.plain import Kind, PlainLabel
from console.words import N_, _

KEYS = (
    (N_("Refresh the figures"), ("F5",)),
    (N_("Search: hide rows that do not match"), ("Ctrl+F",)),
    (N_("Clear the search, stop waiting"), ("Esc",)),
    (N_("Back to where you were"), ("Alt+Left",)),
    (N_("Open the chosen row"), ("Return",)),
    (N_("Copy the chosen rows"), ("Ctrl+C",)),
    (N_("Export"), ("Ctrl+E",)),
    (N_("What a figure means and what is behind it"), ("F1",)),
    (N_("Settings"), ("Ctrl+,",)),
    (N_("This help"), ("Ctrl+F1",)),
)
"""What is done, and by which keys; the numbers of the tabs come before these."""

SENTENCES = (
    (
        N_("Who and which days"),
        N_("The bar above every tab chooses days, team and person for all tabs at once. A search only hides rows; it changes no total."),
    ),
    (
        N_("Every figure can be asked"),
        N_("Point at a figure, or press F1: it says what it is, how it is made and what is behind it. Reports say the same words."),
    ),
    (
        N_("What a figure is not"),
        N_(
            "“No input seen” is not “not working”: people read, think, write on paper and talk. Below 70 % coverage no share is shown,"
            " because it would mislead."
        ),
    ),
    (
        N_("Looking is recorded"),
        N_("When you open one person's figures, that look is written into the audit log, and the person can see it."),
    ),
)


class HelpDialog(QDialog):
    """`tabs` are the names of the tabs of this person, by their number."""

    def __init__(self, tabs: Sequence[tuple[int, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keys and help"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        for number, name in tabs:
            self._add(f"Ctrl+{number}", name)
        for what, keys in KEYS:
            self._add(keys[0], _(what))
        keys_box = QWidget()
        keys_box.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        parts: list[QWidget] = [PlainLabel(_("Keys"), Kind.STRONG), keys_box]
        for head, text in SENTENCES:
            parts += [PlainLabel(_(head), Kind.STRONG, wrap=True), PlainLabel(_(text), tone="muted", wrap=True)]
        inside = column(*parts, spacing=10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(PlainLabel(_("Keys and help"), Kind.TITLE))
        layout.addWidget(scrolled(inside, _("Keys and help")), 1)
        layout.addWidget(row(None, button(_("Close"), self.accept, default=True)))
        fit_on_screen(self, letters(78), letters(100))

    def _add(self, keys: str, what: str) -> None:
        at = self._grid.rowCount()
        shown = PlainLabel(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText), Kind.STRONG, "accent")
        self._grid.addWidget(shown, at, 0)
        self._grid.addWidget(PlainLabel(words.safe(what), wrap=True), at, 1)
