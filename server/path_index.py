"""A trigram index over the dictionary of paths, so that any part of a path is found among a million without reading them all.

On SQLite a full-text table beside the dictionary, filled by the timetable with one INSERT … SELECT for all that came since; paths newer
than that are still found, by reading them. On PostgreSQL an index of the extension pg_trgm, where the database may have it; without
it the dictionary is read through.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.db import insert_into, is_postgresql
from server.models import Path, Setting
from server.organisation import AnySession
from server.paths import ESCAPE, PathPattern
from server.writer import Writer

log = logging.getLogger(__name__)

AT_ONCE = 20_000
INDEXED = "paths_indexed"
"""A setting: the newest path in SQLite's index, or that PostgreSQL was asked for its own."""
MAKE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS path_words USING fts5(text, content='path', content_rowid='id', tokenize='trigram', columnsize=0)"
)
FILL = text("INSERT INTO path_words (rowid, text) SELECT id, text FROM path WHERE id > :since AND id <= :until")
FIND = text("SELECT rowid FROM path_words WHERE path_words MATCH :words LIMIT :most")
TAKE_OUT = text("INSERT INTO path_words (path_words, rowid, text) VALUES ('delete', :id, :path)")
PUT_IN = text("INSERT INTO path_words (rowid, text) VALUES (:id, :path)")
ON_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS ix_path_text_trigrams ON path USING gin (lower(text) gin_trgm_ops)",
)


def index_paths(readers: Engine, writer: Writer) -> None:
    """Bring the index up to the newest path, some at a time."""
    if is_postgresql(readers):
        _on_postgresql(readers, writer)
        return
    while writer.do(_fill):
        pass


def _fill(connection: Connection) -> bool:
    """Index the next paths; return whether there may be more."""
    since = _indexed(connection)
    if since is None:
        connection.execute(text(MAKE))
        since = 0
    next_ones = select(Path.id).where(Path.id > since).order_by(Path.id).limit(AT_ONCE).subquery()
    until, count = connection.execute(select(func.max(next_ones.c.id), func.count()).select_from(next_ones)).one()
    if count:
        connection.execute(FILL, {"since": since, "until": until})
    _note(connection, until or since)
    return bool(count == AT_ONCE)


def _on_postgresql(readers: Engine, writer: Writer) -> None:
    with readers.connect() as connection:
        if _indexed(connection) is not None:
            return
    try:
        writer.do(lambda connection: [connection.execute(text(statement)) for statement in ON_POSTGRESQL])
    except DBAPIError as fault:
        log.warning("searching paths stays slow: the database has no pg_trgm, and its owner may not add it (%s)", fault.orig)
    writer.do(lambda connection: _note(connection, 0))


def _indexed(session: AnySession) -> int | None:
    stored = session.execute(select(Setting.value).where(Setting.name == INDEXED)).scalar_one_or_none()
    return None if stored is None else int(stored)


def _note(connection: Connection, newest: int) -> None:
    row = insert_into(connection, Setting).values(name=INDEXED, value=str(newest))
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": str(newest)}))


def take_out(connection: Connection, texts: Mapping[int, str]) -> None:
    """Take paths that are about to be deleted out of SQLite's index; PostgreSQL's follows by itself."""
    indexed = None if is_postgresql(connection) else _indexed(connection)
    for number, path in texts.items() if indexed is not None else ():
        if number <= indexed:
            connection.execute(TAKE_OUT, {"id": number, "path": path})


def put_in(connection: Connection, texts: Mapping[int, str]) -> None:
    """Put paths back that were taken out."""
    indexed = None if is_postgresql(connection) else _indexed(connection)
    for number, path in texts.items() if indexed is not None else ():
        if number <= indexed:
            connection.execute(PUT_IN, {"id": number, "path": path})


def paths_like(session: AnySession, pattern: PathPattern, most: int) -> list[int] | None:
    """Return the numbers of all paths that may fit a pattern; None when they are more than `most`, or when that is not quickly told."""
    words = pattern.literals
    if not words:
        return None
    indexed = _indexed(session)
    if indexed is None:
        return None
    if _is_postgresql(session):
        found = _like(session, pattern, 0, most)
    else:
        asked = " ".join('"' + word.replace('"', '""') + '"' for word in words)
        found = list(session.execute(FIND, {"words": asked, "most": most + 1}).scalars())
        found += _like(session, pattern, indexed, most)
    return found if len(found) <= most else None


def _like(session: AnySession, pattern: PathPattern, since: int, most: int) -> list[int]:
    asked = (Path.id > since) & func.lower(Path.text).like(pattern.like, escape=ESCAPE)
    return list(session.execute(select(Path.id).where(asked).limit(most + 1)).scalars())


def _is_postgresql(session: AnySession) -> bool:
    return is_postgresql(session.connection() if isinstance(session, Session) else session)
