"""A store of many people and days for the other benchmarks: `python -m tests.bench.seed FOLDER PEOPLE DAYS [SPANS A DAY]`.

Two hundred working days are made by the real partition, from spans of invented habits. Every person-day is one of them, moved to
its date, with the person's own places for the invented ones and its own counts of input. Person-days and spans go straight into the
tables, so that ten million spans take minutes. The last day is yesterday.

```
pattern   place 1 | place 7 | idle at 7 | place 1 ...      of a Monday, partitioned as the ledger does
anita     excel   | mail    | idle      | excel            places 1 to 12 are hers
boris     teams   | a site  | idle      | teams
```
"""

from __future__ import annotations

import random
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from sqlalchemy import Connection, insert

from policy.events import MINUTE_MS
from policy.presence import Presence
from policy.roles import Role
from policy.worktime import QUARTER_MS, quarter_of
from server import migrations, users
from server.clock import now_ms
from server.days import real_hours
from server.days.packed import DAY, LATEST_BYTES, LEVEL, QUARTERS, pack_day, pack_quarters
from server.days.partition import Facts, PartitionedDay, SessionFact, SpanFact, partition_day
from server.models import (
    Account,
    AccountDevice,
    App,
    Device,
    Epoch,
    LedgerDay,
    LedgerQuarter,
    LedgerStamp,
    NetworkDay,
    Person,
    Site,
    Span,
    Team,
    Title,
)
from server.organisation import change_organisation
from server.store.db import database_url, writing_engine
from server.store.prepared import Rows
from tests.bench.fleet import APPS, SITES, TITLES

TEAMS, PATTERNS, PLACES, NETWORK_APPS = 10, 200, 12, 8
DAY_MS = 86_400_000
NINE = 9 * 60
EPOCH = date(1970, 1, 1).toordinal()
MONDAY = date(2025, 11, 17)
HOURS = 24
PASSWORD = "long enough password"
STAYS, QUIET = 0.75, 0.12
"""How likely the next span is at the same place, and how likely a new place begins with some spans without input."""

Columns = dict[str, Any]


class Pattern(Struct, frozen=True):
    """One working day of nobody: its spans as columns, starts after midnight and places by their number, and its ledger row."""

    spans: Columns
    row: dict[str, Any]
    latest: Any
    day: Columns
    lengths: bytes
    quarters: Columns
    quarter_lengths: bytes


def seed(folder: Path, people: int, days: int, spans: int, *, with_spans: int | None = None) -> None:
    """Fill an empty folder; only the last `with_spans` days have spans as well (all, unless told)."""
    folder.mkdir(parents=True, exist_ok=True)
    url = database_url(folder, None)
    migrations.upgrade(url)
    engine = writing_engine(url)
    patterns = [_pattern(random.Random(number), spans) for number in range(PATTERNS)]
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    started, written = time.perf_counter(), 0
    with engine.begin() as connection:
        _found(connection, people)
    for back in range(days - 1, -1, -1):
        day = yesterday - timedelta(days=back)
        if day.weekday() < 5:
            with engine.begin() as connection:
                written += _write_day(connection, day, people, patterns, with_spans is None or back < with_spans)
    engine.dispose()
    print(f"{people} people, {days} days, {written:,} spans written in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


def _found(connection: Connection, people: int) -> None:
    """Make the organisation, an owner, the dictionaries and one PC a person; person, account, device and epoch have one number."""
    now, numbers = now_ms(), range(1, people + 1)
    since = now - 3000 * DAY_MS
    change_organisation(connection, name="Seeded office", zone="UTC")
    users.add_user(connection, "owner", Role.OWNER, users.new_password_hash(PASSWORD), now)
    for dictionary, words in ((App, APPS), (Site, SITES), (Title, TITLES)):
        connection.execute(insert(dictionary), [{"id": number, "text": word} for number, word in enumerate(words, 1)])
    connection.execute(insert(Team), [{"id": one + 1, "name": f"Team {one:02d}"} for one in range(TEAMS)])
    connection.execute(
        insert(Person),
        [{"id": one, "name": f"person{one:04d}", "team_id": one % TEAMS + 1, "since": since, "active": True} for one in numbers],
    )
    connection.execute(insert(Account), [{"id": one, "name": f"FLEET\\person{one:04d}", "person_id": one} for one in numbers])
    devices = [
        {"id": one, "public_id": f"d{one}", "hostname": f"PC-{one:04d}", "os": "Windows 11", "agent_version": "1", "seen": now}
        for one in numbers
    ]
    connection.execute(insert(Device), [one | {"token_hash": one["id"].to_bytes(32, "big"), "enrolled": since} for one in devices])  # type: ignore[attr-defined]
    connection.execute(insert(AccountDevice), [{"device_id": one, "account_id": one} for one in numbers])
    connection.execute(
        insert(Epoch), [{"id": one, "name": f"{one:016x}", "device_id": one, "machine": f"machine {one}"} for one in numbers]
    )


def _pattern(chance: random.Random, spans: int) -> Pattern:
    facts = list(_facts(chance, spans))
    midnight = (MONDAY.toordinal() - EPOCH) * DAY_MS
    changes = [SessionFact(1, None, facts[0].start - MINUTE_MS, "boot", 1), SessionFact(1, None, facts[-1].end + MINUTE_MS, "shutdown", 2)]
    made = partition_day(midnight, midnight + DAY_MS, Facts(facts, changes))
    packed, quarters = pack_day(made, midnight, midnight + DAY_MS, "UTC"), pack_quarters(made, midnight)
    day_lengths, day = _unpacked(zlib.decompress(packed[LATEST_BYTES:]), DAY)
    quarter_lengths, quarter_columns = _unpacked(zlib.decompress(quarters), QUARTERS)
    columns = {name: np.array([getattr(fact, name) or 0 for fact in facts], np.int64) for name in SpanFact.__struct_fields__}
    columns |= {"start": columns["start"] - midnight, "end": columns["end"] - midnight}
    return Pattern(
        columns, _row(made, midnight), np.frombuffer(packed[:LATEST_BYTES], "<i4"), day, day_lengths, quarter_columns, quarter_lengths
    )


def _facts(chance: random.Random, spans: int) -> Iterator[SpanFact]:
    """Yield a day's spans in the eight hours after about nine, at the places 1 to PLACES."""
    start = (MONDAY.toordinal() - EPOCH) * DAY_MS + (NINE + chance.randint(-20, 20)) * MINUTE_MS
    step, place, quiet = 480 * MINUTE_MS // spans, 1, False
    for at in range(spans):
        if chance.random() > STAYS:
            place, quiet = 1 + int(PLACES * chance.random() ** 2), chance.random() < QUIET
        begin = start + at * step // 1000 * 1000
        moving = 0 if quiet else chance.randint(0, 40)
        yield SpanFact(
            device=1,
            account=1,
            start=begin,
            end=min(begin + step, begin // MINUTE_MS * MINUTE_MS + MINUTE_MS),
            app=place,
            site=None,
            call_window=False,
            call=False,
            keys=0 if quiet else chance.randint(0, 120),
            clicks=0 if quiet else chance.randint(0, 12),
            scrolls=0 if quiet else chance.randint(0, 9),
            pointer_px=moving * 40,
            idle_ms=60_000 if quiet else chance.randint(0, 9_000),
            samples=60,
            zero_samples=60 - moving,
            distinct_counts=chance.randint(0, 8),
            moving_samples=moving,
            distracted_samples=0,
        )


def _row(made: PartitionedDay, midnight: int) -> dict[str, Any]:
    """Return the plain columns of the ledger's row, instants after midnight."""
    known = np.zeros(DAY_MS // QUARTER_MS, "<u2")
    for quarter in made.quarters:
        known[(quarter.start_ms - quarter_of(midnight)) // QUARTER_MS] += quarter.seconds
    return {presence.value: made.seconds[presence] for presence in Presence} | {
        "length": DAY_MS // 1000,
        "first": (made.first or midnight) - midnight,
        "last": (made.last or midnight) - midnight,
        "review_minutes": made.review_minutes,
        "known": known.tobytes(),
        "runs": real_hours.pack(real_hours.runs_of(made.parts)),
        "rebuilt": 0,
        "stamp": 0,
    }


def _unpacked(content: bytes, layout: Any) -> tuple[bytes, Columns]:
    """Return the lengths of a vector's tables, as they stand in it, and all its columns by name."""
    at, columns = 4 * len(layout), {}
    for table, length in zip(layout, np.frombuffer(content, "<u4", len(layout)).tolist(), strict=True):
        for name, kind in table:
            columns[name] = np.frombuffer(content, kind, length, at)
            at += columns[name].nbytes
    return content[: 4 * len(layout)], columns


@cache
def _places(person: int) -> tuple[Any, Any]:
    """Return a person's apps and sites by the number of the place; no two are the same, and the first are used most."""
    chance, found = random.Random(person), dict[tuple[int, int], None]()
    while len(found) < PLACES:
        with_site = (len(found) + 1) % 3 == 0
        found[1 + int(len(APPS) * chance.random() ** 3), chance.randint(1, len(SITES)) if with_site else 0] = None
    apps, sites = zip(*found, strict=True)
    return np.array([0, *apps]), np.array([0, *sites])


def _write_day(connection: Connection, day: date, people: int, patterns: Sequence[Pattern], with_spans: bool) -> int:
    chance = random.Random(day.toordinal())
    days, quarters, written = [], [], 0
    for person in range(1, people + 1):
        pattern, factor = chance.choice(patterns), chance.randint(50, 150)
        days.append(_day_row(pattern, person, day, factor))
        quarters.append((person, day.toordinal(), _packed_quarters(pattern, person, factor)))
        if with_spans:
            rows = _span_rows(pattern, person, day, factor)
            Rows(Span).insert(connection, rows)
            written += len(rows)
    Rows(LedgerDay).insert(connection, days)
    Rows(NetworkDay).insert(connection, [row for person in range(1, people + 1) for row in _network_days(person, day, chance)])
    Rows(LedgerQuarter).insert(connection, quarters)
    connection.execute(insert(LedgerStamp), [{"day": day, "stamp": day.toordinal()}])
    return written


def _day_row(pattern: Pattern, person: int, day: date, factor: int) -> tuple[Any, ...]:
    midnight = (day.toordinal() - EPOCH) * DAY_MS
    values = pattern.row | {
        "person_id": person,
        "day": day.toordinal(),
        "start": midnight,
        "packed": _packed_day(pattern, person, day, factor),
    }
    values |= {"first": midnight + values["first"], "last": midnight + values["last"]}
    return tuple(values[column.name] for column in LedgerDay.__table__.columns)


def _network_days(person: int, day: date, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for app in sorted({*_places(person)[0][1 : NETWORK_APPS + 1].tolist()}):
        yield person, day.toordinal(), app, True, chance.randrange(1 << 24), chance.randrange(1 << 28)


def _packed_day(pattern: Pattern, person: int, day: date, factor: int) -> bytes:
    apps, sites = _places(person)
    latest, columns = pattern.latest.copy(), dict(pattern.day)
    latest[5] = apps[latest[5]]
    columns |= {"site": sites[columns["app"]], "app": apps[columns["app"]], "hour": columns["hour"] + HOURS * day.weekday()}
    return bytes(latest.tobytes() + _compressed(pattern.lengths, columns | _scaled(columns, factor), DAY))


def _packed_quarters(pattern: Pattern, person: int, factor: int) -> bytes:
    apps, sites = _places(person)
    columns = pattern.quarters | {"site": sites[pattern.quarters["app"]], "app": apps[pattern.quarters["app"]]}
    return _compressed(pattern.quarter_lengths, columns | _scaled(columns, factor), QUARTERS)


def _scaled(columns: Columns, factor: int) -> Columns:
    return {name: columns[name] * factor // 100 for name in ("keys", "clicks", "scrolls")}


def _compressed(lengths: bytes, columns: Columns, layout: Any) -> bytes:
    content = b"".join(columns[name].astype(kind).tobytes() for table in layout for name, kind in table)
    return zlib.compress(lengths + content, LEVEL)


def _span_rows(pattern: Pattern, person: int, day: date, factor: int) -> list[tuple[Any, ...]]:
    apps, sites = _places(person)
    spans, size = pattern.spans, len(pattern.spans["start"])
    midnight, seq = (day.toordinal() - EPOCH) * DAY_MS, day.toordinal() * 1000
    columns = (
        spans
        | _scaled(spans, factor)
        | {
            "account_id": np.full(size, person),
            "start": spans["start"] + midnight,
            "epoch_id": np.full(size, person),
            "seq": seq + np.arange(size),
            "length_ms": spans["end"] - spans["start"],
            "app_id": apps[spans["app"]],
            "site_id": sites[spans["app"]],
            "title_id": 1 + (spans["app"] * 37 + spans["keys"] % 4 + person * 59) % len(TITLES),
            "private": np.zeros(size, np.int64),
        }
    )
    return list(zip(*(columns[column.name].tolist() for column in Span.__table__.columns), strict=True))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        print("tests.bench.seed FOLDER PEOPLE DAYS [SPANS A DAY]: fills a store to measure with")
    else:
        seed(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 200)
