"""Kill the server with -9 during ingest, again and again, and compare its store with what every sender was told.

Each sender keeps an oracle: the number of every event it was acknowledged, and every event it ever sent. Replies are
lost on purpose, so that batches are really sent twice. `WORKPULSE_KILLS` sets the number of kills (20; on demand 200).
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import requests

from policy.wire import Ack, EnrolReply, EnrolRequest
from tests.events import MONDAY_NINE, activity, batch, notice
from tests.real_server import RealServer

KILLS = int(os.environ.get("WORKPULSE_KILLS", "20"))
SENDERS = 20
BATCH = 40
LOST_REPLIES = 0.05

Row = tuple[str, int, int]
EVERY_ROW = (
    "SELECT epoch.name, seq, keys FROM span JOIN epoch ON epoch.id = epoch_id"
    " UNION ALL SELECT epoch.name, seq, 1 FROM notice_event JOIN epoch ON epoch.id = epoch_id ORDER BY 1, 2"
)


class Sender(threading.Thread):
    """One PC: sends numbered batches until told to stop, keeps what it was told, and never gives an event up.

    Where there are several servers, it turns to the next one when one fails it.
    """

    def __init__(self, servers: Sequence[RealServer], number: int, code: str) -> None:
        super().__init__(daemon=True)
        self.servers = servers
        self.number = self.turn = number
        server = servers[0]
        self.account = f"TEST\\person{number}"
        self.epoch = f"{number:016x}"
        self.random = random.Random(number)
        self.stop = threading.Event()
        self.acked = 0
        self.sent_up_to = 0
        self.resent = 0
        self.fault: BaseException | None = None
        wanted = EnrolRequest(code, f"PC-{number}", "Linux", self.account, "0.1.0")
        with server.session() as session:
            reply = session.post(f"{server.url}/api/v1/enrol", data=msgspec.json.encode(wanted), timeout=20)
        self.session = server.session(msgspec.json.decode(reply.content, type=EnrolReply).token)

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.send_once()
        except BaseException as fault:  # kept for the test, which judges it
            self.fault = fault
        finally:
            self.session.close()

    def send_once(self) -> None:
        first = self.acked + 1
        self.resent += first <= self.sent_up_to
        try:
            self.sent_up_to = max(self.sent_up_to, first + BATCH - 1)
            server = self.servers[self.turn % len(self.servers)]
            reply = self.session.post(f"{server.url}/api/v1/ingest", data=self.body(first), timeout=20)
        except requests.RequestException:
            self.turn_to_the_next()
            return
        if reply.status_code == 503:
            self.turn_to_the_next()
            return
        assert reply.status_code == 200, reply.text
        if self.random.random() >= LOST_REPLIES:
            self.acked = msgspec.json.decode(reply.content, type=Ack).acked

    def turn_to_the_next(self) -> None:
        self.turn += 1
        time.sleep(0.25)  # a server that starts again needs the processor more than its callers

    def body(self, first: int) -> bytes:
        """Event n is always the same: sent twice, it must be stored once."""
        return batch([self.event(seq) for seq in range(first, first + BATCH)], first, epoch=self.epoch, machine=self.epoch)

    def event(self, seq: int) -> object:
        if seq == 1:
            return notice(account=self.account)
        return activity(start=MONDAY_NINE + seq * 60_000, account=self.account, keys=seq % 1000)


class Verdict(NamedTuple):
    """What an ordeal came to: events that were acknowledged and are gone, or are there twice; batches that came twice, or were refused."""

    stored: int
    lost: int
    twice: int
    came_twice: int
    turned_away: int
    balanced: bool


def rest(senders: list[Sender]) -> None:
    """Let every sender end."""
    for sender in senders:
        sender.stop.set()
    for sender in senders:
        if sender.is_alive():
            sender.join(30)


def kill_and_restart(server: RealServer) -> Callable[[], None]:
    """Return the blow of the ordeal of one server."""

    def strike() -> None:
        server.kill()
        server.start()

    return strike


def ordeal(servers: Sequence[RealServer], kills: int, strike: Callable[[], None], read: Callable[[], list[Row]]) -> Verdict:
    """Let many PCs send while something is struck down and comes back; compare what they were told with what is stored."""
    server = servers[0]
    code = server.command("enrol-code", "--uses", str(SENDERS))
    senders = [Sender(servers, number, code) for number in range(SENDERS)]
    chance = random.Random(1)
    try:
        for sender in senders:
            sender.start()
        for _ in range(kills):
            time.sleep(chance.uniform(0.35, 0.75))
            strike()
        time.sleep(0.5)
        rest(senders)
        devices = owner_sees_devices(server)
    finally:
        rest(senders)
        for one in servers:
            one.stop()
    stored = what_is_stored(read())
    lost = sum(len(set(range(1, sender.acked + 1)) - set(stored.get(sender.epoch, ()))) for sender in senders)
    faults = [sender.fault for sender in senders if sender.fault]
    return Verdict(
        stored=sum(map(len, stored.values())),
        lost=lost + len(faults),  # a sender that met a hole was acknowledged what is not there
        twice=sum(len(numbers) - len(set(numbers)) for numbers in stored.values()),
        came_twice=sum(device["duplicates"] for device in devices) // BATCH,
        turned_away=sum(sender.turn - sender.number for sender in senders),
        balanced=all(device["stored"] == device["recorded"] and not device["quarantined"] for device in devices),
    )


@pytest.mark.quality("R-01")
@pytest.mark.timeout(KILLS * 30 + 120)
def test_killed_again_and_again_it_loses_nothing_and_stores_nothing_twice(tmp_path: Path) -> None:
    server = RealServer(tmp_path)
    server.start()
    verdict = ordeal([server], KILLS, kill_and_restart(server), lambda: rows_in_sqlite(tmp_path))
    print(f"\n{KILLS} kills: {verdict}")
    assert (verdict.lost, verdict.twice, verdict.balanced) == (0, 0, True)
    assert verdict.came_twice >= KILLS // 2, "the path of a batch that comes twice did not really run"


@pytest.mark.quality("R-01")
@pytest.mark.timeout(180)
def test_a_server_that_acknowledges_before_the_commit_does_not_pass(tmp_path: Path) -> None:
    """The test of the test: the same ordeal finds the losses of a server that is broken on purpose."""
    server = RealServer(tmp_path, program=Path(__file__).parent / "hasty_server.py")
    server.start()
    verdict = ordeal([server], 3, kill_and_restart(server), lambda: rows_in_sqlite(tmp_path))
    print(f"\n{verdict}")
    assert verdict.lost > 0


def owner_sees_devices(server: RealServer) -> list[dict[str, int]]:
    server.command("user", "add", "owner", "--role", "owner", "--password-stdin", stdin="long enough password\n")
    with server.session() as session:
        signed = session.post(f"{server.url}/api/v1/sign-in", json={"user": "owner", "password": "long enough password"}, timeout=20)
        time.sleep(0.5)  # even a server that answers too early has committed the token by then
        reply = session.get(f"{server.url}/api/v1/devices", headers={"Authorization": f"Bearer {signed.json()['token']}"}, timeout=20)
    return list(reply.json()["devices"])


def rows_in_sqlite(data: Path) -> list[Row]:
    """Return every stored row as a reader of the file sees it, after an integrity check."""
    connection = sqlite3.connect(data / "workpulse.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute(EVERY_ROW).fetchall()
    finally:
        connection.close()


def what_is_stored(rows: list[Row]) -> dict[str, list[int]]:
    """Return {epoch: the numbers of its rows, in order}."""
    found: dict[str, list[int]] = {}
    for epoch, seq, keys in rows:
        assert seq == 1 or keys == seq % 1000, "the row is another event's"
        found.setdefault(epoch, []).append(seq)
    return found
