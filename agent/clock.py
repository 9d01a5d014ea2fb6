"""The two clocks of a PC read at one moment: the wall clock to label, the monotonic one to measure."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple, Protocol


class Moment(NamedTuple):
    """One instant on both clocks, in milliseconds; `wall` may jump, `mono` only grows and is what durations come from."""

    wall: int
    mono: int


class Clock(Protocol):
    """What the loop needs of time, so that a test can run an hour in a second."""

    def now(self) -> Moment:
        """Return this instant."""

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until `seconds` have passed or `stop` is set; return whether it is set."""


class SystemClock:
    """The PC's own clocks."""

    def now(self) -> Moment:
        """Return this instant."""
        return Moment(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until `seconds` have passed or `stop` is set; return whether it is set."""
        return stop.wait(max(0.0, seconds))
