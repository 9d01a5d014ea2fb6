"""Starts Qt as this console needs it, and leads from the first meeting or signing in to the window and back."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PyQt5.QtCore import QCoreApplication, Qt
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import QApplication, QDialog

from console.api import Api
from console.desk import Desk
from console.diagnostics import LOG_NAME
from console.dialogs.sign_in import SignInDialog
from console.dialogs.wizard import Wizard
from console.i18n.language import use
from console.lettering import bring_fonts, in_our_families
from console.preferences import preferences_of
from console.scope import ScopeState
from console.servers import KnownServers
from console.services import Services
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme
from console.trouble import Trouble
from console.window import Window
from policy.readiness import make_types_ready
from policy.summaries import Choices

BASE = "base font size"
"""The application's property for the size of letters at 100 %."""

log = logging.getLogger(__name__)


def make_application() -> QApplication:
    """Return the application, sharp on every screen, in Fusion and a quiet font."""
    make_types_ready()  # before the pool's threads decode answers
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    application = QApplication(["WorkPulse"])
    application.setApplicationName("WorkPulse")
    application.setStyle("Fusion")
    bring_fonts()
    application.setFont(_font())
    application.setProperty(BASE, application.font().pointSizeF())
    return application


def _font() -> QFont:
    """The desktop's own size when it says one; offscreen and bare X11 say 12, which is larger than any desktop's."""
    font = in_our_families(QApplication.font())
    if sys.platform != "win32":
        font.setPointSizeF(min(font.pointSizeF(), 10.0 if font.family() != "DejaVu Sans" else 9.5))
    return font


def set_letters(percent: int) -> None:
    """Make every letter of the windows made from now on this large."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    font = application.font()
    font.setPointSizeF(float(application.property(BASE)) * percent / 100)
    application.setFont(font)


def take_preferences(settings: Settings, theme: Theme) -> None:
    """Speak, write and look as the person likes it."""
    liked = preferences_of(settings)
    use(liked.usage)
    set_letters(liked.font)
    if theme.choice is not liked.theme:
        theme.choose(liked.theme)


def theme_of(settings: Settings) -> Theme:
    """Return the theme the person chose last."""
    return Theme(preferences_of(settings).theme)


def services_of(api: Api, choices: Choices, tasks: Tasks, theme: Theme, settings: Settings) -> Services:
    """Return what a window of this sign-in needs."""
    return Services(api, tasks, ScopeState(settings, choices.today), theme, settings, choices)


def keep_log(folder: Path) -> None:
    """Write warnings and mistakes of ours to a small log in the data folder.

    Qt ends the whole program when Python raises in a slot and nobody listens; a window that lives on serves better.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / LOG_NAME, maxBytes=1 << 20, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    sys.excepthook = lambda kind, fault, trace: log.critical("a mistake in the window", exc_info=(kind, fault, trace))


class Console:
    """One run of the program: set up or sign in, the window, sign in again, until it is closed."""

    def __init__(self, folder: Path, url: str) -> None:
        keep_log(folder)
        self._application = make_application()
        self._folder = folder
        self._settings = Settings(folder)
        self._known = KnownServers(folder)
        self._url = url
        self._tasks = Tasks()
        self._theme = theme_of(self._settings)
        self._theme.apply()
        take_preferences(self._settings, self._theme)
        self._desk: Desk | None = None
        self._again = True
        self._set_up = not url and self._is_first_run()

    def _is_first_run(self) -> bool:
        try:
            return not self._known.all()
        except Trouble:
            return False  # the sign-in says what is wrong with the list of servers

    def run(self) -> None:
        """Return when the person is done."""
        while self._again:
            self._again = False
            dialog = self._door()
            if dialog.exec() != QDialog.DialogCode.Accepted or dialog.api is None or dialog.choices is None:
                break
            self._show_window(services_of(dialog.api, dialog.choices, self._tasks, self._theme, self._settings))
            self._application.exec()
        self._tasks.finish()
        self._settings.save()

    def _door(self) -> Wizard | SignInDialog:
        """Return what comes before the window: the wizard at the first run or when asked for, else signing in."""
        if self._set_up:
            self._set_up = False
            return Wizard(self._known, self._tasks, self._theme, self._settings)
        return SignInDialog(self._known, self._tasks, self._theme, self._settings, self._url)

    def _show_window(self, services: Services) -> Window:
        window = Window(services)
        window.signed_out.connect(lambda: self._sign_out(window))
        window.sign_in_wanted.connect(lambda: self._sign_in_again(window))
        self._desk = desk = Desk(window, self._folder)
        desk.rebuild_wanted.connect(lambda: self._build_anew(window))
        desk.set_up_wanted.connect(lambda: self._set_up_again(window))
        window.show()
        return window

    def _build_anew(self, window: Window) -> None:
        """Show the same place in another language or size; who is signed in stays signed in."""
        assert self._desk is not None
        again = [key for key in ("settings", "administration") if self._desk.shown(key) is not None]
        take_preferences(self._settings, self._theme)
        self._settings.put("window/geometry", window.saveGeometry())
        self._show_window(window.services)
        window.close()
        window.deleteLater()
        for key in again:
            self._desk.open(key)

    def _set_up_again(self, window: Window) -> None:
        self._set_up = True
        self._url = ""
        self._sign_out(window)

    def _sign_out(self, window: Window) -> None:
        self._again = True
        window.close()
        try:
            window.services.api.sign_out()
        except Trouble as fault:
            log.warning("signing out was not confirmed by the server: %s", fault.sentence)

    def _sign_in_again(self, window: Window) -> None:
        """Ask over the window, which keeps days, filters and columns; who declines closes it."""
        before = window.services.api
        dialog = SignInDialog(self._known, self._tasks, self._theme, self._settings, before.server.url, window)
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.api is None or dialog.choices is None:
            window.close()
            return
        window.services.api = dialog.api
        window.take_choices(dialog.choices)
        window.signed_in_again(dialog.api.user == before.user)
        assert self._desk is not None
        self._desk.take_role()
