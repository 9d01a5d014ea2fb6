"""The agent's one loop: see what the person decided, look at the desktop when that allows it, put what was seen on disk."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence

from agent.answers import record_answers
from agent.buffer import Buffer
from agent.clock import Clock, Moment
from agent.collectors import Collector
from agent.control import ControlWatch
from agent.desktop.base import Change, Desktop, DesktopGoneError
from agent.gate import Word, decide
from agent.log import log
from policy.events import Event, Gap, Session, SessionChange
from policy.purposes import permitted
from policy.wire import AgentPolicy

LOOK_SECONDS = 1.0
"""The longest time between two looks at what the person decided: pause and withdrawal must not wait for a slow policy."""
ENDS_THE_AGENT = ("shutdown", "logoff")
SAME_BOOT_MS = 5 * 60_000
"""The log and the system's own counter may tell one boot at instants this far apart."""
LIVE_WORDS = (Word.RECORDING, Word.PAUSED, Word.OUTSIDE_HOURS, Word.UNSEEN)
"""The person said yes; that the agent started and stopped may be recorded."""


class Loop:
    """Runs the collectors while the gate is open; everything it is given is already made."""

    def __init__(
        self,
        desktop: Desktop,
        buffer: Buffer,
        collectors: Sequence[Collector],
        control: ControlWatch,
        policy: AgentPolicy,
        clock: Clock,
        each_look: Callable[[Word, Moment], None] = lambda word, now: None,
        on_answer: Callable[[], None] = lambda: None,
        is_seen: Callable[[], bool] = lambda: True,
    ) -> None:
        self.policy = policy
        self.word = Word.STOPPED
        self._desktop, self._buffer, self._collectors, self._control, self._clock = desktop, buffer, collectors, control, clock
        self._each_look, self._on_answer, self._is_seen = each_look, on_answer, is_seen
        self._due: dict[str, int] = {}
        self._announced = False
        self._ending = False
        self._unseen_since: int | None = None
        self._next_policy = policy
        if policy.withholds:
            self._adopt(policy)

    def obey(self, policy: AgentPolicy) -> None:
        """Go on by `policy` from the next look on; may be called from another thread."""
        self._next_policy = policy

    def run(self, stop: threading.Event) -> None:
        """Look and collect until `stop` is set or the session ends; then close what is open."""
        try:
            while not stop.is_set() and not self._ending:
                self.look(self._clock.now())
                if not self._ending:  # at the end of a session Windows waits for us only for seconds
                    self._clock.wait(self._seconds_to_next(), stop)
        except DesktopGoneError as fault:
            log.warning("the desktop is gone", why=str(fault))
        self.finish()

    def look(self, now: Moment) -> None:
        """Do everything that is due at `now`."""
        account = self._desktop.account
        if self._next_policy is not self.policy:
            self._adopt(self._next_policy)
        if record_answers(self._buffer, self._control.read(), account, now.wall):
            self._on_answer()
        word = self._word(account, now)
        if word is not self.word:
            self._turn(word, now)
        if word is Word.RECORDING:
            self._record(self._collect(now), now)
        self._each_look(word, now)

    def _word(self, account: str, now: Moment) -> Word:
        """What may be done now; whatever the policy says, nothing is recorded that the symbol does not tell of."""
        word = decide(self._control.read(), self.policy, account, now.wall)
        return Word.UNSEEN if word is Word.RECORDING and not self._is_seen() else word

    def finish(self) -> None:
        """Close what is open and say that the agent stopped."""
        now = self._clock.now()
        events = self._finish_collectors(now) if self.word is Word.RECORDING else []
        if self._announced:
            events.append(self._session("agent_stop", now))
            with contextlib.suppress(sqlite3.Error):  # then the log is read from an earlier instant, and nothing is missed
                self._buffer.note(looked_at=now.wall)
        self._record(events, now)
        self.word = Word.STOPPED
        self._each_look(self.word, now)

    # --- turning from one word to the next -------------------------------------------------------------------------

    def _turn(self, word: Word, now: Moment) -> None:
        before, self.word = self.word, word
        self._announced = self._announced and word in LIVE_WORDS
        log.info("turned", before=before, now=word)
        events: list[Event] = []
        if before is Word.RECORDING and word is not Word.WITHDRAWN:
            events += self._finish_collectors(now)
        if word in LIVE_WORDS and not self._announced:
            events += self._announcement(now)
        events += self._unseen_time(before, word, now)
        if before is Word.PAUSED and word in LIVE_WORDS:
            events.append(self._session("resume", now))
        if word is Word.PAUSED:
            events.append(self._session("pause", now))
        if word is Word.RECORDING:
            self._begin_collectors(now)
        self._record(events, now)

    def _unseen_time(self, before: Word, word: Word, now: Moment) -> list[Event]:
        """Declare the time for which the symbol was gone; before the first recording it is part of the start."""
        since, self._unseen_since = self._unseen_since, now.wall if (before, word) == (Word.RECORDING, Word.UNSEEN) else None
        if since is None or word is Word.WITHDRAWN:
            return []
        return [Gap(start=since, end=max(since, now.wall), what="activity", reason="no_symbol", lost=0)]

    def _announcement(self, now: Moment) -> list[Event]:
        """Tell what the system's own log knows of since the agent last looked, the boot at least, and that the agent started."""
        self._announced = True
        name, booted = self._desktop.boot()
        facts, account = self._buffer.facts, self._desktop.account
        known = max(facts.looked_at, facts.answered_at)
        told = [change for change in self._desktop.journal(known) if change.at < now.wall] if known else []
        if name != facts.boot and not any(change.change == "boot" and abs(change.at - booted) < SAME_BOOT_MS for change in told):
            told.append(Change("boot", booted))
        self._buffer.note(boot=name, looked_at=now.wall)
        events: list[Event] = [Session(at=at, account=account, change=change) for change, at in sorted(told, key=lambda one: one.at)]
        return [*events, self._session("agent_start", now)]

    def _session(self, change: SessionChange, now: Moment) -> Session:
        return Session(at=now.wall, account=self._desktop.account, change=change)

    # --- collecting --------------------------------------------------------------------------------------------------

    def _begin_collectors(self, now: Moment) -> None:
        for collector in self._collectors:
            collector.begin(self._desktop, now)
            self._due[collector.name] = now.mono + int(collector.every * 1000)

    def _collect(self, now: Moment) -> list[Event]:
        events: list[Event] = []
        for collector in self._collectors:
            if self._due[collector.name] <= now.mono:
                period = int(collector.every * 1000)
                self._due[collector.name] = max(self._due[collector.name] + period, now.mono + period // 2)
                events += collector.collect(self._desktop, now)
        return events

    def _finish_collectors(self, now: Moment) -> list[Event]:
        events: list[Event] = []
        for collector in self._collectors:
            with contextlib.suppress(DesktopGoneError):
                events += collector.finish(self._desktop, now)
        return events

    def _record(self, events: Sequence[Event], now: Moment) -> None:
        held = self.policy.withholds
        kept = [one for event in events if (one := permitted(event, held)) is not None] if held else events
        if kept:
            self._buffer.append(kept, now.wall)
        self._ending |= any(isinstance(event, Session) and event.change in ENDS_THE_AGENT for event in events)

    def _adopt(self, policy: AgentPolicy) -> None:
        self.policy = policy
        for collector in self._collectors:
            collector.obey(policy.obeyed())

    def _seconds_to_next(self) -> float:
        wait = LOOK_SECONDS
        if self.word is Word.RECORDING and self._due:
            wait = min(wait, (min(self._due.values()) - self._clock.now().mono) / 1000)
        return max(0.0, wait)
