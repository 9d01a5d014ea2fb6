"""Which of the windows on a desktop can be seen: pure geometry of rectangles in their stacking order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

LEAST_PIXELS = 160 * 90
"""Smaller than the smallest floating video, nothing is watched."""
LEAST_PERCENT = 25
"""A window of which less can be seen is behind others."""
MOST_WINDOWS = 64


class Rect(NamedTuple):
    """A rectangle; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """How many pixels it covers."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)


def seen(stack: Sequence[Rect]) -> list[int]:
    """Return the places in `stack`, topmost first, of the windows that can be seen.

    ```
    +---------+            1 is on top; of 2 an L is left; 3 is wholly behind 1
    | 1   +---|----+
    |  3  | 2 :    |
    +-----|---+    |
          +--------+
    ```
    """
    found: list[int] = []
    above: list[Rect] = []
    for place, window in enumerate(stack[:MOST_WINDOWS]):
        left = visible_area(window, above)
        if left >= LEAST_PIXELS and left * 100 >= LEAST_PERCENT * window.area:
            found.append(place)
        above.append(window)
    return found


def visible_area(window: Rect, above: Sequence[Rect]) -> int:
    """Return how many pixels of `window` no window of `above` covers."""
    pieces = [window] if window.area else []
    for cover in above:
        pieces = [rest for piece in pieces for rest in _without(piece, cover)]
        if not pieces:
            return 0
    return sum(piece.area for piece in pieces)


def _without(piece: Rect, cover: Rect) -> list[Rect]:
    """Return what is left of `piece`: at most a strip above, below, left and right of `cover`."""
    left, top = max(piece.left, cover.left), max(piece.top, cover.top)
    right, bottom = min(piece.right, cover.right), min(piece.bottom, cover.bottom)
    if left >= right or top >= bottom:
        return [piece]
    strips = (
        Rect(piece.left, piece.top, piece.right, top),
        Rect(piece.left, bottom, piece.right, piece.bottom),
        Rect(piece.left, top, left, bottom),
        Rect(right, top, piece.right, bottom),
    )
    return [strip for strip in strips if strip.area]
