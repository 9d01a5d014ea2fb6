"""The tables: people and devices, what agents reported, the ledger made from it, and who looked.

Instants are milliseconds since 1970 UTC. Reported rows are integers: app, site, title and path texts live once in their
dictionaries. A reported row's identity is (epoch, seq), which is also what makes "sent twice, stored once" true. Reported rows
refer to accounts, devices and epochs without foreign keys: the same transaction has just read or made what they refer to,
nothing deletes it, and checking each row again costs a tenth of the ingest on SQLite and most of it on PostgreSQL.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, MetaData, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Day

metadata: MetaData = Base.metadata

# SQLite gives its rowid only to a column that is exactly INTEGER.
CALLS = (None, "microphone", "camera", "both")

Id = BigInteger().with_variant(Integer, "sqlite")
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def _key() -> Mapped[int]:
    return mapped_column(Id, primary_key=True, autoincrement=True)


def _part_of_key(foreign: str | None = None) -> Mapped[int]:
    column = (ForeignKey(foreign),) if foreign else ()
    return mapped_column(BigInteger, *column, primary_key=True, autoincrement=False)


class Setting(Base):
    """One thing an organisation decides, as JSON; absent means the default of `server/organisation.py`."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Team(Base):
    """People who work together and have the same rules."""

    __tablename__ = "team"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(String(128), unique=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class Person(Base):
    """Somebody whose time is recorded; `zone` cuts their days and `hours` (JSON) are their work hours (absent: the organisation's).

    Revision 1 is a person nobody has looked after yet: made by an enrolment and called like the account. Who is `restricted` is in
    nobody's view but their own; of who was `erased` (the instant) only the number is left.
    """

    __tablename__ = "person"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(String(256))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    zone: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[int] = mapped_column(BigInteger)
    active: Mapped[bool] = mapped_column(default=True)
    hours: Mapped[str | None] = mapped_column(Text)
    restricted: Mapped[bool] = mapped_column(default=False)
    erased: Mapped[int | None] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class Device(Base):
    """An enrolled PC and its credential, stored hashed."""

    __tablename__ = "device"
    id: Mapped[int] = _key()
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    hostname: Mapped[str] = mapped_column(String(256))
    os: Mapped[str] = mapped_column(String(256))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    agent_version: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    enrolled: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[int | None] = mapped_column(BigInteger)
    revoked: Mapped[int | None] = mapped_column(BigInteger)
    clock_offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    refused_no_notice: Mapped[int] = mapped_column(BigInteger, default=0)
    answers: Mapped[int] = mapped_column(Integer, default=0)
    """How often somebody who uses it answered about a purpose; it raises the number of the policy, so that the PC asks for it anew."""
    revision: Mapped[int] = mapped_column(Integer, default=1)
    late_traffic: Mapped[int] = mapped_column(Integer, default=0)
    """How often it brought traffic of a day that was over: what was read of its days before is out of date."""


class Account(Base):
    """An OS account (DOMAIN\\user kept) and the newest answer its owner gave to the notice.

    `purposes` is what the owner's purpose records come to, the same at all accounts of a person. Where an account of this name was
    erased before, nothing from before the instant `since` is taken.
    """

    __tablename__ = "account"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(String(256), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    notice_at: Mapped[int | None] = mapped_column(BigInteger)
    notice_answer: Mapped[str | None] = mapped_column(String(16))
    purposes: Mapped[str] = mapped_column(String(256), default="")
    since: Mapped[int | None] = mapped_column(BigInteger)


class AccountDevice(Base):
    """Which accounts were seen on which devices."""

    __tablename__ = "account_device"
    __table_args__ = (CLUSTERED,)
    device_id: Mapped[int] = _part_of_key("device.id")
    account_id: Mapped[int] = _part_of_key("account.id")


class Epoch(Base):
    """One life of one buffer: everything up to `high_water` is accounted for.

    `stored`, `quarantined` and `lost` are what became of its sequence numbers; `carried` are numbers of the epoch before
    it that were declared lost in this one, `unrecorded` events that never got a number. `recorded` and `buffered` are what
    the agent itself said with its newest batch, so that the delivery equation compares two independent counts.
    """

    __tablename__ = "epoch"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(String(16), unique=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    machine: Mapped[str] = mapped_column(String(256))
    high_water: Mapped[int] = mapped_column(BigInteger, default=0)
    stored: Mapped[int] = mapped_column(BigInteger, default=0)
    quarantined: Mapped[int] = mapped_column(BigInteger, default=0)
    lost: Mapped[int] = mapped_column(BigInteger, default=0)
    carried: Mapped[int] = mapped_column(BigInteger, default=0)
    unrecorded: Mapped[int] = mapped_column(BigInteger, default=0)
    duplicates: Mapped[int] = mapped_column(BigInteger, default=0)
    recorded: Mapped[int] = mapped_column(BigInteger, default=0)
    buffered: Mapped[int] = mapped_column(BigInteger, default=0)


class EnrolmentCode(Base):
    """Permission to become a device, stored hashed; `uses` is what is left of `uses_at_first`."""

    __tablename__ = "enrolment_code"
    id: Mapped[int] = _key()
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uses: Mapped[int] = mapped_column(Integer)
    uses_at_first: Mapped[int] = mapped_column(Integer)
    made: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[str] = mapped_column(String(128))
    expires: Mapped[int] = mapped_column(BigInteger)
    revoked: Mapped[int | None] = mapped_column(BigInteger)


class User(Base):
    """Somebody who signs in at the console."""

    __tablename__ = "user"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(String(128), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(256))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    disabled: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class UserTeam(Base):
    """The teams a manager leads."""

    __tablename__ = "user_team"
    user_id: Mapped[int] = _part_of_key("user.id")
    team_id: Mapped[int] = _part_of_key("team.id")


class SessionToken(Base):
    """A signed-in console, revocable; stored hashed."""

    __tablename__ = "session_token"
    id: Mapped[int] = _key()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    made: Mapped[int] = mapped_column(BigInteger)
    expires: Mapped[int] = mapped_column(BigInteger)
    revoked: Mapped[int | None] = mapped_column(BigInteger)


class OwnerLink(Base):
    """The one-time key that makes the first owner."""

    __tablename__ = "owner_link"
    id: Mapped[int] = _key()
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires: Mapped[int] = mapped_column(BigInteger)
    used: Mapped[int | None] = mapped_column(BigInteger)


class PasswordLink(Base):
    """The one-time key with which a user chooses a password; a new one takes the place of the one before."""

    __tablename__ = "password_link"
    id: Mapped[int] = _key()
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    expires: Mapped[int] = mapped_column(BigInteger)


class PageLink(Base):
    """The one-time key in the address with which a PC's symbol opens a person's own page; a new one takes the place of the one before."""

    __tablename__ = "page_link"
    id: Mapped[int] = _key()
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    expires: Mapped[int] = mapped_column(BigInteger)


class PageSession(Base):
    """A person at their own page in a browser; it opens nothing else, and is stored hashed."""

    __tablename__ = "page_session"
    id: Mapped[int] = _key()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    expires: Mapped[int] = mapped_column(BigInteger)


class PersonRequest(Base):
    """What a person asks of those who keep their record, and what was decided; nothing of either is ever changed by the other.

    A contest is about the stretch from `start` to `end`; `recorded` (JSON) is what the record said of it when it was contested.
    """

    __tablename__ = "person_request"
    id: Mapped[int] = _key()
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
    id: Mapped[int] = _key()
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
    id: Mapped[int] = _key()
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


class Unlock(Base):
    """A reason a user gave for looking at one person, or at a small team, and until when it opens; team 0 is no team's members."""

    __tablename__ = "unlock"
    id: Mapped[int] = _key()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    reason: Mapped[str] = mapped_column(String(512))
    made: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)


class App(Base):
    """Dictionary of executable names."""

    __tablename__ = "app"
    id: Mapped[int] = _key()
    text: Mapped[str] = mapped_column(String(256), unique=True)


class Site(Base):
    """Dictionary of sites."""

    __tablename__ = "site"
    id: Mapped[int] = _key()
    text: Mapped[str] = mapped_column(String(256), unique=True)


class Title(Base):
    """Dictionary of redacted window titles."""

    __tablename__ = "title"
    id: Mapped[int] = _key()
    text: Mapped[str] = mapped_column(String(512), unique=True)


class Path(Base):
    """Dictionary of file paths, found by their digest: a path may be longer than PostgreSQL's indexes take."""

    __tablename__ = "path"
    id: Mapped[int] = _key()
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)


class Span(Base):
    """An activity event: one account at one app within one UTC minute; clustered by account and time.

    The device is the epoch's. Site and title are 0 where there is none; `call` is the place in CALLS, 0 where there is none.
    """

    __tablename__ = "span"
    __table_args__ = (CLUSTERED | {"postgresql_partition_by": "RANGE (start)"},)
    account_id: Mapped[int] = _part_of_key()
    start: Mapped[int] = _part_of_key()
    epoch_id: Mapped[int] = _part_of_key()
    seq: Mapped[int] = _part_of_key()
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
    epoch_id: Mapped[int] = _part_of_key()
    seq: Mapped[int] = _part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger)
    change: Mapped[str] = mapped_column(String(16))


class NetworkSpan(Base):
    """A network event: bytes of one app on one device."""

    __tablename__ = "network_span"
    __table_args__ = (CLUSTERED,)
    device_id: Mapped[int] = _part_of_key()
    start: Mapped[int] = _part_of_key()
    epoch_id: Mapped[int] = _part_of_key()
    seq: Mapped[int] = _part_of_key()
    end: Mapped[int] = mapped_column(BigInteger)
    app_id: Mapped[int] = mapped_column(BigInteger)
    sent: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    estimated: Mapped[bool] = mapped_column()


class NetworkDay(Base):
    """A rung above `NetworkSpan`: bytes by device, local day of the organisation, and app; kept with the ledger."""

    __tablename__ = "network_day"
    __table_args__ = (CLUSTERED,)
    device_id: Mapped[int] = _part_of_key()
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    app_id: Mapped[int] = _part_of_key()
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
    account_id: Mapped[int] = _part_of_key()
    at: Mapped[int] = _part_of_key()
    epoch_id: Mapped[int] = _part_of_key()
    seq: Mapped[int] = _part_of_key()
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
    epoch_id: Mapped[int] = _part_of_key("epoch.id")
    seq: Mapped[int] = _part_of_key()
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
    device_id: Mapped[int] = _part_of_key()
    at: Mapped[int] = _part_of_key()
    epoch_id: Mapped[int] = _part_of_key()
    seq: Mapped[int] = _part_of_key()
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
    epoch_id: Mapped[int] = _part_of_key("epoch.id")
    seq: Mapped[int] = _part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(16))


class PurposeRecord(Base):
    """What a person answered about one purpose, beside the notice they were given: never changed, the newest counts.

    `basis` is what the purpose rested on then, `version` and `language` are of the notice they were shown, `source` is where they
    answered (their PC, or their page).
    """

    __tablename__ = "purpose_record"
    id: Mapped[int] = _key()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(String(16))
    basis: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(8))
    at: Mapped[int] = mapped_column(BigInteger)


class CaptureEvent(Base):
    """A capture event; the picture's bytes are not here."""

    __tablename__ = "capture_event"
    __table_args__ = (Index("ix_capture_event_sha256", "sha256"), CLUSTERED)
    account_id: Mapped[int] = _part_of_key()
    at: Mapped[int] = _part_of_key()
    epoch_id: Mapped[int] = _part_of_key()
    seq: Mapped[int] = _part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    media: Mapped[str] = mapped_column(String(16))
    bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(64))


class Clip(Base):
    """A short recording of a person's screen that a user asked for, and why; nothing is recorded before another user approved it.

    `until` is the end of the time to approve it, then of the time to record it. Its frames are capture events.
    """

    __tablename__ = "clip"
    id: Mapped[int] = _key()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    seconds: Mapped[int] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(String(128))
    asked: Mapped[int] = mapped_column(BigInteger)
    approver: Mapped[str | None] = mapped_column(String(128))
    approved: Mapped[int | None] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)


class Quarantined(Base):
    """An event that was refused, kept as it came, with the reason."""

    __tablename__ = "quarantined"
    __table_args__ = (CLUSTERED,)
    epoch_id: Mapped[int] = _part_of_key("epoch.id")
    seq: Mapped[int] = _part_of_key()
    device_id: Mapped[int] = mapped_column(BigInteger, index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(512))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class DirtyDay(Base):
    """A person's local day that new facts touched; `mark` changes with each touch, so that a rebuild clears only what it saw.

    Of several servers on one database, one has claimed the day until `claimed`.
    """

    __tablename__ = "dirty_day"
    __table_args__ = (CLUSTERED,)
    person_id: Mapped[int] = _part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    mark: Mapped[int] = mapped_column(BigInteger)
    claimed: Mapped[int] = mapped_column(BigInteger, default=0)


class LedgerDay(Base):
    """A person's day as a partition: the nine columns of seconds sum to `length`.

    `known` holds, for each quarter hour from the one `start` lies in, its seconds with any evidence (16 bits each, little end first).
    `runs` are the day as work and breaks of it (`server/real_hours.py`), `packed` its sums by app and site (`server/packed.py`).
    `stamp` is the day's own (`LedgerStamp`) at the time this row was made: it tells one making of the row from any other.
    """

    __tablename__ = "ledger_day"
    __table_args__ = (Index("ix_ledger_day_day", "day"), CLUSTERED)
    person_id: Mapped[int] = _part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger)
    length: Mapped[int] = mapped_column(Integer)
    active: Mapped[int] = mapped_column(Integer)
    reading: Mapped[int] = mapped_column(Integer)
    meeting: Mapped[int] = mapped_column(Integer)
    idle: Mapped[int] = mapped_column(Integer)
    locked: Mapped[int] = mapped_column(Integer)
    paused: Mapped[int] = mapped_column(Integer)
    asleep: Mapped[int] = mapped_column(Integer)
    off: Mapped[int] = mapped_column(Integer)
    unknown: Mapped[int] = mapped_column(Integer)
    first: Mapped[int | None] = mapped_column(BigInteger)
    last: Mapped[int | None] = mapped_column(BigInteger)
    review_minutes: Mapped[int] = mapped_column(Integer)
    known: Mapped[bytes] = mapped_column(LargeBinary)
    runs: Mapped[bytes] = mapped_column(LargeBinary)
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    rebuilt: Mapped[int] = mapped_column(BigInteger)
    stamp: Mapped[int] = mapped_column(BigInteger)


class LedgerQuarter(Base):
    """The finest rung of the roll-up: a person-day's quarter hours × app × site × presence, packed (`server/packed.py`).

    Not clustered: SQLite keeps no more than a quarter of a page of a clustered row together, and a vector is a little longer.
    """

    __tablename__ = "ledger_quarter"
    person_id: Mapped[int] = _part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerStamp(Base):
    """A local day of everybody; `stamp` changes with every person-day of it that is replaced, so that equal stamps mean equal figures."""

    __tablename__ = "ledger_stamp"
    __table_args__ = (CLUSTERED,)
    day: Mapped[date] = mapped_column(Day, primary_key=True, autoincrement=False)
    stamp: Mapped[int] = mapped_column(BigInteger)


class LedgerPage(Base):
    """One part of a settled day of everybody as columns, made from its person-days; good as long as the day has the same stamp."""

    __tablename__ = "ledger_page"
    __table_args__ = (CLUSTERED,)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    part: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    stamp: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ReportFile(Base):
    """A report of a period about a scope (`scope_id` 0: the company): once for each revision, whoever makes it.

    `state`: wanted, making (until `claimed` nobody else takes it up), made, or failed. `stamps` is what the ledger of its days
    was, `figures` (JSON) what it said, so that late data can be told. The files are named by their digests.
    """

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("rhythm", "first", "scope", "scope_id", "revision"),)
    id: Mapped[int] = _key()
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
    report_id: Mapped[int] = _part_of_key("report_file.id")
    way: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int | None] = mapped_column(BigInteger)
    trouble: Mapped[str | None] = mapped_column(String(512))


class CategoryRule(Base):
    """An override of the packaged rule book, for one team or for all."""

    __tablename__ = "category_rule"
    id: Mapped[int] = _key()
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    kind: Mapped[str] = mapped_column(String(4))
    pattern: Mapped[str] = mapped_column(String(256))
    category: Mapped[str] = mapped_column(String(16))


class RuleChange(Base):
    """What somebody changed in the rule book: the category before and after (absent: no rule), and when it was undone."""

    __tablename__ = "rule_change"
    id: Mapped[int] = _key()
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
    person_id: Mapped[int] = _part_of_key("person.id")
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
    person_id: Mapped[int] = _part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    text: Mapped[str] = mapped_column(String(2000))
    at: Mapped[int] = mapped_column(BigInteger)


class DayCount(Base):
    """What is dear to count of a person's day: bytes, file events by what was done, and the PCs used (JSON), as of `made`.

    Absent: nothing reported it.
    """

    __tablename__ = "day_count"
    __table_args__ = (CLUSTERED,)
    person_id: Mapped[int] = _part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    sent: Mapped[int | None] = mapped_column(BigInteger)
    received: Mapped[int | None] = mapped_column(BigInteger)
    created: Mapped[int | None] = mapped_column(BigInteger)
    deleted: Mapped[int | None] = mapped_column(BigInteger)
    renamed: Mapped[int | None] = mapped_column(BigInteger)
    devices: Mapped[str] = mapped_column(Text)
    made: Mapped[int] = mapped_column(BigInteger)


class DayOddness(Base):
    """How odd a person's day was found to be in the night after it, by which model: what later days are measured by."""

    __tablename__ = "day_oddness"
    __table_args__ = (CLUSTERED,)
    person_id: Mapped[int] = _part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    odd: Mapped[bytes] = mapped_column(LargeBinary)


class FileHit(Base):
    """A rule about files that was met: many events of one kind in the minute, or events at a watched path in the UTC day, from `at`.

    `what` is the kind of event, or the watched pattern.
    """

    __tablename__ = "file_hit"
    __table_args__ = (UniqueConstraint("person_id", "at", "kind", "what"),)
    id: Mapped[int] = _key()
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
    id: Mapped[int] = _key()
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
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(String(128), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    patterns: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(128))
    at: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class CaseFile(Base):
    """Something that is looked into, and why."""

    __tablename__ = "case_file"
    id: Mapped[int] = _key()
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
    id: Mapped[int] = _key()
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text)


class CaseLink(Base):
    """What a case points at: the number of a pack, the id of an alert, or the filters (JSON) of a search for files; never changed."""

    __tablename__ = "case_link"
    id: Mapped[int] = _key()
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
    id: Mapped[int] = _key()
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
    epoch_id: Mapped[int] = _part_of_key("epoch.id")
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)


class AuditEntry(Base):
    """Who looked at whom, made, changed or was refused what; appended to, and chained: see `server/chain.py`.

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
    id: Mapped[int] = _key()
    at: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(128))
    certificate: Mapped[str] = mapped_column(Text)


class AuditPurge(Base):
    """How much of the beginning of the audit log has outlived its period; only what is written here may be deleted."""

    __tablename__ = "audit_purge"
    id: Mapped[int] = _key()
    at: Mapped[int] = mapped_column(BigInteger)
    through: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
