"""The Applications tab: programs used and the time in each."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.categories import Category
from policy.summaries.period import Period
from policy.summaries.times import Categories


class AppTimes(Struct, frozen=True):
    """One app over the period: engaged seconds, who used it, and each day's seconds."""

    app: str
    name: str
    category: Category
    classified: bool
    engaged: int
    previous: int
    idle: int
    people: int
    keys: int
    clicks: int
    scrolls: int
    daily: list[int]


class Applications(Struct, frozen=True):
    """Programs used and the time in each, most first; `days` names the columns of `daily`."""

    period: Period
    days: list[date]
    apps: list[AppTimes]
    categories: Categories
    coverage: float | None
