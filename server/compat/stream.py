"""How what other clients say gets into the ledger: as events of a device, numbered here, in an epoch of their own.

The same function stores them that stores our agents' batches: the same notice gate, the same dirty days, one transaction.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select

from policy.events import MINUTE_MS, Event, Session
from policy.wire import PROTOCOL, Envelope
from server import ingest
from server.compat.samples import Seen, holds
from server.core import Core
from server.enrolment import KnownDevice
from server.models import Account, Epoch, Span
from server.refusals import NoNoticeError, NotSignedInError
from server.rights.consent import REASON
from server.store.db import insert_into

MACHINE = "another client"

Events = Callable[[Connection, int], Sequence[Event]]
"""Makes the events to store, knowing what is stored of the epoch of that number."""


def store(core: Core, device: KnownDevice, token: str, events: Events, now: int) -> None:
    """Store events of a device; raise NoNoticeError, after counting it, when somebody they name has not answered the notice.

    What serves a purpose that somebody withheld is not kept, and the client is told so by the same error.
    """
    try:
        stored = core.writer.do(lambda connection: _store(connection, core, device, events, now))
    except NoNoticeError:
        core.writer.do(lambda connection: ingest.note_refusal(connection, device, now))
        raise
    except ingest.StaleCredentialError:
        core.devices.look_again(token)  # raises what is true now
        raise NotSignedInError("this device is not known here", reason="bad_token") from None
    core.dictionaries.learn_all(stored.learned, stored.generation)
    if any(one.reason.startswith(REASON) for one in stored.ack.refused):
        raise NoNoticeError("somebody these tell of has not agreed to what they are for; those were not kept", reason=REASON)


def _store(connection: Connection, core: Core, device: KnownDevice, events: Events, now: int) -> ingest.Stored:
    name = hashlib.sha256(f"{MACHINE} {device.public_id}".encode()).hexdigest()[:16]
    number, high_water = _epoch(connection, device, name)
    new = events(connection, number)
    _refuse_unanswered(connection, {one.account for one in new if isinstance(one, Session)})
    envelope = Envelope(protocol=PROTOCOL, epoch=name, first=high_water + 1, machine=MACHINE, sent_at=now, boot="-", monotonic_ms=0)
    decoded = ingest.Decoded(envelope, list(enumerate(new, start=high_water + 1)), [])
    return ingest.store(connection, core.dictionaries, device, decoded, now)


def _epoch(connection: Connection, device: KnownDevice, name: str) -> tuple[int, int]:
    """Return number and high-water mark of the device's epoch for other clients, made if new, and let nobody else number in it."""
    zero = dict.fromkeys(ingest.COUNTS, 0)
    row = insert_into(connection, Epoch).values(name=name, device_id=device.id, machine=MACHINE, **zero)
    connection.execute(row.on_conflict_do_nothing(index_elements=["name"]))
    found = connection.execute(select(Epoch.id, Epoch.high_water).where(Epoch.name == name).with_for_update()).one()
    return found.id, found.high_water


def unknown(connection: Connection, epoch: int, samples: list[Seen]) -> list[Seen]:
    """Return the samples that no span of this epoch was made from: these clients number nothing, and send again what they are unsure of."""
    by_account: dict[str, list[Seen]] = defaultdict(list)
    for one in samples:
        by_account[one.shown.account].append(one)
    return [one for name, mine in by_account.items() for one in _unknown_of(connection, epoch, name, mine)]


def _unknown_of(connection: Connection, epoch: int, name: str, samples: list[Seen]) -> list[Seen]:
    first, last = min(one.at for one in samples), max(one.at for one in samples)
    account = select(Account.id).where(Account.name == name).scalar_subquery()
    near = (Span.account_id == account) & Span.start.between(first - MINUTE_MS, last) & (Span.epoch_id == epoch)
    stored = connection.execute(select(Span.start, Span.length_ms).where(near).order_by(Span.start)).all()
    starts = [row.start for row in stored]
    fresh = []
    for one in samples:
        place = bisect_right(starts, one.at) - 1
        if place < 0 or not holds(stored[place].start, stored[place].start + stored[place].length_ms, one.at):
            fresh.append(one)
    return fresh


def _refuse_unanswered(connection: Connection, names: set[str]) -> None:
    """State reports say when somebody works, so they ask for an answer to the notice as spans do."""
    for name in sorted(names):
        answer = connection.execute(select(Account.notice_answer).where(Account.name == name)).scalar_one_or_none()
        if answer in (None, ingest.WITHDRAWN):
            raise NoNoticeError(f"the owner of {name} has not answered the notice, or withdrew")
