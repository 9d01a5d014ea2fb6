"""Every window beside the main one, by name, and what is wrong with how it shows: nameless controls, clipped words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from console.diagnostics import diagnostics
from console.dialogs.about import AboutDialog
from console.dialogs.add_to_case import AddToCaseDialog
from console.dialogs.administration import PAGES, AdministrationWindow, pages_of
from console.dialogs.clips import AskClipDialog, DecideClipDialog
from console.dialogs.edit import ConfirmDialog
from console.dialogs.erasing import ErasureDialog
from console.dialogs.evidence import EvidenceDialog
from console.dialogs.help import HelpDialog
from console.dialogs.pages.accounts import AccountDialog
from console.dialogs.pages.cases import CaseDialog, NotesDialog
from console.dialogs.pages.clients import ClientDialog
from console.dialogs.pages.codes import CodeDialog, OnceDialog
from console.dialogs.pages.devices import DeviceDialog
from console.dialogs.pages.people import PersonDialog
from console.dialogs.pages.requests import RequestDialog
from console.dialogs.pages.rights import EndDialog, MeasureDialog
from console.dialogs.pages.rules import RuleDialog, RulesPage
from console.dialogs.pages.teams import TeamDialog
from console.dialogs.pages.users import UserDialog
from console.dialogs.pages.watch import WatchDialog
from console.dialogs.password import PasswordDialog
from console.dialogs.reason import ReasonDialog
from console.dialogs.settings import SettingsDialog
from console.dialogs.sign_in import SignInDialog
from console.dialogs.wizard import Wizard
from console.preferences import Preferences
from console.servers import KnownServer, KnownServers
from console.services import Services
from console.widgets.plain import CuttingLabel, PlainLabel
from policy.roles import Role
from policy.summaries import MeasureKind
from tests.console.conftest import wait_for
from tests.console.fakes import PEOPLE, ZONE, every_alert
from tests.console.office import FILTERS, case, clips
from tests.console.screens import ScreensOffice, a_clip_is_open

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit)
Make = Callable[[Services, Path], QWidget]


def _administration(key: str) -> Make:
    def make(services: Services, _folder: Path) -> QWidget:
        if not any(page.key == key for page in pages_of(Role.OWNER)):
            services.api = ScreensOffice()  # type: ignore[assignment]
        window = AdministrationWindow(services)
        window.open(key)
        wait_for(lambda: window.current is not None and window.current.values is not None)
        return window

    return make


def _clip(services: Services, folder: Path) -> QWidget:
    window = _administration("pictures")(services, folder)
    a_clip_is_open(window)
    return window


def _rule(services: Services, _folder: Path) -> QWidget:
    return RuleDialog(RulesPage(services), None)


def _edit(key: str, make: Callable[[Any], QWidget]) -> Make:
    """A dialog over its page, once the page has something to edit."""

    def made(services: Services, folder: Path) -> QWidget:
        window = _administration(key)(services, folder)
        page = window.current  # type: ignore[attr-defined]
        dialog = make(page)
        dialog.over = window  # type: ignore[attr-defined]
        return dialog

    return made


def _erase(services: Services) -> QWidget:
    dialog = ErasureDialog(services, PEOPLE[1], lambda _told: None, None)
    wait_for(lambda: dialog._ahead is not None)
    return dialog


def _add_to_case(services: Services) -> QWidget:
    dialog = AddToCaseDialog(services, every_alert()[0], ZONE, lambda _told: None, None)
    wait_for(lambda: dialog.case.count() == 2)
    dialog.case.setCurrentIndex(0)  # a new one asks for more
    return dialog


def _decide(services: Services, *, agree: bool) -> QWidget:
    return DecideClipDialog(services, clips().clips[0], agree, lambda _told: None, lambda: None, None)


def _wizard(services: Services, folder: Path) -> Wizard:
    return Wizard(KnownServers(folder), services.tasks, services.theme, services.settings)


def _wizard_print(services: Services, folder: Path) -> QWidget:
    made = _wizard(services, folder)
    made._met = KnownServer("https://192.168.1.20:5050", "s", "")
    made.fingerprint.setText("\n".join("   ".join(["FABA"] * 4) for _row in range(4)))
    made._show(made._print_page)
    return made


def _wizard_end(services: Services, folder: Path) -> QWidget:
    made = _wizard(services, folder)
    made._signed_in(services.api, services.choices)
    return made


WINDOWS: dict[str, Make] = {
    "settings": lambda _services, _folder: SettingsDialog(Preferences()),
    "about": lambda services, folder: AboutDialog(None, lambda: diagnostics(None, Preferences(), folder, []), services.theme),
    "help": lambda _services, _folder: HelpDialog([(1, "Overview"), (2, "URL Report")]),
    "sign in": lambda services, folder: SignInDialog(KnownServers(folder), services.tasks, services.theme, services.settings),
    "set up": _wizard,
    "set up, fingerprint": _wizard_print,
    "set up, end": _wizard_end,
    "rule": _rule,
    "confirm": lambda services, _folder: ConfirmDialog("Remove", "It cannot be undone.", "Remove", services.tasks, None, typed="Support"),
    "password": lambda services, _folder: PasswordDialog(services, lambda: None, None),
    "person": _edit("people", lambda page: PersonDialog(page, page.values.people[8])),
    "request": _edit("requests", lambda page: RequestDialog(page, page.values.requests[0])),
    "request, answered": _edit("requests", lambda page: RequestDialog(page, page.values.requests[2])),
    "evidence": lambda services, _folder: EvidenceDialog(services, FILTERS, lambda _told: None, None),
    "add to case": lambda services, _folder: _add_to_case(services),
    "case": _edit("cases", CaseDialog),
    "case, notes": _edit("cases", lambda page: NotesDialog(page, case())),
    "watch list": _edit("watch", lambda page: WatchDialog(page, page.values.lists[0])),
    "hold": _edit("rights", lambda page: MeasureDialog(page, page.model.row_at(0), MeasureKind.HOLD)),
    "end": _edit("rights", lambda page: EndDialog(page, page.model.row_at(0))),
    "erase": lambda services, _folder: _erase(services),
    "client": _edit("clients", lambda page: ClientDialog(page, None)),
    "reason": lambda services, _folder: ReasonDialog(services, None, 3, lambda _told: None, None),
    "team": _edit("teams", lambda page: TeamDialog(page, None)),
    "account": _edit("accounts", lambda page: AccountDialog(page, page.model.row_at(0))),
    "code": _edit("codes", CodeDialog),
    "user": _edit("users", lambda page: UserDialog(page, page.values.users[1])),
    "device": _edit("devices", lambda page: DeviceDialog(page, page.values.devices[0])),
    "pictures, a clip": _clip,
    "ask for a clip": lambda services, _folder: AskClipDialog(services, PEOPLE[:2], 30, lambda _told: None, None),
    "approve a clip": lambda services, _folder: _decide(services, agree=True),
    "refuse a clip": lambda services, _folder: _decide(services, agree=False),
    "once": _edit("codes", lambda page: OnceDialog("Code", "Copy it now.", "ABCD-EFGH", page.services.tasks, page)),
    **{f"administration, {page.key}": _administration(page.key) for page in PAGES},
}
"""Every window that opens beside the main one; a new one is a new row."""


def controls_of(window: QWidget) -> Iterator[QWidget]:
    """Every control a person can reach, without the parts Qt makes controls of."""
    for widget in window.findChildren(QWidget):
        inside = any(isinstance(one, QComboBox | QAbstractSpinBox | QAbstractItemView | QLineEdit) for one in parents_of(widget, window))
        if isinstance(widget, CONTROLS) and not inside and not widget.objectName().startswith("qt_"):
            yield widget


def parents_of(widget: QWidget, until: QWidget) -> Iterator[QWidget]:
    """The widgets around a widget, inside out."""
    around = widget.parentWidget()
    while around is not None and around is not until:
        yield around
        around = around.parentWidget()


def nameless(window: QWidget) -> list[str]:
    """Controls that a screen reader could only call "button"."""
    return [
        f"{type(one).__name__} {one.objectName()}"
        for one in controls_of(window)
        if not (one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()))
    ]


def clipped(window: QWidget) -> list[str]:
    """Visible words that do not have the room they ask for."""
    found = []
    for one in window.findChildren(QWidget):
        if not one.isVisibleTo(window) or isinstance(one, CuttingLabel):
            continue
        if isinstance(one, PlainLabel) and one.text() and not one.pixmap():
            found += _label(one)
        elif isinstance(one, QAbstractButton) and one.text() and not one.objectName().startswith("qt_"):
            least = one.minimumSizeHint()
            enough = one.width() >= least.width() and one.height() + 2 >= least.height()
            found += [] if enough else [f"{one.text()!r} {one.width()}x{one.height()} < {least.width()}x{least.height()}"]
    sideways = [one for one in window.findChildren(QScrollArea) if one.widget() and one.widget().width() > one.viewport().width()]
    return found + [f"{one.accessibleName()!r} is wider than its page" for one in sideways if one.isVisibleTo(window)]


def _label(label: PlainLabel) -> list[str]:
    if label.wordWrap():
        room = label.contentsRect().adjusted(0, 0, 0, 10_000)
        lines = label.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), label.text())
        enough = label.height() + 2 >= lines.height() and label.width() + 1 >= lines.width()
    else:
        size = label.fontMetrics().size(0, label.text())
        enough = label.width() + 1 >= size.width() and label.height() + 2 >= size.height()
    return [] if enough else [f"{label.text()!r} has {label.width()}x{label.height()}"]
