"""The SQLite file under the buffer: how it is opened, how full it is, and what its errors mean."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL);
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open or make the file in `path`; every commit is on the disk when it returns, and what is deleted is overwritten."""
    db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("auto_vacuum=INCREMENTAL", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-512"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute(f"PRAGMA journal_size_limit={1 << 20}").fetchall()
        db.executescript(_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def used_bytes(db: sqlite3.Connection) -> int:
    """Return how much of the file is in use; pages that became free are not."""
    pages, free, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    return int((pages - free) * size)


def is_damage(fault: sqlite3.Error) -> bool:
    """Return whether the file itself is broken, rather than the disk full or the file locked."""
    return getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def reason_of(fault: sqlite3.Error) -> str:
    """Return the word under which events are counted that this kept from the disk."""
    return "disk_full" if getattr(fault, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL else "disk_error"
