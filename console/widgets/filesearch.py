"""The search fields of the file audit: what is typed becomes one question, and the conditions in force are chips below."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from PyQt5.QtCore import QDateTime, Qt, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QDateTimeEdit, QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from console import words
from console.models.files import ACTIONS, FileQuestion, action, chips
from console.theme import Theme
from console.widgets.chips import Chips
from console.widgets.plain import Kind, PlainLabel, set_tip
from console.words import _

LONGEST = 256


class TimePicker(QWidget):
    """Two moments and a button, shown below the fields."""

    picked = pyqtSignal(object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.since, self.until = self._edit(_("Since")), self._edit(_("Until"))
        use = QPushButton(_("Search this stretch"))
        use.setProperty("primary", "true")
        use.clicked.connect(self._use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        for name, edit in ((_("Since"), self.since), (_("Until"), self.until)):
            label = PlainLabel(name, tone="muted")
            label.setBuddy(edit)
            layout.addWidget(label)
            layout.addWidget(edit)
        layout.addSpacing(4)
        layout.addWidget(use)

    def _edit(self, label: str) -> QDateTimeEdit:
        edit = QDateTimeEdit()
        edit.setDisplayFormat("ddd d MMM yyyy  HH:mm")
        edit.setAccessibleName(label)
        edit.setMinimumWidth(190)
        return edit

    def offer(self, since: datetime, until: datetime) -> None:
        """Start from these."""
        for edit, value in ((self.since, since), (self.until, until)):
            edit.setDateTime(QDateTime(value.year, value.month, value.day, value.hour, value.minute))

    def _use(self) -> None:
        self.hide()
        self.picked.emit(*(edit.dateTime().toPyDateTime() for edit in (self.since, self.until)))


class FileSearch(QFrame):
    """Attributes: `question` is what was asked last. Signals: `asked` when it changed; `stopped` to give a search up."""

    asked = pyqtSignal()
    stopped = pyqtSignal()

    def __init__(self, theme: Theme, zone: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.question = FileQuestion()
        self._zone = zone
        self._days: tuple[datetime, datetime] = (datetime(2000, 1, 1, 0, 0), datetime(2000, 1, 1, 23, 59))  # noqa: DTZ001 - as typed
        self.path = self._field("path", _("Path"), _(r"part of a path, or S:\Clients\**\*.xlsx"))
        self.user = self._field("user", _("Person or account"), _("person"))
        self.host = self._field("host", _("PC"), _("PC"))
        self.extension = self._field("extension", _("Extension"), "xlsx")
        self.action = QComboBox()
        self.action.setAccessibleName(_("Action"))
        self.action.addItem(_("any action"), "")
        for one in ACTIONS:
            self.action.addItem(action(one), one)
        self.time = QPushButton(_("Time"))
        set_tip(self.time, _("Narrow the days down to a stretch of time"))
        self.picker = TimePicker(self)
        self.search = QPushButton(_("Search"))
        self.search.setProperty("primary", "true")
        self.stop = QPushButton(_("Stop"))
        self.stop.hide()
        self.chips = Chips(_("Conditions in force"), theme)
        self.clear = QToolButton()
        self.clear.setObjectName("quiet")
        self.clear.setText(_("Clear all"))
        self.count = PlainLabel("", Kind.SMALL, "muted")
        self._lay_out()
        self._connect()
        self._follow()

    def _field(self, name: str, label: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(f"file-{name}")
        field.setAccessibleName(label)
        field.setPlaceholderText(hint)
        field.setMaxLength(LONGEST)
        field.setClearButtonEnabled(True)
        return field

    def _lay_out(self) -> None:
        set_tip(
            self.path,
            _("? is one character, * any number within a name, ** also across folders. Without a wildcard the text is found anywhere."),
        )
        fields = QHBoxLayout()
        fields.setSpacing(6)
        for widget, stretch in ((self.path, 6), (self.user, 3), (self.host, 2), (self.extension, 1), (self.action, 0), (self.time, 0)):
            fields.addWidget(widget, stretch)
        self.extension.setMinimumWidth(64)
        fields.addWidget(self.search)
        fields.addWidget(self.stop)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addStrut(24)
        below.addWidget(self.chips)
        below.addWidget(self.clear)
        below.addStretch(1)
        below.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 7)
        layout.setSpacing(5)
        layout.addLayout(fields)
        layout.addLayout(below)

    def _connect(self) -> None:
        for field in (self.path, self.user, self.host, self.extension):
            field.returnPressed.connect(self.ask)
        self.action.activated.connect(lambda _place: self.ask())
        self.search.clicked.connect(self.ask)
        self.stop.clicked.connect(self.stopped)
        self.time.clicked.connect(self._pick_time)
        self.picker.picked.connect(self._use_time)
        self.chips.removed.connect(lambda key: self.put(self.question.without(key)))
        self.clear.clicked.connect(lambda: self.put(FileQuestion()))

    def set_days(self, first: datetime, last: datetime, zone: str) -> None:
        """The days of the scope bound what time can be picked."""
        self._days, self._zone = (first, last), zone

    def ask(self) -> None:
        """Ask what is written in the fields."""
        typed = {name: getattr(self, name).text().strip() for name in ("path", "user", "host", "extension")}
        self.put(replace(self.question, **typed, action=self.action.currentData()))

    def put(self, question: FileQuestion) -> None:
        """Ask this, and show it in the fields."""
        changed = question != self.question
        self.question = question
        self._follow()
        if changed:
            self.asked.emit()

    def set_busy(self, busy: bool) -> None:
        """Offer to stop while a search is under way."""
        self.stop.setVisible(busy)
        self.search.setVisible(not busy)

    def _follow(self) -> None:
        for name in ("path", "user", "host", "extension"):
            getattr(self, name).setText(getattr(self.question, name))
        self.action.setCurrentIndex(max(self.action.findData(self.question.action), 0))
        self.chips.offer(chips(self.question, self._zone))
        self.clear.setVisible(self.question.narrowed)

    def _pick_time(self) -> None:
        since, until = self.question.since, self.question.until
        start = self._days[0] if since is None else words.local(since, self._zone)
        end = self._days[1] if until is None else words.local(until, self._zone)
        self.picker.offer(start, end)
        self.picker.move(self.time.mapToGlobal(self.time.rect().bottomLeft()))
        self.picker.show()
        self.picker.since.setFocus()

    def _use_time(self, since: datetime, until: datetime) -> None:
        zone = ZoneInfo(self._zone)
        start, end = sorted(int(one.replace(tzinfo=zone).timestamp() * 1000) for one in (since, until))
        self.put(replace(self.question, since=start, until=end + 59_999))  # minutes are chosen, the last one counts whole
