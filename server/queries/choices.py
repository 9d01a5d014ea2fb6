"""What the scope bar offers: the teams and people a viewer may choose."""

from __future__ import annotations

from sqlalchemy import func, select

from policy.roles import Viewer, may_view
from policy.summaries import Choices, Team
from policy.worktime import local_day
from server.models import LedgerDay
from server.organisation import AnySession, organisation
from server.people import MayView, teams_of, visible_to
from server.queries.selection import person_of


def choices(session: AnySession, viewer: Viewer, now: int, may: MayView = may_view) -> Choices:
    """Return the viewer's choices and what "today" is in the organisation's zone."""
    ours = organisation(session)
    people = visible_to(session, viewer, may)
    newest = select(func.max(LedgerDay.day)).where(LedgerDay.person_id.in_([member.id for member in people]) & LedgerDay.first.is_not(None))
    return Choices(
        organisation=ours.name,
        zone=ours.zone,
        today=local_day(now, ours.zone),
        teams=[Team(id=number, name=name) for number, name in teams_of(session, viewer)],
        people=[person_of(member) for member in people],
        latest=session.execute(newest).scalar_one(),
    )
