"""Kill PostgreSQL, or either of two servers on it, with -9 during ingest; nothing acknowledged is lost and nothing is stored twice.

`WORKPULSE_POSTGRESQL_KILLS` sets the number of kills of each (4; on demand 50).
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.agent.screen import wait_for
from tests.faults.test_killed_server import EVERY_ROW, Row, Verdict, ordeal
from tests.postgres import NOT_INSTALLED, Postgres, installed
from tests.real_server import RealServer

KILLS = int(os.environ.get("WORKPULSE_POSTGRESQL_KILLS", "4"))


@pytest.fixture
def stock_postgres() -> Iterator[Postgres]:
    """A PostgreSQL with the settings it comes with, to be killed; the others' goes on."""
    if not installed():
        pytest.skip(NOT_INSTALLED)
    postgres = Postgres()
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()


def rows_in(url: str) -> list[Row]:
    with psycopg.connect(url) as connection:
        return connection.execute(EVERY_ROW).fetchall()


def judge(verdict: Verdict) -> None:
    print(f"\n{KILLS} kills: {verdict}")
    assert (verdict.lost, verdict.twice, verdict.balanced) == (0, 0, True)
    assert verdict.came_twice > 0, "the path of a batch that comes twice did not really run"


@pytest.mark.quality("R-23")
@pytest.mark.timeout(KILLS * 30 + 120)
@pytest.mark.parametrize("victim", ["postmaster", "backend"])
def test_postgresql_killed_again_and_again_loses_nothing_that_was_acknowledged(
    tmp_path: Path, stock_postgres: Postgres, victim: str
) -> None:
    url = stock_postgres.empty_database()
    server = RealServer(tmp_path, database_uri=url)
    server.start()

    def strike() -> None:
        if victim == "postmaster":
            stock_postgres.kill()
        else:
            wait_for(stock_postgres.kill_a_backend, 20)  # after the last blow the server takes a moment to connect again
        stock_postgres.start()

    judge(ordeal([server], KILLS, strike, lambda: rows_in(url)))
    assert "a fault of ours" not in server.log()


@pytest.mark.quality("R-01")
@pytest.mark.timeout(KILLS * 30 + 120)
def test_either_of_two_servers_killed_loses_nothing_and_stores_nothing_twice(tmp_path: Path, stock_postgres: Postgres) -> None:
    url = stock_postgres.empty_database()
    first = RealServer(tmp_path / "first", database_uri=url)
    first.start()
    second = first.twin(tmp_path / "second")
    second.start()
    chance = random.Random(2)

    def strike() -> None:
        victim = chance.choice([first, second])
        victim.kill()
        victim.start()

    judge(ordeal([first, second], KILLS, strike, lambda: rows_in(url)))
