"""Who signs in at the console, as owners see and change it."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from policy.roles import Role
from policy.summaries.numbers import Number
from policy.summaries.office import Name

Password = Annotated[str, Meta(min_length=10, max_length=1024)]


class UserEntry(Struct, frozen=True):
    """A user; `teams` are those a manager leads, `person` the one whose own figures these are; `waiting`: no password was chosen yet."""

    id: int
    name: str
    role: Role
    teams: list[int]
    person: int | None
    disabled: bool
    waiting: bool
    sessions: int
    signed_in: int | None
    revision: int


class Users(Struct, frozen=True):
    """Everybody who may sign in, by name."""

    users: list[UserEntry]


class UserWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A new user; without a password they choose it themselves by a one-time link."""

    name: Name
    role: Role
    teams: list[Number] = []
    person: Number | None = None
    password: Password | None = None


class UserChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise about a user; what is left out stays."""

    user: Number
    revision: Number
    role: Role | UnsetType = UNSET
    teams: list[Number] | UnsetType = UNSET
    person: Number | UnsetType | None = UNSET
    disabled: bool | UnsetType = UNSET


class PasswordWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A user who needs a new password: this one, or (None) one they choose by a one-time link. Either way they are signed out."""

    user: Number
    password: Password | None = None


class OwnPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """One's own password, old and new."""

    old: Annotated[str, Meta(max_length=1024)]
    new: Password


class UserMade(Struct, frozen=True):
    """A user's number and, where they choose their password, the path of the one-time page and until when it works."""

    id: int
    link: str | None
    expires: int | None


class SignOutUser(Struct, frozen=True, forbid_unknown_fields=True):
    """The user whose every session ends."""

    user: Number
