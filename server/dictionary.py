"""The dictionaries: each app, site, title and path text is stored once and known by its number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, select
from sqlalchemy import text as sql

from policy.redaction import clean, scrub
from server.db import is_postgresql
from server.models import App, Path, Site, Title
from server.prepared import Prepared

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


FIND = {one: Prepared(_find(one)) for one in LONGEST}
ADD = {one: Prepared(_add(one)) for one in LONGEST}


class Dictionaries:
    """What this process has learned of the dictionaries, so that a known text costs no query.

    Only numbers that are committed may be learned: a batch that is undone takes the texts it added with it.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Numbers] = {dictionary: {None: 0} for dictionary in LONGEST}

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
        if fit and is_postgresql(connection):
            _add_at_once(connection, dictionary, set(fit.values()))
        for text, kept in fit.items():
            found[text] = _number_of(connection, dictionary, kept)
        return found | {None: 0}

    def learn_all(self, learned: Iterable[tuple[Dictionary, Numbers]]) -> None:
        """Remember numbers whose transaction was committed."""
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


def _add_at_once(connection: Connection, dictionary: Dictionary, texts: set[str]) -> None:
    """Add texts where others write too: in order, and committed at once by a transaction of their own.

    Two servers that meet the same new words in another order would otherwise wait for each other until both of their long
    transactions fail. A text that no row names in the end does no harm.
    """
    with connection.engine.begin() as own:
        own.execute(sql("SET LOCAL synchronous_commit = off"))  # the commit of the rows that name it makes it durable as well
        for text in sorted(texts):
            _number_of(own, dictionary, text)


def digest_of(path: str) -> bytes:
    """Return what a path is found by."""
    return hashlib.blake2b(path.encode(), digest_size=16).digest()
