"""The Applications tab: programs used and the time in each."""

from __future__ import annotations

import numpy as np

from policy.categories import RuleBook
from policy.presence import Presence
from policy.summaries import Applications, AppTimes
from server.days.day_pages import Array, Usage
from server.days.packed import ENGAGED_BELOW, NUMBERS
from server.models import App
from server.organisation import AnySession
from server.queries.categories import CODES, Verdicts, categories_of
from server.queries.chunks import Chunk, chunks
from server.queries.figures import coverage
from server.queries.memory import memory_of
from server.queries.selection import Selection, period_of
from server.rules import rule_book

IDLE = NUMBERS[Presence.IDLE]
COUNTED = ("keys", "clicks", "scrolls")


def applications(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> Applications:
    """Return every app of the selection, most engaged time first, then by name."""
    rules = rule_book(session, packaged)
    here = _Apps(session, selection, rules)
    before = engaged_by_app(session, selection.before)
    numbers = [number for number, used in zip(here.numbers, np.any(here.people, axis=1).tolist(), strict=True) if used]
    names = memory_of(session).words(session, App, numbers)
    apps = [here.row(number, names.get(number, ""), before.get(number, 0), rules) for number in numbers]
    return Applications(
        period=period_of(session, selection),
        days=selection.days,
        apps=sorted(apps, key=lambda one: (-one.engaged, one.name, one.app)),
        categories=categories_of(here.categories),
        coverage=coverage(session, selection, now),
    )


class _Apps:
    """The sums of a selection by app: tables with a row for each app the process knows."""

    def __init__(self, session: AnySession, selection: Selection, rules: RuleBook) -> None:
        read = chunks(session, selection, Usage)
        self._verdicts = Verdicts(session, selection, rules)
        named, self._app_of = np.unique(memory_of(session).places[0], return_inverse=True)
        self.numbers: list[int] = named.tolist()
        self.people = np.zeros((len(named), len(selection.people)), bool)
        self._days = np.zeros((len(named), len(selection.days)), np.int64)
        self._idle = np.zeros(len(named))
        self._counts = np.zeros((len(named), len(COUNTED)))
        sums = np.zeros(CODES)
        for chunk in read:
            sums += self._add(chunk)
        self.categories = sums.astype(np.int64)

    def _add(self, chunk: Chunk[Usage]) -> Array:
        """Add a chunk's rows; return its engaged time by category."""
        part, of, app = chunk.part, chunk.of, self._app_of[chunk.part.place]
        engaged, idle = np.flatnonzero(part.presence < ENGAGED_BELOW), np.flatnonzero(part.presence == IDLE)
        chunk.add_by_day(self._days, of[engaged], app[engaged], part.seconds[engaged])
        self.people[app, chunk.who[of]] = True
        self._idle += np.bincount(app[idle], part.seconds[idle], len(self.numbers))
        for column, name in enumerate(COUNTED):
            self._counts[:, column] += np.bincount(app, getattr(part, name), len(self.numbers))
        codes = self._verdicts.of(part.place[engaged], part.presence[engaged], chunk.who[of[engaged]])
        return np.bincount(codes, part.seconds[engaged], CODES)

    def row(self, number: int, app: str, previous: int, rules: RuleBook) -> AppTimes:
        """Return one app's row."""
        at, verdict = self.numbers.index(number), rules.classify(app, None)
        daily = self._days[at].tolist()
        keys, clicks, scrolls = self._counts[at].astype(np.int64).tolist()
        return AppTimes(
            app=app,
            name=verdict.name,
            category=verdict.category,
            classified=verdict.classified,
            engaged=sum(daily),
            previous=previous,
            idle=int(self._idle[at]),
            people=int(self.people[at].sum()),
            keys=keys,
            clicks=clicks,
            scrolls=scrolls,
            daily=daily,
        )


def engaged_by_app(session: AnySession, selection: Selection) -> dict[int, int]:
    """Return {app: engaged seconds}."""
    read = chunks(session, selection, Usage)
    apps = memory_of(session).places[0]
    sums = np.zeros(len(apps))
    for chunk in read:
        engaged = np.flatnonzero(chunk.part.presence < ENGAGED_BELOW)
        sums += np.bincount(chunk.part.place[engaged], chunk.part.seconds[engaged], len(apps))
    named, app_of = np.unique(apps, return_inverse=True)
    return dict(zip(named.tolist(), np.bincount(app_of, sums, len(named)).astype(np.int64).tolist(), strict=True))
