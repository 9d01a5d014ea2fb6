"""Which pictures of screens there are: whose, when, from which PC and why; the pictures themselves lie sealed in `server/captures.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.json import Decoder
from sqlalchemy import ColumnElement, select, tuple_

from policy.summaries import ClipTold, Pictures, PictureState, PictureTaken
from policy.worktime import local_day
from server import cursor
from server.clips import clip_named
from server.days.wall import period_bounds
from server.models import Account, CaptureEvent, Clip, Device
from server.organisation import AnySession, organisation
from server.people import Member
from server.queries.selection import person_of

_Number = Annotated[int, Meta(ge=0, le=2**53)]
PLACES: Decoder[tuple[int, int, int]] = Decoder(tuple[_Number, _Number, _Number])
"""The key of a picture in a list: its instant, and the epoch and sequence number that tell those of one instant apart."""
MOST_COUNTED = 20_000
Has = Callable[[str], bool]


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
    gone: str | None


def listed(session: AnySession, of: Member, first: date, last: date, after: str | None, limit: int, has: Has) -> Pictures:
    """Return the page after the cursor `after` of one person's pictures of these days; `has` says whether one is still here."""
    start, end = period_bounds(first, last, of.zone)
    asked = (Account.person_id == of.id) & (CaptureEvent.at >= start) & (CaptureEvent.at < end)
    if after:
        asked &= tuple_(CaptureEvent.at, CaptureEvent.epoch_id, CaptureEvent.seq) < tuple_(*cursor.decode(after, PLACES))
    found = _found(session, asked, limit + 1)
    clips = _clips_of(session, of.id, {number for one in found if (number := clip_named(one.reason)) is not None})
    taken = [_taken(one, clips, has) for one in found[:limit]]
    told = [clips[number] for number in sorted({one.clip for one in taken if one.clip is not None})]
    place = found[limit - 1] if len(found) > limit else None
    following = cursor.encode((place.at, place.epoch, place.seq)) if place else None
    days = organisation(session).retention.captures
    return Pictures(person_of(of), first, last, of.zone, days, taken, told, following)


def days_with_pictures(session: AnySession, of: Member) -> dict[date, int]:
    """Return on which of a person's days how many pictures were taken, newest first; of the newest MOST_COUNTED."""
    instants = select(CaptureEvent.at).join(Account, Account.id == CaptureEvent.account_id).where(Account.person_id == of.id)
    found = session.execute(instants.order_by(CaptureEvent.at.desc()).limit(MOST_COUNTED)).scalars()
    return dict(Counter(local_day(at, of.zone) for at in found))


def _taken(one: Picture, clips: dict[int, ClipTold], has: Has) -> PictureTaken:
    gone = PictureState(one.gone) if one.gone else PictureState.NOT_RECEIVED
    state, number = PictureState.KEPT if has(one.sha256) else gone, clip_named(one.reason)
    clip = number if number in clips else None
    what = (one.at, one.sha256, one.media, one.bytes, one.width, one.height)
    return PictureTaken(*what, one.hostname, one.reason, state, clip)


def _clips_of(session: AnySession, person: int, numbers: set[int]) -> dict[int, ClipTold]:
    """Return these clips, as far as they are of that person."""
    columns = (Clip.id, Clip.reason, Clip.seconds, Clip.actor, Clip.asked, Clip.approver, Clip.approved)
    rows = session.execute(select(*columns).where(Clip.id.in_(numbers) & (Clip.person_id == person)))
    return {row.id: ClipTold(*row) for row in rows}


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
    question = select(*columns, event.sha256, event.media, event.bytes, event.width, event.height, event.reason, event.gone)
    joined = question.join(Account, Account.id == event.account_id).join(Device, Device.id == event.device_id).where(asked)
    rows = session.execute(joined.order_by(event.at.desc(), event.epoch_id.desc(), event.seq.desc()).limit(limit))
    return [Picture(*tuple(row)) for row in rows]
