"""Values and parts the agent's tests build again and again."""

from __future__ import annotations

from pathlib import Path

from agent.buffer import Buffer
from agent.sealing import Sealer
from policy.events import Activity, Event, event_decoder

START = 1_763_629_200_000
KEY = bytes(range(32))
MIB = 1 << 20


def span(number: int = 0, title: str | None = "Budget 2026 — Excel") -> Activity:
    """An activity span of one second that is told from others by its key count."""
    start = START + number * 1000
    return Activity(start, start + 1000, "OFFICE\\ada", "excel.exe", number, 1, 2, 30, 400, 1, 0, 1, 1, 0, title=title)


def open_buffer(folder: Path, limit: int = 64 * MIB, key: bytes = KEY) -> Buffer:
    """The buffer of `folder`."""
    return Buffer(folder / "buffer.db", Sealer(key), limit, START)


def waiting(buffer: Buffer) -> dict[int, Event]:
    """Everything that waits, by number."""
    return {row.seq: event_decoder.decode(row.event) for row in buffer.peek(100_000, 1 << 30, START).rows}
