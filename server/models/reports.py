"""Report files and their delivery."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import key, part_of_key
from server.store.db import Base, Day


class ReportFile(Base):
    """A report of a period about a scope (`scope_id` 0: the company): once for each revision, whoever makes it.

    `state`: wanted, making (until `claimed` nobody else takes it up), made, or failed. `stamps` is what the ledger of its days
    was, `figures` (JSON) what it said, so that late data can be told. The files are named by their digests.
    """

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("rhythm", "first", "scope", "scope_id", "revision"),)
    id: Mapped[int] = key()
    rhythm: Mapped[str] = mapped_column(String(8))
    first: Mapped[date] = mapped_column(Day)
    last: Mapped[date] = mapped_column(Day)
    scope: Mapped[str] = mapped_column(String(8))
    scope_id: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(8))
    actor: Mapped[str] = mapped_column(String(128))
    asked: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    claimed: Mapped[int] = mapped_column(BigInteger, default=0)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    made: Mapped[int | None] = mapped_column(BigInteger)
    stem: Mapped[str | None] = mapped_column(String(128))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    xlsx_sha256: Mapped[str | None] = mapped_column(String(64))
    stamps: Mapped[str | None] = mapped_column(String(64))
    figures: Mapped[str | None] = mapped_column(Text)
    changed: Mapped[int] = mapped_column(Integer, default=0)


class ReportDelivery(Base):
    """One way a report goes out (mail, folder): waiting until `next_try`, sent or failed, and what the trouble was."""

    __tablename__ = "report_delivery"
    report_id: Mapped[int] = part_of_key("report_file.id")
    way: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int | None] = mapped_column(BigInteger)
    trouble: Mapped[str | None] = mapped_column(String(512))
