"""Cases: why something is looked into, what was found to it, and notes that nobody changes afterwards."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from policy.summaries.evidence import FileFilters, ReasonGiven
from policy.summaries.numbers import Number

LONGEST_NOTE = 4000
Title = Annotated[str, Meta(min_length=1, max_length=200)]
CaseState = Literal["open", "closed"]
LinkKind = Literal["pack", "alert", "files"]


class CaseEntry(Struct, frozen=True):
    """One case of the list; `opened` and `closed` are instants, `notes` and `links` say how many it has."""

    id: int
    title: str
    reason: str
    state: CaseState
    by: str
    opened: int
    closed: int | None
    notes: int
    links: int
    revision: int


class CaseNote(Struct, frozen=True):
    """Something written to a case; it stays as it was written."""

    id: int
    at: int
    by: str
    text: str


class CaseLink(Struct, frozen=True):
    """What a case points at: a `pack` (its id), an `alert` (its id as at `/alerts`), or `files` that a search finds."""

    id: int
    at: int
    by: str
    kind: LinkKind
    pack: int | None = None
    alert: str | None = None
    files: FileFilters | None = None


class Case(Struct, frozen=True):
    """A whole case: notes and links oldest first."""

    case: CaseEntry
    notes: list[CaseNote]
    links: list[CaseLink]


class Cases(Struct, frozen=True):
    """Every case, open ones first, then the newest."""

    cases: list[CaseEntry]


class CaseWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A case to be opened, and why."""

    title: Title
    reason: ReasonGiven


class CaseChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another title, or closing and opening again; what is left out stays."""

    case: Number
    revision: Number
    title: Title | UnsetType = UNSET
    state: CaseState | UnsetType = UNSET


class CaseNoteWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A note to an open case."""

    case: Number
    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)]


class CaseLinkWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Something an open case shall point at: exactly one of the three; `note` is written to the case with it, both or neither."""

    case: Number
    pack: Number | None = None
    alert: Annotated[str, Meta(min_length=1, max_length=512)] | None = None
    files: FileFilters | None = None
    note: Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)] | None = None
