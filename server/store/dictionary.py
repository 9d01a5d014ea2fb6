"""The dictionaries: each app, site, title and path text is stored once and known by its number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Connection, Executable, String, bindparam, cast, select
from sqlalchemy import text as sql

from policy.redaction import clean, scrub
from server.models import App, Path, Setting, Site, Title
from server.organisation import AnySession
from server.store.db import insert_into, is_postgresql
from server.store.prepared import Prepared

Dictionary = type[App] | type[Site] | type[Title] | type[Path]
LONGEST: dict[Any, int] = {App: 256, Site: 253, Title: 512, Path: 4096}
MOST_KEPT = 200_000

Numbers = dict[str | None, int]


def _find(dictionary: Dictionary) -> Executable:
    return select(dictionary.id).where(Path.digest == bindparam("digest") if dictionary is Path else dictionary.text == bindparam("text"))


def _add(dictionary: Dictionary) -> Executable:
    names = "text, digest" if dictionary is Path else "text"
    values = ":text, :digest" if dictionary is Path else ":text"
    return sql(f"INSERT INTO {dictionary.__tablename__} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING")  # noqa: S608 — our own names


def _find_many(dictionary: Dictionary) -> Executable:
    key, kind = ("digest", "bytea") if dictionary is Path else ("text", "text")
    return sql(f"SELECT {key}, id FROM {dictionary.__tablename__} WHERE {key} = ANY(CAST(:texts AS {kind}[]))")  # noqa: S608 — our own names


def _add_many(dictionary: Dictionary) -> Executable:
    names, values = "text", "unnest(CAST(:texts AS text[]))"
    if dictionary is Path:
        names, values = f"{names}, digest", f"{values}, unnest(CAST(:digests AS bytea[]))"
    return sql(f"INSERT INTO {dictionary.__tablename__} ({names}) SELECT {values} ON CONFLICT DO NOTHING")


FIND = {one: Prepared(_find(one)) for one in LONGEST}
ADD = {one: Prepared(_add(one)) for one in LONGEST}
FIND_MANY = {one: Prepared(_find_many(one)) for one in LONGEST}
ADD_MANY = {one: Prepared(_add_many(one)) for one in LONGEST}


GENERATION = "dictionary_generation"


def next_generation(connection: Connection) -> None:
    """Let everybody forget what they remember of the dictionaries: some texts are about to be deleted."""
    row = insert_into(connection, Setting).values(name=GENERATION, value="1")
    following = cast(cast(Setting.value, BigInteger) + 1, String)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": following}))


def generation_of(session: AnySession) -> str | None:
    """Return the generation of the dictionaries."""
    return session.execute(select(Setting.value).where(Setting.name == GENERATION)).scalar_one_or_none()


class Dictionaries:
    """What this process has learned of the dictionaries, so that a known text costs no query.

    Only numbers that are committed may be learned: a batch that is undone takes the texts it added with it. What was learned is
    good as long as the dictionaries have the same generation.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Numbers] = {dictionary: {None: 0} for dictionary in LONGEST}
        self.generation: str | None = None

    def begin(self, generation: str | None) -> None:
        """Forget everything when texts were deleted since."""
        if generation != self.generation:
            self._known = {dictionary: {None: 0} for dictionary in LONGEST}
            self.generation = generation

    def known(self, dictionary: Dictionary) -> Numbers:
        """Return the numbers that cost no query."""
        return self._known[dictionary]

    def numbers_of(self, connection: Connection, dictionary: Dictionary, texts: Iterable[str | None]) -> Numbers:
        """Return {text: number} for every text as it came, adding the ones not known yet; None is 0.

        What is stored is cleaned and scrubbed once more: an agent is authenticated, never trusted for content.
        """
        known = self._known[dictionary]
        wanted = set(texts)
        if wanted <= known.keys():
            return known
        found: Numbers = {text: known[text] for text in wanted & known.keys()}
        fit = {text: clean(scrub(text), LONGEST[dictionary]) for text in wanted - found.keys() if text is not None}
        kept = set(fit.values())
        if kept and is_postgresql(connection):
            numbers = _numbers_at_once(connection, dictionary, kept)
        else:
            numbers = {text: _number_of(connection, dictionary, text) for text in kept}
        found |= {text: numbers[stored] for text, stored in fit.items()}
        return found | {None: 0}

    def learn_all(self, learned: Iterable[tuple[Dictionary, Numbers]], generation: str | None) -> None:
        """Remember numbers whose transaction was committed, in which the dictionaries had this generation."""
        if generation != self.generation:
            return
        for dictionary, numbers in learned:
            known = self._known[dictionary]
            if numbers is known:
                continue
            if len(known) > MOST_KEPT:  # somebody may be reading the old one
                known = self._known[dictionary] = {None: 0}
            known.update(numbers)


def _number_of(connection: Connection, dictionary: Dictionary, text: str) -> int:
    """Return the number of a stored text, added if it is new; another process may add it at the same moment."""
    key: dict[str, Any] = {"digest": digest_of(text)} if dictionary is Path else {"text": text}
    row = FIND[dictionary].run(connection, **key).fetchone()
    if row is None:
        ADD[dictionary].run(connection, **key | {"text": text})
        row = FIND[dictionary].run(connection, **key).fetchone()
    return int(row[0])


def _numbers_at_once(connection: Connection, dictionary: Dictionary, texts: set[str]) -> dict[str, int]:
    """Return {text: number} where others write too: added in order, and committed at once by a transaction of their own.

    Two servers that meet the same new words in another order would otherwise wait for each other until both of their long
    transactions fail. A text that no row names in the end does no harm. Two questions, however many texts there are.
    """
    ordered = sorted(texts)
    values: dict[str, Any] = {"texts": ordered}
    if dictionary is Path:
        values["digests"] = [digest_of(text) for text in ordered]
    with connection.engine.begin() as own:
        own.execute(sql("SET LOCAL synchronous_commit = off"))  # the commit of the rows that name it makes it durable as well
        ADD_MANY[dictionary].run(own, **values)
        found = FIND_MANY[dictionary].run(own, texts=values.get("digests", ordered)).fetchall()
    numbers = {bytes(key) if dictionary is Path else key: number for key, number in found}
    return {text: numbers[digest_of(text) if dictionary is Path else text] for text in ordered}


def digest_of(path: str) -> bytes:
    """Return what a path is found by."""
    return hashlib.blake2b(path.encode(), digest_size=16).digest()
