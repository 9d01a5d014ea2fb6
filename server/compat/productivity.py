"""Two-state figures of one person, minute by minute, from the spans that every other figure comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from msgspec import Struct

from policy.categories import RuleBook
from policy.events import MINUTE_MS
from policy.intervals import union
from policy.presence import Thresholds, add_up
from policy.worktime import day_bounds
from server.compat.two_state import State, decide, window_of
from server.days.ledger import facts_between
from server.days.partition import SpanFact, judged_spans
from server.organisation import AnySession
from server.people import Member
from server.rules import rule_book

Place = tuple[str, str | None, str | None]
ONE_DAY = timedelta(days=1)


class Bucket(Struct, frozen=True):
    """One minute of a person: what was in front for most of it, its state, and the seconds of it that were seen."""

    app: str
    category: str
    state: State
    seconds: int


class Totals(Struct, frozen=True):
    """Seconds by state; `total_buckets` are minutes with any evidence."""

    productive: int
    non_productive: int
    total_seconds: int
    total_buckets: int


class DayTotals(Totals, frozen=True):
    """The totals of one local day."""

    date: date


class AppTotals(Struct, frozen=True):
    """One app or site; `category` is what the three-class rules say of it."""

    app_name: str
    category: str
    total_seconds: int
    states: dict[State, int]


class AppSeconds(Struct, frozen=True):
    """One app or site with its non-productive seconds."""

    app_name: str
    seconds: int


def buckets(session: AnySession, packaged: RuleBook, thresholds: Thresholds, member: Member, day: date) -> list[Bucket]:
    """Return the minutes of a person's local day, all devices together; what a pause holds is not told."""
    rules, places = rule_book(session, packaged), list[Place]()
    numbers: dict[Place, int] = {}

    def label(*place: str | None) -> int:
        known: Place = place  # type: ignore[assignment]
        if known not in numbers:
            numbers[known] = len(places)
            places.append(known)
        return numbers[known]

    start, end = day_bounds(day, member.zone)
    told = judged_spans(facts_between(session, member.id, start, end, rules, label), thresholds)
    own = sorted((span for span, _ in told if start <= span.start < end), key=lambda span: span.start)
    minutes = [list(group) for _, group in groupby(own, key=lambda span: span.start // MINUTE_MS)]
    return [_bucket(spans, places, rules, thresholds, member.team) for spans in minutes]


def _bucket(spans: list[SpanFact], places: list[Place], rules: RuleBook, thresholds: Thresholds, team: int | None) -> Bucket:
    app, site, title = places[_foremost(spans)]
    verdict = rules.classify(app, site, None, team)
    state = decide(add_up(spans), window_of(rules, app, site, title, team), thresholds)
    seen = union((span.start, span.end) for span in spans)
    return Bucket(verdict.name, verdict.category.value, state, round(sum(end - start for start, end in seen) / 1000))


def _foremost(spans: Iterable[SpanFact]) -> int:
    """Return the place that was in front longest; of equal ones, the first."""
    lengths: dict[int, int] = defaultdict(int)
    for span in spans:
        lengths[span.app] += span.end - span.start
    return max(lengths, key=lengths.__getitem__)


def totals(found: Iterable[Bucket]) -> Totals:
    """Return the sums of buckets."""
    found = list(found)
    by_state = {state: sum(one.seconds for one in found if one.state is state) for state in State}
    return Totals(by_state[State.PRODUCTIVE], by_state[State.NON_PRODUCTIVE], sum(by_state.values()), len(found))


def day_totals(day: date, found: Iterable[Bucket]) -> DayTotals:
    """Return the sums of the buckets of a day."""
    sums = totals(found)
    return DayTotals(sums.productive, sums.non_productive, sums.total_seconds, sums.total_buckets, day)


def apps(found: Iterable[Bucket]) -> list[AppTotals]:
    """Return buckets by app or site, most time first."""
    by_app: dict[tuple[str, str], dict[State, int]] = defaultdict(lambda: dict.fromkeys(State, 0))
    for one in found:
        by_app[one.app, one.category][one.state] += one.seconds
    rows = [AppTotals(name, category, sum(states.values()), states) for (name, category), states in by_app.items()]
    return sorted(rows, key=lambda row: (-row.total_seconds, row.app_name))


def non_productive_apps(found: Iterable[Bucket]) -> list[AppSeconds]:
    """Return apps and sites with non-productive time, most of it first."""
    rows = [AppSeconds(row.app_name, row.states[State.NON_PRODUCTIVE]) for row in apps(found)]
    return sorted((row for row in rows if row.seconds), key=lambda row: (-row.seconds, row.app_name))


def last_days(last: date, count: int) -> list[date]:
    """Return `count` days that end with `last`."""
    return [last - ONE_DAY * back for back in reversed(range(count))]
