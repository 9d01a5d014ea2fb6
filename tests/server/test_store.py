"""The store: migrations up and down, the one writer, certificates and settings."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography import x509
from sqlalchemy import Connection, Engine, create_engine, func, insert, inspect, select, text

from server import migrations
from server.models import Team, metadata
from server.settings import as_table, load
from server.store import cipher
from server.store.db import database_url, writing_engine
from server.store.opened import reading_engine
from server.store.partitions import is_partition
from server.store.writer import StoreUnavailableError, Writer
from server.tls import LEAF_LIFE, SERVER_NAME, identity
from tests.postgres import Postgres

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def revisions() -> list[str]:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store without a table."""
    if request.param == "sqlite":
        yield database_url(tmp_path, None)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    empty = postgres.empty_database()
    yield database_url(tmp_path, empty)
    postgres.drop(empty)


@pytest.mark.feature("B01", "B02", "B03", "B11")
def test_the_newest_revision_equals_the_models(url: str) -> None:
    migrations.upgrade(url)
    migrations.upgrade(url)  # again: nothing to do
    with disposed(writing_engine(url)) as engine, engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": True, "include_name": lambda name, *_: not is_partition(str(name))}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


ANOTHER_PROCESS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO team VALUES (1, 'x', 1)")
connection.commit()
connection.close()
"""


def test_looking_whether_a_file_is_encrypted_takes_no_lock_away_from_those_who_have_it_open(tmp_path: Path) -> None:
    url, database = database_url(tmp_path, None), tmp_path / "workpulse.db"
    migrations.upgrade(url)
    count = select(func.count()).select_from(Team)
    with disposed(reading_engine(url)) as engine:
        with engine.connect() as connection:
            assert connection.execute(count).scalar_one() == 0
        assert cipher.is_plain(database)
        assert cipher.key_place(database) is None
        subprocess.run([sys.executable, "-c", ANOTHER_PROCESS, str(database)], check=True)
        assert database.with_name("workpulse.db-wal").exists(), "the other process did not believe to be the last one"
        with engine.connect() as connection:
            assert connection.execute(count).scalar_one() == 1


def test_every_revision_goes_up_and_comes_down_again(url: str) -> None:
    for revision in revisions():
        before = shape_of(url)
        migrations.upgrade(url, revision)
        after = shape_of(url)
        migrations.downgrade(url, "-1")
        assert shape_of(url) == before
        migrations.upgrade(url, revision)
        assert shape_of(url) == after


@contextmanager
def disposed(engine: Engine) -> Iterator[Engine]:
    yield engine
    engine.dispose()


def shape_of(url: str) -> dict[str, set[str]]:
    engine = create_engine(url)
    found = inspect(engine)
    shape = {
        table: {column["name"] for column in found.get_columns(table)} for table in found.get_table_names() if table != "alembic_version"
    }
    engine.dispose()
    return shape


def test_a_revision_imports_nothing_of_ours() -> None:
    for path in (Path(migrations.__file__).parent / "versions").glob("*.py"):
        assert "server" not in path.read_text("utf-8").replace("sa.", "")


def test_the_writer_syncs_fully_and_readers_cannot_write(tmp_path: Path) -> None:
    url = database_url(tmp_path, None)
    migrations.upgrade(url)
    with writing_engine(url).connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    with reading_engine(url).connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.execute(insert(Team).values(name="x"))


@pytest.fixture
def writer(url: str) -> Iterator[Writer]:
    migrations.upgrade(url)
    engine = writing_engine(url)
    made = Writer(engine)
    yield made
    made.close()
    engine.dispose()


def add(name: str) -> object:
    return lambda connection: connection.execute(insert(Team).values(name=name)).rowcount


def names(connection: Connection) -> set[str]:
    return set(connection.execute(select(Team.name)).scalars())


def test_many_callers_share_a_commit_and_one_failure_undoes_only_its_own(writer: Writer) -> None:
    start = threading.Barrier(20)

    def one(at: int) -> str:
        start.wait()
        try:
            writer.do(add("twice" if at % 2 else f"team {at}"))  # type: ignore[arg-type]
        except Exception as fault:
            return type(fault).__name__
        return "done"

    with ThreadPoolExecutor(20) as pool:
        outcomes = sorted(pool.map(one, range(20)))
    assert outcomes == ["IntegrityError"] * 9 + ["done"] * 11
    assert writer.do(names) == {"twice"} | {f"team {at}" for at in range(0, 20, 2)}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_nobody_is_told_done_when_the_commit_fails(writer: Writer) -> None:
    def no_room(connection: Connection) -> None:
        connection.execute(text("PRAGMA max_page_count=1"))
        for at in range(500):
            connection.execute(insert(Team).values(name=f"{at}" * 40))

    with pytest.raises(StoreUnavailableError):
        writer.do(no_room)
    writer.do(lambda connection: connection.execute(text("PRAGMA max_page_count=1073741823")))
    assert writer.do(names) == set()
    writer.do(add("after"))  # type: ignore[arg-type]
    assert writer.do(names) == {"after"}


def test_the_keys_are_the_owners_alone_and_the_chain_verifies(tmp_path: Path) -> None:
    made = identity(tmp_path, ["pc.example", "192.0.2.5"], NOW)
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 for name in ("ca.key", "server.key"))
    leaf, ca = x509.load_pem_x509_certificates(made.chain.read_bytes())
    leaf.verify_directly_issued_by(ca)
    names_in_it = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {SERVER_NAME, "pc.example", "localhost"} <= set(names_in_it.get_values_for_type(x509.DNSName))
    assert "192.0.2.5" in map(str, names_in_it.get_values_for_type(x509.IPAddress))


def test_a_leaf_is_renewed_in_time_and_the_ca_stays(tmp_path: Path) -> None:
    first = identity(tmp_path, [], NOW)
    old = first.chain.read_bytes()
    assert identity(tmp_path, [], NOW + timedelta(days=30)).chain.read_bytes() == old
    later = identity(tmp_path, [], NOW + LEAF_LIFE - timedelta(days=30))
    assert later.chain.read_bytes() != old
    assert later.fingerprint == first.fingerprint
    renamed = identity(tmp_path, ["new-name"], NOW + LEAF_LIFE - timedelta(days=30))
    assert renamed.chain.read_bytes() != later.chain.read_bytes() or renamed.fingerprint == first.fingerprint


@pytest.mark.feature("Q01")
def test_settings_come_from_the_command_line_then_the_environment_then_the_default(tmp_path: Path) -> None:
    environment = {"WORKPULSE_PORT": "6060", "WORKPULSE_THREADS": "8"}
    assert load({"port": 7070}, environment).port == 7070
    assert load({}, environment).port == 6060
    assert load({}, {}).port == 5050
    with pytest.raises(ValueError, match="WORKPULSE_PORT is 'many'"):
        load({}, {"WORKPULSE_PORT": "many"})
    with pytest.raises(ValueError, match="port must be"):
        load({"port": 70000}, {})


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text("utf-8")
    assert as_table() in page


def test_postgresql_addresses_name_the_driver(tmp_path: Path) -> None:
    assert database_url(tmp_path, "postgresql://u:p@h:5/d") == "postgresql+psycopg://u:p@h:5/d"
