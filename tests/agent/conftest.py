"""Parts the agent's tests share: a far server, and an agent's sending half that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.buffer import Buffer
from agent.clock import SystemClock
from agent.selfstats import SelfStats
from agent.sender import Identity, Sender
from agent.settings import Settings
from agent.transport import Transport
from policy.events import Notice
from policy.wire import AgentPolicy
from tests.agent.builders import open_buffer
from tests.agent.far_server import TOKEN, FarServer


@pytest.fixture
def far(tmp_path: Path) -> Iterator[FarServer]:
    folder = tmp_path / "far"
    folder.mkdir()
    server = FarServer(folder)
    yield server
    server.stop()


@dataclass
class Half:
    """The sending half of an agent: a buffer, a sender, and what the sender was told or told."""

    folder: Path
    far: FarServer
    buffer: Buffer
    sender: Sender
    stats: SelfStats
    policies: list[AgentPolicy]
    answers: list[Notice]

    def drain(self, most: int = 60) -> None:
        """Step until nothing waits, without the pauses between steps."""
        steps = 0
        while self.buffer.facts.buffered and steps < most:
            self.sender.step_safely()
            steps += 1
        if self.buffer.facts.buffered:
            raise AssertionError(f"{self.buffer.facts.buffered} events still wait: {self.sender.sending}, {self.sender.last_error}")


def make_half(folder: Path, far: FarServer, machine: str = "machine-1", **settings: float) -> Half:
    authority = folder / "ca.pem"
    authority.write_text(far.identity.authority_pem)
    buffer, stats, policies, answers = open_buffer(folder), SelfStats(), [], []
    sender = Sender(
        buffer,
        Transport(far.url, authority, TOKEN, (2.0, 5.0)),
        Identity(machine, "boot-1"),
        AgentPolicy(revision=1, notice="1", send_every=60),
        Settings(**settings),
        stats,
        SystemClock().now,
        on_policy=policies.append,
        current_notice=lambda: answers[-1] if answers else None,
    )
    made = Half(folder, far, buffer, sender, stats, policies, answers)
    MADE.append(made)
    return made


MADE: list[Half] = []


@pytest.fixture(autouse=True)
def _let_connections_go() -> Iterator[None]:
    yield
    while MADE:
        MADE.pop().sender.close()


@pytest.fixture
def half(tmp_path: Path, far: FarServer) -> Iterator[Half]:
    made = make_half(tmp_path, far)
    yield made
    made.sender._transport.close()
    made.buffer.close()
