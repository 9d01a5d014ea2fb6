"""A reason for looking at one person, or at a team so small that its figures are its people's."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from policy.summaries.numbers import Number


class UnlockWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose figures shall open, and why: a person, a team, or (neither) everybody the viewer may see."""

    reason: Annotated[str, Meta(min_length=5, max_length=512)]
    team: Number | None = None
    person: Number | None = None


class Unlocked(Struct, frozen=True):
    """Until when they are open; each look until then is written down with the reason, and the people concerned see it."""

    until: int
