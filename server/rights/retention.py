"""Delete what has outlived its period, a little at a time, so that no batch and no question waits for it.

Of whoever a legal hold is on, nothing goes, nor what cannot be told apart from theirs: the PCs they use, the pages of whole days, the
audit log.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, select, tuple_, update

from policy.retention import Retention
from policy.worktime import local_day
from server.audit_log import audit, keeping
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
    PersonRequest,
    Quarantined,
    SessionEvent,
    Setting,
    Span,
    Unlock,
)
from server.organisation import AnySession, note_spans_from, organisation
from server.rights.measures import held_accounts, held_devices, held_people
from server.store import partitions
from server.store.db import Base, insert_into
from server.store.writer import Writer

DAY_MS = 86_400_000
ROWS_AT_ONCE = 1_000
PURGED = "deleted what outlived its period"
"""The action of the audit entry that tells how many rows of which table went."""
SWEPT = "texts_swept"
"""A setting: the day on which texts that nothing names were looked for."""


class Held(NamedTuple):
    """Of whom nothing is deleted: everybody a legal hold is on, their accounts and PCs."""

    people: frozenset[int]
    accounts: frozenset[int]
    devices: frozenset[int]

    def of(self, owners: type[Base] | None) -> frozenset[int]:
        """Return which of these owners' rows stay."""
        return {Person: self.people, Account: self.accounts, Device: self.devices}.get(owners, frozenset())  # type: ignore[arg-type]


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
    Kept(PersonRequest, "audit", PersonRequest.decided, PersonRequest.person_id, Person),
    Kept(Unlock, "audit", Unlock.until),
)


def purge(readers: Engine, writer: Writer, now: int) -> dict[str, int]:
    """Delete every row that has outlived its period; return {table: rows}.

    Each commit takes a few rows. The instant before which spans are no longer whole is written down first: a day from
    before it must never be rebuilt, or its ledger would shrink to what is left.
    """
    with readers.connect() as connection:
        retention, held = organisation(connection).retention, held_by_law(connection, now)
    writer.do(lambda connection: note_spans_from(connection, _cutoff(retention, "spans", now)))
    gone = {}
    for kept in TABLES:
        name, cutoff = kept.table.__tablename__, _cutoff(retention, kept.period, now)
        whole = name in partitions.PARTITIONED and not held.people
        months = writer.do(partial(partitions.drop_past, table=name, cutoff=cutoff)) if whole else 0
        gone[name] = months + sum(_purge_owner(readers, writer, kept, owner, cutoff) for owner in _owners(readers, kept, held))
    gone["quarantined"] = _empty_quarantine(writer, _cutoff(retention, "spans", now), held)
    if not held.people:
        gone["audit_entry"] = keeping.purge(readers, writer, _cutoff(retention, "audit", now), now)
    told = {name: many for name, many in gone.items() if many}
    if told:
        writer.do(lambda connection: audit.record(connection, audit.Deed("server", PURGED, after=told), now))
    return gone


def held_by_law(session: AnySession, now: int) -> Held:
    """Return of whom nothing may be deleted."""
    people = held_people(session, now)
    accounts = held_accounts(session, people) if people else frozenset[int]()
    return Held(people, accounts, held_devices(session, accounts) if accounts else frozenset())


def sweep_is_due(session: AnySession, now: int) -> bool:
    """Return whether texts that nothing names were not looked for today."""
    return session.execute(select(Setting.value).where(Setting.name == SWEPT)).scalar_one_or_none() != str(local_day(now, "UTC"))


def note_sweep(connection: Connection, now: int) -> None:
    """Record that they were."""
    row = insert_into(connection, Setting).values(name=SWEPT, value=str(local_day(now, "UTC")))
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}))


def _cutoff(retention: Retention, period: str, now: int) -> int:
    days: int = getattr(retention, period)
    return now - days * DAY_MS


def _owners(readers: Engine, kept: Kept, held: Held) -> Iterator[int | None]:
    if kept.owners is None:
        if not (held.people and kept.by_day):  # pages of everybody's days have theirs in them
            yield None
        return
    identity: Any = kept.owners.__table__.c.id
    with readers.connect() as connection:
        owners = connection.execute(select(identity).order_by(identity)).scalars().all()
    yield from (owner for owner in owners if owner not in held.of(kept.owners))


def _empty_quarantine(writer: Writer, cutoff: int, held: Held) -> int:
    """Take the contents of old refused events away; that they were refused, and why, stays with the counts."""
    old = (Quarantined.at < cutoff) & (Quarantined.body != b"") & Quarantined.device_id.not_in(held.devices)
    key = (Quarantined.epoch_id, Quarantined.seq)

    def some(connection: Connection) -> int:
        rows = [tuple(row) for row in connection.execute(select(*key).where(old).limit(ROWS_AT_ONCE))]
        if rows:
            connection.execute(update(Quarantined).where(tuple_(*key).in_(rows)).values(body=b""))
        return len(rows)

    total = 0
    while gone := writer.do(some):
        total += gone
    return total


def _purge_owner(readers: Engine, writer: Writer, kept: Kept, owner: int | None, cutoff: int) -> int:
    """Delete one owner's old rows in small commits; they lie together, and where a commit's share ends is looked up beforehand.

    ```
    rows    |-- 1,000 --|-- 1,000 --|-- the rest --| cutoff
    ```
    """
    old = kept.instant < (local_day(cutoff, "UTC") if kept.by_day else cutoff)
    old = old if kept.owner is None else old & (kept.owner == owner)
    ends = select(kept.instant).where(old).order_by(kept.instant).offset(ROWS_AT_ONCE - 1).limit(1)
    total, end = 0, object()
    while end is not None:
        with readers.connect() as connection:
            end = connection.execute(ends).scalar()
        share = delete(kept.table).where(old if end is None else old & (kept.instant <= end))
        total += writer.do(lambda connection, share=share: connection.execute(share).rowcount)  # type: ignore[misc]
    return total
