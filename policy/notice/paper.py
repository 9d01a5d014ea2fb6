"""A document somebody reads, signs or files, as data: parts with paragraphs, lists, tables and lines to fill in."""

from __future__ import annotations

from msgspec import Struct


class Paragraph(Struct, frozen=True):
    """A few sentences; a `strong` one stands out, a `small` one explains."""

    text: str
    strong: bool = False
    small: bool = False


class Points(Struct, frozen=True):
    """A list of sentences."""

    items: tuple[str, ...]


class Lines(Struct, frozen=True):
    """Names with what stands behind them."""

    rows: tuple[tuple[str, str], ...]


class Grid(Struct, frozen=True):
    """A table; its first row of cells are the `headings`."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""


class Blanks(Struct, frozen=True):
    """What is filled in by hand, each name with a line behind it."""

    names: tuple[str, ...]


Block = Paragraph | Points | Lines | Grid | Blanks


class Part(Struct, frozen=True):
    """A part of a document with its heading."""

    title: str
    blocks: tuple[Block, ...]


class Paper(Struct, frozen=True):
    """The whole document in one language; `head` are the lines under its title, `foot` stands at the foot of each page."""

    name: str
    title: str
    organisation: str
    language: str
    head: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    foot: str

    def texts(self) -> list[str]:
        """Return every text of it, in the order it is read."""
        found = [self.title, self.organisation, self.foot, *(text for row in self.head for text in row)]
        for part in self.parts:
            found.append(part.title)
            for block in part.blocks:
                found += _texts(block)
        return found


def _texts(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Points):
        return list(block.items)
    if isinstance(block, Blanks):
        return list(block.names)
    if isinstance(block, Lines):
        return [text for row in block.rows for text in row]
    return [block.title, *block.headings, *(text for row in block.rows for text in row), *([] if block.rows else [block.empty])]
