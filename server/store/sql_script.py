"""The store's tables as an SQL script, made from the models: for whoever looks them over, or may not let a program make them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import create_mock_engine
from sqlalchemy.engine import make_url

from server import migrations
from server.models import metadata
from server.store import guards, partitions

DIALECTS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}
BEFORE = {
    "sqlite": ("PRAGMA auto_vacuum=INCREMENTAL", "PRAGMA journal_mode=WAL"),
    "postgresql": ("SET client_encoding = 'UTF8'",),
}
REVISION = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('{newest}')",
)


def as_script(dialect: str) -> str:
    """Return statements that make an empty database what `init-db` makes of it; a server finds nothing left to do."""
    newest = migrations.newest_revision()
    heading = f"-- WorkPulse, every table of revision {newest}, for an empty {dialect} database. Made by `python server sql`."
    statements = [*BEFORE[dialect], "BEGIN", *_tables(dialect), *_extras(dialect)]
    statements += [one.format(newest=newest) for one in REVISION]
    return "\n\n".join([heading, *(f"{statement.strip()};" for statement in [*statements, "COMMIT"])])


def _tables(dialect: str) -> list[str]:
    found: list[str] = []

    def note(statement: Any, *_: object) -> None:
        found.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine(make_url(DIALECTS[dialect]), note)
    metadata.create_all(engine, checkfirst=False)
    return found


def _extras(dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield from (partitions.REST.format(table=table) for table in partitions.PARTITIONED)
    yield from guards.statements(dialect)
