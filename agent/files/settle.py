"""From the system's many small changes to what was done: a save is one modification, a rename is one rename.

Office programs save by a dance: they write a new file beside the old one, move the old one away, move the new one in its
place and delete the old one. Told one by one that would be a deletion. So changes that touch one another's paths wait
until they have been quiet for a moment, and are then judged together by what was there before and what is there after.

```
Word      write ~WRD1.tmp · Plan.docx -> ~WRL2.tmp · ~WRD1.tmp -> Plan.docx · delete ~WRL2.tmp     modified Plan.docx
Excel     write 5A3B1C00  · Book.xlsx -> 7C1D.tmp  · 5A3B1C00  -> Book.xlsx · delete 7C1D.tmp      modified Book.xlsx
rename    a -> b                                                                                   renamed a to b
```
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from agent.files.raw import Raw, Settled, What, is_lock, is_temporary

QUIET_MS = 2_000
LONGEST_MS = 10_000


@dataclass(eq=False, slots=True)
class _Thread:
    """Changes that belong together, because they share paths."""

    first: int
    last: int
    raws: list[Raw] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class _Token:
    """One file, wherever it is: where it came from, where it has been, and what happened to it."""

    born: str | None
    trail: list[tuple[str, int]]
    made_at: int
    modified_at: int | None = None
    gone_at: int | None = None
    overwritten_by: _Token | None = None


class Known(Protocol):
    """What is known to be there."""

    def __contains__(self, path: object) -> bool: ...

    def follow(self, raw: Raw) -> None: ...


class Settler:
    """Holds changes until they are quiet; `known` says what was there before the first of them, and is kept up with them."""

    def __init__(self, known: Known, quiet_ms: int = QUIET_MS, longest_ms: int = LONGEST_MS) -> None:
        self._known, self._quiet, self._longest = known, quiet_ms, longest_ms
        self._threads: dict[str, _Thread] = {}

    def add(self, raw: Raw) -> None:
        """Take one more change; changes come in order."""
        if is_lock(raw.path) and (not raw.to or is_lock(raw.to)):
            return
        thread = self._threads.get(raw.path)
        other = self._threads.get(raw.to) if raw.to else None
        if thread is None or (other is not None and len(other.raws) > len(thread.raws)):
            thread, other = other, thread
        if thread is None:
            thread = _Thread(raw.mono, raw.mono)
        if other is not None and other is not thread:
            self._join(thread, other)
        thread.raws.append(raw)
        thread.last = raw.mono
        for path in (raw.path, raw.to) if raw.to else (raw.path,):
            thread.paths.add(path)
            self._threads[path] = thread

    def take(self, mono: int) -> list[Settled]:
        """Return what has settled by `mono`, in the order in which it happened."""
        ripe = {thread for thread in self._threads.values() if mono - thread.last >= self._quiet or mono - thread.first >= self._longest}
        settled: list[Settled] = []
        for thread in ripe:
            settled += judge(thread.raws, self._known.__contains__)
            for raw in thread.raws:
                self._known.follow(raw)
            for path in thread.paths:
                del self._threads[path]
        return sorted(settled, key=lambda change: change.at)

    def take_all(self) -> list[Settled]:
        """Return everything, quiet or not."""
        return self.take(1 << 62)

    def _join(self, thread: _Thread, other: _Thread) -> None:
        thread.raws = sorted([*thread.raws, *other.raws], key=lambda raw: raw.mono)
        thread.first = min(thread.first, other.first)
        thread.paths |= other.paths
        for path in other.paths:
            self._threads[path] = thread


def judge(raws: list[Raw], existed: Callable[[str], bool]) -> list[Settled]:
    """Return what `raws`, which belong together, come to."""
    if len(raws) == 1 and raws[0].what in _ALONE:
        return [Settled(_ALONE[raws[0].what], raws[0].path, raws[0].wall)]
    tokens, place = _replay(raws, existed)
    olds = {token.born: token for token in tokens if token.born is not None}
    settled: list[Settled] = []
    missing: list[Settled] = []
    for hide in (True, False):
        settled = [change for token in tokens for change in _story(token, place, olds, hide)]
        settled.sort(key=lambda change: change.at)
        missing = _still_missing(settled, set(olds), set(place), raws[-1].wall)
        if not missing:
            break
    return settled + missing


def _story(token: _Token, place: dict[str, _Token], olds: dict[str, _Token], hide: bool) -> list[Settled]:
    """Return what became of one file; `hide` leaves out names that programs use on the way."""
    return _of_old(token, place, hide) if token.born is not None else _of_new(token, olds, hide)


def _still_missing(settled: list[Settled], before: set[str], after: set[str], at: int) -> list[Settled]:
    """Return what must be told beside `settled` so that it leads from what was there to what is there.

    In rare tangles one change hides another's step; then its outcome is told.
    """
    there = set(before)
    for change in settled:
        there.discard(change.path)
        if change.action != "deleted":
            there.add(change.new_path or change.path)
    return [Settled("deleted", path, at) for path in sorted(there - after)] + [
        Settled("created", path, at) for path in sorted(after - there)
    ]


_ALONE = {What.CREATED: "created", What.MODIFIED: "modified", What.DELETED: "deleted"}


def _replay(raws: list[Raw], existed: Callable[[str], bool]) -> tuple[list[_Token], dict[str, _Token]]:
    """Return every file the changes touched, and which is where in the end."""
    tokens: list[_Token] = []
    place: dict[str, _Token] = {}
    touched: set[str] = set()

    def at(path: str, raw: Raw, *, must: bool) -> _Token | None:
        """The file at `path` now; if this is the first word about it, whether there was one."""
        if path not in touched and (must or existed(path)):
            place[path] = _Token(path, [(path, raw.wall)], raw.wall)
            tokens.append(place[path])
        touched.add(path)
        return place.get(path)

    def make(path: str, raw: Raw) -> None:
        place[path] = _Token(None, [(path, raw.wall)], raw.wall)
        tokens.append(place[path])

    for raw in raws:
        if raw.what is What.CREATED:
            if (there := at(raw.path, raw, must=False)) is not None:
                there.modified_at = raw.wall  # told twice, or a rescan of a folder told it before
            else:
                make(raw.path, raw)
            continue
        token = at(raw.path, raw, must=True)
        if token is None:  # the system tells of a file that is gone: it is there again, and nobody said how
            make(raw.path, raw)
            token = place[raw.path]
        if raw.what is What.MODIFIED:
            token.modified_at = raw.wall
        elif raw.what is What.DELETED:
            token.gone_at = raw.wall
            del place[raw.path]
        elif raw.to != raw.path:
            overwritten = at(raw.to, raw, must=False)
            if overwritten is not None:
                overwritten.gone_at, overwritten.overwritten_by = raw.wall, token
            del place[raw.path]
            place[raw.to] = token
            token.trail.append((raw.to, raw.wall))
    return tokens, place


def _of_old(token: _Token, place: dict[str, _Token], hide: bool) -> list[Settled]:
    """What became of a file that was there before."""
    assert token.born is not None
    successor = place.get(token.born)
    if successor is token:
        return [Settled("modified", token.born, token.modified_at)] if token.modified_at is not None else []
    if successor is not None and successor.born is None:
        changed = successor.modified_at or successor.trail[-1][1]
        settled = [Settled("modified", token.born, changed)]
        kept_as = token.trail[-1][0]
        if token.gone_at is None and kept_as != token.born:
            settled.append(Settled("created", kept_as, token.trail[-1][1]))  # a program keeps the old version as a backup
        return settled
    settled = _hops(token, hide)
    last = token.trail[-1][0] if settled else token.born
    if token.gone_at is not None:
        if token.overwritten_by is None or (successor is None and _is_silent(token.overwritten_by)):
            settled.append(Settled("deleted", last, token.gone_at))
    elif token.modified_at is not None:
        settled.append(Settled("modified", last, token.modified_at))
    return settled


def _is_silent(token: _Token) -> bool:
    """Whether a new file's way is not told step by step, so that nobody hears what it overwrote on that way."""
    return token.born is None and is_temporary(token.trail[0][0])


def _of_new(token: _Token, olds: dict[str, _Token], hide: bool) -> list[Settled]:
    """What became of a file that was made."""
    end = token.trail[-1][0]
    if token.gone_at is not None:
        if any(is_temporary(path) for path, _ in token.trail):
            return []
        ended = [Settled("deleted", end, token.gone_at)] if token.overwritten_by is None else []
        return [Settled("created", token.trail[0][0], token.made_at), *_hops(token, hide), *ended]
    if end in olds and olds[end] is not token:
        return []  # it took the place of a file that was there: told as that file's modification
    if is_temporary(token.trail[0][0]) and len(token.trail) > 1:
        return [Settled("created", end, token.trail[-1][1])]
    return [Settled("created", token.trail[0][0], token.made_at), *_hops(token, hide)]


def _hops(token: _Token, hide: bool) -> list[Settled]:
    """The renames of one file, each of them."""
    stops = [stop for place, stop in enumerate(token.trail) if not hide or place in (0, len(token.trail) - 1) or not is_temporary(stop[0])]
    pairs = pairwise(stops)
    return [Settled("renamed", before[0], after[1], after[0]) for before, after in pairs if before[0] != after[0]]
