"""The dictionaries: each app, site, title and path text is stored once and known by its number."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from policy.redaction import clean, scrub
from server.models import App, Path, Site, Title

Dictionary = type[App] | type[Site] | type[Title] | type[Path]
LONGEST = {App: 256, Site: 253, Title: 512, Path: 4096}
AT_ONCE = 500


def numbers_of(connection: Connection, dictionary: Dictionary, texts: Iterable[str | None]) -> dict[str | None, int | None]:
    """Return {text: number} for every text as it came, adding the ones not known yet; None stays None.

    What is stored is cleaned and scrubbed once more: an agent is authenticated, never trusted for content.
    """
    came = {text for text in texts if text is not None}
    fit = {text: clean(scrub(text), LONGEST[dictionary]) for text in came}
    known = _look_up(connection, dictionary, set(fit.values()))
    missing = sorted(set(fit.values()) - known.keys())
    if missing:
        connection.execute(insert(dictionary), [{"text": text} for text in missing])
        known |= _look_up(connection, dictionary, set(missing))
    return {None: None} | {text: known[stored] for text, stored in fit.items()}


def _look_up(connection: Connection, dictionary: Dictionary, texts: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    ordered = sorted(texts)
    for at in range(0, len(ordered), AT_ONCE):
        rows = connection.execute(select(dictionary.text, dictionary.id).where(dictionary.text.in_(ordered[at : at + AT_ONCE])))
        found.update((row.text, row.id) for row in rows)
    return found
