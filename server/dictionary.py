"""The dictionaries: each app, site, title and path text is stored once and known by its number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy import text as sql

from policy.redaction import clean, scrub
from server.models import App, Path, Site, Title
from server.prepared import Prepared

Dictionary = type[App] | type[Site] | type[Title] | type[Path]
LONGEST: dict[Any, int] = {App: 256, Site: 253, Title: 512, Path: 4096}
MOST_KEPT = 200_000

Numbers = dict[str | None, int]

FIND = {one: Prepared(select(one.id).where(one.text == bindparam("text"))) for one in LONGEST}
ADD = {one: Prepared(sql(f"INSERT INTO {one.__tablename__} (text) VALUES (:text) ON CONFLICT DO NOTHING")) for one in LONGEST}  # noqa: S608


class Dictionaries:
    """What this process has learned of the dictionaries, so that a known text costs no query.

    Only numbers that are committed may be learned: a batch that is undone takes the texts it added with it.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Numbers] = {dictionary: {} for dictionary in LONGEST}

    def numbers_of(self, connection: Connection, dictionary: Dictionary, texts: Iterable[str | None]) -> Numbers:
        """Return {text: number} for every text as it came, adding the ones not known yet; None is 0.

        What is stored is cleaned and scrubbed once more: an agent is authenticated, never trusted for content.
        """
        known = self._known[dictionary]
        wanted = set(texts)
        wanted.discard(None)
        found: Numbers = {text: number for text in wanted if (number := known.get(text)) is not None}
        for text in sorted(
            text for text in wanted - found.keys() if text is not None
        ):  # in order, so that two servers never wait in a ring
            found[text] = _number_of(connection, dictionary, clean(scrub(text), LONGEST[dictionary]))
        found[None] = 0
        return found

    def learn_all(self, learned: Iterable[tuple[Dictionary, Numbers]]) -> None:
        """Remember numbers whose transaction was committed."""
        for dictionary, numbers in learned:
            known = self._known[dictionary]
            if len(known) > MOST_KEPT:
                known.clear()
            known.update(numbers)


def _number_of(connection: Connection, dictionary: Dictionary, text: str) -> int:
    """Return the number of a stored text, added if it is new; another process may add it at the same moment."""
    row = FIND[dictionary].run(connection, text=text).fetchone()
    if row is None:
        ADD[dictionary].run(connection, text=text)
        row = FIND[dictionary].run(connection, text=text).fetchone()
    return int(row[0])
