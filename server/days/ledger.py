"""Rebuild one person-day from its facts and replace it; running twice changes nothing, and the order of arrival does not matter."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from msgspec import Struct
from sqlalchemy import Connection, Select, delete, insert, select, tuple_, update
from sqlalchemy.engine import Engine

from policy.categories import RuleBook
from policy.presence import Presence, Thresholds
from policy.worktime import QUARTER_MS, day_bounds, local_day, quarter_of
from server.days import real_hours
from server.days.dirty import LONGEST_STATE
from server.days.packed import LATEST_BYTES, content_of, pack_day, pack_quarters
from server.days.partition import Facts, PartitionedDay, SessionFact, SpanFact, partition_day
from server.models import (
    Account,
    AccountDevice,
    App,
    DirtyDay,
    Epoch,
    LedgerDay,
    LedgerQuarter,
    LedgerStamp,
    Person,
    SessionEvent,
    Site,
    Span,
    Title,
)
from server.organisation import AnySession, note_ledger_revision, organisation, spans_from
from server.store.db import Base, insert_into, is_postgresql
from server.store.writer import Writer

WHOLE_DEVICE = ("boot", "shutdown", "sleep", "wake", "agent_start", "agent_stop")
CALL_LEAD_MS = 600_000
"""Facts are read from this long before the day, because a silent call is judged by how long it has been silent."""
NO_FACTS = ("rebuilt", "stamp")
"""What a person-day's row says of its own making; the rest follows from the facts."""
CLAIM_MS = 20_000
"""So long a claimed day is left to its server: if that one dies, another takes the day up after it."""
CLOCKS_APART_MS = 60_000
"""A claim that ends later than a server this much ahead could have said was made before somebody set a clock back: it does not count."""
CLAIMED_AT_ONCE = 32
WRITTEN_AT_ONCE = 8
"""Days that share a commit: more would keep a batch waiting, fewer would flush the disk for each."""

Label = Callable[[str, str | None, str | None], int]
"""The number of something that an app, a site and a title stand for."""


class Marked(Struct, frozen=True):
    """A dirty person-day as it was seen; only this mark may be cleared."""

    person: int
    day: date
    mark: int


class _Made(Struct, frozen=True):
    """What a rebuild made of a person-day; `day` is None where there are no facts at all.

    `final`: some of its spans were deleted, so that what was made before stays.
    """

    start: int
    end: int
    zone: str
    day: PartitionedDay | None
    final: bool = False


def dirty_days(session: AnySession, now: int, limit: int) -> list[Marked]:
    """Return up to `limit` dirty person-days, newest days first: today is what people look at."""
    return [Marked(row.person_id, row.day, row.mark) for row in session.execute(_dirty(session, now, limit))]


def _dirty(session: AnySession, now: int, limit: int) -> Select[int, date, int]:
    horizon = local_day(now, organisation(session).zone) + timedelta(days=1)
    order = (DirtyDay.day > horizon, DirtyDay.day.desc(), DirtyDay.person_id)
    return select(DirtyDay.person_id, DirtyDay.day, DirtyDay.mark).order_by(*order).limit(limit)


def claim_days(connection: Connection, now: int, limit: int) -> list[Marked]:
    """Return dirty person-days that no other server is at, and keep them for this one.

    The claim is written down instead of held as a lock, because a batch that touches the day must not wait for its rebuild.
    """
    free = _dirty(connection, now, limit).where((DirtyDay.claimed < now) | (DirtyDay.claimed > now + CLAIM_MS + CLOCKS_APART_MS))
    rows = connection.execute(free.with_for_update(skip_locked=True)).all()
    if rows:
        mine = tuple_(DirtyDay.person_id, DirtyDay.day).in_([(row.person_id, row.day) for row in rows])
        connection.execute(update(DirtyDay).where(mine).values(claimed=now + CLAIM_MS))
    return [Marked(row.person_id, row.day, row.mark) for row in rows]


def rebuild(readers: Engine, writer: Writer, rules: RuleBook, thresholds: Thresholds, now: int, limit: int = 200) -> int:
    """Rebuild up to `limit` dirty person-days; return how many. Reading and arithmetic never hold the writer up."""
    done = 0
    while done < limit and (marked := _next_days(readers, writer, now, limit - done)):
        for at in range(0, len(marked), WRITTEN_AT_ONCE):
            with readers.connect() as connection:
                made = [(one, _partition(connection, one, rules, thresholds)) for one in marked[at : at + WRITTEN_AT_ONCE]]
            writer.do(partial(_replace_all, made=made, now=now))
        done += len(marked)
    return done


def _next_days(readers: Engine, writer: Writer, now: int, limit: int) -> list[Marked]:
    """Return days to rebuild: where several servers share the work, a few at a time that the others leave alone."""
    if is_postgresql(readers):
        return writer.do(partial(claim_days, now=now, limit=min(limit, CLAIMED_AT_ONCE)))
    with readers.connect() as connection:
        return dirty_days(connection, now, limit)


def _partition(connection: Connection, one: Marked, rules: RuleBook, thresholds: Thresholds) -> _Made:
    own = connection.execute(select(Person.zone).where(Person.id == one.person)).scalar_one()
    zone = own or organisation(connection).zone
    start, end = day_bounds(one.day, zone)
    if start < spans_from(connection):
        return _Made(start, end, zone, None, final=True)
    facts = facts_between(connection, one.person, start, end, rules)
    empty = not facts.sessions and not any(span.end > start for span in facts.spans)
    return _Made(start, end, zone, None if empty else partition_day(start, end, facts, thresholds))


def _replace_all(connection: Connection, made: list[tuple[Marked, _Made]], now: int) -> None:
    stamps = {day: secrets.randbits(62) for day in sorted({one.day for one, _ in made})}
    for one, day in sorted(made, key=lambda item: (item[0].person, item[0].day)):  # as batches mark them: no waiting in a ring
        _replace(connection, one, day, now, stamps[one.day])
    for changed in sorted({one.day for one, day in made if not day.final}):
        stamp_day(connection, changed, stamps[changed])
    note_ledger_revision(connection, now)


def stamp_day(connection: Connection, day: date, stamp: int) -> None:
    """Say that the day is not what it was: whatever was made from its person-days is out of date."""
    row = insert_into(connection, LedgerStamp).values(day=day, stamp=stamp)
    connection.execute(row.on_conflict_do_update(index_elements=["day"], set_={"stamp": stamp}))


def _replace(connection: Connection, one: Marked, made: _Made, now: int, stamp: int) -> None:
    """Put the day in the place of what was there, and clear the mark it was made for; a day without facts leaves no row.

    A day whose mark is gone was rebuilt by somebody else meanwhile, from facts at least as new: what is there stays.
    """
    this_day = (DirtyDay.person_id == one.person) & (DirtyDay.day == one.day)
    if connection.execute(select(DirtyDay.mark).where(this_day).with_for_update()).first() is None:
        return
    if made.final:
        connection.execute(delete(DirtyDay).where(this_day))
        return
    for table in (LedgerDay, LedgerQuarter):
        connection.execute(delete(table).where((table.person_id == one.person) & (table.day == one.day)))
    if made.day is not None:
        connection.execute(insert(LedgerDay), [_day_row(one, made, made.day, now) | {"stamp": stamp}])
        quarters = pack_quarters(made.day, made.start)
        connection.execute(insert(LedgerQuarter), [{"person_id": one.person, "day": one.day, "packed": quarters}])
    connection.execute(delete(DirtyDay).where(this_day & (DirtyDay.mark == one.mark)))
    connection.execute(update(DirtyDay).where(this_day).values(claimed=0))  # touched again meanwhile: anybody's


def _day_row(one: Marked, made: _Made, partitioned: PartitionedDay, now: int) -> dict[str, object]:
    seconds = {presence.value: partitioned.seconds[presence] for presence in Presence}
    return seconds | {
        "person_id": one.person,
        "day": one.day,
        "start": made.start,
        "length": (made.end - made.start) // 1000,
        "first": partitioned.first,
        "last": partitioned.last,
        "review_minutes": partitioned.review_minutes,
        "known": _known(made, partitioned),
        "runs": real_hours.pack(real_hours.runs_of(partitioned.parts)),
        "packed": pack_day(partitioned, made.start, made.end, made.zone),
        "rebuilt": now,
    }


def rows_of(connection: Connection, one: Marked, rules: RuleBook, thresholds: Thresholds) -> dict[type[Base], list[tuple[object, ...]]]:
    """Return {table: rows} as a rebuild would make them now, days as dates and vectors as their content; nothing is written."""
    made = _partition(connection, one, rules, thresholds)
    if made.day is None:
        return {LedgerDay: [], LedgerQuarter: []}
    row = _day_row(one, made, made.day, 0)
    row["packed"] = content_of(pack_day(made.day, made.start, made.end, made.zone), LATEST_BYTES)
    day = tuple(row[column.name] for column in LedgerDay.__table__.columns if column.name not in NO_FACTS)
    return {LedgerDay: [day], LedgerQuarter: [(one.person, one.day, content_of(pack_quarters(made.day, made.start)))]}


def _known(made: _Made, partitioned: PartitionedDay) -> bytes:
    """Return the seconds with any evidence in each quarter hour of the day, 16 bits each."""
    first = quarter_of(made.start)
    known = [0] * -(-(made.end - first) // QUARTER_MS)
    for quarter in partitioned.quarters:
        known[(quarter.start_ms - first) // QUARTER_MS] += quarter.seconds
    return struct.pack(f"<{len(known)}H", *known)


def facts_between(session: AnySession, person: int, start: int, end: int, rules: RuleBook, label: Label | None = None) -> Facts:
    """Return what is known of a person from `start` to `end`, with as much from before as the partition asks for.

    With `label`, spans have its number in the place of their app's, and no site: for time by something else than apps.
    """
    accounts = list(session.execute(select(Account.id).where(Account.person_id == person)).scalars())
    return Facts(list(_spans(session, accounts, start, end, rules, label)), list(_sessions(session, accounts, start, end)))


def _spans(
    session: AnySession, accounts: list[int], start: int, end: int, rules: RuleBook, label: Label | None = None
) -> Iterator[SpanFact]:
    mine = Span.account_id.in_(accounts) & (Span.start >= start - CALL_LEAD_MS) & (Span.start < end)
    question = (
        select(
            *(Epoch.device_id, Span.account_id, Span.start, Span.length_ms, Span.app_id, Span.site_id, Span.call),
            *(App.text, Site.text, Title.text),
            *(Span.keys, Span.clicks, Span.scrolls, Span.pointer_px, Span.idle_ms),
            *(Span.samples, Span.zero_samples, Span.distinct_counts, Span.moving_samples, Span.distracted_samples),
        )
        .join(Epoch, Epoch.id == Span.epoch_id)
        .join(App, App.id == Span.app_id)
        .outerjoin(Site, Site.id == Span.site_id)
        .outerjoin(Title, Title.id == Span.title_id)
    )
    for device, account, began, length, app, site, call, name, host, title, *counts in session.execute(question.where(mine)):
        call_window = rules.is_meeting(name, title, host) or (bool(call) and rules.may_hold_call(name, host))
        number, place = (app, site or None) if label is None else (label(name, host, title), None)
        yield SpanFact(device, account, began, began + length, number, place, call_window, bool(call), *counts)


def _sessions(session: AnySession, accounts: list[int], start: int, end: int) -> Iterator[SessionFact]:
    """Every change that says what the PCs of this person were doing, from as long ago as a state is carried on."""
    on_my_devices = SessionEvent.device_id.in_(select(AccountDevice.device_id).where(AccountDevice.account_id.in_(accounts)))
    mine_or_whole_device = SessionEvent.account_id.in_(accounts) | SessionEvent.change.in_(WHOLE_DEVICE)
    time = (SessionEvent.at >= start - int(LONGEST_STATE.total_seconds() * 1000)) & (SessionEvent.at < end)
    for row in session.execute(select(*SessionEvent.__table__.columns).where(on_my_devices & mine_or_whole_device & time)):
        yield SessionFact(device=row.device_id, account=row.account_id, at=row.at, change=row.change, order=row.seq)
