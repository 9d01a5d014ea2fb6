"""Which of several server processes on one database runs what only one of them may."""

from __future__ import annotations

import logging
import threading

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from server.store.db import LOCKS, Turn, engine_options

log = logging.getLogger(__name__)


class Election:
    """Whoever holds an advisory lock is elected; PostgreSQL lets go of it when the holder's connection ends, however it ends.

    ```
    server 1   |--elected--------- killed
    server 2   |--waiting---------------|--elected---
    ```
    With SQLite there is one server, which is always elected.
    """

    def __init__(self, url: str) -> None:
        self._engine: Engine | None = None
        if not url.startswith("sqlite"):
            self._engine = create_engine(
                url, connect_args=engine_options(url)["connect_args"], poolclass=NullPool, isolation_level="AUTOCOMMIT"
            )
        self._held: Connection | None = None
        self._guard = threading.Lock()

    def is_ours(self) -> bool:
        """Return whether this process is elected, standing for it if nobody is."""
        if self._engine is None:
            return True
        with self._guard:
            try:
                if self._held is not None:
                    self._held.execute(text("SELECT 1"))
                    return True
                return self._stand(self._engine)
            except SQLAlchemyError as fault:
                log.warning("not elected any more, for the database is away: %s", fault)
                self._let_go()
                return False

    def close(self) -> None:
        """Let another process be elected."""
        with self._guard:
            self._let_go()
        if self._engine is not None:
            self._engine.dispose()

    def _stand(self, engine: Engine) -> bool:
        connection = engine.connect()
        try:
            won = connection.execute(
                text("SELECT pg_try_advisory_lock(:ours, :turn)"), {"ours": LOCKS, "turn": int(Turn.JOBS)}
            ).scalar_one()
            if won:
                log.info("elected to run the jobs of this database")
                self._held = connection
        finally:
            if self._held is not connection:
                connection.close()
        return bool(won)

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.invalidate()  # closes the session itself, and with it the lock
            held.close()
