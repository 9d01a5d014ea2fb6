"""Signing in, and the anonymous sign that somebody is at home."""

from __future__ import annotations

from msgspec import Struct


class SignInRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A person at the console says who they are."""

    user: str
    password: str


class SignInReply(Struct, frozen=True):
    """A revocable token, when it expires, and what its holder is."""

    token: str
    expires: int
    role: str
    teams: list[int]


class Health(Struct, frozen=True):
    """The anonymous answer that somebody is at home; `ca` is the PEM whose fingerprint a person or a code vouches for.

    `timetable` is whether the process that rebuilds days and deletes old records gave a sign of life: `kept` or `late`.
    """

    status: str
    server_id: str
    ca: str
    timetable: str = "kept"
