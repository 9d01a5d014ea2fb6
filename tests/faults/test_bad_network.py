"""A network that delays, cuts and swallows, between real senders and the real server: all arrives, and nothing twice."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.buffer import Buffer
from agent.clock import SystemClock
from agent.sealing import Sealer
from agent.selfstats import SelfStats
from agent.sender import Identity, Sender
from agent.settings import Settings
from agent.transport import Transport
from policy.wire import EnrolReply, EnrolRequest
from tests.events import activity, notice
from tests.faults.test_killed_server import rows_in_sqlite, what_is_stored
from tests.real_server import RealServer

PCS = 4
EVENTS = 400
NOW = 1_763_629_200_000
FAULTS = ("delay", "cut the request", "cut the answer", "swallow", "cut the request", "refuse", "cut the answer")


class BadNetwork:
    """Passes connections on, each with the next of the faults: late, cut after some bytes either way, swallowed, or refused."""

    def __init__(self, port: int) -> None:
        self.bad, self._port, self._chance = True, port, random.Random(11)
        self.happened: list[str] = []
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            _hang_up(one)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            fault = FAULTS[len(self.happened) % len(FAULTS)] if self.bad else "none"
            self.happened.append(fault)
            self._open.append(caller)
            if fault == "refuse":
                _hang_up(caller)
            elif fault != "swallow":
                self._pass_on(caller, fault)

    def _pass_on(self, caller: socket.socket, fault: str) -> None:
        server = socket.create_connection(("127.0.0.1", self._port), 10)
        self._open.append(server)
        room = self._chance.randrange(12_000)  # a greeting and a few batches
        there = room if fault in ("cut the request", "delay") else None
        back = room if fault == "cut the answer" else None
        for one, other, most in ((caller, server, there), (server, caller, back)):
            thread = threading.Thread(target=_pump, args=(one, other, most, 0.1 if fault == "delay" else 0.0))
            self._threads.append(thread)
            thread.start()


def _pump(here: socket.socket, there: socket.socket, most: int | None, delay: float) -> None:
    """Carry bytes on until one side ends, or `most` were carried."""
    try:
        while (chunk := here.recv(4_096)) and (most is None or most > 0):
            time.sleep(delay)
            there.sendall(chunk[:most])
            most = None if most is None else most - len(chunk)
    except OSError:
        pass
    finally:
        _hang_up(here)
        _hang_up(there)


def _hang_up(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


class Pc(threading.Thread):
    """A real buffer and a real sender that deliver through the bad network."""

    def __init__(self, server: RealServer, network: BadNetwork, folder: Path, number: int, code: str) -> None:
        super().__init__(daemon=True)
        folder.mkdir()
        self.account = f"TEST\\person{number}"
        wanted = EnrolRequest(code, f"PC-{number}", "Linux", self.account, "0.1.0")
        with server.session() as session:
            reply = session.post(f"{server.url}/api/v1/enrol", data=msgspec.json.encode(wanted), timeout=20)
        told = msgspec.json.decode(reply.content, type=EnrolReply)
        self.buffer = Buffer(folder / "buffer.db", Sealer(bytes(range(32))), 64 << 20, NOW)
        self.epoch = self.buffer.facts.epoch
        transport = Transport(f"https://127.0.0.1:{network.port}", server.data / "tls" / "ca.pem", told.token, (0.5, 1.0))
        me, few = Identity(f"machine-{number}", "boot"), Settings(batch_events=10)
        self.sender = Sender(self.buffer, transport, me, told.policy, few, SelfStats(), SystemClock().now)
        self.buffer.append([notice(account=self.account)], NOW)
        self.buffer.append([activity(minute, account=self.account, keys=(minute + 2) % 1000) for minute in range(EVENTS - 1)], NOW)

    def run(self) -> None:
        for _ in range(60):
            if self.buffer.facts.buffered:
                self.sender.step_safely()

    def close(self) -> None:
        self.sender.close()
        self.buffer.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    made = RealServer(tmp_path / "server")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def network(server: RealServer) -> Iterator[BadNetwork]:
    made = BadNetwork(server.port)
    yield made
    made.close()


@pytest.mark.quality("R-11")
@pytest.mark.timeout(240)
def test_everything_arrives_once_through_a_network_that_delays_cuts_and_swallows(
    server: RealServer, network: BadNetwork, tmp_path: Path
) -> None:
    code = server.command("enrol-code", "--uses", str(PCS))
    pcs = [Pc(server, network, tmp_path / f"pc-{number}", number, code) for number in range(PCS)]
    try:
        for pc in pcs:
            pc.start()
        for pc in pcs:
            pc.join(200)
        assert set(network.happened) == set(FAULTS), "every fault really happened"
        network.bad = False
        for pc in pcs:
            pc.run()
        assert [pc.buffer.facts.buffered for pc in pcs] == [0] * PCS
    finally:
        for pc in pcs:
            pc.close()
    server.stop()
    stored = what_is_stored(rows_in_sqlite(server.data))
    assert stored == {pc.epoch: list(range(1, EVENTS + 1)) for pc in pcs}
