"""Administration of the users: making them, changing what they may, giving them a new password, signing them out."""

from __future__ import annotations

import secrets
from typing import Any

from msgspec import UNSET, Struct
from sqlalchemy import Connection, delete, func, insert, select, update

from policy.roles import Role, Viewer
from policy.summaries import PasswordWish, UserChange, UserMade, UserWish
from server.audit_log import audit
from server.credentials import digest, new_token
from server.models import PasswordLink, Person, SessionToken, Team, User, UserTeam
from server.office import By, refuse_unknown, row_as_seen, row_of
from server.organisation import AnySession
from server.refusals import BadRequestError, ConflictError, NotSignedInError
from server.store.db import Turn, take_turn
from server.users import add_user

LINK_MS = 72 * 3_600_000
NO_PASSWORD = "!"  # noqa: S105 — what is stored where there is none: no hash begins like this, so nothing matches it
PATH = "/set-password?key="


class Standing(Struct, frozen=True):
    """What a user is and may, as the audit log tells it."""

    role: Role
    teams: list[int]
    person: int | None
    disabled: bool


def new_user(connection: Connection, wish: UserWish, password_hash: str | None, by: By) -> UserMade:
    """Add a user, with a password or with a link to choose one; raise ConflictError when the name is taken."""
    take_turn(connection, Turn.USERS)
    _refuse_unknown(connection, wish.role, wish.teams, wish.person)
    names = connection.execute(select(Team.name).where(Team.id.in_(wish.teams))).scalars().all()
    hashed = password_hash or f"{NO_PASSWORD}{secrets.token_hex(8)}"
    user = add_user(connection, wish.name, wish.role, hashed, by.now, teams=tuple(names), person=wish.person, actor=by.actor)
    return UserMade(user, None, None) if password_hash else _link(connection, user, by)


def change_user(connection: Connection, wish: UserChange, by: By) -> int:
    """Change what a user is and may, and return the new revision; who is put out is signed out at once."""
    take_turn(connection, Turn.USERS)
    row = row_as_seen(connection, User, wish.user, wish.revision)
    before = _standing(connection, row)
    asked = {name: getattr(wish, name) for name in Standing.__struct_fields__ if getattr(wish, name) is not UNSET}
    after = Standing(**{name: asked.get(name, getattr(before, name)) for name in Standing.__struct_fields__})
    _refuse_unknown(connection, after.role, after.teams, after.person)
    if _is_owner(before) and not _is_owner(after):
        _refuse_without_owner(connection, row.id)
    values = {"role": after.role.value, "person_id": after.person, "disabled": after.disabled, "revision": row.revision + 1}
    connection.execute(update(User).where(User.id == row.id).values(**values))
    _set_teams(connection, row.id, after)
    if after.disabled:
        _end_sessions(connection, row.id, by.now)
    audit.record(connection, by.deed("changed user", row.name, before, after), by.now)
    return int(row.revision) + 1


def _set_teams(connection: Connection, user: int, standing: Standing) -> None:
    connection.execute(delete(UserTeam).where(UserTeam.user_id == user))
    if standing.role is Role.MANAGER:
        connection.execute(insert(UserTeam), [{"user_id": user, "team_id": team} for team in sorted(set(standing.teams))])


def _standing(connection: Connection, row: Any) -> Standing:
    teams = connection.execute(select(UserTeam.team_id).where(UserTeam.user_id == row.id).order_by(UserTeam.team_id)).scalars().all()
    return Standing(Role(row.role), list(teams), row.person_id, row.disabled)


def _is_owner(standing: Standing) -> bool:
    return standing.role is Role.OWNER and not standing.disabled


def _refuse_without_owner(connection: Connection, user: int) -> None:
    others = (User.role == Role.OWNER.value) & ~User.disabled & (User.id != user)
    if connection.execute(select(func.count()).select_from(User).where(others)).scalar_one() == 0:
        raise ConflictError("this is the only owner; make another one first", reason="last_owner")


def _refuse_unknown(connection: Connection, role: Role, teams: list[int], person: int | None) -> None:
    if role is Role.MANAGER and not teams:
        raise BadRequestError("a manager needs a team", reason="no_team")
    for team in teams:
        refuse_unknown(connection, Team, team, "team")
    if person is not None:
        refuse_unknown(connection, Person, person, "person")


def new_password(connection: Connection, wish: PasswordWish, password_hash: str | None, by: By) -> UserMade:
    """Give a user another password, or a link to choose one; they are signed out, and the old password opens nothing any more."""
    row = row_of(connection, User, wish.user)
    hashed = password_hash or f"{NO_PASSWORD}{secrets.token_hex(8)}"
    _set_hash(connection, row.id, hashed, by.now)
    connection.execute(delete(PasswordLink).where(PasswordLink.user_id == row.id))
    audit.record(connection, by.deed("reset password", row.name), by.now)
    return UserMade(row.id, None, None) if password_hash else _link(connection, row.id, by)


def own_password(connection: Connection, viewer: Viewer, password_hash: str, by: By) -> None:
    """Store one's own new password; every session of the old one ends."""
    _set_hash(connection, viewer.user, password_hash, by.now)
    audit.record(connection, by.deed("changed own password", viewer.name), by.now)


def key_is_good(session: AnySession, key: str, now: int) -> bool:
    """Return whether `key` may choose a password now."""
    return session.execute(select(PasswordLink.id).where(_good(key, now))).first() is not None


def use_key(connection: Connection, key: str, password_hash: str, now: int) -> str:
    """Use a one-time key up, store the password and return the user's name; raise NotSignedInError when it is not good (any more)."""
    user = connection.execute(select(PasswordLink.user_id).where(_good(key, now))).scalar_one_or_none()
    if user is None or connection.execute(delete(PasswordLink).where(_good(key, now))).rowcount != 1:
        raise NotSignedInError("this link was used or has expired; ask for a new one")
    _set_hash(connection, user, password_hash, now)
    name = row_of(connection, User, user).name
    audit.record(connection, audit.Deed(name, "chose a password", name), now)
    return str(name)


def sign_out_everywhere(connection: Connection, user: int, by: By) -> None:
    """End every session of a user."""
    row = row_of(connection, User, user)
    ended = _end_sessions(connection, user, by.now)
    audit.record(connection, by.deed("signed out user", row.name, detail=f"{ended} sessions"), by.now)


def _good(key: str, now: int) -> Any:
    return (PasswordLink.key_hash == digest(key)) & (PasswordLink.expires > now)


def _link(connection: Connection, user: int, by: By) -> UserMade:
    key, expires = new_token(), by.now + LINK_MS
    connection.execute(delete(PasswordLink).where(PasswordLink.user_id == user))
    connection.execute(insert(PasswordLink).values(key_hash=digest(key), user_id=user, expires=expires))
    return UserMade(user, f"{PATH}{key}", expires)


def _set_hash(connection: Connection, user: int, hashed: str, now: int) -> None:
    connection.execute(update(User).where(User.id == user).values(password_hash=hashed, revision=User.revision + 1))
    _end_sessions(connection, user, now)


def _end_sessions(connection: Connection, user: int, now: int) -> int:
    open_ones = (SessionToken.user_id == user) & SessionToken.revoked.is_(None) & (SessionToken.expires > now)
    return connection.execute(update(SessionToken).where(open_ones).values(revoked=now)).rowcount
