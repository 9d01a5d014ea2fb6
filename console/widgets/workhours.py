"""Two fields that belong together: a time zone out of all there are, and the work hours of the seven weekdays."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import available_timezones

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QCompleter, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from console import words
from console.dialogs.parts import button, line, name_field
from console.widgets.plain import PlainLabel
from console.words import _
from console.worktimes import shifts_of, text_of
from policy.worktime import WorkHours

MONDAY = date(2024, 1, 1)


def zone_field(zone: str) -> QLineEdit:
    """Return a field that completes names of time zones."""
    edit = line(zone, "Asia/Kolkata", 64)
    completer = QCompleter(sorted(available_timezones()), edit)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    edit.setCompleter(completer)
    return edit


class WorkHoursField(QWidget):
    """A line for each weekday; an empty one is a free day.

    Signals:
        edited: something was typed.
    """

    edited = pyqtSignal()

    def __init__(self, hours: WorkHours) -> None:
        super().__init__()
        self.days: list[QLineEdit] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(12)
        for number in range(7):
            name = words.weekday_name(MONDAY + timedelta(days=number))
            edit = line("", _("free"), 60)
            name_field(edit, _("Work hours on {day}").format(day=name))
            edit.textChanged.connect(self.edited)
            label = PlainLabel(name, tone="muted")
            label.setBuddy(edit)
            grid.addWidget(label, number, 0)
            grid.addWidget(edit, number, 1)
            self.days.append(edit)
        self.same: QPushButton = button(_("Like Monday until Friday"), self._spread)
        foot = QHBoxLayout()
        foot.addWidget(self.same)
        foot.addStretch(1)
        grid.addLayout(foot, 7, 1)
        self.show_hours(hours)

    def show_hours(self, hours: WorkHours) -> None:
        """Show these hours."""
        for edit, shifts in zip(self.days, hours.week, strict=True):
            edit.setText(text_of(shifts))

    def hours(self, zone: str) -> WorkHours:
        """Return what is written; ValueError with a sentence that names the day and the part."""
        week = []
        for number, edit in enumerate(self.days):
            try:
                week.append(shifts_of(edit.text()))
            except ValueError as fault:
                day = words.weekday_name(MONDAY + timedelta(days=number))
                raise ValueError(_("{day}: “{text}” is no stretch of time; write 09:00–18:00.").format(day=day, text=str(fault))) from None
        return WorkHours(zone, week)

    def _spread(self) -> None:
        for edit in self.days[1:5]:
            edit.setText(self.days[0].text())
