"""Copy a SQLite store to an empty PostgreSQL one: table by table in key order, resumable, and compared at the end.

```
tables    team   person   span .........|            killed here
target    ====   ======   =========                  its newest key says where to go on
```
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, Select, Table, create_engine, delete, func, insert, literal, select, text, tuple_, type_coerce
from sqlalchemy.types import TypeDecorator

from server import migrations
from server.credentials import new_token
from server.models import Setting, metadata
from server.store.db import Turn, database_url, engine_options, prepare_reader, take_turn, writing_engine
from server.store.partitions import make_for

AT_ONCE = 5_000
MARKER = "moving_from"
"""A setting in the target while it is not complete: the name of the store that is moved into it."""
STORE_NAME = "store_name"
"""A setting in the source: what the target remembers of it."""

Row = tuple[Any, ...]
Say = Callable[[str], None]


class CannotMoveError(RuntimeError):
    """The move was not begun or did not succeed; the sentence says why."""


class Sum(Struct, frozen=True):
    """What two equal tables have in common."""

    rows: int
    sha256: str


def move(data: Path, target_uri: str, say: Say) -> None:
    """Copy the store in `data` into the database at `target_uri` and compare both; the source stays as it is.

    No server may run on either. Raises CannotMoveError when the target is not PostgreSQL or holds other data, or when a
    table is not equal afterwards.
    """
    if not (data / "workpulse.db").exists():
        raise CannotMoveError(f"there is no SQLite store in {data}")
    source_url, target_url = database_url(data, None), database_url(data, target_uri)
    if not target_url.startswith("postgresql"):
        raise CannotMoveError("--to must be a PostgreSQL address (postgresql://…)")
    migrations.upgrade(source_url)
    migrations.upgrade(target_url)
    name = _name_of(source_url)
    with _opened(_reader(source_url)) as source, _opened(writing_engine(target_url)) as target:
        _begin(target, name)
        with source.connect() as reading:
            with target.begin() as connection:
                make_for(reading, connection)
            for table in metadata.sorted_tables:
                _copy(reading, target, table, say)
            _compare(reading, target, say)
        _finish(target, name)


def refuse_half_moved(connection: Connection) -> None:
    """Raise CannotMoveError when the store is the target of a move that is not finished: a server must not write there."""
    if connection.execute(select(Setting.name).where(Setting.name == MARKER)).first() is not None:
        raise CannotMoveError("a move into this database is not finished; run `python server move` again")


@contextmanager
def _opened(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _reader(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    prepare_reader(engine)
    return engine


def _name_of(source_url: str) -> str:
    """Return the source's name, given to it at its first move."""
    with _opened(writing_engine(source_url)) as engine, engine.begin() as connection:
        name = connection.execute(select(Setting.value).where(Setting.name == STORE_NAME)).scalar_one_or_none()
        if name is None:
            name = new_token()
            connection.execute(insert(Setting).values(name=STORE_NAME, value=name))
        return name


def _begin(target: Engine, name: str) -> None:
    """Mark the target as ours to fill; raise CannotMoveError when it holds anything else."""
    with target.begin() as connection:
        take_turn(connection, Turn.MOVE)
        marker = connection.execute(select(Setting.value).where(Setting.name == MARKER)).scalar_one_or_none()
        if marker == name:
            return
        if marker is not None:
            raise CannotMoveError("another store's move into this database is not finished")
        for table in metadata.sorted_tables:
            if connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None:
                raise CannotMoveError(f"the database holds data already (table {table.name}); give an empty one")
        connection.execute(insert(Setting).values(name=MARKER, value=name))


def _copy(reading: Connection, target: Engine, table: Table, say: Say) -> None:
    """Copy what the target has not yet; each step is one transaction that ends at a key."""
    copied = 0
    with target.connect() as connection:
        last = _newest_key(connection, table)
    while rows := reading.execute(_following(table, last).limit(AT_ONCE)).all():
        with target.begin() as connection:
            take_turn(connection, Turn.MOVE)
            if _newest_key(connection, table) != last:
                raise CannotMoveError("somebody else writes to the target")
            _write(connection, table, rows)
        places = [list(table.columns).index(column) for column in table.primary_key.columns]
        last = tuple(rows[-1][place] for place in places)
        copied += len(rows)
        say(f"{table.name}: {copied} rows copied")


def _newest_key(connection: Connection, table: Table) -> Row | None:
    keys = [_plain(column) for column in table.primary_key.columns]
    question = select(*keys).order_by(*(key.desc() for key in keys)).limit(1)
    row = connection.execute(_without_marker(question, table)).first()
    return tuple(row) if row is not None else None


def _following(table: Table, last: Row | None) -> Select[Any]:
    """Select the rows after a key, in key order."""
    keys = list(table.primary_key.columns)
    question = _without_marker(select(*(_plain(column) for column in table.columns)), table).order_by(*keys)
    if last is None:
        return question
    return question.where(tuple_(*(_plain(key) for key in keys)) > tuple_(*(literal(value) for value in last)))


def _plain(column: Any) -> Any:
    """Read a column as it is stored, without making a value of ours of it."""
    return type_coerce(column, column.type.impl) if isinstance(column.type, TypeDecorator) else column


def _without_marker(question: Select[Any], table: Table) -> Select[Any]:
    return question.where(Setting.name != MARKER) if table is Setting.__table__ else question


def _write(connection: Connection, table: Table, rows: Any) -> None:
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _compare(reading: Connection, target: Engine, say: Say) -> None:
    """Raise CannotMoveError unless every table has the same rows on both sides."""
    with target.connect() as connection:
        for table in metadata.sorted_tables:
            here, there = (_sum(one, table) for one in (reading, connection))
            if here != there:
                raise CannotMoveError(f"table {table.name} differs: {here.rows} rows here, {there.rows} there; do not use the target")
            say(f"{table.name}: {here.rows} rows, sha256 {here.sha256[:16]}, equal")


def _sum(connection: Connection, table: Table) -> Sum:
    digest, rows = hashlib.sha256(), 0
    result = connection.execution_options(yield_per=AT_ONCE).execute(_following(table, None))
    for row in result:
        digest.update(repr(tuple(row)).encode())
        rows += 1
    return Sum(rows, digest.hexdigest())


def _finish(target: Engine, name: str) -> None:
    """Let new rows be numbered after the copied ones, let the planner know the tables, and take the marker away."""
    with target.begin() as connection:
        for table in metadata.sorted_tables:
            column = table.autoincrement_column
            if column is not None:
                newest = connection.execute(select(func.max(column))).scalar_one()
                quoted = connection.dialect.identifier_preparer.quote(table.name)
                if newest is not None:
                    sequence = func.pg_get_serial_sequence(quoted, column.name)
                    connection.execute(select(func.setval(sequence, newest)))
        connection.execute(text("ANALYZE"))
        connection.execute(delete(Setting).where((Setting.name == MARKER) & (Setting.value == name)))
