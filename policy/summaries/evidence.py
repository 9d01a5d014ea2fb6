"""Evidence packs: file events of some people and days, with what proves them, as one signed file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from policy.summaries.files import Burst, FileAction, FileGap
from policy.summaries.numbers import Number
from policy.summaries.period import Person
from policy.summaries.settings import ReportLanguage

LONGEST_REASON = 512
Text = Annotated[str, Meta(max_length=256)]
PathText = Annotated[str, Meta(max_length=512)]
Instant = Annotated[int, Meta(ge=0, le=2**53)]
ReasonGiven = Annotated[str, Meta(min_length=5, max_length=LONGEST_REASON)]
PackState = Literal["wanted", "making", "made", "failed"]


class FileFilters(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which file events are meant: local days `first` to `last`, both included, and conditions as at `/files`; None is no condition."""

    first: date
    last: date
    team: Number | None = None
    person: Number | None = None
    path: PathText | None = None
    user: Text | None = None
    host: Text | None = None
    action: Text | None = None
    extension: Text | None = None
    since: Instant | None = None
    until: Instant | None = None


class EvidenceWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A pack to be made: of what, why, and for which case."""

    filters: FileFilters
    reason: ReasonGiven
    case: Number | None = None
    language: ReportLanguage | None = None


class EvidenceAsked(Struct, frozen=True):
    """The pack that will be made."""

    id: int


class EvidencePack(Struct, frozen=True):
    """One pack: who asked for it when (an instant) and why, and, once it is made, how much is in it and what its file must hash to.

    `people` are the ids of those whose events are in it; each of them sees at their own page that it was made, and why.
    """

    id: int
    filters: FileFilters
    reason: str
    by: str
    asked: int
    state: PackState
    language: str
    case: int | None = None
    made: int | None = None
    events: int | None = None
    people: list[int] = []
    bytes: int | None = None
    sha256: str | None = None
    name: str | None = None


class EvidencePacks(Struct, frozen=True):
    """Packs, newest first, and the public key (64 hexadecimal digits) that signs them: note it down beside the server's fingerprint."""

    packs: list[EvidencePack]
    public_key: str


class SealedDay(Struct, frozen=True):
    """A UTC day of a pack and its newest seal: None where it has none, because it was not over, or nothing was kept of it.

    `equal` says that the pack's events of that day are, to the last, those that were sealed; None where a pack has only some of them.
    """

    day: date
    number: int | None = None
    events: int | None = None
    digest: str | None = None
    equal: bool | None = None
    outlived: bool = False


class EvidenceTold(Struct, frozen=True):
    """What the pages of a pack tell people; the whole of it is in the files beside them. `rows` are the oldest events."""

    number: int
    organisation: str
    program: str
    zone: str
    language: str
    first: date
    last: date
    conditions: list[tuple[str, str]]
    by: str
    reason: str
    asked: int
    made: int
    people: list[Person]
    events: int
    oldest: int | None
    newest: int | None
    rows: list[FileAction]
    gaps: list[FileGap]
    gaps_left_out: int
    bursts: list[Burst]
    bursts_left_out: int
    sealed: list[SealedDay]
    head: str
    public_key: str
