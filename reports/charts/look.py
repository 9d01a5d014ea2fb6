"""How charts look: colours, hatches, fonts and words, handed in so that paper and both themes of the console share the charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policy.categories import Category
from policy.presence import Presence

FONTS = Path(__file__).resolve().parent / "fonts"
BUNDLED_FAMILIES = ("Noto Sans Devanagari UI", "Noto Sans Bengali UI")
"""Fonts that come with us, for paper and window alike: as tall as Latin letters, so that no vowel sign is cut off in a row."""


@dataclass(frozen=True)
class Series:
    """How one part is drawn; the hatch and the order tell it apart where colour cannot."""

    name: str
    colour: str
    hatch: str = ""


@dataclass(frozen=True)
class Look:
    """Everything about a chart that is not a figure; `families` may stay empty where matplotlib does not draw."""

    ink: str
    muted: str
    grid: str
    surface: str
    presences: Mapping[Presence, Series]
    categories: Mapping[Category, Series]
    unclassified: Series
    hours: Callable[[float], str]
    duration: Callable[[float], str]
    day: Callable[[date], str]
    families: tuple[str, ...] = ()
    size: float = 8.0
    received: Series = Series("received", "#2F5BD7")
    sent: Series = Series("sent", "#0B8A7B")
    received_estimated: Series = Series("received ≈", "#2F5BD7", "////")
    sent_estimated: Series = Series("sent ≈", "#0B8A7B", "////")
    amount: Callable[[float], str] = str

    def plain(self, name: str) -> Series:
        """Return the one series of a chart that has no other."""
        return Series(name, self.presences[Presence.ACTIVE].colour)
