"""Clips: a person's screen recorded once, for seconds, for a reason that one user gave and another one approved.

```
asked --(another owner or compliance officer)--> approved --(the agent announces it and takes a picture a second)--> recorded
   |  |                                             |
   |  +---- one of them says no: refused            +---- not recorded within a day: expired
   +------- nobody answers within a day: expired
```
A frame is a picture like any other: announced, sealed, gone after its period, opened for a reason, every look written down.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from policy import notice
from policy.purposes import Purpose
from policy.redaction import clean
from policy.roles import Viewer, may_know_of_pictures
from policy.summaries import ClipState, ClipWish
from policy.summaries.clips import LONGEST_REASON, SHORTEST_REASON
from policy.wire import ClipOrder, clip_reason
from server.audit_log import audit
from server.models import Account, AccountDevice, CaptureEvent, Clip, Device, NoticeEvent
from server.office import By
from server.organisation import AnySession, allows_clips, organisation
from server.people import Member, visible_people
from server.refusals import BadRequestError, ConflictError, NoNoticeError, NotAllowedError, NotThereError
from server.rights import consent

DAY_MS = 86_400_000
MOST_FRAMES_A_SECOND = 1


def ask_for(connection: Connection, viewer: Viewer, wish: ClipWish, by: By) -> int:
    """Keep a wish for a clip and return its number; raise what forbids it. The person sees it among the looks at them."""
    reason = clean(wish.reason, LONGEST_REASON).strip()
    if len(reason) < SHORTEST_REASON:
        raise BadRequestError("say why, in a sentence that the person will read", reason="say_why")
    person = _person(connection, viewer, wish.person)
    _refuse(connection, person, wish.seconds)
    values: dict[str, Any] = {"person_id": person.id, "reason": reason, "seconds": wish.seconds, "actor": by.actor, "asked": by.now}
    row = insert(Clip).values(**values, until=by.now + DAY_MS).returning(Clip.id)
    number = int(connection.execute(row).scalar_one())
    audit.record(connection, _deed(by, person.id, f"asked for clip {number}, {wish.seconds} s", reason), by.now)
    return number


def approve(connection: Connection, viewer: Viewer, number: int, by: By) -> None:
    """Let a clip be recorded within a day; raise NotAllowedError for whoever asked for it, and whom it is of."""
    row = _waiting(connection, viewer, number, by)
    person = _person(connection, viewer, row.person_id)
    _refuse(connection, person, row.seconds)
    connection.execute(update(Clip).where(_still_open(number)).values(approved=by.now, approver=by.actor, until=by.now + DAY_MS))
    audit.record(connection, _deed(by, person.id, f"approved clip {number}, {row.seconds} s", row.reason), by.now)
    used = select(AccountDevice.device_id).join(Account, Account.id == AccountDevice.account_id).where(Account.person_id == person.id)
    connection.execute(update(Device).where(Device.id.in_(used)).values(answers=Device.answers + 1))  # their PCs ask for the policy anew


def refuse(connection: Connection, viewer: Viewer, number: int, by: By) -> None:
    """Answer a wish for a clip with no, for good; whoever may approve it may. The person reads of it as of an approval."""
    row = _waiting(connection, viewer, number, by)
    connection.execute(update(Clip).where(_still_open(number)).values(refused=by.now, refuser=by.actor))
    audit.record(connection, _deed(by, row.person_id, f"refused clip {number}, {row.seconds} s", row.reason), by.now)


def may_decide(viewer: Viewer, row: Any, now: int) -> bool:
    """Return whether a clip waits for a decision that this user may make: not who asked for it, nor whom it is of."""
    return _is_second(viewer, row) and _is_open(row, now)


def _is_second(viewer: Viewer, row: Any) -> bool:
    return bool(row.actor != viewer.name and viewer.person != row.person_id)


def _is_open(row: Any, now: int) -> bool:
    return row.approved is None and row.refused is None and row.until > now


def _still_open(number: int) -> ColumnElement[bool]:
    return (Clip.id == number) & Clip.approved.is_(None) & Clip.refused.is_(None)


def _waiting(connection: Connection, viewer: Viewer, number: int, by: By) -> Any:
    """Return the row of a clip that waits for this user's decision; raise what forbids them to make it."""
    row = row_of(connection, number)
    if not _is_second(viewer, row):
        raise NotAllowedError("somebody else than who asked for it, and whom it is of, must decide about a clip", reason="four_eyes")
    if not _is_open(row, by.now):
        raise ConflictError("this clip was decided about already, or nobody did in time", reason="stale")
    return row


def _deed(by: By, person: int, told: str, reason: str) -> audit.Deed:
    return audit.Deed(by.actor, audit.LOOKED + "the screen", audit.about(person), told, by.address, reason)


def _person(connection: Connection, viewer: Viewer, number: int) -> Member:
    found = [one for one in visible_people(connection, viewer, may_know_of_pictures) if one.id == number]
    if not found:
        raise NotThereError("there is no such person")
    return found[0]


def _refuse(connection: Connection, person: Member, seconds: int) -> None:
    """Raise what forbids a clip of a person: it is off, too long, or they were not told of clips or did not agree."""
    ours = organisation(connection)
    if ours.works_council:
        raise NotAllowedError("the agreement with the works council allows no clips", reason="locked")
    if not allows_clips(ours, person.team):
        raise NotAllowedError("clips are off for this person's team", reason="clips_off")
    if seconds > ours.clip_seconds:
        raise BadRequestError(f"a clip may last {ours.clip_seconds} s")
    if not _told_accounts(connection, person.id):
        raise NoNoticeError("this person was not told of clips yet, or did not agree to pictures of the screen")


def _told_accounts(session: AnySession, person: int) -> list[str]:
    """Return the accounts of a person whose newest answer is to a notice that tells of clips, and which agree to pictures."""
    accounts = session.execute(select(Account.id, Account.name).where(Account.person_id == person)).all()
    found = []
    for row in accounts:
        newest = select(NoticeEvent.version).where(NoticeEvent.account_id == row.id).order_by(NoticeEvent.at.desc()).limit(1)
        version = session.execute(newest).scalar_one_or_none() or ""
        if notice.CLIPS in version and Purpose.SCREENSHOTS not in consent.withheld_for(session, row.name):
            found.append(row.name)
    return found


def due(session: AnySession, account: str, now: int) -> ClipOrder | None:
    """Return the clip that the agent of an account shall record now."""
    mine = select(Account.person_id).where(Account.name == account).scalar_subquery()
    waiting = (Clip.person_id == mine) & Clip.approved.is_not(None) & (Clip.until > now)
    for row in session.execute(select(*Clip.__table__.columns).where(waiting).order_by(Clip.id)):
        if not frames_told(session, row)[0] and account in _told_accounts(session, row.person_id):
            return ClipOrder(id=row.id, reason=row.reason, seconds=row.seconds, until=row.until)
    return None


def refuse_frame(session: AnySession, device: int, sha256: str) -> None:
    """Raise NotAllowedError for a picture that says it is of a clip, where no such clip was approved or it has all its frames."""
    event = CaptureEvent
    said = select(event.reason, event.at, Account.person_id).join(Account, Account.id == event.account_id)
    rows = session.execute(said.where((event.device_id == device) & (event.sha256 == sha256)))
    told = [row for row in rows if row.reason.startswith(clip_reason(""))]
    if told and not any(_is_wanted(session, row) for row in told):
        raise NotAllowedError("no clip was approved that this picture is of", reason="no_clip")


def clip_named(reason: str) -> int | None:
    """Return the number of the clip that a picture with this reason says it is of; None where it says of none."""
    number = reason.removeprefix(clip_reason(""))
    return int(number) if number != reason and number.isascii() and number.isdigit() and len(number) < 17 else None


def _is_wanted(session: AnySession, told: Any) -> bool:
    row = session.execute(select(*Clip.__table__.columns).where(Clip.id == clip_named(told.reason))).one_or_none()
    if row is None or row.approved is None or row.person_id != told.person_id:
        return False
    frames, first, last = frames_told(session, row)
    in_time = row.approved <= told.at <= row.until and last - first <= (row.seconds + 1) * 1000
    return bool(in_time and frames <= row.seconds * MOST_FRAMES_A_SECOND + 1)


def frames_told(session: AnySession, row: Any) -> tuple[int, int, int]:
    """Return how many frames of a clip were told of since it was approved, and the instants of the first and the last."""
    accounts = select(Account.id).where(Account.person_id == row.person_id)
    mine = CaptureEvent.account_id.in_(accounts) & (CaptureEvent.reason == clip_reason(row.id)) & (CaptureEvent.at >= row.approved)
    count, first, last = session.execute(select(func.count(), func.min(CaptureEvent.at), func.max(CaptureEvent.at)).where(mine)).one()
    return count, first or 0, last or 0


def row_of(session: AnySession, number: int) -> Any:
    """Return a clip's row; raise NotThereError."""
    row = session.execute(select(*Clip.__table__.columns).where(Clip.id == number)).one_or_none()
    if row is None:
        raise NotThereError("there is no such clip")
    return row


def state_of(row: Any, frames: int, now: int) -> ClipState:
    """Return where a clip stands."""
    if frames:
        return ClipState.RECORDED
    if row.refused is not None:
        return ClipState.REFUSED
    if row.until <= now:
        return ClipState.EXPIRED
    return ClipState.ASKED if row.approved is None else ClipState.APPROVED
