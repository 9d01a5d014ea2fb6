"""Starts Qt as this console needs it, and leads from signing in to the window and back."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PyQt5.QtCore import QCoreApplication, Qt
from PyQt5.QtGui import QFont, QFontDatabase
from PyQt5.QtWidgets import QApplication, QDialog

from console.api import Api
from console.dialogs.sign_in import SignInDialog
from console.scope import ScopeState
from console.servers import KnownServers
from console.services import Services
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from console.trouble import Trouble
from console.window import Window
from policy.summaries import Choices

FAMILIES = ("Segoe UI", "SF Pro Text", "Inter", "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans")

log = logging.getLogger(__name__)


def make_application() -> QApplication:
    """Return the application, sharp on every screen, in Fusion and a quiet font."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    application = QApplication(["WorkPulse"])
    application.setApplicationName("WorkPulse")
    application.setStyle("Fusion")
    application.setFont(_font())
    return application


def _font() -> QFont:
    """The desktop's own size when it says one; offscreen and bare X11 say 12, which is larger than any desktop's."""
    font = QApplication.font()
    found = set(QFontDatabase().families())
    family = next((name for name in FAMILIES if name in found), font.family())
    font.setFamily(family)
    if sys.platform != "win32":
        font.setPointSizeF(min(font.pointSizeF(), 10.0 if family != "DejaVu Sans" else 9.5))
    return font


def theme_of(settings: Settings) -> Theme:
    """Return the theme the person chose last."""
    text = settings.text("theme")
    return Theme(ThemeChoice(text) if text in list(ThemeChoice) else ThemeChoice.SYSTEM)


def services_of(api: Api, choices: Choices, tasks: Tasks, theme: Theme, settings: Settings) -> Services:
    """Return what a window of this sign-in needs."""
    return Services(api, tasks, ScopeState(settings, choices.today), theme, settings, choices)


def keep_log(folder: Path) -> None:
    """Write warnings and mistakes of ours to a small log in the data folder.

    Qt ends the whole program when Python raises in a slot and nobody listens; a window that lives on serves better.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "console.log", maxBytes=1 << 20, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    sys.excepthook = lambda kind, fault, trace: log.critical("a mistake in the window", exc_info=(kind, fault, trace))


class Console:
    """One run of the program: sign in, the window, sign in again, until it is closed."""

    def __init__(self, folder: Path, url: str) -> None:
        keep_log(folder)
        self._application = make_application()
        self._settings = Settings(folder)
        self._known = KnownServers(folder)
        self._url = url
        self._tasks = Tasks()
        self._theme = theme_of(self._settings)
        self._theme.apply()
        self._again = True

    def run(self) -> None:
        """Return when the person is done."""
        while self._again:
            self._again = False
            dialog = SignInDialog(self._known, self._tasks, self._theme, self._settings, self._url)
            if dialog.exec() != QDialog.DialogCode.Accepted or dialog.api is None or dialog.choices is None:
                break
            window = Window(services_of(dialog.api, dialog.choices, self._tasks, self._theme, self._settings))
            window.signed_out.connect(lambda window=window: self._sign_out(window))
            window.sign_in_wanted.connect(lambda window=window: self._sign_in_again(window))
            window.show()
            self._application.exec()
        self._tasks.finish()
        self._settings.save()

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
