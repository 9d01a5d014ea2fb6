"""The agent about itself: what it costs, its half of the delivery equation, and once per start what kind of PC this is."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Sequence
from pathlib import Path

import psutil

from agent import VERSION
from agent.buffer import Buffer
from agent.clock import Moment
from agent.desktop.base import Desktop
from agent.selfstats import SelfStats
from policy.events import Event, Health, System
from policy.wire import AgentPolicy


class HealthReport:
    """One health event a period."""

    name = "health"

    def __init__(self, buffer: Buffer, stats: SelfStats, folder: Path, policy: AgentPolicy) -> None:
        self.every = policy.health_every
        self._buffer, self._stats, self._folder = buffer, stats, folder
        self._said_system = False

    def obey(self, policy: AgentPolicy) -> None:
        """Go on by a new policy."""
        self.every = policy.health_every

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """Nothing has to begin."""

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return the agent's own figures."""
        facts = self._buffer.facts
        oldest = self._buffer.oldest(now.wall)
        system = None if self._said_system else self._system()
        self._said_system = True
        return [
            Health(
                at=now.wall,
                cpu_percent=self._stats.cpu_percent(),
                rss_bytes=self._stats.rss_bytes(),
                buffered=facts.buffered,
                oldest_ms=max(0, now.wall - oldest) if oldest is not None else 0,
                recorded=facts.recorded,
                sent=facts.acked,
                dropped=sum(drop.total for drop in facts.dropped.values()),
                system=system,
            )
        ]

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return nothing; a health event says how it is, not how it was."""
        return []

    def _system(self) -> System:
        return System(
            os=f"{platform.system()} {platform.release()}"[:128],
            cpu_count=os.cpu_count() or 0,
            memory_bytes=psutil.virtual_memory().total,
            agent_version=VERSION,
            disk_free_bytes=shutil.disk_usage(self._folder).free,
        )
