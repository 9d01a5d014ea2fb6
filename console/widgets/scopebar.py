"""The bar above every tab: which days, which team, which person, and the search; it only shows and changes the scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from PyQt5.QtCore import QDate, QSize, QStringListModel, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QResizeEvent
from PyQt5.QtWidgets import (
    QAction,
    QActionGroup,
    QComboBox,
    QCompleter,
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console import words
from console.scope import Preset, Scope, ScopeState
from console.settings import Settings
from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import PlainLabel, enlargement, set_tip
from console.words import _
from policy.summaries import Choices

SEARCH_PAUSE_MS = 120
INTERVALS = (0, 30, 60, 300)


class Chooser(QComboBox):
    """A list to choose from by typing any part of a name; the first entry stands for everybody."""

    picked = pyqtSignal(object)

    def __init__(self, label: str, everybody: str) -> None:
        super().__init__()
        self._everybody = everybody
        self.setAccessibleName(label)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        completer = QCompleter(QStringListModel(self), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        line = self.lineEdit()
        assert line is not None
        line.setAccessibleName(label)
        line.editingFinished.connect(self._settle)
        self.activated.connect(lambda place: self.picked.emit(self.itemData(place)))

    def offer(self, entries: Sequence[tuple[int, str]], current: int | None) -> None:
        """Show these entries with `current` chosen; a choice that is gone shows as everybody."""
        self.blockSignals(True)
        self.clear()
        self.addItem(self._everybody, None)
        for identity, name in entries:
            self.addItem(name, identity)
        self.setCurrentIndex(max(self.findData(current), 0) if current is not None else 0)
        completer = self.completer()
        assert completer is not None
        cast(QStringListModel, completer.model()).setStringList([self.itemText(place) for place in range(self.count())])
        self.blockSignals(False)
        self._from_its_start()

    def _settle(self) -> None:
        """What was typed becomes the entry it names, or the old choice comes back."""
        place = self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString)
        if place >= 0 and place != self.currentIndex():
            self.setCurrentIndex(place)
            self.picked.emit(self.itemData(place))
        elif place < 0:
            self.setEditText(self.itemText(self.currentIndex()))
        self._from_its_start()

    def _from_its_start(self) -> None:
        line = self.lineEdit()
        assert line is not None
        line.setCursorPosition(0)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Typing replaces the name."""
        super().focusInEvent(event)
        line = self.lineEdit()
        if line is not None:
            line.selectAll()


class DaysPicker(QWidget):
    """Two dates and a button, shown below the range."""

    picked = pyqtSignal(date, date)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.first, self.last = self._edit(_("First day")), self._edit(_("Last day"))
        self.first.dateChanged.connect(lambda day: self.last.setMinimumDate(day))
        use = QPushButton(_("Show these days"))
        use.setProperty("primary", "true")
        use.clicked.connect(self._use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        for name, edit in ((_("First day"), self.first), (_("Last day"), self.last)):
            label = PlainLabel(name, tone="muted")
            label.setBuddy(edit)
            layout.addWidget(label)
            layout.addWidget(edit)
        layout.addSpacing(4)
        layout.addWidget(use)

    def _edit(self, label: str) -> QDateEdit:
        edit = QDateEdit()
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("ddd d MMM yyyy")
        edit.setAccessibleName(label)
        edit.setMinimumWidth(170)
        return edit

    def offer(self, scope: Scope, today: date) -> None:
        """Start from the days shown now."""
        for edit in (self.first, self.last):
            edit.setMaximumDate(_qdate(today))
        self.last.setMinimumDate(QDate(2000, 1, 1))
        self.first.setDate(_qdate(scope.first))
        self.last.setDate(_qdate(scope.last))

    def _use(self) -> None:
        self.hide()
        self.picked.emit(_date(self.first), _date(self.last))


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _date(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())


class ScopeBar(QFrame):
    """Signals: `refresh_wanted`, and `interval_changed` with seconds (0 is off)."""

    refresh_wanted = pyqtSignal()
    interval_changed = pyqtSignal(int)

    def __init__(self, scope: ScopeState, choices: Choices, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("scopebar")
        self._scope, self._choices, self._theme, self._settings = scope, choices, theme, settings
        self.presets = QComboBox()
        self.presets.setAccessibleName(_("Range of days"))
        for one in Preset:
            self.presets.addItem(words.preset(one), one)
        self.before = self._button("previous", _("Earlier (the range before)"))
        self.after = self._button("next", _("Later (the range after)"))
        self.days = QPushButton()
        set_tip(self.days, _("Choose first and last day. Weeks start on Monday."))
        self.picker = DaysPicker(self)
        self.teams = Chooser(_("Team"), _("All teams"))
        self.people = Chooser(_("Person"), _("Everybody"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search"))
        self.search.setAccessibleName(_("Search names"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.glass = QAction(self)
        self.search.addAction(self.glass, QLineEdit.ActionPosition.LeadingPosition)
        set_tip(self.search, _("Hides every row that does not match (Ctrl+F)"))
        self.reset = self._button("reset", _("Reset: this week, everybody, no search"))
        self.refresh = self._button("refresh", _("Refresh now (F5); the arrow beside chooses how often"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._lay_out()
        self._connect()
        self.offer(choices)

    def _button(self, meaning: str, label: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("plain")
        button.setAccessibleName(label)
        button.setProperty("meaning", meaning)
        button.setIconSize(QSize(16, 16))
        set_tip(button, label)
        return button

    def _lay_out(self) -> None:
        self._days_row, self._names_row = self._row(), self._row()
        for widget in (self.presets, self.before, self.days, self.after):
            self._days_row.addWidget(widget)
        self._names_row.addWidget(self.teams, 2)
        self._names_row.addWidget(self.people, 3)
        self._names_row.addStretch(3)
        self._names_row.addWidget(self.search, 3)
        letters = enlargement()
        self.search.setMinimumWidth(round(120 * letters))
        self.search.setMaximumWidth(round(280 * letters))
        for chooser, most in ((self.teams, 180), (self.people, 230)):
            chooser.setMinimumWidth(round(124 * letters))
            chooser.setMaximumWidth(round(most * letters))
        self._names_row.addWidget(self.reset)
        self._names_row.addWidget(self.refresh)
        self._intervals()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(18, 9, 18, 9)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.addLayout(self._days_row, 0, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addLayout(self._names_row, 0, 1)
        self._grid.setColumnStretch(1, 1)
        self._lines = 1

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        return row

    def _needed(self) -> tuple[int, int]:
        return self._days_row.minimumSize().width(), self._names_row.minimumSize().width()

    def minimumSizeHint(self) -> QSize:
        """As wide as the wider of its two halves: large letters put one below the other."""
        return QSize(max(self._needed()) + 36, self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Use a second line when one is too short."""
        super().resizeEvent(event)
        lines = 1 if sum(self._needed()) + 36 + 12 <= self.width() else 2
        if lines != self._lines:
            self._lines = lines
            self._grid.removeItem(self._names_row)
            place = (0, 1, 1, 1) if lines == 1 else (1, 0, 1, 2)
            self._grid.addLayout(self._names_row, *place)
            self.updateGeometry()

    def _intervals(self) -> None:
        menu = QMenu(self)
        menu.setAccessibleName(_("Refresh how often"))
        group = QActionGroup(menu)
        current = self.interval()
        for seconds in INTERVALS:
            name = _("Off") if not seconds else _("Every {time}").format(time=f"{seconds} s" if seconds < 60 else f"{seconds // 60} min")
            action = menu.addAction(name)
            assert action is not None
            action.setCheckable(True)
            action.setChecked(seconds == current)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, seconds=seconds: self._set_interval(seconds))
        self.often = QToolButton()
        self.often.setObjectName("plain")
        self.often.setAccessibleName(_("Refresh how often"))
        self.often.setProperty("meaning", "more")
        self.often.setIconSize(QSize(14, 14))
        self.often.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.often.setMenu(menu)
        self._names_row.addWidget(self.often)

    def interval(self) -> int:
        """Seconds between refreshes, 0 for never."""
        text = self._settings.text("refresh", "30")
        return int(text) if text.isdecimal() and int(text) in INTERVALS else 30

    def _set_interval(self, seconds: int) -> None:
        self._settings.put("refresh", str(seconds))
        self.interval_changed.emit(seconds)

    def _connect(self) -> None:
        scope = self._scope
        self.presets.activated.connect(self._choose_preset)
        self.before.clicked.connect(lambda: scope.step(-1))
        self.after.clicked.connect(lambda: scope.step(1))
        self.days.clicked.connect(self.pick_days)
        self.picker.picked.connect(scope.choose_days)
        self.teams.picked.connect(lambda team: scope.update(team=team, person=None))
        self.people.picked.connect(lambda person: scope.update(person=person))
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self._pause.timeout.connect(lambda: scope.update(search=self.search.text()))
        self.reset.clicked.connect(scope.reset)
        self.refresh.clicked.connect(self.refresh_wanted)
        scope.changed.connect(self.follow)
        self._theme.changed.connect(self._colour)
        self._colour()

    def offer(self, choices: Choices) -> None:
        """Show the teams and people of these choices."""
        self._choices = choices
        self.follow()

    def follow(self) -> None:
        """Show the scope as it is."""
        value = self._scope.value
        self.presets.setCurrentIndex(list(Preset).index(value.preset))
        self.days.setText(words.span(value.first, value.last))
        self.days.setAccessibleName(_("Days: {days}").format(days=self.days.text()))
        self.after.setEnabled(value.last < self._scope.today)
        self.teams.offer([(one.id, words.safe(one.name, 80)) for one in self._choices.teams], value.team)
        self.people.offer(self._people_of(value.team), value.person)
        if not self._pause.isActive() and self.search.text() != value.search:
            self.search.setText(value.search)

    def _people_of(self, team: int | None) -> list[tuple[int, str]]:
        people = [one for one in self._choices.people if team is None or one.team == team]
        return [(one.id, words.safe(one.name, 80)) for one in sorted(people, key=lambda one: words.fold(one.name))]

    def _choose_preset(self, place: int) -> None:
        preset = list(Preset)[place]
        if preset is Preset.CUSTOM:
            self.follow()
            self.pick_days()
        else:
            self._scope.choose(preset)

    def pick_days(self) -> None:
        """Open the two dates below the range."""
        self.picker.offer(self._scope.value, self._scope.today)
        self.picker.move(self.days.mapToGlobal(self.days.rect().bottomLeft()))
        self.picker.show()
        self.picker.first.setFocus()

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def clear_search(self) -> None:
        """Show every row again."""
        self.search.clear()
        self._pause.stop()
        self._scope.update(search="")

    def _colour(self) -> None:
        colours = self._theme.colours
        for button in (self.before, self.after, self.reset, self.refresh, self.often):
            button.setIcon(icon(button.property("meaning"), colours.muted, colours.ink))
        self.glass.setIcon(icon("search", colours.muted))
