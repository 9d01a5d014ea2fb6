"""The window in front and how much input it got; titles are cleaned and redacted here, before anything reaches a disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.clock import Moment
from agent.desktop.base import UNKNOWN_APP, Desktop, DesktopGoneError, Window
from agent.spans import Context, Sample, SpanBuilder
from agent.tabs import Tabs
from policy.categories import RuleBook
from policy.events import Event
from policy.redaction import clean, is_private_window, redact_title, site_of
from policy.wire import AgentPolicy

LONGEST_APP = 256
LONGEST_TITLE = 512
VIEW_EVERY_MS = 5_000
"""How long what else is in view is believed; asking for every window costs more than asking for one."""
WHOLE_TITLE = 4_096
"""Browsers say at the very end that a window is private, and an identity must not be cut in two: judge first, cut last."""


class Foreground:
    """One sample a period, spans as they close."""

    name = "foreground"

    def __init__(self, rules: RuleBook, policy: AgentPolicy, gap_samples: float, tabs: Tabs | None = None) -> None:
        self.every = policy.sample_every
        self._rules, self._titles, self._gap_samples = rules, policy.titles, gap_samples
        self._builder: SpanBuilder | None = None
        self._tabs = tabs
        self._seen: tuple[Window, Context, bool, bool] | None = None
        self._asked_address: tuple[Window, str | None] | None = None
        self._viewed: tuple[int, bool] | None = None
        self._was_away = False

    def obey(self, policy: AgentPolicy) -> None:
        """Go on by a new policy."""
        self._titles, self.every, self._seen = policy.titles, policy.sample_every, None
        if self._builder is not None:
            self._builder.set_period(int(self.every * 1000), self._gap_samples)

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """Throw away what was counted while nothing was to be collected."""
        desktop.forget_input()
        if self._builder is None:
            self._builder = SpanBuilder(now, int(self.every * 1000), self._gap_samples)
        self._builder.skip_to(now)
        self._seen = self._viewed = None
        self._was_away = False

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return the spans this sample closes; while the screen is locked nothing is asked of the desktop."""
        assert self._builder is not None, "begin() comes first"
        if desktop.away():
            return self._leave()
        if self._was_away:
            self._return(desktop, now)
            return []
        counted = desktop.take_input()
        context, distracted = self._context(desktop, now)
        return self._builder.add(Sample(now, context, counted, desktop.idle_ms(), distracted))

    def _leave(self) -> Sequence[Event]:
        """Close what is open: from the lock on, the session's own events tell."""
        assert self._builder is not None
        closed = [] if self._was_away else self._builder.flush()
        self._was_away = True
        return closed

    def _return(self, desktop: Desktop, now: Moment) -> None:
        """Begin anew; what was typed meanwhile was the password."""
        assert self._builder is not None
        desktop.forget_input()
        self._builder.skip_to(now)
        self._was_away, self._viewed = False, None

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return the open span; what was counted since the last sample still belongs to it."""
        if self._builder is None:
            return []
        try:
            closed = self.collect(desktop, now)
        except DesktopGoneError:
            closed = []
        return [*closed, *self._builder.flush()]

    def _context(self, desktop: Desktop, now: Moment) -> tuple[Context, bool]:
        window = self._with_address(desktop, desktop.window(), now)
        if self._seen is None or (window != self._seen[0] and not self._rules.is_ghost(window.app)):
            self._seen = (window, *self._understood(window, desktop.account))
        _, context, distracted, may_hold_call = self._seen
        in_view = distracted or self._is_distraction_in_view(desktop, now)
        return (replace(context, call=desktop.call()) if may_hold_call else context), in_view

    def _with_address(self, desktop: Desktop, window: Window, now: Moment) -> Window:
        """Return a browser's window with its address: from the browser's extension, else from the address bar."""
        if window.url or not self._rules.is_browser(window.app) or is_private_window(window.app, window.title):
            return window
        url = self._tabs.url_of(window.app, window.title, now.mono) if self._tabs else None
        if url is None:
            if self._asked_address is None or self._asked_address[0] != window:
                self._asked_address = (window, desktop.address())
            url = self._asked_address[1]
        return replace(window, url=url)

    def _is_distraction_in_view(self, desktop: Desktop, now: Moment) -> bool:
        if self._viewed is None or now.mono - self._viewed[0] >= VIEW_EVERY_MS:
            self._viewed = (now.mono, any(self._distracts(window) for window in desktop.in_view()))
        return self._viewed[1]

    def _distracts(self, window: Window) -> bool:
        title = clean(window.title, WHOLE_TITLE)
        return not is_private_window(window.app, title) and self._rules.is_distraction(window.app, title, None)

    def _understood(self, window: Window, account: str) -> tuple[Context, bool, bool]:
        """Return the context, whether it is a distraction, and whether it may hold a call; the full title stays in here."""
        app = clean(window.app, LONGEST_APP) or UNKNOWN_APP
        title = clean(window.title, WHOLE_TITLE)
        if is_private_window(app, title):
            return Context(account, app, private=True), False, False
        site = self._site(app, title, window.url)
        kept = clean(redact_title(title, self._titles, self._rules.vocabulary) or "", LONGEST_TITLE)
        context = Context(account, app, kept or None, site)
        return context, self._rules.is_distraction(app, title, site), self._rules.may_hold_call(app, site)

    def _site(self, app: str, title: str, url: str | None) -> str | None:
        if not self._rules.is_browser(app):
            return None
        return (site_of(url) if url else None) or self._rules.site_from_title(app, title)
