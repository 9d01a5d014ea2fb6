"""Rules beside statistics: unauthorised apps and sites, bursts of files, watched paths, many looks; and findings, in the same list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace
from sqlalchemy import and_, func, select

from policy.matching import executable, longest_suffix, site_pattern
from policy.roles import Role, Viewer
from policy.summaries import Alert, AlertStatus, Denied, Person, Reason, RequestState, Severity
from policy.worktime import day_bounds
from server.audit_log.audit import LOOKED
from server.days import wall
from server.days.day_pages import Hours
from server.findings import alert_id
from server.models import App, AuditEntry, FileHit, Finding, FindingAnswer, PersonRequest, Site
from server.organisation import AnySession, organisation
from server.queries.chunks import chunks
from server.queries.memory import memory_of
from server.queries.selection import Selection, person_of

MOST_DAYS = 31
"""Unauthorised use is looked for in the last so many days of what is asked for."""
MANY_PEOPLE = 20
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
NEWEST_ENTRIES = 50_000
GRAVE_BURSTS = ("deleted",)


def unauthorised(session: AnySession, selection: Selection) -> Iterator[Alert]:
    """Yield each person's use of each app and site that the organisation does not want."""
    denied = organisation(session).denied
    apps, sites = _denied_apps(session, denied), _denied_sites(session, denied)
    if not (apps or sites):
        return
    last_days = replace(selection, first=max(selection.first, selection.last - timedelta(days=MOST_DAYS - 1)))
    for one in _used(session, last_days, apps, sites):
        member, what = selection.people[one.who], sites.get(one.site) or apps[one.app]
        since = day_bounds(one.first, member.zone)[0] + one.hour * HOUR_MS
        yield _about(person_of(member), "unauthorised", Severity.MEDIUM, what, one.seconds, since, one.last)


class _Used(NamedTuple):
    """Engaged seconds of a person, by the place in the selection, in one app at one site; `hour` is the first local one on `first`."""

    who: int
    app: int
    site: int
    seconds: int
    first: date
    hour: int
    last: date


def _used(session: AnySession, selection: Selection, apps: Iterable[int], sites: Iterable[int]) -> Iterator[_Used]:
    read = chunks(session, selection, Hours)
    app_of, site_of = memory_of(session).places
    wanted = np.isin(app_of, list(apps)) | np.isin(site_of, list(sites))
    found: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for chunk in read:
        rows = np.flatnonzero(wanted[chunk.part.place])
        of, part = chunk.of[rows], chunk.part
        columns = (chunk.who[of], part.place[rows], chunk.when[of], part.hour[rows] % wall.HOURS, part.seconds[rows])
        for who, place, *rest in zip(*(column.tolist() for column in columns), strict=True):
            found[who, place].append((rest[0], rest[1], rest[2]))
    for (who, place), rows_of_one in sorted(found.items()):
        first, hour, _ = min(rows_of_one)
        days = [selection.first + timedelta(days=day) for day in (first, max(rows_of_one)[0])]
        seconds = sum(amount for _, _, amount in rows_of_one)
        yield _Used(who, int(app_of[place]), int(site_of[place]), seconds, days[0], hour, days[1])


def _denied_apps(session: AnySession, denied: list[Denied]) -> dict[int, str]:
    wanted = {executable(one.pattern) for one in denied if one.kind == "app"}
    rows = session.execute(select(App.id, App.text)) if wanted else ()
    return {number: text for number, text in rows if executable(text) in wanted}


def _denied_sites(session: AnySession, denied: list[Denied]) -> dict[int, str]:
    wanted = {site_pattern(one.pattern): True for one in denied if one.kind == "site"}
    rows = session.execute(select(Site.id, Site.text)) if wanted else ()
    return {number: text for number, text in rows if longest_suffix(text, wanted)}


def file_hits(session: AnySession, selection: Selection) -> Iterator[Alert]:
    """Yield the bursts of files and the events at watched paths."""
    zone = organisation(session).zone
    start, end = day_bounds(selection.first, zone)[0], day_bounds(selection.last, zone)[1]
    people = {member.id: person_of(member) for member in selection.people}
    columns = (FileHit.person_id, FileHit.kind, FileHit.what, FileHit.amount, FileHit.at)
    question = select(*columns).where(FileHit.person_id.in_(people) & (FileHit.at >= start) & (FileHit.at < end))
    for person, kind, what, amount, at in session.execute(question):
        grave = kind == "carried" or (kind == "burst" and what in GRAVE_BURSTS)
        yield _about(people[person], kind, Severity.HIGH if grave else Severity.MEDIUM, what, amount, at, at)


def findings(session: AnySession, selection: Selection) -> Iterator[Alert]:
    """Yield the days that are unlike a person's others, with their reasons."""
    people = {member.id: person_of(member) for member in selection.people}
    asked = Finding.person_id.in_(people) & Finding.day.between(selection.first, selection.last)
    same = and_(FindingAnswer.person_id == Finding.person_id, FindingAnswer.day == Finding.day)
    columns = (*Finding.__table__.columns, FindingAnswer.text.label("answer"), FindingAnswer.at.label("answered"))
    for row in session.execute(select(*columns).outerjoin(FindingAnswer, same).where(asked)):
        person = people[row.person_id]
        yield Alert(
            id=alert_id(person.id, row.day),
            kind="unusual",
            severity=Severity(row.severity),
            subject=person.name,
            amount=row.score,
            since=day_bounds(row.day, organisation(session).zone)[0],
            status=AlertStatus.OPEN,
            person=person,
            day=row.day,
            reasons=msgspec.json.decode(row.reasons, type=list[Reason]),
            coverage=row.coverage,
            confidence=row.confidence,
            model=row.model,
            answer=row.answer,
            answered=row.answered,
        )


def many_looks(session: AnySession, viewer: Viewer, selection: Selection) -> Iterator[Alert]:
    """Yield, for owners, the users who looked at more than MANY_PEOPLE different people within an hour of these days."""
    if viewer.role is not Role.OWNER:
        return
    zone = organisation(session).zone
    start, end = day_bounds(selection.first, zone)[0], day_bounds(selection.last, zone)[1]
    newest = select(func.max(AuditEntry.id) - NEWEST_ENTRIES).scalar_subquery()
    looks = AuditEntry.action.startswith(LOOKED, autoescape=True) & AuditEntry.subject.startswith("person ", autoescape=True)
    hour = (AuditEntry.at // HOUR_MS).label("hour")
    people = func.count(AuditEntry.subject.distinct())
    asked = (AuditEntry.id > newest) & (AuditEntry.at >= start) & (AuditEntry.at < end) & looks
    question = select(AuditEntry.actor, hour, people).where(asked).group_by(AuditEntry.actor, "hour").having(people > MANY_PEOPLE)
    for actor, at, amount in session.execute(question):
        since = int(at) * HOUR_MS
        yield Alert(f"looks {since} {actor}", "looks", Severity.MEDIUM, actor, int(amount), since, AlertStatus.OPEN)


def overdue(session: AnySession, viewer: Viewer, selection: Selection, now: int) -> Iterator[Alert]:
    """Yield, for owners, what people asked for and nobody answered by its date; whatever days are looked at, until somebody does."""
    if viewer.role is not Role.OWNER:
        return
    people = {member.id: person_of(member) for member in selection.people}
    waits = (PersonRequest.state == RequestState.OPEN.value) & (PersonRequest.due < now)
    columns = select(PersonRequest.id, PersonRequest.person_id, PersonRequest.kind, PersonRequest.due)
    for row in session.execute(columns.where(waits).order_by(PersonRequest.due)):
        if row.person_id in people:
            person, days = people[row.person_id], (now - row.due) // DAY_MS + 1
            name = f"overdue request {row.id}"
            yield Alert(name, "overdue", Severity.HIGH, person.name, days, row.due, AlertStatus.OPEN, what=row.kind, person=person)


def _about(person: Person, kind: str, severity: Severity, what: str, amount: int, since: int, last: date | int) -> Alert:
    """Return an alert about a person; what is named by an instant happened once, what is named by a day may go on."""
    place = f" {last}" if isinstance(last, int) else ""
    day = last if isinstance(last, date) else None
    alert = f"{kind} person {person.id}{place} {what}"[:512]
    return Alert(alert, kind, severity, person.name, amount, since, AlertStatus.OPEN, what=what, person=person, day=day)
