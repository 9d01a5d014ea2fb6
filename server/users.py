"""Who signs in at the console: users, their roles, their revocable tokens, and how the first owner comes to be."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, update

from policy.redaction import clean
from policy.roles import Role, Viewer
from server.audit_log import audit
from server.credentials import digest, hash_password, new_token, password_matches
from server.limits import Limits
from server.models import OwnerLink, SessionToken, User, UserTeam
from server.organisation import AnySession
from server.people import team_named
from server.refusals import BadRequestError, ConflictError, NotSignedInError, NotThereError
from server.store.db import Turn, insert_into, take_turn

SESSION_MS = 12 * 3_600_000
OWNER_LINK_MS = 30 * 60_000
IN_BROWSER = "browser "
"""Stands before the token of a session in a browser where it is stored, so that the cookie's value opens no other door."""


class SignedIn(Struct, frozen=True):
    """A fresh token and whose it is."""

    token: str
    expires: int
    viewer: Viewer


def add_user(
    connection: Connection,
    name: str,
    role: Role,
    password_hash: str,
    now: int,
    *,
    teams: tuple[str, ...] = (),
    person: int | None = None,
    actor: str = "console",
) -> int:
    """Add a user and return the id; raise ConflictError when the name is taken, BadRequestError when a manager has no team."""
    name = clean(name, 128).strip()
    if not name:
        raise BadRequestError("a user needs a name", reason="no_name")
    if role is Role.MANAGER and not teams:
        raise BadRequestError("a manager needs a team", reason="no_team")
    values = {"name": name, "role": role.value, "password_hash": password_hash, "person_id": person, "disabled": False}
    row = insert_into(connection, User).values(**values).on_conflict_do_nothing(index_elements=["name"]).returning(User.id)
    user = connection.execute(row).scalar_one_or_none()
    if user is None:
        raise ConflictError(f"there is a user {name!r} already", reason="taken")
    for team in sorted({team_named(connection, team) for team in teams}):
        connection.execute(insert(UserTeam).values(user_id=user, team_id=team))
    audit.record(connection, audit.Deed(actor, "added user", subject=name, detail=role.value), now)
    return user


def check_password(session: AnySession, name: str, password: str) -> int:
    """Return the user's id; raise NotSignedInError without saying which of name and password was wrong.

    Slow on purpose: call it outside any transaction that writes.
    """
    mine = User.name == clean(name, 128).strip()  # as it was when it was added
    row = session.execute(select(User.id, User.password_hash, User.disabled).where(mine)).one_or_none()
    right = password_matches(row.password_hash if row else None, password)
    if row is None or not right or row.disabled:
        raise NotSignedInError("the name or the password is not right", reason="bad_password")
    return int(row.id)


def checked(session: AnySession, limits: Limits, name: str, password: str, address: str) -> int:
    """Return the user's id; a wrong name or password is counted per name and address, and too many are TooManyError."""
    limits.refuse_after_sign_in_failures(name, address)
    try:
        return check_password(session, name, password)
    except NotSignedInError:
        limits.note_sign_in_failure(name, address)
        raise


def sign_in(connection: Connection, user: int, now: int, address: str | None, where: str = "") -> SignedIn:
    """Make a token for a user whose password was checked; `where` is IN_BROWSER for a session that only opens pages."""
    token, expires = new_token(), now + SESSION_MS
    connection.execute(insert(SessionToken).values(token_hash=digest(where + token), user_id=user, made=now, expires=expires))
    viewer = _viewer(connection, user)
    audit.record(connection, audit.Deed(viewer.name, "signed in", address=address), now)
    return SignedIn(token, expires, viewer)


def viewer_of(session: AnySession, token: str, now: int) -> Viewer:
    """Return whose token this is; raise NotSignedInError when it is unknown, expired or revoked, or its user disabled."""
    good = (SessionToken.token_hash == digest(token)) & (SessionToken.expires > now) & SessionToken.revoked.is_(None)
    columns = select(SessionToken.user_id).join(User, User.id == SessionToken.user_id).where(good & ~User.disabled)
    user = session.execute(columns).scalar_one_or_none()
    if user is None:
        raise NotSignedInError("sign in again")
    return _viewer(session, user)


def viewer_named(session: AnySession, name: str) -> Viewer:
    """Return what a user may see, signed in or not; raise NotThereError when there is none of that name."""
    user = session.execute(select(User.id).where(User.name == name)).scalar_one_or_none()
    if user is None:
        raise NotThereError(f"there is no user {name!r}")
    return _viewer(session, user)


def sign_out(connection: Connection, token: str, now: int) -> None:
    """Revoke one token."""
    connection.execute(update(SessionToken).where(SessionToken.token_hash == digest(token)).values(revoked=now))


def forget_old_tokens(connection: Connection, now: int) -> int:
    """Delete tokens that expired; return how many."""
    return connection.execute(delete(SessionToken).where(SessionToken.expires <= now)).rowcount


def make_owner_link(connection: Connection, now: int) -> str | None:
    """Return a fresh one-time key that makes the first owner, or None when there is an owner already."""
    take_turn(connection, Turn.FIRST_OWNER)
    if _has_owner(connection):
        return None
    key = new_token()
    connection.execute(delete(OwnerLink))
    connection.execute(insert(OwnerLink).values(key_hash=digest(key), expires=now + OWNER_LINK_MS))
    return key


def owner_key_is_good(session: AnySession, key: str, now: int) -> bool:
    """Return whether `key` may make the first owner now."""
    good = (OwnerLink.key_hash == digest(key)) & (OwnerLink.expires > now) & OwnerLink.used.is_(None)
    return session.execute(select(OwnerLink.id).where(good)).first() is not None


def make_first_owner(connection: Connection, key: str, name: str, password_hash: str, now: int) -> None:
    """Use a one-time key up and add the owner; raise NotSignedInError when the key is not good (any more)."""
    take_turn(connection, Turn.FIRST_OWNER)
    good = (OwnerLink.key_hash == digest(key)) & (OwnerLink.expires > now) & OwnerLink.used.is_(None)
    if connection.execute(update(OwnerLink).where(good).values(used=now)).rowcount != 1 or _has_owner(connection):
        raise NotSignedInError("this link was used or has expired; start the server again for a new one")
    add_user(connection, name, Role.OWNER, password_hash, now, actor="one-time link")


def new_password_hash(password: str) -> str:
    """Return the hash to store; raise BadRequestError when the password is too short. Slow on purpose."""
    try:
        return hash_password(password)
    except ValueError as fault:
        raise BadRequestError(str(fault), reason="short_password") from None


def _has_owner(session: AnySession) -> bool:
    owners = select(func.count()).select_from(User).where((User.role == Role.OWNER.value) & ~User.disabled)
    return session.execute(owners).scalar_one() > 0


def _viewer(session: AnySession, user: int) -> Viewer:
    row = session.execute(select(User.name, User.role, User.person_id).where(User.id == user)).one()
    teams = session.execute(select(UserTeam.team_id).where(UserTeam.user_id == user)).scalars()
    return Viewer(user, row.name, Role(row.role), frozenset(teams), row.person_id)
