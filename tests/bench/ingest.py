"""Ingest with everything on, beside a bare decode-and-insert server and raw executemany in the same run: `python tests --bench ingest`.

Rounds of all three are interleaved and medians are printed. The clients share the machine's cores with the server.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import msgspec
import psutil

from policy.events import Activity
from tests.bench.bare_server import INSERT, Body, open_store, row_of
from tests.bench.fleet import Answered, deliver, enrol, headers_of, percentile
from tests.real_server import RealServer, free_port

START = 1_763_350_200_000
CONNECTIONS = 50
ROUNDS = int(os.environ.get("WORKPULSE_ROUNDS", "3"))


class Bench:
    """The servers, started once, and the figures of each round."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.real = RealServer(folder / "real", ledger_every=3600)
        self.real.start()
        code = self.real.command("enrol-code", "--uses", "500", "--team", "Fleet")
        self.pcs = enrol(self.real.port, self.real.data / "tls" / "ca.pem", code, CONNECTIONS)
        self.bare_port = free_port()
        command = [sys.executable, "-m", "tests.bench.bare_server", str(self.bare_port), str(folder / "bare.db")]
        self.bare = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(2)

    def close(self) -> None:
        self.real.stop()
        self.bare.terminate()
        self.bare.wait()

    def work(self, size: int, batches: int, seed: int) -> list[list[tuple[dict[str, str], bytes]]]:
        """Make each PC's next batches; their numbers go on from the round before."""
        start = START + seed * 40 * 86_400_000
        return [[(headers_of(pc), body) for body in pc.bodies(batches, size, start, seed)] for pc in self.pcs]

    def cpu(self, pid: int) -> float:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(one.cpu_times().user + one.cpu_times().system for one in family)


def raw_rows_per_second(folder: Path, work: list[list[tuple[dict[str, str], bytes]]], seed: int) -> float:
    """Insert the same events with executemany, 500 a commit, decoded beforehand."""
    import zlib

    connection = open_store(str(folder / f"raw{seed}.db"))
    rows = []
    for mine in work:
        for _, body in mine:
            batch = msgspec.json.decode(zlib.decompress(body, 31), type=Body)
            rows += [
                row_of(seq, int(batch.epoch, 16), event)
                for seq, event in enumerate(batch.events, batch.first)
                if isinstance(event, Activity)
            ]
    started = time.perf_counter()
    for at in range(0, len(rows), 500):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, rows[at : at + 500])
        connection.execute("COMMIT")
    rate = len(rows) / (time.perf_counter() - started)
    connection.close()
    return rate


class Figures(NamedTuple):
    """What one round of one server came to."""

    events: float
    requests: float


def timed(name: str, answered: tuple[float, list[Answered]], events: int) -> Figures:
    """Print one round and return it; every batch must have been taken."""
    seconds, answers = answered
    assert all(one.status == 200 for one in answers), {one.status for one in answers}
    figures = Figures(events / seconds, len(answers) / seconds)
    times = f"p50 {percentile(answers, 0.5):6.1f} ms  p99 {percentile(answers, 0.99):6.1f} ms"
    print(f"  {name:22} {figures.events:10,.0f} events/s {figures.requests:8,.0f} requests/s  {times}", flush=True)
    return figures


def run(size: int, batches: int) -> None:
    """Print the figures for batches of one size."""
    events = size * batches * CONNECTIONS
    raw, bare, real, no_op = [], [], [], []
    print(f"{CONNECTIONS} connections, {size} events a batch, {batches} batches each, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        ca, watcher = bench.real.data / "tls" / "ca.pem", bench.real.processes()[0].pid
        try:
            for seed in range(ROUNDS):
                work = bench.work(size, batches, seed)
                asking = [[({}, b"") for _ in mine] for mine in work]
                raw.append(raw_rows_per_second(Path(name), work, seed))
                bare.append(timed("bare server, no TLS", deliver(bench.bare_port, None, work), events))
                no_op.append(len(work) * batches / deliver(bench.real.port, ca, asking, "/health")[0])
                before = bench.cpu(watcher)
                real.append(timed("WorkPulse over TLS", deliver(bench.real.port, ca, work), events))
                print(f"  {'':22} {(bench.cpu(watcher) - before) / events * 1e6:10.1f} CPU s per 1M events", flush=True)
        finally:
            bench.close()
        ours = statistics.median(one.events for one in real)
        print(f"medians: raw executemany {statistics.median(raw):,.0f} rows/s, GET /health {statistics.median(no_op):,.0f} requests/s")
        print(f"WorkPulse / bare server    {ours / statistics.median(one.events for one in bare):.2f}")
        print(f"WorkPulse / raw            {ours / statistics.median(raw):.2f}")
        print(f"WorkPulse / GET /health    {statistics.median(one.requests for one in real) / statistics.median(no_op):.2f} (requests)")
        stored = sum(path.stat().st_size for path in (Path(name) / "real").glob("workpulse.db*"))
        print(f"bytes on disk per event    {stored / (events * ROUNDS):.0f} (before the ledger, write-ahead log included)")


if __name__ == "__main__":
    run(500, int(os.environ.get("WORKPULSE_BATCHES", "8")))
    run(60, int(os.environ.get("WORKPULSE_BATCHES", "8")) * 5)
