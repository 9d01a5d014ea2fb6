"""The durable buffer: every recorded event is on disk, sealed and numbered, until the server acknowledged its number.

```
numbers of one epoch   1 … acked | acked + 1 … recorded | next
                       deleted   | buffered, one row each
```
Conservation: recorded = acked + buffered. What found no room never got a number; it is counted by reason and declared by
a gap event. A row that no longer opens becomes a gap event at its own number. When numbers cannot be kept, a new epoch
starts, and its first event declares what the old one lost.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agent import salvage
from agent.database import connect, is_damage, reason_of, used_bytes
from agent.encoding import encoded, instant_of, lost_in_place
from agent.facts import Facts, Mark, MarkFile, new_epoch_name
from agent.glance import take_lock
from agent.sealing import FACTS_PLACE, OVERHEAD_BYTES, Sealer, UnopenedError, place_of_row
from policy.events import LOST_EPOCH, Event, Gap, Notice, Session, event_decoder

ROW_BYTES = OVERHEAD_BYTES + 12
RESERVE_BYTES = 64 << 10
ROOMY_AGAIN = 0.95
RESEAL_CHUNK = 500
ESSENTIAL = (Notice, Session, Gap)
"""Kinds that may use the reserve when the buffer is full: they say why the rest is missing."""


class Row(NamedTuple):
    """One buffered event as JSON, with its number."""

    seq: int
    event: bytes


class Waiting(NamedTuple):
    """The first rows that wait for an ack, and the epoch their numbers belong to."""

    epoch: str
    rows: list[Row]


class Buffer:
    """One connection, one lock file, usable from several threads."""

    def __init__(self, path: Path, sealer: Sealer, limit_bytes: int, now: int) -> None:
        """Open or make the buffer in `path`; raise BufferBusyError when another agent has it.

        A file that is damaged is set aside and salvaged, so this succeeds whatever the file holds.
        """
        self._path, self._sealer, self._limit = path, sealer, limit_bytes
        self._guard = threading.RLock()
        self._full = False
        self._unwritten: Facts | None = None
        self._pending: list[Facts] = []
        self._lock = take_lock(path)
        self._mark = MarkFile(path.with_suffix(".mark"))
        try:
            self._open(now)
        except BaseException:
            self._lock.release()
            raise

    # --- what is known -------------------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        """The counts as they are now, drops that found no room on the disk included."""
        return self._unwritten or self._facts

    def note(self, **changes: Any) -> None:
        """Remember `changes` of `device`, `boot`, `answered_at` or `looked_at`."""
        with self._guard, self._writing():
            self._save(msgspec.structs.replace(self._facts, **changes))

    # --- recording -----------------------------------------------------------------------------------------------

    def append(self, events: Sequence[Event], now: int) -> list[int]:
        """Record `events` in one commit; return the numbers of those that are on disk when this returns.

        An event that cannot be encoded is recorded as a gap. One without room is not recorded but counted.
        """
        with self._guard:
            kept, left_out = self._fitting([(event, encoded(event, now)) for event in events])
            try:
                return self._record(kept, left_out, now)
            except sqlite3.Error as fault:
                if is_damage(fault):
                    self._recover(now)
                    return self._record(kept, left_out, now)
                self._unwritten = self.facts.with_dropped(reason_of(fault), len(events), now)
                return []

    def _record(self, kept: list[bytes], left_out: int, now: int) -> list[int]:
        facts = self.facts.with_dropped("full", left_out, now) if left_out else self.facts
        if not kept and facts == self._facts:
            return []
        first = facts.recorded + 1
        if kept and not left_out:
            kept = kept + [msgspec.json.encode(drop.as_gap(reason)) for reason, drop in facts.dropped.items() if drop.undeclared]
            facts = facts.declared()
        with self._writing():
            self._insert(facts.epoch, first, kept)
            self._save(msgspec.structs.replace(facts, recorded=facts.recorded + len(kept)))
        return list(range(first, first + len(kept)))

    def _fitting(self, events: list[tuple[Event, bytes]]) -> tuple[list[bytes], int]:
        room = self._limit - used_bytes(self._db)
        if self._full and room < self._limit * (1 - ROOMY_AGAIN):
            room = 0
        kept: list[bytes] = []
        for event, content in events:
            needed = len(content) + ROW_BYTES
            if needed <= room or (isinstance(event, ESSENTIAL) and needed <= room + RESERVE_BYTES):
                room -= needed
                kept.append(content)
        self._full = len(kept) < len(events) or (self._full and room <= 0)
        return kept, len(events) - len(kept)

    # --- sending -------------------------------------------------------------------------------------------------

    def peek(self, count: int, size: int, now: int) -> Waiting:
        """Return the first rows that wait, at most `count` and about `size` bytes, at least one if there is one."""
        with self._guard:
            try:
                return self._peek(count, size, now)
            except sqlite3.Error as fault:
                if not is_damage(fault):
                    raise
                self._recover(now)
                return self._peek(count, size, now)

    def _peek(self, count: int, size: int, now: int) -> Waiting:
        rows: list[Row] = []
        for seq, sealed in self._db.execute("SELECT seq, sealed FROM event ORDER BY seq LIMIT ?", (count,)).fetchall():
            size -= len(sealed)
            if rows and size < 0:
                break
            rows.append(Row(seq, self._opened_or_replaced(seq, sealed, now)))
        return Waiting(self._facts.epoch, rows)

    def acknowledge(self, epoch: str, up_to: int) -> None:
        """Delete every row of `epoch` up to number `up_to`; the server has them."""
        with self._guard:
            up_to = min(up_to, self._facts.recorded)
            if epoch != self._facts.epoch or up_to <= self._facts.acked:
                return
            with self._writing():
                self._db.execute("DELETE FROM event WHERE seq <= ?", (up_to,))
                self._save(msgspec.structs.replace(self._facts, acked=up_to))
            if not self._facts.buffered:
                self._db.execute("PRAGMA incremental_vacuum").fetchall()

    def replace(self, epoch: str, seqs: Sequence[int], reason: str, now: int) -> None:
        """Put a gap where each of `seqs` of `epoch` waits: these numbers are declared as lost."""
        gap = lost_in_place(reason, now)
        with self._guard, self._writing():
            for seq in seqs:
                if epoch == self._facts.epoch and self._facts.acked < seq <= self._facts.recorded:
                    self._put(seq, gap)

    def purge(self, reason: str, now: int, doomed: tuple[type, ...]) -> int:
        """Replace every buffered event of the kinds `doomed` by a gap; return how many there were."""
        with self._guard:
            seqs = [row.seq for row in self._rows(now) if isinstance(event_decoder.decode(row.event), doomed)]
            self.replace(self._facts.epoch, seqs, reason, now)
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # the log still holds what was replaced
            return len(seqs)

    def oldest(self, now: int) -> int | None:
        """Return the instant of the first event that waits."""
        rows = self.peek(1, 1, now).rows
        return instant_of(event_decoder.decode(rows[0].event)) if rows else None

    # --- a new life ----------------------------------------------------------------------------------------------

    def start_epoch(self, reason: str, lost: int, now: int, first: Sequence[Event] = (), **changes: Any) -> None:
        """Number what waits anew from 1 in a new epoch, behind a gap that declares `lost` and the events in `first`."""
        with self._guard:
            old = self._facts
            gap = Gap(start=now, end=now, what=LOST_EPOCH, reason=reason, lost=lost)
            ahead = [encoded(event, now) for event in (gap, *first)]
            dropped = {name: msgspec.structs.replace(drop, total=drop.undeclared) for name, drop in self.facts.dropped.items()}
            new = msgspec.structs.replace(old.next_life(), dropped=dropped)
            with self._writing():
                self._db.execute("UPDATE event SET seq = -seq")
                self._insert(new.epoch, 1, ahead)
                count = len(ahead) + self._renumber(old.epoch, new.epoch, len(ahead) + 1, now)
                self._save(msgspec.structs.replace(new, recorded=count, **changes))

    def _renumber(self, old: str, new: str, first: int, now: int) -> int:
        count = 0
        while rows := self._db.execute(
            "SELECT -seq, sealed FROM event WHERE seq < 0 ORDER BY seq DESC LIMIT ?", (RESEAL_CHUNK,)
        ).fetchall():
            events = [self._opened(old, seq, sealed) or lost_in_place("damaged", now) for seq, sealed in rows]
            self._insert(new, first + count, events)
            self._db.execute("DELETE FROM event WHERE seq BETWEEN ? AND -1", (-rows[-1][0],))
            count += len(rows)
        return count

    # --- opening, closing, mending -------------------------------------------------------------------------------

    def check(self) -> str:
        """Return "ok", or what SQLite finds wrong with the file."""
        with self._guard:
            return str(self._db.execute("PRAGMA quick_check(1)").fetchone()[0])

    def close(self) -> None:
        """Let the file and its lock go."""
        with self._guard:
            self._db.close()
            self._mark.close()
            self._lock.release()

    def _open(self, now: int) -> None:
        try:
            self._connect()
            self._facts = self._load_facts()
        except (sqlite3.DatabaseError, UnopenedError, msgspec.DecodeError) as fault:
            if isinstance(fault, sqlite3.OperationalError) and not is_damage(fault):
                raise
            self._rebuild(now)
        self._settle(self._mark.read(), now)
        self._mark.write(self._facts)

    def _connect(self) -> None:
        self._db = connect(self._path)
        if self.check() != "ok":
            raise sqlite3.DatabaseError("quick_check failed")

    def _load_facts(self) -> Facts:
        row = self._db.execute("SELECT sealed FROM facts").fetchone()
        if row:
            return msgspec.json.decode(self._sealer.open(row[0], FACTS_PLACE), type=Facts)
        if self._mark.read() or self._db.execute("SELECT 1 FROM event LIMIT 1").fetchone():
            raise UnopenedError("a buffer without its facts")
        with self._writing():
            self._save(Facts(new_epoch_name()))
        return self._facts

    def _settle(self, mark: Mark | None, now: int) -> None:
        """Make the rows agree with the facts, and the facts with the newest we ever noted."""
        self._fill_holes(now)
        facts = self._facts
        if mark is None or (mark.epoch == facts.epoch and mark.recorded <= facts.recorded) or mark.epoch == facts.previous:
            return
        if mark.epoch == facts.epoch:  # an older copy of this file: the server has what was acked since
            self.acknowledge(facts.epoch, mark.acked)
            self.start_epoch("older_copy", mark.recorded - max(facts.recorded, mark.acked), now)
        else:
            self.start_epoch("older_copy", mark.recorded - mark.acked, now)

    def _fill_holes(self, now: int) -> None:
        facts = self._facts
        low, high, count = self._db.execute("SELECT min(seq), max(seq), count(*) FROM event").fetchone()
        if count == facts.buffered and (not count or (low, high) == (facts.acked + 1, facts.recorded)):
            return
        with self._writing():
            self._db.execute("DELETE FROM event WHERE seq NOT BETWEEN ? AND ?", (facts.acked + 1, facts.recorded))
            held = {seq for (seq,) in self._db.execute("SELECT seq FROM event")}
            for seq in range(facts.acked + 1, facts.recorded + 1):
                if seq not in held:
                    self._put(seq, lost_in_place("damaged", now))

    def _recover(self, now: int) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._db.close()
        self._open(now)

    def _rebuild(self, now: int) -> None:
        """Set the damaged file aside, and carry what still opens into a new one."""
        with contextlib.suppress(sqlite3.Error, AttributeError):
            self._db.close()
        mark = self._mark.read()
        aside = salvage.set_aside(self._path)
        found = salvage.salvage(aside, self._sealer, mark)
        self._db = connect(self._path)
        gap = Gap(start=now, end=now, what=LOST_EPOCH, reason="damaged", lost=found.lost)
        events = [encoded(gap, now), *found.events]
        known = found.facts
        facts = msgspec.structs.replace(known.next_life(), dropped=known.dropped) if known else Facts(new_epoch_name())
        facts = msgspec.structs.replace(facts, recorded=len(events), previous=known.epoch if known else mark.epoch if mark else "")
        with self._writing():
            self._insert(facts.epoch, 1, events)
            self._save(facts)

    # --- rows ----------------------------------------------------------------------------------------------------

    def _rows(self, now: int) -> Iterator[Row]:
        after = 0
        while rows := self._db.execute(
            "SELECT seq, sealed FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (after, RESEAL_CHUNK)
        ).fetchall():
            for seq, sealed in rows:
                yield Row(seq, self._opened_or_replaced(seq, sealed, now))
            after = rows[-1][0]

    def _opened(self, epoch: str, seq: int, sealed: bytes) -> bytes | None:
        try:
            return self._sealer.open(sealed, place_of_row(epoch, seq))
        except UnopenedError:
            return None

    def _opened_or_replaced(self, seq: int, sealed: bytes, now: int) -> bytes:
        event = self._opened(self._facts.epoch, seq, sealed)
        if event is None:
            event = lost_in_place("damaged", now)
            with self._writing():
                self._put(seq, event)
        return event

    def _insert(self, epoch: str, first: int, events: Sequence[bytes]) -> None:
        sealed = [(seq, self._sealer.seal(event, place_of_row(epoch, seq))) for seq, event in enumerate(events, first)]
        self._db.executemany("INSERT INTO event VALUES (?, ?)", sealed)

    def _put(self, seq: int, event: bytes) -> None:
        sealed = self._sealer.seal(event, place_of_row(self._facts.epoch, seq))
        self._db.execute("INSERT OR REPLACE INTO event VALUES (?, ?)", (seq, sealed))

    def _save(self, facts: Facts) -> None:
        sealed = self._sealer.seal(msgspec.json.encode(facts), FACTS_PLACE)
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (1, ?)", (sealed,))
        self._pending.append(facts)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; what `_save` was given counts only once it is on disk."""
        self._pending.clear()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        if self._pending:
            self._facts, self._unwritten = self._pending[-1], None
            self._mark.write(self._facts)
