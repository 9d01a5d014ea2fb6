"""What the person at the PC decided, written by one command and read by a running agent: pause, and answers to the notice."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from agent.folder import write_whole
from policy.events import Notice


class Control(Struct, frozen=True):
    """`answers` is every answer given on this PC, oldest first; `language` is empty until somebody chose one."""

    paused: bool = False
    answers: list[Notice] = msgspec.field(default_factory=list)
    language: str = ""

    def newest_answer(self, account: str) -> Notice | None:
        """Return what `account` answered last."""
        return next((answer for answer in reversed(self.answers) if answer.account == account), None)


def read_control(path: Path) -> Control:
    """Return what is decided; without a readable file nothing is, so nothing may be collected."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Control)
    except (FileNotFoundError, msgspec.DecodeError):
        return Control()


def write_control(path: Path, control: Control) -> None:
    """Replace what is decided."""
    write_whole(path, msgspec.json.encode(control))


class ControlWatch:
    """Reads the file again only when it changed; asking costs one `stat`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._control = Control()

    def read(self) -> Control:
        """Return what is decided now."""
        seen = self._signature()
        if seen != self._seen:
            self._seen, self._control = seen, read_control(self._path)
        return self._control

    def _signature(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
