"""Look the store over: is the file whole, does every number add up, is every ledger row still the sum of its spans?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, select, text

from policy.categories import RuleBook
from policy.presence import Thresholds
from policy.worktime import local_day
from server import heartbeat
from server.days import ledger, network_days
from server.days.day_pages import encode, parts_of, person_days
from server.days.packed import LATEST_BYTES, content_of
from server.evidence import file_seals
from server.models import DirtyDay, Epoch, LedgerDay, LedgerPage, LedgerStamp
from server.organisation import organisation, spans_from
from server.store.db import Base


class Finding(Struct, frozen=True):
    """One thing that was looked at: how many were sound, and a sentence for each that was not."""

    what: str
    sound: int
    faults: list[str]


def examine(readers: Engine, rules: RuleBook, thresholds: Thresholds, now: int, days: int) -> Iterator[Finding]:
    """Yield what was found; ledgers of the last `days` days are made anew from their spans and compared row by row."""
    with readers.connect() as connection:
        yield _file(connection)
        yield _numbers(connection)
        yield _ledgers(connection, rules, thresholds, now, days)
        yield _pages(connection, now, days)
        yield _seals(connection, now, days)
        yield _traffic(connection)


def look_at_timetable(data: Path, now: int) -> Finding:
    """Return whether a server that is running also rebuilds days and deletes what has outlived its period."""
    kept = heartbeat.is_kept(data, now)
    return Finding("timetable", int(kept), [] if kept else ["the server runs, but its timetable is not kept: see logs/timetable.log"])


def _file(connection: Connection) -> Finding:
    if connection.dialect.name != "sqlite":
        return Finding("database file", 0, [])
    answers = [row[0] for row in connection.execute(text("PRAGMA integrity_check(20)"))]
    return Finding("database file", int(answers == ["ok"]), [] if answers == ["ok"] else answers)


def _numbers(connection: Connection) -> Finding:
    """Every sequence number up to the high-water mark is an event, a quarantined event or a declared loss."""
    sound, faults = 0, []
    for row in connection.execute(select(*Epoch.__table__.columns)):
        settled = row.stored + row.quarantined + row.lost
        if settled == row.high_water:
            sound += 1
        else:
            faults.append(f"epoch {row.name}: {row.high_water} numbers, but {settled} events, quarantined and lost ones")
    return Finding("sequence numbers", sound, faults)


def _ledgers(connection: Connection, rules: RuleBook, thresholds: Thresholds, now: int, days: int) -> Finding:
    earliest = local_day(now, organisation(connection).zone) - timedelta(days=days)
    sound, faults = 0, []
    waiting = {(row.person_id, row.day) for row in connection.execute(select(DirtyDay.person_id, DirtyDay.day))}
    chosen = (LedgerDay.day >= earliest) & (LedgerDay.start >= spans_from(connection))
    for person, day in connection.execute(select(LedgerDay.person_id, LedgerDay.day).where(chosen)).all():
        if (person, day) in waiting:
            continue
        wrong = _differences(connection, ledger.Marked(person, day, 0), rules, thresholds)
        sound += not wrong
        faults += [f"person {person}, {day}: {table} is not what the spans say" for table in wrong]
    return Finding("ledger days", sound, faults)


def _traffic(connection: Connection) -> Finding:
    """Bytes by day are the sum of the events, as far as those are kept."""
    return Finding("days of traffic", *network_days.faults(connection))


def _pages(connection: Connection, now: int, days: int) -> Finding:
    """Every stored page that is not out of date is what its day's person-days make."""
    earliest = local_day(now, organisation(connection).zone) - timedelta(days=days)
    good = (LedgerPage.day == LedgerStamp.day) & (LedgerPage.stamp == LedgerStamp.stamp)
    stored: dict[date, dict[int, bytes]] = {}
    for row in connection.execute(
        select(LedgerPage.day, LedgerPage.part, LedgerPage.body).join(LedgerStamp, good).where(LedgerPage.day >= earliest)
    ):
        stored.setdefault(row.day, {})[row.part] = row.body
    faults = []
    for day, bodies in sorted(stored.items()):
        made = parts_of(person_days(connection, LedgerDay.day == day))
        wrong = [part.name.lower() for part, one in made.items() if bodies.get(part) != encode(one)]
        faults += [f"{day}: the page's {part} are not what its person-days say" for part in wrong]
    return Finding("ledger pages", len(stored) - len({fault[:10] for fault in faults}), faults)


def _seals(connection: Connection, now: int, days: int) -> Finding:
    """Every seal of file events is told by the audit log, and the events of its day are still those that were sealed."""
    told = file_seals.unchained(connection)
    found = file_seals.examine(connection, now, local_day(now, "UTC") - timedelta(days=days))
    return Finding("seals of file events", found.sound, [*told.faults, *found.faults])


def _differences(connection: Connection, one: ledger.Marked, rules: RuleBook, thresholds: Thresholds) -> list[str]:
    """Return the names of the tables whose rows of one day differ from a rebuild."""
    made = ledger.rows_of(connection, one, rules, thresholds)
    return [model.__tablename__ for model, rows in made.items() if set(rows) != set(_stored(connection, model, one))]


def _stored(connection: Connection, model: type[Base], one: ledger.Marked) -> list[tuple[Any, ...]]:
    table = model.__table__
    columns = [column for column in table.columns if column.name not in ledger.NO_FACTS]
    question = select(*columns).where((table.c.person_id == one.person) & (table.c.day == one.day))
    plain = LATEST_BYTES if model is LedgerDay else 0
    return [
        tuple(content_of(value, plain) if name == "packed" else value for name, value in row._mapping.items())  # compressors differ
        for row in connection.execute(question)
    ]
