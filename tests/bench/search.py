"""How fast file events are found among many: `python -m tests.bench.search [FOLDER]`.

A million paths and five million events of 500 people over 90 days, put straight into the tables; `WORKPULSE_PATHS` and
`WORKPULSE_EVENTS` make it smaller. Beside it stands the same text looked for by reading every path.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from policy.roles import Role, Viewer
from server import migrations
from server.clock import now_ms
from server.models import Account, Device, Epoch, FileEvent, Person, Team
from server.models import Path as PathRow
from server.path_index import index_paths
from server.people import visible_people
from server.queries.files import Wanted, files, search_for
from server.queries.selection import Selection
from server.store.db import database_url, writing_engine
from server.store.dictionary import digest_of
from server.store.opened import reading_engine
from server.store.prepared import Rows
from server.store.writer import Writer

PATHS, EVENTS = int(os.environ.get("WORKPULSE_PATHS", 1_000_000)), int(os.environ.get("WORKPULSE_EVENTS", 5_000_000))
PEOPLE, DAYS, TIMES = 500, 90, 15
LAST = date(2026, 6, 30)
WORDS = ("plan", "offer", "invoice", "draft", "contract", "budget", "photo", "letter", "report", "notes", "tax", "audit")
OWNER = Viewer(0, "owner", Role.OWNER)

SEARCHES: dict[str, dict[str, Any]] = {
    "newest first": {},
    "common word": {"path": "invoice"},
    "rare word": {"path": "zanzibar"},
    "a number in a name": {"path": "2026-0417"},
    "nothing fits": {"path": "no such thing"},
    "pattern": {"path": "S:\\Clients\\*417\\**\\*.xlsx"},
    "one user": {"user": "person0042"},
    "one user, rare word": {"user": "person0042", "path": "zanzibar"},
    "one PC": {"host": "PC-0042"},
    "renames only": {"action": "renamed"},
}


def main(folder: Path) -> None:
    """Seed, measure, print."""
    url = database_url(folder, None)
    if not (folder / "workpulse.db").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _seed(url)
    readers = reading_engine(url)
    with readers.connect() as connection:
        people = visible_people(connection, OWNER)
        whole = Selection(people, LAST - timedelta(days=DAYS - 1), LAST, everybody=True)
        print(f"{PATHS:,} paths, {EVENTS:,} events; milliseconds for the first page of 100: CPU, then the clock (least, median, p95 each)")
        for name, wanted in SEARCHES.items():
            first = [_page(connection, whole, wanted, None) for _ in range(TIMES)]
            times = "  ".join(_spread(sorted(one)) for one in zip(*(took for took, _ in first), strict=True))
            found = first[0][1]
            after = f"{_page(connection, whole, wanted, found.next)[0][0]:8.1f}" if found.next else "        "
            print(f"{name:22} {times}  next {after}  {len(found.rows)} rows", flush=True)
        print(f"every path read for one word: {_milliseconds_of_scan(connection):.0f} ms")


def _spread(times: list[float]) -> str:
    return f"{times[0]:8.1f} {times[TIMES // 2]:8.1f} {times[int(TIMES * 0.95)]:8.1f}"


def _page(connection: Connection, whole: Selection, wanted: dict[str, Any], after: str | None) -> tuple[tuple[float, float], Any]:
    """Return the milliseconds of CPU and by the clock that a page took, and the page."""
    started, busy = time.perf_counter(), time.process_time()
    found = files(connection, search_for(connection, whole, Wanted(**wanted)), after, 100)
    return ((time.process_time() - busy) * 1000, (time.perf_counter() - started) * 1000), found


def _milliseconds_of_scan(connection: Connection) -> float:
    started = time.perf_counter()
    connection.execute(text("SELECT count(*) FROM path WHERE lower(text) LIKE '%zanzibar%'")).scalar_one()
    return (time.perf_counter() - started) * 1000


def _seed(url: str) -> None:
    migrations.upgrade(url)
    engine = writing_engine(url)
    chance = random.Random(7)
    start = int(datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC).timestamp() * 1000) - (DAYS - 1) * 86_400_000
    with engine.begin() as connection:
        _people(connection)
        Rows(PathRow).insert(connection, [(number, path, digest_of(path)) for number, path in enumerate(_paths(chance), 1)])
    rows, indexes = Rows(FileEvent), FileEvent.__table__.indexes  # type: ignore[attr-defined]
    for index in indexes:
        index.drop(engine)  # made at the end, which takes a fraction of the time
    for first in range(0, EVENTS, 250_000):
        with engine.begin() as connection:
            rows.insert(connection, list(_events(chance, first, min(250_000, EVENTS - first), start)))
        print(f"{first:,} events in", file=sys.stderr, flush=True)
    for index in indexes:
        index.create(engine)
    writer = Writer(engine)
    started = time.perf_counter()
    index_paths(reading_engine(url), writer)
    print(f"paths indexed in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    writer.close()


def _people(connection: Connection) -> None:
    numbers = range(1, PEOPLE + 1)
    now = now_ms()
    connection.execute(insert(Team), [{"id": 1, "name": "Team"}])
    people = [{"id": one, "name": f"person{one:04d}", "team_id": 1, "since": 0, "active": True} for one in numbers]
    connection.execute(insert(Person), people)
    connection.execute(insert(Account), [{"id": one, "name": f"FLEET\\person{one:04d}", "person_id": one} for one in numbers])
    devices = [{"id": one, "public_id": f"d{one}", "hostname": f"PC-{one:04d}", "os": "x", "agent_version": "1"} for one in numbers]
    for one in devices:
        one |= {"token_hash": one["id"].to_bytes(32, "big"), "enrolled": now, "refused_no_notice": 0}
    connection.execute(insert(Device), devices)
    connection.execute(insert(Epoch), [{"id": one, "name": f"{one:016x}", "device_id": one, "machine": "m"} for one in numbers])


def _paths(chance: random.Random) -> Iterator[str]:
    for number in range(PATHS):
        word = "zanzibar" if number % 50_000 == 25_000 else chance.choice(WORDS)
        kind = chance.choice(("xlsx", "docx", "pdf", "txt"))
        yield f"S:\\Clients\\Client {chance.randrange(1000)}\\{2020 + chance.randrange(7)}\\{word} {2026}-{number:07d}.{kind}"


def _events(chance: random.Random, first: int, count: int, start: int) -> Iterator[tuple[Any, ...]]:
    for seq in range(first, first + count):
        who = chance.randrange(1, PEOPLE + 1)
        at = start + int(seq / EVENTS * DAYS * 86_400_000)
        renamed = chance.random() < 0.02
        new = chance.randrange(1, PATHS + 1) if renamed else None
        yield who, at, who, seq, who, "renamed" if renamed else "modified", "watcher", chance.randrange(1, PATHS + 1), new, 1000, None


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "workpulse-bench-search")
