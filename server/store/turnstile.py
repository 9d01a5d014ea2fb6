"""Whose turn it is to write: a fair order among the processes that share one SQLite file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
    import time

    POLL_SECONDS = 0.002

    def _take(handle: int) -> None:
        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(POLL_SECONDS)
            else:
                return

    def _give_back(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _give_back(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class Turnstile:
    """Two locks that make writers alternate; the system lets go of both when their holder dies, however it dies.

    SQLite alone would let whoever asks at the right moment write: beside a writer that begins again at once, another one
    might ask for minutes. Here, one that waits stands at the gate, and the last one in cannot pass it again before.

    ```
    ingest    |gate,store  write  |gate . . . . . . . . |store write |
    ledger       |gate . . . . . .|store  write         |gate . . .  |store
    ```
    """

    def __init__(self, folder: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        self._gate, self._store = (os.open(folder / name, flags, 0o600) for name in ("writers-gate.lock", "writer.lock"))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn and hold it."""
        _take(self._gate)
        try:
            _take(self._store)
        finally:
            _give_back(self._gate)
        try:
            yield
        finally:
            _give_back(self._store)

    def close(self) -> None:
        """Let go of the files."""
        os.close(self._gate)
        os.close(self._store)


class NoTurnstile:
    """For a store that lets many write at once."""

    def turn(self) -> AbstractContextManager[None]:
        """Go ahead."""
        return nullcontext()

    def close(self) -> None:
        """Nothing is held."""


AnyTurnstile = Turnstile | NoTurnstile
