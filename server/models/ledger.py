"""What is made of it: person-days, their rungs and pages."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import CLUSTERED, part_of_key
from server.store.db import Base, Day


class DirtyDay(Base):
    """A person's local day that new facts touched; `mark` changes with each touch, so that a rebuild clears only what it saw.

    Of several servers on one database, one has claimed the day until `claimed`.
    """

    __tablename__ = "dirty_day"
    __table_args__ = (CLUSTERED,)
    person_id: Mapped[int] = part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    mark: Mapped[int] = mapped_column(BigInteger)
    claimed: Mapped[int] = mapped_column(BigInteger, default=0)


class LedgerDay(Base):
    """A person's day as a partition: the nine columns of seconds sum to `length`.

    `known` holds, for each quarter hour from the one `start` lies in, its seconds with any evidence (16 bits each, little end first).
    `runs` are the day as work and breaks of it (`server/days/real_hours.py`), `packed` its sums by app and site (`server/days/packed.py`).
    `stamp` is the day's own (`LedgerStamp`) at the time this row was made: it tells one making of the row from any other.
    """

    __tablename__ = "ledger_day"
    __table_args__ = (Index("ix_ledger_day_day", "day"), CLUSTERED)
    person_id: Mapped[int] = part_of_key("person.id")
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
    """The finest rung of the roll-up: a person-day's quarter hours × app × site × presence, packed (`server/days/packed.py`).

    Not clustered: SQLite keeps no more than a quarter of a page of a clustered row together, and a vector is a little longer.
    """

    __tablename__ = "ledger_quarter"
    person_id: Mapped[int] = part_of_key("person.id")
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


class DayCount(Base):
    """What is dear to count of a person's day: bytes, file events by what was done, and the PCs used (JSON), as of `made`.

    Absent: nothing reported it.
    """

    __tablename__ = "day_count"
    __table_args__ = (CLUSTERED,)
    person_id: Mapped[int] = part_of_key("person.id")
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
    person_id: Mapped[int] = part_of_key("person.id")
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    odd: Mapped[bytes] = mapped_column(LargeBinary)
