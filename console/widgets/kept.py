"""How long each kind of record is kept, and the least and most days that somebody has set for it."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QSpinBox, QWidget

from console import words
from console.dialogs.parts import name_field
from console.widgets.plain import LARGE_LETTERS, PlainLabel, enlargement
from console.words import KEPT_KINDS, _
from policy.retention import Kind, Limits, Retention

LONGEST_DAYS = 3650


class KeptField(QWidget):
    """Attributes: `days`, `least` and `most` by kind; 0 is no limit.

    Signals:
        edited: a number was changed.
    """

    edited = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        heads = (_("kept"), _("at least (0: any)"), _("at most (0: any)"))
        for column, head in enumerate(heads, 1):
            self._grid.addWidget(PlainLabel(head, tone="muted", wrap=True), 0, column)
        self._stacked = enlargement() > LARGE_LETTERS  # then a name stands above its numbers
        for place, kind in enumerate(KEPT_KINDS):
            name = PlainLabel(words.kept_kind(kind), wrap=True)
            self._grid.addWidget(name, self._row(place) - self._stacked, 0, 1, 4 if self._stacked else 1)
        self.days = {kind: self._spin(kind, 1, heads[0], least=1) for kind in KEPT_KINDS}
        self.least = {kind: self._spin(kind, 2, heads[1]) for kind in KEPT_KINDS}
        self.most = {kind: self._spin(kind, 3, heads[2]) for kind in KEPT_KINDS}

    def _spin(self, kind: Kind, column: int, head: str, least: int = 0) -> QSpinBox:
        box = QSpinBox()
        box.setRange(least, LONGEST_DAYS)
        name_field(box, f"{words.kept_kind(kind)}: {head}")
        box.valueChanged.connect(self.edited)
        self._grid.addWidget(box, self._row(KEPT_KINDS.index(kind)), column)
        return box

    def _row(self, place: int) -> int:
        return 2 * place + 2 if self._stacked else place + 1

    def show_kept(self, retention: Retention, limits: Limits) -> None:
        """Show these periods."""
        for kind in KEPT_KINDS:
            self.days[kind].setValue(getattr(retention, kind))
            self.least[kind].setValue(limits.floors.get(kind, 0))
            self.most[kind].setValue(limits.ceilings.get(kind, 0))

    def retention(self) -> Retention:
        """Return the periods."""
        return Retention(**{kind: box.value() for kind, box in self.days.items()})

    def limits(self) -> Limits:
        """Return the limits that are set."""
        least = {kind: box.value() for kind, box in self.least.items() if box.value()}
        most = {kind: box.value() for kind, box in self.most.items() if box.value()}
        return Limits(least, most)
