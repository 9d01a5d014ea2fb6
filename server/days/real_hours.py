"""Real work hours: each 40 minutes of unbroken work make one, and a block may run over midnight.

```
said        working | idle 4 min | working | silent 12 min | working | locked | working | idle 10 min ...
unbroken    [---------------------------------------------------)           [------)
```
A pause in the work breaks it unless it is short: less than 10 minutes of idleness and at most 15 without a sign of life.
A lock, sleep, pause or power-off always does. What broke it is no part of it: the block ends with the last working second.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from policy.presence import ENGAGED, Presence
from policy.summaries.report import REAL_HOUR
from server.days.partition import Part

IDLE_LIMIT = 10 * 60
"""So many seconds without input are a stop (source 000: IDLE_THRESHOLD_MINUTES)."""
SILENCE_LIMIT = 15 * 60
"""More seconds than that without any sign of life are a stop."""


class State(IntEnum):
    """What a stretch is for the count."""

    WORKING = 0
    IDLE = 1
    SILENT = 2
    STOPPED = 3


class Run(NamedTuple):
    """So many seconds of one state."""

    state: State
    seconds: int


class Block(NamedTuple):
    """A stretch of unbroken work, as seconds."""

    start: int
    end: int


def runs_of(parts: Iterable[Part]) -> list[Run]:
    """Return a partitioned day as runs; short breaks within the day are work already, those at its edges stay as they are."""
    return joined(Run(_state(part.presence), (part.end - part.start) // 1000) for part in parts)


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return runs with the breaks that do not count made work, and those that do made one stop; doing it again changes nothing."""
    found: list[Run] = []
    gap: list[Run] = []
    for run in runs:
        if run.state is State.WORKING:
            _close(found, gap)
            _put(found, run)
            gap = []
        elif run.seconds:
            _put(gap, run)
    return found + gap


def blocks(runs: Iterable[Run], start: int) -> Iterator[Block]:
    """Yield the stretches of unbroken work of runs that begin at `start`."""
    for run in joined(runs):
        if run.state is State.WORKING:
            yield Block(start, start + run.seconds)
        start += run.seconds


def completed(found: Iterable[Block]) -> Iterator[int]:
    """Yield the second in which each real work hour is complete: the last one that belongs to it."""
    for block in found:
        yield from range(block.start + REAL_HOUR - 1, block.end, REAL_HOUR)


def pack(runs: Sequence[Run]) -> bytes:
    """Return runs as bytes: four for each."""
    return struct.pack(f"<{len(runs)}I", *(run.seconds << 2 | run.state for run in runs))


def unpack(packed: bytes) -> list[Run]:
    """Return packed runs."""
    return [Run(State(number & 3), number >> 2) for (number,) in struct.iter_unpack("<I", packed)]


def _close(found: list[Run], gap: list[Run]) -> None:
    """Put a gap between two stretches of work; one before all work stays as it is, because the day before may end in work."""
    if not found:
        found += gap
    elif gap:
        _put(found, Run(State.STOPPED if _breaks(gap) else State.WORKING, sum(one.seconds for one in gap)))


def _put(runs: list[Run], run: Run) -> None:
    if runs and runs[-1].state is run.state:
        run = Run(run.state, runs.pop().seconds + run.seconds)
    runs.append(run)


def _breaks(gap: Iterable[Run]) -> bool:
    seconds = dict.fromkeys(State, 0)
    for run in gap:
        seconds[run.state] += run.seconds
    return bool(seconds[State.STOPPED]) or seconds[State.IDLE] >= IDLE_LIMIT or seconds[State.SILENT] > SILENCE_LIMIT


def _state(presence: Presence) -> State:
    if presence in ENGAGED:
        return State.WORKING
    return {Presence.IDLE: State.IDLE, Presence.UNKNOWN: State.SILENT}.get(presence, State.STOPPED)
