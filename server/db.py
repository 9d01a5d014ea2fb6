"""Engines for the one store: a writer and readers, on SQLite (WAL, FULL) or PostgreSQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# Every constraint has a name, because SQLite can only change a table by rebuilding it and then must name what it drops.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_MS = 15_000


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
        return {"connect_args": {"timeout": BUSY_MS / 1000, "isolation_level": None, "check_same_thread": False}}
    return {"pool_pre_ping": True}


def prepare_reader(engine: Engine) -> None:
    """Make every connection of `engine` unable to write, and each transaction one consistent picture."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_reader)
        event.listen(engine, "begin", _begin_deferred)
    else:
        event.listen(engine, "begin", _begin_read_only)


def _prepare_sqlite_writer(connection: Any, record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
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
