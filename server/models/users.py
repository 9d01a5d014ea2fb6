"""Users of the console, and people at their own pages: tokens, links, reasons for looking."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import key, part_of_key
from server.store.db import Base


class User(Base):
    """Somebody who signs in at the console."""

    __tablename__ = "user"
    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(String(128), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(256))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    disabled: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class UserTeam(Base):
    """The teams a manager leads."""

    __tablename__ = "user_team"
    user_id: Mapped[int] = part_of_key("user.id")
    team_id: Mapped[int] = part_of_key("team.id")


class SessionToken(Base):
    """A signed-in console, revocable; stored hashed."""

    __tablename__ = "session_token"
    id: Mapped[int] = key()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    made: Mapped[int] = mapped_column(BigInteger)
    expires: Mapped[int] = mapped_column(BigInteger)
    revoked: Mapped[int | None] = mapped_column(BigInteger)


class OwnerLink(Base):
    """The one-time key that makes the first owner."""

    __tablename__ = "owner_link"
    id: Mapped[int] = key()
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires: Mapped[int] = mapped_column(BigInteger)
    used: Mapped[int | None] = mapped_column(BigInteger)


class PasswordLink(Base):
    """The one-time key with which a user chooses a password; a new one takes the place of the one before."""

    __tablename__ = "password_link"
    id: Mapped[int] = key()
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    expires: Mapped[int] = mapped_column(BigInteger)


class PageLink(Base):
    """The one-time key in the address with which a PC's symbol opens a person's own page; a new one takes the place of the one before."""

    __tablename__ = "page_link"
    id: Mapped[int] = key()
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    expires: Mapped[int] = mapped_column(BigInteger)


class PageSession(Base):
    """A person at their own page in a browser; it opens nothing else, and is stored hashed."""

    __tablename__ = "page_session"
    id: Mapped[int] = key()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    expires: Mapped[int] = mapped_column(BigInteger)


class Unlock(Base):
    """A reason a user gave for looking at one person, or at a small team, and until when it opens; team 0 is no team's members."""

    __tablename__ = "unlock"
    id: Mapped[int] = key()
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    reason: Mapped[str] = mapped_column(String(512))
    made: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)
