"""Slow change over months, which no single day shows: told as a trend, and to the person first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from ml.baseline import MAD_TO_SIGMA
from ml.features import NAMES, DayFacts, measure
from ml.userdays import Floats

RECENT = 20
BEFORE = 60
ENOUGH_BEFORE = 30
LEAST_EFFECT = 1.0
"""The medians must be this many of the earlier days' spreads apart."""


class Drift(StrEnum):
    """What slowly changes."""

    OVERLOAD = "overload"
    AFTER_HOURS = "after_hours"
    DISENGAGEMENT = "disengagement"
    FEWER_BREAKS = "fewer_breaks"


class Trend(Struct, frozen=True):
    """One slow change of one person: medians of the last 20 working days and of the 60 before, in the unit; `day` is the newest."""

    person: int
    day: date
    drift: Drift
    recent: float
    before: float
    unit: str


class _Watch(NamedTuple):
    """A sum of features whose slow change in one direction has a name; `least` is the change, in the unit, below which none is told."""

    drift: Drift
    features: tuple[str, ...]
    direction: int
    least: float
    unit: str


WATCHED = (
    _Watch(Drift.OVERLOAD, ("engaged",), +1, 1.0, "h"),
    _Watch(Drift.AFTER_HOURS, ("hours_20_24", "hours_00_04", "rest_day"), +1, 0.5, "h"),
    _Watch(Drift.DISENGAGEMENT, ("engaged",), -1, 1.5, "h"),
    _Watch(Drift.FEWER_BREAKS, ("breaks_an_hour",), -1, 0.3, "count"),
)


def trends(days: Iterable[DayFacts]) -> list[Trend]:
    """Return the slow changes as of each person's newest day."""
    table, facts = measure(days)
    found: list[Trend] = []
    for user in range(table.people):
        rows = np.flatnonzero(table.users == user)
        found += [trend for watch in WATCHED if (trend := _trend(watch, table.values[rows], facts[rows[-1]]))]
    return found


def _trend(watch: _Watch, values: Floats, newest: DayFacts) -> Trend | None:
    amounts = values[:, [NAMES.index(name) for name in watch.features]].sum(axis=1)
    amounts = amounts[np.isfinite(amounts)]
    recent, before = amounts[-RECENT:], amounts[-RECENT - BEFORE : -RECENT]
    if len(before) < ENOUGH_BEFORE:
        return None
    now, then = float(np.median(recent)), float(np.median(before))
    spread = MAD_TO_SIGMA * float(np.median(np.abs(before - then)))
    change = watch.direction * (now - then)
    if change < watch.least or change < LEAST_EFFECT * spread:
        return None
    return Trend(newest.person, newest.day, watch.drift, now, then, watch.unit)
