"""What a figure is made of: the parts of its sum, the rules that decided, and the records behind it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from policy.categories import Because, Category
from policy.presence import Thresholds
from policy.summaries.period import Period, Person


class WhyDay(Struct, frozen=True):
    """What one person's day adds: seconds, of `of` seconds where the figure is a share."""

    person: Person
    day: date
    seconds: int
    of: int | None


class WhyUse(Struct, frozen=True):
    """What one app (at a site, where one is known) adds, what it counts as, and which rule said so."""

    app: str
    site: str | None
    name: str
    category: Category
    classified: bool
    because: Because
    seconds: int
    people: int


class WhySpan(Struct, frozen=True):
    """One record behind the figure, as the PC reported it: at most a minute, at one app, with counts of input, never which."""

    start: int
    end: int
    host: str
    app: str
    site: str | None
    title: str | None
    call: str | None
    private: bool
    keys: int
    clicks: int
    scrolls: int
    pointer_px: int
    idle_ms: int
    samples: int
    moving_samples: int
    distracted_samples: int


class WhyChange(Struct, frozen=True):
    """A change of state a PC reported: boot, shutdown, lock and so on."""

    at: int
    host: str
    change: str


class Why(Struct, frozen=True):
    """A figure taken apart; its meaning is `policy.definitions.DEFINITIONS[figure]`.

    `value` is in `unit`; None is "not shown". `days` sum to it (a share: seconds to `seconds`, `of` to `of`), and so do `uses`
    where apps make it up, each most first, with what is left out in `days_rest` and `uses_rest`. `thresholds` are where the
    lines between presences are. `spans` and `changes` are there when one person is asked for, oldest first; `next` is the
    cursor of more spans. `spans_from` is the instant before which spans were deleted because they outlived their period.
    """

    period: Period
    figure: str
    unit: Literal["seconds", "share", "people"]
    value: float | None
    seconds: int
    of: int | None
    days: list[WhyDay]
    days_rest: int
    uses: list[WhyUse]
    uses_rest: int
    thresholds: Thresholds
    spans: list[WhySpan]
    changes: list[WhyChange]
    next: str | None
    spans_from: int
