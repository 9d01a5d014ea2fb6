"""Getting events out of a damaged buffer, row by row; a row counts only if its seal opens at its number."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from agent.facts import Facts, Mark
from agent.sealing import FACTS_PLACE, Sealer, UnopenedError, place_of_row

KEPT_ASIDE = 3
SIDE_FILES = ("", "-wal", "-shm")
TABLE_LEAF = 0x0D
WAL_HEADER, FRAME_HEADER = 32, 24


@dataclass(frozen=True)
class Salvaged:
    """The events that still opened, in order; the facts if they did; and how many events are gone."""

    events: list[bytes]
    facts: Facts | None
    lost: int


def set_aside(path: Path) -> Path:
    """Rename the database in `path` with its side files, keep the newest few such, and return its new name."""
    aside = path.with_name(f"{path.stem}.damaged-{time.time_ns()}.db")
    for suffix in SIDE_FILES:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{aside}{suffix}")
    for old in sorted(path.parent.glob(f"{path.stem}.damaged-*.db"))[:-KEPT_ASIDE]:
        for suffix in SIDE_FILES:
            Path(f"{old}{suffix}").unlink(missing_ok=True)
    return aside


def salvage(aside: Path, sealer: Sealer, mark: Mark | None) -> Salvaged:
    """Return what the damaged database in `aside` still holds of the epoch its facts, or else the mark, name.

    Pages are read before SQLite touches the file, because opening it may truncate its log.
    """
    candidates = list(_carved(aside)) + list(_selected(aside))
    facts = _newest_facts((sealed for _, sealed in candidates), sealer)
    known = facts or mark
    if known is None:
        return Salvaged([], None, 0)
    recorded, acked = known.recorded, known.acked
    if mark and mark.epoch == known.epoch:
        recorded, acked = max(recorded, mark.recorded), max(acked, mark.acked)
    found: dict[int, bytes] = {}
    for seq, sealed in candidates:
        if acked < seq and seq not in found:
            with contextlib.suppress(UnopenedError, OverflowError):
                found[seq] = sealer.open(sealed, place_of_row(known.epoch, seq))
    return Salvaged([found[seq] for seq in sorted(found)], facts, max(0, recorded - acked - len(found)))


def _newest_facts(sealed: Iterator[bytes], sealer: Sealer) -> Facts | None:
    newest: Facts | None = None
    for blob in sealed:
        with contextlib.suppress(UnopenedError, msgspec.DecodeError):
            facts = msgspec.json.decode(sealer.open(blob, FACTS_PLACE), type=Facts)
            if newest is None or (facts.recorded, facts.acked) > (newest.recorded, newest.acked):
                newest = facts
    return newest


def _selected(aside: Path) -> Iterator[tuple[int, bytes]]:
    """What SQLite itself still reads, stepping over what it cannot."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(aside)) as db:
        yield from db.execute("SELECT id, sealed FROM facts")
        yield from db.execute("SELECT seq, sealed FROM event")


def _carved(aside: Path) -> Iterator[tuple[int, bytes]]:
    """Every cell (row number, blob) of every table page in the database and its log, whatever their headers say; newest first."""
    for suffix, header, frame in (("-wal", WAL_HEADER, FRAME_HEADER), ("", 0, 0)):
        with contextlib.suppress(FileNotFoundError):
            content = Path(f"{aside}{suffix}").read_bytes()
            size = 4096
            starts = range(header + frame, len(content), size + frame)
            for start in reversed(starts):
                yield from _cells(content[start : start + size], 100 if start == 0 else 0)


def _cells(page: bytes, header: int) -> Iterator[tuple[int, bytes]]:
    if len(page) <= header + 8 or page[header] != TABLE_LEAF:
        return
    for index in range(int.from_bytes(page[header + 3 : header + 5], "big")):
        pointer = header + 8 + 2 * index
        cell = int.from_bytes(page[pointer : pointer + 2], "big")
        with contextlib.suppress(IndexError):
            yield _cell(page, cell)


def _cell(page: bytes, at: int) -> tuple[int, bytes]:
    """Read one row of two columns, an INTEGER PRIMARY KEY (stored as NULL) and a blob; IndexError when it is none."""
    _size, at = _varint(page, at)
    row, at = _varint(page, at)
    record = at
    header_size, at = _varint(page, at)
    _null, at = _varint(page, at)
    kind, at = _varint(page, at)
    blob = record + header_size
    length = (kind - 12) // 2
    if kind < 12 or kind % 2 or blob + length > len(page):
        raise IndexError("no blob here")
    return row, page[blob : blob + length]


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = page[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    return value << 8 | page[at + 8], at + 9
