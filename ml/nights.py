"""Night by night: the newest day alone is scored, and measured by how odd the days before it were found in their own nights.

```
find      days 1 ............ 98      every week's forest grown again, every day scored again
Nights    oddness of 1 .... 97 kept   one forest, grown from the days before; day 98 scored, its oddness kept
```
What is kept is how odd days were, never a forest. A day of which nothing is kept, because data came late or the model was
changed, is measured by tonight's forest instead: the first night needs nothing at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import ModuleType

import numpy as np
import sklearn
from msgspec import Struct
from sklearn.ensemble import IsolationForest

from ml import baseline, budget, detect, explain, features
from ml.budget import LOOK_BACK, WEEK, Budget, choose
from ml.detect import LEAST_PAST, SEED, Detector, Memory, Oddness, detector_of, forest_before, oddness, past_of, rarity_by_feature
from ml.features import DayFacts, measure, unusual_of
from ml.find import Expected, Finding, as_expected, finding_of
from ml.userdays import Floats, Ints, UserDays

Key = tuple[int, date]
"""A person and a day."""
PARAMETERS = (int, float, str, tuple)
ONE_DAY = timedelta(days=1)


class Odd(Struct, frozen=True):
    """How odd a person's day was found in the night after it: the parts of `Oddness`, its rarity, and what was ordinary then."""

    forest: float
    largest: float
    rarest: float
    rarity: float
    ordinary: float


class Night(Struct, frozen=True):
    """What a night found, and how odd the days were that it measured: the newest one, and those of which nothing was known.

    `weeks`: how many the alert budget was measured by, at most eight.
    """

    findings: list[Finding]
    odd: dict[Key, Odd]
    weeks: float


def revision() -> str:
    """Return a name of the model: another one when a feature, a parameter or scikit-learn is another."""
    told = [
        sklearn.__version__,
        *(f"{name}={value}" for module in (baseline, budget, detect, explain, features) for name, value in _of(module)),
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _of(module: ModuleType) -> list[tuple[str, object]]:
    return [(name, value) for name, value in sorted(vars(module).items()) if name.isupper() and isinstance(value, PARAMETERS)]


class Nights:
    """The nights after some days; a night depends on no later day."""

    def __init__(self, days: Iterable[DayFacts], expected: Sequence[Expected] = (), seed: int = SEED) -> None:
        self._table, self._facts = measure(days)
        self._unusual = as_expected(unusual_of(self._table), self._facts, expected)
        self._seed = seed

    def after(self, day: date, known: Mapping[Key, Odd], allowed: Budget) -> Night:
        """Return what the night after a day finds; `known` is how odd earlier days were found."""
        table, unusual = self._table, self._unusual
        first, stop = self._row(day), self._row(day + ONE_DAY)
        past = past_of(unusual, first)
        newest = np.arange(first, stop)[unusual.ready[first:stop]]
        if len(past) < LEAST_PAST or not len(newest):
            return Night([], {}, 0.0)
        forest, sizes = forest_before(unusual, first, self._seed), np.sort(np.abs(unusual.z[past]), axis=0)
        book = _Book(self._facts, past, known)
        book.note(book.missing, self._oddness(forest, sizes, past[book.missing]))
        detector = detector_of(forest, sizes, book.odd)
        book.rate(detector)
        tonight = self._oddness(forest, sizes, newest)
        rarity = detector.rarity(tonight)
        scores = self._scores(np.concatenate((past, newest)), *book.with_newest(rarity, detector.ordinary))
        chosen = self._chosen(scores, first, allowed, day)
        weeks = min(LOOK_BACK, day.toordinal() - int(table.days[past[0]])) / WEEK
        found = [
            finding_of(table, self._facts[row], unusual, row, explain.order(forest, unusual.z[row]), float(scores[row])) for row in chosen
        ]
        return Night(found, book.news() | self._kept(newest, tonight, rarity, detector.ordinary), weeks)

    def _row(self, day: date) -> int:
        """Return the first row of a day, or of what comes after it."""
        return int(np.searchsorted(self._table.days, day.toordinal()))

    def _oddness(self, forest: IsolationForest, sizes: Floats, rows: Ints) -> Oddness:
        z = self._unusual.z[rows]
        if not len(rows):
            return Oddness(*(np.zeros(0) for _ in range(3)))
        rarest = rarity_by_feature(z, sizes).max(axis=1) if self._unusual.comparable else np.zeros(len(rows))
        return Oddness(oddness(forest, z), np.abs(z).max(axis=1), rarest)

    def _scores(self, rows: Ints, rarity: Floats, ordinary: Floats) -> Floats:
        """Return a score for every row of the table, 0 where there is none, each day weighed by the days before it."""
        table, memory = self._table, Memory(self._table.people)
        scores = np.zeros(table.size)
        for at in baseline.days_of(table.days[rows]):
            scores[rows[at]] = memory.weigh(table.users[rows[at]], rarity[at], float(np.median(ordinary[at])))
        return scores

    def _chosen(self, scores: Floats, first: int, allowed: Budget, day: date) -> list[int]:
        """Return the rows of the newest day that become findings, by the threshold of the weeks before."""
        since = self._row(day - timedelta(days=LOOK_BACK + WEEK))
        part = slice(since, self._row(day + ONE_DAY))
        recent = _part(self._table, part)
        rows = choose(recent, scores[part], np.abs(self._unusual.z[part]).max(axis=1), allowed) + since
        return [int(row) for row in rows if row >= first]

    def _kept(self, rows: Ints, odd: Oddness, rarity: Floats, ordinary: float) -> dict[Key, Odd]:
        columns = zip(rows.tolist(), odd.forest.tolist(), odd.largest.tolist(), odd.rarest.tolist(), rarity.tolist(), strict=True)
        return {
            (self._facts[row].person, self._facts[row].day): Odd(forest, largest, rarest, rare, ordinary)
            for row, forest, largest, rarest, rare in columns
        }


class _Book:
    """How odd the days of the past were found, one row each; what is not known is written in tonight."""

    def __init__(self, facts: Sequence[DayFacts], past: Ints, known: Mapping[Key, Odd]) -> None:
        self._keys = [(facts[row].person, facts[row].day) for row in past.tolist()]
        found = [known.get(key) for key in self._keys]
        self.missing = np.array([at for at, one in enumerate(found) if one is None], np.int64)
        nothing = Odd(0.0, 0.0, 0.0, 0.0, 0.0)
        self._columns = np.array([_numbers(one or nothing) for one in found], np.float64).T.copy()

    @property
    def odd(self) -> Oddness:
        return Oddness(*self._columns[:3])

    def note(self, rows: Ints, odd: Oddness) -> None:
        self._columns[:3, rows] = odd.forest, odd.largest, odd.rarest

    def rate(self, detector: Detector) -> None:
        """Write in how rare the days are that were not known."""
        self._columns[3, self.missing] = detector.rarity(self.odd.at(self.missing))
        self._columns[4, self.missing] = detector.ordinary

    def with_newest(self, rarity: Floats, ordinary: float) -> tuple[Floats, Floats]:
        """Return the rarity of every row and what was ordinary in its night, tonight's rows at the end."""
        return np.concatenate((self._columns[3], rarity)), np.concatenate((self._columns[4], np.full(len(rarity), ordinary)))

    def news(self) -> dict[Key, Odd]:
        return {self._keys[at]: Odd(*self._columns[:, at].tolist()) for at in self.missing.tolist()}


def _numbers(one: Odd) -> tuple[float, ...]:
    return one.forest, one.largest, one.rarest, one.rarity, one.ordinary


def _part(table: UserDays, part: slice) -> UserDays:
    """Return some rows as a table of their own, in which users keep their numbers."""
    return UserDays(table.names, table.users[part], table.days[part], table.values[part], table.groups[part], table.rows[part])
