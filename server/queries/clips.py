"""Which clips were asked for, where each stands, and of whom one may be asked for: what the console lists."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from policy.roles import Viewer
from policy.summaries import ClipAsked, Clips
from server import clips
from server.models import Clip
from server.organisation import AnySession, allows_clips, organisation
from server.people import Member
from server.queries.selection import person_of

MOST_LISTED = 200


def asked_for(session: AnySession, viewer: Viewer, of: list[Member], now: int) -> Clips:
    """Return the newest clips of these people, newest first; a clip older than those listed is in the audit log."""
    people = {one.id: one for one in of}
    newest = select(*Clip.__table__.columns).where(Clip.person_id.in_(people)).order_by(Clip.id.desc()).limit(MOST_LISTED)
    rows = session.execute(newest).all()
    ours = organisation(session)
    told = [_asked(session, viewer, row, people[row.person_id], now) for row in rows]
    allowed = [person_of(one) for one in of if allows_clips(ours, one.team)]
    return Clips(told, 0 if ours.works_council else ours.clip_seconds, allowed)


def _asked(session: AnySession, viewer: Viewer, row: Any, person: Member, now: int) -> ClipAsked:
    pictures, first, _last = clips.frames_told(session, row) if row.approved is not None else (0, 0, 0)
    return ClipAsked(
        id=row.id,
        person=person_of(person),
        reason=row.reason,
        seconds=row.seconds,
        state=clips.state_of(row, pictures, now),
        asked_by=row.actor,
        asked=row.asked,
        until=row.until,
        decided_by=row.approver or row.refuser,
        decided=row.approved or row.refused,
        taken=first or None,
        pictures=pictures,
        open=clips.may_decide(viewer, row, now),
    )
