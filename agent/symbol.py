"""The tray's symbol as a value: what it looks like in each state, drawn without a library, and what can be chosen from it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from itertools import pairwise
from math import hypot
from typing import NamedTuple, Protocol

GREEN, AMBER, GREY, RED, WHITE = (31, 157, 85), (217, 142, 4), (107, 114, 128), (192, 57, 43), (255, 255, 255)
COLOURS = {"recording": GREEN, "offline": AMBER, "paused": GREY, "outside_hours": GREY}
_GRID = 64.0
_CENTRE, _RADIUS, _PEN = 31.5, 29.5, 2.6
_PULSE = ((8, 34), (21, 34), (28, 16), (36, 48), (43, 34), (56, 34))
_BARS = (((25, 20), (25, 44)), ((39, 20), (39, 44)))
_BAR_PEN = 3.6


class Face(NamedTuple):
    """What the symbol shows: a state, and the sentence that says it."""

    state: str
    said: str


class Item(NamedTuple):
    """One line of the menu; without `do` and `items` it only tells, without a text it is a line between others."""

    text: str = ""
    do: Callable[[], object] | None = None
    default: bool = False
    items: tuple[Item, ...] = ()


class Shown(Enum):
    """Where the symbol is."""

    YES = auto()
    NO_TRAY = auto()
    """This desktop has no tray, so the agent says its state elsewhere; should a tray come, the symbol goes there."""
    NOT_YET = auto()


class Symbol(Protocol):
    """One symbol on a desktop's tray."""

    def run(self, tell: Callable[[Shown], None]) -> None:
        """Show it until closed; raise OSError when it cannot be shown or was taken away."""

    def show(self) -> None:
        """Show the face as it is now; may be called from any thread, raises OSError when the symbol is not there any more."""

    def close(self) -> None:
        """Take it away, which ends `run`; may be called from any thread."""


def pixels(state: str, size: int) -> bytes:
    """Return the picture, rows from the top, four bytes a pixel: blue, green, red, alpha."""
    scale = _GRID / size
    spots = [((column + 0.5) * scale, (row + 0.5) * scale) for row in range(size) for column in range(size)]
    return b"".join(_spot(state, x, y, scale) for x, y in spots)


def _spot(state: str, x: float, y: float, scale: float) -> bytes:
    disc = _cover(hypot(x - _CENTRE, y - _CENTRE) - _RADIUS, scale)
    lines, pen = (_BARS, _BAR_PEN) if state == "paused" else (tuple(pairwise(_PULSE)), _PEN)
    ink = max(_cover(_distance(x, y, *line) - pen, scale) for line in lines) if disc else 0.0
    red, green, blue = (round(below + (above - below) * ink) for below, above in zip(COLOURS.get(state, RED), WHITE, strict=True))
    return bytes((blue, green, red, round(255 * disc)))


def _cover(outside: float, scale: float) -> float:
    """How much of a pixel is inside of an edge that its middle is `outside` of."""
    return min(1.0, max(0.0, 0.5 - outside / scale))


def _distance(x: float, y: float, start: tuple[int, int], end: tuple[int, int]) -> float:
    """From a spot to a line."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    part = ((x - start[0]) * along_x + (y - start[1]) * along_y) / (along_x**2 + along_y**2)
    part = min(1.0, max(0.0, part))
    return hypot(x - start[0] - part * along_x, y - start[1] - part * along_y)
