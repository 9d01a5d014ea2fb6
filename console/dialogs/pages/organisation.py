"""What the organisation decides: its hours, what is recorded, how long it is kept, what is an alert, when a reason is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PyQt5.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from console import words
from console.api import Api
from console.dialogs.pages.base import Page, Undo
from console.dialogs.parts import Fields, choice, letters, line, name_field, scrolled
from console.widgets.bases import BasesField
from console.widgets.kept import KeptField
from console.widgets.plain import PlainLabel
from console.widgets.reportchoices import ReportChoicesField
from console.widgets.workhours import WorkHoursField, zone_field
from console.words import _
from policy.presence import Thresholds
from policy.roles import Role
from policy.summaries import Settings, SettingsWish
from policy.works_council import broken
from policy.worktime import DEFAULT_HOURS


class OrganisationPage(Page[Settings]):
    """One form; only what was changed is sent, and a change can be undone."""

    key = "organisation"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE, Role.IT})
    _shown: Settings | None = None
    _trouble = ""

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Organisation")

    def purpose(self) -> str:
        """What it is."""
        return _("What holds for the whole office. People are told about a change of what is recorded before it takes effect.")

    @staticmethod
    def load(api: Api) -> Settings:
        """Ask for the choices."""
        return api.ask("settings", Settings)

    def build(self) -> None:
        """A form that scrolls, with Save above it, where it is always in view."""
        self._readers: dict[str, Callable[[], Any]] = {}
        self.discard = self.tool(_("Discard changes"), self._discard)
        self.save = self.tool(_("Save"), self._save, primary=True)
        self.fields = Fields()
        self._office()
        self._recording()
        self._grounds()
        self._keeping()
        self._alerts()
        self._privacy()
        self._agreements()
        self._reports()
        self._lines()
        self.save.setVisible(self.is_owner())
        self.discard.setVisible(self.is_owner())
        self.fields.close_off()
        self.form = scrolled(self.fields, self.title())
        self.form.setEnabled(False)
        self.body.addWidget(self.form, 1)
        self._judge()

    # --- the form -----------------------------------------------------------------------------------------------------

    def _office(self) -> None:
        self.fields.section(_("Office"))
        self.name = self._line("name", _("Name"))
        self.zone = zone_field("")
        self._add(
            "zone", _("Time zone"), self.zone, self.zone.text, self.zone.textChanged, _("Days begin and end by it, such as Asia/Kolkata.")
        )
        self.hours = WorkHoursField(DEFAULT_HOURS)
        self._add(
            "hours",
            _("Work hours"),
            self.hours,
            self._read_hours,
            self.hours.edited,
            _("A team or a person may have others. An empty day is free."),
        )

    def _recording(self) -> None:
        self.fields.section(_("What is recorded"))
        self.titles = choice(words.title_modes(), "redacted")
        hint = _("Redacted keeps only words from lists of known programs and sites. Numbers of cards, PAN and Aadhaar always go.")
        self._add("titles", _("Window titles"), self.titles, self.titles.currentData, self.titles.activated, hint)
        self.only = QCheckBox()
        self._add("work_hours_only", _("Record only in work hours"), self.only, self.only.isChecked, self.only.toggled)
        self.folders = self._lines_field(
            "folders", _("Watched folders, one on each line"), _("File events below these folders are recorded, on every PC that has them.")
        )
        self.capture_every = self._number("capture_every", _("A picture of the screen every … minutes (0: never)"), 0, 1440)
        self._readers["capture_every"] = lambda: self.capture_every.value() * 60.0
        self.capture_teams = line("", _("Sales, Support"), 1024)
        hint = _("Pictures are taken only of these teams, are announced on the screen each time, and every look at one is written down.")
        self._add(
            "capture_teams",
            _("Teams whose screens may be captured"),
            self.capture_teams,
            self._read_teams,
            self.capture_teams.textChanged,
            hint,
        )
        longest = _("A clip of the screen of at most … seconds, if two people agree (0: never)")
        self.clip_seconds = self._number("clip_seconds", longest, 0, 60)

    def _grounds(self) -> None:
        self.fields.section(_("What each record rests on"))
        self.bases = BasesField()
        self.bases.edited.connect(self._judge)
        self.fields.widget(self.bases, _("What each record rests on"))
        self._readers["bases"] = lambda: msgspec.to_builtins(self.bases.bases())
        self._readers["consent_note"] = lambda: self.bases.note.text().strip()

    def _keeping(self) -> None:
        self.fields.section(_("How long it is kept"))
        self.profile = choice(words.profiles(), "none")
        self._add("profile", _("Rules to follow"), self.profile, self.profile.currentData, self.profile.activated)
        self.kept = KeptField()
        self.kept.edited.connect(self._judge)
        self.fields.widget(self.kept, " ".join(map(words.kept_kind, words.KEPT_KINDS)))
        self._readers["retention"] = lambda: msgspec.to_builtins(self.kept.retention())
        self._readers["limits"] = lambda: msgspec.to_builtins(self.kept.limits())
        self.conflict = PlainLabel("", tone="stop", wrap=True)
        self.conflict.setAccessibleName(_("Conflicts of retention"))
        self.fields.widget(self.conflict)

    def _alerts(self) -> None:
        self.fields.section(_("What is an alert"))
        self.watched = self._lines_field(
            "watched_paths", _("Paths to watch, one on each line"), _("An event at one of them is an alert: S:\\Clients\\**\\*.xlsx")
        )
        self.denied = self._lines_field(
            "denied",
            _("Apps and sites not to be used here, one on each line"),
            _("Nothing is blocked; use is an alert. Example: app utorrent.exe, site example.com"),
        )
        self._readers["denied"] = lambda: words.denied_of(self.denied.toPlainText())

    def _privacy(self) -> None:
        self.fields.section(_("When a reason is asked for"))
        self.ask_below = self._number("ask_below", _("Views of fewer than … people (0: never)"), 0, 100)
        self.ask_for_person = QCheckBox()
        self._add(
            "ask_for_person", _("Views of one person"), self.ask_for_person, self.ask_for_person.isChecked, self.ask_for_person.toggled
        )
        self.unlock = self._number("unlock_minutes", _("A reason opens for … minutes"), 1, 1440)

    def _agreements(self) -> None:
        self.fields.section(_("Agreements"))
        hint = _("Its name or number. While it stands here, the server refuses what would watch people more closely, and ranks nobody.")
        self.works_council = self._line("works_council", _("Agreement with a works council"), hint)
        self.broken = PlainLabel("", tone="stop", wrap=True)
        self.broken.setAccessibleName(_("What the agreement does not allow"))
        self.fields.widget(self.broken)
        self.dpia = self._line("dpia", _("Data protection impact assessment"), _("Where it is filed."))

    def _reports(self) -> None:
        self.fields.section(_("Reports"))
        self.reports = ReportChoicesField()
        self.reports.edited.connect(self._judge)
        self._readers["reports"] = lambda: msgspec.to_builtins(self.reports.choices())
        self.fields.widget(self.reports, _("Reports"))

    def _lines(self) -> None:
        self.fields.section(_("Where the lines are between active, reading and idle"))
        self.lines: dict[str, QSpinBox] = {}
        for field in Thresholds.__struct_fields__:
            box = self._spin(0, 3_600_000)
            self.lines[field] = box
            self.fields.add(words.threshold(field), box)
            box.valueChanged.connect(self._judge)
        self._readers["thresholds"] = lambda: msgspec.to_builtins(Thresholds(**{field: box.value() for field, box in self.lines.items()}))

    def _add(self, key: str, name: str, field: QWidget, read: Callable[[], Any], changed: Any, hint: str = "") -> None:
        self.fields.add(name, field, hint)
        self._readers[key] = read
        changed.connect(self._judge)

    def _line(self, key: str, name: str, hint: str = "") -> QLineEdit:
        edit = line()
        self._add(key, name, edit, lambda: edit.text().strip(), edit.textChanged, hint)
        return edit

    def _spin(self, least: int, most: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(least, most)
        box.setMaximumWidth(letters(26))
        return box

    def _number(self, key: str, name: str, least: int, most: int) -> QSpinBox:
        box = self._spin(least, most)
        self._add(key, name, box, box.value, box.valueChanged)
        return box

    def _lines_field(self, key: str, name: str, hint: str) -> QPlainTextEdit:
        edit = QPlainTextEdit()
        edit.setTabChangesFocus(True)
        edit.setMaximumHeight(letters(14))
        name_field(edit, name)
        self._add(key, name, edit, lambda: _lines_of(edit), edit.textChanged, hint)
        return edit

    # --- showing and reading ------------------------------------------------------------------------------------------

    def show_values(self, values: Settings) -> None:
        """Show the choices, unless somebody is typing others."""
        self.fields.setEnabled(self.is_owner())
        self.form.setEnabled(True)
        if not self._changed_since(values):
            self._fill(values)

    def _changed_since(self, values: Settings) -> bool:
        """Whether what is typed differs from what was shown before these values came."""
        try:
            return self._shown is not None and bool(self.changes())
        except ValueError:
            return True

    def _fill(self, values: Settings) -> None:
        self._shown = None
        ours = values.organisation
        self.name.setText(ours.name)
        self.zone.setText(ours.zone)
        self.hours.show_hours(ours.hours)
        _select(self.titles, ours.titles)
        self.only.setChecked(ours.work_hours_only)
        self.folders.setPlainText("\n".join(ours.folders))
        self.capture_every.setValue(round(ours.capture_every / 60))
        names = {team.id: team.name for team in self.services.choices.teams}
        self.capture_teams.setText(", ".join(names[one] for one in ours.capture_teams if one in names))
        self.clip_seconds.setValue(ours.clip_seconds)
        _select(self.profile, ours.profile)
        self.bases.show_bases(ours.bases, ours.consent_note)
        self.kept.show_kept(ours.retention, ours.limits)
        self.watched.setPlainText("\n".join(ours.watched_paths))
        self.denied.setPlainText("\n".join(f"{one.kind} {one.pattern}" for one in ours.denied))
        self.ask_below.setValue(ours.ask_below)
        self.ask_for_person.setChecked(ours.ask_for_person)
        self.unlock.setValue(ours.unlock_minutes)
        self.works_council.setText(ours.works_council)
        self.dpia.setText(ours.dpia)
        self.reports.show_choices(ours.reports)
        for field, box in self.lines.items():
            box.setValue(getattr(ours.thresholds, field))
        self._shown = values
        self._judge()

    def _read_hours(self) -> Any:
        return msgspec.to_builtins(self.hours.hours(self.zone.text().strip()))

    def _read_teams(self) -> list[int]:
        numbers = {words.fold(team.name): team.id for team in self.services.choices.teams}
        found = []
        for name in (part.strip() for part in self.capture_teams.text().split(",")):
            if name and words.fold(name) not in numbers:
                raise ValueError(_("There is no team called “{name}”.").format(name=name))
            if name:
                found.append(numbers[words.fold(name)])
        return sorted(found)

    def changes(self) -> dict[str, Any]:
        """Return what is otherwise than shown, by name; ValueError with a sentence while a field cannot be read."""
        if self._shown is None:
            return {}
        before = msgspec.to_builtins(self._shown.organisation)
        now = {key: read() for key, read in self._readers.items()}
        return {key: value for key, value in now.items() if value != _as_read(key, before[key])}

    def _judge(self, *_anything: object) -> None:
        """Let Save follow the fields, and show at once what the retention profile asks for."""
        try:
            changed, trouble = bool(self.changes()), ""
        except ValueError as fault:
            changed, trouble = False, str(fault)
        self.save.setEnabled(changed)
        self.discard.setEnabled(changed or bool(trouble))
        if trouble:
            self.banner.say("warn", trouble)
        elif self.banner.text() == self._trouble:
            self.banner.hide()
        self._trouble = trouble
        kept = words.retention_conflicts(self.kept.retention(), self.profile.currentData(), self.kept.limits())
        self.conflict.setText("\n".join(kept))
        self.conflict.setVisible(bool(self.conflict.text()))
        self.broken.setText("\n".join(self._locked()))
        self.broken.setVisible(bool(self.broken.text()))

    def _locked(self) -> list[str]:
        """Return a sentence for each choice, as it is typed, that the agreement does not allow."""
        if self._shown is None:
            return []
        locked = ("works_council", "capture_every", "titles", "work_hours_only", "ask_below", "ask_for_person")
        typed = msgspec.structs.replace(self._shown.organisation, **{key: self._readers[key]() for key in locked})
        return [words.lock(one.key) for one in broken(typed)]

    def _discard(self) -> None:
        if self._shown is not None:
            self._fill(self._shown)

    def _save(self) -> None:
        shown = self._shown
        if shown is None:
            return
        wish = SettingsWish(shown.organisation.revision, self.changes())
        before = msgspec.to_builtins(shown.organisation)
        old = {key: before[key] for key in wish.changes}
        self.change(partial(_put, wish=wish), _("Saved. Agents learn of it within a minute."), partial(_back, old), self._saved)

    def _saved(self, answer: Settings) -> None:
        self._fill(answer)

    def _enable(self, free: bool) -> None:
        super()._enable(free)
        if free:
            self._judge()


def _put(api: Api, wish: SettingsWish) -> Settings:
    return api.alter("settings", wish, Settings)


def _back(old: dict[str, Any], answer: Settings) -> Undo:
    return partial(_put, wish=SettingsWish(answer.organisation.revision, old))


def _lines_of(edit: QPlainTextEdit) -> list[str]:
    return [text.strip() for text in edit.toPlainText().splitlines() if text.strip()]


def _select(box: QComboBox, value: Any) -> None:
    box.setCurrentIndex(max(box.findData(value), 0))


def _as_read(key: str, value: Any) -> Any:
    """Return a stored choice as its field gives it back."""
    return sorted(value) if key == "capture_teams" else value
