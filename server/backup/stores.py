"""How each store is copied at one instant while it is written to, and put back: SQLite by its own copying, PostgreSQL by pg_dump."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from policy.summaries import BackupTrouble
from server.settings import Settings
from server.store import cipher
from server.store.db import database_url, writing_engine
from server.store.key_file import make_key, read_key
from server.store.opened import reading_engine

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE, DUMP = "workpulse.db", "workpulse.dump"
PACKAGES = "install PostgreSQL's client programs of the server's version (Debian: postgresql-client)"


class BackupError(RuntimeError):
    """A backup cannot be made, opened or put back; the sentence says why and what to do, `kind` what it is about."""

    def __init__(self, sentence: str, kind: BackupTrouble = BackupTrouble.OTHER) -> None:
        super().__init__(sentence)
        self.kind = kind


class Snapshot(NamedTuple):
    """A store as it was at one instant: the files that hold it, and a connection that sees exactly that."""

    kind: str
    files: list[Path]
    connection: Connection


@contextmanager
def snapshot(settings: Settings, scratch: Path) -> Iterator[Snapshot]:
    """Copy the store into the folder `scratch`, which is as well guarded as the store itself."""
    url = database_url(settings.data, settings.database_uri or None)
    with _sqlite(settings.data, scratch) if url.startswith("sqlite") else _postgresql(url, scratch) as taken:
        yield taken


@contextmanager
def _sqlite(data: Path, scratch: Path) -> Iterator[Snapshot]:
    source, copy = data / FILE, scratch / FILE
    if not source.exists():
        raise BackupError(f"there is no database in {data}", BackupTrouble.STORE)
    place = cipher.key_place(source)
    if place is not None:  # the copy is encrypted as well, and needs its key to be opened wherever it is put back
        make_key(scratch / (FILE + cipher.KEY), read_key(place))
    with closing(cipher.open_file(source)) as reading, closing(cipher.open_file(copy)) as writing:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    engine = reading_engine(f"sqlite:///{copy.as_posix()}")
    try:
        with engine.connect() as connection:
            yield Snapshot(SQLITE, [path for path in scratch.iterdir() if path.name in (FILE, FILE + cipher.KEY)], connection)
    finally:
        engine.dispose()


@contextmanager
def _postgresql(url: str, scratch: Path) -> Iterator[Snapshot]:
    engine = reading_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # it holds the instant as long as the copy takes
            exported = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            _run("pg_dump", url, "--format=custom", f"--snapshot={exported}", "--no-owner", "--no-privileges", f"--file={scratch / DUMP}")
            yield Snapshot(POSTGRESQL, [scratch / DUMP], connection)
    finally:
        engine.dispose()


def put_back(kind: str, folder: Path, data: Path, uri: str) -> str:
    """Make the store of a restored data folder out of the copied files and return its URL; raise BackupError when it cannot be."""
    if kind == SQLITE:
        if uri:
            raise BackupError("this is a backup of a SQLite store: put it back without --database-uri, then use `python server move`")
        for path in folder.iterdir():
            path.replace(data / path.name)
        return database_url(data, None)
    if not uri:
        raise BackupError("this is a backup of a PostgreSQL store: name an empty database with --database-uri postgresql://…")
    url = database_url(data, uri)
    _refuse_full(url)
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(folder / DUMP))
    return url


@contextmanager
def scratch_database(uri: str) -> Iterator[str]:
    """Make a database beside the one named, to try a backup out, and drop it again; its name tells what it is."""
    name = f"workpulse_verify_{os.urandom(6).hex()}"
    engine = writing_engine(database_url(Path(), uri))
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
            except DBAPIError as fault:
                raise BackupError(f"to try the backup out a database has to be made, which this user may not: {fault.orig}") from None
            try:
                yield make_url(uri).set(database=name).render_as_string(hide_password=False)
            finally:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


def _refuse_full(url: str) -> None:
    engine = reading_engine(url)
    try:
        with engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise BackupError("the database is not empty: nothing was put back")
    finally:
        engine.dispose()


def _run(program: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; what is secret goes by its environment, where other users cannot read it."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not here: {PACKAGES}", BackupTrouble.PROGRAM)
    place = make_url(url)
    environment = os.environ | {"PGAPPNAME": "workpulse backup", "PGDATABASE": place.database or ""}
    given: dict[str, Any] = {"PGHOST": place.host, "PGPORT": place.port, "PGUSER": place.username, "PGPASSWORD": place.password}
    given |= {f"PG{name.upper()}": place.query[name] for name in ("sslmode", "sslrootcert", "sslcert", "sslkey") if name in place.query}
    environment |= {name: str(value) for name, value in given.items() if value}
    into = ["--dbname", place.database or ""] if program == "pg_restore" else []
    done = subprocess.run([found, *into, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        why = done.stderr.strip().splitlines()[0] if done.stderr.strip() else done.returncode
        raise BackupError(f"{program} failed: {why}", BackupTrouble.STORE)
