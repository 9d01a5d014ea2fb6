"""Legal holds and restrictions: ordered with a reason, in force until they end, each beginning and end in the audit log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from policy.redaction import clean
from policy.summaries import Measure as Told
from policy.summaries import MeasureEnd, MeasureKind, Measures, MeasureWish
from policy.summaries import Person as PersonName
from policy.summaries.rights import LONGEST_WHY
from server.audit_log import audit
from server.models import Account, AccountDevice, Measure, Person
from server.office import By
from server.organisation import AnySession, note_ledger_revision
from server.refusals import BadRequestError, ConflictError, NotThereError


def order(connection: Connection, wish: MeasureWish, by: By) -> int:
    """Put a measure in force and return its number; raise ConflictError when a restriction is in force already."""
    why = _why(wish.reason)
    if wish.until is not None and wish.until <= by.now:
        raise BadRequestError("until must be later than now", reason="past")
    person = connection.execute(select(Person.id).where((Person.id == wish.person) & Person.erased.is_(None))).first()
    if person is None:
        raise NotThereError("there is no such person")
    if wish.kind is MeasureKind.RESTRICTION and _in_force(connection, wish.kind, by.now, wish.person):
        raise ConflictError("this person is restricted already", reason="restricted")
    values = {"kind": wish.kind.value, "person_id": wish.person, "reason": why, "actor": by.actor, "at": by.now, "until": wish.until}
    number = int(connection.execute(insert(Measure).values(**values).returning(Measure.id)).scalar_one())
    _follow(connection, wish.person, by.now)
    told = {"until": wish.until, "reason": why}
    audit.record(
        connection, by.deed(f"ordered {wish.kind.value}", audit.about(wish.person), after=told, detail=f"measure {number}"), by.now
    )
    return number


def end(connection: Connection, wish: MeasureEnd, by: By) -> None:
    """End a measure now; raise NotThereError when there is none of that number in force."""
    row = connection.execute(select(*Measure.__table__.columns).where(Measure.id == wish.measure)).one_or_none()
    why = _why(wish.reason)
    still = (Measure.id == wish.measure) & Measure.ended.is_(None)
    values = {"ended": by.now, "ended_by": by.actor, "ended_reason": why}
    if row is None or connection.execute(update(Measure).where(still).values(**values)).rowcount != 1:
        raise NotThereError("there is no such measure, or it has ended already")
    _follow(connection, row.person_id, by.now)
    deed = by.deed(f"ended {row.kind}", audit.about(row.person_id), row.reason, why, f"measure {row.id}")
    audit.record(connection, deed, by.now)


def end_due(connection: Connection, now: int) -> int:
    """End the measures whose time is over; return how many."""
    over = Measure.ended.is_(None) & (Measure.until <= now)
    rows = connection.execute(select(Measure.id, Measure.kind, Measure.person_id, Measure.until).where(over)).all()
    for row in rows:
        values = {"ended": row.until, "ended_by": "server", "ended_reason": "its time was over"}
        connection.execute(update(Measure).where(Measure.id == row.id).values(**values))
        _follow(connection, row.person_id, now)
        deed = audit.Deed("server", f"ended {row.kind}", audit.about(row.person_id), f"measure {row.id}", reason="its time was over")
        audit.record(connection, deed, now)
    return len(rows)


def _why(reason: str) -> str:
    why = clean(reason, LONGEST_WHY).strip()
    if not why:
        raise BadRequestError("say in a few words why", reason="say_why")
    return why


def _follow(connection: Connection, person: int, now: int) -> None:
    """Keep beside the person whether they are restricted, where every view asks; remembered answers are out of date."""
    restricted = bool(_in_force(connection, MeasureKind.RESTRICTION, now, person))
    changed = (Person.id == person) & (Person.restricted != restricted)
    if connection.execute(update(Person).where(changed).values(restricted=restricted, revision=Person.revision + 1)).rowcount:
        note_ledger_revision(connection, now)


def _in_force(session: AnySession, kind: MeasureKind, now: int, person: int | None = None) -> list[Any]:
    good = (Measure.kind == kind.value) & Measure.ended.is_(None) & (Measure.until.is_(None) | (Measure.until > now))
    mine = good if person is None else good & (Measure.person_id == person)
    return list(session.execute(select(*Measure.__table__.columns).where(mine).order_by(Measure.id)))


def holds_on(session: AnySession, person: int, now: int) -> list[Any]:
    """Return the legal holds in force on a person."""
    return _in_force(session, MeasureKind.HOLD, now, person)


def held_people(session: AnySession, now: int) -> frozenset[int]:
    """Return everybody of whom nothing may be deleted."""
    return frozenset(row.person_id for row in _in_force(session, MeasureKind.HOLD, now))


def held_accounts(session: AnySession, people: frozenset[int]) -> frozenset[int]:
    """Return the accounts of some people."""
    return frozenset(session.execute(select(Account.id).where(Account.person_id.in_(people))).scalars())


def held_devices(session: AnySession, accounts: frozenset[int]) -> frozenset[int]:
    """Return the PCs on which some accounts were seen."""
    return frozenset(session.execute(select(AccountDevice.device_id).where(AccountDevice.account_id.in_(accounts))).scalars())


def measures(session: AnySession, now: int, person: int | None = None) -> Measures:
    """Return the measures in force of everybody, or every measure there ever was of one person, newest first."""
    columns = (*Measure.__table__.columns, Person.name, Person.team_id)
    question = select(*columns).join(Person, Person.id == Measure.person_id).order_by(Measure.id.desc())
    rows = session.execute(question if person is None else question.where(Measure.person_id == person))
    told = [_told(row, now) for row in rows]
    return Measures([one for one in told if person is not None or one.in_force])


def _told(row: Any, now: int) -> Told:
    in_force = row.ended is None and (row.until is None or row.until > now)
    who = PersonName(row.person_id, row.name, row.team_id)
    ended = (row.ended, row.ended_by, row.ended_reason)
    return Told(row.id, MeasureKind(row.kind), who, row.reason, row.actor, row.at, row.until, in_force, *ended)
