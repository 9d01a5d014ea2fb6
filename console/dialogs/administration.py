"""The administration window: a list at the left, a page at the right, and of both only what the role may use."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QKeySequence
from PyQt5.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QShortcut, QStackedWidget, QWidget

from console.dialogs.pages.accounts import AccountsPage
from console.dialogs.pages.audit import AuditPage
from console.dialogs.pages.backups import BackupsPage
from console.dialogs.pages.base import Page
from console.dialogs.pages.cases import CasesPage
from console.dialogs.pages.clients import ClientsPage
from console.dialogs.pages.clips import ClipsPage
from console.dialogs.pages.codes import CodesPage
from console.dialogs.pages.devices import DevicesPage
from console.dialogs.pages.documents import DocumentsPage
from console.dialogs.pages.erasures import ErasuresPage
from console.dialogs.pages.evidence import EvidencePage
from console.dialogs.pages.notices import NoticesPage
from console.dialogs.pages.organisation import OrganisationPage
from console.dialogs.pages.people import PeoplePage
from console.dialogs.pages.pictures import PicturesPage
from console.dialogs.pages.reports import ReportsPage
from console.dialogs.pages.requests import RequestsPage
from console.dialogs.pages.rights import RightsPage
from console.dialogs.pages.rules import RulesPage
from console.dialogs.pages.teams import TeamsPage
from console.dialogs.pages.users import UsersPage
from console.dialogs.pages.watch import WatchPage
from console.dialogs.parts import fit_on_screen, letters, name_field
from console.services import Services
from console.widgets.icons import icon
from console.widgets.page import Page as Scrolling
from console.words import _
from policy.roles import Role

PAGES: tuple[type[Page[Any]], ...] = (
    *(PeoplePage, TeamsPage, AccountsPage, RequestsPage, RightsPage, ErasuresPage, RulesPage, ClientsPage),
    *(DevicesPage, CodesPage, UsersPage, BackupsPage),
    *(ReportsPage, EvidencePage, CasesPage, WatchPage, PicturesPage, ClipsPage),
    *(OrganisationPage, NoticesPage, DocumentsPage, AuditPage),
)
"""Every page, in the order of the list."""

REMEMBERED = "administration/page"


def pages_of(role: Role) -> tuple[type[Page[Any]], ...]:
    """Return the pages this role may open."""
    return tuple(page for page in PAGES if role in page.roles)


def has_pages(role: Role) -> bool:
    """Whether there is anything for this role to administer."""
    return bool(pages_of(role))


class AdministrationWindow(QDialog):
    """Attributes: `pages` by key; a page is made when it is opened first.

    Signals:
        signed_out: the server no longer knows us.
        evidence_wanted: what something rests on should be opened in the main window (models.alerts.Evidence).
    """

    signed_out = pyqtSignal()
    evidence_wanted = pyqtSignal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.services = services
        self.setWindowTitle(_("WorkPulse – administration"))
        who = services.api.who
        self._kinds = pages_of(Role(who.role)) if who is not None else ()
        self.pages: dict[str, Page[Any]] = {}
        self._scrolls: dict[str, Scrolling] = {}
        self.list = QListWidget()
        self.list.setObjectName("places")
        name_field(self.list, _("Administration"))
        self.list.setIconSize(QSize(18, 18))
        self._stack = QStackedWidget()
        for kind in self._kinds:
            self.list.addItem(QListWidgetItem(kind.title()))
        self.list.setFixedWidth(self.list.sizeHintForColumn(0) + 46 + self._bar_width())
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addWidget(self._stack, 1)
        self.list.currentRowChanged.connect(self._show)
        QShortcut(QKeySequence("F5"), self).activated.connect(self.refresh)
        services.theme.changed.connect(self._colour)
        self._colour()
        fit_on_screen(self, letters(170), letters(104))
        self._restore()

    def _bar_width(self) -> int:
        """What a scroll bar takes where the window is too low for all pages."""
        bar = self.list.verticalScrollBar()
        return bar.sizeHint().width() if bar is not None else 0

    def _restore(self) -> None:
        geometry = self.services.settings.state("administration/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        keys = [kind.key for kind in self._kinds]
        key = self.services.settings.text(REMEMBERED)
        self.list.setCurrentRow(keys.index(key) if key in keys else 0)

    def open(self, key: str) -> None:  # type: ignore[override]
        """Open a page by its key."""
        self.list.setCurrentRow([kind.key for kind in self._kinds].index(key))

    @property
    def current(self) -> Page[Any] | None:
        """The page in view."""
        place = self.list.currentRow()
        return self.pages.get(self._kinds[place].key) if 0 <= place < len(self._kinds) else None

    def refresh(self) -> None:
        """Bring the page in view up to date."""
        if self.current is not None:
            self.current.refresh()

    def _show(self, place: int) -> None:
        if not 0 <= place < len(self._kinds):
            return
        kind = self._kinds[place]
        if kind.key not in self.pages:
            page = kind(self.services)
            page.signed_out.connect(self.signed_out)
            page.evidence_wanted.connect(self.evidence_wanted)
            self.pages[kind.key] = page
            self._scrolls[kind.key] = Scrolling(page)
            self._stack.addWidget(self._scrolls[kind.key])
        self._stack.setCurrentWidget(self._scrolls[kind.key])
        self.services.settings.put(REMEMBERED, kind.key)
        self.refresh()

    def _colour(self) -> None:
        colours = self.services.theme.colours
        for place, kind in enumerate(self._kinds):
            item = self.list.item(place)
            assert item is not None
            item.setIcon(icon(kind.key, colours.muted, colours.accent_text))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Remember the window and forget what is awaited."""
        self.services.settings.put("administration/geometry", self.saveGeometry())
        for page in self.pages.values():
            page.close_page()
        super().closeEvent(event)
