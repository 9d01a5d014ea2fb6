"""Watch lists: paths of confidential folders and of removable drives, kept by compliance; every change is written down."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import Connection, delete, func, insert, select, update

from policy.redaction import clean
from policy.summaries import WatchList as Listed
from policy.summaries import WatchListChange, WatchListEnd, WatchLists, WatchListWish
from policy.summaries.watch import MOST_LISTS
from server.audit_log import audit
from server.models import WatchList
from server.office import By, row_as_seen
from server.organisation import AnySession, organisation
from server.paths import PathPattern
from server.refusals import BadRequestError, ConflictError

LONGEST_PATTERN = 256
CONFIDENTIAL, REMOVABLE = "confidential", "removable"


class Watched(Struct, frozen=True):
    """Every path that is watched, as patterns by their text."""

    confidential: dict[str, PathPattern]
    removable: dict[str, PathPattern]

    def __bool__(self) -> bool:
        return bool(self.confidential or self.removable)


def watched(session: AnySession) -> Watched:
    """Return what the rules about files look for: the lists, and the paths that the settings name."""
    found: dict[str, dict[str, PathPattern]] = {CONFIDENTIAL: {}, REMOVABLE: {}}
    for row in _rows(session):
        found[row.kind] |= {text: PathPattern(text) for text in msgspec.json.decode(row.patterns, type=list[str])}
    found[CONFIDENTIAL] |= {text: PathPattern(text) for text in organisation(session).watched_paths}
    return Watched(found[CONFIDENTIAL], found[REMOVABLE])


def watch_lists(session: AnySession) -> WatchLists:
    """Return every list by name."""
    return WatchLists([_listed(row) for row in _rows(session)], organisation(session).watched_paths)


def add_list(connection: Connection, wish: WatchListWish, by: By) -> int:
    """Add a list and return its number; raise ConflictError when there is one of that name."""
    if connection.execute(select(func.count()).select_from(WatchList)).scalar_one() >= MOST_LISTS:
        raise BadRequestError(f"more than {MOST_LISTS} lists are not watched")
    name, patterns = _name(connection, wish.name, None), _patterns(wish.patterns)
    values = {"name": name, "kind": wish.kind, "patterns": _stored(patterns), "actor": by.actor, "at": by.now}
    number = connection.execute(insert(WatchList).values(**values).returning(WatchList.id)).scalar_one()
    after = {"name": name, "kind": wish.kind, "patterns": patterns}
    audit.record(connection, by.deed("added watch list", _subject(number), after=after), by.now)
    return int(number)


def change_list(connection: Connection, wish: WatchListChange, by: By) -> int:
    """Change a list's name or patterns and return its new revision."""
    row = row_as_seen(connection, WatchList, wish.list, wish.revision)
    before, after = _told(row), _told(row)
    if wish.name is not UNSET:
        after["name"] = _name(connection, wish.name, row.id)
    if wish.patterns is not UNSET:
        after["patterns"] = _patterns(wish.patterns)
    values = {"name": after["name"], "patterns": _stored(after["patterns"]), "actor": by.actor, "at": by.now, "revision": row.revision + 1}
    connection.execute(update(WatchList).where(WatchList.id == row.id).values(**values))
    audit.record(connection, by.deed("changed watch list", _subject(row.id), before, after), by.now)
    return int(row.revision) + 1


def end_list(connection: Connection, wish: WatchListEnd, by: By) -> None:
    """Watch a list no more; alerts it made stay."""
    row = row_as_seen(connection, WatchList, wish.list, wish.revision)
    connection.execute(delete(WatchList).where(WatchList.id == row.id))
    audit.record(connection, by.deed("ended watch list", _subject(row.id), before=_told(row)), by.now)


def _rows(session: AnySession) -> list[Any]:
    return list(session.execute(select(*WatchList.__table__.columns).order_by(WatchList.name)))


def _listed(row: Any) -> Listed:
    return Listed(row.id, row.name, row.kind, msgspec.json.decode(row.patterns, type=list[str]), row.actor, row.at, row.revision)


def _told(row: Any) -> dict[str, Any]:
    return {"name": row.name, "patterns": msgspec.json.decode(row.patterns, type=list[str])}


def _name(connection: Connection, wanted: str, own: int | None) -> str:
    name = clean(wanted, 128).strip()
    if not name:
        raise BadRequestError("a watch list needs a name", reason="no_name")
    if connection.execute(select(WatchList.id).where((WatchList.name == name) & (WatchList.id != (own or 0)))).first() is not None:
        raise ConflictError(f"there is a watch list {name!r} already", reason="taken")
    return name


def _patterns(wanted: list[str]) -> list[str]:
    """Return the patterns, each once; one of stars alone would watch everything, which nobody means."""
    texts = list(dict.fromkeys(clean(text, LONGEST_PATTERN).strip() for text in wanted))
    if any(not text.strip("*?/\\ ") for text in texts):
        raise BadRequestError("a path to watch names something, such as S:\\Board\\**", reason="bad_path")
    return texts


def _stored(patterns: list[str]) -> str:
    return msgspec.json.encode(patterns).decode()


def _subject(number: int) -> str:
    return f"watch list {number}"
