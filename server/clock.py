"""The server's one clock; only programs, routes and jobs read it, everything below is told the time."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Return the present instant in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000
