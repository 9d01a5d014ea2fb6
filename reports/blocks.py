"""The blocks of a document as things reportlab lays out: headings, prose, tiles, facts, charts, tables that go on over pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.charts import Look
from reports.document import NUMBERS, Blanks, Chart, Column, Facts, Points, Row, Table, Text, Tiles, Unit, written
from reports.lettering import cut, width_of, wrapped, write
from reports.look import ACCENT, GROUND, INK, LINE, MUTED
from reports.painting import Box, paint
from reports.speech import Speech

BODY, SMALL, HEAD = 8.6, 7.4, 13.0
LEADING = 1.42
PAD = 3.0
TITLE = 15.0
MOST_LINES = 6


class Block(Flowable):
    """Anything as wide as the page; reportlab forgets how high it was, so it remembers that itself."""

    height = 0.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return how much room it takes."""
        self.width, self.height = width, self.measured(width)
        return width, self.height

    def measured(self, width: float) -> float:
        """Return how high it is."""
        raise NotImplementedError


class Heading(Block):
    """A section's heading; it is also its bookmark."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self.key, self.title = key, title
        self.keepWithNext = 1

    def measured(self, width: float) -> float:
        """Return how high it is."""
        return HEAD * 2.1

    def draw(self) -> None:
        """Draw it, and tell the outline."""
        self.canv.bookmarkHorizontal(self.key, 0, HEAD * 2)
        self.canv.addOutlineEntry(self.title, self.key, 0)
        write(self.canv, 0, HEAD * 0.62, cut(self.title, self.width, HEAD, bold=True), HEAD, INK, bold=True)
        self.canv.setStrokeColor(HexColor(ACCENT))
        self.canv.setLineWidth(1.1)
        self.canv.line(0, HEAD * 0.22, 26, HEAD * 0.22)


class Caption(Block):
    """The title of a table or chart."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.keepWithNext = 1

    def measured(self, width: float) -> float:
        """Return how high it is."""
        return TITLE

    def draw(self) -> None:
        """Draw it."""
        write(self.canv, 0, 4.5, cut(self.title, self.width, BODY, bold=True), BODY, INK, bold=True)


class Prose(Block):
    """A paragraph."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self.text = text
        self.size = SMALL if text.small else BODY + 0.6
        self.colour = MUTED if text.small else INK

    def measured(self, width: float) -> float:
        """Return how much room its lines take."""
        self.lines = wrapped(self.text.text, width, self.size, bold=self.text.strong)
        return len(self.lines) * self.size * LEADING + 4

    def draw(self) -> None:
        """Draw line by line."""
        y = self.height - self.size
        for line in self.lines:
            write(self.canv, 0, y, line, self.size, self.colour, bold=self.text.strong)
            y -= self.size * LEADING


class TileRow(Block):
    """Key figures side by side: the figure, how it changed, and what is usual."""

    def __init__(self, tiles: Tiles, say: Speech) -> None:
        super().__init__()
        self.tiles, self.say = tiles, say

    def measured(self, width: float) -> float:
        """Return how high it is."""
        return float(21 * mm + 6)

    def draw(self) -> None:
        """Draw each tile."""
        gap, many = 6.0, len(self.tiles.tiles)
        wide, high = (self.width - gap * (many - 1)) / many, 21 * mm
        for place, tile in enumerate(self.tiles.tiles):
            x, inner = place * (wide + gap), wide - 12
            self.canv.setFillColor(HexColor(GROUND))
            self.canv.setStrokeColor(HexColor(LINE))
            self.canv.setLineWidth(0.5)
            self.canv.roundRect(x, 6, wide, high, 3, stroke=1, fill=1)
            usual = f"{self.tiles.usual} {written(tile.usual, tile.unit, self.say)}"
            change = tile.note or tile.change
            for y, text, size, colour, bold in (
                (high - 6, tile.name, SMALL, MUTED, False),
                (high - 24, written(tile.value, tile.unit, self.say), 14.0, INK, True),
                (high - 38, change, 7.2, INK, False),
                (high - 49, usual, 6.6, MUTED, False),
            ):
                while size > 5.4 and width_of(text, size, bold) > inner:
                    size -= 0.4
                write(self.canv, x + 6, y, cut(text, inner, size, bold=bold), size, colour, bold=bold)


class FactLines(Block):
    """Names with what stands behind them."""

    def __init__(self, facts: Facts, rows: Sequence[tuple[str, str]] | None = None) -> None:
        super().__init__()
        self.facts = facts
        self.rows = list(facts.rows if rows is None else rows)

    def measured(self, width: float) -> float:
        """Return how much room all of them take."""
        self.left = width * 0.24
        self.lines = [
            (wrapped(name, self.left - 8, SMALL + 0.4, bold=True, most=3), wrapped(value, width - self.left, SMALL + 0.4))
            for name, value in self.rows
        ]
        self.heights = [max(len(name), len(value), 1) * (SMALL + 0.4) * LEADING + 2.5 for name, value in self.lines]
        return sum(self.heights) + 4

    def split(self, width: float, height: float) -> list[Flowable]:
        """Return what fits, and the rest."""
        self.wrap(width, height)
        many, used = 0, 4.0
        while many < len(self.rows) and used + self.heights[many] <= height:
            used += self.heights[many]
            many += 1
        return [] if not many else [FactLines(self.facts, self.rows[:many]), FactLines(self.facts, self.rows[many:])]

    def draw(self) -> None:
        """Draw line by line."""
        y, size = self.height, SMALL + 0.4
        for (name, value), high in zip(self.lines, self.heights, strict=True):
            for place, line in enumerate(name):
                write(self.canv, 0, y - size - place * size * LEADING, line, size, INK, bold=True)
            for place, line in enumerate(value):
                write(self.canv, self.left, y - size - place * size * LEADING, line, size, INK)
            y -= high


class PointLines(Block):
    """A list: each sentence behind a dot, its further lines below its first."""

    INDENT = 11.0

    def __init__(self, items: Sequence[str]) -> None:
        super().__init__()
        self.items = list(items)
        self.size = BODY + 0.6

    def measured(self, width: float) -> float:
        """Return how much room all of them take."""
        self.lines = [wrapped(item, width - self.INDENT, self.size) for item in self.items]
        self.heights = [len(lines) * self.size * LEADING + 2 for lines in self.lines]
        return sum(self.heights) + 4

    def split(self, width: float, height: float) -> list[Flowable]:
        """Return what fits, and the rest."""
        self.wrap(width, height)
        many, used = 0, 4.0
        while many < len(self.items) and used + self.heights[many] <= height:
            used += self.heights[many]
            many += 1
        return [] if not many else [PointLines(self.items[:many]), PointLines(self.items[many:])]

    def draw(self) -> None:
        """Draw item by item."""
        y = self.height - self.size
        for lines, high in zip(self.lines, self.heights, strict=True):
            self.canv.setFillColor(HexColor(ACCENT))
            self.canv.circle(3.2, y + self.size * 0.32, 1.3, stroke=0, fill=1)
            for place, line in enumerate(lines):
                write(self.canv, self.INDENT, y - place * self.size * LEADING, line, self.size, INK)
            y -= high


class BlankLines(Block):
    """Lines to write on, each with its name before it."""

    ROOM = 24.0

    def __init__(self, blanks: Blanks) -> None:
        super().__init__()
        self.names = blanks.names

    def measured(self, width: float) -> float:
        """Return how high it is."""
        return len(self.names) * self.ROOM + 6

    def draw(self) -> None:
        """Draw line by line; all begin where the longest name ends."""
        start = min(max(width_of(name, SMALL + 0.6) for name in self.names) + 10, self.width * 0.5)
        for place, name in enumerate(self.names):
            y = self.height - (place + 1) * self.ROOM + 4
            write(self.canv, 0, y + 2, cut(name, start - 6, SMALL + 0.6), SMALL + 0.6, MUTED)
            self.canv.setStrokeColor(HexColor(MUTED))
            self.canv.setLineWidth(0.6)
            self.canv.line(start, y, self.width, y)


class Drawing(Block):
    """A chart."""

    def __init__(self, chart: Chart, look: Look) -> None:
        super().__init__()
        self.chart, self.look = chart, look

    def measured(self, width: float) -> float:
        """Return how high it is."""
        return float(self.chart.height * mm + 8)

    def draw(self) -> None:
        """Paint it."""
        paint(self.canv, self.chart.spec, Box(0, 6, self.width, self.chart.height * mm), self.look)


# --- tables -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of a table: its cells in words; a `group` or `sum` stands out."""

    cells: tuple[str, ...]
    kind: str = "row"


def lines_of(table: Table, say: Speech) -> tuple[tuple[Column, ...], list[Line]]:
    """Return the columns and lines that paper shows; a group becomes a line above its rows and what is left out is counted."""
    columns = table.columns[1:] if table.grouped else table.columns
    lines: list[Line] = []
    groups = table.groups() if table.grouped else [("", list(table.rows), ())]
    for name, rows, sums in groups:
        if table.grouped and len(rows) == 1 and rows[0][1] == name:
            lines.append(Line(_cells(table.columns, rows[0], say)[1:], "group"))
            continue
        if table.grouped:
            lines.append(Line((str(name), *_sums(table.columns, sums, say)[2:]), "group"))
        shown = rows if table.most is None else rows[: table.most]
        lines += [Line(_cells(table.columns, row, say)[table.grouped :]) for row in shown]
        if 0 < len(shown) < len(rows):
            lines.append(_more(len(rows) - len(shown), columns, say))
    if table.most == 0 and table.rows:
        lines.append(_more(len(table.rows), columns, say))
    if table.total is not None:
        lines.append(Line(_sums(table.columns, table.total, say)[table.grouped :], "total"))
    return columns, lines


def _more(many: int, columns: Sequence[Column], say: Speech) -> Line:
    return Line((say.many("{n} more row in the workbook", "{n} more rows in the workbook", many), *([""] * (len(columns) - 1))), "more")


def _sums(columns: Sequence[Column], row: Row, say: Speech) -> tuple[str, ...]:
    """A line of sums is empty where a sum means nothing."""
    return tuple("" if value is None else text for value, text in zip(row, _cells(columns, row, say), strict=True))


def _cells(columns: Sequence[Column], row: Row, say: Speech) -> tuple[str, ...]:
    return tuple(written(value, column.unit, say) for value, column in zip(row, columns, strict=True))


class Grid(Block):
    """A table that goes on over pages, with its headings on each."""

    def __init__(
        self, title: str, columns: tuple[Column, ...], lines: list[Line], widths: list[float] | None = None, size: float = 7.6
    ) -> None:
        super().__init__()
        self.title, self.columns, self.lines, self.widths, self.size = title, columns, lines, widths, size

    def measured(self, width: float) -> float:
        """Return how much room all lines take."""
        if self.widths is None:
            self.widths, self.size = fitted(self.columns, self.lines, width, self.size)
        self.head = [
            wrapped(one.heading, wide - 2 * PAD, self.size - 0.6, bold=True, most=3)
            for one, wide in zip(self.columns, self.widths, strict=True)
        ]
        self.head_height = max(len(one) for one in self.head) * (self.size - 0.6) * 1.25 + 5
        self.laid = [self._laid(line) for line in self.lines]
        self.heights = [max(len(cell) for cell in cells) * self.size * 1.3 + 3.6 for cells in self.laid]
        return self._top + self.head_height + sum(self.heights) + 6

    @property
    def _top(self) -> float:
        """Room for the title, or a little air where there is none."""
        return TITLE if self.title else 4.0

    def _laid(self, line: Line) -> list[list[str]]:
        """Return each cell as lines; a group's name may run over the empty cells behind it."""
        assert self.widths is not None
        if line.kind == "more":
            return [[line.cells[0]], *([[""]] * (len(line.cells) - 1))]
        bold = line.kind != "row"
        return [
            wrapped(text, wide - 2 * PAD, self.size, bold=bold, most=MOST_LINES) or [""]
            if column.whole
            else [cut(text, wide - 2 * PAD, self.size, bold=bold)]
            for text, wide, column in zip(line.cells, self.widths, self.columns, strict=True)
        ]

    def split(self, width: float, height: float) -> list[Flowable]:
        """Return what fits, and the rest; a group's name never stands alone at the foot of a page."""
        self.wrap(width, height)
        many, used = 0, self._top + self.head_height + 6
        while many < len(self.lines) and used + self.heights[many] <= height:
            used += self.heights[many]
            many += 1
        while many and self.lines[many - 1].kind == "group" and many < len(self.lines) and self.lines[many].kind == "row":
            many -= 1
        if many < min(2, len(self.lines)):
            return []
        return [Grid(self.title, self.columns, part, self.widths, self.size) for part in (self.lines[:many], self.lines[many:]) if part]

    def draw(self) -> None:
        """Draw the headings, then line by line."""
        assert self.widths is not None
        write(self.canv, 0, self.height - TITLE + 4.5, cut(self.title, self.width, BODY, bold=True), BODY, INK, bold=True)
        y, wide = self.height - self._top, sum(self.widths)
        self._ground(y - self.head_height, wide, self.head_height)
        for place, (lines, x) in enumerate(zip(self.head, self._lefts(), strict=True)):
            for number, text in enumerate(lines):
                up = y - 2 - (self.size - 0.6) - number * (self.size - 0.6) * 1.25
                self._put(place, x, up, text, self.size - 0.6, MUTED, bold=True)
        y -= self.head_height
        for line, cells, high in zip(self.lines, self.laid, self.heights, strict=True):
            self._line(line, cells, y, high, wide)
            y -= high

    def _line(self, line: Line, cells: list[list[str]], y: float, high: float, wide: float) -> None:
        if line.kind in ("group", "total"):
            self._ground(y - high, wide, high, "#FAFBFC" if line.kind == "group" else GROUND)
        for place, (texts, x) in enumerate(zip(cells, self._lefts(), strict=True)):
            for number, text in enumerate(texts):
                up = y - 1.6 - self.size - number * self.size * 1.3
                self._put(place, x, up, text, self.size, MUTED if line.kind == "more" else INK, bold=line.kind in ("group", "total"))
        self.canv.setStrokeColor(HexColor(LINE))
        self.canv.setLineWidth(0.35)
        self.canv.line(0, y - high, wide, y - high)

    def _ground(self, y: float, wide: float, high: float, colour: str = GROUND) -> None:
        self.canv.setFillColor(HexColor(colour))
        self.canv.rect(0, y, wide, high, stroke=0, fill=1)

    def _put(self, place: int, x: float, y: float, text: str, size: float, colour: str, *, bold: bool) -> None:
        assert self.widths is not None
        if place and self.columns[place].unit in NUMBERS:
            write(self.canv, x + self.widths[place] - PAD, y, text, size, colour, bold=bold, side="right")
        else:
            write(self.canv, x + PAD, y, text, size, colour, bold=bold)

    def _lefts(self) -> list[float]:
        assert self.widths is not None
        return [sum(self.widths[:place]) for place in range(len(self.widths))]


def fitted(columns: Sequence[Column], lines: Sequence[Line], room: float, size: float) -> tuple[list[float], float]:
    """Return the columns' widths and the letters' size: figures get what they need, words share the rest by weight; letters shrink."""
    while True:
        needs = [_needed(place, column, lines, size) for place, column in enumerate(columns)]
        weights = [0.0 if need else column.width for need, column in zip(needs, columns, strict=True)]
        rest = room - sum(needs)
        least = 34 * sum(weights)
        if rest >= least or size <= 5.2:
            break
        size -= 0.4
    share = max(rest, 1.0) / (sum(weights) or 1)
    widths = [need or weight * share for need, weight in zip(needs, weights, strict=True)]
    scale = room / sum(widths) if sum(widths) > room or not sum(weights) else 1.0
    return [one * scale for one in widths], size


def _needed(place: int, column: Column, lines: Sequence[Line], size: float) -> float:
    """Return how wide a column of figures has to be; nothing for a column of words, which takes what is left."""
    if place == 0 or (column.unit is Unit.TEXT and not column.fit):
        return 0.0
    heading = max((width_of(word, size - 0.6, True) for word in column.heading.split()), default=0)
    cells = max((width_of(line.cells[place], size, line.kind != "row") for line in lines if line.kind != "more"), default=0)
    return max(heading, cells) + 2 * PAD + 1


def flowable_of(block: Any, say: Speech, look: Look) -> list[Flowable]:
    """Return a block as what goes on paper."""
    if isinstance(block, Tiles):
        return [TileRow(block, say)]
    if isinstance(block, Text):
        return [Prose(block)]
    if isinstance(block, Facts):
        return [FactLines(block)]
    if isinstance(block, Points):
        return [PointLines(block.items)]
    if isinstance(block, Blanks):
        return [BlankLines(block)]
    if isinstance(block, Chart):
        return [] if block.empty else [Caption(block.title), Drawing(block, look)]
    if not block.rows:
        return [Caption(block.title), Prose(Text(block.empty, small=True))] if block.empty else []
    return [Grid(block.title, *lines_of(block, say))]
