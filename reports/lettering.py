"""Letters on paper: every text is drawn here, run by run in a font that has its signs, and nowhere is a text markup.

A run of Devanagari or Bengali is shaped, so that its conjuncts and vowel signs stand where they belong; a sign that no font has
becomes one that says so.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeStr

from reports.charts import FONTS

OWN_FONTS = Path(__file__).resolve().parent / "fonts"
LATIN, DEVANAGARI, BENGALI, SIGNS = "WorkPulseLatin", "WorkPulseDevanagari", "WorkPulseBengali", "WorkPulseSigns"
SHAPED = frozenset({DEVANAGARI, BENGALI})
BLOCKS = ((0x0900, 0x0980, DEVANAGARI), (0x0980, 0x0A00, BENGALI), (0xA8E0, 0xA900, DEVANAGARI), (0x1CD0, 0x1D00, DEVANAGARI))
JOINERS = "\u200c\u200d"
UNKNOWN = "\ufffd"
ELLIPSIS = "…"


@dataclass(frozen=True)
class Run:
    """A stretch of text in one font."""

    font: str
    text: str


@functools.cache
def load_fonts() -> dict[str, frozenset[int]]:
    """Give reportlab our fonts, once, and return which signs each has. The signs' font comes with matplotlib."""
    drawn = importlib.util.find_spec("matplotlib")
    assert drawn is not None and drawn.origin is not None
    others = Path(drawn.origin).parent / "mpl-data" / "fonts" / "ttf"
    files = {
        LATIN: (OWN_FONTS / "NotoSans-Regular.ttf", OWN_FONTS / "NotoSans-Bold.ttf"),
        DEVANAGARI: (FONTS / "NotoSansDevanagariUI-Regular.ttf", FONTS / "NotoSansDevanagariUI-Bold.ttf"),
        BENGALI: (FONTS / "NotoSansBengaliUI-Regular.ttf", FONTS / "NotoSansBengaliUI-Bold.ttf"),
        SIGNS: (others / "DejaVuSans.ttf", others / "DejaVuSans-Bold.ttf"),
    }
    known = {}
    for name, (regular, bold) in files.items():
        for font in (TTFont(name, str(regular)), TTFont(f"{name}Bold", str(bold))):
            pdfmetrics.registerFont(font)
        known[name] = frozenset(pdfmetrics.getFont(name).face.charToGlyph) & frozenset(pdfmetrics.getFont(f"{name}Bold").face.charToGlyph)
    return known


def runs(text: str) -> tuple[Run, ...]:
    """Return text as runs of one font each."""
    if text.isascii() and text.isprintable():
        return (Run(LATIN, text),) if text else ()
    return _runs(text)


@functools.lru_cache(maxsize=32_768)
def _runs(text: str) -> tuple[Run, ...]:
    found: list[list[str]] = []
    for sign in text:
        font, sign = _font_of(sign, found[-1][0] if found else LATIN)
        if found and found[-1][0] == font:
            found[-1][1] += sign
        else:
            found.append([font, sign])
    return tuple(Run(font, part) for font, part in found)


def _font_of(sign: str, before: str) -> tuple[str, str]:
    """Return a font for a sign, and the sign; spaces and joiners stay with what is before them."""
    known, code = load_fonts(), ord(sign)
    if sign in JOINERS:
        return (before, sign) if before in SHAPED else (LATIN, " "[:0])
    if sign == " " and code in known[before]:
        return before, sign
    script = next((font for first, end, font in BLOCKS if first <= code < end), None)
    if before in SHAPED and script is not None and code in known[before]:
        return before, sign
    for font in (script, LATIN, SIGNS):
        if font is not None and code in known[font]:
            return font, sign
    return LATIN, " " if sign.isspace() else UNKNOWN


def face(run: Run, *, bold: bool) -> str:
    """Return the name reportlab knows the run's font by."""
    return f"{run.font}Bold" if bold else run.font


@functools.lru_cache(maxsize=65_536)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """Return how wide text is, in points."""
    load_fonts()
    return sum(_run_width(run, size, bold) for run in runs(text))


def _run_width(run: Run, size: float, bold: bool) -> float:
    name = face(run, bold=bold)
    if run.font in SHAPED:
        return float(sum(one.x_advance for one in _shaped(run.text, name, size).__shapeData__) * size / 1000)
    return float(pdfmetrics.stringWidth(run.text, name, size))


@functools.lru_cache(maxsize=8192)
def _shaped(text: str, name: str, size: float) -> ShapedStr:
    """Return the signs as their font wants them beside each other."""
    return shapeStr(text, name, size, force=True)


def write(canvas: Any, x: float, y: float, text: str, size: float, colour: str, *, bold: bool = False, side: str = "left") -> None:
    """Draw one line of text with its left end, middle or right end at x."""
    if not text:
        return
    load_fonts()
    x -= {"left": 0.0, "middle": 0.5, "right": 1.0}[side] * width_of(text, size, bold)
    canvas.setFillColor(HexColor(colour))
    for run in runs(text):
        name = face(run, bold=bold)
        canvas.setFont(name, size)
        if run.font in SHAPED:
            _draw_shaped(canvas, x, y, run, name, size)
        else:
            canvas.drawString(x, y, run.text)
        x += _run_width(run, size, bold)


def _draw_shaped(canvas: Any, x: float, y: float, run: Run, name: str, size: float) -> None:
    """Draw shapes, and say beside them which letters they stand for: whoever copies or searches finds the word."""
    letters = run.text.encode("utf-16-be").hex().upper()
    canvas._code.append(f"/Span <</ActualText <FEFF{letters}>>> BDC")
    canvas.drawString(x, y, _shaped(run.text, name, size))
    canvas._code.append("EMC")


def cut(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return text as it fits into a width, with a sign where it was cut."""
    if width_of(text, size, bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(text[:middle].rstrip() + ELLIPSIS, size, bold) <= width else (low, middle - 1)
    return text[:low].rstrip() + ELLIPSIS


def wrapped(text: str, width: float, size: float, *, bold: bool = False, most: int = 0) -> list[str]:
    """Return text as lines that fit; a word too long for a line is broken, and what is beyond `most` lines is cut."""
    lines = list(_lines(text, width, size, bold))
    if not most or len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width, size, bold=bold)]


def _lines(text: str, width: float, size: float, bold: bool) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold) <= width:
            line = longer
            continue
        if line:
            yield line
        *pieces, line = _pieces(word, width, size, bold)
        yield from pieces
    if line:
        yield line


def _pieces(word: str, width: float, size: float, bold: bool) -> list[str]:
    """Break a word that is longer than a line."""
    pieces = []
    while width_of(word, size, bold) > width and len(word) > 1:
        many = len(word) - 1
        while many > 1 and width_of(word[:many], size, bold) > width:
            many -= max(1, many // 8)
        pieces.append(word[:many])
        word = word[many:]
    return [*pieces, word]
