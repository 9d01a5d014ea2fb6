"""A trigram index over the dictionary of paths, so that any part of a path is found among a million without reading them all.

On SQLite a full-text table beside the dictionary, filled by the timetable with one INSERT … SELECT for all that came since; paths newer
than that are still found, by reading them. On PostgreSQL an index of the extension pg_trgm, where the database may have it; without
it the dictionary is read through.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.models import Path, Setting
from server.organisation import AnySession
from server.paths import ESCAPE, TRIGRAM, PathPattern, fold
from server.store.among import among
from server.store.db import insert_into, is_postgresql
from server.store.writer import Writer

log = logging.getLogger(__name__)

AT_ONCE = 20_000
SAMPLE = 400
COMMON, EVERYWHERE = 0.2, 0.5
"""Letters in so great a part of the paths tell little, or nothing."""
_SAMPLED: dict[str, tuple[tuple[int, int], dict[str, float]]] = {}
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
    rows = [{"id": number, "path": path} for number, path in texts.items() if indexed is not None and number <= indexed]
    if rows:
        connection.execute(TAKE_OUT, rows)


def put_in(connection: Connection, texts: Mapping[int, str]) -> None:
    """Put paths back that were taken out."""
    indexed = None if is_postgresql(connection) else _indexed(connection)
    rows = [{"id": number, "path": path} for number, path in texts.items() if indexed is not None and number <= indexed]
    if rows:
        connection.execute(PUT_IN, rows)


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
        asked = _telling(words, _shares(session, indexed))
        quoted = " ".join('"' + word.replace('"', '""') + '"' for word in asked)
        found = list(session.execute(FIND, {"words": quoted, "most": most + 1}).scalars().all())
        if 0 < len(found) <= most and not (len(asked) == 1 and pattern.is_only(asked[0])):
            fitting = select(Path.id).where(among(session, Path.id, found) & _like_it(pattern))
            found = list(session.execute(fitting).scalars().all())
        found += _like(session, pattern, indexed, most)
    return found if len(found) <= most else None


def _telling(words: list[str], shares: Mapping[str, float]) -> list[str]:
    """Return what to ask the index for: of a text that is in many paths only its rarest letters, since each costs by how many have it.

    ```
    2026-0417     202 026 26- 6-0 in every path, -04 041 417 in few     ask for -0417
    clients       in every path                                         nothing, where another text tells more
    ```
    """
    asked = []
    for word in words:
        runs = _rare_runs(word, shares)
        rarest = min(_trigrams(word), key=lambda one: shares.get(one, 0.0))
        asked += runs or ([rarest] if shares.get(rarest, 0.0) < EVERYWHERE else [])
    return asked or words


def _rare_runs(word: str, shares: Mapping[str, float]) -> list[str]:
    runs = [""]
    for one in _trigrams(word):
        if shares.get(one, 0.0) >= COMMON:
            runs.append("")
        else:
            runs[-1] = runs[-1] + one[-1] if runs[-1] else one
    return [run for run in runs if run]


def _trigrams(text: str) -> list[str]:
    return [text[at : at + TRIGRAM] for at in range(len(text) - TRIGRAM + 1)]


def _shares(session: AnySession, indexed: int) -> Mapping[str, float]:
    """Return in which part of the paths three letters are, by some of them; remembered until there are a good many more paths."""
    bind = session.get_bind() if isinstance(session, Session) else session
    url = str(bind.engine.url)
    grown = indexed.bit_length(), indexed >> max(0, indexed.bit_length() - 3)
    known = _SAMPLED.get(url)
    if known is None or known[0] != grown:
        places = [1 + place * indexed // SAMPLE for place in range(SAMPLE)]
        texts = list(session.execute(select(Path.text).where(Path.id.in_(places))).scalars())
        counts = Counter(one for text in texts for one in set(_trigrams(fold(text))))
        known = _SAMPLED[url] = (grown, {one: count / len(texts) for one, count in counts.items()})
    return known[1]


def _like(session: AnySession, pattern: PathPattern, since: int, most: int) -> list[int]:
    asked = select(Path.id).where((Path.id > since) & _like_it(pattern)).limit(most + 1)
    return list(session.execute(asked).scalars().all())


def _like_it(pattern: PathPattern) -> ColumnElement[bool]:
    return func.lower(Path.text).like(pattern.like, escape=ESCAPE)


def _is_postgresql(session: AnySession) -> bool:
    return is_postgresql(session.connection() if isinstance(session, Session) else session)
