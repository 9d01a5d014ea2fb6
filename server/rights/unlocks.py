"""Reasons for looking: views of very few people, and where the organisation wants it of one person, open with a reason and for a while."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from policy.redaction import clean
from policy.roles import Viewer
from policy.summaries import Unlocked, UnlockWish
from server.audit_log import audit
from server.models import Team, Unlock
from server.office import By
from server.organisation import AnySession, organisation
from server.people import Member
from server.refusals import BadRequestError, NotThereError, ReasonNeededError

MINUTE_MS = 60_000
SHORTEST_REASON = 5


def reason_to_look(
    session: AnySession, viewer: Viewer, people: Sequence[Member], team: int | None, person: int | None, now: int
) -> str | None:
    """Return the reason the viewer gave, None where none is needed; raise ReasonNeededError where one is missing.

    Nobody gives a reason for a look at themselves.
    """
    ours = organisation(session)
    if person is not None:
        needed = ours.ask_for_person and person != viewer.person
    else:
        needed = 0 < len(people) < ours.ask_below and [member.id for member in people] != [viewer.person]
    if not needed:
        return None
    reason = _given(session, viewer, team if person is None else None, person, now)
    if reason is None:
        few = f"these figures are of fewer than {ours.ask_below} people" if person is None else "these figures are one person's"
        raise ReasonNeededError(f"{few}: say why you look")
    return reason


def given_reason(session: AnySession, viewer: Viewer, person: int, now: int) -> str:
    """Return why the viewer looks at one person, for what always asks for it; raise ReasonNeededError where nothing was said."""
    reason = _given(session, viewer, None, person, now)
    if reason is None:
        raise ReasonNeededError("pictures of a screen open only with a reason: say why you look at this person")
    return reason


def _given(session: AnySession, viewer: Viewer, team: int | None, person: int | None, now: int) -> str | None:
    of_person = Unlock.person_id.is_(None) if person is None else Unlock.person_id == person
    of_team = Unlock.team_id.is_(None) if team is None else Unlock.team_id == team
    mine = (Unlock.user_id == viewer.user) & (Unlock.until > now) & of_person & of_team
    return session.execute(select(Unlock.reason).where(mine).order_by(Unlock.id.desc()).limit(1)).scalar_one_or_none()


def unlock(connection: Connection, viewer: Viewer, wish: UnlockWish, by: By) -> Unlocked:
    """Keep a reason and open what it is for; that the viewer may see it at all is settled before."""
    reason = clean(wish.reason, audit.LONGEST_REASON).strip()
    if len(reason) < SHORTEST_REASON:
        raise BadRequestError("say in a few words why", reason="say_why")
    if wish.person is not None and wish.team is not None:
        raise BadRequestError("a person or a team, not both")
    if wish.team is not None and connection.execute(select(Team.id).where(Team.id == wish.team)).first() is None:
        raise NotThereError("there is no such team")
    until = by.now + organisation(connection).unlock_minutes * MINUTE_MS
    values = {"user_id": viewer.user, "person_id": wish.person, "team_id": wish.team, "reason": reason, "made": by.now, "until": until}
    connection.execute(insert(Unlock).values(**values))
    subject = audit.about(wish.person) if wish.person is not None else "everybody" if wish.team is None else f"team {wish.team}"
    audit.record(connection, audit.Deed(by.actor, "gave a reason to look", subject, None, by.address, reason), by.now)
    return Unlocked(until)
