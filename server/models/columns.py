"""Kinds of columns and keys that the tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives its rowid only to a column that is exactly INTEGER."""
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def key() -> Mapped[int]:
    """Return a key that the store numbers."""
    return mapped_column(Id, primary_key=True, autoincrement=True)


def part_of_key(foreign: str | None = None) -> Mapped[int]:
    """Return one column of a key of several."""
    column = (ForeignKey(foreign),) if foreign else ()
    return mapped_column(BigInteger, *column, primary_key=True, autoincrement=False)
