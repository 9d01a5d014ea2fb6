"""Bytes of this PC's network cards, shared out among programs by their open connections: an estimate, and marked as one.

Neither Windows nor Linux tells an ordinary account how much each program sent. What is exact is the sum over the cards;
the shares are a guess, and they always add up to that sum. Where the `machine` role runs, it counts exactly and this tells that.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import psutil

from agent.clock import Moment
from agent.desktop.base import UNKNOWN_APP, Desktop
from agent.exact import Exact
from agent.traffic import since
from policy.events import Event, Network
from policy.wire import AgentPolicy

LONGEST_APP = 256
OFF_SECONDS = 60.0
"""Switched off, it only looks whether it still is."""


class Traffic(NamedTuple):
    """Bytes since the PC started."""

    sent: int
    received: int


class _Look(NamedTuple):
    """What the cards and the machine role say at one instant."""

    at: int
    cards: dict[str, Traffic]
    exact: Exact | None


class NetworkUse:
    """One event a period for each program that has connections."""

    name = "network"

    def __init__(
        self,
        policy: AgentPolicy,
        traffic: Callable[[], dict[str, Traffic]] = lambda: card_traffic(),
        connections: Callable[[], Counter[str]] = lambda: open_connections(),
        exact: Callable[[int], Exact | None] = lambda now: None,
    ) -> None:
        self._traffic, self._connections, self._exact = traffic, connections, exact
        self.obey(policy)
        self._before: _Look | None = None

    def obey(self, policy: AgentPolicy) -> None:
        """Go on by a new policy."""
        self._wanted = policy.network_every > 0
        self.every = policy.network_every or OFF_SECONDS

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """Forget what was sent while nothing was to be collected."""
        self._before = self._look(now) if self._wanted else None

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return what was sent and received since the last look; of several signed-in accounts the one at the screen tells."""
        if not self._wanted:
            self._before = None
            return []
        before, self._before = self._before, self._look(now)
        if before is None or not desktop.attached() or now.wall <= before.at:
            return []
        told, estimated = self._told(before, self._before)
        return [
            Network(start=before.at, end=now.wall, app=app[:LONGEST_APP], sent=sent, received=received, estimated=estimated)
            for app, sent, received in told
        ]

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return the last, shorter period."""
        return self.collect(desktop, now)

    def _look(self, now: Moment) -> _Look:
        return _Look(now.wall, self._traffic(), self._exact(now.wall))

    def _told(self, before: _Look, after: _Look) -> tuple[list[tuple[str, int, int]], bool]:
        """Return what each program moved, and whether that is an estimate: exact sums count between two looks at one life of them."""
        if before.exact and after.exact and before.exact.life == after.exact.life:
            return list(since(before.exact.moved, after.exact.moved)), False
        total = moved(before.cards, after.cards)
        return (shared_out(total, self._connections()) if total.sent or total.received else []), True


def moved(before: dict[str, Traffic], after: dict[str, Traffic]) -> Traffic:
    """Return the bytes between two looks; a card that was not there, or whose counter began anew, counts from zero."""
    sent = received = 0
    for card, now in after.items():
        then = before.get(card, now)
        sent += now.sent - then.sent if now.sent >= then.sent else now.sent
        received += now.received - then.received if now.received >= then.received else now.received
    return Traffic(sent, received)


def shared_out(total: Traffic, connections: Counter[str]) -> list[tuple[str, int, int]]:
    """Return (program, sent, received), by share of connections; the parts add up to the total to the byte."""
    shares = sorted((connections or Counter({UNKNOWN_APP: 1})).items(), key=lambda share: (-share[1], share[0]))
    whole = sum(count for _, count in shares)
    parts = [(app, total.sent * count // whole, total.received * count // whole) for app, count in shares]
    app, sent, received = parts[0]
    parts[0] = (app, sent + total.sent - sum(part[1] for part in parts), received + total.received - sum(part[2] for part in parts))
    return [part for part in parts if part[1] or part[2]]


def card_traffic() -> dict[str, Traffic]:
    """Return the counters of every network card; what a PC says to itself is not traffic."""
    counters = psutil.net_io_counters(pernic=True, nowrap=False)
    return {name: Traffic(one.bytes_sent, one.bytes_recv) for name, one in counters.items() if not _is_loopback(name)}


def open_connections() -> Counter[str]:
    """Return how many connections to other PCs each program has open, as far as this account may see."""
    found: Counter[str] = Counter()
    names: dict[int, str] = {}
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("inet"):
            if connection.raddr and connection.pid and not connection.raddr.ip.startswith(("127.", "::1")):
                found[names.setdefault(connection.pid, "") or _name(connection.pid, names)] += 1
    return found


def _name(pid: int, names: dict[int, str]) -> str:
    try:
        names[pid] = psutil.Process(pid).name().lower() or UNKNOWN_APP
    except psutil.Error:
        names[pid] = UNKNOWN_APP
    return names[pid]


def _is_loopback(name: str) -> bool:
    return name == "lo" or "loopback" in name.lower()
