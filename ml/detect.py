"""One score a day: an Isolation Forest over everybody's robust z, the largest z, and what the days before were like.

```
forest    how few random cuts set the day apart           -> its rarity among earlier days, -log(share of them as odd); half counts
largest   the largest |z| of the day                      -> its rarity
rarest    the feature whose |z| the company sees least    -> its rarity; only where z of different features can be compared
memory    an unusual day among unusual days weighs more   -> an average of the days before that fades by a fifth each day
```
The forest is the one of Liu, Ting and Zhou (2008) as scikit-learn has it, grown anew each week from the days before; nothing
is kept in a file. The seed is fixed: the same table gives the same scores bit for bit. Of z the forest sees what is beyond 2:
a day is a few features that matter among thirty that do not, and random cuts would be spent on those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import IsolationForest

from ml.baseline import REFRESH, Unusual, compare, days_of
from ml.userdays import Floats, Ints, UserDays

TREES = 200
SAMPLES = 1024
SEED = 20_240_101
ORDINARY_Z, CUT = 2.0, 8.0
"""The forest sees nothing of z up to the first, and z cut off at the second: random cuts are drawn from the range of a feature."""
LEAST_PAST = 50
REMEMBERED_ROWS = 45_000
GROWN_FROM = 8192
"""A forest is grown from every n-th of those, at most this many: each tree draws its sample from them anyway."""
FOREST_WEIGHT = 0.5
TAIL = 2.0
"""Beyond all that was ever seen rarity grows as in a Pareto tail of this index."""
FADE = 0.8
MEMORY_WEIGHT = 1.5
ORDINARY = 0.9
"""This share of days leaves nothing in the memory."""


@dataclass(frozen=True)
class Oddness:
    """(n,) how odd days are: by the forest, by their largest |z|, and the rarity of their rarest feature (0 if not asked for)."""

    forest: Floats
    largest: Floats
    rarest: Floats

    def at(self, rows: Ints) -> Oddness:
        """Return those rows."""
        return Oddness(self.forest[rows], self.largest[rows], self.rarest[rows])


@dataclass(frozen=True)
class Detector:
    """A grown forest, the |z| of earlier days by feature (m, k), and how odd those days were; all sorted."""

    forest: IsolationForest
    sizes: Floats
    earlier: Oddness
    ordinary: float

    def rarity(self, odd: Oddness) -> Floats:
        """Return (n,) how rare days as odd as these are; 0 is the most ordinary day."""
        return FOREST_WEIGHT * rare(odd.forest, self.earlier.forest) + rare(odd.largest, self.earlier.largest) + odd.rarest


def detector_of(forest: IsolationForest, sizes: Floats, earlier: Oddness) -> Detector:
    """Return a detector that measures by these earlier days."""
    detector = Detector(forest, sizes, Oddness(np.sort(earlier.forest), np.sort(earlier.largest), earlier.rarest), 0.0)
    return Detector(forest, sizes, detector.earlier, float(np.quantile(detector.rarity(earlier), ORDINARY)))


def plain_forest(rows: Floats, seed: int, trees: int = TREES, samples: int = SAMPLES) -> IsolationForest:
    """Return scikit-learn's forest grown on the rows."""
    return IsolationForest(n_estimators=trees, max_samples=min(samples, len(rows)), random_state=seed).fit(rows)


def oddness(forest: IsolationForest, z: Floats) -> Floats:
    """Return (n,) how few random cuts set days with these z (n, k) apart; higher is odder."""
    scores: Floats = -forest.score_samples(_seen(z))
    return scores


def _seen(z: Floats) -> Floats:
    """Return what the forest sees of z."""
    return np.sign(z) * np.maximum(0.0, np.minimum(np.abs(z), CUT) - ORDINARY_Z)


def rarity_by_feature(z: Floats, earlier: Floats) -> Floats:
    """Return (n, k) how rare each |z| is among the earlier days' (m, k) of the same feature, each column sorted.

    Four minutes at a site nobody has as a habit are many spreads away, and yet happen to somebody every day.
    """
    size = np.abs(z)
    rarity = np.column_stack([rare(size[:, at], earlier[:, at]) for at in range(z.shape[1])])
    beyond = np.maximum(1.0, size / np.maximum(earlier[-1], 1.0))
    return rarity + TAIL * np.log(beyond)


def rare(scores: Floats, earlier: Floats) -> Floats:
    """Return -log of the share of earlier scores (sorted) that are at least as high."""
    above = len(earlier) - np.searchsorted(earlier, scores, side="left")
    return -np.log((above + 0.5) / (len(earlier) + 1.0))


class Memory:
    """What each user's days before were like: an average of how far they were beyond the ordinary."""

    def __init__(self, people: int) -> None:
        self._average = np.zeros(people)

    def weigh(self, users: Ints, rarity: Floats, ordinary: float) -> Floats:
        """Return the scores of one day's rows, and remember them."""
        score = rarity + MEMORY_WEIGHT * self._average[users]
        beyond = np.maximum(0.0, rarity - ordinary)
        self._average[users] = FADE * self._average[users] + (1 - FADE) * beyond
        return score


def score(table: UserDays, unusual: Unusual | None = None, seed: int = SEED) -> Floats:
    """Return (n,) a score for every row, 0 for those without enough own days; a row depends on no later day."""
    unusual = compare(table) if unusual is None else unusual
    return _Scoring(table, unusual, seed).run()


def past_of(unusual: Unusual, before: int) -> Ints:
    """Return the rows before this one that a forest is grown from."""
    return np.flatnonzero(unusual.ready[:before])[-REMEMBERED_ROWS:]


def forest_before(unusual: Unusual, before: int, seed: int = SEED) -> IsolationForest:
    """Return the forest that scores the week which begins with this row."""
    past = past_of(unusual, before)
    return plain_forest(_seen(unusual.z[past[:: -(-len(past) // GROWN_FROM)]]), seed)


def weeks_of(days: Ints) -> Iterator[slice]:
    """Yield the rows of each seven days, counted from the first; the days are sorted."""
    yield from days_of((days - days[:1]) // REFRESH)


class _Scoring:
    """Going through the days in order: each week a new forest, each day its scores."""

    def __init__(self, table: UserDays, unusual: Unusual, seed: int) -> None:
        self._table, self._unusual, self._seed = table, unusual, seed
        self._odd = Oddness(*(np.zeros(table.size) for _ in range(3)))
        self._memory = Memory(table.people)
        self._started = False

    def run(self) -> Floats:
        scores = np.zeros(self._table.size)
        for week in weeks_of(self._table.days):
            detector = self._grow(week.start)
            if detector is None:
                continue
            ready = np.arange(week.start, week.stop)[self._unusual.ready[week]]
            if len(ready):
                rarity = detector.rarity(self._note(detector.forest, detector.sizes, ready))
                scores[ready] = self._remember(ready, rarity, detector.ordinary)
        return scores

    def _remember(self, rows: Ints, rarity: Floats, ordinary: float) -> Floats:
        users = self._table.users[rows]
        days = days_of(self._table.days[rows])
        return np.concatenate([self._memory.weigh(users[day], rarity[day], ordinary) for day in days])

    def _grow(self, before: int) -> Detector | None:
        """Grow the week's forest from the rows before this one; the odd days of the past stay as odd as they were found then."""
        past = past_of(self._unusual, before)
        if len(past) < LEAST_PAST:
            return None
        forest = forest_before(self._unusual, before, self._seed)
        sizes = np.sort(np.abs(self._unusual.z[past]), axis=0)
        if not self._started:
            self._note(forest, sizes, past)
            self._started = True
        return detector_of(forest, sizes, self._odd.at(past))

    def _note(self, forest: IsolationForest, sizes: Floats, rows: Ints) -> Oddness:
        z = self._unusual.z[rows]
        self._odd.forest[rows] = oddness(forest, z)
        self._odd.largest[rows] = np.abs(z).max(axis=1)
        if self._unusual.comparable:
            self._odd.rarest[rows] = rarity_by_feature(z, sizes).max(axis=1)
        return self._odd.at(rows)
