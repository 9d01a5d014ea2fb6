"""Eight hours of backlog from 500 PCs at once, while an owner looks at the tabs: `python tests --bench backlog`.

The baseline is raw executemany of the same events, 500 a commit. `WORKPULSE_PEOPLE` (500) is how many.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.fleet import Console, cpu_seconds, deliver, enrol, headers_of, percentile
from tests.bench.ingest import raw_rows_per_second
from tests.real_server import RealServer

PEOPLE = int(os.environ.get("WORKPULSE_PEOPLE", "500"))
HOURS = 8
BATCH = 480
"""An agent sends what it holds in batches of up to 500; a span a minute makes one of eight hours."""
BATCHES = HOURS * 60 // BATCH
AT_ONCE = 250


def main() -> None:
    """Print the figures."""
    today = datetime.now(UTC).date()
    start = int(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp() * 1000) - 86_400_000
    with tempfile.TemporaryDirectory() as name:
        server = RealServer(Path(name) / "server")
        server.start()
        try:
            Console.hire(server)
            ca = server.data / "tls" / "ca.pem"
            pcs = enrol(server.port, ca, server.command("enrol-code", "--uses", "500", "--team", "Fleet"), PEOPLE)
            whole = [[(headers_of(pc), body) for body in pc.bodies(BATCHES, BATCH, start)] for pc in pcs]
            work = [[body for bodies in whole[first::AT_ONCE] for body in bodies] for first in range(min(AT_ONCE, PEOPLE))]
            events = PEOPLE * BATCHES * BATCH
            raw = raw_rows_per_second(Path(name), work, 0)
            console = Console(server, datetime.now(UTC).date())
            console.start()
            before = cpu_seconds(server)
            seconds, answers = deliver(server.port, ca, work)
            used = cpu_seconds(server) - before
            looked = console.stop()
        finally:
            server.stop()
    assert all(one.status == 200 for one in answers)
    print(f"{HOURS} h of {PEOPLE} PCs, {events:,} events in batches of {BATCH} over {len(work)} connections at once")
    print(f"drained in {seconds:.1f} s ({events / seconds:,.0f} events/s, {used / events * 1e6:.1f} CPU s per 1M events)")
    print(f"batches   p50 {percentile(answers, 0.5):7.1f} ms  p99 {percentile(answers, 0.99):7.1f} ms")
    print(f"tabs      p50 {percentile(looked, 0.5):7.1f} ms  p95 {percentile(looked, 0.95):7.1f} ms  ({len(looked)} answers)")
    print(f"WorkPulse / raw executemany  {events / seconds / raw:.2f}")


if __name__ == "__main__":
    main()
