"""After a deletion, nothing of it in the store's own files: deleted rows are overwritten, free pages given back, the log cut off.

SQLite overwrites what is deleted (`secure_delete`, see `server/store/db.py`), but two things stay. Its write-ahead log has the pages as
they were before, until they are copied and the log is cut off; that needs a moment in which nobody reads. And where it once moved rows to
make room on a page, the room they left still has them; only writing the whole file anew ends that, which a large one waits with until
the night. PostgreSQL gives room back by its own vacuum, and whole months by dropping their partitions.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url

from policy.worktime import zone_named
from server.models import Setting
from server.organisation import AnySession, organisation
from server.store.db import engine_options, insert_into
from server.store.opened import Store
from server.store.turnstile import Turnstile

TRIES, PAUSE_SECONDS, BUSY_MS = 20, 0.25, 300
PAGES_AT_ONCE = 2_000
MOST_ROUNDS = 500
SMALL_BYTES = 1 << 30
NIGHT = range(1, 5)
ROOM_TIMES = 2.2
DAY_MS, WEEK_MS = 86_400_000, 7 * 86_400_000
REWRITTEN = "file_rewritten"
"""A setting: when the file was written anew last."""


def clean_files(store: Store) -> bool | None:
    """Give free pages back and cut the log off; return whether that was done, None where the store is no file of ours."""
    if _file_of(store) is None:
        return None
    with _own_cursor(store) as cursor:
        _give_pages_back(cursor)
        return _cut_log_off(cursor)


def may_rewrite(store: Store, now: int) -> bool:
    """Return whether the store's file can be written anew now: it is small, or it is night, and nobody will wait for it."""
    file = _file_of(store)
    if file is None or file.stat().st_size <= SMALL_BYTES:
        return True
    with store.readers.connect() as connection:
        zone = zone_named(organisation(connection).zone)
    return datetime.fromtimestamp(now / 1000, zone).hour in NIGHT


def rewrite(store: Store) -> bool | None:
    """Write the whole file anew, so that nothing is left between its rows; return whether that was done.

    None where the store is no file of ours. Everybody else who writes waits for their turn; it needs as much free disk again twice.
    """
    file = _file_of(store)
    if file is None:
        return None
    if shutil.disk_usage(file.parent).free < ROOM_TIMES * file.stat().st_size:
        return False
    turnstile = Turnstile(store.settings.data)
    try:
        with turnstile.turn(), _own_cursor(store) as cursor:
            if cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'path_words'").fetchone():
                cursor.execute("INSERT INTO path_words (path_words) VALUES ('optimize')")
            cursor.execute("VACUUM")
            return _cut_log_off(cursor)
    finally:
        turnstile.close()


def rewrite_is_due(session: AnySession, now: int, *, small: bool) -> bool:
    """Return whether the file was not written anew for a day, or for a week where it is large."""
    stored = session.execute(select(Setting.value).where(Setting.name == REWRITTEN)).scalar_one_or_none()
    return now - int(stored or 0) > (DAY_MS if small else WEEK_MS)


def rewrite_when_due(store: Store, now: int) -> bool:
    """Write the file anew if that is due and may be done now; return whether it was."""
    file = _file_of(store)
    if file is None or not may_rewrite(store, now):
        return False
    with store.readers.connect() as connection:
        if not rewrite_is_due(connection, now, small=file.stat().st_size <= SMALL_BYTES):
            return False
    row = {"name": REWRITTEN, "value": str(now)}
    done = bool(rewrite(store))
    if done:
        store.writer.do(
            lambda connection: connection.execute(
                insert_into(connection, Setting).values(row).on_conflict_do_update(index_elements=["name"], set_={"value": str(now)})
            )
        )
    return done


def _file_of(store: Store) -> Path | None:
    return Path(make_url(store.url).database or "") if store.url.startswith("sqlite") else None


@contextmanager
def _own_cursor(store: Store) -> Iterator[Any]:
    """Give a connection of our own, outside any transaction: what is done here cannot be done within one."""
    engine = create_engine(store.url, **engine_options(store.url))
    try:
        with closing(engine.raw_connection()) as connection:
            yield connection.cursor()
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
