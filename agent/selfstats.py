"""What the agent costs and what went wrong, counted by reason."""

from __future__ import annotations

import os
import time
from collections import Counter

import psutil


class SelfStats:
    """Counters since the agent started, and its share of a processor since it was last asked."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._process = psutil.Process(os.getpid())
        self._cpu = time.process_time()
        self._mono = time.monotonic()

    def count(self, reason: str, times: int = 1) -> None:
        """Count one occurrence of `reason`."""
        self.counts[reason] += times

    def cpu_percent(self) -> float:
        """Return the percentage of one processor used since the last call."""
        cpu, mono = time.process_time(), time.monotonic()
        share = 100 * (cpu - self._cpu) / max(mono - self._mono, 1e-3)
        self._cpu, self._mono = cpu, mono
        return round(max(0.0, share), 3)

    def rss_bytes(self) -> int:
        """Return the memory in use."""
        return int(self._process.memory_info().rss)
