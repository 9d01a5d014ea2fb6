"""The one thread that writes: it takes whatever is waiting, does it in one transaction, and says "done" only after the commit."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from server.store.turnstile import AnyTurnstile, NoTurnstile

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Work = Callable[[Connection], Any]
MOST_AT_ONCE = 128
COLLISIONS = ("40001", "40P01")
"""PostgreSQL's words for: undone because of another transaction (serialization failure, deadlock); the same again may succeed."""


class StoreUnavailableError(RuntimeError):
    """The world's trouble: the disk is full, the database is away. Nothing was stored; try again."""


class Outcome(NamedTuple):
    """What became of one caller's work: a result, or what it raised."""

    future: Future[Any]
    result: Any = None
    fault: Exception | None = None

    def tell(self) -> None:
        """Wake the caller."""
        if self.fault is not None:
            self.future.set_exception(self.fault)
        else:
            self.future.set_result(self.result)


class Writer:
    """Group commit: many callers' work shares one transaction, each in its own savepoint.

    ```
    callers   a  b  c      d
    queue     [a][b][c]   [d]
    commits   |--a,b,c--| |-d-|     a, b and c share one flush to disk
    ```
    Where other servers write too, a group may collide with theirs. Then each of it is tried once more, alone: one work
    locks its rows in a fixed order, so two of them cannot wait for each other.
    """

    def __init__(self, engine: Engine, turnstile: AnyTurnstile | None = None) -> None:
        self._engine = engine
        self._turnstile = turnstile or NoTurnstile()
        driver = engine.dialect.loaded_dbapi
        self._store_faults = (OperationalError, InterfaceError, driver.OperationalError, driver.InterfaceError)
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work(connection)` in the writer's thread; return its result once it is on disk.

        What `work` raises is raised here and undoes only its own writes. Raises StoreUnavailableError when the
        transaction itself could not be begun or committed; whether it was is then unknown, so work must bear being repeated.
        """
        future: Future[Result] = Future()
        self._waiting.put((work, future))
        return future.result()

    def close(self) -> None:
        """Finish what is waiting and end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if group:
                self._commit(group)

    def _next_group(self) -> list[tuple[Work, Future[Any]]] | None:
        first = self._waiting.get()
        if first is None:
            return None
        group = [first]
        while len(group) < MOST_AT_ONCE and not self._waiting.empty():
            item = self._waiting.get()
            if item is None:  # finish this group, then stop
                self._waiting.put(None)
                break
            group.append(item)
        return group

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        try:
            outcomes = self._in_one_transaction(group)
        except Exception as fault:  # noqa: BLE001 — whatever it is, it must not end the one thread that writes
            if not _is_collision(fault):
                _refuse(group, fault)
                return
            log.info("a transaction of %d callers collided with another server's; each of them again, alone", len(group))
            for one in group:
                self._commit_alone(one)
        else:
            for outcome in outcomes:
                outcome.tell()

    def _commit_alone(self, one: tuple[Work, Future[Any]]) -> None:
        try:
            [outcome] = self._in_one_transaction([one])
        except Exception as fault:  # noqa: BLE001 — the same
            _refuse([one], fault)
        else:
            outcome.tell()

    def _in_one_transaction(self, group: list[tuple[Work, Future[Any]]]) -> list[Outcome]:
        with self._turnstile.turn(), self._engine.begin() as connection:
            return [self._attempt(connection, work, future) for work, future in group]

    def _attempt(self, connection: Connection, work: Work, future: Future[Any]) -> Outcome:
        cursor = connection.connection.cursor()  # SQLAlchemy's own savepoints cost as much as a small batch
        cursor.execute("SAVEPOINT work")
        try:
            result = work(connection)
        except Exception as fault:
            if isinstance(fault, self._store_faults) or (isinstance(fault, DBAPIError) and fault.connection_invalidated):
                raise  # a full disk undoes the whole transaction, so the others are not stored either
            cursor.execute("ROLLBACK TO SAVEPOINT work")
            cursor.execute("RELEASE SAVEPOINT work")
            return Outcome(future, fault=fault)  # it belongs to the caller, who is waiting for it
        cursor.execute("RELEASE SAVEPOINT work")
        return Outcome(future, result)


def _is_collision(fault: Exception) -> bool:
    return getattr(getattr(fault, "orig", fault), "sqlstate", None) in COLLISIONS


def _refuse(group: list[tuple[Work, Future[Any]]], fault: Exception) -> None:
    log.error("the store refused a transaction", exc_info=fault)
    for _, future in group:
        future.set_exception(StoreUnavailableError(str(fault)))
