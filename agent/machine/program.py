"""One run of the `machine` role: reads the Security log, keeps what people agreed to, and delivers it as a device of its own.

Beside that it counts bytes, for the agents of this PC to tell.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable

import msgspec

from agent.buffer import Buffer
from agent.clock import Clock, SystemClock
from agent.desktop.base import DesktopGoneError
from agent.enrolment import load_credentials, load_policy
from agent.folder import Folder, write_whole
from agent.gate import Word
from agent.keys import load_or_make_key
from agent.log import log
from agent.machine.answers import Answers
from agent.machine.count import AGAIN_MS, ByteCount
from agent.machine.trail import Feed, FeedLostError, NoFeed, told
from agent.program import MIB, NOTE_EVERY_MS, NotEnrolledError
from agent.sealing import Sealer
from agent.selfstats import SelfStats
from agent.sender import Identity, Sender
from agent.settings import Settings
from agent.status import Note
from agent.transport import Transport
from policy.events import Event, File, Gap, Network
from policy.purposes import Purpose
from policy.readiness import make_types_ready
from policy.wire import AgentPolicy

LOOK_SECONDS = 1.0
ABOUT_PEOPLE = (File, Network)


class MachineProgram:
    """Made once; `run` returns when it is told to stop."""

    def __init__(
        self,
        folder: Folder,
        settings: Settings,
        machine: str,
        boot: str,
        open_feed: Callable[[], Feed],
        answers: Answers,
        clock: Clock | None = None,
        count: ByteCount | None = None,
    ) -> None:
        self._folder, self._settings, self._open_feed, self._answers, self._count = folder, settings, open_feed, answers, count
        self._clock = clock or SystemClock()
        sealer = Sealer(load_or_make_key(folder.key))
        credentials, policy = load_credentials(folder, sealer), load_policy(folder)
        if credentials is None or policy is None:
            raise NotEnrolledError("The machine role is not enrolled; run `agent enrol` with its folder as --data first.")
        self._policy = policy
        self._buffer = Buffer(folder.buffer, sealer, int(settings.buffer_mib * MIB), self._clock.now().wall)
        transport = Transport(credentials.url, folder.authority, credentials.token, (settings.connect_seconds, settings.answer_seconds))
        # Another epoch than the session role's, from the same PC: the role is part of what it says of where it comes from.
        identity = Identity(hashlib.sha256(f"{settings.machine or machine}|machine".encode()).hexdigest(), boot)
        self._sender = Sender(self._buffer, transport, identity, policy, settings, SelfStats(), self._clock.now, on_policy=self._obey)
        self._withdrawn: frozenset[str] = frozenset()
        self._note_at = 0
        self._no_log: str | None = None
        self._again_at = 0

    def run(self, stop: threading.Event) -> None:
        """Read and send until `stop` is set."""
        make_types_ready()
        sending = threading.Thread(target=self._sender.run, args=(stop,), name="sender", daemon=True)
        feed = self._taken_up("not_running")
        sending.start()
        try:
            while not self._clock.wait(LOOK_SECONDS, stop):
                feed = self._look(feed)
        finally:
            stop.set()
            feed.close()
            if self._count is not None:
                self._count.close()
            self._sender.wake.set()
            sending.join(self._settings.goodbye_seconds)
            self._sender.close()
            self._buffer.close()

    def _taken_up(self, missed: str) -> Feed:
        """Follow the log from now on, and declare what was missed; a log that cannot be read is asked for again after a while."""
        try:
            feed = self._open_feed()
        except DesktopGoneError as fault:
            if self._no_log is None:
                log.warning("the Security log is not read", why=str(fault))
            self._no_log, self._again_at = str(fault), self._clock.now().mono + AGAIN_MS
            return NoFeed()
        self._no_log = None
        self._declare(missed)
        return feed

    def _look(self, feed: Feed) -> Feed:
        """Record what came; what may have been missed is declared, and the log is taken up anew."""
        self._take_back()
        self._count_bytes()
        self._note()
        if self._no_log is not None:
            return feed if self._clock.now().mono < self._again_at else self._taken_up("log_unreadable")
        try:
            self._record(told(feed.take(), self._answers, self._policy))
            self._buffer.note(looked_at=self._clock.now().wall)
        except FeedLostError as fault:
            log.warning("the Security log is taken up anew", why=str(fault))
            feed.close()
            feed = self._taken_up("log_overrun")
        return feed

    def _count_bytes(self) -> None:
        now = self._clock.now()
        if self._count is not None:
            withheld = self._answers.withholding(Purpose.NETWORK)
            words = self._answers.words(self._policy, now.wall)
            self._count.look({account: word for account, word in words.items() if account not in withheld}, now)

    def _note(self) -> None:
        """Say how it goes, for `status` with this role's folder."""
        now = self._clock.now()
        if now.mono < self._note_at:
            return
        self._note_at = now.mono + NOTE_EVERY_MS
        troubles = (self._sender.last_error, self._no_log, self._count.why_not if self._count else None)
        note = Note(now.wall, str(Word.RECORDING), str(self._sender.sending), " ".join(filter(None, troubles)) or None, {})
        with contextlib.suppress(OSError):  # a full disk, or a reader at this moment: the next note comes soon
            write_whole(self._folder.status, msgspec.json.encode(note), durable=False)

    def _take_back(self) -> None:
        """Who withdrew takes back what was not sent; it is not told apart by person, so it is taken back for all."""
        words = self._answers.words(self._policy, self._clock.now().wall)
        withdrawn = frozenset(account for account, word in words.items() if word is Word.WITHDRAWN)
        if withdrawn - self._withdrawn:
            self._buffer.purge("withdrawn", self._clock.now().wall, ABOUT_PEOPLE)
        self._withdrawn = withdrawn

    def _declare(self, reason: str) -> None:
        since, now = self._buffer.facts.looked_at, self._clock.now().wall
        if since:
            self._record([Gap(start=min(since, now), end=now, what="files", reason=reason, lost=0)])
        self._buffer.note(looked_at=now)

    def _record(self, events: list[File] | list[Gap]) -> None:
        if events:
            kept: list[Event] = [*events]
            self._buffer.append(kept, self._clock.now().wall)

    def _obey(self, policy: AgentPolicy) -> None:
        self._policy = policy
        with contextlib.suppress(OSError):  # a full disk: the next start asks for it again
            write_whole(self._folder.policy, msgspec.json.encode(policy))
