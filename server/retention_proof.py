"""After a deletion, nothing of it in the store's own files: deleted rows are overwritten, free pages given back, the log cut off.

SQLite overwrites what is deleted (`secure_delete`, see `server/db.py`), but its write-ahead log still has the pages as they were
before, until they are copied and the log is cut off; that needs a moment in which nobody reads. PostgreSQL gives room back by its own
vacuum, and whole months by dropping their partitions.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

from sqlalchemy import create_engine

from server.db import engine_options
from server.store import Store

TRIES, PAUSE_SECONDS, BUSY_MS = 20, 0.25, 300
PAGES_AT_ONCE = 2_000
MOST_ROUNDS = 500


def clean_files(store: Store) -> bool | None:
    """Give free pages back and cut the log off; return whether that was done, None where the store is no file of ours."""
    if not store.url.startswith("sqlite"):
        return None
    engine = create_engine(store.url, **engine_options(store.url))
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            _give_pages_back(cursor)
            return _cut_log_off(cursor)
    finally:
        engine.dispose()


def _give_pages_back(cursor: Any) -> None:
    """Return free pages to the disk, so many at a time that whoever writes waits for milliseconds."""
    for _ in range(MOST_ROUNDS):
        [free] = cursor.execute("PRAGMA freelist_count").fetchone()
        if not free:
            return
        # As a script: the driver would take one step of a statement that gives no columns, and one step is one page.
        cursor.executescript(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")


def _cut_log_off(cursor: Any) -> bool:
    """Copy the log into the store's file and cut it off; return False when somebody was reading all the time."""
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    for _ in range(TRIES):
        [busy, _, _] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        time.sleep(PAUSE_SECONDS)
    return False
