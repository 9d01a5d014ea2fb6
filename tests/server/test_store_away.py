"""The store's file cannot be written for a while: PCs are told to come again, nothing is half there, and it goes on by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from server.models import Span
from tests.events import activity, notice
from tests.server.conftest import Office, on_sqlite_only


def set_pragma(office: Office, pragma: str) -> None:
    """Have the writer's one connection obey `pragma` from now on."""
    borrowed = office.core._writing.raw_connection()
    borrowed.driver_connection.execute(f"PRAGMA {pragma}").fetchall()  # type: ignore[union-attr]
    borrowed.close()


def read_only(office: Office) -> Callable[[], None]:
    """SQLite answers "attempt to write a readonly database"."""
    set_pragma(office, "query_only=ON")
    return lambda: set_pragma(office, "query_only=OFF")


def held_by_another_program(office: Office) -> Callable[[], None]:
    set_pragma(office, "busy_timeout=50")  # it waits for seconds otherwise
    other = sqlite3.connect(office.core.settings.data / "workpulse.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


@on_sqlite_only
@pytest.mark.quality("R-09")
@pytest.mark.parametrize("trouble", [read_only, held_by_another_program])
def test_while_the_file_cannot_be_written_pcs_are_told_to_come_again_and_then_all_is_there(
    office: Office, trouble: Callable[[Office], Callable[[], None]]
) -> None:
    pc = office.enrol()
    assert office.deliver(pc, [notice(), activity(0)]).status_code == 200
    end = trouble(office)
    for _ in range(3):
        refused = office.deliver(pc, [activity(1), activity(2)], first=3)
        assert (refused.status_code, refused.json["reason"]) == (503, "store_unavailable")  # type: ignore[index]
        assert int(refused.headers["Retry-After"]) > 0
    assert office.client.get("/health").status_code == 200
    end()
    assert office.deliver(pc, [activity(1), activity(2)], first=3).json["acked"] == 4  # type: ignore[index]
    assert [row.seq for row in office.rows(Span)] == [2, 3, 4]
