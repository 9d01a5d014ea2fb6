"""What was told to people and what was done: the notice with its answers, and the audit log."""

from __future__ import annotations

from msgspec import Struct

from policy.purposes import Answer, Basis, Purpose


class NoticeAnswer(Struct, frozen=True):
    """The newest answer of an account to the notice; None where there was none."""

    account: str
    person: int
    answer: str | None
    version: str | None
    language: str | None
    at: int | None


class PurposeAnswer(Struct, frozen=True):
    """The newest answer of a person about one purpose, with the basis and the notice there were then; `source` is `pc` or `page`."""

    person: int
    purpose: Purpose
    answer: Answer
    basis: Basis
    version: str
    language: str
    source: str
    at: int


class PurposeStanding(Struct, frozen=True):
    """One purpose: what it rests on, for how many people it is served and withheld, and how many events were refused for it."""

    purpose: Purpose
    basis: Basis
    served: int
    withheld: int
    refused: int


class Notices(Struct, frozen=True):
    """The versions of the notice in force, its text in each language, who answered what, and where each purpose stands.

    That somebody read the notice (`answers`) and that they agreed to a purpose (`agreed`) are two records.
    """

    versions: list[str]
    texts: dict[str, str]
    answers: list[NoticeAnswer]
    purposes: list[PurposeStanding] = []
    agreed: list[PurposeAnswer] = []


class AuditRow(Struct, frozen=True):
    """One entry of the audit log; `before` and `after` are JSON, `reason` is what the actor gave for it."""

    id: int
    at: int
    who: str
    action: str
    subject: str | None
    detail: str | None
    address: str | None
    reason: str | None
    before: str | None
    after: str | None


class AuditLog(Struct, frozen=True):
    """One page of the audit log, newest first; `head` is the newest entry's place in the chain, as verify-audit prints it."""

    rows: list[AuditRow]
    next: str | None
    entries: int
    head: str
    sealed: int | None
