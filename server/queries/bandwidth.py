"""The Bandwidth Usage tab: bytes sent and received by app and by person; `owners.py` says whose PC it was."""

from __future__ import annotations

import numpy as np

from policy.categories import RuleBook
from policy.summaries import AppTraffic, Bandwidth, PersonTraffic, Traffic
from server.day_pages import Array
from server.organisation import AnySession
from server.queries.network_rows import NOBODY, amounts
from server.queries.person_days import app_texts
from server.queries.selection import Selection, period_of, person_of
from server.rules import rule_book

MOST_APPS = 500
KINDS = Traffic.__struct_fields__
"""Sent and received, first what was counted and then what was estimated."""


class _Sums:
    """The amounts of a selection added up by app, by person and by day: tables of their number × KINDS."""

    def __init__(self, session: AnySession, selection: Selection, now: int) -> None:
        found = amounts(session, selection, now)
        self._days, self._people = len(selection.days), len(selection.people)
        self._estimated, self._both = found.estimated.astype(np.int64), (found.sent, found.received)
        self.apps, self._app = np.unique(found.app, return_inverse=True)
        self._who, self._day = found.who - NOBODY, found.day
        self.by_day = self._table(self._day, self._days)
        self.by_app = self._table(self._app, len(self.apps))
        self.by_person = self._table(self._who, self._people + 1)
        self.total = self.by_day.sum(axis=0)

    def daily_of_apps(self) -> Array:
        """Return apps × days, in bytes."""
        keys = self._app * self._days + self._day
        return sum(_added(keys, amount, len(self.apps) * self._days) for amount in self._both).reshape(-1, self._days)

    def people_of_apps(self) -> Array:
        """Return how many people each app was used by."""
        pairs = np.unique(self._app * (self._people + 1) + self._who)
        of, who = np.divmod(pairs, self._people + 1)
        return np.bincount(of[who > 0], minlength=len(self.apps))

    def there(self) -> Array:
        """Return which people have any amount, even of nothing."""
        return np.bincount(self._who, minlength=self._people + 1) > 0

    def _table(self, keys: Array, size: int) -> Array:
        columns = [_added(2 * keys + self._estimated, amount, 2 * size).reshape(size, 2) for amount in self._both]
        return np.stack(columns, axis=2).reshape(size, len(KINDS))


def _added(keys: Array, amount: Array, size: int) -> Array:
    """Return sums by key, exactly: each half of a number is added up by itself, since floats are whole up to 2**53 only."""
    high, low = np.divmod(amount, 1 << 26)
    sums: Array = (np.bincount(keys, high, size).astype(np.int64) << 26) + np.bincount(keys, low, size).astype(np.int64)
    return sums


def bandwidth(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> Bandwidth:
    """Return the selection's bytes; an event counts on the local day it starts in."""
    rules = rule_book(session, packaged)
    here = _Sums(session, selection, now)
    there, people = here.there().tolist(), here.by_person.tolist()
    told = [
        PersonTraffic(person_of(member), Traffic(*people[place])) for place, member in enumerate(selection.people, start=1) if there[place]
    ]
    apps = _apps(session, here, rules)
    return Bandwidth(
        period=period_of(session, selection),
        days=selection.days,
        total=Traffic(*here.total.tolist()),
        previous=Traffic(*_Sums(session, selection.before, now).total.tolist()),
        daily=[Traffic(*row) for row in here.by_day.tolist()],
        apps=sorted(apps, key=lambda one: (-one.traffic.total, one.app))[:MOST_APPS],
        people=sorted(told, key=lambda one: (-one.traffic.total, one.person.name, one.person.id)),
        nobody=Traffic(*people[0]) if selection.everybody else None,
        truncated=max(0, len(apps) - MOST_APPS),
    )


def _apps(session: AnySession, here: _Sums, rules: RuleBook) -> list[AppTraffic]:
    numbers = here.apps.tolist()
    names = app_texts(session, numbers)
    rows = zip(numbers, here.by_app.tolist(), here.people_of_apps().tolist(), here.daily_of_apps().tolist(), strict=True)
    return [
        AppTraffic(app=app, name=rules.display_name(app), traffic=Traffic(*kinds), people=people, daily=daily)
        for app, kinds, people, daily in ((names.get(number, ""), *rest) for number, *rest in rows)
    ]
