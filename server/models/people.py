"""People, their accounts and PCs, and what the organisation decides."""

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

from server.models.columns import CLUSTERED, key, part_of_key
from server.store.db import Base


class Setting(Base):
    """One thing an organisation decides, as JSON; absent means the default of `server/organisation.py`."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Team(Base):
    """People who work together and have the same rules."""

    __tablename__ = "team"
    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(String(128), unique=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class Person(Base):
    """Somebody whose time is recorded; `zone` cuts their days and `hours` (JSON) are their work hours (absent: the organisation's).

    Revision 1 is a person nobody has looked after yet: made by an enrolment and called like the account. Who is `restricted` is in
    nobody's view but their own; of who was `erased` (the instant) only the number is left.
    """

    __tablename__ = "person"
    id: Mapped[int] = key()
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
    id: Mapped[int] = key()
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
    id: Mapped[int] = key()
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
    device_id: Mapped[int] = part_of_key("device.id")
    account_id: Mapped[int] = part_of_key("account.id")


class Epoch(Base):
    """One life of one buffer: everything up to `high_water` is accounted for.

    `stored`, `quarantined` and `lost` are what became of its sequence numbers; `carried` are numbers of the epoch before
    it that were declared lost in this one, `unrecorded` events that never got a number. `recorded` and `buffered` are what
    the agent itself said with its newest batch, so that the delivery equation compares two independent counts.
    """

    __tablename__ = "epoch"
    id: Mapped[int] = key()
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
    id: Mapped[int] = key()
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uses: Mapped[int] = mapped_column(Integer)
    uses_at_first: Mapped[int] = mapped_column(Integer)
    made: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[str] = mapped_column(String(128))
    expires: Mapped[int] = mapped_column(BigInteger)
    revoked: Mapped[int | None] = mapped_column(BigInteger)
