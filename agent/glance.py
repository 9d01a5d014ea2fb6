"""A look at a buffer from another process: its counts, its oldest event, and whether an agent has it open."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import filelock
import msgspec

from agent.encoding import instant_of
from agent.facts import Facts
from agent.sealing import FACTS_PLACE, Sealer, UnopenedError, place_of_row
from policy.events import event_decoder

LOCK_SECONDS = 1.0


class BufferBusyError(RuntimeError):
    """Another agent has this buffer open."""


def take_lock(path: Path) -> filelock.BaseFileLock:
    """Return the lock of the buffer in `path`, taken; raise BufferBusyError when another agent has it."""
    lock = filelock.FileLock(path.with_suffix(".lock"), timeout=LOCK_SECONDS, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise BufferBusyError(f"Another agent is already recording into {path.parent}; only one may.") from None
    return lock


def is_in_use(path: Path) -> bool:
    """Return whether an agent has the buffer in `path` open."""
    try:
        with filelock.FileLock(path.with_suffix(".lock"), timeout=0):
            return False
    except filelock.Timeout:
        return True


def read_facts(path: Path, sealer: Sealer) -> Facts | None:
    """Return the counts of the buffer in `path`, or None when there is nothing to read."""
    if not path.exists():
        return None
    try:
        row = _one_row(path, "SELECT sealed FROM facts")
        return msgspec.json.decode(sealer.open(row[0], FACTS_PLACE), type=Facts) if row else None
    except (sqlite3.Error, UnopenedError, msgspec.DecodeError):
        return None


def read_oldest(path: Path, sealer: Sealer, epoch: str) -> int | None:
    """Return the instant of the first event that waits in the buffer in `path`."""
    try:
        row = _one_row(path, "SELECT seq, sealed FROM event ORDER BY seq LIMIT 1")
        return instant_of(event_decoder.decode(sealer.open(row[1], place_of_row(epoch, row[0])))) if row else None
    except (sqlite3.Error, UnopenedError, msgspec.DecodeError):
        return None


def _one_row(path: Path, query: str) -> tuple[Any, ...] | None:
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as db:
        row: tuple[Any, ...] | None = db.execute(query).fetchone()
        return row
