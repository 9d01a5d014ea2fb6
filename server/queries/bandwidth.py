"""The Bandwidth Usage tab: bytes sent and received by app and by person; `owners.py` says whose PC it was."""

from __future__ import annotations

import numpy as np

from policy.categories import RuleBook
from policy.summaries import AppTraffic, Bandwidth, PersonTraffic, Traffic
from server.days.day_pages import Array
from server.organisation import AnySession
from server.queries.network_rows import NOBODY, amounts
from server.queries.person_days import app_texts
from server.queries.selection import Selection, period_of, person_of
from server.rules import rule_book

MOST_APPS = 500
HALF = 32
KINDS = Traffic.__struct_fields__
"""Sent and received, first what was counted and then what was estimated."""


class _Halves:
    """Numbers that are added up by key exactly: their halves by themselves, because `bincount` adds floats, whole up to 2**53 only."""

    def __init__(self, amounts: Array) -> None:
        self._high, self._low = (amounts >> HALF).astype(np.float64), (amounts & (1 << HALF) - 1).astype(np.float64)
        self._small = not self._high.any()

    def added(self, keys: Array, size: int) -> Array:
        """Return the sum of each key below `size`."""
        sums: Array = np.bincount(keys, self._low, size).astype(np.int64)
        return sums if self._small else sums + (np.bincount(keys, self._high, size).astype(np.int64) << HALF)


class _Sums:
    """The amounts of a selection added up by app, by person and by day: tables of their number × KINDS."""

    def __init__(self, session: AnySession, selection: Selection, now: int) -> None:
        found = amounts(session, selection, now)
        self._days, self._people = len(selection.days), len(selection.people)
        self._estimated, self._both = found.estimated.astype(np.int64), [_Halves(one) for one in (found.sent, found.received)]
        self.apps = np.flatnonzero(np.bincount(found.app))
        self._app = np.searchsorted(self.apps, found.app)
        self._who, self._day = found.who - NOBODY, found.day
        self.by_day = self._table(self._day, self._days)
        self.by_app = self._table(self._app, len(self.apps))
        self.by_person = self._table(self._who, self._people + 1)
        self.total = self.by_day.sum(axis=0)

    def daily_of_apps(self) -> Array:
        """Return apps × days, in bytes."""
        keys = self._app * self._days + self._day
        size = len(self.apps) * self._days
        sums: Array = sum((amount.added(keys, size) for amount in self._both), np.zeros(size, np.int64))
        return sums.reshape(-1, self._days)

    def people_of_apps(self) -> Array:
        """Return how many people each app was used by."""
        size = len(self.apps) * (self._people + 1)
        met = np.bincount(self._app * (self._people + 1) + self._who, minlength=size).reshape(-1, self._people + 1)
        people: Array = (met[:, 1:] > 0).sum(axis=1)
        return people

    def there(self) -> Array:
        """Return which people have any amount, even of nothing."""
        there: Array = np.bincount(self._who, minlength=self._people + 1) > 0
        return there

    def _table(self, keys: Array, size: int) -> Array:
        keys = 2 * keys + self._estimated
        columns = [amount.added(keys, 2 * size).reshape(size, 2) for amount in self._both]
        return np.stack(columns, axis=2).reshape(size, len(KINDS))


def _total(session: AnySession, selection: Selection, now: int) -> Traffic:
    found = amounts(session, selection, now)
    kinds = [~found.estimated.astype(np.bool_), found.estimated.astype(np.bool_)]
    return Traffic(*(int(amount[kind].sum()) for kind in kinds for amount in (found.sent, found.received)))


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
        previous=_total(session, selection.before, now),
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
