"""What somebody sees of themselves: the same figures others see of them, what was found, what slowly changes, and who looked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from ml import drift
from policy.categories import RuleBook
from policy.purposes import Purpose
from policy.roles import Viewer
from policy.summaries import Look, Me, Trend
from policy.worktime import local_day
from server.audit_log.audit import LOOKED, about
from server.models import AuditEntry
from server.organisation import AnySession
from server.people import Member, visible_people
from server.queries.alerts import findings_about
from server.queries.applications import applications
from server.queries.day_facts import day_facts
from server.queries.overview import overview
from server.queries.selection import Selection
from server.refusals import NotAllowedError
from server.rights.consent import people_withholding

MOST_LOOKS = 200
TREND_DAYS = timedelta(days=125)
"""Eighty working days, with room for a leave."""


def myself(session: AnySession, viewer: Viewer) -> Member:
    """Return the person a viewer is; raise NotAllowedError when nobody's figures belong to this sign-in."""
    for member in visible_people(session, viewer):
        if member.id == viewer.person:
            return member
    raise NotAllowedError("no person's figures belong to this sign-in")


def me(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> Me:
    """Return the figures of the selection's one person, and the newest looks at them, whichever days those were about."""
    [person] = selection.people
    seen = AuditEntry.action.startswith(LOOKED, autoescape=True) & (AuditEntry.subject == about(person.id))
    columns = (AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.detail, AuditEntry.reason)
    rows = session.execute(select(*columns).where(seen).order_by(AuditEntry.id.desc()).limit(MOST_LOOKS))
    looks = [Look(row.at, row.actor, row.action.removeprefix(LOOKED), row.detail or "", row.reason) for row in rows]
    total = session.execute(select(func.count()).select_from(AuditEntry).where(seen)).scalar_one()
    return Me(
        overview=overview(session, selection, packaged, now),
        applications=applications(session, selection, packaged, now),
        looks=looks,
        truncated=total - len(looks),
        findings=findings_about(session, selection, now),
        trends=[] if person.id in people_withholding(session, Purpose.WELLBEING) else trends_of(session, person, packaged, now),
    )


def trends_of(session: AnySession, person: Member, packaged: RuleBook, now: int) -> list[Trend]:
    """Return what changes slowly with a person, as of yesterday: told to themselves, and to nobody else."""
    yesterday = local_day(now, person.zone) - timedelta(days=1)
    days = day_facts(session, [person], yesterday - TREND_DAYS, yesterday, packaged, now)
    return [Trend(one.drift.value, one.recent, one.before, one.unit, one.day) for one in drift.trends(days)]
