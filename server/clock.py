"""The server's one clock; only programs, routes and jobs read it, everything below is told the time."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Return the present instant in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def ahead_of_steady() -> float:
    """Return by how many seconds the clock is ahead of the one that nobody sets; it falls when somebody sets the clock back."""
    return time.time() - time.monotonic()
