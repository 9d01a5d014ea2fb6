"""What is kept about nightly backups: what became of them, what lies in their folder, which was tried out, whether one is wanted now."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from policy.summaries import BackupFailure, BackupTrial
from server.organisation import AnySession, read_fact, write_fact

OUTCOME, SEEN, TRIAL, WISH = "backup", "backup seen", "backup trial", "backup wish"

Fact = TypeVar("Fact")


class Outcome(Struct, frozen=True):
    """What became of the nightly backups: the newest good one with its file, the newest try, and the newest failure."""

    good: int | None
    tried: int
    failure: BackupFailure | None = None
    name: str = ""
    bytes: int = 0

    @property
    def trouble(self) -> BackupFailure | None:
        """What went wrong with the newest try; None when it came about."""
        return self.failure if self.failure is not None and self.failure.at == self.tried else None


class Seen(Struct, frozen=True):
    """What lies in the folder: whether the backup of this name is whole, and how many there are."""

    name: str
    there: bool
    kept: int


def outcome(session: AnySession) -> Outcome | None:
    """Return what became of the nightly backups; None before the first."""
    return _fact(session, OUTCOME, Outcome)


def note_outcome(connection: Connection, told: Outcome | None) -> None:
    """Keep what became of one; None: nobody wants them any more, so nothing is missing."""
    write_fact(connection, OUTCOME, msgspec.json.encode(told) if told is not None else b"")


def seen(session: AnySession) -> Seen | None:
    """Return what lay in the folder when it was last looked at."""
    return _fact(session, SEEN, Seen)


def note_seen(connection: Connection, found: Seen) -> None:
    """Keep what lies in the folder."""
    write_fact(connection, SEEN, msgspec.json.encode(found))


def trial(session: AnySession) -> BackupTrial | None:
    """Return the newest time a backup was tried out."""
    return _fact(session, TRIAL, BackupTrial)


def note_trial(connection: Connection, told: BackupTrial) -> None:
    """Keep that a backup was tried out."""
    write_fact(connection, TRIAL, msgspec.json.encode(told))


def wish(session: AnySession) -> int | None:
    """Return since when a backup is wanted out of turn; None when none is, or one was tried since."""
    asked, told = _fact(session, WISH, int), outcome(session)
    return asked if asked is not None and (told is None or told.tried < asked) else None


def note_wish(connection: Connection, now: int) -> None:
    """Keep that somebody wants a backup now."""
    write_fact(connection, WISH, msgspec.json.encode(now))


def _fact(session: AnySession, name: str, kind: type[Fact]) -> Fact | None:
    stored = read_fact(session, name)
    return msgspec.json.decode(stored, type=kind) if stored else None
