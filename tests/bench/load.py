"""500 PCs that each send their minute, while an owner looks at the tabs: `python tests --bench load`.

The baseline is the same server in the same run: its tabs when nobody sends, and a request when it knows one PC only.
`WORKPULSE_MINUTES` (1) is how long, `WORKPULSE_PEOPLE` (500) how many.
"""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.fleet import Answered, Console, Line, Pc, cpu_seconds, enrol, headers_of, memory_mb, percentile
from tests.real_server import RealServer

MINUTES = float(os.environ.get("WORKPULSE_MINUTES", "1"))
PEOPLE = int(os.environ.get("WORKPULSE_PEOPLE", "500"))
EVENTS_A_MINUTE = 8
"""Spans of a minute: a PC closes one at each change of app, title or site, and at the minute."""
SENDERS = 8
ASKED_QUIETLY = 20.0


def send(server: RealServer, pc: Pc, start: int) -> None:
    """Deliver one batch of a PC."""
    line = Line(server.port, server.data / "tls" / "ca.pem")
    [body] = pc.bodies(1, EVENTS_A_MINUTE, start)
    assert line.post("/api/v1/ingest", body, headers_of(pc))[0] == 200
    line.close()


def in_turn(pairs: list[tuple[RealServer, Pc]], times: int, start: int) -> list[float]:
    """Deliver for one PC of each server in turn; return the median of each in milliseconds."""
    lines = [Line(server.port, server.data / "tls" / "ca.pem") for server, _ in pairs]
    bodies = [list(pc.bodies(times, EVENTS_A_MINUTE, start)) for _, pc in pairs]
    answers: list[list[Answered]] = [[] for _ in pairs]
    for each in zip(*bodies, strict=True):
        for at, body in enumerate(each):
            started = time.perf_counter()
            status, _ = lines[at].post("/api/v1/ingest", body, headers_of(pairs[at][1]))
            answers[at].append(Answered(status, time.perf_counter() - started))
    return [percentile(mine, 0.5) for mine in answers]


def keep_time(server: RealServer, pcs: list[Pc], begin: float, start: int, answers: list[Answered]) -> None:
    """Deliver for some PCs, each at its own second of every minute."""
    line = Line(server.port, server.data / "tls" / "ca.pem")
    offsets = {pc.number: random.Random(pc.number).uniform(0, 60) for pc in pcs}
    bodies = {pc.number: pc.bodies(int(MINUTES) + 1, EVENTS_A_MINUTE, start) for pc in pcs}
    due = sorted((minute * 60 + offsets[pc.number], pc.number, pc) for pc in pcs for minute in range(int(MINUTES) + 1))
    for offset, number, pc in due:
        if offset > MINUTES * 60:
            break
        body = next(bodies[number])
        time.sleep(max(0.0, begin + offset - time.perf_counter()))
        started = time.perf_counter()
        status, _ = line.post("/api/v1/ingest", body, headers_of(pc))
        answers.append(Answered(status, time.perf_counter() - started))
    line.close()


def minutes_of_a_fleet(server: RealServer, pcs: list[Pc], start: int) -> list[Answered]:
    """Let every PC deliver on time."""
    answers: list[Answered] = []
    begin = time.perf_counter() + 2
    groups = [pcs[first::SENDERS] for first in range(SENDERS)]
    threads = [threading.Thread(target=keep_time, args=(server, group, begin, start, answers)) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def told(name: str, answers: list[Answered]) -> float:
    """Print how long answers took and return the 99th percentile."""
    assert answers
    assert all(one.status == 200 for one in answers), {one.status for one in answers}
    last = percentile(answers, 0.99)
    print(f"  {name:34} {len(answers):6} answers  p50 {percentile(answers, 0.5):6.1f} ms  p99 {last:6.1f} ms", flush=True)
    return last


def main() -> None:
    """Print the figures."""
    today = datetime.now(UTC).date()
    start = int(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp() * 1000)
    with tempfile.TemporaryDirectory() as name:
        server = RealServer(Path(name) / "large")
        server.start()
        try:
            Console.hire(server)
            ca = server.data / "tls" / "ca.pem"
            print(f"{PEOPLE} PCs, {EVENTS_A_MINUTE} events a minute each, {MINUTES:g} minutes")
            pcs = enrol(server.port, ca, server.command("enrol-code", "--uses", "500", "--team", "Fleet"), PEOPLE)
            for pc in pcs:
                send(server, pc, start)
            few, many = beside_a_server_of_one(Path(name) / "small", (server, pcs[0]), start)
            time.sleep(10)  # the days are rebuilt
            quiet = watched(server, lambda: time.sleep(ASKED_QUIETLY))
            base = told("tabs, nobody sends", quiet)
            before, began = cpu_seconds(server), time.perf_counter()
            heard: list[Answered] = []
            busy = watched(server, lambda: heard.extend(minutes_of_a_fleet(server, pcs, start + 3_600_000)))
            share = (cpu_seconds(server) - before) / (time.perf_counter() - began)
            told("batches", heard)
            loaded = told("tabs meanwhile", busy)
            before, began = cpu_seconds(server), time.perf_counter()
            told("batches, nobody looks", minutes_of_a_fleet(server, pcs, start + 7_200_000))
            ingest = (cpu_seconds(server) - before) / (time.perf_counter() - began)
            seen, counted_once = memory_mb(server)
            print(f"tabs meanwhile / nobody sends, p99      {loaded / base:.2f}")
            print(f"CPU, of one core                        {ingest:.1%} without the tabs (days are rebuilt), {share:.1%} with them")
            print(f"a request knowing {PEOPLE} PCs / one PC, p50  {many / few:.2f}")
            print(f"memory of all processes                 {seen:.0f} MB, shared pages counted once {counted_once:.0f} MB")
        finally:
            server.stop()


def beside_a_server_of_one(folder: Path, known: tuple[RealServer, Pc], start: int) -> list[float]:
    """Return how long a batch takes at a server that knows one PC, and at the one that knows them all."""
    small = RealServer(folder)
    small.start()
    try:
        [only] = enrol(small.port, small.data / "tls" / "ca.pem", small.command("enrol-code"), 1)
        send(small, only, start)
        in_turn([(small, only), known], 50, start)
        return in_turn([(small, only), known], 300, start)
    finally:
        small.stop()


def watched(server: RealServer, act: object) -> list[Answered]:
    """Return what an owner waited for the tabs while `act` ran."""
    console = Console(server, datetime.now(UTC).date())
    console.start()
    act()  # type: ignore[operator]
    return console.stop()


if __name__ == "__main__":
    main()
