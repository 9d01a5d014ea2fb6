"""File events under watch: hits, seals, watch lists, cases, evidence packs."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import CLUSTERED, key, part_of_key
from server.store.db import Base, Day


class FileHit(Base):
    """A rule about files that was met: many events of one kind in the minute, or events at a watched path in the UTC day, from `at`.

    `what` is the kind of event, or the watched pattern.
    """

    __tablename__ = "file_hit"
    __table_args__ = (UniqueConstraint("person_id", "at", "kind", "what"),)
    id: Mapped[int] = key()
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(String(512))
    amount: Mapped[int] = mapped_column(BigInteger)


class FileSeal(Base):
    """What the file events of a UTC day that is over were when it was sealed; late events make a seal of the next `number`.

    `waters` (packed) says how far each epoch had delivered: exactly the day's events up to there are sealed. `parts` (packed) are
    the accounts with their events' digests, `digest` is over these, `entry` is the entry of the audit log that tells it.
    `purged` is when the events had outlived their period; the seal stays.
    """

    __tablename__ = "file_seal"
    __table_args__ = (UniqueConstraint("day", "number"),)
    id: Mapped[int] = key()
    day: Mapped[date] = mapped_column(Day)
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    waters: Mapped[bytes] = mapped_column(LargeBinary)
    parts: Mapped[bytes] = mapped_column(LargeBinary)
    entry: Mapped[int] = mapped_column(BigInteger)
    purged: Mapped[int | None] = mapped_column(BigInteger)


class WatchList(Base):
    """Paths of which somebody wants to be told: confidential folders, or removable drives; `patterns` is a JSON list."""

    __tablename__ = "watch_list"
    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(String(128), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    patterns: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(128))
    at: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class CaseFile(Base):
    """Something that is looked into, and why."""

    __tablename__ = "case_file"
    id: Mapped[int] = key()
    title: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(512))
    state: Mapped[str] = mapped_column(String(8))
    actor: Mapped[str] = mapped_column(String(128))
    opened: Mapped[int] = mapped_column(BigInteger)
    closed: Mapped[int | None] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class CaseNote(Base):
    """What somebody wrote to a case; never changed."""

    __tablename__ = "case_note"
    id: Mapped[int] = key()
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text)


class CaseLink(Base):
    """What a case points at: the number of a pack, the id of an alert, or the filters (JSON) of a search for files; never changed."""

    __tablename__ = "case_link"
    id: Mapped[int] = key()
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(Text)


class EvidencePack(Base):
    """A pack of file events that somebody asked for; `filters` is JSON.

    `state`: wanted, making (until `claimed` nobody else takes it up), made, or failed. `people` (JSON) are those whose events are
    in it.
    """

    __tablename__ = "evidence_pack"
    id: Mapped[int] = key()
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    filters: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(512))
    language: Mapped[str] = mapped_column(String(8))
    actor: Mapped[str] = mapped_column(String(128))
    address: Mapped[str | None] = mapped_column(String(64))
    asked: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    claimed: Mapped[int] = mapped_column(BigInteger, default=0)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    made: Mapped[int | None] = mapped_column(BigInteger)
    events: Mapped[int | None] = mapped_column(BigInteger)
    people: Mapped[str] = mapped_column(Text, default="[]")
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(128))


class FileLook(Base):
    """How far the rules about files have read an epoch: its newest number, and the newest instant among them."""

    __tablename__ = "file_look"
    __table_args__ = (CLUSTERED,)
    epoch_id: Mapped[int] = part_of_key("epoch.id")
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
