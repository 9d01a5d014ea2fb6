"""What a person asks of those who keep their record, and what is decided."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from policy.summaries.numbers import Number
from policy.summaries.period import Person

LONGEST_REQUEST = 2000


class RequestKind(StrEnum):
    """What is asked for; a contest is about one stretch of one day."""

    CONTEST = "contest"
    CORRECTION = "correction"
    COPY = "copy"
    ERASURE = "erasure"
    GRIEVANCE = "grievance"


class RequestState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class PersonRequest(Struct, frozen=True):
    """One request, due an answer at the instant `due`; `start` and `end` are the contested stretch, `answer` is what `actor` decided.

    `recorded` are the seconds of each presence that the record had for the stretch's day when it was contested.
    """

    id: int
    person: Person
    kind: RequestKind
    text: str
    at: int
    due: int
    state: RequestState
    start: int | None = None
    end: int | None = None
    recorded: dict[str, int] | None = None
    answer: str | None = None
    actor: str | None = None
    decided: int | None = None


class PersonRequests(Struct, frozen=True):
    """Requests the viewer decides, newest first; `open` and `late` count those without an answer, and those past their date."""

    requests: list[PersonRequest]
    open: int
    late: int


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """What is decided on a request, and why, in words for the person."""

    request: Number
    accept: bool
    answer: Annotated[str, Meta(min_length=1, max_length=LONGEST_REQUEST)]


class PageWish(Struct, frozen=True, forbid_unknown_fields=True):
    """A PC's symbol asks for the page of whoever uses this account."""

    account: Annotated[str, Meta(min_length=1, max_length=256)]


class PageMade(Struct, frozen=True):
    """The path that opens the page, once, within two minutes."""

    path: str
