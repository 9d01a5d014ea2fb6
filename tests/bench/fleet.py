"""A seeded fleet: many PCs that speak the real wire, with bodies made beforehand so that the server's work is what is timed."""

from __future__ import annotations

import gzip
import http.client
import random
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
import psutil

from policy.events import MINUTE_MS, Activity, Event, Notice
from policy.wire import Batch, EnrolReply, EnrolRequest
from server.clock import now_ms
from server.tls import SERVER_NAME
from tests.real_server import RealServer

APPS = [f"app{number}.exe" for number in range(60)]
SITES = [f"site{number}.example" for number in range(300)]
TITLES = [f"kept words {number}" for number in range(5_000)]
STAYS = 0.75
"""How likely a person is a minute later still where they were."""


class Habit:
    """Where one person spends their minutes: a dozen places, the first most, each kept for some minutes."""

    def __init__(self, account: str, chance: random.Random) -> None:
        self._account, self._chance = account, chance
        self._places = [self._place() for _ in range(12)]
        self._at = self._places[0]

    def _place(self) -> tuple[str, str | None, list[str | None]]:
        chance = self._chance
        app = APPS[int(len(APPS) * chance.random() ** 3)]
        site = chance.choice(SITES) if chance.random() < 0.4 else None
        return app, site, [None, *chance.choices(TITLES, k=4)]

    def minute(self, start: int) -> Activity:
        """Return the span of the minute that begins at `start`."""
        chance = self._chance
        if chance.random() > STAYS:
            self._at = self._places[int(len(self._places) * chance.random() ** 2)]
        app, site, titles = self._at
        keys, moving = chance.randint(0, 120), chance.randint(0, 40)
        return Activity(
            start=start,
            end=start + MINUTE_MS,
            account=self._account,
            app=app,
            site=site,
            title=chance.choice(titles),
            keys=keys,
            clicks=chance.randint(0, 12),
            scrolls=chance.randint(0, 9),
            pointer_px=moving * 40,
            idle_ms=chance.randint(0, 9_000),
            samples=60,
            zero_samples=60 - max(moving, min(60, keys // 3)),
            distinct_counts=chance.randint(0, 8),
            moving_samples=moving,
            distracted_samples=0,
        )


class Answered(NamedTuple):
    """One request's answer and how long it took."""

    status: int
    seconds: float


class Pc:
    """One enrolled PC."""

    def __init__(self, number: int, token: str) -> None:
        self.number = number
        self.token = token
        self.account = f"FLEET\\person{number}"
        self.epoch = f"{number:016x}"
        self.next = 1

    def bodies(self, batches: int, size: int, start: int, seed: int = 0) -> Iterator[bytes]:
        """Yield gzipped batches of `size` events, one span a minute from `start` on; the first begins with the consent."""
        habit = Habit(self.account, random.Random(f"{seed} {self.number}"))
        minute = start // MINUTE_MS
        for _ in range(batches):
            events: list[Event] = [Notice(minute * MINUTE_MS, self.account, "2026-11", "en", "acknowledged")] if self.next == 1 else []
            while len(events) < size:
                events.append(habit.minute(minute * MINUTE_MS))
                minute += 1
            body = gzip.compress(self.batch(events), 6)
            self.next += len(events)
            yield body

    def batch(self, events: Sequence[Event]) -> bytes:
        raw = [msgspec.Raw(msgspec.json.encode(event)) for event in events]
        return msgspec.json.encode(Batch(1, self.epoch, self.next, f"machine {self.number}", now_ms(), "boot", 1, raw))


class Line:
    """One kept-open connection to a server, over TLS when a CA is given."""

    def __init__(self, port: int, ca: Path | None) -> None:
        if ca is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        else:
            context = ssl.create_default_context(cafile=str(ca))
            context.check_hostname = False  # connected by address; the chain is verified against our CA
            self._connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
        self._connection.connect()

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request("POST", path, body, headers)
        reply = self._connection.getresponse()
        return reply.status, reply.read()

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request("GET", path, headers=headers)
        reply = self._connection.getresponse()
        return reply.status, reply.read()

    def close(self) -> None:
        self._connection.close()


def enrol(port: int, ca: Path, code: str, count: int, first: int = 0) -> list[Pc]:
    """Enrol `count` PCs with one code."""
    line = Line(port, ca)
    pcs = []
    for number in range(first, first + count):
        wanted = EnrolRequest(code, f"PC-{number}", "Windows 11", f"FLEET\\person{number}", "0.1.0")
        status, body = line.post("/api/v1/enrol", msgspec.json.encode(wanted), {"Host": SERVER_NAME})
        assert status == 201, body
        pcs.append(Pc(number, msgspec.json.decode(body, type=EnrolReply).token))
    line.close()
    return pcs


Work = list[list[tuple[dict[str, str], bytes]]]


def deliver(port: int, ca: Path | None, work: Work, path: str = "/api/v1/ingest") -> tuple[float, list[Answered]]:
    """Send each list of (headers, body) over a connection of its own, all at once; return the seconds and every answer.

    Without a body it is a GET.
    """
    answers: list[list[Answered]] = [[] for _ in work]
    barrier = threading.Barrier(len(work) + 1)

    def send(mine: list[tuple[dict[str, str], bytes]], heard: list[Answered]) -> None:
        line = Line(port, ca)
        barrier.wait()
        for headers, body in mine:
            started = time.perf_counter()
            status, _ = line.post(path, body, headers) if body else line.get(path, headers)
            heard.append(Answered(status, time.perf_counter() - started))
        line.close()

    threads = [threading.Thread(target=send, args=pair) for pair in zip(work, answers, strict=True)]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started, [one for heard in answers for one in heard]


def headers_of(pc: Pc) -> dict[str, str]:
    return {"Authorization": f"Bearer {pc.token}", "Content-Encoding": "gzip"}


def percentile(answers: Sequence[Answered], share: float) -> float:
    """Return a percentile of the answers' times, in milliseconds."""
    times = sorted(one.seconds for one in answers)
    return times[min(len(times) - 1, int(len(times) * share))] * 1000


def cpu_seconds(server: RealServer) -> float:
    """Return what all processes of a server have computed so far; those that ended meanwhile count no more."""
    times = [process.cpu_times() for process in server.processes() if process.status() != psutil.STATUS_ZOMBIE]
    return sum(one.user + one.system for one in times)


def memory_mb(server: RealServer) -> tuple[float, float]:
    """Return the memory of all processes of a server: summed as each sees it, and with shared pages counted once."""
    full = [process.memory_full_info() for process in server.processes()]
    return sum(one.rss for one in full) / 1e6, sum(getattr(one, "pss", one.rss) for one in full) / 1e6


class Console(threading.Thread):
    """An owner who asks one tab after the other, until told to stop; `answers` says how long each took."""

    TABS = ("overview", "timeline", "applications", "urls", "inactivity")
    PASSWORD = "long enough password"

    def __init__(self, server: RealServer, day: date, pause: float = 0.1) -> None:
        super().__init__(daemon=True)
        self.answers: list[Answered] = []
        self._line = Line(server.port, server.data / "tls" / "ca.pem")
        self._pause, self._enough = pause, threading.Event()
        self._question = f"?from={day}&to={day}"
        asked = msgspec.json.encode({"user": "owner", "password": self.PASSWORD})
        status, body = self._line.post("/api/v1/sign-in", asked, {"Content-Type": "application/json"})
        assert status == 200, body
        self._headers = {"Authorization": f"Bearer {msgspec.json.decode(body)['token']}"}

    @classmethod
    def hire(cls, server: RealServer) -> None:
        """Make the owner."""
        server.command("user", "add", "owner", "--role", "owner", "--password-stdin", stdin=cls.PASSWORD + "\n")

    def run(self) -> None:
        while not self._enough.is_set():
            for tab in self.TABS:
                started = time.perf_counter()
                status, body = self._line.get(f"/api/v1/{tab}{self._question}", self._headers)
                self.answers.append(Answered(status, time.perf_counter() - started))
                assert status == 200, body
                self._enough.wait(self._pause)

    def stop(self) -> list[Answered]:
        """End, and return the answers."""
        self._enough.set()
        self.join()
        self._line.close()
        return self.answers
