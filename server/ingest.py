"""Take one batch in: each event stored once, refused into quarantine or declared lost; the high-water mark moves with the rows.

Everything here happens in one transaction, so a reply of 200 means: it is on disk, and the days it touches are marked dirty.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from policy.events import LOST_EPOCH, LOST_IN_PLACE, Activity, Capture, Event, File, Gap, Health, Network, Notice, Session
from policy.redaction import clean
from policy.wire import Ack, Batch, MalformedError, Refusal, decode_event
from server import dirty
from server.db import Base
from server.dictionary import Dictionary, numbers_of
from server.enrolment import KnownDevice
from server.models import (
    Account,
    AccountDevice,
    App,
    CaptureEvent,
    Device,
    Epoch,
    FileEvent,
    GapEvent,
    HealthEvent,
    NetworkSpan,
    NoticeEvent,
    Path,
    Person,
    Quarantined,
    SessionEvent,
    Site,
    Span,
    Title,
)
from server.organisation import organisation
from server.people import account_of
from server.refusals import ConflictError, NoNoticeError

WITHDRAWN = "withdrawn"
COUNTS = ("high_water", "stored", "quarantined", "lost", "carried", "unrecorded", "duplicates", "recorded", "buffered")
LONGEST_REASON = 512


class Decoded(Struct, frozen=True):
    """A batch whose events were decoded one by one: the good ones and the refused ones, each with its sequence number."""

    batch: Batch
    events: list[tuple[int, Event]]
    refused: list[tuple[int, bytes, str]]


class Said(Struct, frozen=True):
    """What the agent counts itself in this epoch, this batch included: its half of the delivery equation."""

    recorded: int
    buffered: int


class _EpochState(Struct):
    """An epoch's row as this batch found it."""

    id: int
    high_water: int


def decode_events(batch: Batch) -> Decoded:
    """Decode every event; a bad one is set aside with its reason and never blocks the others. Touches no store."""
    events: list[tuple[int, Event]] = []
    refused: list[tuple[int, bytes, str]] = []
    for seq, raw in enumerate(batch.events, start=batch.first):
        body = bytes(raw)
        try:
            events.append((seq, decode_event(body)))
        except MalformedError as fault:
            refused.append((seq, body, str(fault)[:LONGEST_REASON]))
    return Decoded(batch, events, refused)


def store(connection: Connection, device: KnownDevice, decoded: Decoded, now: int, said: Said | None = None) -> Ack:
    """Store what is new in `decoded` and return the ack.

    Raises ConflictError (a hole, with what was expected; or a cloned PC image) and NoNoticeError; both leave nothing behind.
    """
    batch = decoded.batch
    epoch = _epoch(connection, device, batch)
    if batch.first > epoch.high_water + 1:
        raise ConflictError("a hole before this batch", reason="hole", expected=epoch.high_water + 1)
    last = batch.first + len(batch.events) - 1
    fresh = [(seq, event) for seq, event in decoded.events if seq > epoch.high_water]
    refused = [item for item in decoded.refused if item[0] > epoch.high_water]
    accounts = _accounts(connection, device, [event for _, event in fresh], now)
    _Rows(connection, device, epoch.id, accounts).add(fresh)
    _quarantine(connection, device, epoch.id, refused, now)
    _advance(connection, epoch, last, fresh, len(refused), len(batch.events), said)
    connection.execute(update(Device).where(Device.id == device.id).values(seen=now, clock_offset_ms=now - batch.sent_at))
    dirty.mark(connection, device.id, accounts, [event for _, event in fresh])
    return Ack(
        acked=max(last, epoch.high_water),
        refused=[Refusal(seq, reason) for seq, _, reason in decoded.refused],
        policy=organisation(connection).revision,
        server_time=now,
    )


def note_refusal(connection: Connection, device: KnownDevice, now: int) -> None:
    """Count a batch that was refused for want of a notice, so that IT sees a PC that waits for its person."""
    waiting = {"refused_no_notice": Device.refused_no_notice + 1, "seen": now}
    connection.execute(update(Device).where(Device.id == device.id).values(waiting))


def _epoch(connection: Connection, device: KnownDevice, batch: Batch) -> _EpochState:
    """Return the epoch's row, locked where the store locks rows; an epoch belongs to one device and one machine."""
    columns = select(Epoch.id, Epoch.device_id, Epoch.machine, Epoch.high_water).where(Epoch.name == batch.epoch)
    row = connection.execute(columns.with_for_update()).one_or_none()
    if row is None:
        _close_epochs_of(connection, device)
        zero = dict.fromkeys(COUNTS, 0)
        values = {"name": batch.epoch, "device_id": device.id, "machine": batch.machine, **zero}
        return _EpochState(connection.execute(insert(Epoch).values(values).returning(Epoch.id)).scalar_one(), 0)
    if row.device_id != device.id or row.machine != batch.machine:
        raise ConflictError("this epoch lives on another PC; enrol this one anew", reason="cloned")
    return _EpochState(row.id, row.high_water)


def _close_epochs_of(connection: Connection, device: KnownDevice) -> None:
    """A device that begins an epoch sends nothing more of those before: what it held of them is renumbered or declared lost."""
    earlier = update(Epoch).where(Epoch.device_id == device.id)
    connection.execute(earlier.values(recorded=Epoch.high_water, buffered=0))


def _accounts(connection: Connection, device: KnownDevice, events: list[Event], now: int) -> dict[str, int]:
    """Return {account name: id} for every account in `events`.

    Raises NoNoticeError at the first event of an account whose owner has not answered the notice by then or withdrew. A
    network event names no account: it needs some account on the device to have answered.
    """
    names = {name for event in events if (name := getattr(event, "account", None)) is not None}
    answers = _answers(connection, device, names)
    ids = {name: account_of(connection, clean(name, 256), device.team, now) for name in sorted(names)}
    for event in events:
        if isinstance(event, Notice):
            answers[event.account] = event.answer
        elif isinstance(event, Activity | File | Capture):
            if answers.get(event.account, WITHDRAWN) == WITHDRAWN:
                raise NoNoticeError(f"the owner of {event.account} has not answered the notice, or withdrew")
        elif isinstance(event, Network) and not any(answer != WITHDRAWN for answer in answers.values()):
            raise NoNoticeError("nobody on this PC has answered the notice")
    _remember_accounts(connection, device, set(ids.values()))
    return ids


def _answers(connection: Connection, device: KnownDevice, names: set[str]) -> dict[str, str]:
    on_device = select(AccountDevice.account_id).where(AccountDevice.device_id == device.id)
    wanted = Account.name.in_({clean(name, 256) for name in names}) | Account.id.in_(on_device)
    rows = connection.execute(select(Account.name, Account.notice_answer).where(wanted & Account.notice_answer.is_not(None)))
    return {row.name: row.notice_answer for row in rows}


def _remember_accounts(connection: Connection, device: KnownDevice, ids: set[int]) -> None:
    known = set(connection.execute(select(AccountDevice.account_id).where(AccountDevice.device_id == device.id)).scalars())
    if ids - known:
        connection.execute(insert(AccountDevice), [{"device_id": device.id, "account_id": one} for one in sorted(ids - known)])


def _quarantine(connection: Connection, device: KnownDevice, epoch: int, refused: list[tuple[int, bytes, str]], now: int) -> None:
    if refused:
        common = {"epoch_id": epoch, "device_id": device.id, "at": now}
        rows = [{"seq": seq, "body": body, "reason": clean(reason, LONGEST_REASON)} | common for seq, body, reason in refused]
        connection.execute(insert(Quarantined), rows)


def _advance(
    connection: Connection, epoch: _EpochState, last: int, fresh: list[tuple[int, Event]], refused: int, came: int, said: Said | None
) -> None:
    """Move the high-water mark and the three ways an event can end, beside what the agent says of its own counts."""
    gaps = [event for _, event in fresh if isinstance(event, Gap)]
    in_place = sum(1 for gap in gaps if gap.what == LOST_IN_PLACE)
    carried = sum(gap.lost for gap in gaps if gap.what == LOST_EPOCH)
    values: dict[str, Any] = {
        "high_water": max(last, epoch.high_water),
        "stored": Epoch.stored + len(fresh) - in_place,
        "quarantined": Epoch.quarantined + refused,
        "lost": Epoch.lost + in_place,
        "carried": Epoch.carried + carried,
        "unrecorded": Epoch.unrecorded + sum(gap.lost for gap in gaps if gap.what not in (LOST_IN_PLACE, LOST_EPOCH)),
        "duplicates": Epoch.duplicates + came - len(fresh) - refused,
    }
    values["recorded"] = values["high_water"] if said is None else said.recorded
    values["buffered"] = 0 if said is None else max(0, said.buffered - came)
    connection.execute(update(Epoch).where(Epoch.id == epoch.id).values(values))


class _Rows:
    """Turns events into rows of their tables, all of one kind in one statement."""

    def __init__(self, connection: Connection, device: KnownDevice, epoch: int, accounts: dict[str, int]) -> None:
        self._connection = connection
        self._device = device.id
        self._epoch = epoch
        self._accounts = accounts

    def add(self, fresh: list[tuple[int, Event]]) -> None:
        """Insert every event."""
        by_kind: dict[type, list[tuple[int, Event]]] = defaultdict(list)
        for seq, event in fresh:
            by_kind[type(event)].append((seq, event))
        for kind, items in by_kind.items():
            table, replaced = SHAPES[kind]
            numbers = {
                name: numbers_of(self._connection, dictionary, [getattr(event, name) for _, event in items])
                for name, dictionary in replaced.items()
            }
            self._connection.execute(insert(table), [self._row(seq, event, numbers) for seq, event in items])
            if kind is Notice:
                self._keep_answers([event for _, event in items if isinstance(event, Notice)])

    def _row(self, seq: int, event: Event, numbers: dict[str, dict[str | None, int | None]]) -> dict[str, object]:
        row: dict[str, object] = {"epoch_id": self._epoch, "seq": seq, "device_id": self._device}
        for name in event.__struct_fields__:
            value = getattr(event, name)
            if name == "account":
                row["account_id"] = self._accounts[value]
            elif name in numbers:
                row[f"{name}_id"] = numbers[name][value]
            elif name == "system":
                row[name] = msgspec.json.encode(value).decode() if value else None
            else:
                row[name] = value
        return row

    def _keep_answers(self, notices: list[Notice]) -> None:
        """Keep each account's newest answer where the next batch looks for it; a person's record begins with the first answer."""
        for event in notices:
            account = self._accounts[event.account]
            mine = (Account.id == account) & (Account.notice_at.is_(None) | (Account.notice_at <= event.at))
            self._connection.execute(update(Account).where(mine).values(notice_at=event.at, notice_answer=event.answer))
            owner = select(Account.person_id).where(Account.id == account).scalar_subquery()
            self._connection.execute(update(Person).where((Person.id == owner) & (Person.since > event.at)).values(since=event.at))


SHAPES: dict[type, tuple[type[Base], dict[str, Dictionary]]] = {
    Activity: (Span, {"app": App, "site": Site, "title": Title}),
    Session: (SessionEvent, {}),
    Network: (NetworkSpan, {"app": App}),
    File: (FileEvent, {"path": Path, "new_path": Path, "process": App}),
    Gap: (GapEvent, {}),
    Health: (HealthEvent, {}),
    Notice: (NoticeEvent, {}),
    Capture: (CaptureEvent, {}),
}
"""For each kind of event its table, and the fields that are kept as numbers of a dictionary."""
