"""Short recordings of a screen: who asked for one and why, who approved it, and the pictures it is made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from policy.summaries.numbers import Number
from policy.summaries.period import Person

SHORTEST_REASON, LONGEST_REASON = 10, 200
SHORTEST_SECONDS, LONGEST_SECONDS = 5, 60


class ClipState(StrEnum):
    """Where a clip stands."""

    ASKED = "asked"
    """Nothing is recorded before somebody else has approved it."""
    REFUSED = "refused"
    APPROVED = "approved"
    RECORDED = "recorded"
    EXPIRED = "expired"


class ClipWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose screen shall be recorded, once, for how long, and why."""

    person: Number
    reason: Annotated[str, Meta(min_length=SHORTEST_REASON, max_length=LONGEST_REASON)]
    seconds: Annotated[int, Meta(ge=SHORTEST_SECONDS, le=LONGEST_SECONDS)] = 20


class Frame(Struct, frozen=True):
    """One picture of a clip; `image` is where it opens, and absent when it is deleted or did not come."""

    captured_at: str
    image: str | None


class Clip(Struct, frozen=True):
    """One clip; times are ISO 8601 UTC. The frames are named only where one clip is asked for."""

    id: int
    person: Person
    reason: str
    seconds: int
    status: ClipState
    asked_by: str
    asked_at: str
    approved_by: str | None
    approved_at: str | None
    started_at: str | None
    ended_at: str | None
    frames: list[Frame] = []


class ClipAsked(Struct, frozen=True):
    """One clip that was asked for, as the console lists it; `open` is whether it waits for a decision that the viewer may make.

    `decided_by` is who approved or refused it, `until` when it expires, `taken` the instant of its first picture.
    """

    id: int
    person: Person
    reason: str
    seconds: int
    state: ClipState
    asked_by: str
    asked: int
    until: int
    decided_by: str | None
    decided: int | None
    taken: int | None
    pictures: int
    open: bool


class Clips(Struct, frozen=True):
    """The newest clips; `longest` is how many seconds one may last, 0 where clips are off; `people` of whom one may be asked for."""

    clips: list[ClipAsked]
    longest: int
    people: list[Person]


class ClipDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a clip that somebody else asked for may be recorded; given once."""

    clip: Number
    agree: bool
