"""What agents reported, row by row, and bytes added up by day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import CLUSTERED, key, part_of_key
from server.store.db import Base, Day


class Span(Base):
    """An activity event: one account at one app within one UTC minute; clustered by account and time.

    The device is the epoch's. Site and title are 0 where there is none; `call` is the place in CALLS, 0 where there is none.
    """

    __tablename__ = "span"
    __table_args__ = (CLUSTERED | {"postgresql_partition_by": "RANGE (start)"},)
    account_id: Mapped[int] = part_of_key()
    start: Mapped[int] = part_of_key()
    epoch_id: Mapped[int] = part_of_key()
    seq: Mapped[int] = part_of_key()
    length_ms: Mapped[int] = mapped_column(Integer)
    app_id: Mapped[int] = mapped_column(BigInteger)
    site_id: Mapped[int] = mapped_column(BigInteger)
    title_id: Mapped[int] = mapped_column(BigInteger)
    call: Mapped[int] = mapped_column(SmallInteger)
    private: Mapped[int] = mapped_column(SmallInteger)
    keys: Mapped[int] = mapped_column(Integer)
    clicks: Mapped[int] = mapped_column(Integer)
    scrolls: Mapped[int] = mapped_column(Integer)
    pointer_px: Mapped[int] = mapped_column(Integer)
    idle_ms: Mapped[int] = mapped_column(BigInteger)
    samples: Mapped[int] = mapped_column(Integer)
    zero_samples: Mapped[int] = mapped_column(Integer)
    distinct_counts: Mapped[int] = mapped_column(Integer)
    moving_samples: Mapped[int] = mapped_column(Integer)
    distracted_samples: Mapped[int] = mapped_column(Integer)


class SessionEvent(Base):
    """A session event."""

    __tablename__ = "session_event"
    __table_args__ = (Index("ix_session_event_device_id_at", "device_id", "at"), CLUSTERED)
    epoch_id: Mapped[int] = part_of_key()
    seq: Mapped[int] = part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger)
    change: Mapped[str] = mapped_column(String(16))


class NetworkSpan(Base):
    """A network event: bytes of one app on one device."""

    __tablename__ = "network_span"
    __table_args__ = (CLUSTERED,)
    device_id: Mapped[int] = part_of_key()
    start: Mapped[int] = part_of_key()
    epoch_id: Mapped[int] = part_of_key()
    seq: Mapped[int] = part_of_key()
    end: Mapped[int] = mapped_column(BigInteger)
    app_id: Mapped[int] = mapped_column(BigInteger)
    sent: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    estimated: Mapped[bool] = mapped_column()


class NetworkDay(Base):
    """A rung above `NetworkSpan`: bytes by device, local day of the organisation, and app; kept with the ledger."""

    __tablename__ = "network_day"
    __table_args__ = (CLUSTERED,)
    device_id: Mapped[int] = part_of_key()
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    app_id: Mapped[int] = part_of_key()
    estimated: Mapped[bool] = mapped_column(primary_key=True)
    sent: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)


class FileEvent(Base):
    """A file event."""

    __tablename__ = "file_event"
    __table_args__ = (
        Index("ix_file_event_at_action", "at", "action"),
        Index("ix_file_event_path_id", "path_id"),
        Index("ix_file_event_new_path_id", "new_path_id", sqlite_where=text("new_path_id > 0"), postgresql_where=text("new_path_id > 0")),
        CLUSTERED | {"postgresql_partition_by": "RANGE (at)"},
    )
    account_id: Mapped[int] = part_of_key()
    at: Mapped[int] = part_of_key()
    epoch_id: Mapped[int] = part_of_key()
    seq: Mapped[int] = part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(10))
    path_id: Mapped[int] = mapped_column(BigInteger)
    new_path_id: Mapped[int | None] = mapped_column(BigInteger)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    process_id: Mapped[int | None] = mapped_column(BigInteger)


class GapEvent(Base):
    """A gap event: a declared loss."""

    __tablename__ = "gap_event"
    __table_args__ = (CLUSTERED,)
    epoch_id: Mapped[int] = part_of_key("epoch.id")
    seq: Mapped[int] = part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger, index=True)
    start: Mapped[int] = mapped_column(BigInteger)
    end: Mapped[int] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(64))
    lost: Mapped[int] = mapped_column(BigInteger)


class HealthEvent(Base):
    """A health event: the agent about itself."""

    __tablename__ = "health_event"
    __table_args__ = (CLUSTERED,)
    device_id: Mapped[int] = part_of_key()
    at: Mapped[int] = part_of_key()
    epoch_id: Mapped[int] = part_of_key()
    seq: Mapped[int] = part_of_key()
    cpu_percent: Mapped[float] = mapped_column()
    rss_bytes: Mapped[int] = mapped_column(BigInteger)
    buffered: Mapped[int] = mapped_column(BigInteger)
    oldest_ms: Mapped[int] = mapped_column(BigInteger)
    recorded: Mapped[int] = mapped_column(BigInteger)
    sent: Mapped[int] = mapped_column(BigInteger)
    dropped: Mapped[int] = mapped_column(BigInteger)
    system: Mapped[str | None] = mapped_column(Text)


class NoticeEvent(Base):
    """A notice event: what an employee answered, kept as the consent record."""

    __tablename__ = "notice_event"
    __table_args__ = (CLUSTERED,)
    epoch_id: Mapped[int] = part_of_key("epoch.id")
    seq: Mapped[int] = part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(16))


class CaptureEvent(Base):
    """A capture event; the picture's bytes are not here. `gone` is why they were deleted; else they are kept, or never came."""

    __tablename__ = "capture_event"
    __table_args__ = (Index("ix_capture_event_sha256", "sha256"), CLUSTERED)
    account_id: Mapped[int] = part_of_key()
    at: Mapped[int] = part_of_key()
    epoch_id: Mapped[int] = part_of_key()
    seq: Mapped[int] = part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    media: Mapped[str] = mapped_column(String(16))
    bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(64))
    gone: Mapped[str | None] = mapped_column(String(16))


class Clip(Base):
    """A short recording of a person's screen that a user asked for, and why; nothing is recorded before another user approved it.

    `until` is the end of the time to approve it, then of the time to record it. Its frames are capture events.
    """

    __tablename__ = "clip"
    id: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    seconds: Mapped[int] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(String(128))
    asked: Mapped[int] = mapped_column(BigInteger)
    approver: Mapped[str | None] = mapped_column(String(128))
    approved: Mapped[int | None] = mapped_column(BigInteger)
    refuser: Mapped[str | None] = mapped_column(String(128))
    refused: Mapped[int | None] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)


class Quarantined(Base):
    """An event that was refused, kept as it came, with the reason."""

    __tablename__ = "quarantined"
    __table_args__ = (CLUSTERED,)
    epoch_id: Mapped[int] = part_of_key("epoch.id")
    seq: Mapped[int] = part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(512))
    body: Mapped[bytes] = mapped_column(LargeBinary)
