"""Texts that no row names any more (apps, sites, titles, paths) are deleted, so that what has outlived its period leaves no words behind.

Whoever takes batches in remembers numbers of texts. A text is therefore deleted in two steps, and no row ever names what is not there:

```
look      which numbers does no row name?
hide      their texts are replaced, and the dictionaries get another generation: who remembered a number asks for the text anew
settle    whoever began before has finished (PostgreSQL; on SQLite only one writes at a time)
look      a number that was named meanwhile gets its text back, the others are deleted
```
Killed in between, hidden texts are found unnamed by the next look.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, delete, func, select, text, update

from server import path_index
from server.days.packed import Table, latest_of, unpack_day
from server.models import App, LedgerDay, Path, Site, Title
from server.rights.subject_tables import TABLES
from server.store.db import is_postgresql
from server.store.dictionary import digest_of, next_generation
from server.store.writer import Writer

DICTIONARIES: tuple[Any, ...] = (App, Site, Title, Path)
AT_ONCE = 500
READ_AT_ONCE = 2_000
HIDDEN, HIDDEN_LETTERS = "∅ ", 18
PATIENCE_SECONDS = 30.0
NOW_APP = 5
"""Where a packed day's newest app stands in what is asked of every day."""

Named = dict[Any, NDArray[np.bool_]]
"""Of each dictionary, whether a row names the number."""


def forget_unused(readers: Engine, writer: Writer) -> int:
    """Delete every text that no row names; return how many."""
    with readers.connect() as connection:
        unused = _unused(connection)
    hidden: dict[Any, dict[int, str]] = {}
    for dictionary, numbers in unused.items():
        hidden[dictionary] = {}
        for at in range(0, len(numbers), AT_ONCE):
            hidden[dictionary] |= writer.do(partial(_hide, dictionary=dictionary, numbers=numbers[at : at + AT_ONCE]))
    if not any(hidden.values()):
        return 0
    settle(readers, writer)
    with readers.connect() as connection:
        named = _named(connection)
    still = {dictionary: {number for number in texts if not named[dictionary][number]} for dictionary, texts in hidden.items()}
    return sum(_finish(writer, dictionary, texts, still[dictionary]) for dictionary, texts in hidden.items())


def settle(readers: Engine, writer: Writer) -> None:
    """Wait until every transaction that began before now has ended."""
    if not is_postgresql(readers):
        return  # one at a time: whoever wrote before has finished
    mine = writer.do(lambda connection: int(connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()))
    for _ in range(int(PATIENCE_SECONDS / 0.05)):
        with readers.connect() as connection:
            if int(connection.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")).scalar_one()) > mine:
                return
        time.sleep(0.05)
    raise TimeoutError("a transaction of another program has been open for half a minute")


def _unused(connection: Connection) -> dict[Any, list[int]]:
    """Return the numbers of each dictionary that nothing names, but for a newest one that is hidden: see `_delete_or_restore`."""
    named = _named(connection)
    found = {}
    for dictionary in DICTIONARIES:
        newest = select(func.max(dictionary.id)).scalar_subquery()
        kept = (dictionary.id == newest) & dictionary.text.startswith(HIDDEN) & (func.length(dictionary.text) == HIDDEN_LETTERS)
        ids = np.fromiter(connection.execute(select(dictionary.id).where(~kept)).scalars(), np.int64)
        found[dictionary] = ids[~named[dictionary][ids]].tolist()
    return found


def _named(connection: Connection) -> Named:
    named: Named = {}
    for dictionary in DICTIONARIES:
        newest = connection.execute(select(func.max(dictionary.id))).scalar_one() or 0
        named[dictionary] = np.zeros(newest + 1, np.bool_)
    for held in TABLES:
        for column, dictionary in held.texts.items():
            named_in = select(held.table.__table__.c[column]).distinct()
            _mark(named[dictionary], connection.execute(named_in).scalars())
    _mark_packed(connection, named)
    return named


def _mark(named: NDArray[np.bool_], numbers: Iterable[int | None]) -> None:
    for number in numbers:
        if number and number < len(named):
            named[number] = True


def _mark_packed(connection: Connection, named: Named) -> None:
    """Mark the apps and sites of packed days; those of their quarter hours, and of pages, are the same."""
    rows = connection.execute(select(LedgerDay.packed), execution_options={"yield_per": READ_AT_ONCE}).scalars()
    for some in rows.partitions():
        for packed in some:
            [[apps, sites]] = unpack_day(packed, Table.PLACES)
            _mark(named[App], apps.tolist())
            _mark(named[Site], sites.tolist())
        _mark(named[App], latest_of(some)[:, NOW_APP].clip(0).tolist())


def _hide(connection: Connection, dictionary: Any, numbers: list[int]) -> dict[int, str]:
    """Replace some texts and return what they were; nobody who begins after this transaction uses their numbers."""
    rows = connection.execute(select(dictionary.id, dictionary.text).where(dictionary.id.in_(numbers)))
    texts: dict[int, str] = {row[0]: row[1] for row in rows}
    if dictionary is Path:
        path_index.take_out(connection, texts)
    _say(connection, dictionary, {number: HIDDEN + secrets.token_hex(8) for number in texts})
    next_generation(connection)
    return texts


def _say(connection: Connection, dictionary: Any, texts: dict[int, str]) -> None:
    """Let numbers stand for other texts."""
    values: dict[str, Any] = {"text": bindparam("said")} | ({"digest": bindparam("found_by")} if dictionary is Path else {})
    rows = [{"number": number, "said": said, "found_by": digest_of(said)} for number, said in texts.items()]
    if dictionary is not Path:
        rows = [{"number": row["number"], "said": row["said"]} for row in rows]
    if rows:
        connection.execute(update(dictionary.__table__).where(dictionary.id == bindparam("number")).values(**values), rows)


def _finish(writer: Writer, dictionary: Any, texts: dict[int, str], still: set[int]) -> int:
    numbers = sorted(texts)
    for at in range(0, len(numbers), AT_ONCE):
        some = {number: texts[number] for number in numbers[at : at + AT_ONCE]}
        writer.do(partial(_delete_or_restore, dictionary=dictionary, texts=some, still=still))
    return len(texts.keys() & still)


def _delete_or_restore(connection: Connection, dictionary: Any, texts: dict[int, str], still: set[int]) -> None:
    """Delete what nobody names, but the newest, whose number would be given out again: of that one the hidden text stays."""
    newest = connection.execute(select(func.max(dictionary.id))).scalar_one()
    connection.execute(delete(dictionary).where(dictionary.id.in_(texts.keys() & still - {newest})))
    for number in sorted(texts.keys() - still):
        taken = dictionary.digest == digest_of(texts[number]) if dictionary is Path else dictionary.text == texts[number]
        if connection.execute(select(dictionary.id).where(taken)).first() is None:  # else it came again, under another number
            _say(connection, dictionary, {number: texts[number]})
            if dictionary is Path:
                path_index.put_in(connection, {number: texts[number]})
