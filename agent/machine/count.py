"""The `machine` role's count of bytes: as long as Windows gives it; else it says why, and each agent goes on estimating."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

from agent.clock import Moment
from agent.desktop.base import DesktopGoneError
from agent.exact import Publisher
from agent.gate import Word
from agent.log import log
from agent.traffic import TrafficFeed, TrafficLostError

AGAIN_MS = 600_000


class ByteCount:
    """Opened, read and, when it breaks, opened again after a while."""

    def __init__(self, open_feed: Callable[[], TrafficFeed], publisher: Publisher, accounts: Callable[[], Mapping[int, str]]) -> None:
        self._open_feed, self._publisher, self._accounts = open_feed, publisher, accounts
        self._feed: TrafficFeed | None = None
        self._again_at: int | None = None
        self.why_not: str | None = None
        """Why bytes are an estimate now; None while they are counted."""

    def look(self, words: Mapping[str, Word], now: Moment) -> None:
        """Hand on what moved since the last look, of the sessions whose accounts `words` lets record."""
        feed = self._feed or self._opened(now)
        if feed is None:
            return
        try:
            self._publisher.publish(feed.take(), self._accounts(), words, now.wall)
        except (TrafficLostError, OSError) as fault:
            log.warning("the count of bytes begins anew", why=str(fault))
            self._end()
            self._refused(str(fault), now)

    def close(self) -> None:
        """Count no more."""
        self._end()

    def _opened(self, now: Moment) -> TrafficFeed | None:
        if self._again_at is not None and now.mono < self._again_at:
            return None
        try:
            self._feed = self._open_feed()
        except DesktopGoneError as fault:
            self._refused(str(fault), now)
            return None
        self.why_not = None
        log.info("bytes are counted exactly")
        return self._feed

    def _refused(self, why: str, now: Moment) -> None:
        if why != self.why_not:
            log.warning("bytes stay an estimate", why=why)
        self.why_not, self._again_at = why, now.mono + AGAIN_MS

    def _end(self) -> None:
        self._publisher.begin_anew()
        with contextlib.suppress(OSError):  # somebody reads one at this moment; it is too old for them soon
            self._publisher.close()
        if self._feed is not None:
            self._feed.close()
            self._feed = None
