"""The audit log and what proves it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import Id, key
from server.store.db import Base


class AuditEntry(Base):
    """Who looked at whom, made, changed or was refused what; appended to, and chained: see `server/audit_log/chain.py`.

    Where a person was erased, entries that named them were rewritten without the name: `own` is the digest of what was written
    first, `rewritten` the entry that vouches for what is written now.
    """

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(256))
    detail: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(512))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
    own: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    rewritten: Mapped[int | None] = mapped_column(BigInteger)


class AuditHead(Base):
    """Where the audit log ends: how many entries it ever had, and the newest one's place in the chain."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entries: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditSeal(Base):
    """The head of the audit log as a server signed it; `certificate` (PEM) is of the key that signed."""

    __tablename__ = "audit_seal"
    id: Mapped[int] = key()
    at: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(128))
    certificate: Mapped[str] = mapped_column(Text)


class AuditPurge(Base):
    """How much of the beginning of the audit log has outlived its period; only what is written here may be deleted."""

    __tablename__ = "audit_purge"
    id: Mapped[int] = key()
    at: Mapped[int] = mapped_column(BigInteger)
    through: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
