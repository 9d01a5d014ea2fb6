"""One frozen report of a period and a scope, made of what the tabs show, through the one door to anybody's figures."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Literal, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from policy.categories import RuleBook
from policy.presence import Thresholds
from policy.purposes import Purpose
from policy.roles import Role, Viewer
from policy.summaries import ChainHead, Overview, PersonTimes, Report, ReportScope, Rhythm
from policy.summaries import Person as PersonName
from policy.summaries import Team as TeamName
from server import VERSION
from server.audit_log.audit import head_of
from server.models import Person, Team
from server.organisation import AnySession, organisation
from server.people import chosen
from server.queries.alerts import everything_found
from server.queries.applications import applications
from server.queries.bandwidth import bandwidth
from server.queries.inactivity import inactivity
from server.queries.overview import overview
from server.queries.report_clients import attribution
from server.queries.report_days import person_days, workload
from server.queries.report_records import contested, coverage, file_activity, privacy
from server.queries.report_trend import Past, people_before, period_with, team_times
from server.queries.selection import Selection
from server.queries.urls import sites
from server.refusals import NotThereError
from server.rights.consent import people_withholding

PROGRAM = VERSION
MOST_ALERTS = 100
NOT_OF_A_PERIOD = frozenset({"report", "overdue"})
"""Alerts about reports that did not go out, and about requests that wait, are read in the window, not in the next report."""
ScopeKind = Literal["company", "team", "person"]


class _About(Protocol):
    @property
    def person(self) -> PersonName | None: ...


Row = TypeVar("Row", bound=_About)


class Scope(Struct, frozen=True):
    """Whom a report is about; `id` is 0 for the company."""

    kind: ScopeKind
    id: int = 0

    @property
    def reader(self) -> Viewer:
        """Whom the report is for: the owners, the team's manager, or the person; it holds nothing they may not see."""
        if self.kind == "team":
            return Viewer(0, "report", Role.MANAGER, frozenset({self.id}))
        if self.kind == "person":
            return Viewer(0, "report", Role.EMPLOYEE, person=self.id)
        return Viewer(0, "report", Role.OWNER)

    @property
    def team(self) -> int | None:
        """The team, where it is one."""
        return self.id if self.kind == "team" else None

    @property
    def person(self) -> int | None:
        """The person, where it is one."""
        return self.id if self.kind == "person" else None


COMPANY = Scope("company")


class Wanted(Struct, frozen=True):
    """Which report: how long its period is, a day in it, whom it is about, in which language."""

    rhythm: Rhythm
    day: date
    scope: Scope = COMPANY
    language: str = "en"

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day of the period."""
        return period_with(self.rhythm, self.day)


def selection_of(session: AnySession, wanted: Wanted) -> Selection:
    """Return the people and days of a report; raise NotThereError when there is no such team or person."""
    scope = wanted.scope
    people = chosen(session, scope.reader, scope.team, None)
    if scope.kind == "person" and not people:
        raise NotThereError("there is no such person")
    one = people[0] if scope.kind == "person" else None
    return Selection(people, *wanted.days, one=one, everybody=scope.kind == "company")


def report(session: AnySession, wanted: Wanted, packaged: RuleBook, thresholds: Thresholds, now: int) -> Report:
    """Return the report; raise NotThereError when there is no such team or person."""
    selection, viewer = selection_of(session, wanted), wanted.scope.reader
    ours = organisation(session)
    head = head_of(session)
    seen = replace(overview(session, selection, packaged, now), now=[])
    days = person_days(session, selection, now)
    left_alone = people_withholding(session, Purpose.WELLBEING)
    past = Past(session, selection, wanted.rhythm, packaged, now)
    found = [one.alert for one in everything_found(session, viewer, selection, now) if one.alert.kind not in NOT_OF_A_PERIOD]
    made = Report(
        organisation=ours.name,
        scope=_scope(session, wanted.scope),
        rhythm=wanted.rhythm,
        program=PROGRAM,
        language=wanted.language,
        overview=seen,
        usual=past.usual(),
        trend=past.trend(),
        teams=team_times(session, selection, packaged, days, now),
        before=people_before(session, selection, now),
        applications=applications(session, selection, packaged, now),
        sites=sites(session, selection, packaged, now),
        inactivity=replace(inactivity(session, selection, packaged, thresholds, now), minutes=None, review=None),
        days=days,
        grace=ours.reports.grace,
        workload=[one for one in workload(selection, days, [each.coverage for each in seen.people]) if one.person.id not in left_alone],
        bandwidth=bandwidth(session, selection, packaged, now),
        files=file_activity(session, selection),
        alerts=found,
        alerts_truncated=0,
        coverage=coverage(session, selection, now),
        privacy=privacy(session, selection),
        attribution=attribution(session, selection, packaged, thresholds),
        contested=contested(session, selection),
        chain=ChainHead(head.entries, head.chain.hex()) if head.entries else None,
    )
    made = made if wanted.scope.kind == "person" else without_small_teams(session, made, ours.ask_below)
    return replace(made, alerts=made.alerts[:MOST_ALERTS], alerts_truncated=len(made.alerts[MOST_ALERTS:]))


def _scope(session: AnySession, scope: Scope) -> ReportScope:
    if scope.kind == "company":
        return ReportScope("company", None, organisation(session).name)
    table = Team if scope.kind == "team" else Person
    name = session.execute(select(table.name).where(table.id == scope.id)).scalar_one_or_none()
    if name is None:
        raise NotThereError(f"there is no such {scope.kind}")
    return ReportScope(scope.kind, scope.id, name)


def without_small_teams(session: AnySession, made: Report, least: int) -> Report:
    """Return the report without rows about people of teams smaller than `least`: in a window they would ask for a reason."""
    sizes = Counter(one.person.team for one in made.overview.people)
    small = {team for team, people in sizes.items() if people < least}
    if not small:
        return made
    hidden = {one.person.id for one in made.overview.people if one.person.team in small}
    names = {row.id: row.name for row in session.execute(select(Team.id, Team.name))}
    withheld = [TeamName(team, names[team]) for team in sorted(team for team in small if team is not None)]
    return replace(_without(made, hidden, small), withheld=withheld)


def _without(made: Report, hidden: set[int], small: set[int | None]) -> Report:
    def left(rows: list[Row]) -> list[Row]:
        return [row for row in rows if (who := row.person) is None or who.id not in hidden]

    shares = made.attribution
    if shares is not None:
        rows = left(shares.rows)
        shares = replace(shares, rows=rows, unattributed=shares.total - sum(row.seconds for row in rows))
    about_them = {f"coverage person {person}" for person in hidden}
    return replace(
        made,
        overview=_overview_without(made, hidden, left(made.overview.people)),
        teams=[one for one in made.teams if (one.team.id if one.team else None) not in small],
        before=left(made.before),
        inactivity=replace(made.inactivity, people=left(made.inactivity.people), quiet=left(made.inactivity.quiet)),
        days=left(made.days),
        workload=left(made.workload),
        bandwidth=replace(made.bandwidth, people=left(made.bandwidth.people)),
        files=replace(made.files, people=left(made.files.people), bursts=left(made.files.bursts)),
        alerts=[one for one in left(made.alerts) if one.id not in about_them],
        attribution=shares,
        contested=left(made.contested or []),
    )


def _overview_without(made: Report, hidden: set[int], people: list[PersonTimes]) -> Overview:
    names = {one.person.name for one in made.overview.people if one.person.id in hidden}
    attention = [one for one in made.overview.attention if one.kind != "coverage" or one.name not in names]
    return replace(made.overview, people=people, attention=attention)
