"""The part of the audit log that proves an evidence pack: its own entries told whole, of others only what links the chain."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from server.audit_log.chain import START, Entry
from server.evidence.manifest import EntryLine
from server.models import AuditEntry, AuditPurge

ROWS_AT_ONCE = 500


def purged_through(connection: Connection) -> int:
    """Return the newest entry that has outlived its period; 0 for none."""
    return connection.execute(select(func.max(AuditPurge.through))).scalar_one() or 0


def chain_before(connection: Connection, first: int) -> bytes:
    """Return what the chain held before an entry."""
    if first == 1:
        return START
    found = connection.execute(select(AuditEntry.chain).where(AuditEntry.id == first - 1)).scalar_one_or_none()
    if found is not None:
        return found
    return connection.execute(select(AuditPurge.chain).where(AuditPurge.through == first - 1)).scalar_one()


def entries(connection: Connection, first: int, last: int) -> Iterator[Entry]:
    """Yield the entries between two, a few at a time."""
    columns = [getattr(AuditEntry, name) for name in Entry.__struct_fields__]
    question = select(*columns).where(AuditEntry.id.between(first, last)).order_by(AuditEntry.id)
    for row in connection.execute(question, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield Entry(*row)


def entry_line(entry: Entry, *, whole: bool) -> EntryLine:
    """Return an entry as a pack tells it: `whole`, unless it was rewritten and its digest is of what it said first."""
    if not whole or entry.own is not None:
        return EntryLine(entry.id, (entry.own or entry.digest()).hex())
    names = ("at", "actor", "action", "subject", "detail", "address", "reason", "before", "after")
    return EntryLine(entry.id, salt=entry.salt.hex(), **{name: getattr(entry, name) for name in names})
