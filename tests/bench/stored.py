"""Ingest into a store that holds ten million events, beside an empty one in the same run: `python tests --bench stored`.

Rounds are interleaved. `WORKPULSE_GIGABYTES` (0.6, which is ten million) is how much is there.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

import psutil

from tests.bench.fleet import Answered, Pc, cpu_seconds, deliver, enrol, headers_of, percentile
from tests.bench.ingest import CONNECTIONS, ROUNDS, START
from tests.bench.start import fill
from tests.real_server import RealServer

GIGABYTES = float(os.environ.get("WORKPULSE_GIGABYTES", "0.6"))
SIZE, BATCHES = 500, int(os.environ.get("WORKPULSE_BATCHES", "8"))


class Side:
    """One server with its PCs, and the figures of its rounds."""

    def __init__(self, name: str, server: RealServer) -> None:
        self.name, self.server = name, server
        server.start()
        code = server.command("enrol-code", "--uses", "500", "--team", "Fleet")
        self.pcs: list[Pc] = enrol(server.port, self._authority, code, CONNECTIONS)
        self.rates: list[float] = []
        self.costs: list[float] = []

    @property
    def _authority(self) -> Path:
        return self.server.data / "tls" / "ca.pem"

    def round(self, seed: int) -> None:
        """Deliver one round and print it."""
        start = START + seed * 40 * 86_400_000
        work = [[(headers_of(pc), body) for body in pc.bodies(BATCHES, SIZE, start, seed)] for pc in self.pcs]
        before = cpu_seconds(self.server)
        seconds, answers = deliver(self.server.port, self._authority, work)
        events = SIZE * BATCHES * CONNECTIONS
        self.rates.append(events / seconds)
        self.costs.append((cpu_seconds(self.server) - before) / events * 1e6)
        self._print(answers)

    def _print(self, answers: list[Answered]) -> None:
        assert all(one.status == 200 for one in answers)
        rate, cost = f"{self.rates[-1]:10,.0f} events/s", f"{self.costs[-1]:5.1f} CPU s per 1M events"
        print(f"  {self.name:24} {rate}  p99 {percentile(answers, 0.99):6.1f} ms  {cost}", flush=True)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        servers = [RealServer(Path(name) / one, ledger_every=3600) for one in ("empty", "full")]
        for server in servers:
            server.start()
            server.stop()
        stored = fill(servers[1].data / "workpulse.db", GIGABYTES)
        print(f"{CONNECTIONS} connections, {SIZE} events a batch, {BATCHES} batches each, {ROUNDS} rounds; {psutil.cpu_count()} cores")
        sides = [Side(one, server) for one, server in zip(("into an empty store", f"into {stored:,} events"), servers, strict=True)]
        try:
            for seed in range(ROUNDS):
                for side in sides:
                    side.round(seed)
        finally:
            for server in servers:
                server.stop()
    empty, full = (statistics.median(side.rates) for side in sides)
    print(f"{stored:,} stored / empty        {full / empty:.2f}")


if __name__ == "__main__":
    main()
