"""Exact bytes of each program, from the entries that Windows' kernel writes about every send and receive (ETW).

The provider is Microsoft-Windows-Kernel-Network. Only the process and the size are read; with whom it spoke is passed over.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable

from policy.events import App, Network

PROVIDER = "{7dd42a49-5329-4832-8dfd-43d979153a88}"
SENT = frozenset({10, 26, 42, 58})
"""TCP and UDP, each over IPv4 and IPv6."""
RECEIVED = frozenset({11, 27, 43, 59})
_HEAD = struct.Struct("<II")


class Tally:
    """Adds up entries until they are taken; a program is asked for its name while it still runs."""

    def __init__(self, app_of: Callable[[int], App]) -> None:
        self._app_of = app_of
        self._sent: Counter[App] = Counter()
        self._received: Counter[App] = Counter()

    def add(self, number: int, payload: bytes) -> None:
        """Count one entry; what is none of ours, or too short to be one, is nothing."""
        counts = self._sent if number in SENT else self._received if number in RECEIVED else None
        if counts is not None and len(payload) >= _HEAD.size:
            process, size = _HEAD.unpack_from(payload)
            counts[self._app_of(process)] += size

    def take(self, start: int, end: int) -> list[Network]:
        """Return what was counted, as events of the time from `start` to `end`, and begin anew."""
        apps = sorted(self._sent.keys() | self._received.keys())
        events = [Network(start, end, app, self._sent[app], self._received[app], estimated=False) for app in apps]
        self._sent.clear()
        self._received.clear()
        return events
