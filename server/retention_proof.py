"""After a deletion, nothing of it in the store's own files: deleted rows are overwritten, free pages given back, the log cut off.

SQLite overwrites what is deleted (`secure_delete`, see `server/db.py`), but its write-ahead log still has the pages as they were
before, until they are copied and the log is cut off; that needs a moment in which nobody reads. PostgreSQL gives room back by its own
vacuum, and whole months by dropping their partitions.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection, create_engine, text

from server.db import engine_options
from server.store import Store

TRIES, PAUSE_SECONDS, BUSY_MS = 20, 0.25, 300
PAGES_AT_ONCE = 2_000
MOST_ROUNDS = 500


def clean_files(store: Store) -> bool | None:
    """Give free pages back and cut the log off; return whether that was done, None where the store is no file of ours."""
    if not store.url.startswith("sqlite"):
        return None
    for _ in range(MOST_ROUNDS):
        if not store.writer.do(_give_back):
            break
    return cut_log(store.url)


def _give_back(connection: Connection) -> bool:
    """Return some free pages to the disk; return whether there are more."""
    connection.execute(text(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")).close()
    return bool(connection.execute(text("PRAGMA freelist_count")).scalar_one())


def cut_log(url: str) -> bool:
    """Copy the log of a SQLite store into its file and cut it off; return False when somebody was reading all the time."""
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.connect() as connection:
            connection.execute(text(f"PRAGMA busy_timeout={BUSY_MS}"))
            for _ in range(TRIES):
                busy, _, _ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
                if not busy:
                    return True
                time.sleep(PAUSE_SECONDS)
    finally:
        engine.dispose()
    return False
