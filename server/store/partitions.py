"""Spans and file events on PostgreSQL lie in a partition for each month: made ahead, dropped whole once all in it has outlived its period.

```
span         |span_2026_09|span_2026_10|span_2026_11|span_2026_12|span_2027_01|
span_rest    what no month was made for: a PC with a wrong clock, a backlog from long ago
```
SQLite has one table of the same name instead; nobody who reads or writes notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from server.models import FileEvent, Span
from server.store.db import is_postgresql

PARTITIONED: dict[str, Any] = {"span": Span.start, "file_event": FileEvent.at}
"""Table: the instant its months are cut by."""
MONTHS_AHEAD = 2
MOST_MONTHS = 120
NAME = re.compile(rf"({'|'.join(PARTITIONED)})_(?:rest|(\d{{4}})_(\d\d))")

PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(:table) ORDER BY 1"
REST = "CREATE TABLE IF NOT EXISTS {table}_rest PARTITION OF {table} DEFAULT"
MONTH = (
    "CREATE TABLE {name} (LIKE {table} INCLUDING ALL)",
    # Rows of the month may lie in the rest already; the partition cannot be attached before they are out of there.
    "WITH moved AS (DELETE FROM {table}_rest WHERE {instant} >= {first} AND {instant} < {end} RETURNING *)"
    " INSERT INTO {name} SELECT * FROM moved",
    "ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})",
)


def is_partition(name: str) -> bool:
    """Return whether a table of this name is only a part of one of ours."""
    return NAME.fullmatch(name) is not None


def make_rest(connection: Connection) -> None:
    """Make the partitions that take what belongs nowhere else, without which nothing could be stored."""
    if is_postgresql(connection):
        for table in PARTITIONED:
            if connection.execute(text("SELECT to_regclass(:table)"), {"table": table}).scalar_one() is not None:
                connection.execute(text(REST.format(table=table)))


def make_ahead(connection: Connection, now: int) -> None:
    """Make the partitions of last month, this one and the next ones."""
    this = _month_of(now)
    _make(connection, list(PARTITIONED), [_add_months(this, step) for step in range(-1, MONTHS_AHEAD + 1)])


def make_for(source: Connection, target: Connection) -> None:
    """Make the partitions in `target` that hold what is in `source`, as far as a believable clock stamped it."""
    for table, instant in PARTITIONED.items():
        first, last = source.execute(select(func.min(instant), func.max(instant))).one()
        if first is not None:
            months = [month for step in range(MOST_MONTHS) if (month := _add_months(_month_of(last), -step)) >= _month_of(first)]
            _make(target, [table], months)


def drop_past(connection: Connection, table: str, cutoff: int) -> int:
    """Drop the partitions of which everything is older than `cutoff`; return how many rows went with them."""
    gone = 0
    for name, month in _months_there(connection, table):
        if _instant(_add_months(month, 1)) <= cutoff:
            gone += connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608 — our own name
            connection.execute(text(f"DROP TABLE {name}"))
    return gone


def _make(connection: Connection, tables: list[str], months: list[date]) -> None:
    if not is_postgresql(connection):
        return
    for table in tables:
        there = {month for _, month in _months_there(connection, table)}
        for month in sorted(set(months) - there):
            places = {
                "table": table,
                "instant": PARTITIONED[table].name,
                "name": f"{table}_{month:%Y_%m}",
                "first": _instant(month),
                "end": _instant(_add_months(month, 1)),
            }
            for statement in MONTH:
                connection.execute(text(statement.format(**places)))


def _months_there(connection: Connection, table: str) -> Iterator[tuple[str, date]]:
    if not is_postgresql(connection):
        return
    for name in connection.execute(text(PARTITIONS), {"table": table}).scalars().all():
        found = NAME.fullmatch(name)
        if found is not None and found[2]:
            yield name, date(int(found[2]), int(found[3]), 1)


def _month_of(instant: int) -> date:
    return datetime.fromtimestamp(instant / 1000, UTC).date().replace(day=1)


def _add_months(month: date, step: int) -> date:
    years, month_number = divmod(month.year * 12 + month.month - 1 + step, 12)
    return date(years, month_number + 1, 1)


def _instant(month: date) -> int:
    return int(datetime(month.year, month.month, 1, tzinfo=UTC).timestamp()) * 1000
