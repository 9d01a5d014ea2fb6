"""How long a night takes at 500 people × 90 days, and how much room: `python -m tests.bench.findings [FOLDER]`.

A folder that exists is used again. The first night counts and measures everything; the ones after it are what every night costs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import psutil
from sqlalchemy import delete

from server import migrations, night
from server.clock import now_ms
from server.days.day_pages import make_pages
from server.findings import EVERYBODY, HISTORY
from server.models import Finding, Setting
from server.organisation import findings_through, note_findings_through
from server.people import visible_people
from server.queries.day_facts import day_facts
from server.settings import load
from server.store.db import database_url
from server.store.opened import Store
from tests.bench.seed import seed

PEOPLE, DAYS, SPANS = (int(os.environ.get(f"WORKPULSE_{name}", usual)) for name, usual in (("PEOPLE", 500), ("DAYS", 90), ("SPANS", 60)))
NIGHTS = 3
GOAL_SECONDS, GOAL_MODEL_SECONDS, GOAL_MB = 10.0, 1.0, 400


def main(folder: Path) -> None:
    """Seed, measure, print."""
    if not (folder / "workpulse.db").exists():
        seed(folder, PEOPLE, DAYS, SPANS)
    settings = load({"data": folder}, {})
    migrations.upgrade(database_url(folder, None))
    store = Store(settings)
    while make_pages(store.readers, store.writer, now_ms()):
        pass
    store.writer.do(lambda connection: connection.execute(delete(Setting).where(Setting.name == "findings_through")))
    first = _night(settings, now_ms())
    print(f"first night   {first[0]:6.1f} s  {first[1]:4.0f} MB  (seven days at once, everything counted)")
    took = []
    for _ in range(NIGHTS):
        _one_night_back(store)
        took.append(_night(settings, now_ms()))
    seconds, room = sorted(one[0] for one in took)[NIGHTS // 2], max(one[1] for one in took)
    busy = sorted(one[2] for one in took)[NIGHTS // 2]
    print(f"a night       {seconds:6.1f} s  goal {GOAL_SECONDS}; {busy:.1f} s of a processor, the rest is waiting for others' turns")
    print(f"room          {room:6.0f} MB goal {GOAL_MB}")
    _parts(store)
    store.close()


def _one_night_back(store: Store) -> None:
    with store.readers.connect() as connection:
        through = findings_through(connection)
    assert through is not None

    def back(connection):  # type: ignore[no-untyped-def]
        connection.execute(delete(Finding).where(Finding.day == through))
        connection.execute(delete(Setting).where(Setting.name == "findings_through"))
        note_findings_through(connection, through - timedelta(days=1))

    store.writer.do(back)


def _night(settings, now: int) -> tuple[float, float, float]:  # type: ignore[no-untyped-def]
    """Return seconds, MB and seconds of processor of a night's process."""
    started, most, busy = time.perf_counter(), 0, 0.0
    told = {night.VARIABLE: night.json.dumps(night.msgspec.structs.asdict(settings), default=str)}
    command = [sys.executable, "-m", "server.night", str(now)]
    process = subprocess.Popen(command, cwd=night.ROOT, env=os.environ | night.ONE_THREAD | told)
    while process.poll() is None:
        try:
            most = max(most, psutil.Process(process.pid).memory_info().rss)
            busy = sum(psutil.Process(process.pid).cpu_times()[:2])
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    assert process.wait() == 0
    return time.perf_counter() - started, most / 1e6, busy


def _parts(store: Store) -> None:
    """Say where the time goes, in this process."""
    from ml.budget import Budget
    from ml.nights import Nights

    with store.readers.connect() as connection:
        newest = findings_through(connection)
        people = visible_people(connection, EVERYBODY)
    assert newest is not None
    started = time.perf_counter()
    with store.readers.connect() as connection:
        facts = day_facts(connection, people, newest - HISTORY, newest, store.rules, now_ms())
    print(f"days read     {time.perf_counter() - started:6.1f} s  {len(facts):,} person-days")
    started = time.perf_counter()
    nights = Nights(facts)
    print(f"compared      {time.perf_counter() - started:6.1f} s")
    known = nights.after(newest - timedelta(days=1), {}, Budget()).odd
    started = time.perf_counter()
    nights.after(newest, known, Budget())
    print(f"fit and score {time.perf_counter() - started:6.1f} s  goal {GOAL_MODEL_SECONDS}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "workpulse-bench-findings")
