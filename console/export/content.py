"""What an export holds, as values: who asked for what, and tables whose cells carry words and, where there is one, the exact figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console import words
from console.models.rows import Column, Unit
from console.words import NBSP, _

LONGEST_CELL = 32_000


@dataclass(frozen=True)
class Cell:
    """One cell: as words, and as a figure where its column has a unit and the figure is known."""

    text: str
    figure: float | int | None = None


@dataclass(frozen=True)
class Sheet:
    """One table: `units` has one entry for each heading; `rows` may be made while it is written, and is read once."""

    title: str
    headings: tuple[str, ...]
    units: tuple[Unit, ...]
    rows: Callable[[], Iterable[Sequence[Cell]]]


@dataclass(frozen=True)
class Picture:
    """One chart as PNG bytes, with its name and what it says in words."""

    title: str
    summary: str
    png: bytes


@dataclass(frozen=True)
class Head:
    """What every export begins with."""

    title: str
    organisation: str
    zone: str
    made: datetime
    user: str
    lines: tuple[tuple[str, str], ...]

    def told(self) -> list[tuple[str, str]]:
        """Return (name, value) lines: what this is, whose and which days, in which zone, when and by whom made."""
        return [
            (_("WorkPulse"), self.title),
            (_("Organisation"), self.organisation),
            *self.lines,
            (_("Time zone"), self.zone.replace("_", " ")),
            (_("Made"), f"{words.local(int(self.made.timestamp() * 1000), self.zone):%Y-%m-%d %H:%M:%S %z}"),
            (_("Made by"), self.user),
        ]


@dataclass(frozen=True)
class Content:
    """Everything of one tab."""

    head: Head
    sheets: tuple[Sheet, ...]
    pictures: tuple[Picture, ...] = ()


def sheet_of(title: str, columns: Sequence[Column[Any]], rows: Callable[[], Iterable[Any]]) -> Sheet:
    """Return the table of these columns and rows; the cells are made while the rows are read."""

    def cells() -> Iterator[list[Cell]]:
        for row in rows():
            yield [cell_of(column, row) for column in columns]

    return Sheet(title, tuple(column.title for column in columns), tuple(column.unit for column in columns), cells)


def cell_of(column: Column[Any], row: Any) -> Cell:
    """Return a cell; words without no-break spaces, which other programs do not expect."""
    text = (column.whole or column.text)(row).replace(NBSP, " ")[:LONGEST_CELL]
    raw = column.raw(row) if column.unit is not Unit.TEXT else None
    return Cell(text, raw if isinstance(raw, int | float) else None)


def plain_figure(figure: float | int, unit: Unit, zone: str) -> str:
    """Return a figure exactly, in a form that both people and spreadsheets read.

    Seconds as `6:12:07`, shares as `63.21%`, instants in the zone the head names, counts and bytes as whole numbers.
    """
    if unit is Unit.SECONDS:
        return clock_seconds(int(figure))
    if unit is Unit.SHARE:
        return f"{figure * 100:.2f}%"
    if unit is Unit.INSTANT:
        return f"{words.local(int(figure), zone):%Y-%m-%d %H:%M:%S}"
    return str(int(figure))


def clock_seconds(seconds: int) -> str:
    """Return `6:12:07`; hours go beyond a day."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hours}:{minutes:02}:{rest:02}"
