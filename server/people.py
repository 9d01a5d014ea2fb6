"""People, teams and their accounts: who is who, and whom a viewer may see."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from policy.redaction import clean
from policy.roles import Role, Subject, Viewer, may_view
from policy.worktime import WorkHours
from server.models import Account, Person, Team
from server.organisation import AnySession, organisation
from server.refusals import BadRequestError, NotAllowedError
from server.store.db import insert_into

MayView = Callable[[Viewer, Subject], bool]
NOBODY = 0
"""No person has this id."""


Week = tuple[tuple[tuple[int, int], ...], ...]
"""Work hours as values: for each weekday the (start, end) minutes of its shifts."""


class Member(Struct, frozen=True):
    """A person with what every figure about them needs; `zone` is never absent, `week` are work hours of their own."""

    id: int
    name: str
    team: int | None
    zone: str
    since: int
    week: Week | None = None


def team_named(connection: Connection, name: str) -> int:
    """Return the id of the team of that name, made if new; raise BadRequestError when it is no name."""
    name = clean(name, 128).strip()
    if not name:
        raise BadRequestError("a team needs a name", reason="no_name")
    known = select(Team.id).where(Team.name == name)
    found = connection.execute(known).scalar_one_or_none()
    if found is not None:
        return found
    connection.execute(insert_into(connection, Team).values(name=name).on_conflict_do_nothing(index_elements=["name"]))
    return connection.execute(known).scalar_one()


def add_person(connection: Connection, name: str, team: int | None, now: int, zone: str | None = None) -> int:
    """Add a person and return the id."""
    values = {"name": clean(name, 256) or "unnamed", "team_id": team, "since": now, "zone": zone, "active": True}
    return connection.execute(insert(Person).values(**values).returning(Person.id)).scalar_one()


def account_of(connection: Connection, name: str, team: int | None, now: int, person: int | None = None, since: int | None = None) -> int:
    """Return the id of an OS account; a new one belongs to `person`, or to a new person named like it.

    With `since`, an account of this name was erased before: of the new one nothing from before that instant is taken.
    """
    known = select(Account.id).where(Account.name == name)
    found = connection.execute(known).scalar_one_or_none()
    if found is None:
        owner = person if person is not None else add_person(connection, name.rpartition("\\")[2] or name, team, now)
        row = insert_into(connection, Account).values(name=name, person_id=owner, since=since)
        made = connection.execute(row.on_conflict_do_nothing(index_elements=["name"]).returning(Account.id)).scalar_one_or_none()
        if made is not None:
            return made
        if person is None:  # another server made the account, and its person, at the same moment
            connection.execute(delete(Person).where(Person.id == owner))
        found = connection.execute(known).scalar_one()
    if person is not None:
        connection.execute(update(Account).where(Account.id == found).values(person_id=person))
    return found


def visible_people(session: AnySession, viewer: Viewer, may: MayView = may_view) -> list[Member]:
    """Return everybody of whom `viewer` may see what is asked for, by name: the one door to anybody's figures.

    Whoever is restricted is seen by nobody but themselves.
    """
    shown = Person.active & (~Person.restricted | (Person.id == viewer.person))
    return [member for member in _members(session, shown) if may(viewer, Subject(member.id, member.team))]


def people_in_care(session: AnySession, viewer: Viewer, may: MayView = may_view) -> list[Member]:
    """Return the same and those who are restricted: for what is about somebody's rights, not about their figures."""
    return [member for member in _members(session) if may(viewer, Subject(member.id, member.team))]


def people_with(session: AnySession, ids: set[int]) -> list[Member]:
    """Return the people of these ids, for a caller that is no viewer but a PC that asks about its own."""
    return [member for member in _members(session) if member.id in ids]


def _members(session: AnySession, shown: Any = Person.active) -> list[Member]:
    zone = organisation(session).zone
    columns = select(Person.id, Person.name, Person.team_id, Person.zone, Person.since, Person.hours).where(shown)
    rows = session.execute(columns.order_by(Person.name, Person.id))
    return [Member(row.id, row.name, row.team_id, row.zone or zone, row.since, _week(row.hours)) for row in rows]


@lru_cache(maxsize=1024)
def _week(hours: str | None) -> Week | None:
    return week_of(msgspec.json.decode(hours, type=WorkHours)) if hours else None


def week_of(hours: WorkHours) -> Week:
    """Return work hours as values."""
    return tuple(tuple((start, end) for start, end in shifts) for shifts in hours.week)


def chosen(session: AnySession, viewer: Viewer, team: int | None, person: int | None, may: MayView = may_view) -> list[Member]:
    """Return the visible people of one team or the one person; raise NotAllowedError when the choice is not the viewer's to make."""
    visible = visible_people(session, viewer, may)
    if person is not None:
        visible = [member for member in visible if member.id == person]
        if not visible:
            raise NotAllowedError("this person's figures are not yours to see")
    if team is not None:
        if not may(viewer, Subject(NOBODY, team)):
            raise NotAllowedError("this team is not yours to see")
        visible = [member for member in visible if member.team == team]
    return visible


def teams_of(session: AnySession, viewer: Viewer) -> list[tuple[int, str]]:
    """Return (id, name) of the teams a viewer may choose, by name."""
    rows = session.execute(select(Team.id, Team.name).order_by(Team.name)).all()
    return [(row.id, row.name) for row in rows if viewer.role in (Role.OWNER, Role.COMPLIANCE) or row.id in viewer.teams]
