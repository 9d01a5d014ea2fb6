"""The settings of this console on this PC: each takes effect at once, none reaches the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path

from PyQt5.QtCore import QTime, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QDialog, QFileDialog, QTimeEdit, QVBoxLayout, QWidget

from console import words
from console.dialogs.parts import Fields, button, choice, fit_on_screen, letters, line, name_field, row, scrolled
from console.i18n.language import OWN_NAMES, Clock, Language
from console.preferences import FONT_STEPS, INTERVALS, Preferences
from console.theme import ThemeChoice
from console.widgets.plain import Kind, PlainLabel
from console.widgets.rail import THEMES
from console.words import _


class SettingsDialog(QDialog):
    """Signals: `chosen` with the new Preferences, after every change."""

    chosen = pyqtSignal(object)

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = preferences
        self.setWindowTitle(_("Settings"))
        self._fields = Fields()
        self._language()
        self._looks()
        self._figures()
        self._notifications()
        self._exports()
        self._fields.close_off()
        self._search = line(placeholder=_("Search settings"))
        name_field(self._search, _("Search settings"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self.search)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(PlainLabel(_("Settings"), Kind.TITLE))
        layout.addWidget(self._search)
        layout.addWidget(scrolled(self._fields, _("Settings")), 1)
        foot = PlainLabel(_("Kept on this PC, for you. Changes take effect at once."), Kind.SMALL, "muted", wrap=True)
        layout.addWidget(foot)
        layout.addWidget(row(None, button(_("Close"), self.accept)))
        self._search.setFocus()
        fit_on_screen(self, letters(74), letters(96))

    def _language(self) -> None:
        self._fields.section(_("Language and numbers"))
        self.language = choice(((one, OWN_NAMES[one]) for one in Language), self.value.usage.language)
        self.language.activated.connect(lambda: self._speak(language=self.language.currentData()))
        self._fields.add(_("Language"), self.language, _("The window is built anew in this language; nothing is lost."))
        self.digits = choice(words.digit_choices(), self.value.usage.digits)
        self.digits.activated.connect(lambda: self._speak(digits=self.digits.currentData()))
        self._fields.add(_("Large numbers"), self.digits)
        self.clock = choice(((Clock.DAY, "14:02"), (Clock.HALF_DAY, "2:02 pm")), self.value.usage.clock)
        self.clock.activated.connect(lambda: self._speak(clock=self.clock.currentData()))
        self._fields.add(_("Time of day"), self.clock)

    def _looks(self) -> None:
        self._fields.section(_("Looks"))
        self.theme = choice(((one, _(name)) for one, name in THEMES), self.value.theme)
        self.theme.activated.connect(lambda: self._choose(theme=ThemeChoice(self.theme.currentData())))
        self._fields.add(_("Theme"), self.theme)
        self.font_size = choice(((one, words.share(one / 100)) for one in FONT_STEPS), self.value.font)
        self.font_size.activated.connect(lambda: self._choose(font=self.font_size.currentData()))
        self._fields.add(_("Size of letters"), self.font_size)

    def _figures(self) -> None:
        self._fields.section(_("Figures"))
        self.refresh = choice(((one, words.interval(one)) for one in INTERVALS), self.value.refresh)
        self.refresh.activated.connect(lambda: self._choose(refresh=self.refresh.currentData()))
        self._fields.add(_("Refresh"), self.refresh, _("How often figures are brought up to date while you look at them."))

    def _notifications(self) -> None:
        self._fields.section(_("Notifications"))
        self.notify = QCheckBox()
        self.notify.setChecked(self.value.notify)
        self.notify.toggled.connect(lambda wanted: self._choose(notify=wanted))
        self._fields.add(_("Show new alerts on the desktop"), self.notify, _("Only while this window is open, and never a person's name."))
        self.quiet_from, self.quiet_to = self._time(self.value.quiet_from), self._time(self.value.quiet_to)
        name_field(self.quiet_from, _("Quiet from"))
        name_field(self.quiet_to, _("Quiet until"))
        hours = row(self.quiet_from, PlainLabel("–"), self.quiet_to, None)
        hours.setEnabled(self.value.notify)
        self.notify.toggled.connect(hours.setEnabled)
        self._fields.add(_("Quiet hours"), hours, _("In these hours nothing shows itself. Twice the same time: no quiet hours."))

    def _time(self, value: time) -> QTimeEdit:
        edit = QTimeEdit(QTime(value.hour, value.minute))
        edit.setDisplayFormat("HH:mm" if self.value.usage.clock is Clock.DAY else "h:mm ap")
        edit.timeChanged.connect(self._take_quiet_hours)
        return edit

    def _take_quiet_hours(self) -> None:
        self._choose(quiet_from=_as_time(self.quiet_from), quiet_to=_as_time(self.quiet_to))

    def _exports(self) -> None:
        self._fields.section(_("Exports"))
        self.folder = PlainLabel("", wrap=True)
        self.folder.let_select()
        self.browse = button(_("Choose folder"), self._browse)
        self.usual = button(_("Use the usual one"), lambda: self.take_folder(None))
        box = row(self.browse, self.usual, None)
        self._fields.add(_("Folder for exports"), self.folder)
        self._fields.widget(box, _("Folder for exports"))
        self._show_folder()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder for exports"), str(self.value.export_folder))
        if chosen:
            self.take_folder(Path(chosen))

    def take_folder(self, folder: Path | None) -> None:
        """Offer this folder for exports from now on."""
        self._choose(exports=folder)
        self._show_folder()

    def _show_folder(self) -> None:
        self.folder.setText(words.safe(str(self.value.export_folder)))
        self.usual.setEnabled(self.value.exports is not None)

    def search(self, text: str) -> None:
        """Show only the settings that speak of this; a heading goes when none below it is left."""
        wanted = words.fold(text.strip())
        for searched, block in self._fields.blocks:
            block.setVisible(not wanted or (bool(searched) and wanted in words.fold(searched)))

    def _speak(self, **changes: object) -> None:
        self._choose(usage=replace(self.value.usage, **changes))  # type: ignore[arg-type]

    def _choose(self, **changes: object) -> None:
        changed = replace(self.value, **changes)  # type: ignore[arg-type]
        if changed != self.value:
            self.value = changed
            self.chosen.emit(changed)


def _as_time(edit: QTimeEdit) -> time:
    value = edit.time()
    return time(value.hour(), value.minute())
