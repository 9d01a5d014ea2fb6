"""Which pictures of screens there are: whose, when, from which PC and why; the pictures themselves lie sealed in `server/captures.py`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, select

from server.models import Account, CaptureEvent, Device
from server.organisation import AnySession


class Picture(Struct, frozen=True):
    """What is known of one picture without opening it."""

    epoch: int
    seq: int
    at: int
    person: int
    account: str
    device: int
    hostname: str
    sha256: str
    media: str
    bytes: int
    width: int
    height: int
    reason: str


def pictures_of(session: AnySession, people: Collection[int], until: int, limit: int) -> list[Picture]:
    """Return the newest pictures of these people before an instant."""
    return _found(session, Account.person_id.in_(people) & (CaptureEvent.at < until), limit)


def pictures_from(session: AnySession, device: int, until: int, limit: int) -> list[Picture]:
    """Return the newest pictures a PC took before an instant."""
    return _found(session, (CaptureEvent.device_id == device) & (CaptureEvent.at < until), limit)


def picture_at(session: AnySession, epoch: int, seq: int) -> Picture | None:
    """Return the picture that a stored event tells of."""
    return next(iter(_found(session, (CaptureEvent.epoch_id == epoch) & (CaptureEvent.seq == seq), 1)), None)


def picture_named(session: AnySession, sha256: str) -> list[Picture]:
    """Return every event that tells of a picture; more than one person's only where two pictures are the same."""
    return _found(session, CaptureEvent.sha256 == sha256, 100)


def frames_of(session: AnySession, person: int, reason: str) -> list[Picture]:
    """Return the pictures of one person that were taken for one reason, in order."""
    found = _found(session, (Account.person_id == person) & (CaptureEvent.reason == reason), 1000)
    return sorted(found, key=lambda one: (one.at, one.seq))


def _found(session: AnySession, asked: ColumnElement[bool], limit: int) -> list[Picture]:
    event = CaptureEvent
    columns: tuple[Any, ...] = (event.epoch_id, event.seq, event.at, Account.person_id, Account.name, event.device_id, Device.hostname)
    question = select(*columns, event.sha256, event.media, event.bytes, event.width, event.height, event.reason)
    joined = question.join(Account, Account.id == event.account_id).join(Device, Device.id == event.device_id).where(asked)
    rows = session.execute(joined.order_by(event.at.desc(), event.epoch_id, event.seq.desc()).limit(limit))
    return [Picture(*tuple(row)) for row in rows]
