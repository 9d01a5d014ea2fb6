"""What people asked and answered, and what was done because of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import key
from server.store.db import Base


class PersonRequest(Base):
    """What a person asks of those who keep their record, and what was decided; nothing of either is ever changed by the other.

    A contest is about the stretch from `start` to `end`; `recorded` (JSON) is what the record said of it when it was contested.
    """

    __tablename__ = "person_request"
    id: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(2000))
    start: Mapped[int | None] = mapped_column(BigInteger)
    end: Mapped[int | None] = mapped_column(BigInteger)
    recorded: Mapped[str | None] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger)
    due: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str | None] = mapped_column(String(2000))
    actor: Mapped[str | None] = mapped_column(String(128))
    decided: Mapped[int | None] = mapped_column(BigInteger)
    overdue: Mapped[int | None] = mapped_column(BigInteger)
    """When it was found past its date and written into the audit log."""


class Measure(Base):
    """A legal hold on a person's record, or its restriction: who ordered it, why, until when (None: until it is ended), and its end."""

    __tablename__ = "measure"
    id: Mapped[int] = key()
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(512))
    actor: Mapped[str] = mapped_column(String(128))
    at: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int | None] = mapped_column(BigInteger)
    ended: Mapped[int | None] = mapped_column(BigInteger)
    ended_by: Mapped[str | None] = mapped_column(String(128))
    ended_reason: Mapped[str | None] = mapped_column(String(512))


class Erasure(Base):
    """The erasure of one person, and how far it is: `step` is the next thing to do, `counts` (JSON) how much of what is gone.

    `names` (JSON) are what the person was known by, while it takes. The certificate (JSON) names nobody; its digest is in the audit log.
    """

    __tablename__ = "erasure"
    id: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    actor: Mapped[str] = mapped_column(String(128))
    reason: Mapped[str] = mapped_column(String(512))
    request: Mapped[int | None] = mapped_column(BigInteger)
    asked: Mapped[int | None] = mapped_column(BigInteger)
    ordered: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    step: Mapped[int] = mapped_column(Integer, default=0)
    names: Mapped[str | None] = mapped_column(Text)
    counts: Mapped[str] = mapped_column(Text)
    finished: Mapped[int | None] = mapped_column(BigInteger)
    certificate: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))


class ErasedAccount(Base):
    """An account whose record was erased, as a digest that is slow to guess; `refused` events of it came too late."""

    __tablename__ = "erased_account"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasure.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    refused: Mapped[int] = mapped_column(BigInteger, default=0)


class PurposeRecord(Base):
    """What a person answered about one purpose, beside the notice they were given: never changed, the newest counts.

    `basis` is what the purpose rested on then, `version` and `language` are of the notice they were shown, `source` is where they
    answered (their PC, or their page).
    """

    __tablename__ = "purpose_record"
    id: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(String(16))
    basis: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(8))
    at: Mapped[int] = mapped_column(BigInteger)
