"""`python server move`: a SQLite store becomes a PostgreSQL one, whatever interrupts it, and answers the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert

from server.models import HealthEvent, Person, Quarantined, Team, metadata
from server.people import team_named
from server.store.move import CannotMoveError, move
from tests.events import BORIS, MONDAY_NINE, activity, file, gap, health, network, notice, session
from tests.postgres import Postgres
from tests.server.conftest import Office

ROOT = Path(__file__).resolve().parents[2]
DAYS = {"from": "2025-11-16", "to": "2025-11-19"}


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    url = postgres.empty_database()
    yield url
    postgres.drop(url)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite with something in every table that can have anything."""
    office = Office(tmp_path / "office")
    for number, account in enumerate(("MERIDIAN\\anita", BORIS)):
        pc = office.enrol("Accounts" if number else "Sales", account, f"PC-{number} ünïcode 'quoted'")
        events = [
            notice(account=account),
            session(-1, "boot", account=account),
            *(activity(minute, account=account, title=f"Tab\tof {minute}\\N", site="example.com") for minute in range(60)),
            file(account=account, path="C:\\Users\\" + "ü" * 3000),
            network(),
            health(cpu_percent=0.1 + 0.2),
            gap(),
            b'{"kind":"nonsense","\xc3\xbc":"\\u0000"}',
            session(200, "shutdown", account=account),
        ]
        assert office.deliver(pc, events, epoch=f"{number:016x}", machine=f"m{number}").status_code == 200
    while office.rebuild():
        pass
    office.deliver(pc, [activity(300, account=BORIS)], first=len(events) + 1, epoch=f"{1:016x}", machine="m1")  # leaves a day dirty
    assert len(office.rows(Quarantined)) == 2
    yield office
    office.close()


def answers(office: Office) -> list[bytes]:
    tabs = [office.get(f"/api/v1/{tab}", **DAYS) for tab in ("overview", "applications")]
    replies = [*tabs, office.get("/api/v1/choices")]
    assert [reply.status_code for reply in replies] == [200] * 3
    return [reply.data for reply in replies]


@pytest.mark.feature("B10")
@pytest.mark.quality("L-04")
def test_a_moved_store_gives_the_same_bytes_and_goes_on(filled: Office, empty: str, tmp_path: Path) -> None:
    before = answers(filled)
    devices = filled.get("/api/v1/devices", "ivan").json["devices"]
    said: list[str] = []
    move(filled.core.settings.data, empty, said.append)
    assert {line.split(":")[0] for line in said if line.endswith("equal")} == {table.name for table in metadata.sorted_tables}
    moved = Office(tmp_path / "moved", empty, twin=filled)
    try:
        assert answers(moved) == before
        assert moved.get("/api/v1/devices", "ivan").json["devices"] == devices
        for table in metadata.sorted_tables:
            assert [tuple(row) for row in moved.rows_of(table)] == [tuple(row) for row in filled.rows_of(table)], table.name
        pc = moved.enrol(hostname="PC-new", account="MERIDIAN\\new")  # new rows are numbered after the moved ones
        assert moved.deliver(pc, [notice(account="MERIDIAN\\new")], epoch="f" * 16, machine="m9").status_code == 200
        assert moved.core.writer.do(lambda connection: team_named(connection, "New")) > max(row.id for row in filled.rows(Team))
        assert moved.rebuild() == filled.rebuild() > 0
    finally:
        moved.close()


def test_a_target_with_other_data_is_refused_and_left_alone(filled: Office, database: str, tmp_path: Path) -> None:
    other = Office(tmp_path / "other", database)
    people = other.rows(Person)
    with pytest.raises(CannotMoveError, match="holds data already"):
        move(filled.core.settings.data, database, print)
    assert other.rows(Person) == people
    other.close()


def test_a_finished_move_is_not_done_twice(filled: Office, empty: str) -> None:
    move(filled.core.settings.data, empty, lambda line: None)
    with pytest.raises(CannotMoveError, match="holds data already"):
        move(filled.core.settings.data, empty, lambda line: None)


def test_a_store_that_is_none_and_a_target_that_is_none_are_refused(filled: Office, tmp_path: Path) -> None:
    with pytest.raises(CannotMoveError, match="no SQLite store"):
        move(tmp_path / "nowhere", "postgresql://127.0.0.1/x", print)
    with pytest.raises(CannotMoveError, match="must be a PostgreSQL address"):
        move(filled.core.settings.data, f"sqlite:///{tmp_path}/x.db", print)


def test_a_difference_is_found_and_said(filled: Office, empty: str) -> None:
    def spoil(line: str) -> None:
        if line.startswith("account:") and "copied" in line:
            with psycopg.connect(empty) as connection:
                connection.execute("UPDATE account SET notice_at = notice_at + 1")

    with pytest.raises(CannotMoveError, match="table account differs"):
        move(filled.core.settings.data, empty, spoil)


MANY = 120_000


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Office]:
    """An office with enough rows for a move to take a while."""
    office = Office(tmp_path / "large")
    pc = office.enrol()
    assert office.deliver(pc, [notice(), health(), *(activity(minute) for minute in range(100))]).status_code == 200
    [row] = [dict(row._mapping) for row in office.rows(HealthEvent)]
    rows = [row | {"seq": 1000 + number, "at": MONDAY_NINE + number * 1000} for number in range(MANY)]
    office.core.writer.do(lambda connection: connection.execute(insert(HealthEvent), rows))
    yield office
    office.close()


def begin_moving(office: Office, target: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "server"), "move", "--data", str(office.core.settings.data), "--to", target]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.feature("B10")
def test_a_killed_move_goes_on_where_it_was(large: Office, empty: str) -> None:
    process = begin_moving(large, empty)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("health_event: 30000"):
            process.send_signal(signal.SIGKILL)
            break
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    with psycopg.connect(empty) as connection:
        there = connection.execute("SELECT count(*) FROM health_event").fetchone()
    assert there is not None
    assert 30_000 <= there[0] <= MANY

    done = begin_moving(large, empty)
    out, fault = done.communicate(timeout=120)
    assert done.returncode == 0, fault
    copied = [int(line.split()[1]) for line in out.splitlines() if line.startswith("health_event:") and "copied" in line]
    assert max(copied, default=0) == MANY + 1 - there[0]
    assert f"health_event: {MANY + 1} rows, sha256" in out
    assert "moved: every table is equal" in out


def test_nobody_serves_a_half_moved_database(filled: Office, empty: str, tmp_path: Path) -> None:
    def stop(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(filled.core.settings.data, empty, stop)
    command = [sys.executable, str(ROOT / "server"), "init-db", "--data", str(tmp_path / "new"), "--database-uri", empty]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "a move into this database is not finished" in refused.stderr
    move(filled.core.settings.data, empty, lambda line: None)
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0


def test_a_running_server_is_not_moved(filled: Office, empty: str) -> None:
    from server.serve import lock

    with lock(filled.core.settings.data):
        process = begin_moving(filled, empty)
        _, fault = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "another server is running" in fault


def test_a_database_that_is_away_is_said_in_a_sentence(tmp_path: Path) -> None:
    command = [
        sys.executable,
        str(ROOT / "server"),
        "init-db",
        "--data",
        str(tmp_path),
        "--database-uri",
        "postgresql://me:secret@127.0.0.1:1/x",
    ]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: the database cannot be used:")
    assert "secret" not in refused.stderr
