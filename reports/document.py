"""A report as data: sections of sentences, tiles, tables and charts. Both the PDF and the workbook print this and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.charts import Bars, Columns, Spec
from reports.speech import NOTHING, Speech

Value = str | int | float | date | None
"""What a cell holds: text, a number in its column's unit, a day; None is "not known"."""


class Unit(StrEnum):
    """What the values of a column are, and so how each file writes them.

    MOMENT and CLOCK are instants; CHANGE is how much more or less than before, as a part of before.
    """

    TEXT = "text"
    SECONDS = "seconds"
    SHARE = "share"
    COUNT = "count"
    BYTES = "bytes"
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"
    CLOCK = "clock"
    CHANGE = "change"


NUMBERS = frozenset({Unit.SECONDS, Unit.SHARE, Unit.COUNT, Unit.BYTES, Unit.DECIMAL, Unit.CHANGE})


class Place(StrEnum):
    """In which of the two files something is printed."""

    BOTH = "both"
    PAPER = "paper"
    BOOK = "book"


@dataclass(frozen=True)
class Column:
    """One column: its heading, unit, how wide it is beside the others on paper, whether its sum means anything.

    A `whole` text goes on in further lines where it does not fit, others are cut; `fit` makes it as wide as its longest text.
    """

    heading: str
    unit: Unit = Unit.TEXT
    width: float = 1.0
    adds: bool = False
    whole: bool = False
    fit: bool = False


Row = tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """A table; `name` is unique and plain letters.

    With `grouped`, the first column is a group: paper prints it as a line above its rows, with the group's sums. `most`
    is how many rows (of each group) paper has room for, None for all; the workbook always has all. `total` is the last line.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    grouped: bool = False
    most: int | None = None
    place: Place = Place.BOTH
    empty: str = ""

    def groups(self) -> list[tuple[Value, list[Row], Row]]:
        """Return each group with its rows and their sums, in the order of the rows."""
        found: dict[Value, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row[0], []).append(row)
        return [(name, rows, added(self.columns, rows, name)) for name, rows in found.items()]


def added(columns: Sequence[Column], rows: Sequence[Row], name: Value) -> Row:
    """Return a line of sums: `name` in the first column, a sum where one means anything."""

    def cell(place: int, column: Column) -> Value:
        if place == 0:
            return name
        return sum(value for row in rows if isinstance(value := row[place], int | float)) if column.adds else None

    return tuple(cell(place, column) for place, column in enumerate(columns))


@dataclass(frozen=True)
class Native:
    """Which columns of which table a spreadsheet's own chart is made of, over at most so many rows."""

    table: str
    names: int
    values: tuple[int, ...]
    stacked: bool = False
    lying: bool = False
    most: int = 0


@dataclass(frozen=True)
class Chart:
    """A chart with its title and what it says in words; `height` is in millimetres of paper."""

    title: str
    summary: str
    spec: Spec
    height: float
    native: Native | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        if isinstance(self.spec, Columns):
            return not any(self.spec.totals)
        return (
            not any(bar.value for bar in self.spec.rows) if isinstance(self.spec, Bars) else not any(value for _, value in self.spec.parts)
        )


@dataclass(frozen=True)
class Tile:
    """One key figure with the period before and the median of four periods before that."""

    name: str
    unit: Unit
    value: float | None
    before: float | None
    usual: float | None
    change: str
    note: str = ""


@dataclass(frozen=True)
class Tiles:
    """Key figures side by side; `before` and `usual` name what they are compared with."""

    tiles: tuple[Tile, ...]
    before: str
    usual: str


@dataclass(frozen=True)
class Text:
    """A paragraph; a `strong` one stands out."""

    text: str
    strong: bool = False
    small: bool = False


@dataclass(frozen=True)
class Facts:
    """Names with what stands behind them, line by line."""

    name: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Blanks:
    """What is filled in by hand: each name with a line behind it."""

    names: tuple[str, ...]


Block = Tiles | Table | Chart | Text | Facts | Points | Blanks


@dataclass(frozen=True)
class Section:
    """A part of the report with its heading; `key` is what the workbook's sheet and the PDF's bookmark are known by."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """The whole report in one language; `head` are the lines under its title, `foot` stands on each page where it is not about figures."""

    title: str
    organisation: str
    language: str
    made_at: int
    program: str
    head: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    say: Speech
    foot: str = ""

    def tables(self) -> list[Table]:
        """Return every table, in the order of the sections."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, Table)]


def written(value: Value, unit: Unit, say: Speech) -> str:
    """Return a cell's value in words and figures, as paper shows it."""
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return say.day(value)
    if isinstance(value, str):
        return value
    return _SAID[unit](say, value)


_SAID: dict[Unit, Callable[[Speech, float], str]] = {
    Unit.SECONDS: lambda say, value: say.duration(value),
    Unit.SHARE: lambda say, value: say.share(value),
    Unit.CHANGE: lambda say, value: say.change(value),
    Unit.COUNT: lambda say, value: say.count(value),
    Unit.BYTES: lambda say, value: say.size(value),
    Unit.DECIMAL: lambda say, value: say.decimal(value),
    Unit.MOMENT: lambda say, value: say.moment(int(value)),
    Unit.CLOCK: lambda say, value: say.clock(int(value)),
    Unit.TEXT: lambda say, value: str(value),
    Unit.DAY: lambda say, value: str(value),
}
