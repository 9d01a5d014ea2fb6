"""A real X11 screen for tests: Xvfb, a window manager, windows, and a hand on keyboard and mouse."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable

NEEDED = ("Xvfb", "openbox", "xdotool", "xterm")
MISSING = [name for name in NEEDED if not shutil.which(name)]
WHY = f"needs {', '.join(MISSING)} installed"


class Screen:
    """One private display; close it."""

    def __init__(self, size: str = "1000x700") -> None:
        self._programs: list[subprocess.Popen[bytes]] = []
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
        self._start(command, pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as told:
            self.name = f":{told.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": self.name}
        self._start(["openbox"])
        time.sleep(1)  # openbox has no way to say that it is ready

    def open_terminal(self, title: str) -> str:
        """Open a terminal called `title`, wait until it is in front, and return its window's id."""
        self._start(["xterm", "-T", title, "-e", "cat >/dev/null"])
        try:
            wait_for(lambda: self._output("xdotool", "getactivewindow", "getwindowname").strip() == title.encode())
        except TimeoutError:
            self.close()
            raise
        return self._output("xdotool", "getactivewindow").decode().strip()

    def act(self, *commands: str) -> None:
        """Let xdotool do something."""
        subprocess.run(["xdotool", *commands], env=self.environment, check=True, timeout=20)

    def close(self) -> None:
        for program in reversed(self._programs):
            program.terminate()
            program.wait(10)

    def _start(self, command: list[str], **more: object) -> None:
        environment = getattr(self, "environment", dict(os.environ))
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._programs.append(subprocess.Popen(command, env=environment, **quiet, **more))  # type: ignore[call-overload]

    def _output(self, *command: str) -> bytes:
        return subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=20).stdout


def wait_for(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.05)
