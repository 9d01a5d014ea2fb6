"""How unusual each number is for this user: robust z against the user's own days before, never the day itself or later.

```
own days   | . . . . . up to 60 . . . . . ) today           weekends are compared with weekends once there are ten of them
z          = (today - median) / spread, both of asinh(value / usual size)
```
The spread is the user's own (1.4826 × median absolute deviation) drawn towards half of everybody's, as if everybody's were
ten days of evidence: a user whose count was always 0 has no spread of their own, and one file more must not be infinity.
asinh is linear below a feature's usual size and logarithmic above it, so that bytes and counts are of one kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ml.userdays import Flags, Floats, Ints, UserDays

WINDOW = 60
ENOUGH = 10
"""Nobody is scored before this many own days, nor a weekend by weekends before there were so many of those."""
REFRESH = 7
"""Everybody's spread and usual size are taken anew once a week, from the 90 days before."""
REMEMBERED_DAYS = 90
PRIOR_DAYS = 10.0
PEERS_SHARE = 0.5
LEAST_SHARE = 0.1
LEAST_SPREAD = 0.3
"""Where an amount worth noticing is known, a third of it is never unusual by itself."""
LEAST_SIZE = 1e-12
"""No feature is that small; what is divided by it stays a number."""
MAD_TO_SIGMA = 1.4826
MOST = 100.0
"""A z is cut off here: beyond it only the fact matters."""
CROWD = 20
"""What so many people did on one day is measured against what most of them did."""


@dataclass(frozen=True)
class Unusual:
    """What `compare` returns: z (n, k), the user's usual values (n, k), and which rows had enough days before them (n,).

    `comparable`: the amounts worth noticing were known, so that a z of one feature means as much as the same z of another.
    """

    z: Floats
    usual: Floats
    ready: Flags
    comparable: bool


class _Company:
    """Everybody's usual size and spread of each feature, from days that are over."""

    def __init__(self, past: Floats, scale: Floats | None) -> None:
        self.size = _usual_size(past) if scale is None else scale
        scaled = self.scale(past)
        known = np.isfinite(scaled)
        count = np.maximum(known.sum(0), 1)
        mean = np.where(known, scaled, 0).sum(0) / count
        variance = np.where(known, (scaled - mean) ** 2, 0).sum(0) / count
        self.spread = np.sqrt(variance) + 1e-9
        self.least = LEAST_SHARE * self.spread if scale is None else np.full(len(self.spread), LEAST_SPREAD)

    def scale(self, values: Floats) -> Floats:
        return np.arcsinh(values / self.size)


def _usual_size(past: Floats) -> Floats:
    size = np.abs(past)
    size[size == 0] = np.nan
    return np.maximum(np.where(np.isfinite(median := _median(size)), median, 1.0), LEAST_SIZE)


class _Memory:
    """The last own days of every user, as a ring; the days of one feature lie side by side, which is quick to sort."""

    def __init__(self, people: int, features: int) -> None:
        self.values = np.full((people, features, WINDOW), np.nan)
        self.count = np.zeros(people, np.int64)

    def add(self, users: Ints, values: Floats) -> None:
        self.values[users, :, self.count[users] % WINDOW] = values
        self.count[users] += 1


def compare(table: UserDays, scale: Floats | None = None) -> Unusual:
    """Return how unusual every user-day is for its user; a row depends on no later day.

    `scale`: (k,) the amount of each feature that is worth noticing, where that is known.
    """
    n, k = table.values.shape
    told = Unusual(np.zeros((n, k)), np.zeros((n, k)), np.zeros(n, bool), scale is not None)
    every, weekends = (_Memory(table.people, k) for _ in range(2))
    company: _Company | None = None
    weekend = table.weekend
    for place, rows in enumerate(days_of(table.days)):
        if place and (company is None or place % REFRESH == 0):
            company = _Company(_past(table, rows), scale)
        users, values = table.users[rows], table.values[rows]
        if company is not None:
            by_weekends = weekend[rows] & (weekends.count[users] >= ENOUGH)
            for memory, mine in ((every, ~by_weekends), (weekends, by_weekends)):
                if mine.any():
                    at = np.arange(rows.start, rows.stop)[mine]
                    told.z[at], told.usual[at] = _z(values[mine], memory, users[mine], company)
            told.ready[rows] = every.count[users] >= ENOUGH
            told.z[rows] = _apart(told.z[rows], told.ready[rows])
        every.add(users, values)
        at_rest = weekend[rows]
        weekends.add(users[at_rest], values[at_rest])
    return told


def days_of(days: Ints) -> Iterator[slice]:
    """Yield the rows of each day; the days are sorted."""
    edges = np.flatnonzero(np.diff(days, prepend=days[:1] - 1, append=days[-1:] + 1)) if len(days) else np.empty(0, np.int64)
    for start, stop in pairwise(edges):
        yield slice(int(start), int(stop))


def _past(table: UserDays, rows: slice) -> Floats:
    first = int(np.searchsorted(table.days, table.days[rows.start] - REMEMBERED_DAYS))
    return table.values[first : rows.start]


def _z(values: Floats, memory: _Memory, users: Ints, company: _Company) -> tuple[Floats, Floats]:
    raw = memory.values[users]
    own = np.arcsinh(raw / company.size[:, None])
    days = np.minimum(memory.count[users], WINDOW)[:, None].astype(float)
    middle = _median(own, axis=2)
    deviation = _median(np.abs(own - middle[:, :, None]), axis=2) * MAD_TO_SIGMA
    spread = np.sqrt((days * np.nan_to_num(deviation) ** 2 + PRIOR_DAYS * (PEERS_SHARE * company.spread) ** 2) / (days + PRIOR_DAYS))
    z = (company.scale(values) - middle) / np.maximum(spread, company.least)
    usual = np.sinh(np.nan_to_num(middle)) * company.size
    return np.clip(np.nan_to_num(z, nan=0.0, posinf=MOST, neginf=-MOST), -MOST, MOST), usual


def _apart(z: Floats, ready: Flags) -> Floats:
    """Return z less what is common to the day: a release night of all, or an outage, is nobody's own."""
    if np.count_nonzero(ready) < CROWD:
        return z
    common = np.median(z[ready], axis=0)
    return np.sign(z) * np.maximum(0.0, np.where(np.sign(z) == np.sign(common), np.abs(z) - np.abs(common), np.abs(z)))


def _median(values: Floats, axis: int = 0) -> Floats:
    """Return the median of what is known, NaN where nothing is; much faster than NumPy's own over many short rows."""
    ordered = np.sort(values, axis=axis)  # NaN last
    known = np.isfinite(values).sum(axis=axis, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((known - 1) // 2, 0), axis=axis)
    high = np.take_along_axis(ordered, np.minimum(known // 2, values.shape[axis] - 1), axis=axis)
    return np.where(known > 0, (low + high) / 2, np.nan).squeeze(axis)
