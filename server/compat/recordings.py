"""`/api/recordings/`: asking for a short recording of a screen, approving one that somebody else asked for, and what became of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from policy.roles import may_know_of_pictures
from policy.summaries import Clip, ClipState, ClipWish, Frame
from policy.wire import clip_reason
from server import clips
from server.auth import Ask
from server.captures import CaptureStore
from server.compat.resources import not_there, text_of, text_or_none
from server.models import Clip as ClipRow
from server.people import Member, visible_people
from server.queries.pictures import Picture, frames_of
from server.queries.selection import person_of


def show_recordings(ask: Ask) -> list[Clip]:
    """The clips of everybody the caller may know of, newest first."""
    people = {one.id: one for one in visible_people(ask.session, ask.who(), may_know_of_pictures)}
    newest = select(*ClipRow.__table__.columns).where(ClipRow.person_id.in_(people)).order_by(ClipRow.id.desc())
    rows = ask.session.execute(newest.limit(ask.rows())).all()
    ask.note_looks("list of clips", f"{len(rows)} clips", sorted({row.person_id for row in rows} - {ask.who().person}), None)
    return [_clip(ask, row, people[row.person_id], named=False) for row in rows]


def show_recording(ask: Ask) -> Clip:
    """One clip, with where its frames open."""
    row = clips.row_of(ask.session, ask.number_in_path())
    people = {one.id: one for one in visible_people(ask.session, ask.who(), may_know_of_pictures)}
    if row.person_id not in people:
        raise not_there("recording")
    if ask.who().person != row.person_id:
        ask.note_looks("list of clips", f"clip {row.id}", [row.person_id], None)
    return _clip(ask, row, people[row.person_id], named=True)


def ask_for_recording(ask: Ask) -> Clip:
    """Ask for a clip; it is recorded only once somebody else has approved it."""
    wish, viewer = ask.body(ClipWish), ask.who()
    number = ask.change(lambda connection, by: clips.ask_for(connection, viewer, wish, by))
    return _told(ask, number)


def approve_recording(ask: Ask) -> Clip:
    """Approve a clip that somebody else asked for."""
    number, viewer = ask.number_in_path(), ask.who()
    ask.change(lambda connection, by: clips.approve(connection, viewer, number, by))
    return _told(ask, number)


def _told(ask: Ask, number: int) -> Clip:
    with ask.core.readers.connect() as connection:
        row = clips.row_of(connection, number)
    people = {one.id: one for one in visible_people(ask.session, ask.who(), may_know_of_pictures)}
    return _clip(ask, row, people[row.person_id], named=False)


def _clip(ask: Ask, row: Any, person: Member, *, named: bool) -> Clip:
    told = frames_of(ask.session, person.id, clip_reason(row.id))
    frames = [one for one in told if row.approved is not None and one.at >= row.approved]
    state = clips.state_of(row, len(frames), ask.now)
    return Clip(
        id=row.id,
        person=person_of(person),
        reason=row.reason,
        seconds=row.seconds,
        status=state,
        asked_by=row.actor,
        asked_at=text_of(row.asked),
        approved_by=row.approver,
        approved_at=text_or_none(row.approved),
        started_at=text_of(frames[0].at) if state is ClipState.RECORDED else None,
        ended_at=text_of(frames[-1].at) if state is ClipState.RECORDED else None,
        frames=[_frame(one, CaptureStore(ask.core.settings.data)) for one in frames] if named else [],
    )


def _frame(one: Picture, store: CaptureStore) -> Frame:
    return Frame(text_of(one.at), f"/api/v1/captures/{one.sha256}" if store.has(one.sha256) else None)
