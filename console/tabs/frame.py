"""The frame around every tab: it loads, keeps old figures while it does, and says plainly when there are none."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import Any

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QShowEvent
from PyQt5.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from console import words
from console.dialogs.reason import ReasonDialog
from console.scope import Scope
from console.servers import groups_of
from console.services import Services
from console.tabs.base import Tab
from console.trouble import NotAllowed, ReasonNeeded, ServerAway, ServerChanged, Trouble
from console.widgets.banner import Banner
from console.widgets.empty import Emptiness, EmptyState
from console.widgets.icons import icon
from console.widgets.page import Page
from console.widgets.plain import CuttingLabel, Kind, PlainLabel, set_tip
from console.words import _

QUIET_MS = 300
LONG_MS = 3000
FIRST_PAUSE, LONGEST_PAUSE = 5, 60

log = logging.getLogger(__name__)


class TabFrame(QWidget):
    """One tab with its states.

    ```
    asked --0.3 s--> quiet line (old figures stay, marked) --3 s--> "takes longer", Stop
      |                                                      |
      +--> figures | one of four empty places | banner with Retry, old figures stay
    ```
    Signals:
        settled: an answer or a failure has been shown.
        why_wanted: the figure that has the keys should be explained.
        export_wanted: what is shown should be taken along.
        signed_out: the server no longer knows us; only signing in again helps.
        reached: whether the server answered, for the connection sign.
    """

    settled = pyqtSignal()
    export_wanted = pyqtSignal()
    why_wanted = pyqtSignal()
    signed_out = pyqtSignal()
    reached = pyqtSignal(bool)

    def __init__(self, tab: Tab[Any], services: Services) -> None:
        super().__init__()
        self.tab, self.services = tab, services
        self.values: Any = None
        self.updated: datetime | None = None
        self.stopped = False
        self._shown: Scope | None = None
        self._asked: Scope | None = None
        self._pause = self._left = 0
        self._build()
        self._quiet, self._long, self._countdown = (
            self._timer(QUIET_MS, self._still_loading),
            self._timer(LONG_MS, self._taking_long),
            self._timer(1000, self._count_down),
        )
        self._countdown.setSingleShot(False)
        self._colour()
        services.theme.changed.connect(self._colour)
        services.scope.changed.connect(self.scope_changed)
        tab.outdated.connect(self.refresh)
        tab.given_up.connect(self.cancel)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._title = PlainLabel(words.tab(self.tab.key), Kind.TITLE)
        self._subtitle = CuttingLabel("", tone="muted")
        self.found = PlainLabel("", tone="accent")
        self.export = QToolButton()
        self.export.setObjectName("quiet")
        self.export.setText(_("Export"))
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_tip(self.export, _("Copy, CSV, Excel, PDF or a picture (Ctrl+E)"))
        self.export.clicked.connect(lambda _checked=False: self.export_wanted.emit())
        self.why = QToolButton()
        self.why.setObjectName("quiet")
        self.why.setText(_("Why"))
        self.why.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.why.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the figure that has the keys must keep them
        set_tip(self.why, _("What the selected figure means and what is behind it (F1)"))
        self.why.clicked.connect(lambda _checked=False: self.why_wanted.emit())
        self._working = QProgressBar()
        self._working.setObjectName("working")
        self._working.setRange(0, 0)
        self._working.setTextVisible(False)
        self._working.setAccessibleName(_("Loading"))
        policy = self._working.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._working.setSizePolicy(policy)
        self._working.hide()
        self.banner = Banner(self.services.theme)
        self.empty = EmptyState(self.services.theme)
        self._loading = PlainLabel("", Kind.HEADING, "muted")
        self._pages = QStackedWidget()
        blank = QWidget()
        waiting = QVBoxLayout(blank)
        waiting.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._loading)
        middle.addStretch(1)
        waiting.addLayout(middle)
        waiting.addStretch(3)
        self._blank = blank
        self._body = Page(self.tab.body)
        for page in (blank, self._body, self.empty):
            self._pages.addWidget(page)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._title)
        head.addWidget(self._subtitle, 1)
        head.addWidget(self.found)
        head.addWidget(self.why)
        head.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 8, 18, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._working)
        layout.addWidget(self.banner)
        layout.addWidget(self._pages, 1)

    def _colour(self) -> None:
        colours = self.services.theme.colours
        self.why.setIcon(icon("why", colours.muted, colours.ink))
        self.export.setIcon(icon("export", colours.muted, colours.ink))

    def _timer(self, milliseconds: int, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    # --- asking -------------------------------------------------------------------------------------------------------

    def scope_changed(self) -> None:
        """Load again for other days or people; a search only hides rows."""
        if self.isVisible() and self._asked != self.services.scope.value.asked():
            self.refresh()
        elif self.isVisible() and self.values is not None:
            self._search()

    def showEvent(self, event: QShowEvent | None) -> None:
        """A tab that comes into view brings itself up to date."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Ask the server; the newest question wins."""
        if self.stopped:
            return
        scope = self.services.scope.value
        self._asked = scope.asked()
        self._countdown.stop()
        load = partial(self.tab.loader(), self.services.api, scope)
        self.services.tasks.run(self, "load", load, partial(self._arrived, scope), self._failed)
        self._quiet.start()
        self._long.start()

    def cancel(self) -> None:
        """Stop waiting for the answer; what is shown stays."""
        self.services.tasks.drop(self, "load")
        self._at_rest()
        if self.values is None:
            self.empty.explain(Emptiness.FAILED, self.refresh, _("You stopped waiting for the server."))
            self._pages.setCurrentWidget(self.empty)
        elif self._stale:
            self.banner.say("note", self._stale_words(), actions=[(_("Load"), self.refresh)])
        else:
            self.banner.hide()
        self.settled.emit()

    @property
    def _stale(self) -> bool:
        """Whether the figures on the screen are about something else than the scope."""
        return self.values is not None and self._shown != self._asked

    @property
    def waiting(self) -> bool:
        """Whether an answer is awaited."""
        return self.services.tasks.waiting(self, "load")

    def _still_loading(self) -> None:
        self._working.show()
        if self.values is None:
            self._loading.setText(_("Loading …"))
        elif self._stale:
            self.banner.say("note", self._stale_words())

    def _stale_words(self) -> str:
        assert self._shown is not None
        return _("These are still the figures of {days}.").format(days=words.span(self._shown.first, self._shown.last))

    def _taking_long(self) -> None:
        self.banner.say("note", _("The server takes longer than usual."), actions=[(_("Stop waiting"), self.cancel)])

    def _at_rest(self) -> None:
        self._quiet.stop()
        self._long.stop()
        self._working.hide()
        self._loading.setText("")
        self.tab.at_rest()

    # --- answers ------------------------------------------------------------------------------------------------------

    def _arrived(self, scope: Scope, values: Any) -> None:
        self._at_rest()
        self._pause = 0
        self.banner.hide()
        changed = values is not self.values
        self.values, self._shown, self.updated = values, scope.asked(), datetime.now().astimezone()
        if changed:
            self._show()
        self._search()
        self.reached.emit(True)
        self.settled.emit()

    def _show(self) -> None:
        self._subtitle.setText(self.tab.heading(self.values))
        if self.tab.has_figures(self.values):
            self.tab.show(self.values)
            self._pages.setCurrentWidget(self._body)
        else:
            self._explain_emptiness()
            self._pages.setCurrentWidget(self.empty)

    def _explain_emptiness(self) -> None:
        scope, choices = self.services.scope, self.services.choices
        known = self.tab.emptiness(self.values)
        if known is not None:
            self.empty.explain(known)
        elif choices.latest is None:
            self.empty.explain(Emptiness.NO_DATA_YET, self.refresh)
        elif scope.value.narrowed and scope.value.first <= choices.latest <= scope.value.last:
            self.empty.explain(Emptiness.NOTHING_MATCHES, scope.clear_filters)
        else:
            latest = choices.latest
            self.empty.explain(Emptiness.NONE_IN_RANGE, lambda: scope.choose_days(latest, latest))

    def _search(self) -> None:
        text = self.services.scope.value.search
        shown, total = self.tab.search(text)
        self.found.setText(words.matches(shown, total) if text.strip() else "")

    def _failed(self, fault: Exception) -> None:
        self._at_rest()
        if isinstance(fault, NotAllowed):
            self._refused(fault)
        elif isinstance(fault, ServerChanged):
            self._stop(fault)
        elif isinstance(fault, ServerAway):
            self._wait(fault)
        elif isinstance(fault, Trouble):
            self._trouble(fault.sentence, fault.details)
        else:
            self._trouble(
                _("The console made a mistake while loading. It has been written to its log."), f"{type(fault).__name__}: {fault}"
            )
        self.settled.emit()

    def _refused(self, fault: NotAllowed) -> None:
        """Hide what may no longer be seen; days, filters and columns stay for whoever signs in again."""
        self.values = None
        self.banner.hide()
        if fault.signed_out:
            self.empty.explain(Emptiness.SIGNED_OUT, self.signed_out.emit)
            self.signed_out.emit()
        elif isinstance(fault, ReasonNeeded):
            self.empty.explain(Emptiness.REASON_NEEDED, self.say_why)
        else:
            self.empty.explain(Emptiness.NOT_PERMITTED)
        self._pages.setCurrentWidget(self.empty)

    def say_why(self) -> None:
        """Ask for the reason that opens the figures of the scope, then load them."""
        scope = self.services.scope.value
        ReasonDialog(self.services, scope.team, scope.person, self._opened, self).open()

    def _opened(self, told: str) -> None:
        self.tab.done.emit(told, None)
        self.refresh()

    def _stop(self, fault: ServerChanged) -> None:
        """Another server answers: show both fingerprints and ask nothing more of it."""
        self.stopped = True
        unknown = _("none")
        lines = (
            _("Compared: {print}").format(print=groups_of(fault.kept)),
            _("Presented: {print}").format(print=groups_of(fault.presented) if fault.presented else unknown),
            _("Nothing more is sent. Ask whoever runs the server whether it was set up anew."),
        )
        self.banner.say("stop", "\n".join((fault.sentence, *lines)), fault.details)
        self._without_figures(fault.sentence)
        self.reached.emit(False)

    def _wait(self, fault: ServerAway) -> None:
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._left = round(fault.retry_after or self._pause)
        self._away_sentence = fault.sentence
        self.banner.say("warn", self._away_words(), fault.details, [(_("Retry now"), self.refresh)])
        self._without_figures(fault.sentence)
        self._countdown.start()
        self.reached.emit(False)

    def _away_words(self) -> str:
        since = _("Shown is what was known at {time}.").format(time=words.clock_of(self.updated)) if self.updated and self.values else ""
        return "  ".join(part for part in (self._away_sentence, since, words.retry_in(self._left)) if part)

    def _count_down(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._countdown.stop()
            self.refresh()
        else:
            self.banner.set_text(self._away_words())

    def _trouble(self, sentence: str, details: str) -> None:
        self.banner.say("warn", sentence, details, [(_("Retry"), self.refresh)])
        self._without_figures(sentence)
        self.reached.emit(True)

    def _without_figures(self, sentence: str) -> None:
        """Old figures stay on the screen; where there are none, say so."""
        if self.values is None:
            self.empty.explain(Emptiness.FAILED, None if self.stopped else self.refresh, sentence)
            self._pages.setCurrentWidget(self.empty)

    def state(self) -> str:
        """Return what is on the screen: `blank`, `figures`, or the reason it is empty."""
        if self._pages.currentWidget() is self._body:
            return "figures"
        return "blank" if self._pages.currentWidget() is self._blank or self.empty.reason is None else self.empty.reason.value

    def close_tab(self) -> None:
        """Let go of everything that outlives this frame."""
        self.services.tasks.drop(self, "load")
        self._at_rest()
        self._countdown.stop()
        self.services.scope.changed.disconnect(self.scope_changed)
        self.services.theme.changed.disconnect(self._colour)
        self.tab.close()
