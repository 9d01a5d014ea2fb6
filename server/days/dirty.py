"""Dirty days: which person-days new facts touched, marked in the same transaction as the facts."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy import text as sql

from policy.events import Activity, Event, Session
from policy.worktime import day_bounds, local_day
from server.models import Account, AccountDevice, DirtyDay, LedgerDay, Person, SessionEvent
from server.organisation import AnySession, organisation
from server.store.db import is_postgresql
from server.store.prepared import Prepared

LONGEST_STATE = timedelta(days=31)
"""How long a state such as "off" is carried on without any word from the device."""

QUARTER_MS = 900_000

PersonDay = tuple[int, date]
Kinds = Mapping[type[Event], list[tuple[int, Event]]]

FIND_PEOPLE = Prepared(
    select(Account.id, Account.person_id, Person.zone)
    .join(AccountDevice, AccountDevice.account_id == Account.id)
    .join(Person, Person.id == Account.person_id)
    .where((AccountDevice.device_id == bindparam("device")) & Person.erased.is_(None))
)
MARK = Prepared(
    sql(
        "INSERT INTO dirty_day (person_id, day, mark, claimed) VALUES (:person, :day, :mark, 0)"
        " ON CONFLICT (person_id, day) DO UPDATE SET mark = excluded.mark"
    )
)
HOLD = Prepared(select(Person.id).where(Person.id == bindparam("person")).with_for_update(key_share=True))


def mark(connection: Connection, device: int, accounts: dict[str, int], kinds: Kinds, default_zone: str) -> None:
    """Mark every person-day that events of `device`, sorted by kind, touch.

    A span touches the day it lies in, and the next one when a silent call may reach over midnight. A session change
    touches its own day, the days without a word since the change before it, and every later day that was rebuilt
    already, because a state lasts that long; and it touches everybody seen on the device.

    ```
    changes    shutdown |                                   | boot
    days       Friday   | Saturday, Sunday: off, now known  | Monday
    ```
    """
    if not kinds.keys() & {Activity, Session}:
        return
    people = _people(connection, device, accounts, default_zone)
    _hold(connection, {person for person, _ in people.values()})
    touched: set[PersonDay] = set()
    for account, quarters in _quarters_of_spans(kinds.get(Activity, []), accounts).items():
        person, zone = people[account]
        touched |= {(person, day_of(one, zone)) for quarter in quarters for one in (quarter, quarter + 1)}
    changes = sorted({event.at for _, event in kinds.get(Session, ()) if isinstance(event, Session)})
    befores = [_last_change_before(connection, device, changes[0]), *changes] if changes else []
    for before, at in zip(befores, changes, strict=False):
        for person, zone in set(people.values()):
            touched |= {(person, day) for day in _days_between(before, at, zone) | _days_from(connection, person, at, zone)}
    _write(connection, touched)


def put(connection: Connection, days: Collection[PersonDay]) -> None:
    """Mark person-days; a day marked already gets a new mark, so that a rebuild under way does not clear it."""
    _hold(connection, {person for person, _ in days})
    _write(connection, days)


def _write(connection: Connection, days: Collection[PersonDay]) -> None:
    for person, day in sorted(days):
        MARK.run(connection, person=person, day=day.toordinal(), mark=secrets.randbits(62))


def _hold(connection: Connection, people: set[int]) -> None:
    """Let nobody else mark days of these people until this transaction ends.

    Which later days a session change touches depends on what is marked and rebuilt already. Of two servers that take in
    batches of one person at once, the second must see the first's marks: otherwise a day might be rebuilt between the two
    without the change, and never again.
    """
    if is_postgresql(connection):
        for person in sorted(people):
            HOLD.run(connection, person=person)


@lru_cache(maxsize=65_536)
def day_of(quarter: int, zone: str) -> date:
    """Return the local day a quarter hour lies in: everybody's batches of the same hour ask the same."""
    return local_day(quarter * QUARTER_MS, zone)


def _quarters_of_spans(events: list[tuple[int, Event]], accounts: dict[str, int]) -> dict[int, set[int]]:
    """Return {account: quarter hours}; a quarter hour lies within one local day in every zone in use."""
    touched = {(event.account, event.start // QUARTER_MS) for _, event in events}  # type: ignore[union-attr]
    quarters: dict[int, set[int]] = {}
    for name, quarter in touched:
        quarters.setdefault(accounts[name], set()).add(quarter)
    return quarters


def _people(connection: Connection, device: int, accounts: dict[str, int], default: str) -> dict[int, tuple[int, str]]:
    """Return {account: (person, zone)} of the given accounts and of everybody seen on the device."""
    rows = FIND_PEOPLE.run(connection, device=device).fetchall()
    missing = set(accounts.values()) - {row[0] for row in rows}
    assert not missing, "an account in a batch is remembered as seen on its device first"
    return {account: (person, zone or default) for account, person, zone in rows}


def _last_change_before(connection: Connection, device: int, at: int) -> int | None:
    earlier = (SessionEvent.device_id == device) & (SessionEvent.at < at)
    return connection.execute(select(func.max(SessionEvent.at)).where(earlier)).scalar_one()


def _days_between(before: int | None, at: int, zone: str) -> set[date]:
    """Return the local days after that of `before` and before that of `at`, as far back as a state is carried on."""
    if before is None:
        return set()
    last = local_day(at, zone)
    first = max(local_day(before, zone), last - LONGEST_STATE)
    return {first + timedelta(days=offset) for offset in range(1, (last - first).days)}


def _days_from(connection: Connection, person: int, at: int, zone: str) -> set[date]:
    """Return the local day of `at`, and of the days a state may last after it those that were rebuilt before or are being rebuilt."""
    first = local_day(at, zone)
    days = {first}
    for table in (LedgerDay, DirtyDay):
        later = (table.person_id == person) & (table.day > first) & (table.day <= first + LONGEST_STATE)
        days |= set(connection.execute(select(table.day).where(later)).scalars())
    return days


def days_without_word(session: AnySession, now: int) -> list[PersonDay]:
    """Return everybody's yesterday that nothing has touched, so that "off since the evening before" becomes a day of its own."""
    default = organisation(session).zone
    missing: list[PersonDay] = []
    for row in session.execute(select(Person.id, Person.zone, Person.since).where(Person.active)):
        zone = row.zone or default
        yesterday = local_day(now, zone) - timedelta(days=1)
        known = select(LedgerDay.day).where((LedgerDay.person_id == row.id) & (LedgerDay.day == yesterday))
        if day_bounds(yesterday, zone)[1] > row.since and session.execute(known).first() is None:
            missing.append((row.id, yesterday))
    return missing
