"""Ingest on PostgreSQL by one server process and by two, beside COPY of the same rows: `python tests --bench postgresql`.

Clients, servers and PostgreSQL share the machine's cores, so that two servers can be no faster than what one leaves free;
the CPU each side used is printed with it.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import zlib
from pathlib import Path
from statistics import median

import msgspec
import psutil
import psycopg

from policy.events import Activity
from tests.bench.bare_server import COLUMNS, Body, row_of
from tests.bench.fleet import Answered, Work, cpu_seconds, deliver, enrol, headers_of, percentile
from tests.postgres import Postgres
from tests.real_server import RealServer

START = 1_763_350_200_000
CONNECTIONS = 50
SIZE = int(os.environ.get("WORKPULSE_SIZE", "500"))
BATCHES = int(os.environ.get("WORKPULSE_BATCHES", "6"))
ROUNDS = int(os.environ.get("WORKPULSE_ROUNDS", "3"))


def copied_rows_per_second(url: str, work: Work, at_once: int) -> float:
    """COPY the same events, decoded beforehand, into a table with the same key."""
    batches = [msgspec.json.decode(zlib.decompress(body, 31), type=Body) for mine in work for _, body in mine]
    rows = [
        row_of(seq, int(batch.epoch, 16), event)
        for batch in batches
        for seq, event in enumerate(batch.events, batch.first)
        if isinstance(event, Activity)
    ]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        columns = ", ".join(f'"{name}" bigint' for name in COLUMNS)
        connection.execute(f"CREATE TABLE bare ({columns}, PRIMARY KEY (account, start, epoch, seq))")
        started = time.perf_counter()
        for at in range(0, len(rows), at_once):
            with connection.cursor().copy("COPY bare FROM STDIN") as copy:
                for row in rows[at : at + at_once]:
                    copy.write_row(row)
        return len(rows) / (time.perf_counter() - started)


def deliver_to(servers: list[RealServer], work: Work) -> tuple[float, list[Answered]]:
    """Let the PCs deliver, spread over the servers."""
    heard: list[Answered] = []
    shares = [work[first :: len(servers)] for first in range(len(servers))]

    def run(server: RealServer, mine: Work) -> None:
        heard.extend(deliver(server.port, server.data / "tls" / "ca.pem", mine)[1])

    threads = [threading.Thread(target=run, args=pair) for pair in zip(servers, shares, strict=True)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started, heard


def database_cpu(postgres: Postgres) -> float:
    """Return what PostgreSQL's processes have computed; those of closed connections count no more."""
    ours = [one for one in psutil.process_iter(["name", "cmdline", "cpu_times"]) if (one.info["name"] or "").startswith("postgres")]
    return sum(one.info["cpu_times"].user + one.info["cpu_times"].system for one in ours)


def main() -> None:
    """Print the figures."""
    postgres = Postgres()  # stock settings: everything is synced
    postgres.start()
    url, plain = postgres.empty_database(), postgres.empty_database()
    events = SIZE * BATCHES * CONNECTIONS
    print(f"{CONNECTIONS} connections, {SIZE} events a batch, {BATCHES} batches each, {ROUNDS} rounds, on {os.cpu_count()} cores in all")
    with tempfile.TemporaryDirectory() as name:
        first = RealServer(Path(name) / "one", database_uri=url, ledger_every=3600)
        first.start()
        second = first.twin(Path(name) / "two")
        second.start()
        rates: dict[str, list[float]] = {"COPY, 500 a commit": [], "COPY, 5,000 a commit": [], "one server": [], "two servers": []}
        try:
            pcs = enrol(first.port, first.data / "tls" / "ca.pem", first.command("enrol-code", "--uses", "100"), CONNECTIONS)
            for number in range(ROUNDS):
                for at, (who, servers) in enumerate((("one server", [first]), ("two servers", [first, second]))):
                    begin = START + (number * 2 + at) * 40 * 86_400_000
                    work = [[(headers_of(pc), body) for body in pc.bodies(BATCHES, SIZE, begin, number)] for pc in pcs]
                    if at == 0:
                        rates["COPY, 500 a commit"].append(copied_rows_per_second(plain, work, 500))
                        rates["COPY, 5,000 a commit"].append(copied_rows_per_second(plain, work, 5_000))
                    before, stored = sum(map(cpu_seconds, (first, second))), database_cpu(postgres)
                    seconds, answers = deliver_to(servers, work)
                    assert all(one.status == 200 for one in answers), {one.status for one in answers}
                    rates[who].append(events / seconds)
                    used = sum(map(cpu_seconds, (first, second))) - before, database_cpu(postgres) - stored
                    cores = f"{used[0] / seconds:.2f} cores in servers, {used[1] / seconds:.2f} in PostgreSQL"
                    print(f"  {who:14} {events / seconds:9,.0f} events/s  p99 {percentile(answers, 0.99):6.0f} ms  {cores}", flush=True)
            with psycopg.connect(url) as connection:
                [stored_rows] = connection.execute("SELECT count(*) FROM span").fetchone() or [0]
            assert stored_rows == events * ROUNDS * 2 - CONNECTIONS, "an event is missing or there twice"
        finally:
            second.stop()
            first.stop()
            postgres.stop()
    middle = {who: median(found) for who, found in rates.items()}
    for who, rate in middle.items():
        print(f"{who:22} {rate:10,.0f} a second")
    print(f"one server / COPY, 500 a commit    {middle['one server'] / middle['COPY, 500 a commit']:.2f}")
    print(f"two servers / one server           {middle['two servers'] / middle['one server']:.2f}")


if __name__ == "__main__":
    main()
