"""SQLite's file encrypted as a whole by SQLCipher, where the office chose so: a key beside the file, or wherever it says."""

from __future__ import annotations

import os
import sqlite3
import sys
from functools import partial
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from server.store.key_file import KeyUnreadableError, make_or_read_key, read_key

_HANDLES: dict[tuple[int, int], int] = {}
_LOOKING = Lock()
KEY, POINTER = ".key", ".keyfile"
"""What stands behind the database's name: the key itself, or a line of text that says where it is (a stick, another disk)."""
PLAIN = b"SQLite format 3\0"
"""How a file that is not encrypted begins: it decides, so that a change that was interrupted leaves a file that opens."""


def key_place(database: Path) -> Path | None:
    """Return where the key of a database is; None where the file is not encrypted, or not to be."""
    pointer, own = (database.with_name(database.name + ending) for ending in (POINTER, KEY))
    if not (pointer.exists() or own.exists()) or is_plain(database):
        return None
    return Path(pointer.read_text("utf-8").strip()) if pointer.exists() else own


def is_plain(database: Path) -> bool:
    """Return whether there is a database that anybody can read.

    Where a process closes any handle of a file, POSIX takes all its locks on it away, those of SQLite's own connections too; another
    process that ends then believes to be the last one and deletes the log that these still write to. So this handle stays open.
    """
    try:
        if sys.platform == "win32":
            with database.open("rb") as file:
                return file.read(len(PLAIN)) == PLAIN
        with _LOOKING:
            return os.pread(_handle(database), len(PLAIN), 0) == PLAIN
    except OSError:
        return False


def _handle(database: Path) -> int:
    """Return the one handle by which this process looks at a file's beginning."""
    told = database.stat()
    place = (told.st_dev, told.st_ino)
    if place not in _HANDLES:
        _HANDLES[place] = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
    return _HANDLES[place]


def choose(database: Path, elsewhere: Path | None = None) -> Path:
    """Make the key of a database, or take the one that is there, beside it or `elsewhere`, and return where it is."""
    if elsewhere is None:
        place = database.with_name(database.name + KEY)
        make_or_read_key(place)
        return place
    make_or_read_key(elsewhere)
    database.with_name(database.name + POINTER).write_text(f"{elsewhere.absolute()}\n", "utf-8")
    return elsewhere


def engine_options(database: Path, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what makes SQLAlchemy open a file; KeyUnreadableError when it is encrypted and its key is away."""
    place = key_place(database)
    if place is None:
        return {"connect_args": arguments}
    return {"module": module(), "creator": partial(_connect, database, read_key(place), arguments)}


def open_file(database: Path) -> Any:
    """Return a connection of the file's own driver, beside SQLAlchemy."""
    place = key_place(database)
    return (
        sqlite3.connect(database, isolation_level=None) if place is None else _connect(database, read_key(place), {"isolation_level": None})
    )


def module() -> ModuleType:
    """Return SQLCipher's driver, which speaks as Python's own; raise KeyUnreadableError where it is not installed."""
    try:
        from sqlcipher3 import dbapi2  # a second SQLite in the process: only where it is wanted
    except ImportError:
        raise KeyUnreadableError("the database is encrypted, but the package sqlcipher3 is not installed here") from None
    return dbapi2  # type: ignore[no-any-return]


def _connect(database: Path, key: bytes, arguments: dict[str, Any]) -> Any:
    """Open an encrypted file; the key is whole, so that no connection pays for stretching a passphrase."""
    driver: Any = module()
    connection = driver.connect(str(database), **arguments)
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.OperationalError:
        return connection  # busy, or away: whoever asks next is told
    except driver.DatabaseError:
        connection.close()
        raise KeyUnreadableError(f"the key does not open {database.name}: it is another database's, or the file is damaged") from None
    return connection
