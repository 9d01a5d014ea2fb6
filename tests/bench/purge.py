"""What batches notice of a million outlived events being deleted: `python tests --bench purge`.

The baseline is the same fleet on the same server just before. The deleting is done as the timetable does it: by a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from itertools import count
from pathlib import Path

from server.clock import now_ms
from server.rights import retention
from server.settings import load
from server.store.opened import Store
from tests.bench.fleet import Answered, Line, Pc, enrol, headers_of, percentile
from tests.bench.start import fill
from tests.real_server import RealServer

PCS, BATCHES_A_SECOND, EVENTS = 50, 20, 60
SECONDS = 20.0
GIGABYTES = 0.05
START = 1_763_350_200_000


def sent_until(server: RealServer, pcs: list[Pc], start: int, over: threading.Event) -> list[Answered]:
    """Deliver one batch after the other, so many a second, until it is over; return how long each took."""
    line, answers = Line(server.port, server.data / "tls" / "ca.pem"), []
    bodies = [pc.bodies(10_000, EVENTS, start) for pc in pcs]
    began = time.perf_counter()
    for number in count():
        if over.wait(max(0.0, began + number / BATCHES_A_SECOND - time.perf_counter())):
            break
        body = next(bodies[number % PCS])
        started = time.perf_counter()
        status, _ = line.post("/api/v1/ingest", body, headers_of(pcs[number % PCS]))
        answers.append(Answered(status, time.perf_counter() - started))
    line.close()
    assert all(one.status == 200 for one in answers)
    return answers


def told(name: str, answers: list[Answered]) -> float:
    """Print and return the 99th percentile."""
    last = percentile(answers, 0.99)
    print(f"  {name:28} {len(answers):5} batches  p50 {percentile(answers, 0.5):6.1f} ms  p99 {last:6.1f} ms", flush=True)
    return last


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        server = RealServer(Path(name) / "office", ledger_every=3600)
        server.start()
        try:
            code = server.command("enrol-code", "--uses", "500", "--team", "Fleet")
            pcs = enrol(server.port, server.data / "tls" / "ca.pem", code, PCS)
            over = threading.Event()
            threading.Timer(5, over.set).start()
            sent_until(server, pcs, START, over)  # everybody's account is known, everything is warm
            server.stop()
            old = fill(server.data / "workpulse.db", GIGABYTES)
            server.start()
            over = threading.Event()
            threading.Timer(SECONDS, over.set).start()
            quiet = told("nothing is deleted", sent_until(server, pcs, START + 86_400_000, over))
            busy = told(f"{old:,} are being deleted", sent_until(server, pcs, START + 2 * 86_400_000, deleting(server.data)))
        finally:
            server.stop()
    print(f"p99, deleting / not deleting    {busy / quiet:.2f}")


def deleting(data: Path) -> threading.Event:
    """Begin to delete in a process of its own; the event is set when that is done."""
    over, began = threading.Event(), time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.purge", str(data)], stdout=subprocess.PIPE, text=True)

    def watch() -> None:
        told, _ = process.communicate()
        print(f"  {told.strip()} in {time.perf_counter() - began:.1f} s")
        over.set()

    threading.Thread(target=watch, daemon=True).start()
    return over


def purge(data: Path) -> None:
    """Delete what has outlived its period, as the timetable's process does."""
    store = Store(load({"data": data}))
    gone = retention.purge(store.readers, store.writer, now_ms())
    store.close()
    print(f"{gone['span']:,} rows deleted")


if __name__ == "__main__":
    purge(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
