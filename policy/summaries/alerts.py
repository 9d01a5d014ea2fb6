"""The Alerts & Anomalies tab: what there is to read, and what became of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from policy.summaries.period import Period, Person

LONGEST_NOTE = 2_000


class Severity(StrEnum):
    """How soon somebody should read an alert."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlertStatus(StrEnum):
    """What became of an alert; all but open ones are left out of the list unless asked for."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    EXPECTED = "expected"


class AlertAction(StrEnum):
    """What somebody does with an alert; a note leaves its status as it is."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    EXPECT = "expect"
    NOTE = "note"
    REOPEN = "reopen"


class Reason(Struct, frozen=True):
    """Why a day is unlike a person's others: what was observed of a feature, what is usual (None: not known), and in which unit."""

    feature: str
    observed: float
    usual: float | None
    unit: str


class AlertCase(Struct, frozen=True):
    """A case that points at an alert."""

    id: int
    title: str
    open: bool


class Alert(Struct, frozen=True):
    """Something to read: `kind` chooses the sentence; `subject`, `what` and `amount` fill it in.

    `id` stays while the same thing is the matter; `since` is the instant it began, None where that is not known. Kinds are
    those of `Attention` and: `unauthorised` (a person used `what`, seconds), `burst` (a person, events of kind `what` in the
    minute), `watched` (a person, events below the watched `what` that day), `looks` (a user looked at so many people within
    an hour), `unusual` (a person's day, with `reasons`; `answer` is what the person says to it). `status` holds until `until`,
    or for good; `who` said so at `marked`. `cases` point at it; told to who may read cases.
    """

    id: str
    kind: str
    severity: Severity
    subject: str
    amount: float
    since: int | None
    status: AlertStatus
    what: str = ""
    person: Person | None = None
    day: date | None = None
    reasons: list[Reason] = []
    coverage: float | None = None
    confidence: float | None = None
    model: str | None = None
    until: int | None = None
    note: str | None = None
    who: str | None = None
    marked: int | None = None
    answer: str | None = None
    answered: int | None = None
    cases: list[AlertCase] = []


class Alerts(Struct, frozen=True):
    """One page of alerts, the most severe first; `next` is the cursor of the page after it, None at the end.

    `open` is how many of all pages are open, `hidden` how many are left out because something became of them.
    """

    period: Period
    alerts: list[Alert]
    next: str | None
    open: int = 0
    hidden: int = 0


class AlertCount(Struct, frozen=True):
    """How many alerts are open, by severity: for a badge."""

    open: int
    high: int
    medium: int
    low: int


class AlertWish(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody does with one alert; a snooze needs `until`, `expect` may have one, and every action may carry a note."""

    alert: Annotated[str, Meta(min_length=1, max_length=512)]
    action: AlertAction
    until: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] | None = None


class AnswerWish(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person answers to a finding about them."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)]
