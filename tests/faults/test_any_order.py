"""Any order of faults, drawn by chance, against a model of what must be there in the end: a real buffer, sender and server.

`WORKPULSE_ORDERS` sets how many orders are tried (4; on demand 2,000); the number of one is the seed it is drawn with.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.buffer import Buffer
from agent.clock import SystemClock
from agent.sealing import Sealer
from agent.selfstats import SelfStats
from agent.sender import Identity, Sender, Sending
from agent.settings import Settings
from agent.transport import Answer, AwayError
from policy.summaries import Devices
from policy.wire import EnrolReply
from server.models import GapEvent, Span
from tests.events import activity, notice
from tests.server.conftest import Office

ORDERS = int(os.environ.get("WORKPULSE_ORDERS", "4"))
STEPS = 50
NOW = 1_763_629_200_000
FINE, LOSE_THE_REQUEST, LOSE_THE_ANSWER = "fine", "lose the request", "lose the answer"


class Line:
    """What a Transport is to a sender, straight into the application; it loses what it is told to lose."""

    timeouts = (5.0, 30.0)

    def __init__(self, world: AnyOrder) -> None:
        self.world = world

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        return self._ask("POST", path, body, headers)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def close(self) -> None: ...

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if self.world.line == LOSE_THE_REQUEST:
            raise AwayError("lost on its way there")
        token = {"Authorization": f"Bearer {self.world.device.token}"}
        reply = self.world.office.client.open(path, method=method, data=body, headers=headers | token)
        if self.world.line == LOSE_THE_ANSWER:
            raise AwayError("lost on its way back")
        return Answer(reply.status_code, reply.data, reply.headers.get("Retry-After"))


class Pc:
    """The agent's half that keeps and sends, on a folder of its own."""

    def __init__(self, world: AnyOrder, folder: Path, machine: str) -> None:
        self.world, self.folder, self.machine = world, folder, machine
        self.start()

    def start(self) -> None:
        self.buffer = Buffer(self.folder / "buffer.db", Sealer(bytes(range(32))), 64 << 20, NOW)
        me, policy = Identity(self.machine, "boot"), self.world.device.policy
        few = Settings(batch_events=4)
        self.sender = Sender(self.buffer, Line(self.world), me, policy, few, SelfStats(), SystemClock().now)  # type: ignore[arg-type]

    def stop(self) -> None:
        self.buffer.close()


class AnyOrder:
    """One PC and one server, to whom things happen. Every event has a number of its own in its count of keys."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance, self.folder = random.Random(seed), folder
        self.line, self.recorded, self.backed_up, self.restored = FINE, 0, 0, False
        self.office = Office(folder / "server")
        self.device: EnrolReply = self.office.enrol()
        (folder / "pc").mkdir()
        self.pc = Pc(self, folder / "pc", "machine-1")
        self.pc.buffer.append([notice()], NOW)
        self.pc.sender.step_safely()
        self.a_backup_is_made()

    def close(self) -> None:
        self.pc.stop()
        self.office.close()

    def step(self) -> None:
        """Let one thing happen; what is rare in an office is rare here."""
        seldom = [self.the_agent_starts_again, self.the_server_starts_again]
        if self.pc.buffer.facts.acked:
            seldom.append(self.its_disk_is_copied_to_another_pc_which_sends)
        if not self.restored and self.pc.buffer.facts.acked > self.backed_up + 10:
            seldom.append(self.the_server_is_put_back_to_its_backup)
        one_of_these = self.chance.choice(seldom)
        self.chance.choice([one_of_these, *[self.record] * 3, *[self.send] * 4])()

    def record(self) -> None:
        many = self.chance.randrange(1, 10)
        new = range(self.recorded, self.recorded + many)
        assert len(self.pc.buffer.append([activity(number, keys=number + 1) for number in new], NOW)) == many
        self.recorded += many

    def send(self) -> None:
        self.line = self.chance.choice([FINE, FINE, LOSE_THE_REQUEST, LOSE_THE_ANSWER])
        for _ in range(self.chance.randrange(1, 5)):
            self.pc.sender.step_safely()
        self.line = FINE

    def the_agent_starts_again(self) -> None:
        self.pc.stop()
        self.pc.start()

    def the_server_starts_again(self) -> None:
        self.office.close()
        self.office = Office(self.office.core.settings.data, twin=self.office)

    def a_backup_is_made(self) -> None:
        self.backed_up = self.pc.buffer.facts.acked
        self.office.close()
        shutil.copytree(self.office.core.settings.data, self.folder / "backup")
        self.office = Office(self.office.core.settings.data, twin=self.office)

    def the_server_is_put_back_to_its_backup(self) -> None:
        data = self.office.core.settings.data
        self.office.close()
        shutil.rmtree(data)
        shutil.copytree(self.folder / "backup", data)
        self.office, self.restored = Office(data, twin=self.office), True

    def its_disk_is_copied_to_another_pc_which_sends(self) -> None:
        other, before = self.folder / "clone", self.stored()
        self.pc.stop()
        shutil.copytree(self.pc.folder, other)
        self.pc.start()
        clone = Pc(self, other, "machine-2")
        clone.buffer.append([activity(0, keys=7_777)], NOW)
        for _ in range(3):
            clone.sender.step_safely()
        clone.stop()
        shutil.rmtree(other)
        assert clone.sender.sending is Sending.CLONED
        assert self.stored() == before, "nothing of the other PC is mixed into this one's"

    def stored(self) -> Counter[int]:
        return Counter(row.keys for row in self.office.rows(Span))

    def everything_arrived_once_or_is_declared(self) -> None:
        self.record()  # what the server forgot is found by the next event, and a PC that runs has one each minute
        for _ in range(self.recorded):
            if self.pc.buffer.facts.buffered:
                self.pc.sender.step_safely()
        assert self.pc.buffer.facts.buffered == 0, self.pc.sender.last_error
        stored = self.stored()
        assert set(stored) <= set(range(1, self.recorded + 1))
        assert [number for number, times in stored.items() if times > 1] == []
        declared = sum(row.lost for row in self.office.rows(GapEvent))
        assert self.recorded - len(stored) == declared, "what is missing is declared, to the event"
        assert self.restored or not declared
        [told] = msgspec.json.decode(self.office.get("/api/v1/devices").data, type=Devices).devices
        assert told.balanced, told


@pytest.fixture
def order(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyOrder]:
    made = AnyOrder(tmp_path, request.param)
    yield made
    made.close()


@pytest.mark.quality("R-18", "R-05", "R-19")
@pytest.mark.parametrize("order", range(ORDERS), indirect=True)
def test_whatever_happens_in_whatever_order_each_event_arrives_once_or_is_declared(order: AnyOrder) -> None:
    for _ in range(STEPS):
        order.step()
    order.everything_arrived_once_or_is_declared()
