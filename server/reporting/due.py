"""Which reports are due: by the organisation's clock, the newest periods that are over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from policy.roles import Role
from policy.summaries import Organisation, Rhythm
from policy.worktime import local_day, zone_named
from server.models import Team, User, UserTeam
from server.organisation import AnySession, organisation
from server.queries.report import COMPANY, Scope, Wanted
from server.queries.report_trend import periods_until
from server.reporting.changes import has_any

CATCH_UP = {Rhythm.DAY: 3, Rhythm.WEEK: 4, Rhythm.MONTH: 2}
"""So many periods back a report is still made by itself: after a holiday, or when the server stood still."""
ONE_DAY = timedelta(days=1)


def due(session: AnySession, now: int) -> Iterator[Wanted]:
    """Yield every report that should be there by now; of periods the ledger knows nothing of there is none."""
    ours = organisation(session)
    for rhythm in rhythms(ours):
        for first, last in over(rhythm, now, ours):
            if has_any(session, first, last):
                for scope in _scopes(session, ours):
                    yield Wanted(rhythm, first, scope, ours.reports.language)


def rhythms(ours: Organisation) -> list[Rhythm]:
    """Return which reports the organisation has."""
    chosen = ours.reports
    return [rhythm for rhythm, on in zip(Rhythm, (chosen.daily, chosen.weekly, chosen.monthly), strict=True) if on]


def over(rhythm: Rhythm, now: int, ours: Organisation) -> list[tuple[date, date]]:
    """Return the newest periods that are over and due, oldest first."""
    periods = periods_until(rhythm, local_day(now, ours.zone), CATCH_UP[rhythm] + 1)
    return [(first, last) for first, last in periods if due_at(last, ours) <= now][-CATCH_UP[rhythm] :]


def due_at(last: date, ours: Organisation) -> int:
    """Return the instant at which the report of a period that ends with `last` is due; a time the clock jumps over counts as after it."""
    wall = datetime.combine(last + ONE_DAY, time(ours.reports.hour), zone_named(ours.zone))
    return int(wall.timestamp() * 1000)


def _scopes(session: AnySession, ours: Organisation) -> list[Scope]:
    """Return the company, and each team that a manager leads."""
    if not ours.reports.teams:
        return [COMPANY]
    led = select(UserTeam.team_id).join(User, User.id == UserTeam.user_id).where(User.role == Role.MANAGER, User.disabled.is_(False))
    rows = session.execute(select(Team.id).where(Team.id.in_(led)).order_by(Team.id))
    return [COMPANY, *(Scope("team", row.id) for row in rows)]
