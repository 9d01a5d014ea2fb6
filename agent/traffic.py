"""Exact bytes of each program, from the entries that Windows' kernel writes about every send and receive (ETW).

The provider is Microsoft-Windows-Kernel-Network. Only the process and the size are read; with whom it spoke is passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from threading import Lock
from typing import NamedTuple, Protocol

from policy.events import App

PROVIDER = "{7dd42a49-5329-4832-8dfd-43d979153a88}"
SENT = frozenset({10, 26, 42, 58})
"""TCP and UDP, each over IPv4 and IPv6."""
RECEIVED = frozenset({11, 27, 43, 59})
HEAD = struct.Struct("<II")


class Owner(NamedTuple):
    """Whose bytes they are: the session in which a program runs, and its name."""

    session: int
    app: App


Moved = dict[App, tuple[int, int]]
"""Bytes (sent, received) of each program."""


class TrafficFeed(Protocol):
    """Bytes as they move, counted until they are taken."""

    def take(self) -> dict[int, Moved]:
        """Return, for each session, what moved since this was last asked; raise TrafficLostError when some may be missing."""

    def close(self) -> None:
        """Count no more."""


class TrafficLostError(RuntimeError):
    """The system dropped entries, or ended the count: what was counted is not all."""


class Tally:
    """Adds up entries until they are taken; a program is asked for its name while it still runs."""

    def __init__(self, owner_of: Callable[[int], Owner | None]) -> None:
        self._owner_of = owner_of
        self._guard = Lock()
        self._counted: dict[Owner, list[int]] = {}

    def add(self, number: int, payload: bytes) -> None:
        """Count one entry; what is none of ours, or too short to be one, is nothing."""
        place = 0 if number in SENT else 1 if number in RECEIVED else None
        if place is None or len(payload) < HEAD.size:
            return
        process, size = HEAD.unpack_from(payload)
        owner = self._owner_of(process)
        if owner is not None:
            with self._guard:
                self._counted.setdefault(owner, [0, 0])[place] += size

    def take(self) -> dict[int, Moved]:
        """Return what was counted, by session, and begin anew."""
        with self._guard:
            counted, self._counted = self._counted, {}
        found: dict[int, Moved] = {}
        for owner, (sent, received) in counted.items():
            found.setdefault(owner.session, {})[owner.app] = (sent, received)
        return found


def added(one: Moved, other: Moved) -> Moved:
    """Return the sums of both."""
    return {app: _plus(one.get(app, (0, 0)), other.get(app, (0, 0))) for app in one.keys() | other.keys()}


def since(before: Moved, after: Moved) -> Iterable[tuple[App, int, int]]:
    """Yield (program, sent, received) of what moved between two sums, programs in order."""
    for app in sorted(after):
        sent, received = after[app][0] - before.get(app, (0, 0))[0], after[app][1] - before.get(app, (0, 0))[1]
        if sent or received:
            yield app, sent, received


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
