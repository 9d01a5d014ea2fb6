"""The dictionaries: each text is stored once and known by its number."""

from __future__ import annotations

from sqlalchemy import (
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.columns import key
from server.store.db import Base


class App(Base):
    """Dictionary of executable names."""

    __tablename__ = "app"
    id: Mapped[int] = key()
    text: Mapped[str] = mapped_column(String(256), unique=True)


class Site(Base):
    """Dictionary of sites."""

    __tablename__ = "site"
    id: Mapped[int] = key()
    text: Mapped[str] = mapped_column(String(256), unique=True)


class Title(Base):
    """Dictionary of redacted window titles."""

    __tablename__ = "title"
    id: Mapped[int] = key()
    text: Mapped[str] = mapped_column(String(512), unique=True)


class Path(Base):
    """Dictionary of file paths, found by their digest: a path may be longer than PostgreSQL's indexes take."""

    __tablename__ = "path"
    id: Mapped[int] = key()
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
