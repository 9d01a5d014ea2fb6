"""Which report files there are, as far as a viewer may know, and what became of each."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from sqlalchemy import select

from policy.roles import Role, Subject, Viewer, may_lead, may_view
from policy.summaries import ReportDelivery as Delivery
from policy.summaries import ReportFile as File
from policy.summaries import ReportFiles, ReportScope, Rhythm
from server.models import Person, ReportDelivery, ReportFile, Team
from server.organisation import AnySession, organisation
from server.queries.report import Scope, ScopeKind
from server.refusals import NotAllowedError, NotThereError
from server.reporting import mail
from server.settings import Settings

MOST = 500


def report_files(session: AnySession, viewer: Viewer, settings: Settings) -> ReportFiles:
    """Return the files the viewer may open, newest period first."""
    rows = session.execute(select(*ReportFile.__table__.columns).order_by(ReportFile.last.desc(), ReportFile.id.desc())).all()
    people = {row.id: (row.name, row.team_id) for row in session.execute(select(Person.id, Person.name, Person.team_id))}
    teams = {row.id: row.name for row in session.execute(select(Team.id, Team.name))}
    ours, sent = organisation(session), _deliveries(session)
    files = [
        _file(row, _name(row, ours.name, teams, people), sent[row.id])
        for row in rows
        if _may_read(viewer, Scope(row.scope, row.scope_id), people.get(row.scope_id, ("", None))[1])
    ]
    owner = viewer.role is Role.OWNER
    recipients = len(ours.reports.recipients) if owner else 0
    return ReportFiles(files[:MOST], owner and mail.is_set_up(settings), owner and bool(settings.report_folder), recipients)


def refuse_reader(session: AnySession, viewer: Viewer, scope: Scope) -> None:
    """Raise NotAllowedError unless the viewer may read reports about a scope."""
    team = session.execute(select(Person.team_id).where(Person.id == scope.id)).scalar_one_or_none() if scope.kind == "person" else None
    if not _may_read(viewer, scope, team):
        raise NotAllowedError("this report is not yours to see")


def made_file(session: AnySession, viewer: Viewer, number: int) -> Any:
    """Return the row of a file that is made; raise NotThereError or NotAllowedError."""
    row = session.execute(select(*ReportFile.__table__.columns).where(ReportFile.id == number)).first()
    if row is None:
        raise NotThereError("there is no such report")
    refuse_reader(session, viewer, Scope(row.scope, row.scope_id))
    if row.state != "made":
        raise NotThereError("this report is not made yet", reason="running")
    return row


def _may_read(viewer: Viewer, scope: Scope, team: int | None) -> bool:
    if scope.kind == "person":
        return may_view(viewer, Subject(scope.id, team))
    return may_lead(viewer, scope.team)


def _deliveries(session: AnySession) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = defaultdict(list)
    for row in session.execute(select(*ReportDelivery.__table__.columns).order_by(ReportDelivery.way)):
        found[row.report_id].append(Delivery(row.way, row.state, row.at, row.trouble))
    return found


def _name(row: Any, organisation_name: str, teams: dict[int, str], people: dict[int, tuple[str, int | None]]) -> ReportScope:
    kind = cast(ScopeKind, row.scope)
    if kind == "company":
        return ReportScope(kind, None, organisation_name)
    name = teams.get(row.scope_id, "") if kind == "team" else people.get(row.scope_id, ("", None))[0]
    return ReportScope(kind, row.scope_id, name)


def _file(row: Any, scope: ReportScope, sent: list[Delivery]) -> File:
    return File(
        id=row.id,
        rhythm=Rhythm(row.rhythm),
        first=row.first,
        last=row.last,
        scope=scope,
        revision=row.revision,
        language=row.language,
        state=row.state,
        by=row.actor,
        asked=row.asked,
        made=row.made,
        changed=row.changed,
        pdf_sha256=row.pdf_sha256,
        xlsx_sha256=row.xlsx_sha256,
        deliveries=sent,
    )
