"""Lock, unlock, sleep, wake, logon, logoff, shutdown; and once per boot, the boot itself."""

from __future__ import annotations

from collections.abc import Sequence

from agent.clock import Moment
from agent.desktop.base import Desktop
from policy.events import Event, Gap, Session
from policy.wire import AgentPolicy

BACKWARDS_MS = 2_000


class SessionChanges:
    """What the system told since the last look, and what the clocks tell."""

    name = "session"
    every = 1.0

    def __init__(self) -> None:
        self._offset: int | None = None

    def obey(self, policy: AgentPolicy) -> None:
        """Nothing of this is a policy's to change."""

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """Forget what was told while nothing was to be collected."""
        desktop.session_changes()
        self._offset = None

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return one event for each change."""
        changes = [Session(at=at, account=desktop.account, change=change) for change, at in desktop.session_changes()]
        return [*changes, *self._clock_set_back(now)]

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return what was told at the last moment."""
        return self.collect(desktop, now)

    def _clock_set_back(self, now: Moment) -> list[Event]:
        """Say that the wall clock was set back, so that nobody wonders at labels that seem to repeat."""
        offset, before = now.wall - now.mono, self._offset
        self._offset = offset
        if before is None or before - offset < BACKWARDS_MS:
            return []
        return [Gap(start=now.wall, end=now.wall, what="clock", reason="set_back", lost=0)]
