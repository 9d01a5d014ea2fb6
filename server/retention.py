"""Delete what has outlived its period, a little at a time, so that no batch and no question waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, select, text, tuple_

from policy.retention import Retention
from policy.worktime import local_day
from server import audit_keeping, partitions
from server.db import Base
from server.models import (
    Account,
    CaptureEvent,
    Clip,
    DayCount,
    DayOddness,
    Device,
    FileEvent,
    FileHit,
    Finding,
    FindingAnswer,
    HealthEvent,
    LedgerDay,
    LedgerPage,
    LedgerQuarter,
    LedgerStamp,
    NetworkDay,
    NetworkSpan,
    Person,
    SessionEvent,
    Span,
)
from server.organisation import note_spans_from, organisation
from server.writer import Writer

DAY_MS = 86_400_000
ROWS_AT_ONCE = 2_000
PAGES_AT_ONCE = 500


class Kept(NamedTuple):
    """One table, the period it lives for, its instant, and whose rows lie together in it."""

    table: type[Base]
    period: str
    instant: Any
    owner: Any = None
    owners: type[Base] | None = None
    by_day: bool = False


TABLES = (
    Kept(Span, "spans", Span.start, Span.account_id, Account),
    Kept(NetworkSpan, "spans", NetworkSpan.start, NetworkSpan.device_id, Device),
    Kept(SessionEvent, "spans", SessionEvent.at, SessionEvent.device_id, Device),
    Kept(HealthEvent, "spans", HealthEvent.at, HealthEvent.device_id, Device),
    Kept(FileEvent, "files", FileEvent.at, FileEvent.account_id, Account),
    Kept(FileHit, "files", FileHit.at, FileHit.person_id, Person),
    Kept(Finding, "ledger", Finding.day, Finding.person_id, Person, by_day=True),
    Kept(FindingAnswer, "ledger", FindingAnswer.day, FindingAnswer.person_id, Person, by_day=True),
    Kept(DayCount, "spans", DayCount.day, DayCount.person_id, Person, by_day=True),
    Kept(DayOddness, "spans", DayOddness.day, DayOddness.person_id, Person, by_day=True),
    Kept(CaptureEvent, "captures", CaptureEvent.at, CaptureEvent.account_id, Account),
    Kept(Clip, "captures", Clip.asked, Clip.person_id, Person),
    Kept(LedgerQuarter, "ledger", LedgerQuarter.day, LedgerQuarter.person_id, Person, by_day=True),
    Kept(LedgerDay, "ledger", LedgerDay.day, LedgerDay.person_id, Person, by_day=True),
    Kept(LedgerPage, "ledger", LedgerPage.day, by_day=True),
    Kept(NetworkDay, "ledger", NetworkDay.day, NetworkDay.device_id, Device, by_day=True),
    Kept(LedgerStamp, "ledger", LedgerStamp.day, by_day=True),
)


def purge(readers: Engine, writer: Writer, now: int) -> dict[str, int]:
    """Delete every row that has outlived its period; return {table: rows}.

    Each commit takes a few rows. The instant before which spans are no longer whole is written down first: a day from
    before it must never be rebuilt, or its ledger would shrink to what is left.
    """
    with readers.connect() as connection:
        retention = organisation(connection).retention
    writer.do(lambda connection: note_spans_from(connection, _cutoff(retention, "spans", now)))
    gone = {}
    for kept in TABLES:
        name, cutoff = kept.table.__tablename__, _cutoff(retention, kept.period, now)
        months = writer.do(partial(partitions.drop_past, table=name, cutoff=cutoff)) if name in partitions.PARTITIONED else 0
        gone[name] = months + sum(_purge_owner(writer, kept, owner, cutoff) for owner in _owners(readers, kept))
    gone["audit_entry"] = audit_keeping.purge(readers, writer, _cutoff(retention, "audit", now), now)
    writer.do(_give_pages_back)
    return gone


def _cutoff(retention: Retention, period: str, now: int) -> int:
    days: int = getattr(retention, period)
    return now - days * DAY_MS


def _owners(readers: Engine, kept: Kept) -> Iterator[int | None]:
    if kept.owners is None:
        yield None
        return
    identity: Any = kept.owners.__table__.c.id
    with readers.connect() as connection:
        yield from connection.execute(select(identity).order_by(identity)).scalars().all()


def _purge_owner(writer: Writer, kept: Kept, owner: int | None, cutoff: int) -> int:
    """Delete one owner's old rows in small commits; they lie together, so each finds its rows without a search."""
    total = 0
    while gone := writer.do(lambda connection: _delete_some(connection, kept, owner, cutoff)):
        total += gone
        if gone < ROWS_AT_ONCE:
            break
    return total


def _delete_some(connection: Connection, kept: Kept, owner: int | None, cutoff: int) -> int:
    key = kept.table.__table__.primary_key.columns  # type: ignore[attr-defined]
    old = select(*key).where(kept.instant < (local_day(cutoff, "UTC") if kept.by_day else cutoff))
    if kept.owner is not None:
        old = old.where(kept.owner == owner)
    rows = connection.execute(old.limit(ROWS_AT_ONCE)).all()
    if rows:
        connection.execute(delete(kept.table).where(tuple_(*key).in_([tuple(row) for row in rows])))
    return len(rows)


def _give_pages_back(connection: Connection) -> None:
    """Return empty pages to the disk, a few at a time; PostgreSQL's own vacuum needs no help."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})"))
