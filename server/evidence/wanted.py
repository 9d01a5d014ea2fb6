"""Evidence packs as things that are asked for: wanted with a reason, claimed by one process, made once, kept, and one day deleted.

```
wanted ---claim--> making ---finish--> made            a claim runs out after an hour: who takes it up then makes it again
   ^                  |
   +---- trouble -----+---- three times ----> failed
```
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, insert, select

from policy.redaction import clean
from policy.roles import Role, Viewer, may_view_files
from policy.summaries import EvidencePack as Listed
from policy.summaries import EvidencePacks, EvidenceWish, FileFilters
from server.audit_log import audit
from server.evidence import cases
from server.models import EvidencePack
from server.office import By
from server.organisation import AnySession, organisation
from server.people import chosen
from server.queries.files import Search, Wanted, search_for
from server.queries.selection import Selection
from server.refusals import BadRequestError, NotThereError

log = logging.getLogger(__name__)

FOLDER = "evidence"
DAY_MS = 86_400_000
MINUTE_MS = 60_000
CLAIM_MS = 60 * MINUTE_MS
MOST_TRIES = 3
MOST_LISTED = 500
MOST_DAYS = 400
SHORTEST_REASON = 5
SERVER = Viewer(0, "server", Role.OWNER)
"""Whoever may ask for a pack sees everybody's files."""


class Asked(Struct, frozen=True):
    """A pack as it was asked for."""

    id: int
    filters: FileFilters
    reason: str
    language: str
    actor: str
    address: str | None
    asked: int
    case: int | None = None

    @property
    def name(self) -> str:
        """How its file is called; no name of anybody is in it."""
        return f"evidence-{self.id}-{self.filters.first}-{self.filters.last}.zip"


# --- wanting ----------------------------------------------------------------------------------------------------------


def ask_for(connection: Connection, wish: EvidenceWish, by: By) -> int:
    """Note that somebody wants a pack and return its number; raise a refusal when it asks for what is not there."""
    reason = clean(wish.reason, audit.LONGEST_REASON).strip()
    if len(reason) < SHORTEST_REASON:
        raise BadRequestError("say in a few words why", reason="say_why")
    search = search_of(connection, wish.filters)
    if wish.case is not None:
        cases.refuse_closed(connection, wish.case)
    language = wish.language or organisation(connection).reports.language
    values = {"filters": _text(wish.filters), "reason": reason, "language": language, "case_id": wish.case, "people": "[]"}
    values |= {"actor": by.actor, "address": by.address, "asked": by.now, "state": "wanted", "claimed": 0}
    number = int(connection.execute(insert(EvidencePack).values(**values).returning(EvidencePack.id)).scalar_one())
    person = wish.filters.person
    deed = by.deed("asked for an evidence pack", audit.about(person) if person is not None else "everybody", detail=told(search))
    audit.record(connection, msgspec.structs.replace(deed, reason=reason), by.now)
    if wish.case is not None:
        cases.link(connection, wish.case, "pack", str(number), by)
    return number


def search_of(session: AnySession, filters: FileFilters) -> Search:
    """Return the search that a pack is the answer to; raise BadRequestError or NotAllowedError when there is no such."""
    if not 0 <= (filters.last - filters.first).days < MOST_DAYS:
        raise BadRequestError(f"first must not be after last, and at most {MOST_DAYS} days may be asked for", reason="bad_days")
    people = chosen(session, SERVER, filters.team, filters.person, may_view_files)
    one = people[0] if filters.person is not None else None
    everybody = filters.team is None and filters.person is None
    names = ("path", "user", "host", "action", "extension")
    texts = {name: clean(value, 512) if (value := getattr(filters, name)) else None for name in names}
    wanted = Wanted(**texts, since=filters.since, until=filters.until)
    return search_for(session, Selection(people, filters.first, filters.last, one, everybody), wanted)


def told(search: Search) -> str:
    """Return what a pack is about, as the audit log tells it."""
    selection = search.selection
    whom = selection.one.name if selection.one else "" if selection.everybody else "a team"
    return ", ".join(filter(None, (f"{selection.first} to {selection.last}", whom, search.wanted.words)))


def _text(filters: FileFilters) -> str:
    return msgspec.json.encode(filters).decode()


# --- listing ----------------------------------------------------------------------------------------------------------


def packs(session: AnySession, public_key: str) -> EvidencePacks:
    """Return the packs, newest first."""
    rows = session.execute(select(*EvidencePack.__table__.columns).order_by(EvidencePack.id.desc()).limit(MOST_LISTED))
    return EvidencePacks([_listed(row) for row in rows], public_key)


def _listed(row: Any) -> Listed:
    return Listed(
        id=row.id,
        filters=filters_of(row),
        reason=row.reason,
        by=row.actor,
        asked=row.asked,
        state=row.state,
        language=row.language,
        case=row.case_id,
        made=row.made,
        events=row.events,
        people=msgspec.json.decode(row.people, type=list[int]),
        bytes=row.bytes,
        sha256=row.sha256,
        name=row.name,
    )


def filters_of(row: Any) -> FileFilters:
    """Return what a row of the table asks for."""
    return msgspec.json.decode(row.filters, type=FileFilters)


def made_pack(session: AnySession, number: int) -> Listed:
    """Return a pack that is made; raise NotThereError when there is none of that number, or not yet."""
    row = session.execute(select(*EvidencePack.__table__.columns).where(EvidencePack.id == number)).one_or_none()
    if row is None or row.state != "made":
        raise NotThereError("there is no such pack, or it is not made yet")
    return _listed(row)


def place_of(data: Path, name: str) -> Path:
    """Return where a pack's file lies."""
    return data / FOLDER / name
