"""Months on PostgreSQL: made ahead, emptied out of the rest, dropped whole; each row stays where it was for whoever reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from server.clock import now_ms
from server.models import FileEvent, Span
from server.rights import retention
from server.store import partitions
from tests.events import MINUTE_MS, activity, file, notice
from tests.server.conftest import Office

DAY_MS = 86_400_000


@pytest.fixture
def office(tmp_path: Path, database: str) -> object:
    made = Office(tmp_path, database)
    yield made
    made.close()


def months(office: Office, table: str = "span") -> dict[str, int]:
    """Return {partition: rows}."""
    with office.core.readers.connect() as connection:
        names = connection.execute(text(partitions.PARTITIONS), {"table": table}).scalars().all()
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def make_ahead(office: Office, now: int) -> None:
    office.core.writer.do(lambda connection: partitions.make_ahead(connection, now))


def test_months_are_made_ahead_and_again_changes_nothing(office: Office) -> None:
    november = 1_794_000_000_000  # 2026-11-06
    assert list(months(office)) == ["span_rest"]
    for _ in range(2):
        make_ahead(office, november)
        assert list(months(office)) == ["span_2026_10", "span_2026_11", "span_2026_12", "span_2027_01", "span_rest"]
        assert min(months(office, "file_event")) == "file_event_2026_10"


def test_what_came_before_its_month_was_made_moves_into_it(office: Office) -> None:
    now = now_ms() // MINUTE_MS * MINUTE_MS
    recent = [activity(start=now - minute * MINUTE_MS) for minute in range(1, 6)]
    old = [activity(start=now - 300 * DAY_MS)]
    assert office.deliver(office.enrol(), [notice(), *recent, *old, file()]).status_code == 200
    before = office.rows(Span), office.rows(FileEvent)
    assert months(office) == {"span_rest": 6}
    make_ahead(office, now)
    found = months(office)
    assert found.pop("span_rest") == 1
    assert sum(found.values()) == 5
    assert (office.rows(Span), office.rows(FileEvent)) == before


@pytest.mark.feature("N12")
def test_a_month_that_has_outlived_its_period_is_dropped_whole(office: Office) -> None:
    now = now_ms() // MINUTE_MS * MINUTE_MS
    for back in (200, 150, 0):
        make_ahead(office, now - back * DAY_MS)
    events = [notice(), *(activity(start=now - days * DAY_MS) for days in (200, 150, 80, 1))]
    assert office.deliver(office.enrol(), events).status_code == 200
    gone = retention.purge(office.core.readers, office.core.writer, now)
    assert gone["span"] == 2
    assert len(office.rows(Span)) == 2
    kept = [name for name in months(office) if name != "span_rest"]
    oldest = min(kept)
    cutoff = partitions._month_of(now - 90 * DAY_MS)
    assert oldest >= f"span_{cutoff:%Y_%m}"


def test_a_name_of_a_partition_is_told_from_a_table() -> None:
    assert all(map(partitions.is_partition, ("span_rest", "span_2026_11", "file_event_2026_01")))
    assert not any(map(partitions.is_partition, ("span", "file_event", "network_span", "span_2026", "rest")))
