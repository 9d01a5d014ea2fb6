"""Which scores become alerts: so many a week for so many people, the oddest first, and one person's affair once.

```
eight weeks before    |  scores of days that were free to alert  |   threshold: the score that would have used the budget up
today                 |  above the threshold                     |   alert, then the same person rests for a week
```
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.baseline import days_of
from ml.userdays import Floats, Ints, UserDays

PEOPLE_PER_ALERT = 50
WEEK = 7
LOOK_BACK = 56
LEAST_Z = 4.0
"""However quiet the weeks before were, a day with nothing beyond this is an ordinary day."""
MUCH_ODDER = 1.25
"""So much odder than what was told, a day is told although its person rests; so much odder than the threshold, it uses nothing
of the budget up: that is for ordinary weeks, and an incident must not hide the next one."""
MOST_AT_ONCE = 3.0
"""In a week of many incidents so many times the budget may be spent."""


@dataclass(frozen=True)
class Budget:
    """How much there may be to read, and for how long a person rests after an alert."""

    people_per_alert: float = PEOPLE_PER_ALERT
    rest_days: int = WEEK

    def a_week(self, people: int) -> float:
        """Alerts a week."""
        return max(1.0, people / self.people_per_alert)


def choose(table: UserDays, scores: Floats, largest: Floats, budget: Budget) -> Ints:
    """Return the rows that become alerts, in the order of time; a choice depends on no later day."""
    chooser = _Chooser(table, scores, largest, budget)
    return np.array([row for day in days_of(table.days) for row in chooser.day(day)], np.int64)


class _Chooser:
    """Going through the days with what was chosen before."""

    def __init__(self, table: UserDays, scores: Floats, largest: Floats, budget: Budget) -> None:
        self._table, self._scores, self._largest, self._budget = table, scores, largest, budget
        self._resting = np.full(table.people, -1)
        self._told = np.zeros(table.people)
        self._free: list[tuple[int, float]] = []
        self._chosen: list[int] = []

    def day(self, rows: slice) -> list[int]:
        day = int(self._table.days[rows.start])
        at = np.arange(rows.start, rows.stop)
        users = self._table.users[at]
        free = at[(self._scores[at] > 0) & ((self._resting[users] < day) | (self._scores[at] > MUCH_ODDER * self._told[users]))]
        threshold, room = self._threshold(day), self._room(day)
        odd = free[(self._scores[free] > threshold) & (self._largest[free] >= LEAST_Z)]
        chosen = odd[np.argsort(-self._scores[odd], kind="stable")][:room].tolist()
        ordinary = free[self._scores[free] <= MUCH_ODDER * threshold]
        self._free.extend((day, float(score)) for score in self._scores[ordinary])
        self._resting[self._table.users[chosen]] = day + self._budget.rest_days
        self._told[self._table.users[chosen]] = self._scores[chosen]
        self._chosen.extend([day] * len(chosen))
        return chosen

    def _threshold(self, day: int) -> float:
        """Return the score that would have used up the budget of the weeks before; nothing is chosen in the first."""
        self._free = [one for one in self._free if one[0] >= day - LOOK_BACK]
        if not self._free or day - self._free[0][0] < WEEK:
            return np.inf
        weeks = (day - self._free[0][0]) / WEEK
        place = round(weeks * self._budget.a_week(self._table.people))
        ordered = sorted((score for _, score in self._free), reverse=True)
        return ordered[min(max(place, 1), len(ordered)) - 1]

    def _room(self, day: int) -> int:
        self._chosen = [one for one in self._chosen if one > day - WEEK]
        return max(0, int(MOST_AT_ONCE * self._budget.a_week(self._table.people)) - len(self._chosen))
