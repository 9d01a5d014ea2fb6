"""The SQL scripts: run by the stores' own tools they make exactly what `init-db` makes."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from server import migrations
from server.models import metadata
from server.store import sql_script
from server.store.db import database_url
from server.store.partitions import is_partition
from tests.postgres import PROGRAMS, Postgres

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}
INDEXES = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1",
}


def shape(connection: Connection) -> dict[str, list[tuple[str, ...]]]:
    dialect = connection.dialect.name
    return {
        name: [tuple(row) for row in connection.execute(text(question[dialect]))]
        for name, question in {"triggers": TRIGGERS, "indexes": INDEXES}.items()
    }


def difference(connection: Connection) -> list[object]:
    options = {"compare_type": True, "render_as_batch": True, "include_name": lambda name, *_: not is_partition(str(name))}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def looked_at(url: str) -> tuple[dict[str, list[tuple[str, ...]]], list[object]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return shape(connection), difference(connection)
    finally:
        engine.dispose()


@pytest.mark.feature("B04")
def test_sqlites_own_shell_makes_what_init_db_makes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir(), (tmp_path / "other").mkdir()
    ours, scripted = database_url(tmp_path / "one", None), database_url(tmp_path / "other", None)
    migrations.upgrade(ours)
    with sqlite3.connect(tmp_path / "other" / "workpulse.db") as shell:
        shell.executescript(sql_script.as_script("sqlite"))
    shell.close()
    migrations.upgrade(scripted)  # a server finds nothing to do
    assert looked_at(scripted) == looked_at(ours)
    assert looked_at(scripted)[1] == []


@pytest.mark.feature("B04")
def test_psql_makes_what_init_db_makes(postgres: Postgres, tmp_path: Path) -> None:
    ours, scripted = (database_url(tmp_path, url) for url in (postgres.migrated_database(), postgres.empty_database()))
    script = tmp_path / "tables.sql"
    script.write_text(sql_script.as_script("postgresql"), "utf-8")
    command = [str(PROGRAMS[-1] / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), scripted.replace("+psycopg", "")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    migrations.upgrade(scripted)
    try:
        assert looked_at(scripted) == looked_at(ours)
        assert looked_at(scripted)[1] == []
    finally:
        for url in (ours, scripted):
            postgres.drop(url.replace("+psycopg", ""))
