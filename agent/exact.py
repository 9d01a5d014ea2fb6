"""Exact bytes on their way between two of this PC's programs: the `machine` role counts, each session's own agent tells.

The role writes one file for each session whose person agreed; only that account may read it. The sums in it only grow, within one
`life` of the count, so an agent takes the difference of two looks; and when it finds no fresh file it goes on estimating.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from agent.desktop.windows_accounts import own_session
from agent.folder import write_whole
from agent.gate import Word
from agent.traffic import Moved, added

FRESH_MS = 30_000
"""The role writes every few seconds; an older file is of a role that does not run."""


class Exact(Struct, frozen=True):
    """The sums of one session at the instant `at`."""

    life: str
    at: int
    moved: Moved


def exact_folder() -> Path | None:
    """Return where the role writes; None where there is no such role."""
    place = os.environ.get("PROGRAMDATA")
    return Path(place) / "WorkPulse" / "traffic" if os.name == "nt" and place else None


def read_exact(file: Path, now: int) -> Exact | None:
    """Return the sums in `file`; None when there are none, or only old ones."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Exact)
    except (OSError, msgspec.DecodeError):
        return None
    return found if 0 <= now - found.at < FRESH_MS else None


def exact_here(now: int) -> Exact | None:
    """Return the sums of this process's own session, None where nobody counts."""
    folder = exact_folder()
    return read_exact(folder / f"{own_session()}.json", now) if folder else None


class Publisher:
    """Adds up what moved and writes it down for the sessions of people who agreed; of others nothing is kept."""

    def __init__(self, folder: Path, close_to: Callable[[Path, str], None] = lambda file, account: None) -> None:
        self._folder, self._close_to = folder, close_to
        self._known: dict[int, Exact] = {}

    def begin_anew(self) -> None:
        """Begin another life: something is missing, so no difference over this moment is exact."""
        self._known = {}

    def publish(self, moved: Mapping[int, Moved], accounts: Mapping[int, str], words: Mapping[str, Word], now: int) -> None:
        """Write what `moved` in each session of `accounts` whose own agent records now; it counts from the first such look on."""
        agreed = {session: account for session, account in accounts.items() if words.get(account.casefold()) is Word.RECORDING}
        self._known = {session: self._grown(session, moved.get(session, {}), now) for session in agreed}
        self._folder.mkdir(parents=True, exist_ok=True)
        for session, account in agreed.items():
            self._write(self._folder / f"{session}.json", account, self._known[session])
        self._remove_but({f"{session}.json" for session in agreed})

    def close(self) -> None:
        """Leave nothing behind."""
        self._remove_but(set())

    def _grown(self, session: int, moved: Moved, now: int) -> Exact:
        before = self._known.get(session)
        return Exact(before.life, now, added(before.moved, moved)) if before else Exact(os.urandom(8).hex(), now, {})

    def _write(self, file: Path, account: str, exact: Exact) -> None:
        write_whole(file, msgspec.json.encode(exact), durable=False, before_it_shows=lambda beside: self._close_to(beside, account))

    def _remove_but(self, kept: set[str]) -> None:
        for file in self._folder.glob("*"):
            if file.name not in kept:
                file.unlink(missing_ok=True)
