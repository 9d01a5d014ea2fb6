"""`DELETE /admin/user/<user_id>`: the erasure of a person, in two steps, with what stands against it said."""

from __future__ import annotations

from msgspec import Struct

from policy.summaries import ErasureWish
from policy.summaries.rights import LONGEST_WHY
from server.auth import Ask
from server.compat.asked import in_path, person_named
from server.refusals import ConflictError
from server.rights import erasure

WHY = "deleted at /admin/user"


class Deleted(Struct, frozen=True):
    """How many rows there were of the user; they are being deleted."""

    deleted: int
    user_id: str


def delete_user(ask: Ask) -> Deleted:
    """Erase the person behind an account; without their name as `confirm`, only say what would go and what stands against it."""
    user = in_path("user_id")
    person = person_named(ask.session, user)
    preview = erasure.preview(ask.session, person, ask.now)
    rows = sum(one.rows for one in preview.amounts)
    if preview.obstacles:
        raise ConflictError(preview.obstacles[0].message, reason=preview.obstacles[0].kind.value)
    name = ask.text("confirm", 256)
    if name is None:
        raise ConflictError(f"this deletes {rows} rows of {preview.person.name} for good; ask again with confirm=NAME", reason="confirm")
    wish = ErasureWish(person, name, ask.text("reason", LONGEST_WHY) or WHY)
    ask.change(lambda connection, by: erasure.order(connection, wish, by))
    return Deleted(rows, user)
