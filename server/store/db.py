"""Engines for the one store, on SQLite (WAL, FULL) or PostgreSQL, and how several writers keep out of each other's way."""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Integer, MetaData, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from server.store import cipher

# Every constraint has a name, because SQLite can only change a table by rebuilding it and then must name what it drops.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_MS = 15_000
POSTGRESQL_SESSION = {
    "synchronous_commit": "on",  # an answer of 200 means: on the disk, whatever the database's own setting
    "lock_timeout": BUSY_MS,  # a server that hangs must not hang the others
    "idle_in_transaction_session_timeout": 60_000,
    "jit": "off",  # compiling a query costs more than any of ours runs
}
POSTGRESQL_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_SESSION.items()),
}
"""What libpq is told; the same word in DATABASE_URI's query wins."""
LOCKS = 0x574B504C
"""Our own part of PostgreSQL's numbers for advisory locks."""


class UnfitStoreError(RuntimeError):
    """The database that was named cannot be ours; the sentence says why and what to do."""


class Turn(IntEnum):
    """What only one of several servers may do at a time."""

    MIGRATION = 1
    JOBS = 2
    ORGANISATION = 3
    FIRST_OWNER = 4
    MOVE = 5
    RULES = 6
    USERS = 7


class Base(DeclarativeBase):
    """What every table of ours derives from."""

    metadata = MetaData(naming_convention=NAMES)


class Day(TypeDecorator[date]):
    """A local day, stored as its ordinal so that rows about days are integers."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:
        """To the store."""
        return None if value is None else value.toordinal()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """From the store."""
        return None if value is None else date.fromordinal(value)


def database_url(data: Path, uri: str | None) -> str:
    """Return the store's URL: `uri` when set (DATABASE_URI), else one file in the data folder."""
    if uri:
        return make_url(uri).render_as_string(hide_password=False).replace("postgresql://", "postgresql+psycopg://", 1)
    return f"sqlite:///{(data / 'workpulse.db').as_posix()}"


def writing_engine(url: str) -> Engine:
    """Return the engine of whoever changes the store: a server's one writer thread, or a command."""
    engine = create_engine(url, **engine_options(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_writer)
        event.listen(engine, "begin", _begin_immediately)
    return engine


def engine_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs beside the URL, for writers and readers alike."""
    if url.startswith("sqlite"):
        arguments: dict[str, Any] = {"timeout": BUSY_MS / 1000, "isolation_level": None, "check_same_thread": False}
        return cipher.engine_options(Path(make_url(url).database or ""), arguments)
    given = make_url(url).query
    wanted = {name: value for name, value in POSTGRESQL_CONNECT.items() if name not in given}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 15, "pool_timeout": 10, "connect_args": wanted}


def is_postgresql(connection: Connection | Engine) -> bool:
    """Return whether the store is PostgreSQL, where others may write at the same time."""
    return connection.dialect.name == "postgresql"


def insert_into(connection: Connection, table: Any) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say ON CONFLICT, which both stores know and SQLAlchemy's own does not."""
    return postgresql.insert(table) if is_postgresql(connection) else sqlite.insert(table)


def take_turn(connection: Connection, turn: Turn) -> None:
    """Wait until no other transaction is at the same thing; SQLite has one writer at a time anyway."""
    if is_postgresql(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:ours, :turn)"), {"ours": LOCKS, "turn": int(turn)})


def refuse_unfit(connection: Connection) -> None:
    """Raise UnfitStoreError when a PostgreSQL database cannot hold every text, or would sort texts otherwise than we do."""
    if not is_postgresql(connection):
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8" or not connection.execute(text("SELECT 'B' < 'a' AND 'a' < 'É'")).scalar_one():
        raise UnfitStoreError(
            "the database must be made with UTF-8 and the order of the C locale: "
            "createdb --template=template0 --encoding=UTF8 --locale=C NAME"
        )


def prepare_reader(engine: Engine) -> None:
    """Make every connection of `engine` unable to write, and each transaction one consistent picture."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_reader)
        event.listen(engine, "begin", _begin_deferred)
    else:
        event.listen(engine, "begin", _begin_read_only)


def _prepare_sqlite_writer(connection: Any, record: Any) -> None:
    for pragma in ("auto_vacuum=INCREMENTAL", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_sqlite_reader(connection: Any, record: Any) -> None:
    # Default cache and temp_store on purpose: SQLite's GROUP BY gets slower with the larger ones usually advised.
    connection.execute("PRAGMA query_only=ON")


def _begin_immediately(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_read_only(connection: Any) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
