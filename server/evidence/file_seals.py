"""Seals of file events: what each UTC day that is over held is hashed and told to the audit log's chain; late events make another seal.

```
events of a day   ........................ | late: .....
epochs' numbers   up to the high waters    | after them
seal              1                          2 (of both)        1 stays true of what is before the line
```
"""

from __future__ import annotations

import logging
import secrets
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.orm import aliased

from server.audit_log import audit
from server.evidence.file_digest import SEALED, DayDigest, Part, line, seal_detail, seal_digest
from server.models import Account, App, AuditEntry, AuditPurge, Device, Epoch, Erasure, FileEvent, FileSeal, Path
from server.organisation import AnySession, organisation
from server.store.writer import Writer

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
SETTLED_MS = 2 * 3_600_000
"""So long after its end a day is sealed: most PCs have delivered by then, and what comes later makes another seal."""
ROWS_AT_ONCE = 2_000
OUTLIVED = "file events outlived their period"
_PARTS = msgspec.msgpack.Decoder(list[Part])
_WATERS = msgspec.msgpack.Decoder(dict[int, int])

Old, New, Process = aliased(Path), aliased(Path), aliased(App)


class Sealed(Struct, frozen=True):
    """A seal as it is stored; `waters` are how far each epoch had delivered."""

    day: date
    number: int
    at: int
    events: int
    salt: bytes
    digest: bytes
    waters: dict[int, int]
    parts: list[Part]
    entry: int
    purged: int | None

    @property
    def told(self) -> str:
        """How the audit log tells it."""
        return seal_detail(self.number, self.events, self.digest)

    def holds(self, row: Any) -> bool:
        """Return whether an event of the day had come when it was sealed."""
        return bool(row.seq <= self.waters.get(row.epoch_id, 0))


class Sound(NamedTuple):
    """What looking at seals found: how many are as they were, and a sentence for each that is not."""

    sound: int
    faults: list[str]


def start_of(day: date) -> int:
    """Return the instant a UTC day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def day_of(instant: int) -> date:
    """Return the UTC day of an instant."""
    return datetime.fromtimestamp(instant / 1000, UTC).date()


# --- sealing ----------------------------------------------------------------------------------------------------------


def is_due(session: AnySession, now: int) -> bool:
    """Return whether the night's seals are still to be made."""
    newest = session.execute(select(func.max(FileSeal.at))).scalar_one()
    return newest is None or day_of(newest - SETTLED_MS) < day_of(now - SETTLED_MS)


def seal_days(readers: Engine, writer: Writer, now: int, first: date | None = None, last: date | None = None) -> int:
    """Seal every day that is over and not sealed as it is now, of all or between two; return how many seals were made."""
    made = 0
    with readers.connect() as connection:
        days = list(_days_over(connection, now, first, last))
    for day in days:
        with readers.connect() as connection:  # of one day everything is read from one state
            sealed = _seal_of_day(connection, day, now)
        if sealed is not None:
            made += writer.do(partial(_keep, sealed=sealed, now=now))
    writer.do(lambda connection: _note_outlived(connection, now))
    return made


def _days_over(connection: Connection, now: int, first: date | None, last: date | None) -> Iterator[date]:
    oldest: int | None = connection.execute(select(func.min(FileEvent.at))).scalar_one()
    begun: date | None = connection.execute(select(func.min(FileSeal.day))).scalar_one()
    days = [day for day in (begun, None if oldest is None else day_of(oldest)) if day is not None]
    if not days:
        return
    day = max(min(days), day_of(_cutoff(connection, now)) + timedelta(days=1), first or date.min)
    over = min(day_of(now - SETTLED_MS) - timedelta(days=1), last or date.max)
    while day <= over:
        yield day
        day += timedelta(days=1)


def _cutoff(connection: Connection, now: int) -> int:
    return now - organisation(connection).retention.files * DAY_MS


def _seal_of_day(connection: Connection, day: date, now: int) -> Sealed | None:
    """Return a new seal of a day; None where the newest is of as many events as there are."""
    before = _newest(connection, day)
    there = connection.execute(select(func.count()).select_from(FileEvent).where(_within(day))).scalar_one()
    if before is not None and there <= before.events:
        return None  # fewer than were sealed is for whoever looks the seals over
    waters: dict[int, int] = {row.id: row.high_water for row in connection.execute(select(Epoch.id, Epoch.high_water))}
    salt = secrets.token_bytes(16)
    made, again = DayDigest(salt), DayDigest(before.salt if before else salt)
    for row in events_of(connection, day):
        event = line(row)
        made.add(row.account_id, event)
        if before is not None and before.holds(row):
            again.add(row.account_id, event)
    if before is not None and again.digest() != before.digest:
        log.error("seal %d of the file events of %s does not hold any more: python server doctor tells more", before.number, day)
    number = before.number + 1 if before else 1
    return Sealed(day, number, now, made.events, salt, made.digest(), waters, list(made.parts()), 0, None)


def _newest(connection: Connection, day: date) -> Sealed | None:
    return max(seals(connection, FileSeal.day == day), key=lambda one: one.number, default=None)


def _keep(connection: Connection, sealed: Sealed, now: int) -> int:
    """Write a seal down, unless another process was quicker; return how many were written."""
    same = (FileSeal.day == sealed.day) & (FileSeal.number == sealed.number)
    if connection.execute(select(FileSeal.id).where(same)).first() is not None:
        return 0
    audit.record(connection, audit.Deed("server", SEALED, str(sealed.day), sealed.told), now)
    values = {name: getattr(sealed, name) for name in ("day", "number", "at", "events", "salt", "digest")}
    values |= {"waters": _packed(sealed.waters), "parts": _packed(sealed.parts), "entry": audit.head_of(connection).entries}
    connection.execute(insert(FileSeal).values(**values))
    return 1


def _note_outlived(connection: Connection, now: int) -> None:
    """Say of sealed days whose events have outlived their period that they have: their seals stay, and hold nothing any more."""
    through = day_of(_cutoff(connection, now))
    old = (FileSeal.day <= through) & FileSeal.purged.is_(None)
    days = connection.execute(select(func.count(FileSeal.day.distinct())).where(old)).scalar_one()
    if days:
        connection.execute(update(FileSeal).where(old).values(purged=now))
        audit.record(connection, audit.Deed("server", OUTLIVED, detail=f"of {days} sealed days, through {through}"), now)


def _packed(value: Any) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(value))


# --- reading ----------------------------------------------------------------------------------------------------------


def seals(session: AnySession, *conditions: Any) -> Iterator[Sealed]:
    """Yield seals, by day and number."""
    for row in session.execute(select(*FileSeal.__table__.columns).where(*conditions).order_by(FileSeal.day, FileSeal.number)):
        waters, parts = _WATERS.decode(zlib.decompress(row.waters)), _PARTS.decode(zlib.decompress(row.parts))
        yield Sealed(row.day, row.number, row.at, row.events, row.salt, row.digest, waters, parts, row.entry, row.purged)


def newest(session: AnySession, first: date, last: date) -> Iterable[Sealed]:
    """Return the newest seal of each day between two."""
    return {one.day: one for one in seals(session, FileSeal.day.between(first, last))}.values()


def events_of(connection: Connection, day: date) -> Iterable[Any]:
    """Return the events of a UTC day in the order in which they are hashed, without holding more than a few."""
    columns = (
        *(FileEvent.at, FileEvent.account_id, FileEvent.epoch_id, FileEvent.seq, FileEvent.action, FileEvent.source, FileEvent.bytes),
        *(Epoch.name.label("epoch"), Account.name.label("account"), Device.public_id.label("device")),
        *(Old.text.label("path"), New.text.label("new_path"), Process.text.label("process")),
    )
    question = (
        select(*columns)
        .outerjoin(Epoch, Epoch.id == FileEvent.epoch_id)
        .outerjoin(Account, Account.id == FileEvent.account_id)
        .outerjoin(Device, Device.id == FileEvent.device_id)
        .outerjoin(Old, Old.id == FileEvent.path_id)
        .outerjoin(New, New.id == FileEvent.new_path_id)
        .outerjoin(Process, Process.id == FileEvent.process_id)
        .where(_within(day))
        .order_by(FileEvent.at, FileEvent.account_id, FileEvent.epoch_id, FileEvent.seq)
    )
    return connection.execution_options(yield_per=ROWS_AT_ONCE).execute(question)


def _within(day: date) -> Any:
    start = start_of(day)
    return (FileEvent.at >= start) & (FileEvent.at < start + DAY_MS)


# --- looking the seals over ---------------------------------------------------------------------------------------------


def examine(connection: Connection, now: int, earliest: date) -> Sound:
    """Hash the events of every sealed day since `earliest` again; what outlived its period has a seal and nothing to hash."""
    sound, faults = 0, []
    of_day: dict[date, list[Sealed]] = defaultdict(list)
    for one in seals(connection, FileSeal.day >= earliest):
        of_day[one.day].append(one)
    first_kept, gone = day_of(_cutoff(connection, now)), _erased(connection)
    for day, sealed in sorted(of_day.items()):
        if day <= first_kept or any(one.purged for one in sealed):
            continue
        wrong = list(_faults_of_day(connection, day, sealed, gone))
        faults += wrong
        sound += len(sealed) - len({fault.split(":")[0] for fault in wrong})
    return Sound(sound, faults)


def _faults_of_day(connection: Connection, day: date, sealed: list[Sealed], gone: set[int]) -> Iterator[str]:
    digests = [DayDigest(one.salt) for one in sealed]
    for row in events_of(connection, day):
        event = line(row)
        for one, digest in zip(sealed, digests, strict=True):
            if one.holds(row):
                digest.add(row.account_id, event)
    for one, digest in zip(sealed, digests, strict=True):
        then, there = ({part.account: part for part in parts} for parts in (one.parts, digest.parts()))
        if one.digest != seal_digest(part.leaf(one.salt) for part in one.parts):
            yield f"{day}, seal {one.number}: it was changed itself"
        for account in sorted(then.keys() | there.keys()):
            if then.get(account) != there.get(account) and not (account in gone and account not in there):
                yield f"{day}, seal {one.number}: account {account} {_said(then.get(account), there.get(account))}"


def _said(then: Part | None, there: Part | None) -> str:
    had, has = (part.events if part else 0 for part in (then, there))
    return f"had {had} events and has {has}" if had != has else f"has {has} events that are not as they came"


def _erased(connection: Connection) -> set[int]:
    """Return the accounts of people who were erased: their part of a seal stays, and nothing to hash."""
    people = set(connection.execute(select(Erasure.person_id)).scalars())
    if not people:
        return set()
    known = {row.id: row.person_id for row in connection.execute(select(Account.id, Account.person_id))}
    sealed = {part.account for one in seals(connection) for part in one.parts}
    return {account for account in sealed if account not in known or known[account] in people}


def unchained(session: AnySession) -> Sound:
    """Compare every seal with the audit log: each is told by its entry, and each entry that tells one has it."""
    through = session.execute(select(func.max(AuditPurge.through))).scalar_one() or 0
    columns = (AuditEntry.id, AuditEntry.subject, AuditEntry.detail)
    said = {row.id: (row.subject, row.detail) for row in session.execute(select(*columns).where(AuditEntry.action == SEALED))}
    sound, faults, met = 0, [], set()
    for one in seals(session):
        met.add(one.entry)
        if one.entry > through and said.get(one.entry) != (str(one.day), one.told):
            faults.append(f"{one.day}, seal {one.number}: not what entry {one.entry} of the audit log says")
        else:
            sound += 1
    faults += [f"{said[entry][0]}: the seal that entry {entry} of the audit log tells is not there" for entry in sorted(said.keys() - met)]
    return Sound(sound, faults)
