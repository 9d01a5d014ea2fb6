"""Administration of people, teams, accounts and PCs: each change is checked against the revision that was seen, and written down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import Connection, func, select, update

from policy.redaction import clean
from policy.summaries import AccountLink, DeviceChange, PersonChange, PersonWish, TeamChange, TeamWish
from policy.worktime import WorkHours, local_day, zone_named
from server.audit_log import audit
from server.days import dirty
from server.models import Account, Device, Person, Span, Team, User
from server.organisation import organisation, spans_from
from server.people import add_person
from server.refusals import BadRequestError, ConflictError, NotThereError
from server.rights import consent
from server.store.db import insert_into


class By(Struct, frozen=True):
    """Who changes something, from where, and when."""

    actor: str
    address: str
    now: int

    def deed(self, action: str, subject: str, before: Any = None, after: Any = None, detail: str | None = None) -> audit.Deed:
        """Return the deed as the audit log keeps it."""
        return audit.Deed(self.actor, action, subject, detail, self.address, before=before, after=after)


def new_person(connection: Connection, wish: PersonWish, by: By) -> int:
    """Add a person; raise BadRequestError when there is no such team or zone."""
    values = _checked(connection, {"name": wish.name, "team": wish.team, "zone": wish.zone, "hours": wish.hours})
    number = add_person(connection, values["name"], wish.team, by.now, wish.zone)
    connection.execute(update(Person).where(Person.id == number).values(hours=values["hours"], revision=2))
    audit.record(connection, by.deed("added person", audit.about(number), after=msgspec.to_builtins(wish)), by.now)
    return number


def change_person(connection: Connection, wish: PersonChange, by: By) -> int:
    """Change a person and return the new revision; their days are cut anew where their zone changes."""
    row = row_as_seen(connection, Person, wish.person, wish.revision)
    asked = {name: getattr(wish, name) for name in ("name", "team", "zone", "hours", "active") if getattr(wish, name) is not UNSET}
    values = _checked(connection, asked)
    if "team" in values:
        values["team_id"] = values.pop("team")
    revision = _write(connection, Person, row, values)
    if values.get("zone", row.zone) != row.zone:
        accounts = select(Account.id).where(Account.person_id == row.id)
        for account in connection.execute(accounts).scalars().all():
            dirty.put(connection, _days_of(connection, account, row.id))
    before, after = ({name: _plain(one.get(name)) for name in values} for one in (row._mapping, values))
    audit.record(connection, by.deed("changed person", audit.about(row.id), before, after), by.now)
    return revision


def _checked(connection: Connection, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for as it is stored; raise BadRequestError when it names what is not there."""
    values = dict(asked)
    if "name" in values:
        values["name"] = clean(values["name"], 256).strip()
        if not values["name"]:
            raise BadRequestError("a person needs a name", reason="no_name")
    if values.get("team") is not None:
        refuse_unknown(connection, Team, values["team"], "team")
    if values.get("zone") is not None:
        _zone(values["zone"])
    if "hours" in values:
        values["hours"] = _hours(values["hours"])
    return values


def _zone(name: str) -> None:
    try:
        zone_named(name)
    except ValueError as fault:
        raise BadRequestError(str(fault), reason="no_zone") from None


def _hours(hours: WorkHours | None) -> str | None:
    if hours is not None:
        _zone(hours.zone)
    return None if hours is None else msgspec.json.encode(hours).decode()


def new_team(connection: Connection, wish: TeamWish, by: By) -> int:
    """Add a team; raise ConflictError when there is one of that name."""
    name = _team_name(wish.name)
    row = insert_into(connection, Team).values(name=name).on_conflict_do_nothing(index_elements=["name"]).returning(Team.id)
    number = connection.execute(row).scalar_one_or_none()
    if number is None:
        raise ConflictError(f"there is a team {name!r} already", reason="taken")
    audit.record(connection, by.deed("added team", f"team {number}", after=name), by.now)
    return int(number)


def rename_team(connection: Connection, wish: TeamChange, by: By) -> int:
    """Give a team another name and return its new revision; raise ConflictError when another has it."""
    row, name = row_as_seen(connection, Team, wish.team, wish.revision), _team_name(wish.name)
    if connection.execute(select(Team.id).where((Team.name == name) & (Team.id != row.id))).first() is not None:
        raise ConflictError(f"there is a team {name!r} already", reason="taken")
    revision = _write(connection, Team, row, {"name": name})
    audit.record(connection, by.deed("renamed team", f"team {row.id}", row.name, name), by.now)
    return revision


def _team_name(wanted: str) -> str:
    name = clean(wanted, 128).strip()
    if not name:
        raise BadRequestError("a team needs a name", reason="no_name")
    return name


def link_account(connection: Connection, wish: AccountLink, by: By) -> None:
    """Say whose account it is; the days of both people are made anew, and a person nobody knew who has no account left is put away."""
    account = connection.execute(select(Account.id, Account.name, Account.person_id).where(Account.id == wish.account)).one_or_none()
    if account is None:
        raise NotThereError("there is no such account")
    refuse_unknown(connection, Person, wish.person, "person")
    if account.person_id == wish.person:
        _write(connection, Person, row_of(connection, Person, wish.person), {})
        return
    dirty.put(connection, _days_of(connection, account.id, account.person_id))
    connection.execute(update(Account).where(Account.id == account.id).values(person_id=wish.person))
    consent.adopt(connection, account.id)
    dirty.put(connection, _days_of(connection, account.id, wish.person))
    _write(connection, Person, row_of(connection, Person, wish.person), {"active": True})
    left = select(func.count()).select_from(Account).where(Account.person_id == account.person_id)
    if connection.execute(left).scalar_one() == 0 and row_of(connection, Person, account.person_id).revision == 1:
        connection.execute(update(Person).where(Person.id == account.person_id).values(active=False))
    deed = by.deed("linked account", audit.about(wish.person), account.person_id, wish.person, account.name)
    audit.record(connection, deed, by.now)


def _days_of(connection: Connection, account: int, person: int) -> list[tuple[int, date]]:
    """Return a person's days with spans of an account that are still whole."""
    zone = row_of(connection, Person, person).zone or organisation(connection).zone
    bounds = select(func.min(Span.start), func.max(Span.start)).where((Span.account_id == account) & (Span.start >= spans_from(connection)))
    first, last = tuple[int | None, int | None](connection.execute(bounds).one())
    if first is None or last is None:
        return []
    start, end = local_day(first, zone) - timedelta(days=1), local_day(last, zone) + timedelta(days=1)
    return [(person, start + timedelta(days=offset)) for offset in range((end - start).days + 1)]


def change_device(connection: Connection, wish: DeviceChange, by: By) -> int:
    """Move a PC to another team and return its new revision."""
    number = connection.execute(select(Device.id).where(Device.public_id == wish.device)).scalar_one_or_none()
    row = row_as_seen(connection, Device, number or 0, wish.revision)
    if wish.team is not None:
        refuse_unknown(connection, Team, wish.team, "team")
    revision = _write(connection, Device, row, {"team_id": wish.team})
    audit.record(connection, by.deed("changed device", row.public_id, {"team": row.team_id}, {"team": wish.team}), by.now)
    return revision


def row_of(connection: Connection, table: type[Any], number: int) -> Any:
    """Return one row; raise NotThereError."""
    row = connection.execute(select(*table.__table__.columns).where(table.id == number)).one_or_none()
    if row is None:
        raise NotThereError(f"there is no such {table.__tablename__}")
    return row


def row_as_seen(connection: Connection, table: type[Any], number: int, revision: int) -> Any:
    """Return one row; raise ConflictError when somebody changed it since `revision` was seen."""
    row = row_of(connection, table, number)
    if row.revision != revision:
        raise ConflictError(f"somebody changed this {table.__tablename__} since you looked", reason="stale", expected=row.revision)
    return row


def refuse_unknown(connection: Connection, table: type[Any], number: int, word: str) -> None:
    """Raise BadRequestError when there is no row of that number."""
    if connection.execute(select(table.id).where(table.id == number)).first() is None:
        raise BadRequestError(f"there is no such {word}", reason="not_there")


def _write(connection: Connection, table: type[Person] | type[Team] | type[Device] | type[User], row: Any, values: dict[str, Any]) -> int:
    """Write a row that is still as it was seen and return its new revision; the row count decides a race."""
    still = (table.id == row.id) & (table.revision == row.revision)
    if connection.execute(update(table).where(still).values(**values, revision=row.revision + 1)).rowcount != 1:
        raise ConflictError(f"somebody changed this {table.__tablename__} at the same moment", reason="stale")
    return int(row.revision) + 1


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
