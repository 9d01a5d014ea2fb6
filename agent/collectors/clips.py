"""Clips of the screen that two people agreed on: announced as long as they last, once, ended by whatever forbids a picture."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

from msgspec import UNSET

from agent.captures.film import HEAD
from agent.captures.store import CaptureStore
from agent.clock import Moment
from agent.collectors.captures import is_allowed, picture_command, size_of
from agent.desktop.base import Desktop
from agent.words import say
from policy.events import Capture, Event, Gap
from policy.notice import CLIPS
from policy.redaction import clean
from policy.wire import MAX_CAPTURE_BYTES, AgentPolicy, ClipOrder, clip_reason

LONGEST_SHOWN = 80
"""Letters of the reason for which there is room on the screen; all of it is among the looks on the person's page."""


class ScreenClips:
    """Takes the clip that the policy names, if nothing forbids a picture, and ends it as soon as something does."""

    name = "clips"
    every = 1.0

    def __init__(self, policy: AgentPolicy, store: CaptureStore, language: Callable[[], str], command: Sequence[str] | None = None) -> None:
        self._policy, self._store, self._language = policy, store, language
        self._command = list(command or picture_command("clip"))
        self._film: Film | None = None
        self._order: ClipOrder | None = None
        self._begun: set[int] = set()

    def obey(self, policy: AgentPolicy) -> None:
        """Go on by a new policy; one without clips ends one at once. That it names none any more only says that the first pictures came."""
        self._policy = policy
        if CLIPS not in policy.notice:
            self._abandon()

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """Nothing is under way."""

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Begin the clip that is asked for, or keep what was taken since the last look."""
        if self._film is not None:
            return self._kept(self._film, desktop, now)
        order = self._policy.clip
        if order is not UNSET and order.id not in self._begun and now.wall <= order.until and self._is_allowed(desktop, now):
            self._begun.add(order.id)
            self._start(order)
        return []

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """End a clip that is being taken: the person paused, or the agent ends."""
        self._abandon()
        return []

    def _is_allowed(self, desktop: Desktop, now: Moment) -> bool:
        return CLIPS in self._policy.notice and is_allowed(self._policy, desktop, now)

    def _start(self, order: ClipOrder) -> None:
        language = self._language() if sys.platform == "win32" else "en"  # X11's own fonts have no Indian scripts
        reason = clean(order.reason, LONGEST_SHOWN)
        text = say("clip", language).format(seconds=order.seconds, reason=reason)
        self._order, self._film = order, Film([*self._command, str(order.seconds), text], order.seconds)
        self._film.start()

    def _kept(self, film: Film, desktop: Desktop, now: Moment) -> list[Event]:
        """Keep new pictures; where something forbids them, those since the last look are forgotten and the clip is over."""
        over, pictures = not film.is_alive(), list(film.taken())
        order, account = self._order, desktop.account
        if order is None or not self._is_allowed(desktop, now):
            self._abandon()
            return []
        if over:
            self._abandon()
        if over and not film.count:
            return [Gap(start=now.wall, end=now.wall, what="capture", reason="not_announced", lost=0)]
        events: list[Event] = []
        for picture in pictures:
            size = size_of(picture)
            if size is not None:
                name = self._store.keep(picture)
                events.append(Capture(now.wall, account, name, "image/webp", len(picture), *size, clip_reason(order.id)))
        return events

    def _abandon(self) -> None:
        if self._film is not None:
            self._film.kill()
        self._film = self._order = None


class Film(threading.Thread):
    """Runs the process that announces and takes the pictures, and reads them as they come; `count` is how many there were."""

    def __init__(self, command: list[str], seconds: int) -> None:
        super().__init__(name="clip", daemon=True)
        self.count = 0
        self._waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process: subprocess.Popen[bytes] = subprocess.Popen(command, creationflags=hidden, **pipes)  # type: ignore[call-overload]
        self._limit = threading.Timer(2 * seconds + 30, self.kill)
        self._limit.daemon = True

    def run(self) -> None:
        """Read until the process ends, or is ended because it takes too long."""
        self._limit.start()
        out = self._process.stdout
        while out is not None and len(head := out.read(HEAD.size)) == HEAD.size:
            (length,) = HEAD.unpack(head)
            if length > MAX_CAPTURE_BYTES or len(picture := out.read(length)) != length:
                break
            self.count += 1
            self._waiting.put(picture)
        self.kill()
        self._process.wait()
        self._limit.cancel()
        if out is not None:
            out.close()

    def taken(self) -> Iterator[bytes]:
        """Yield the pictures that came since this was asked last."""
        while not self._waiting.empty():
            yield self._waiting.get()

    def kill(self) -> None:
        """End it before it is done."""
        self._process.kill()
