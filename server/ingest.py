"""Take one batch in: each event stored once, refused into quarantine or declared lost; the high-water mark moves with the rows.

Everything here happens in one transaction, so a reply of 200 means: it is on disk, and the days it touches are marked dirty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, insert, select, update

from policy.events import LOST_EPOCH, LOST_IN_PLACE, Activity, Capture, Event, File, Gap, Network, Notice, Session
from policy.purposes import Bases
from policy.redaction import clean
from policy.wire import Ack, Envelope, MalformedError, Refusal, decode_batch, decode_event, decode_good_batch
from server.days import dirty, network_days
from server.enrolment import KnownDevice
from server.models import Account, AccountDevice, Device, Epoch, Person, Quarantined, Setting
from server.organisation import organisation
from server.people import account_of
from server.refusals import ConflictError, NoNoticeError
from server.rights import consent, erasure_door
from server.rows import RowMaker
from server.store.db import insert_into
from server.store.dictionary import GENERATION, Dictionaries, Dictionary, Numbers
from server.store.prepared import Prepared

WITHDRAWN = "withdrawn"
COUNTS = ("high_water", "stored", "quarantined", "lost", "carried", "unrecorded", "duplicates", "recorded", "buffered")
LONGEST_REASON = 512

Kinds = dict[type[Event], list[tuple[int, Event]]]

FIND_EPOCH = Prepared(
    select(Epoch.id, Epoch.device_id, Epoch.machine, Epoch.high_water).where(Epoch.name == bindparam("name")).with_for_update()
)
ADVANCE_EPOCH = Prepared(
    update(Epoch)
    .where(Epoch.id == bindparam("epoch"))
    .values(
        high_water=bindparam("new_high_water"),
        stored=Epoch.stored + bindparam("more_stored"),
        quarantined=Epoch.quarantined + bindparam("more_quarantined"),
        lost=Epoch.lost + bindparam("more_lost"),
        carried=Epoch.carried + bindparam("more_carried"),
        unrecorded=Epoch.unrecorded + bindparam("more_unrecorded"),
        duplicates=Epoch.duplicates + bindparam("more_duplicates"),
        recorded=bindparam("said_recorded"),
        buffered=bindparam("said_buffered"),
    )
)
GENERATION_NOW = select(Setting.value).where(Setting.name == GENERATION).scalar_subquery()
SEE_DEVICE = Prepared(
    update(Device)
    .where((Device.id == bindparam("device")) & (Device.token_hash == bindparam("proof")) & Device.revoked.is_(None))
    .values(seen=bindparam("now"), clock_offset_ms=bindparam("offset"))
    .returning(Device.team_id, Device.answers, GENERATION_NOW)
)
FIND_ACCOUNTS = Prepared(
    select(Account.id, Account.name, Account.notice_answer, Account.purposes, Account.since, AccountDevice.device_id)
    .outerjoin(AccountDevice, (AccountDevice.account_id == Account.id) & (AccountDevice.device_id == bindparam("device")))
    .where((AccountDevice.device_id == bindparam("device")) | (Account.name == bindparam("name")))
)


class StaleCredentialError(Exception):
    """The device was revoked, or has another credential, since it was last looked up."""


class Decoded(Struct, frozen=True):
    """A batch whose events were decoded: the good ones and the refused ones, each with its sequence number."""

    envelope: Envelope
    events: list[tuple[int, Event]]
    refused: list[tuple[int, bytes, str]]

    @property
    def came(self) -> int:
        """How many events the batch has."""
        return len(self.events) + len(self.refused)


class Stored(Struct, frozen=True):
    """What a batch came to; `learned` may be remembered once the transaction is committed."""

    ack: Ack
    learned: list[tuple[Dictionary, Numbers]]
    generation: str | None = None
    """Of the dictionaries, when this was learned."""


class Said(Struct, frozen=True):
    """What the agent counts itself in this epoch, this batch included: its half of the delivery equation."""

    recorded: int
    buffered: int


class _EpochState(Struct):
    """An epoch's row as this batch found it."""

    id: int
    high_water: int


def decode(body: bytes) -> Decoded:
    """Decode a batch; a bad event is set aside with its reason and never blocks the others. Touches no store.

    Raises MalformedError when the body is no batch at all.
    """
    good = decode_good_batch(body)
    if good is not None:
        return Decoded(good, list(enumerate(good.events, start=good.first)), [])
    batch = decode_batch(body)
    events: list[tuple[int, Event]] = []
    refused: list[tuple[int, bytes, str]] = []
    for seq, raw in enumerate(batch.events, start=batch.first):
        event = bytes(raw)
        try:
            events.append((seq, decode_event(event)))
        except MalformedError as fault:
            refused.append((seq, event, str(fault)[:LONGEST_REASON]))
    return Decoded(batch, events, refused)


def store(
    connection: Connection, dictionaries: Dictionaries, device: KnownDevice, decoded: Decoded, now: int, said: Said | None = None
) -> Stored:
    """Store what is new in `decoded`.

    Raises ConflictError (a hole, with what was expected; or a cloned PC image), NoNoticeError and StaleCredentialError; all
    leave nothing behind.
    """
    envelope = decoded.envelope
    device, answered, generation = _see(connection, device, now, now - envelope.sent_at)
    dictionaries.begin(generation)
    epoch = _epoch(connection, device, envelope)
    if envelope.first > epoch.high_water + 1:
        raise ConflictError("a hole before this batch", reason="hole", expected=epoch.high_water + 1)
    fresh = decoded.events if envelope.first > epoch.high_water else [one for one in decoded.events if one[0] > epoch.high_water]
    refused = [item for item in decoded.refused if item[0] > epoch.high_water]
    kinds, late = _by_kind(fresh), []
    ours = organisation(connection)
    try:
        accounts, standing = _accounts(connection, device, kinds, now)
    except erasure_door.TurnedAwayError as turned:
        late = erasure_door.turn_away(connection, fresh, turned.until)
        kinds = _by_kind(fresh, {seq for seq, _, _ in late})
        accounts, standing = _accounts(connection, device, kinds, now, turned.until)
    kinds, unwanted = consent.sift(kinds, standing, ours.bases)
    unwanted += late
    refused += unwanted
    rows = RowMaker(connection, dictionaries, device.id, epoch.id, accounts)
    for kind, events in kinds.items():
        made = rows.insert(kind, events)
        if kind is Network:
            network_days.add(connection, device.id, made, ours.zone, now)
    if Notice in kinds:
        _keep_answers(connection, accounts, [event for _, event in kinds[Notice] if isinstance(event, Notice)], ours.bases)
    _quarantine(connection, device, epoch.id, refused, now)
    high_water = max(envelope.first + decoded.came - 1, epoch.high_water)
    stored = len(fresh) - len(unwanted)
    _advance(connection, epoch, high_water, [event for _, event in kinds.get(Gap, ())], decoded, stored, len(refused), said)
    dirty.mark(connection, device.id, accounts, kinds, ours.zone)
    refusals = [Refusal(seq, reason) for seq, _, reason in [*decoded.refused, *unwanted]]
    return Stored(Ack(acked=high_water, refused=refusals, policy=ours.revision + answered, server_time=now), rows.learned, generation)


def _by_kind(events: list[tuple[int, Event]], without: Collection[int] = ()) -> Kinds:
    kinds: Kinds = defaultdict(list)
    for one in events:
        if one[0] not in without:
            kinds[type(one[1])].append(one)
    return kinds


def _see(connection: Connection, device: KnownDevice, now: int, offset: int) -> tuple[KnownDevice, int, str | None]:
    """Note that a device was seen, and prove in the same statement what was remembered of it.

    Returns it as it is now, how often its people answered, and the generation of the dictionaries.
    """
    row = SEE_DEVICE.run(connection, device=device.id, proof=device.proof, now=now, offset=offset).fetchone()
    if row is None:
        raise StaleCredentialError
    return device if row[0] == device.team else replace(device, team=row[0]), row[1], row[2]


def note_refusal(connection: Connection, device: KnownDevice, now: int) -> None:
    """Count a batch that was refused for want of a notice, so that IT sees a PC that waits for its person."""
    waiting = {"refused_no_notice": Device.refused_no_notice + 1, "seen": now}
    connection.execute(update(Device).where(Device.id == device.id).values(waiting))


def _epoch(connection: Connection, device: KnownDevice, envelope: Envelope) -> _EpochState:
    """Return the epoch's row, locked where the store locks rows; an epoch belongs to one device and one machine."""
    row = FIND_EPOCH.run(connection, name=envelope.epoch).fetchone()
    if row is None:
        _close_epochs_of(connection, device)
        zero = dict.fromkeys(COUNTS, 0)
        values = {"name": envelope.epoch, "device_id": device.id, "machine": clean(envelope.machine, 256), **zero}
        new = insert_into(connection, Epoch).values(values).on_conflict_do_nothing(index_elements=["name"]).returning(Epoch.id)
        made = connection.execute(new).scalar_one_or_none()
        # None: the same batch came to two servers at once, and the other one was quicker
        return _EpochState(made, 0) if made is not None else _epoch(connection, device, envelope)
    number, owner, machine, high_water = row
    if owner != device.id or machine != clean(envelope.machine, 256):
        raise ConflictError("this epoch lives on another PC; enrol this one anew", reason="cloned")
    return _EpochState(number, high_water)


def _close_epochs_of(connection: Connection, device: KnownDevice) -> None:
    """A device that begins an epoch sends nothing more of those before: what it held of them is renumbered or declared lost."""
    earlier = update(Epoch).where(Epoch.device_id == device.id)
    connection.execute(earlier.values(recorded=Epoch.high_water, buffered=0))


def _accounts(
    connection: Connection, device: KnownDevice, kinds: Kinds, now: int, begun: Mapping[str, int] | None = None
) -> tuple[dict[str, int], consent.Standing]:
    """Return {account name: id} for every account in a batch, and what those on this PC had answered before it.

    Raises NoNoticeError at the first event of an account whose owner has not answered the notice by then or withdrew. A
    network event names no account: it needs some account on the device to have answered. Raises TurnedAwayError when there
    are events of an account whose record was erased; they are to be taken out, and `begun` says when such an account began anew.
    """
    gated = _accounts_in(kinds, (Activity, File, Capture)) | _said_to_work(kinds)
    names = gated | _accounts_in(kinds, (Session, Notice))
    ids: dict[str, int] = {}
    standing = consent.Standing({}, {})
    on_device: set[int] = set()
    anew: dict[str, int] = {}
    for name in sorted(names) or [""]:
        for number, known, answer, purposes, since, seen_on in FIND_ACCOUNTS.run(
            connection, device=device.id, name=clean(name, 256)
        ).fetchall():
            ids[known] = number
            standing.purposes[known] = purposes
            if answer is not None:
                standing.answers[known] = answer
            if seen_on is not None:
                on_device.add(number)
            if since is not None:
                anew[known] = since
    if begun is None and (anew or names - ids.keys()):
        erasure_door.check(connection, kinds, names - ids.keys(), anew)
    for name in names - ids.keys():
        ids[name] = account_of(connection, clean(name, 256), device.team, now, since=begun.get(name) if begun else None)
    mine = {name: ids[name] for name in names}
    if Notice in kinds:
        _refuse_in_order(kinds, dict(standing.answers))
    else:
        _refuse_unanswered(gated, standing.answers, nameless=Network in kinds)
    unseen = sorted(set(mine.values()) - on_device)
    if unseen:
        new = insert_into(connection, AccountDevice).values([{"device_id": device.id, "account_id": one} for one in unseen])
        connection.execute(new.on_conflict_do_nothing(index_elements=["device_id", "account_id"]))
    return mine, standing


def _accounts_in(kinds: Kinds, wanted: tuple[type[Event], ...]) -> set[str]:
    return {event.account for kind in wanted for _, event in kinds.get(kind, ())}  # type: ignore[union-attr]


def _said_to_work(kinds: Kinds) -> set[str]:
    """Return the accounts of which a session change says that they work, which is more than what a PC did."""
    return {event.account for _, event in kinds.get(Session, ()) if isinstance(event, Session) and event.change == "working"}


def _refuse_in_order(kinds: Kinds, answers: dict[str, str]) -> None:
    """Judge event by event, because an answer in this batch counts for what comes after it."""
    judged = [one for kind in (Activity, File, Capture, Network, Notice) for one in kinds.get(kind, ())]
    judged += [one for one in kinds.get(Session, ()) if isinstance(one[1], Session) and one[1].change == "working"]
    for _, event in sorted(judged, key=lambda one: one[0]):
        if isinstance(event, Notice):
            answers[event.account] = event.answer
        else:
            name = getattr(event, "account", None)
            _refuse_unanswered({name} if name else set(), answers, nameless=name is None)


def _refuse_unanswered(names: set[str], answers: dict[str, str], *, nameless: bool) -> None:
    """Raise NoNoticeError when one of `names` has not answered or withdrew, or, for what names nobody, when nobody has."""
    for name in names:
        if answers.get(name, WITHDRAWN) == WITHDRAWN:
            raise NoNoticeError(f"the owner of {name} has not answered the notice, or withdrew")
    if nameless and all(answer == WITHDRAWN for answer in answers.values()):
        raise NoNoticeError("nobody on this PC has answered the notice")


def _keep_answers(connection: Connection, accounts: dict[str, int], notices: list[Notice], bases: Bases) -> None:
    """Keep each account's newest answer where the next batch looks for it; a person's record begins with the first answer."""
    for event in notices:
        account = accounts[event.account]
        mine = (Account.id == account) & (Account.notice_at.is_(None) | (Account.notice_at <= event.at))
        before = connection.execute(select(Account.notice_answer).where(mine)).first()
        if before is not None:
            connection.execute(update(Account).where(mine).values(notice_at=event.at, notice_answer=event.answer))
            consent.note_answer(connection, account, event, before[0], bases)
        owner = select(Account.person_id).where(Account.id == account).scalar_subquery()
        connection.execute(update(Person).where((Person.id == owner) & (Person.since > event.at)).values(since=event.at))


def _quarantine(connection: Connection, device: KnownDevice, epoch: int, refused: list[tuple[int, bytes, str]], now: int) -> None:
    if refused:
        common = {"epoch_id": epoch, "device_id": device.id, "at": now}
        rows = [{"seq": seq, "body": body, "reason": clean(reason, LONGEST_REASON)} | common for seq, body, reason in refused]
        connection.execute(insert(Quarantined), rows)


def _advance(
    connection: Connection,
    epoch: _EpochState,
    high_water: int,
    gaps: list[Event],
    decoded: Decoded,
    stored: int,
    refused: int,
    said: Said | None,
) -> None:
    """Move the high-water mark and the three ways an event can end, beside what the agent says of its own counts."""
    declared = [gap for gap in gaps if isinstance(gap, Gap)]
    in_place = sum(1 for gap in declared if gap.what == LOST_IN_PLACE)
    ADVANCE_EPOCH.run(
        connection,
        epoch=epoch.id,
        new_high_water=high_water,
        more_stored=stored - in_place,
        more_quarantined=refused,
        more_lost=in_place,
        more_carried=sum(gap.lost for gap in declared if gap.what == LOST_EPOCH),
        more_unrecorded=sum(gap.lost for gap in declared if gap.what not in (LOST_IN_PLACE, LOST_EPOCH)),
        more_duplicates=decoded.came - stored - refused,
        said_recorded=high_water if said is None else said.recorded,
        said_buffered=0 if said is None else max(0, said.buffered - decoded.came),
    )
