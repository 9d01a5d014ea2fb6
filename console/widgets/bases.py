"""What each purpose of recording rests on: a choice for every one, and a word on why consent is free where a law asks that."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from console.dialogs.parts import Fields, choice, line, select_quietly
from console.words import _
from policy.purposes import Bases, Basis, Purpose

LONGEST_NOTE = 500


def purpose(one: Purpose) -> str:
    """What something is recorded for."""
    return {
        Purpose.ACTIVITY: _("Work at the PC: programs, presence, counts of input"),
        Purpose.SITES: _("Names of sites and words of titles"),
        Purpose.NETWORK: _("Data sent and received"),
        Purpose.FILES: _("What happens to files"),
        Purpose.SCREENSHOTS: _("Pictures of screens"),
        Purpose.WELLBEING: _("Seeing who carries too much"),
    }[one]


def basis(one: Basis) -> str:
    """What a purpose rests on."""
    return {
        Basis.CONSENT: _("Consent: nothing without a yes"),
        Basis.EMPLOYMENT: _("Employment: people are told and may say no"),
        Basis.LEGAL_OBLIGATION: _("A law asks for it: people are told"),
    }[one]


class BasesField(QWidget):
    """Signals: `edited` when something was chosen or written."""

    edited = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        fields = Fields()
        self.choices = {one: choice(((each, basis(each)) for each in Basis), Basis.EMPLOYMENT) for one in Purpose}
        for one, box in self.choices.items():
            box.activated.connect(self.edited)
            fields.add(purpose(one), box)
        self.note = line(longest=LONGEST_NOTE)
        self.note.textChanged.connect(self.edited)
        hint = _("Where the EU's rules are followed and one of the first four rests on consent, say why an employee is free to refuse.")
        fields.add(_("Why consent is free here"), self.note, hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(fields)

    def show_bases(self, bases: Bases, note: str) -> None:
        """Show these."""
        for one, box in self.choices.items():
            select_quietly(box, bases.of(one))
        self.note.setText(note)

    def bases(self) -> Bases:
        """Return what is chosen."""
        return Bases(**{one.value: Basis(box.currentData()) for one, box in self.choices.items()})
