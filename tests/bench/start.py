"""How soon a server answers on a large store: `python tests --bench start`.

The baseline is the same server on an empty store. `WORKPULSE_GIGABYTES` (0.3) is how large; nothing that happens at a start
reads in proportion to the store, so thirty times as much should make no difference.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from pathlib import Path

from tests.real_server import RealServer

GIGABYTES = float(os.environ.get("WORKPULSE_GIGABYTES", "0.3"))
ROUNDS = 3
SPANS = 50_000
"""Of one account; rows go in in the order of their key, which is quick."""
ROWS_AT_ONCE = 1_000_000

FILL = f"""
INSERT INTO span SELECT ?1 + n / {SPANS}, 1700000000000 + n % {SPANS} * 60000, 1, n, 60000, n % 60 + 1, n % 300, n % 5000,
 0, 0, n % 120, n % 12, n % 9, n % 40 * 40, n % 9000, 60, 30, n % 8, n % 40, 0
FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?2) SELECT n FROM c)
"""


def fill(database: Path, gigabytes: float) -> int:
    """Fill the table of spans until the file is large enough, each round with other accounts; return how many there are."""
    connection = sqlite3.connect(database)
    first, rounds = 1, 0
    while database.stat().st_size < gigabytes * 1e9:
        connection.execute(FILL, (first, ROWS_AT_ONCE))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        first, rounds = first + ROWS_AT_ONCE // SPANS + 1, rounds + 1
    connection.close()
    return rounds * ROWS_AT_ONCE


def seconds_to_answer(server: RealServer) -> float:
    """Return how long a start takes until the first answer."""
    began = time.perf_counter()
    server.start()
    taken = time.perf_counter() - began
    server.stop()
    return taken


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        empty, full = RealServer(Path(name) / "empty"), RealServer(Path(name) / "full")
        for one in (empty, full):
            seconds_to_answer(one)  # makes keys and tables
        fill(full.data / "workpulse.db", GIGABYTES)
        size = (full.data / "workpulse.db").stat().st_size / 1e9
        pairs = [(seconds_to_answer(empty), seconds_to_answer(full)) for _ in range(ROUNDS)]
    quick, slow = (sorted(times)[ROUNDS // 2] for times in zip(*pairs, strict=True))
    print(f"first answer on an empty store {quick:.2f} s, on one of {size:.1f} GB {slow:.2f} s: ratio {slow / quick:.2f}")


if __name__ == "__main__":
    main()
