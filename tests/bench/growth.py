"""How the cost of a question grows with people and with history: `python -m tests.bench.growth`.

First the people grow and the question is about the same 30 days; then the history grows and the question is about the same week of 50
people. The figure that counts is the last column: the CPU beside that of the row it grew from. `WORKPULSE_MOST` (500) ends the first table,
`WORKPULSE_HISTORY` (600 days) the second.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from server.models import LedgerStamp, Span
from server.people import visible_people
from server.queries.selection import Selection
from server.store.db import database_url
from server.store.opened import reading_engine
from tests.bench.queries import OWNER, TABS, Took, measured, put_into_pages
from tests.bench.seed import seed

MOST, HISTORY = int(os.environ.get("WORKPULSE_MOST", 500)), int(os.environ.get("WORKPULSE_HISTORY", 600))
PEOPLE = (5, 50, 500, 5000)
DAYS = (30, 90, 180, 300, 600)
SPANS = 320


def main() -> None:
    """Print both tables."""
    print("people grow, 30 days of as many are asked for")
    _table((people, 60, 30) for people in PEOPLE if people <= MOST)
    print("history grows, the last 7 days of 50 people are asked for")
    _table((50, days, 7) for days in DAYS if days <= HISTORY)


def _table(sizes: Iterator[tuple[int, int, int]]) -> None:
    at_first: dict[tuple[str, str], Took] = {}
    for people, days, asked in sizes:
        with tempfile.TemporaryDirectory() as folder:
            seed(Path(folder), people, days, SPANS)
            spans, found = _measured(Path(folder), asked)
        for one in found:
            first = at_first.setdefault((one.tab, one.scope), one)
            growth = one.median_cpu / first.median_cpu
            print(
                f"{people:5} people {days:4} days {spans:12,} spans  {one.tab:13} {one.scope:11}"
                f" first {one.first_cpu:7.1f}  least {one.least_cpu:6.1f}  median {one.median_cpu:6.1f} ms of CPU  × {growth:.2f}",
                flush=True,
            )


def _measured(folder: Path, asked: int) -> tuple[int, list[Took]]:
    url = database_url(folder, None)
    put_into_pages(url)
    engine = reading_engine(url)
    with engine.connect() as connection:
        newest: date = connection.execute(select(func.max(LedgerStamp.day))).scalar_one()
        spans = connection.execute(select(func.count()).select_from(Span)).scalar_one()
        people = visible_people(connection, OWNER)
    engine.dispose()
    first = newest - timedelta(days=asked - 1)
    scopes = {"company": Selection(people, first, newest), "one person": Selection(people[:1], first, newest, people[0])}
    return spans, [took for tab in TABS for took in measured(url, tab, TABS[tab], scopes)]


if __name__ == "__main__":
    print("growth, 320 spans a working day", file=sys.stderr)
    main()
