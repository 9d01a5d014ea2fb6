"""How fast every tab's question is answered at 500 people × 90 days: `python -m tests.bench.queries [FOLDER]`.

First stands how long a process that has just been started reads ahead; the first answers are those of one that has not.
Each scope's time is that of the query and of encoding its answer, in this process: by the clock, and of CPU, which says more on a
machine that does something else besides. Both periods have person-days (each tab compares); the spans are those of the days asked for,
and beside each question stands one full scan of them by DuckDB. A folder that exists is used again; `WORKPULSE_PEOPLE`,
`WORKPULSE_DAYS` and `WORKPULSE_SPANS` make it smaller.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import numpy as np
import pandas
import psutil
from sqlalchemy import Connection, func, select

from policy.categories import RuleBook, load_rule_book
from policy.presence import Thresholds
from policy.roles import Role, Viewer
from server.clock import now_ms
from server.days.day_pages import make_pages
from server.models import LedgerStamp, Span
from server.people import Member, visible_people
from server.queries.alerts import alerts
from server.queries.applications import applications
from server.queries.bandwidth import bandwidth
from server.queries.inactivity import inactivity
from server.queries.overview import overview
from server.queries.selection import Selection
from server.queries.timeline import timeline
from server.queries.urls import sites
from server.read_ahead import read_ahead
from server.store.db import database_url, writing_engine
from server.store.opened import reading_engine
from server.store.writer import Writer
from tests.bench.seed import seed

PEOPLE, DAYS, SPANS = (int(os.environ.get(f"WORKPULSE_{name}", usual)) for name, usual in (("PEOPLE", 500), ("DAYS", 90), ("SPANS", 320)))
TIMES = 15
OWNER = Viewer(0, "owner", Role.OWNER)
RULES: RuleBook = load_rule_book()
THRESHOLDS = Thresholds()

Question = Callable[[Connection, Selection, int], Any]
TABS: dict[str, Question] = {
    "overview": lambda session, asked, now: overview(session, asked, RULES, now),
    "urls": lambda session, asked, now: sites(session, asked, RULES, now),
    "applications": lambda session, asked, now: applications(session, asked, RULES, now),
    "timeline": lambda session, asked, now: timeline(session, asked, RULES, THRESHOLDS, now),
    "inactivity": lambda session, asked, now: inactivity(session, asked, RULES, THRESHOLDS, now),
    "bandwidth": lambda session, asked, now: bandwidth(session, asked, RULES, now),
    "alerts": lambda session, asked, now: alerts(session, OWNER, asked, None, 100, now),
}


class Both(NamedTuple):
    """Milliseconds by the clock and of CPU."""

    clock: float
    cpu: float


class Took(NamedTuple):
    """Times of one question in one scope, in milliseconds: by the clock, and of CPU at the first answer and after it."""

    tab: str
    scope: str
    first: float
    median: float
    p95: float
    first_cpu: float
    least_cpu: float
    median_cpu: float


def main(folder: Path) -> None:
    """Seed, measure, print."""
    if not (folder / "workpulse.db").exists():
        print(f"seeding {PEOPLE} people × {DAYS} days in {folder}", file=sys.stderr)
        seed(folder, PEOPLE, 2 * DAYS, SPANS, with_spans=DAYS)
    url = database_url(folder, None)
    put_into_pages(url)
    with reading_engine(url).connect() as connection:
        newest = connection.execute(select(func.max(LedgerStamp.day))).scalar_one()
        people = visible_people(connection, OWNER)
        spans = connection.execute(select(func.count()).select_from(Span)).scalar_one()
    scopes = {name: _selection(chosen, newest) for name, chosen in _scopes(people)}
    size = (folder / "workpulse.db").stat().st_size
    print(f"{len(people)} people, {DAYS} days until {newest}, {spans:,} spans, {size / spans:.0f} bytes each")
    scan = _duckdb(folder, url)
    print(f"reading ahead after a start: {_reading_ahead(url):.0f} ms of CPU")
    found = [took for tab, ask in TABS.items() for took in measured(url, tab, ask, scopes)]
    print(f"DuckDB, one full scan by app: {scan.clock:.1f} ms by the clock, {scan.cpu:.1f} ms of CPU")
    show(found, scan.cpu)
    print(f"this process: {psutil.Process().memory_info().rss >> 20} MiB, DuckDB and numpy included")


def _scopes(people: list[Member]) -> Iterator[tuple[str, list[Member]]]:
    yield "company", people
    teams = sorted({member.team or 0 for member in people})
    yield "one team", [member for member in people if member.team == teams[0]]
    yield "three teams", [member for member in people if member.team in teams[:3]]
    yield "every third person", people[::3]
    yield "one person", people[:1]


def _selection(people: list[Member], newest: date) -> Selection:
    one = people[0] if len(people) == 1 else None
    return Selection(people, newest - timedelta(days=DAYS - 1), newest, one)


def measured(url: str, tab: str, ask: Question, scopes: dict[str, Selection]) -> Iterator[Took]:
    """Measure one tab; the first answer of each scope comes from a new engine, which remembers nothing."""
    for scope, selection in scopes.items():
        engine = reading_engine(url)
        with engine.connect() as connection:
            first = _milliseconds(connection, ask, selection)
            warm = [_milliseconds(connection, ask, selection) for _ in range(TIMES)]
        engine.dispose()
        clock, cpu = (sorted(times) for times in zip(*warm, strict=True))
        yield Took(tab, scope, first.clock, clock[TIMES // 2], clock[int(TIMES * 0.95)], first.cpu, cpu[0], cpu[TIMES // 2])


def show(found: list[Took], scan: float | None = None) -> None:
    """Print times, each beside the CPU of a scan of the same spans."""
    print(f"{'':36} {'by the clock':>24}   {'CPU':>24}   CPU of the median")
    print(f"{'':36} {'first':>8}{'median':>8}{'p95':>8}   {'first':>8}{'least':>8}{'median':>8}   to that of the scan")
    for one in found:
        clock, cpu = (one.first, one.median, one.p95), (one.first_cpu, one.least_cpu, one.median_cpu)
        times = "   ".join("".join(f"{time:8.1f}" for time in times) for times in (clock, cpu))
        print(f"{one.tab:13} {one.scope:22} {times}   {f'{one.median_cpu / scan:.2f}' if scan else ''}")


def _milliseconds(connection: Connection, ask: Question, selection: Selection) -> Both:
    started, cpu = time.perf_counter(), time.process_time()
    msgspec.json.encode(ask(connection, selection, now_ms()))
    return Both((time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000)


def _reading_ahead(url: str) -> float:
    engine, started = reading_engine(url), time.process_time()
    read_ahead(engine, now_ms())
    engine.dispose()
    return (time.process_time() - started) * 1000


def put_into_pages(url: str) -> None:
    """Make every page that is missing, as the timetable would."""
    engine, readers = writing_engine(url), reading_engine(url)
    writer = Writer(engine)
    started, made = time.perf_counter(), 0
    while more := make_pages(readers, writer, now_ms()):
        made += more
    writer.close()
    if made:
        print(f"{made} pages made in {time.perf_counter() - started:.1f} s")


def _duckdb(folder: Path, url: str) -> Both:
    """Return what one full scan of the spans takes in DuckDB, in milliseconds."""
    database = duckdb.connect(str(folder / "spans.duckdb"))
    if not database.execute("SELECT count(*) FROM information_schema.tables WHERE table_name = 'span'").fetchone()[0]:  # type: ignore[index]
        database.execute("CREATE TABLE span (account INT, start BIGINT, length INT, app INT, site INT, keys INT)")
        _copy(url, database)
    times = []
    for _ in range(7):
        started, cpu = time.perf_counter(), time.process_time()
        database.execute("SELECT app, sum(length), sum(keys), count(DISTINCT account) FROM span GROUP BY app").fetchall()
        times.append(Both((time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000))
    database.close()
    return Both(*(sorted(column)[3] for column in zip(*times, strict=True)))


def _copy(url: str, database: Any) -> None:
    columns = (Span.account_id, Span.start, Span.length_ms, Span.app_id, Span.site_id, Span.keys)
    with reading_engine(url).connect() as connection:
        result = connection.execute(select(*columns), execution_options={"yield_per": 500_000})
        for rows in result.partitions():
            table = pandas.DataFrame(np.array([tuple(row) for row in rows], np.int64))
            database.register("read", table)
            database.execute("INSERT INTO span SELECT * FROM read")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "workpulse-bench-queries")
