"""The Applications tab: programs used and the time in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from policy.categories import RuleBook
from policy.presence import ENGAGED, Presence
from policy.summaries import Applications, AppTimes
from server.organisation import AnySession
from server.queries.ledger_rows import Usage, categories_of, coverage, day_figures, usages
from server.queries.selection import Selection, period_of
from server.rules import rule_book


def applications(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> Applications:
    """Return every app of the selection, most engaged time first, then by name."""
    rules = rule_book(session, packaged)
    used = list(usages(session, selection, rules))
    before = _engaged_by_app(usages(session, selection.before, rules))
    by_app: dict[str, list[Usage]] = defaultdict(list)
    for usage in used:
        by_app[usage.app].append(usage)
    apps = [_app_times(app, mine, before.get(app, 0), selection, rules) for app, mine in by_app.items()]
    return Applications(
        period=period_of(session, selection),
        days=selection.days,
        apps=sorted(apps, key=lambda one: (-one.engaged, one.name)),
        categories=categories_of(used),
        coverage=coverage(day_figures(session, selection, now).values()),
    )


def _engaged_by_app(used: Iterable[Usage]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for usage in used:
        if usage.presence in ENGAGED:
            sums[usage.app] += usage.seconds
    return sums


def _app_times(app: str, used: list[Usage], previous: int, selection: Selection, rules: RuleBook) -> AppTimes:
    verdict = rules.classify(app, None)
    daily = dict.fromkeys(selection.days, 0)
    for usage in used:
        if usage.presence in ENGAGED:
            daily[usage.day] += usage.seconds
    return AppTimes(
        app=app,
        name=verdict.name,
        category=verdict.category,
        classified=verdict.classified,
        engaged=sum(daily.values()),
        previous=previous,
        idle=sum(usage.seconds for usage in used if usage.presence is Presence.IDLE),
        people=len({usage.person for usage in used}),
        keys=sum(usage.keys for usage in used),
        clicks=sum(usage.clicks for usage in used),
        scrolls=sum(usage.scrolls for usage in used),
        daily=list(daily.values()),
    )
