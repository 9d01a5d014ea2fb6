"""Charts of days: how time divides by presence or category, how long people were engaged, what went over the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from policy.categories import Category
from policy.presence import Presence
from policy.summaries import Bandwidth, Categories, DayParts, DayTimes, Traffic, Worked
from reports.charts.look import Look, Series
from reports.charts.specs import Columns, byte_ticks, hour_ticks, stacked

SHOWN_PRESENCES = (Presence.ACTIVE, Presence.READING, Presence.MEETING, Presence.IDLE, Presence.LOCKED, Presence.PAUSED)
"""The others (asleep, off, unknown) are the night: they would hide the day."""

QUIET_PRESENCES = (Presence.IDLE, Presence.LOCKED, Presence.PAUSED)
MOST_BARS = 62


class Dated(Protocol):
    """Anything of one local day."""

    @property
    def day(self) -> date:
        """Which."""


One = TypeVar("One", bound=Dated)


@dataclass(frozen=True)
class Bucket(Generic[One]):
    """One bar of a chart of days: a single day, or a week when there are too many days."""

    first: date
    last: date
    days: tuple[One, ...]


@dataclass(frozen=True)
class DayTraffic:
    """The bytes of one day."""

    day: date
    traffic: Traffic


def buckets(days: Sequence[One]) -> list[Bucket[One]]:
    """Return the bars for these days: each day, or whole weeks from Monday when there are more than MOST_BARS."""
    if len(days) <= MOST_BARS:
        return [Bucket(one.day, one.day, (one,)) for one in days]
    weeks: dict[tuple[int, int], list[One]] = {}
    for one in days:
        weeks.setdefault(one.day.isocalendar()[:2], []).append(one)
    return [Bucket(week[0].day, week[-1].day, tuple(week)) for week in weeks.values()]


def _added(bars: Sequence[Bucket[One]], value: Callable[[One], int]) -> list[int]:
    return [sum(value(day) for day in bar.days) for bar in bars]


def _hours(bars: Sequence[Bucket[One]], parts: Sequence[tuple[Series, Callable[[One], int]]], look: Look) -> Columns:
    values = [(series, _added(bars, value)) for series, value in parts]
    return stacked([look.day(bar.first) for bar in bars], values, hour_ticks, look.hours)


def days_by_presence(days: Sequence[DayTimes] | Sequence[DayParts], look: Look, shown: Sequence[Presence] = SHOWN_PRESENCES) -> Columns:
    """Return one stacked bar for each day: how its time divides by presence."""

    def seconds(presence: Presence) -> Callable[[DayTimes | DayParts], int]:
        return lambda day: day.times.of(presence)

    bars: list[Bucket[DayTimes | DayParts]] = buckets(list(days))
    return _hours(bars, [(look.presences[one], seconds(one)) for one in shown], look)


def days_by_category(days: Sequence[DayTimes], look: Look) -> Columns:
    """Return one stacked bar for each day: how its engaged time divides by category, the unclassified part apart."""

    def seconds(value: Callable[[Categories], int]) -> Callable[[DayTimes], int]:
        return lambda day: value(day.categories)

    return _hours(buckets(days), [(series, seconds(value)) for series, value in category_parts(look)], look)


def category_parts(look: Look) -> list[tuple[Series, Callable[[Categories], int]]]:
    """Return the four parts of engaged time, which add up."""
    return [
        (look.categories[Category.PRODUCTIVE], lambda one: one.productive),
        (look.categories[Category.NEUTRAL], lambda one: one.neutral - one.unclassified),
        (look.unclassified, lambda one: one.unclassified),
        (look.categories[Category.UNPRODUCTIVE], lambda one: one.unproductive),
    ]


def stretches_worked(stretches: Sequence[Worked], look: Look) -> Columns:
    """Return one stacked bar for each stretch of days (a day, a week, a month): active, reading, in meetings."""
    parts = [
        (look.presences[Presence.ACTIVE], [one.active for one in stretches]),
        (look.presences[Presence.READING], [one.reading for one in stretches]),
        (look.presences[Presence.MEETING], [one.meeting for one in stretches]),
    ]
    return stacked([look.day(one.first) for one in stretches], parts, hour_ticks, look.hours)


def traffic_days(values: Bandwidth) -> list[DayTraffic]:
    """Return each day with its bytes."""
    return [DayTraffic(day, traffic) for day, traffic in zip(values.days, values.daily, strict=True)]


def days_of_traffic(days: Sequence[DayTraffic], look: Look) -> Columns:
    """Return one stacked bar for each day: bytes received and sent, of each the part a system could only estimate hatched."""
    bars = buckets(days)
    parts = [
        (look.received, _added(bars, lambda day: day.traffic.received)),
        (look.received_estimated, _added(bars, lambda day: day.traffic.received_estimated)),
        (look.sent, _added(bars, lambda day: day.traffic.sent)),
        (look.sent_estimated, _added(bars, lambda day: day.traffic.sent_estimated)),
    ]
    return stacked([look.day(bar.first) for bar in bars], parts, byte_ticks, look.amount)
