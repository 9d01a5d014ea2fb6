"""The window: the TABS table, the scope bar above, the status line below, and the keys that work everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QKeySequence, QResizeEvent
from PyQt5.QtWidgets import QHBoxLayout, QMainWindow, QShortcut, QStackedWidget, QVBoxLayout, QWidget

from console import words
from console.dialogs.classify import ClassifyDialog, Saved, Subject
from console.dialogs.why import WhyDialog
from console.export.exporter import Exporter
from console.figures import asked_at, asked_now
from console.models.alerts import Evidence
from console.news import News
from console.scope import Scope, named
from console.services import Services
from console.tabs.alerts import AlertsTab
from console.tabs.applications import ApplicationsTab
from console.tabs.bandwidth import BandwidthTab
from console.tabs.base import Tab
from console.tabs.files import FilesTab
from console.tabs.frame import TabFrame
from console.tabs.inactivity import InactivityTab
from console.tabs.overview import OverviewTab
from console.tabs.timeline import TimelineTab
from console.tabs.urls import UrlsTab
from console.theme import ThemeChoice
from console.trouble import NotAllowed, Trouble
from console.widgets.banner import Banner
from console.widgets.rail import Rail
from console.widgets.scopebar import ScopeBar
from console.widgets.statusline import StatusLine
from console.widgets.table import RowsTable
from console.widgets.toast import Toast
from console.words import _
from policy.summaries import Choices

TABS: tuple[type[Tab[Any]], ...] = (
    OverviewTab,
    UrlsTab,
    ApplicationsTab,
    TimelineTab,
    InactivityTab,
    BandwidthTab,
    FilesTab,
    AlertsTab,
)
"""Every tab, in order; Ctrl+1 opens the first. A tab's `key` names it in words.tab and in widgets.icons."""

SMALLEST = (1024, 700)
NARROW_BELOW = 1180
LONGEST_TRAIL = 50


class Window(QMainWindow):
    """The main window.

    Attributes:
        frames: one TabFrame for each tab, by key.
    Signals:
        signed_out: the person chose to sign out.
        sign_in_wanted: the server no longer knows us.
        page_wanted: an administration page, by key, should be opened.
    """

    page_wanted = pyqtSignal(str)
    signed_out = pyqtSignal()
    sign_in_wanted = pyqtSignal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self._asking = self._closed = False
        self._trail: list[tuple[str, Scope]] = []
        self._here: tuple[str, Scope] | None = None
        self.setWindowTitle(_("WorkPulse – {organisation}").format(organisation=words.safe(services.choices.organisation, 80)))
        self.setMinimumSize(*SMALLEST)
        self.rail = Rail([tab.key for tab in TABS], services.choices.organisation, services.theme)
        self.bar = ScopeBar(services.scope, services.choices, services.theme, services.settings)
        self.banner = Banner(services.theme)
        self.status = StatusLine(services.theme, services.api.server.url)
        self._pages = QStackedWidget()
        self.frames = {tab.key: self._frame(tab) for tab in TABS}
        self._lay_out()
        self.toast = Toast(services.theme, self.centralWidget() or self)
        self.exporter = Exporter(services, self.toast, self)
        self.news = News(services, self)
        self._connect()
        self._keys()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._set_interval(self.bar.interval())
        self._allowed: tuple[str, ...] = ()
        self._ask_for_assessment()
        self.show_who()
        self._restore()
        self.news.look()

    # --- building -----------------------------------------------------------------------------------------------------

    def _frame(self, make: type[Tab[Any]]) -> TabFrame:
        frame = TabFrame(make(self.services), self.services)
        frame.settled.connect(self._tell)
        frame.reached.connect(self.status.set_reached)
        frame.signed_out.connect(self._sign_in_again)
        frame.tab.wanted.connect(self.open)
        frame.export_wanted.connect(self.offer_export)
        frame.why_wanted.connect(self.why)
        frame.tab.classify_wanted.connect(self.classify)
        frame.tab.evidence_wanted.connect(self.follow)
        frame.tab.done.connect(self._say_done)
        frame.tab.page_wanted.connect(self.page_wanted)
        for table in frame.tab.body.findChildren(RowsTable):
            table.took.connect(lambda rows, frame=frame: self.exporter.note_copy(frame, rows))
        self._pages.addWidget(frame)
        return frame

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        for widget, stretch in ((self.banner, 0), (self.bar, 0), (self._pages, 1), (self.status, 0)):
            right.addWidget(widget, stretch)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        middle.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCentralWidget(middle)
        middle.setFocus()  # else the first tab's button starts with a ring nobody asked for

    def _connect(self) -> None:
        self.rail.chosen.connect(self.open)
        self.rail.theme_chosen.connect(self._choose_theme)
        self.bar.refresh_wanted.connect(self.refresh)
        self.bar.interval_changed.connect(self._set_interval)
        self.status.sign_out_wanted.connect(self.signed_out)
        self.services.scope.changed.connect(self._note_place)
        self.news.counted.connect(lambda many: self.rail.set_badge("alerts", many))
        self.news.open_wanted.connect(self._open_alerts)

    def _keys(self) -> None:
        for place, tab in enumerate(TABS, 1):  # a tab keeps its number whatever the role
            self._key(f"Ctrl+{place}", partial(self.open, tab.key))
        self._key("F5", self.refresh)
        self._key("Ctrl+F", self.bar.focus_search)
        self._key("Ctrl+E", self.offer_export)
        self._key("F1", self.why)
        self._key("Alt+Left", self.back)
        self._key("Esc", self.escape)

    def _key(self, keys: str, act: Callable[..., None]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _restore(self) -> None:
        settings = self.services.settings
        geometry = settings.state("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1280, 800)
        key = settings.text("window/tab")
        self.open(key if key in self._allowed else self._first())

    # --- moving about -------------------------------------------------------------------------------------------------

    @property
    def current(self) -> TabFrame:
        """The frame in view."""
        frame = self._pages.currentWidget()
        assert isinstance(frame, TabFrame)
        return frame

    def _first(self) -> str:
        """The first tab of this role; a role without any meets the first tab's refusal, which says whom to ask."""
        return self._allowed[0] if self._allowed else TABS[0].key

    def open(self, key: str) -> None:
        """Show a tab, if this role has it."""
        if key not in self.frames or (self._allowed and key not in self._allowed):
            return
        self._pages.setCurrentWidget(self.frames[key])
        self.rail.choose(key)
        self.services.settings.put("window/tab", key)
        self._note_place()
        self._tell()

    def _note_place(self) -> None:
        """Remember where we were, so that Alt+Left leads back; a search is not a place."""
        here = (self.current.tab.key, replace(self.services.scope.value, search=""))
        if self._here is not None and self._here != here:
            self._trail = [*self._trail[-LONGEST_TRAIL:], self._here]
        self._here = here

    def back(self) -> None:
        """Leave what is open within the tab; failing that, return to the tab and scope before."""
        if self.current.tab.back() or not self._trail:
            return
        key, scope = self._trail.pop()
        self._here = (key, scope)
        if key not in self._allowed:
            return
        self._pages.setCurrentWidget(self.frames[key])
        self.rail.choose(key)
        self.services.scope.set(replace(scope, search=self.services.scope.value.search))

    def escape(self) -> None:
        """Stop waiting; failing that, clear the search."""
        if self.current.waiting:
            self.current.cancel()
        else:
            self.bar.clear_search()

    def _open_alerts(self) -> None:
        self.showNormal() if self.isMinimized() else self.show()
        self.activateWindow()
        self.open("alerts")

    def _say_done(self, sentence: str, undo: Callable[[], object] | None) -> None:
        self.toast.say(sentence, [(_("Undo"), undo)] if undo is not None else [])
        self.news.look()

    def follow(self, evidence: Evidence) -> None:
        """Open what an alert rests on: the tab, the person, the day, the search."""
        if evidence.tab not in self._allowed:
            return
        scope = self.services.scope
        first, last = (evidence.day, evidence.day) if evidence.day is not None else (scope.value.first, scope.value.last)
        preset = named(first, last, scope.today)
        person = evidence.person if evidence.person is not None else scope.value.person
        files = self.frames["files"].tab
        if evidence.files is not None and isinstance(files, FilesTab):
            files.fields.put(evidence.files)
        scope.update(preset=preset, first=first, last=last, person=person, search="")
        self.open(evidence.tab)

    def classify(self, kind: str = "", pattern: str = "", name: str = "") -> None:
        """Open the rule for an app or a site, or, with nothing named, the list of what is unclassified."""
        subject = Subject(kind, pattern, name) if pattern else None
        dialog = ClassifyDialog(self.services, subject, self)
        dialog.saved.connect(self._rule_saved)
        dialog.open()

    def _rule_saved(self, saved: Saved) -> None:
        self.refresh()
        change = saved.change
        self.toast.say(saved.sentence, [(_("Undo"), partial(self._undo_rule, change))] if change is not None else [])

    def _undo_rule(self, change: int) -> None:
        work = partial(self.services.api.undo_rule, change)
        self.services.tasks.run(self, "undo", work, lambda _saved: self._undone(), self._not_undone)

    def _undone(self) -> None:
        self.toast.say(_("Undone: everything is counted as before."))
        self.refresh()

    def _not_undone(self, fault: Exception) -> None:
        why = fault.sentence if isinstance(fault, Trouble) else type(fault).__name__
        self.toast.say(_("This could not be undone: {why}").format(why=why), stays=True)

    def why(self) -> None:
        """Explain the figure that has the keys, else the one under the pointer, else the tab's first."""
        scope = self.services.scope.value
        asked = asked_now(scope) or asked_at(next(iter(self.current.tab.body.findChildren(RowsTable)), None), scope)
        if asked is None or self.current.state() != "figures":
            self.toast.say(_("Choose a figure first: a tile, or a cell of a table."))
            return
        dialog = WhyDialog(self.services, asked, self)
        dialog.classify_wanted.connect(self.classify)
        dialog.open()

    def offer_export(self) -> None:
        """Show the ways to take the tab in view along."""
        button = self.current.export
        self.exporter.offer(self.current, button.mapToGlobal(button.rect().bottomLeft()))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Give narrow windows a narrow rail."""
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < NARROW_BELOW)

    # --- keeping fresh ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring the tab in view and the choices up to date."""
        if self.isVisible() and not self.current.stopped:
            self.services.tasks.run(self, "choices", self.services.api.choices, self.take_choices, self._choices_failed)
            self.current.refresh()
        self.news.look()

    def take_choices(self, choices: Choices) -> None:
        """Offer these teams and people from now on, and move named ranges to this day."""
        if choices is not self.services.choices:
            self.services.choices = choices
            self.bar.offer(choices)
            self.services.scope.roll(choices.today)
        self._ask_for_assessment()

    def _ask_for_assessment(self) -> None:
        """Say so for as long as nobody has noted where the signed impact assessment is filed."""
        if self.services.choices.assessed:
            self.banner.hide()
            return
        sentence = _("No signed impact assessment of this recording is noted in the settings.")
        pages = ((_("Documents"), "documents"), (_("Settings"), "organisation"))
        self.banner.say("note", sentence, actions=[(name, partial(self.page_wanted.emit, page)) for name, page in pages])

    def _choices_failed(self, fault: Exception) -> None:
        """The tab in view meets the same trouble and says it; only a lost sign-in must not wait for it."""
        if isinstance(fault, NotAllowed) and fault.signed_out:
            self._sign_in_again()

    def _set_interval(self, seconds: int) -> None:
        self._timer.stop()
        if seconds:
            self._timer.start(seconds * 1000)

    def _tell(self) -> None:
        self.status.set_updated(self.current.updated)

    def show_who(self) -> None:
        """Say who is signed in."""
        who = self.services.api.who
        self.status.set_who(self.services.api.user, who.role if who else "")
        self._allowed = tuple(tab.key for tab in TABS if who is None or who.role in tab.roles)
        self.rail.offer(self._allowed)

    def _sign_in_again(self) -> None:
        if not self._asking:
            self._asking = True
            self._timer.stop()
            QTimer.singleShot(0, self.sign_in_wanted.emit)

    def signed_in_again(self, same_person: bool) -> None:
        """Carry on where the sign-in was lost."""
        self._asking = False
        self._set_interval(self.bar.interval())
        self.show_who()
        if not same_person:
            self.services.scope.clear_filters()
        if self.current.tab.key not in self._allowed:
            self.open(self._first())
        self.refresh()

    def _choose_theme(self, choice: ThemeChoice) -> None:
        self.services.settings.put("theme", choice.value)
        self.services.theme.choose(choice)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Remember the window and let go of everything, once."""
        if self._closed:
            return
        self._closed = True
        self._timer.stop()
        self.services.settings.put("window/geometry", self.saveGeometry())
        self.services.settings.save()
        for frame in self.frames.values():
            frame.close_tab()
        self.services.tasks.drop(self, "choices")
        self.exporter.stop()
        self.news.close()
