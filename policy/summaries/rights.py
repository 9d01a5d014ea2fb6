"""The rights of one person and what is kept: holds, restrictions, copies, erasures."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from policy.events import Instant
from policy.summaries.numbers import Number
from policy.summaries.period import Person

LONGEST_WHY = 500
Why = Annotated[str, Meta(min_length=1, max_length=LONGEST_WHY)]


class MeasureKind(StrEnum):
    """What may be ordered about a person's record.

    While there is a hold, neither retention nor an erasure takes anything of them. While there is a restriction, they are in
    nobody's views, reports, alerts or findings but their own, and everything stays.
    """

    HOLD = "hold"
    RESTRICTION = "restriction"


class Measure(Struct, frozen=True):
    """One measure: it is in force until `until` (None: until somebody ends it), or was ended at `ended`."""

    id: int
    kind: MeasureKind
    person: Person
    reason: str
    actor: str
    at: int
    until: int | None
    in_force: bool
    ended: int | None = None
    ended_by: str | None = None
    ended_reason: str | None = None


class Measures(Struct, frozen=True):
    """The measures in force, or all that ever were of one person, newest first."""

    measures: list[Measure]


class MeasureWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A new measure; `until` is an instant."""

    person: Number
    kind: MeasureKind
    reason: Why
    until: Instant | None = None


class MeasureEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """A measure that shall end now, and why."""

    measure: Number
    reason: Why


class ObstacleKind(StrEnum):
    """Why somebody cannot be erased now."""

    HOLD = "hold"
    FLOOR = "floor"
    SIGN_IN = "sign_in"
    ERASED = "erased"


class Obstacle(Struct, frozen=True):
    """One reason against an erasure; with `until` (an instant) it ends by itself. `what` is the kind of record a floor is about."""

    kind: ObstacleKind
    message: str
    until: int | None = None
    what: str | None = None


class Amount(Struct, frozen=True):
    """How many rows of a table are about somebody, and what they are in words."""

    table: str
    about: str
    rows: int


class ErasurePreview(Struct, frozen=True):
    """What an erasure would take, what stands against it, and what stays and why.

    `pcs` are the PCs that nobody else uses, whose credential would be taken away, `shared` those that others use too.
    """

    person: Person
    amounts: list[Amount]
    obstacles: list[Obstacle]
    pcs: list[str]
    shared: list[str]
    stays: list[str]


class ErasureWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Erase a person: `name` is theirs, typed once more; `request` is the one they made, which is thereby granted."""

    person: Number
    name: Annotated[str, Meta(min_length=1, max_length=256)]
    reason: Why
    request: Number | None = None


class ErasureState(StrEnum):
    """Where an erasure stands; one that runs goes on by itself, whatever happens to the server."""

    RUNNING = "running"
    DONE = "done"


class Erasure(Struct, frozen=True):
    """An erasure: nobody is named. `gone` are rows taken so far, `late` events that came afterwards and were refused.

    `sha256` is of the certificate, as the audit log has it.
    """

    id: int
    person: int
    actor: str
    ordered: int
    state: ErasureState
    done: int
    steps: int
    gone: int
    late: int
    finished: int | None = None
    sha256: str | None = None


class Erasures(Struct, frozen=True):
    """Every erasure, newest first."""

    erasures: list[Erasure]


class PersonRights(Struct, frozen=True):
    """What holds for one person: every measure there was, erasures, and how many of their requests wait for an answer."""

    person: Person
    restricted: bool
    held: bool
    measures: list[Measure]
    requests_open: int
    erasures: list[Erasure]


class Gone(Struct, frozen=True):
    """How many rows of a table an erasure took, and what they were."""

    table: str
    about: str
    rows: int


class Certificate(Struct, frozen=True):
    """What an erasure did, for whoever asks later; it names nobody.

    `overwritten` says whether the database's file was seen to hold none of it any more (None: the database is not a file of ours).
    `entries` is how many audit entries were rewritten without the name.
    """

    number: int
    person: int
    organisation: str
    program: str
    ordered_by: str
    reason: str
    request: int | None
    asked: int | None
    ordered: int
    finished: int
    gone: list[Gone]
    pcs: int
    accounts: int
    pictures: int
    reports: int
    entries: int
    texts: int
    overwritten: bool | None
    stays: list[str]
