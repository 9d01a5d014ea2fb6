"""The window in front and how much input it got; titles are cleaned and redacted here, before anything reaches a disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.clock import Moment
from agent.desktop.base import UNKNOWN_APP, Desktop, DesktopGoneError, Window
from agent.spans import Context, Sample, SpanBuilder
from policy.categories import RuleBook
from policy.events import Event
from policy.redaction import clean, is_private_window, redact_title, site_of
from policy.wire import AgentPolicy

LONGEST_APP = 256
LONGEST_TITLE = 512
WHOLE_TITLE = 4_096
"""Browsers say at the very end that a window is private, and an identity must not be cut in two: judge first, cut last."""


class Foreground:
    """One sample a period, spans as they close."""

    name = "foreground"

    def __init__(self, rules: RuleBook, policy: AgentPolicy, gap_samples: float) -> None:
        self.every = policy.sample_every
        self._rules, self._titles, self._gap_samples = rules, policy.titles, gap_samples
        self._builder: SpanBuilder | None = None
        self._seen: tuple[Window, Context, bool, bool] | None = None

    def obey(self, policy: AgentPolicy) -> None:
        """Go on by a new policy."""
        self._titles, self.every, self._seen = policy.titles, policy.sample_every, None
        if self._builder is not None:
            self._builder.set_period(int(self.every * 1000), self._gap_samples)

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """Throw away what was counted while nothing was to be collected."""
        desktop.take_input()
        if self._builder is None:
            self._builder = SpanBuilder(now, int(self.every * 1000), self._gap_samples)
        self._builder.skip_to(now)
        self._seen = None

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return the spans this sample closes."""
        assert self._builder is not None, "begin() comes first"
        counted = desktop.take_input()
        context, distracted = self._context(desktop)
        return self._builder.add(Sample(now, context, counted, desktop.idle_ms(), distracted))

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return the open span; what was counted since the last sample still belongs to it."""
        if self._builder is None:
            return []
        try:
            closed = self.collect(desktop, now)
        except DesktopGoneError:
            closed = []
        return [*closed, *self._builder.flush()]

    def _context(self, desktop: Desktop) -> tuple[Context, bool]:
        window = desktop.window()
        if self._seen is None or (window != self._seen[0] and not self._rules.is_ghost(window.app)):
            self._seen = (window, *self._understood(window, desktop.account))
        _, context, distracted, may_hold_call = self._seen
        return (replace(context, call=desktop.call()) if may_hold_call else context), distracted

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
