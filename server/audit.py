"""The audit log: who looked at whom, who made, changed or was refused what."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, insert

from policy.redaction import clean
from server.models import AuditEntry

LOOKED = "looked at "
"""How the action of every look at people's figures begins."""


class Deed(Struct, frozen=True):
    """One thing somebody did; `actor` is a user's name, a device's id or "console" for a command on the server PC.

    The subject of a look at one person is `about(person)`, never a name, because two people may share one.
    """

    actor: str
    action: str
    subject: str | None = None
    detail: str | None = None
    address: str | None = None


def about(person: int) -> str:
    """Return how the audit log names a person."""
    return f"person {person}"


def record(connection: Connection, deed: Deed, now: int) -> None:
    """Write one deed down, in the transaction of the deed itself."""
    connection.execute(
        insert(AuditEntry).values(
            at=now,
            actor=clean(deed.actor, 128),
            action=deed.action,
            subject=clean(deed.subject, 256) if deed.subject else None,
            detail=clean(deed.detail, 2000) if deed.detail else None,
            address=deed.address,
        )
    )
