"""Count, once for each person's day, what is dear to count anew every night: bytes, file events, PCs that were used.

A day is counted when the ledger has it, and again when the ledger was rebuilt since: late data come with late spans.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, and_, func, or_, select

from policy.worktime import day_bounds
from server.models import Account, DayCount, Epoch, FileEvent, LedgerDay, Span
from server.organisation import AnySession, spans_from
from server.people import Member
from server.queries.network_rows import amounts
from server.queries.selection import Selection
from server.store.db import insert_into
from server.store.writer import Writer

COUNTED = ("created", "deleted", "renamed")
PEOPLE_AT_ONCE = 400


def count_days(readers: Engine, writer: Writer, people: list[Member], first: date, last: date, now: int) -> int:
    """Count the days that were not counted since the ledger made them; return how many person-days."""
    with readers.connect() as connection:
        waiting = _waiting(connection, people, first, last)
    for day, ids in sorted(waiting.items()):
        with readers.connect() as connection:
            rows = _counted(connection, [member for member in people if member.id in ids], day, now)
        writer.do(lambda connection, rows=rows: _put(connection, rows))  # type: ignore[misc]
    return sum(map(len, waiting.values()))


def _waiting(session: AnySession, people: list[Member], first: date, last: date) -> dict[date, set[int]]:
    """Return {day: people} whose days were made anew since they were counted and still have all their spans."""
    same = and_(DayCount.person_id == LedgerDay.person_id, DayCount.day == LedgerDay.day)
    stale = or_(DayCount.made.is_(None), DayCount.made < LedgerDay.rebuilt)
    known = LedgerDay.day.between(first, last) & LedgerDay.first.is_not(None) & (LedgerDay.start >= spans_from(session))
    found: dict[date, set[int]] = defaultdict(set)
    wanted = {member.id for member in people}
    for person, day in session.execute(select(LedgerDay.person_id, LedgerDay.day).outerjoin(DayCount, same).where(known & stale)):
        if person in wanted:
            found[day].add(person)
    return found


def _counted(session: AnySession, people: list[Member], day: date, now: int) -> list[dict[str, Any]]:
    sent: Counter[int] = Counter()
    received: Counter[int] = Counter()
    found = amounts(session, Selection(people, day, day), now)
    for who, more_sent, more_received in zip(found.who.tolist(), found.sent.tolist(), found.received.tolist(), strict=True):
        sent[people[who].id] += more_sent
        received[people[who].id] += more_received
    files, devices = _files(session, people, day), _devices(session, people, day)
    return [
        {
            "person_id": member.id,
            "day": day,
            "sent": sent.get(member.id),
            "received": received.get(member.id),
            **{action: files[member.id, action] for action in COUNTED},
            "devices": msgspec.json.encode(sorted(devices[member.id])).decode(),
            "made": now,
        }
        for member in people
    ]


def _files(session: AnySession, people: list[Member], day: date) -> Counter[tuple[int, str]]:
    counts: Counter[tuple[int, str]] = Counter()
    for zone, ids in _by_zone(people):
        start, end = day_bounds(day, zone)
        mine = FileEvent.account_id.in_(select(Account.id).where(Account.person_id.in_(ids)))
        asked = mine & (FileEvent.at >= start) & (FileEvent.at < end) & FileEvent.action.in_(COUNTED) & (FileEvent.source != "rescan")
        question = select(Account.person_id, FileEvent.action, func.count()).join(Account, Account.id == FileEvent.account_id)
        for person, action, amount in session.execute(question.where(asked).group_by(Account.person_id, FileEvent.action)):
            counts[person, action] += amount
    return counts


def _devices(session: AnySession, people: list[Member], day: date) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for zone, ids in _by_zone(people):
        start, end = day_bounds(day, zone)
        mine = Span.account_id.in_(select(Account.id).where(Account.person_id.in_(ids)))
        epochs = select(Span.account_id, Span.epoch_id).where(mine & (Span.start >= start) & (Span.start < end)).distinct().subquery()
        question = select(Account.person_id, Epoch.device_id).select_from(epochs)
        question = question.join(Account, Account.id == epochs.c.account_id).join(Epoch, Epoch.id == epochs.c.epoch_id)
        for person, device in session.execute(question):
            found[person].add(device)
    return found


def _by_zone(people: Iterable[Member]) -> Iterable[tuple[str, list[int]]]:
    zones: dict[str, list[int]] = defaultdict(list)
    for member in people:
        zones[member.zone].append(member.id)
    for zone, ids in sorted(zones.items()):
        for at in range(0, len(ids), PEOPLE_AT_ONCE):
            yield zone, ids[at : at + PEOPLE_AT_ONCE]


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    statement = insert_into(connection, DayCount)
    names = [column.name for column in DayCount.__table__.columns if not column.primary_key]
    replaced = {name: statement.excluded[name] for name in names}
    connection.execute(statement.on_conflict_do_update(index_elements=["person_id", "day"], set_=replaced), rows)
