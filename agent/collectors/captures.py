"""Pictures of the screen where the policy asks for them: never while locked, outside work hours, or with a private window in view."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.captures.store import CaptureStore
from agent.clock import Moment
from agent.desktop.base import Desktop
from agent.words import say
from policy.events import Capture, Event, Gap
from policy.notice import PICTURES
from policy.redaction import is_private_window
from policy.wire import MAX_CAPTURE_BYTES, AgentPolicy
from policy.worktime import is_work_time

LONGEST_CHILD_SECONDS = 30
LEAST_SECONDS = 60.0
"""More often would be a film."""


class ScreenCaptures:
    """About one picture a period, at a moment nobody can foresee but everybody is told of."""

    name = "captures"
    every = 2.0

    def __init__(self, policy: AgentPolicy, store: CaptureStore, language: Callable[[], str], command: Sequence[str] | None = None) -> None:
        self._policy, self._store, self._language = policy, store, language
        self._command = list(command or picture_command())
        self._child: _Child | None = None
        self._due: int | None = None

    def obey(self, policy: AgentPolicy) -> None:
        """Go on by a new policy; one without captures ends them at once."""
        self._policy = policy
        if not policy.capture_every:
            self._abandon()
            self._due = None

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """Wait for the next moment."""
        self._due = None

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Begin a picture when it is due and allowed, and fetch the one that was begun."""
        if not self._policy.capture_every:
            return []
        if self._child is not None:
            return self._fetched(desktop, now)
        if self._due is None:
            self._due = self._next(now)
        elif now.mono >= self._due:
            self._due = self._next(now)
            if is_allowed(self._policy, desktop, now):
                self._start(now)
        return []

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Abandon a picture that is being taken: the person paused, or the agent ends."""
        self._abandon()
        return []

    def _start(self, now: Moment) -> None:
        language = self._language() if sys.platform == "win32" else "en"  # X11's own fonts have no Indian scripts
        self._child = _Child([*self._command, say("announcement", language)])
        self._child.start()

    def _fetched(self, desktop: Desktop, now: Moment) -> list[Event]:
        """Return the event of a finished picture; one that is still being taken is waited for."""
        child = self._child
        if child is None or child.is_alive():
            return []
        self._child = None
        content, size = child.picture, size_of(child.picture)
        if size is None or len(content) > MAX_CAPTURE_BYTES:
            return [Gap(start=now.wall, end=now.wall, what="capture", reason="not_announced", lost=0)]
        if not is_allowed(self._policy, desktop, now):
            return []
        name = self._store.keep(content)
        return [Capture(now.wall, desktop.account, name, "image/webp", len(content), *size, "policy")]

    def _abandon(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _next(self, now: Moment) -> int:
        return now.mono + int(max(self._policy.capture_every, LEAST_SECONDS) * 1000 * random.uniform(0.5, 1.5))


def is_allowed(policy: AgentPolicy, desktop: Desktop, now: Moment) -> bool:
    """Only where the notice that was answered is the one about pictures, in work hours that somebody set, at an unlocked
    screen, and with no private window to be seen; whatever a server asks for."""
    hours = policy.work_hours
    if not policy.notice.endswith(PICTURES) or hours is None or not is_work_time(hours, now.wall):
        return False
    if desktop.away() or not desktop.attached():
        return False
    return not any(is_private_window(window.app, window.title) for window in (desktop.window(), *desktop.in_view()))


class _Child(threading.Thread):
    """Runs the process that announces and takes one picture; its output must be read while it writes."""

    def __init__(self, command: list[str]) -> None:
        super().__init__(name="picture", daemon=True)
        self.picture = b""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process: subprocess.Popen[bytes] = subprocess.Popen(command, creationflags=hidden, **pipes)  # type: ignore[call-overload]

    def run(self) -> None:
        """Wait for the picture; one that takes too long, or fails, is none."""
        try:
            out = self._process.communicate(timeout=LONGEST_CHILD_SECONDS)[0]
        except subprocess.TimeoutExpired:
            self.kill()
            out = self._process.communicate()[0]
        self.picture = out if self._process.returncode == 0 else b""

    def kill(self) -> None:
        """End it before it is done."""
        self._process.kill()


def picture_command(name: str = "picture") -> list[str]:
    """Return how this very agent is started for one picture, or a clip."""
    beside = Path(sys.executable).with_name("WorkPulseAgent.exe")
    if beside.exists():
        return [str(beside), name]
    return [sys.executable, str(Path(__file__).resolve().parent.parent), name]


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Return width and height of a WebP picture, None for anything else; read from its head, so that nothing has to decode it."""
    if len(picture) < 30 or picture[:4] != b"RIFF" or picture[8:12] != b"WEBP":
        return None
    kind = picture[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", picture[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8X":
        return int.from_bytes(picture[24:27], "little") + 1, int.from_bytes(picture[27:30], "little") + 1
    return None
