"""Keep the timetable's process running as long as this one does, and start it again when it dies."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
PATIENCE_SECONDS = 5.0
COMMAND = (sys.executable, "-m", "server.timekeeper")


class Companion:
    """A process that reads our pipe: when the pipe closes, because we close it or because we were killed, it ends itself."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._closing = threading.Event()
        self._process = self._begin()
        threading.Thread(target=self._keep, name="companion", daemon=True).start()

    def close(self) -> None:
        """Let the process end in order; end it when it does not."""
        self._closing.set()
        process = self._process
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=ROOT, stdin=subprocess.PIPE)

    def _keep(self) -> None:
        pause, started = FIRST_PAUSE_SECONDS, time.monotonic()
        while True:
            status = self._process.wait()
            if self._closing.is_set():
                return
            pause = following_pause(pause, time.monotonic() - started)
            log.error("the timetable's process ended with %d; it is started again in %g s", status, pause)
            if self._closing.wait(pause):
                return
            self._process, started = self._begin(), time.monotonic()


def following_pause(pause: float, lived: float) -> float:
    """Return how long to wait before the next start: longer each time, unless it lived for a while."""
    return FIRST_PAUSE_SECONDS if lived > LONGEST_PAUSE_SECONDS else min(pause * 2, LONGEST_PAUSE_SECONDS)
