"""Charts of apps and sites: those used most, how time divides by category, and at which hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from policy.categories import Category
from policy.summaries import AppTimes, AppTraffic, Categories, SiteTimes
from reports.charts.days import category_parts
from reports.charts.look import Look, Series
from reports.charts.specs import Bar, Bars, Columns, Split, hour_ticks, stacked

TOP = 12

Use = TypeVar("Use", AppTimes, SiteTimes)


def most_used(uses: Sequence[Use], top: int = TOP) -> list[Use]:
    """Return those with most engaged time, most first."""
    return sorted(uses, key=lambda one: (-one.engaged, one.name))[:top]


def series_of(use: AppTimes | SiteTimes, look: Look) -> Series:
    """Return how an app or site is drawn: by its category, or as one no rule names."""
    return look.categories[use.category] if use.classified else look.unclassified


def top_uses(uses: Sequence[Use], look: Look, top: int = TOP) -> Bars:
    """Return the apps or sites with most engaged time, each with its time written out."""
    return Bars(tuple(Bar(one.name, one.engaged, look.duration(one.engaged), series_of(one, look)) for one in most_used(uses, top)))


def top_traffic(apps: Sequence[AppTraffic], look: Look, top: int = TOP) -> Bars:
    """Return the apps with most bytes, each with its amount written out."""
    most = sorted(apps, key=lambda one: (-one.traffic.total, one.name))[:top]
    return Bars(tuple(_traffic_bar(one, look) for one in most))


def _traffic_bar(app: AppTraffic, look: Look) -> Bar:
    """An app of which any byte is an estimate says so in its amount, and mostly estimated ones are hatched."""
    guessed, total = app.traffic.sent_estimated + app.traffic.received_estimated, app.traffic.total
    written = f"≈ {look.amount(total)}" if guessed else look.amount(total)
    return Bar(app.name, total, written, look.received_estimated if guessed * 2 > total else look.received)


def category_split(categories: Categories, look: Look) -> Split:
    """Return all engaged time as one bar of its categories, the unclassified part always in sight."""
    return Split(tuple((series, value(categories)) for series, value in category_parts(look)))


def sites_by_hour(sites: Sequence[SiteTimes], look: Look) -> Columns:
    """Return one stacked bar for each hour of the day: engaged time at these sites by category."""

    def added(which: Callable[[SiteTimes], bool]) -> list[int]:
        chosen = [one for one in sites if which(one)]
        return [sum(one.by_hour[hour] for one in chosen) for hour in range(24)]

    parts = [(look.categories[one], added(lambda site, one=one: site.classified and site.category is one)) for one in Category]  # type: ignore[misc]
    parts.insert(2, (look.unclassified, added(lambda site: not site.classified)))
    return stacked([f"{hour:02}" for hour in range(24)], parts, hour_ticks, look.hours)
