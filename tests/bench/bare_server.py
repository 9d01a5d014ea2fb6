"""The baseline of the ingest benchmark: decode a batch and insert its rows, nothing else. No TLS, token, limits, dictionaries or marks.

`python -m tests.bench.bare_server PORT FILE`. Group commit with synchronous=FULL, as the real one; answers after the commit.
"""

from __future__ import annotations

import os
import queue
import sqlite3
import sys
import threading
import zlib
from concurrent.futures import Future
from typing import Any

import msgspec
from granian import Granian

from policy.events import Activity, Event

FILE = "WORKPULSE_BARE_FILE"
COUNTS = "keys clicks scrolls pointer idle samples zero different moving distracted"
COLUMNS = f"account start epoch seq length app site title {COUNTS}".split()
TABLE = f"CREATE TABLE IF NOT EXISTS span ({' INTEGER, '.join(COLUMNS)} INTEGER, PRIMARY KEY (account, start, epoch, seq)) WITHOUT ROWID"
INSERT = "INSERT INTO span VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class Body(msgspec.Struct):
    first: int
    epoch: str
    events: list[Event]


def open_store(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(TABLE)
    return connection


def row_of(seq: int, epoch: int, event: Activity) -> tuple[int, ...]:
    words = hash(event.app) % 60, hash(event.site) % 300, hash(event.title) % 5000
    counts = event.keys, event.clicks, event.scrolls, event.pointer_px, event.idle_ms, event.samples, event.zero_samples
    more = event.distinct_counts, event.moving_samples, event.distracted_samples
    return (epoch, event.start, epoch, seq, event.end - event.start, *words, *counts, *more)


def application() -> Any:
    connection = open_store(os.environ[FILE])
    waiting: queue.SimpleQueue[tuple[list[tuple[int, ...]], Future[None]]] = queue.SimpleQueue()
    decoder = msgspec.json.Decoder(Body)

    def write() -> None:
        while True:
            group = [waiting.get()]
            while not waiting.empty() and len(group) < 128:
                group.append(waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            for rows, _ in group:
                connection.executemany(INSERT, rows)
            connection.execute("COMMIT")
            for _, future in group:
                future.set_result(None)

    threading.Thread(target=write, daemon=True).start()

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
            batch = decoder.decode(zlib.decompress(body, 31))
            epoch = int(batch.epoch, 16)
            rows = [row_of(seq, epoch, event) for seq, event in enumerate(batch.events, batch.first) if isinstance(event, Activity)]
            future: Future[None] = Future()
            waiting.put((rows, future))
            future.result()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    return answer


if __name__ == "__main__":
    os.environ[FILE] = sys.argv[2]
    Granian(
        "tests.bench.bare_server:application",
        port=int(sys.argv[1]),
        interface="wsgi",
        factory=True,
        blocking_threads=64,
        websockets=False,
        log_enabled=False,
    ).serve()
