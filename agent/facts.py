"""What a buffer knows about itself: its epoch, its counts, and what it could not record."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from policy.events import Gap

UNRECORDED = "unrecorded"
"""`Gap.what` of events that never got a number, because there was no room for them."""


class Drop(Struct, frozen=True):
    """Events not recorded for one reason: in this epoch, and of these the ones no gap event has declared yet."""

    total: int
    undeclared: int = 0
    first: int = 0
    last: int = 0

    def plus(self, lost: int, at: int) -> Drop:
        """Return this with `lost` more, at instant `at`."""
        return Drop(self.total + lost, self.undeclared + lost, self.first if self.undeclared else at, max(self.last, at))

    def as_gap(self, reason: str) -> Gap:
        """Return the event that declares them."""
        return Gap(start=self.first, end=max(self.first, self.last), what=UNRECORDED, reason=reason, lost=self.undeclared)


class Facts(Struct, frozen=True):
    """`recorded` and `acked` are sequence numbers of `epoch`; between them is what is buffered.

    `looked_at` is when the system's own log was last read for what it knows of the time without an agent.
    """

    epoch: str
    recorded: int = 0
    acked: int = 0
    previous: str = ""
    device: str = ""
    boot: str = ""
    answered_at: int = 0
    looked_at: int = 0
    dropped: dict[str, Drop] = msgspec.field(default_factory=dict)

    @property
    def buffered(self) -> int:
        """How many events wait for their ack."""
        return self.recorded - self.acked

    def with_dropped(self, reason: str, lost: int, at: int) -> Facts:
        """Return these facts with `lost` more events not recorded."""
        known = self.dropped.get(reason, Drop(0))
        return msgspec.structs.replace(self, dropped={**self.dropped, reason: known.plus(lost, at)})

    def next_life(self) -> Facts:
        """Return the facts of the epoch after this one, with no number given out yet."""
        return Facts(new_epoch_name(), 0, 0, self.epoch, self.device, self.boot, self.answered_at, self.looked_at)

    def declared(self) -> Facts:
        """Return these facts once every drop has its gap event."""
        return msgspec.structs.replace(self, dropped={reason: Drop(drop.total) for reason, drop in self.dropped.items()})


def new_epoch_name() -> str:
    """Return a name for one life of one buffer."""
    return os.urandom(8).hex()


@dataclass(frozen=True)
class Mark:
    """A second note of the counts, beside the database: what tells an older copy of it from the newest."""

    epoch: str
    recorded: int
    acked: int


class MarkFile:
    """Keeps the mark in one short line, written in place; a note, not a promise: it may be behind after a power cut."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def read(self) -> Mark | None:
        """Return the mark, or None when there is none that can be believed."""
        with contextlib.suppress(OSError, ValueError):
            epoch, recorded, acked, end = self._path.read_bytes().decode("ascii").split()
            if end == "." and len(bytes.fromhex(epoch)) == 8 and 0 <= int(acked) <= int(recorded):
                return Mark(epoch, int(recorded), int(acked))
        return None

    def write(self, facts: Facts) -> None:
        """Note the counts of `facts`; a full disk is no reason to stop."""
        line = f"{facts.epoch} {facts.recorded:020d} {facts.acked:020d} .\n".encode()
        with contextlib.suppress(OSError):
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, line)

    def close(self) -> None:
        """Let the file go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
