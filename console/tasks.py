"""One runner for everything that may wait: work runs in a pool, its answer comes back on the window's thread, newest request wins."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from typing import Any

from PyQt5 import sip
from PyQt5.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from console.trouble import Trouble

log = logging.getLogger(__name__)

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]


class _Relay(QObject):
    """Carries an outcome from a pool thread to the thread that made the runner."""

    ended = pyqtSignal(int, object, object)


class _Job(QRunnable):
    def __init__(self, ticket: int, work: Work, relay: _Relay) -> None:
        super().__init__()
        self._ticket, self._work, self._relay = ticket, work, relay

    def run(self) -> None:
        """Do the work; whatever it raises is handed over, because an exception in a pool thread would end the program."""
        value, fault = None, None
        try:
            value = self._work()
        except Exception as raised:  # noqa: BLE001
            fault = raised
        try:
            self._relay.ended.emit(self._ticket, value, fault)
        except RuntimeError:
            return  # the window is gone and with it the relay: nobody is left to tell


class _Wanted:
    """Somebody waits for this ticket."""

    def __init__(self, owner: QObject, key: str, done: Done, failed: Failed) -> None:
        self.owner, self.key, self.done, self.failed = owner, key, done, failed


class Tasks(QObject):
    """Runs work for owners; an owner's newer request of the same key replaces the older one, a dead owner gets nothing.

    ```
    run("last week")  ------------------------------>  answer dropped
         run("this week")  ------->  answer shown
    ```
    """

    def __init__(self, threads: int = 4) -> None:
        super().__init__()
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._relay = _Relay()
        self._relay.ended.connect(self._ended)  # from a pool thread this is queued to the relay's own
        self._tickets = itertools.count(1)
        self._wanted: dict[int, _Wanted] = {}

    def run(self, owner: QObject, key: str, work: Work, done: Done, failed: Failed) -> None:
        """Do `work` in the pool, then call `done(answer)` or `failed(exception)` here unless it is no longer wanted."""
        self.drop(owner, key)
        ticket = next(self._tickets)
        self._wanted[ticket] = _Wanted(owner, key, done, failed)
        self._pool.start(_Job(ticket, work, self._relay))

    def drop(self, owner: QObject, key: str) -> None:
        """Forget the request of this key; its answer, if one comes, is not delivered."""
        for ticket in [number for number, one in self._wanted.items() if one.owner is owner and one.key == key]:
            del self._wanted[ticket]

    def waiting(self, owner: QObject, key: str) -> bool:
        """Whether an answer of this key is still awaited."""
        return any(one.owner is owner and one.key == key for one in self._wanted.values())

    def finish(self, milliseconds: int = 2000) -> bool:
        """Forget everything and wait for the pool; called once when the program ends."""
        self._wanted.clear()
        return self._pool.waitForDone(milliseconds)

    def _ended(self, ticket: int, value: object, fault: Exception | None) -> None:
        wanted = self._wanted.pop(ticket, None)
        if wanted is None or sip.isdeleted(wanted.owner):
            return
        if fault is None:
            wanted.done(value)
            return
        if not isinstance(fault, Trouble):
            log.error("work %r of %s failed", wanted.key, type(wanted.owner).__name__, exc_info=fault)
        wanted.failed(fault)
