"""`/api/employees/`: people as the project plan of another system manages them, over the people there are."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from flask import Response
from msgspec import UNSET, Meta, Struct, UnsetType, field
from sqlalchemy import Connection

from policy.summaries import PersonChange, PersonEntry, PersonWish
from policy.worktime import WorkHours
from server import office
from server.auth import Ask
from server.compat.resources import not_there, text_of
from server.models import Person
from server.office import By, row_of
from server.organisation import organisation
from server.people import team_named
from server.queries import office as queries
from server.refusals import BadRequestError

Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Annotated[int, Meta(ge=1, le=7)]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
LongName = Annotated[str, Meta(min_length=1, max_length=256)]
MINUTES_A_DAY = 1440


class Shift(Struct, frozen=True, forbid_unknown_fields=True):
    """From when to when somebody works, on which days: 1 is Monday. An end that is not after the start is on the next day."""

    start: Clock = "09:00"
    end: Clock = "18:00"
    days: list[Weekday] = field(default_factory=lambda: [1, 2, 3, 4, 5])


class EmployeeWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A new employee; a team that does not exist is made."""

    name: LongName
    team: Name | None = None
    timezone: str | None = None
    shift: Shift | None = None


class EmployeeChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise; what is left out stays."""

    name: LongName | UnsetType = UNSET
    team: Name | UnsetType | None = UNSET
    timezone: str | UnsetType | None = UNSET
    shift: Shift | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class Employee(Struct, frozen=True):
    """One person; zone and shift are what holds for them, `shift` is absent where days differ more than it can say."""

    id: int
    name: str
    team: str | None
    timezone: str
    shift: Shift | None
    active: bool
    since: date
    usernames: list[str]
    computers: list[str]


def show_employees(ask: Ask) -> list[Employee]:
    """Everybody the caller may administer or lead."""
    return _employees(ask)


def show_employee(ask: Ask) -> Employee:
    """One of them."""
    return _employee(ask, ask.number_in_path())


def add_employee(ask: Ask) -> Employee:
    """Make a person, before any PC of theirs is known."""
    wish = ask.body(EmployeeWish)
    return _employee(ask, ask.change(lambda connection, by: _add(connection, wish, by)))


def change_employee(ask: Ask) -> Employee:
    """Change a person."""
    number, wish = ask.number_in_path(), ask.body(EmployeeChange)
    ask.change(lambda connection, by: _change(connection, number, wish, by))
    return _employee(ask, number)


def deactivate_employee(ask: Ask) -> Response:
    """Put a person away: nobody is shown their figures any more. What was recorded goes after its period, or by an erasure."""
    number = ask.number_in_path()
    ask.change(lambda connection, by: _change(connection, number, EmployeeChange(active=False), by))
    return Response(status=204)


def _add(connection: Connection, wish: EmployeeWish, by: By) -> int:
    team = team_named(connection, wish.team) if wish.team else None
    zone = wish.timezone or organisation(connection).zone
    return office.new_person(connection, PersonWish(wish.name, team, wish.timezone, _hours(wish.shift, zone)), by)


def _change(connection: Connection, number: int, wish: EmployeeChange, by: By) -> None:
    row = row_of(connection, Person, number)
    asked: dict[str, Any] = {"name": wish.name, "zone": wish.timezone, "active": wish.active}
    if wish.team is not UNSET:
        asked["team"] = team_named(connection, wish.team) if wish.team else None
    if wish.shift is not UNSET:
        zone = wish.timezone if isinstance(wish.timezone, str) else row.zone
        asked["hours"] = _hours(wish.shift, zone or organisation(connection).zone)
    office.change_person(connection, PersonChange(person=number, revision=row.revision, **asked), by)


def _hours(shift: Shift | None, zone: str) -> WorkHours | None:
    """Return a shift as work hours."""
    if shift is None:
        return None
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (shift.start, shift.end))
    span = (start, end if end > start else end + MINUTES_A_DAY)
    try:
        return WorkHours(zone=zone, week=[[span] if day in shift.days else [] for day in range(1, 8)])
    except ValueError as fault:
        raise BadRequestError(str(fault)) from None


def _shift(hours: WorkHours) -> Shift | None:
    """Return work hours as a shift, None where not every day of work is alike."""
    spans = {tuple(shifts) for shifts in hours.week if shifts}
    if len(spans) != 1 or len(only := spans.pop()) != 1:
        return None
    start, end = only[0]
    days = [day for day, shifts in enumerate(hours.week, 1) if shifts]
    return Shift(_clock(start), _clock(end % MINUTES_A_DAY), days)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _employee(ask: Ask, number: int) -> Employee:
    found = [one for one in _employees(ask) if one.id == number]
    if not found:
        raise not_there("employee")
    return found[0]


def _employees(ask: Ask) -> list[Employee]:
    with ask.core.readers.connect() as connection:
        told = queries.office(connection, ask.who())
    teams = {team.id: team.name for team in told.teams}
    return [_told(one, teams, told.zone, told.hours) for one in told.people]


def _told(one: PersonEntry, teams: dict[int, str], zone: str, hours: WorkHours) -> Employee:
    computers = sorted({device for account in one.accounts for device in account.devices})
    return Employee(
        id=one.id,
        name=one.name,
        team=None if one.team is None else teams.get(one.team),
        timezone=one.zone or zone,
        shift=_shift(one.hours or hours),
        active=one.active,
        since=date.fromisoformat(text_of(one.since)[:10]),
        usernames=[account.name for account in one.accounts],
        computers=computers,
    )
