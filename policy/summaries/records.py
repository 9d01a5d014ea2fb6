"""What was told to people and what was done: the notice with its answers, and the audit log."""

from __future__ import annotations

from msgspec import Struct


class NoticeAnswer(Struct, frozen=True):
    """The newest answer of an account to the notice; None where there was none."""

    account: str
    person: int
    answer: str | None
    version: str | None
    language: str | None
    at: int | None


class Notices(Struct, frozen=True):
    """The versions of the notice in force, its text in each language, and who answered what."""

    versions: list[str]
    texts: dict[str, str]
    answers: list[NoticeAnswer]


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
