"""Rules of categories, and what became of alerts and findings."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import CLUSTERED, key, part_of_key
from server.store.db import Base, Day


class CategoryRule(Base):
    """An override of the packaged rule book, for one team or for all."""

    __tablename__ = "category_rule"
    id: Mapped[int] = key()
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    kind: Mapped[str] = mapped_column(String(4))
    pattern: Mapped[str] = mapped_column(String(256))
    category: Mapped[str] = mapped_column(String(16))


class RuleChange(Base):
    """What somebody changed in the rule book: the category before and after (absent: no rule), and when it was undone."""

    __tablename__ = "rule_change"
    id: Mapped[int] = key()
    at: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(128))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    kind: Mapped[str] = mapped_column(String(4))
    pattern: Mapped[str] = mapped_column(String(256))
    before: Mapped[str | None] = mapped_column(String(16))
    after: Mapped[str | None] = mapped_column(String(16))
    undone: Mapped[int | None] = mapped_column(BigInteger)


class AlertMark(Base):
    """What became of an alert: it holds for one `occurrence` of it, and while its amount is not above `amount`."""

    __tablename__ = "alert_mark"
    alert: Mapped[str] = mapped_column(String(512), primary_key=True)
    occurrence: Mapped[str] = mapped_column(String(32))
    amount: Mapped[float] = mapped_column()
    status: Mapped[str] = mapped_column(String(16))
    until: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(String(2000))
    actor: Mapped[str] = mapped_column(String(128))
    at: Mapped[int] = mapped_column(BigInteger)


class Finding(Base):
    """A person's day that is unlike their others: how far, why (`reasons`, JSON), and by which model it was found."""

    __tablename__ = "finding"
    __table_args__ = (CLUSTERED,)
    person_id: Mapped[int] = part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    score: Mapped[float] = mapped_column()
    severity: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[str] = mapped_column(Text)
    coverage: Mapped[float | None] = mapped_column()
    confidence: Mapped[float | None] = mapped_column()
    model: Mapped[str] = mapped_column(String(64))
    made: Mapped[int] = mapped_column(BigInteger)


class FindingAnswer(Base):
    """What a person answers to a finding about them; it outlives the finding being made anew."""

    __tablename__ = "finding_answer"
    __table_args__ = (CLUSTERED,)
    person_id: Mapped[int] = part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    text: Mapped[str] = mapped_column(String(2000))
    at: Mapped[int] = mapped_column(BigInteger)
