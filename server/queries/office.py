"""Who belongs to the office, as administrators see it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

import msgspec
from sqlalchemy import func, select

from policy.roles import Role, Viewer
from policy.summaries import AccountEntry, CodeEntry, Codes, Office, PersonEntry, TeamEntry, UserEntry, Users
from policy.worktime import WorkHours
from server.models import Account, AccountDevice, Device, EnrolmentCode, Person, SessionToken, Team, User, UserTeam
from server.organisation import AnySession, organisation
from server.user_admin import NO_PASSWORD

MOST_CODES = 500


def office(session: AnySession, viewer: Viewer) -> Office:
    """Return the people and teams a viewer may administer or knows: all, or a manager's own teams."""
    ours, mine = organisation(session), None if viewer.role is not Role.MANAGER else viewer.teams
    accounts = _accounts(session)
    rows = session.execute(select(*Person.__table__.columns).where(Person.erased.is_(None)).order_by(Person.name, Person.id)).all()
    shown = [row for row in rows if mine is None or row.team_id in mine]
    people = [
        PersonEntry(
            id=row.id,
            name=row.name,
            team=row.team_id,
            zone=row.zone,
            hours=msgspec.json.decode(row.hours, type=WorkHours) if row.hours else None,
            since=row.since,
            active=row.active,
            revision=row.revision,
            accounts=accounts[row.id],
            restricted=row.restricted,
        )
        for row in shown
    ]
    return Office(people, _teams(session, mine, Counter(row.team_id for row in rows if row.active)), ours.zone, ours.hours)


def _accounts(session: AnySession) -> dict[int, list[AccountEntry]]:
    """Return {person: accounts}; one is unassigned while its person is still the one that was made for it."""
    pcs: dict[int, list[str]] = defaultdict(list)
    seen = select(AccountDevice.account_id, Device.hostname).join(Device, Device.id == AccountDevice.device_id)
    for account, hostname in session.execute(seen.order_by(Device.hostname)):
        pcs[account].append(hostname)
    found: dict[int, list[AccountEntry]] = defaultdict(list)
    rows = select(*Account.__table__.columns, Person.revision).join(Person, Person.id == Account.person_id)
    for row in session.execute(rows.order_by(Account.name)):
        entry = AccountEntry(row.id, row.name, row.person_id, pcs[row.id], row.notice_at, row.notice_answer, row.revision == 1)
        found[row.person_id].append(entry)
    return found


def _teams(session: AnySession, mine: Collection[int] | None, people: Counter[int | None]) -> list[TeamEntry]:
    leaders: dict[int, list[str]] = defaultdict(list)
    led = select(UserTeam.team_id, User.name).join(User, User.id == UserTeam.user_id).where(~User.disabled)
    for team, name in session.execute(led.order_by(User.name)):
        leaders[team].append(name)
    rows = session.execute(select(*Team.__table__.columns).order_by(Team.name))
    return [TeamEntry(row.id, row.name, people[row.id], leaders[row.id], row.revision) for row in rows if mine is None or row.id in mine]


def codes(session: AnySession) -> Codes:
    """Return the enrolment codes, newest first, without their secrets."""
    rows = session.execute(select(*EnrolmentCode.__table__.columns).order_by(EnrolmentCode.id.desc()).limit(MOST_CODES))
    return Codes(
        [
            CodeEntry(
                id=row.id,
                team=row.team_id,
                person=row.person_id,
                uses=row.uses,
                uses_at_first=row.uses_at_first,
                made=row.made,
                made_by=row.made_by,
                expires=row.expires,
                revoked=row.revoked is not None,
            )
            for row in rows
        ]
    )


def users(session: AnySession, now: int) -> Users:
    """Return everybody who may sign in, by name."""
    teams: dict[int, list[int]] = defaultdict(list)
    for row in session.execute(select(*UserTeam.__table__.columns).order_by(UserTeam.team_id)):
        teams[row.user_id].append(row.team_id)
    good = (SessionToken.expires > now) & SessionToken.revoked.is_(None)
    counted = session.execute(select(SessionToken.user_id, func.count()).where(good).group_by(SessionToken.user_id))
    sessions = {user: int(many) for user, many in counted}
    last = session.execute(select(SessionToken.user_id, func.max(SessionToken.made)).group_by(SessionToken.user_id))
    newest = {user: int(made) for user, made in last}
    rows = session.execute(select(*User.__table__.columns).order_by(User.name))
    return Users(
        [
            UserEntry(
                id=row.id,
                name=row.name,
                role=Role(row.role),
                teams=teams[row.id],
                person=row.person_id,
                disabled=row.disabled,
                waiting=row.password_hash.startswith(NO_PASSWORD),
                sessions=sessions.get(row.id, 0),
                signed_in=newest.get(row.id),
                revision=row.revision,
            )
            for row in rows
        ]
    )
