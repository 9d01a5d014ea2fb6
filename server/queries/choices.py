"""What the scope bar offers: the teams and people a viewer may choose."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from policy.roles import Role, Viewer, may_view
from policy.summaries import Choices, Team
from policy.works_council import may_rank
from policy.worktime import local_day
from server import VERSION
from server.days.day_pages import COLUMN, Figures
from server.days.packed import NOTHING
from server.models import LedgerDay
from server.organisation import AnySession, organisation
from server.people import MayView, Member, teams_of, visible_people
from server.queries.chunks import chunks
from server.queries.selection import Selection, person_of

LOOK_BACK_DAYS = 14
ANSWERS_FOR_IT = frozenset({Role.OWNER, Role.COMPLIANCE})
"""Who is asked for the impact assessment until it is noted."""


def choices(session: AnySession, viewer: Viewer, now: int, may: MayView = may_view) -> Choices:
    """Return the viewer's choices and what "today" is in the organisation's zone."""
    ours = organisation(session)
    people = visible_people(session, viewer, may)
    return Choices(
        organisation=ours.name,
        zone=ours.zone,
        today=local_day(now, ours.zone),
        teams=[Team(id=number, name=name) for number, name in teams_of(session, viewer)],
        people=[person_of(member) for member in people],
        latest=_latest(session, people, local_day(now, ours.zone)),
        version=VERSION,
        ranked=may_rank(ours),
        assessed=bool(ours.dpia) or viewer.role not in ANSWERS_FOR_IT,
    )


def _latest(session: AnySession, people: list[Member], today: date) -> date | None:
    """Return the newest day with any figures: nearly always one of the last few, which are in pages; else it is looked for."""
    recent = Selection(people, today - timedelta(days=LOOK_BACK_DAYS), today + timedelta(days=1))
    engaged = [chunk.when[chunk.part.sums[:, COLUMN["first"]] != NOTHING] for chunk in chunks(session, recent, Figures)]
    newest = max((int(days.max()) for days in engaged if len(days)), default=None)
    if newest is not None:
        return recent.first + timedelta(days=newest)
    asked = LedgerDay.person_id.in_(recent.ids) & LedgerDay.first.is_not(None)
    return session.execute(select(func.max(LedgerDay.day)).where(asked)).scalar_one()
