"""The one thread that writes: it takes whatever is waiting, does it in one transaction, and says "done" only after the commit."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Work = Callable[[Connection], Any]
MOST_AT_ONCE = 128


class StoreUnavailableError(RuntimeError):
    """The world's trouble: the disk is full, the database is away. Nothing was stored; try again."""


class Writer:
    """Group commit: many callers' work shares one transaction, each in its own savepoint.

    ```
    callers   a  b  c      d
    queue     [a][b][c]   [d]
    commits   |--a,b,c--| |-d-|     a, b and c share one flush to disk
    ```
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        driver = engine.dialect.loaded_dbapi
        self._transaction_faults = (OperationalError, driver.OperationalError)
        self._store_faults = (SQLAlchemyError, driver.Error)
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work(connection)` in the writer's thread; return its result once it is on disk.

        What `work` raises is raised here and undoes only its own writes. Raises StoreUnavailableError when the
        transaction itself could not be begun or committed.
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
        done: list[tuple[Future[Any], Any]] = []
        try:
            with self._engine.begin() as connection:
                for work, future in group:
                    self._attempt(connection, work, future, done)
        except self._store_faults as fault:
            log.exception("the store refused a transaction")
            for _, future in group:
                if not future.done():
                    future.set_exception(StoreUnavailableError(str(fault)))
            return
        for future, result in done:
            future.set_result(result)

    def _attempt(self, connection: Connection, work: Work, future: Future[Any], done: list[tuple[Future[Any], Any]]) -> None:
        cursor = connection.connection.cursor()  # SQLAlchemy's own savepoints cost as much as a small batch
        cursor.execute("SAVEPOINT work")
        try:
            result = work(connection)
        except self._transaction_faults:  # a full disk undoes the whole transaction, so the others are not stored either
            raise
        except Exception as fault:  # noqa: BLE001 — it belongs to the caller, who is waiting for it
            cursor.execute("ROLLBACK TO SAVEPOINT work")
            cursor.execute("RELEASE SAVEPOINT work")
            future.set_exception(fault)
        else:
            cursor.execute("RELEASE SAVEPOINT work")
            done.append((future, result))
