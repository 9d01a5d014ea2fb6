"""What stands behind the lower end of the rail: settings, help, about, setting up again, administration; one of each at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PyQt5.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QShortcut, QWidget

from console import words
from console.diagnostics import diagnostics
from console.dialogs.about import AboutDialog
from console.dialogs.administration import AdministrationWindow, has_pages
from console.dialogs.help import HelpDialog
from console.dialogs.password import PasswordDialog
from console.dialogs.settings import SettingsDialog
from console.preferences import Preferences, keep, preferences_of
from console.theme import ThemeChoice
from console.widgets.rail import MENU
from console.window import TABS, Window
from policy.roles import Role


class Desk(QObject):
    """Opens and holds the windows beside the main one.

    Signals:
        rebuild_wanted: language or letters changed, so that the main window has to be made anew.
        set_up_wanted: the first-run wizard is asked for again.
    """

    rebuild_wanted = pyqtSignal()
    set_up_wanted = pyqtSignal()

    def __init__(self, window: Window, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._open: dict[str, QWidget] = {}
        self._makers: dict[str, Callable[[], QWidget]] = {
            "settings": self._settings,
            "help": self._help,
            "about": self._about,
            "administration": self._administration,
            "password": self._password,
        }
        window.rail.wanted.connect(self.open)
        window.rail.theme_chosen.connect(self._note_theme)
        window.page_wanted.connect(self.open_page)
        for key, _name, keys in MENU:
            if keys:
                QShortcut(QKeySequence(keys), window).activated.connect(lambda key=key: self.open(key))
        self.take_role()

    @property
    def preferences(self) -> Preferences:
        """What the person likes, as stored."""
        return preferences_of(self._window.services.settings)

    def take_role(self) -> None:
        """Offer administration to whoever has anything to administer."""
        who = self._window.services.api.who
        role = Role(who.role) if who is not None else None
        self._window.rail.administration.setVisible(role is not None and has_pages(role))
        if role is not None and has_pages(role) and not any(role in tab.roles for tab in TABS):
            QTimer.singleShot(0, partial(self.open, "administration"))  # a role without tabs has come for this

    def open(self, key: str) -> None:
        """Show one of the windows, or bring it to the front."""
        if key == "set_up":
            self.set_up_wanted.emit()
            return
        shown = self._open.get(key)
        if shown is None:
            shown = self._makers[key]()
            shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            shown.destroyed.connect(partial(self._forget, key))
            self._open[key] = shown
        shown.show()
        shown.raise_()
        shown.activateWindow()

    def open_page(self, page: str) -> None:
        """Show one page of administration."""
        self.open("administration")
        shown = self.shown("administration")
        if isinstance(shown, AdministrationWindow):
            shown.open(page)

    def _forget(self, key: str, _gone: object = None) -> None:
        self._open.pop(key, None)

    def shown(self, key: str) -> QWidget | None:
        """Return the window of this name if it is open."""
        return self._open.get(key)

    def close(self) -> None:
        """Close everything that was opened from here."""
        for widget in list(self._open.values()):
            widget.close()

    def _settings(self) -> QWidget:
        dialog = SettingsDialog(self.preferences, self._window)
        dialog.chosen.connect(self._take)
        return dialog

    def _help(self) -> QWidget:
        tabs = [(number, words.tab(tab.key)) for number, tab in enumerate(TABS, 1) if not self._window.rail.buttons[tab.key].isHidden()]
        return HelpDialog(tabs, self._window)

    def _about(self) -> QWidget:
        services = self._window.services
        return AboutDialog(services.api.server, self.diagnose, services.theme, services.choices.version, self._window)

    def diagnose(self) -> str:
        """Return diagnostics without this person's, this server's or the organisation's names."""
        services = self._window.services
        private = [services.api.user, services.choices.organisation, services.api.server.url]
        private += [person.name for person in services.choices.people] + [team.name for team in services.choices.teams]
        return diagnostics(services.api.server, self.preferences, self._folder, private)

    def _administration(self) -> QWidget:
        made = AdministrationWindow(self._window.services, self._window)
        made.signed_out.connect(self._window.sign_in_wanted)
        made.evidence_wanted.connect(self._window.follow)
        return made

    def _password(self) -> QWidget:
        return PasswordDialog(self._window.services, self._window.sign_in_wanted.emit, self._window)

    def _take(self, chosen: Preferences) -> None:
        """Keep what was chosen and show it at once."""
        before = self.preferences
        keep(self._window.services.settings, chosen)
        if chosen.theme is not self._window.services.theme.choice:
            self._window.services.theme.choose(chosen.theme)
        if chosen.refresh != before.refresh:
            self._window.bar.interval_changed.emit(chosen.refresh)
        if chosen.usage != before.usage or chosen.font != before.font:
            QTimer.singleShot(0, self.rebuild_wanted.emit)  # the dialog whose signal this is must not vanish under it

    def _note_theme(self, choice: ThemeChoice) -> None:
        keep(self._window.services.settings, replace(self.preferences, theme=choice))
