"""Seconds as a partition by presence, engaged seconds by category, and the share that may be shown."""

from __future__ import annotations

from msgspec import Struct

from policy.categories import Category
from policy.presence import Presence

ENOUGH_COVERAGE = 0.7
"""Below this coverage a productivity share is not shown (DESIGN.md, section 3)."""


class Times(Struct, frozen=True):
    """A stretch of local time as a partition: the parts sum to its real length."""

    active: int = 0
    reading: int = 0
    meeting: int = 0
    idle: int = 0
    locked: int = 0
    paused: int = 0
    asleep: int = 0
    off: int = 0
    unknown: int = 0

    @property
    def engaged(self) -> int:
        """Seconds with evidence of work at the PC."""
        return self.active + self.reading + self.meeting

    @property
    def total(self) -> int:
        """Seconds in all, the unknown ones too."""
        return self.engaged + self.idle + self.locked + self.paused + self.asleep + self.off + self.unknown

    def of(self, presence: Presence) -> int:
        """Seconds of one presence."""
        seconds: int = getattr(self, presence.value)
        return seconds


class Categories(Struct, frozen=True):
    """Engaged time by category; `unclassified` is the part of neutral that no rule names."""

    productive: int = 0
    neutral: int = 0
    unproductive: int = 0
    unclassified: int = 0

    @property
    def total(self) -> int:
        """Engaged seconds in all."""
        return self.productive + self.neutral + self.unproductive

    def share(self, category: Category) -> float | None:
        """One category's share of engaged time, 0..1; None when there was none."""
        seconds: int = getattr(self, category.value)
        return seconds / self.total if self.total else None


def productivity(categories: Categories, coverage: float | None) -> float | None:
    """Return productive / (productive + neutral + unproductive), or None when coverage is too low to say."""
    if coverage is None or coverage < ENOUGH_COVERAGE:
        return None
    return categories.share(Category.PRODUCTIVE)
