"""What every collector is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.clock import Moment
from agent.desktop.base import Desktop
from policy.events import Event
from policy.wire import AgentPolicy


class Collector(Protocol):
    """Looks at the desktop every `every` seconds and says what it saw as events.

    `begin` is called when collecting begins or begins again; what happened before is not to be told. `finish` is
    called when it stops, and returns what is still open.
    """

    name: str
    every: float

    def obey(self, policy: AgentPolicy) -> None: ...

    def begin(self, desktop: Desktop, now: Moment) -> None: ...

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]: ...

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]: ...
