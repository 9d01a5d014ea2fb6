"""Making a plain database an encrypted one and back: the new file is whole and compared before it takes the old one's place."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from server.backup.stores import FILE, BackupError
from server.store import cipher
from server.store.key_file import read_key

PART = ".changed"


def encrypt(data: Path, elsewhere: Path | None) -> str:
    """Encrypt the database of a data folder, or have it encrypted once it is made; return what was done, in a sentence."""
    cipher.module()
    database = data / FILE
    if database.exists() and not cipher.is_plain(database):
        raise BackupError("the database is encrypted already")
    place = cipher.choose(database, elsewhere)
    if database.exists():
        _change(database, key_before=None, key_after=read_key(place))
    return f"encrypted; the key is {place.absolute()}. Without it nobody reads the database: keep a copy of it apart from this PC."


def decrypt(data: Path) -> str:
    """Make the database of a data folder a plain file again; its key stays where it is, for the backups that were made."""
    database = data / FILE
    place = cipher.key_place(database)
    if place is None or not database.exists():
        raise BackupError("the database is not encrypted")
    _change(database, key_before=read_key(place), key_after=None)
    return f"a plain file again; {place.absolute()} is not needed any more"


def _change(database: Path, key_before: bytes | None, key_after: bytes | None) -> None:
    """Write the database anew under another key, or none; until the last moment the old file is what it was."""
    part = database.with_name(database.name + PART)
    part.unlink(missing_ok=True)
    with closing(_open(database, key_before)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ATTACH DATABASE ? AS changed KEY ?", (str(part), f"x'{key_after.hex()}'" if key_after else ""))
        connection.execute("PRAGMA changed.auto_vacuum=INCREMENTAL")
        connection.execute("SELECT sqlcipher_export('changed')")
        wanted = _rows(connection, "main")
        if _rows(connection, "changed") != wanted:
            raise BackupError("the changed file is not what the old one was: nothing was changed")
        connection.execute("DETACH DATABASE changed")
    with closing(_open(part, key_after)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise BackupError("the changed file is not whole: nothing was changed")
    part.chmod(0o600)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(database)
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _open(database: Path, key: bytes | None) -> Any:
    connection = cipher.module().connect(str(database), isolation_level=None)
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _rows(connection: Any, schema: str) -> dict[str, int]:
    """Return the rows of each table; the names are our own."""
    names = [row[0] for row in connection.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'")]  # noqa: S608
    return {name: connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone()[0] for name in names}  # noqa: S608
