"""Cases: opened with a reason, closed and opened again, with notes and links that are only ever added; every step is written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection, case, func, insert, select, update

from policy.redaction import clean
from policy.summaries import (
    AlertCase,
    Case,
    CaseChange,
    CaseEntry,
    CaseLink,
    CaseLinkWish,
    CaseNote,
    CaseNoteWish,
    Cases,
    CaseWish,
    FileFilters,
)
from policy.summaries.cases import LONGEST_NOTE
from server import models
from server.audit_log import audit
from server.models import CaseFile, EvidencePack
from server.office import By, row_as_seen, row_of
from server.organisation import AnySession
from server.refusals import BadRequestError, ConflictError, NotThereError

OPEN, CLOSED = "open", "closed"


def subject(number: int) -> str:
    """Return how the audit log names a case."""
    return f"case {number}"


def cases(session: AnySession) -> Cases:
    """Return every case, open ones first, then the newest."""
    order = (case((CaseFile.state == OPEN, 0), else_=1), CaseFile.opened.desc(), CaseFile.id.desc())
    rows = session.execute(select(*CaseFile.__table__.columns).order_by(*order)).all()
    notes, links = _counts(session, models.CaseNote), _counts(session, models.CaseLink)
    return Cases([_entry(row, notes.get(row.id, 0), links.get(row.id, 0)) for row in rows])


def case_of(session: AnySession, number: int) -> Case:
    """Return a whole case; raise NotThereError."""
    row = session.execute(select(*CaseFile.__table__.columns).where(CaseFile.id == number)).one_or_none()
    if row is None:
        raise NotThereError("there is no such case")
    notes = [CaseNote(one.id, one.at, one.actor, one.text) for one in _of(session, models.CaseNote, number)]
    links = [_link(one) for one in _of(session, models.CaseLink, number)]
    return Case(_entry(row, len(notes), len(links)), notes, links)


def cases_of_alerts(session: AnySession, alerts: Collection[str]) -> dict[str, list[AlertCase]]:
    """Return {alert: the cases that point at it}, the oldest first."""
    pointing = (models.CaseLink.kind == "alert") & models.CaseLink.target.in_(alerts)
    columns = select(models.CaseLink.target, CaseFile.id, CaseFile.title, CaseFile.state).join(
        CaseFile, CaseFile.id == models.CaseLink.case_id
    )
    found: dict[str, list[AlertCase]] = defaultdict(list)
    for row in session.execute(columns.where(pointing).order_by(CaseFile.id)):
        found[row.target].append(AlertCase(row.id, row.title, row.state == OPEN))
    return found


def _counts(session: AnySession, table: type[models.CaseNote] | type[models.CaseLink]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(select(table.case_id, func.count()).group_by(table.case_id))}


def _of(session: AnySession, table: type[models.CaseNote] | type[models.CaseLink], number: int) -> list[Any]:
    return list(session.execute(select(*table.__table__.columns).where(table.case_id == number).order_by(table.id)))


def _entry(row: Any, notes: int, links: int) -> CaseEntry:
    return CaseEntry(row.id, row.title, row.reason, row.state, row.actor, row.opened, row.closed, notes, links, row.revision)


def _link(row: Any) -> CaseLink:
    made = partial(CaseLink, row.id, row.at, row.actor, row.kind)
    if row.kind == "pack":
        return made(pack=int(row.target))
    return made(files=msgspec.json.decode(row.target, type=FileFilters)) if row.kind == "files" else made(alert=row.target)


# --- changing -----------------------------------------------------------------------------------------------------------


def open_case(connection: Connection, wish: CaseWish, by: By) -> int:
    """Open a case and return its number."""
    title, reason = _words(wish.title, 200, "a title"), _words(wish.reason, audit.LONGEST_REASON, "a reason")
    values = {"title": title, "reason": reason, "state": OPEN, "actor": by.actor, "opened": by.now}
    number = connection.execute(insert(CaseFile).values(**values).returning(CaseFile.id)).scalar_one()
    audit.record(connection, msgspec.structs.replace(by.deed("opened a case", subject(number), after=title), reason=reason), by.now)
    return int(number)


def change_case(connection: Connection, wish: CaseChange, by: By) -> int:
    """Give a case another title, close it or open it again; return its new revision."""
    row = row_as_seen(connection, CaseFile, wish.case, wish.revision)
    values: dict[str, Any] = {}
    if wish.title is not UNSET:
        values["title"] = _words(wish.title, 200, "a title")
    if wish.state is not UNSET and wish.state != row.state:
        values |= {"state": wish.state, "closed": by.now if wish.state == CLOSED else None}
    same = (CaseFile.id == row.id) & (CaseFile.revision == row.revision)
    connection.execute(update(CaseFile).where(same).values(**values, revision=row.revision + 1))
    told = [name for name in values if name != "closed"]
    action = "changed a case" if "state" not in values else "closed a case" if wish.state == CLOSED else "opened a case again"
    before, after = {name: row._mapping[name] for name in told}, {name: values[name] for name in told}
    audit.record(connection, by.deed(action, subject(row.id), before, after), by.now)
    return int(row.revision) + 1


def add_note(connection: Connection, wish: CaseNoteWish, by: By) -> int:
    """Add a note to an open case and return its number; the audit log keeps what it said."""
    row, text = _open_row(connection, wish.case), _words(wish.text, LONGEST_NOTE, "a note")
    values = {"case_id": row.id, "at": by.now, "actor": by.actor, "text": text}
    number = connection.execute(insert(models.CaseNote).values(**values).returning(models.CaseNote.id)).scalar_one()
    audit.record(connection, by.deed("wrote a note to a case", subject(row.id), after=text), by.now)
    return int(number)


def add_link(connection: Connection, wish: CaseLinkWish, by: By) -> int:
    """Let an open case point at something, with a note where one is given, and return the link's number.

    Raises BadRequestError unless it is one thing that is there, ConflictError when the case points at it already.
    """
    row = _open_row(connection, wish.case)
    told = [(kind, value) for kind in ("pack", "alert", "files") if (value := getattr(wish, kind)) is not None]
    if len(told) != 1:
        raise BadRequestError("a link is to a pack, an alert or files: exactly one of them")
    [(kind, value)] = told
    if kind == "pack":
        row_of(connection, EvidencePack, value)
    target = msgspec.json.encode(value).decode() if kind == "files" else clean(str(value), 512)
    same = (models.CaseLink.case_id == row.id) & (models.CaseLink.kind == kind) & (models.CaseLink.target == target)
    if connection.execute(select(models.CaseLink.id).where(same)).first() is not None:
        raise ConflictError("this case points at it already", reason="linked")
    made = link(connection, row.id, kind, target, by)
    if wish.note is not None:
        add_note(connection, CaseNoteWish(row.id, wish.note), by)
    return made


def link(connection: Connection, number: int, kind: str, target: str, by: By) -> int:
    """Write a link down and return its number."""
    values = {"case_id": number, "at": by.now, "actor": by.actor, "kind": kind, "target": target}
    made = connection.execute(insert(models.CaseLink).values(**values).returning(models.CaseLink.id)).scalar_one()
    audit.record(connection, by.deed("linked to a case", subject(number), after=f"{kind} {target}"), by.now)
    return int(made)


def refuse_closed(connection: Connection, number: int) -> None:
    """Raise NotThereError or ConflictError unless there is such a case and it is open."""
    _open_row(connection, number)


def _open_row(connection: Connection, number: int) -> Any:
    row = row_of(connection, CaseFile, number)
    if row.state != OPEN:
        raise ConflictError("this case is closed: open it again first", reason="closed")
    return row


def _words(text: str, longest: int, what: str) -> str:
    text = clean(text, longest).strip()
    if not text:
        raise BadRequestError(f"{what} says something", reason="no_words")
    return text
