"""What an encrypted database costs ingest, beside the same server on a plain one in the same run: `python tests --bench encryption`.

Rounds of both are interleaved; processor seconds say more than events a second, for the clients share the machine's cores.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from server.store import cipher
from tests.bench.fleet import deliver, enrol, headers_of
from tests.bench.ingest import CONNECTIONS, START, Figures, timed
from tests.real_server import RealServer

ROUNDS = int(os.environ.get("WORKPULSE_ROUNDS", "5"))
BATCHES = int(os.environ.get("WORKPULSE_BATCHES", "8"))
EVENTS = 500


class Side:
    """One server with its PCs and the figures of its rounds."""

    def __init__(self, name: str, folder: Path, *, encrypted: bool) -> None:
        self.name = name
        self.rounds: list[tuple[Figures, float]] = []
        self.real = RealServer(folder, ledger_every=3600)
        if encrypted:
            folder.mkdir(parents=True)
            cipher.choose(folder / "workpulse.db")
        self.real.start()
        code = self.real.command("enrol-code", "--uses", "500", "--team", "Fleet")
        self.pcs = enrol(self.real.port, folder / "tls" / "ca.pem", code, CONNECTIONS)

    def run(self, seed: int) -> None:
        """Deliver one round."""
        start = START + seed * 40 * 86_400_000
        work = [[(headers_of(pc), body) for body in pc.bodies(BATCHES, EVENTS, start, seed)] for pc in self.pcs]
        events = EVENTS * BATCHES * CONNECTIONS
        before = self._processor_seconds()
        figures = timed(self.name, deliver(self.real.port, self.real.data / "tls" / "ca.pem", work), events)
        self.rounds.append((figures, (self._processor_seconds() - before) / events * 1e6))

    def _processor_seconds(self) -> float:
        times = [one.cpu_times() for one in self.real.processes()]
        return sum(one.user + one.system for one in times)

    def medians(self) -> tuple[float, float]:
        """Return events a second and processor seconds for a million events."""
        return statistics.median(one.events for one, _ in self.rounds), statistics.median(cpu for _, cpu in self.rounds)


def run() -> None:
    """Print the figures of both."""
    with tempfile.TemporaryDirectory() as name:
        sides = [Side("plain", Path(name) / "plain", encrypted=False), Side("encrypted", Path(name) / "sealed", encrypted=True)]
        try:
            for seed in range(ROUNDS):
                for side in sides if seed % 2 else reversed(sides):
                    side.run(seed)
        finally:
            for side in sides:
                side.real.stop()
        for side in sides:
            events, cpu = side.medians()
            print(f"{side.name:10} {events:10,.0f} events/s  {cpu:6.2f} CPU s per 1M events")
        plain, sealed = (side.medians() for side in sides)
        print(f"encrypted / plain: {sealed[0] / plain[0]:.2f} of the events a second, {sealed[1] / plain[1]:.2f} of the processor time")


if __name__ == "__main__":
    run()
