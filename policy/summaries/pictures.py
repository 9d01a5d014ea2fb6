"""Which pictures of one person's screen there are, and what became of those that are here no longer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from policy.summaries.period import Person
from policy.wire import Line


class PictureState(StrEnum):
    """Whether a picture can be opened, and why not."""

    KEPT = "kept"
    DELETED = "deleted"
    """Its period was over."""
    CROWDED_OUT = "crowded_out"
    """There was no room for it any more."""
    NOT_RECEIVED = "not_received"
    """Its PC told of it and never delivered it."""


class PictureTaken(Struct, frozen=True):
    """One picture without opening it; `clip` is the number of the clip it is of, else `reason` is why it was taken."""

    at: int
    sha256: str
    media: Line
    bytes: int
    width: int
    height: int
    host: str
    reason: str
    state: PictureState
    clip: int | None = None


class ClipTold(Struct, frozen=True):
    """Why a clip was recorded, who asked for it and who agreed."""

    id: int
    reason: str
    seconds: int
    asked_by: str
    asked: int
    approved_by: str | None
    approved: int | None


class Pictures(Struct, frozen=True):
    """A page of the pictures of one person, newest first; `next` is the cursor of the page after it.

    A picture that came more than `kept_days` ago is deleted, and soon after that nothing tells of it any more.
    """

    person: Person
    first: date
    last: date
    zone: str
    kept_days: int
    pictures: list[PictureTaken]
    clips: list[ClipTold]
    next: str | None = None
