"""The audit log: who looked at whom, who made, changed or was refused what; appended to, chained, and never changed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from policy.redaction import clean
from server.audit_log.chain import START, Entry, Head
from server.models import AuditEntry, AuditHead
from server.organisation import AnySession
from server.refusals import CannotLogError
from server.store.db import insert_into

LOOKED = "looked at "
"""How the action of every look at people's figures begins."""
LONGEST_REASON = 512
LONGEST_TELLING = 8_000
ONLY = 1


class Deed(Struct, frozen=True):
    """One thing somebody did; `actor` is a user's name, a device's id or "console" for a command on the server PC.

    The subject of a look at one person is `about(person)`, never a name, because two people may share one. `reason` is what
    the actor gave for it; `before` and `after` are what a change was about, each as a value that JSON can hold.
    """

    actor: str
    action: str
    subject: str | None = None
    detail: str | None = None
    address: str | None = None
    reason: str | None = None
    before: Any = None
    after: Any = None


def about(person: int) -> str:
    """Return how the audit log names a person."""
    return f"person {person}"


def record(connection: Connection, deed: Deed, now: int) -> None:
    """Write one deed down, in the transaction of the deed itself; raise CannotLogError when the log refuses it.

    What cannot be written down must not happen: whoever catches the error must not go on.
    """
    try:
        head = _held_head(connection)
        entry = _entry(deed, head, now)
        connection.execute(insert(AuditEntry).values(msgspec.structs.asdict(entry)))
        connection.execute(update(AuditHead).values(entries=entry.id, chain=entry.chain))
    except (OperationalError, InterfaceError):
        raise  # the whole store is away, or another server was quicker: the writer's business
    except DBAPIError as fault:
        raise CannotLogError("this cannot be written into the audit log, so it was not done") from fault


def record_all(connection: Connection, deeds: Iterable[Deed], now: int) -> None:
    """Write several deeds down: all, or none."""
    for deed in deeds:
        record(connection, deed, now)


def next_number(connection: Connection) -> int:
    """Return the number of the next entry, and let nobody else append until this transaction ends."""
    return _held_head(connection).entries + 1


def head_of(session: AnySession) -> Head:
    """Return where the log ends."""
    row = session.execute(select(AuditHead.entries, AuditHead.chain)).one_or_none()
    return Head(row.entries, row.chain) if row else Head(0, START)


def _held_head(connection: Connection) -> Head:
    """Return where the log ends, and let nobody else append until this transaction ends."""
    question = select(AuditHead.entries, AuditHead.chain).with_for_update()
    row = connection.execute(question).one_or_none()
    if row is None:
        first = insert_into(connection, AuditHead).values(id=ONLY, entries=0, chain=START)
        connection.execute(first.on_conflict_do_nothing(index_elements=["id"]))
        row = connection.execute(question).one()
    return Head(row.entries, row.chain)


def _entry(deed: Deed, head: Head, now: int) -> Entry:
    unlinked = Entry(
        id=head.entries + 1,
        at=now,
        actor=clean(deed.actor, 128),
        action=deed.action,
        subject=clean(deed.subject, 256) if deed.subject else None,
        detail=clean(deed.detail, 2000) if deed.detail else None,
        address=deed.address,
        reason=clean(deed.reason, LONGEST_REASON) if deed.reason else None,
        before=_told(deed.before),
        after=_told(deed.after),
        salt=secrets.token_bytes(16),
        chain=b"",
    )
    return msgspec.structs.replace(unlinked, chain=unlinked.link(head.chain))


def _told(value: Any) -> str | None:
    return None if value is None else clean(msgspec.json.encode(value).decode(), LONGEST_TELLING)
