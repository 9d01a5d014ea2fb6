"""Statements of the ingest path: composed once with SQLAlchemy, then run on the driver's own cursor, where each costs microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import OperationalError

from server.store.db import Base, is_postgresql


class Prepared:
    """One statement for any of our stores; values go in as plain integers and texts and come out as tuples."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def run(self, connection: Connection, **values: Any) -> Any:
        """Run it in the connection's transaction and return the driver's cursor."""
        text, places, fixed = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given = fixed | values if fixed else values
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does before a first statement of its own
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, [given[name] for name in places] if places is not None else given)
        except connection.dialect.loaded_dbapi.OperationalError as fault:  # the store is away: said as SQLAlchemy would
            raise OperationalError(text, None, fault) from fault
        return cursor

    def _compile(self, dialect: Dialect) -> tuple[str, list[str] | None, dict[str, Any]]:
        """Return the statement's text, the order of its values where they have no names, and those it brings itself."""
        compiled: Any = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        fixed = {name: value for name, value in compiled.construct_params(None, _check=False).items() if value is not None}
        made = (compiled.string, list(compiled.positiontup) if compiled.positional else None, fixed)
        self._compiled[dialect.name] = made
        return made


class Rows:
    """Insertion of many rows into one table, each a tuple in the order of the table's columns."""

    def __init__(self, model: type[Base]) -> None:
        self._name = model.__tablename__
        self._columns = [column.name for column in model.__table__.columns]
        self._sql: dict[str, str] = {}

    def insert(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert `rows` in the connection's transaction."""
        if not rows:
            return
        cursor: Any = connection.connection.cursor()
        if not is_postgresql(connection):
            cursor.executemany(self._for(connection.dialect), rows)
            return
        with cursor.copy(self._for(connection.dialect)) as copy:  # five times as fast there
            for row in rows:
                copy.write_row(row)

    def _for(self, dialect: Dialect) -> str:
        if dialect.name not in self._sql:
            quote = dialect.identifier_preparer.quote
            names = ", ".join(quote(column) for column in self._columns)
            into, places = f"{quote(self._name)} ({names})", ", ".join("?" * len(self._columns))
            statement = f"COPY {into} FROM STDIN" if dialect.name == "postgresql" else f"INSERT INTO {into} VALUES ({places})"  # noqa: S608 — our own names
            self._sql[dialect.name] = statement
        return self._sql[dialect.name]
