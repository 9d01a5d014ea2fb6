"""The URL Report tab: sites visited and the time at each, agreeing with Applications to the second."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from policy.categories import Category, RuleBook
from policy.presence import Presence
from policy.summaries import Categories, Sites, SiteTimes
from server.organisation import AnySession
from server.queries.ledger_rows import coverage, day_figures
from server.queries.quarter_rows import Browsing, SiteDay, Use
from server.queries.selection import Selection, period_of
from server.rules import rule_book

MOST_SITES = 500
"""So many sites are listed; what is left out is added up."""
NO_SITE = ""


class _Tally(Struct):
    """What is known of one site while rows are read: seconds by day and by app."""

    days: Counter[object]
    apps: Counter[str]


class _Found(Struct, frozen=True):
    """Everything the store said, by site."""

    tallies: dict[str, _Tally]
    before: Counter[str]
    people: dict[str, int]
    hours: dict[str, list[int]]


def sites(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> Sites:
    """Return the sites of the selection, most engaged time first, then by name."""
    rules = rule_book(session, packaged)
    here = Browsing(session, selection, rules)
    before = Counter[str]()
    for row in Browsing(session, selection.before, rules).days():
        before[row.site] += row.seconds
    found = _Found(_tallies(here.days()), before, here.people(), here.hours())
    listed = sorted((site for site in found.tallies if site), key=lambda site: (-found.tallies[site].apps.total(), site))
    rest = listed[MOST_SITES:]
    in_browsers, elsewhere = _by_kind_of_app(found.tallies, rules)
    return Sites(
        period=period_of(session, selection),
        days=selection.days,
        sites=[_site_times(site, found, selection, rules) for site in listed[:MOST_SITES]],
        without_site=_site_times(NO_SITE, found, selection, rules),
        rest=sum(found.tallies[site].apps.total() for site in rest),
        truncated=len(rest),
        browsers=in_browsers,
        elsewhere=elsewhere,
        categories=_categories(here.uses(), rules),
        coverage=coverage(day_figures(session, selection, now).values()),
    )


def _tallies(rows: Iterable[SiteDay]) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = defaultdict(lambda: _Tally(Counter(), Counter()))
    for row in rows:
        tallies[row.site].days[row.day] += row.seconds
        tallies[row.site].apps[row.app] += row.seconds
    return tallies


def _by_kind_of_app(tallies: dict[str, _Tally], rules: RuleBook) -> tuple[int, int]:
    """Return seconds in browsers and seconds elsewhere."""
    apps = Counter[str]()
    for tally in tallies.values():
        apps.update(tally.apps)
    in_browsers = sum(seconds for app, seconds in apps.items() if rules.is_browser(app))
    return in_browsers, apps.total() - in_browsers


def _site_times(site: str, found: _Found, selection: Selection, rules: RuleBook) -> SiteTimes:
    """Return one site's row; its category is the company's rule, or the team's where all the people are of one team."""
    tally = found.tallies.get(site, _Tally(Counter(), Counter()))
    app = max(tally.apps, key=lambda one: (tally.apps[one], one), default="")
    verdict = rules.classify(app, site or None, team=_common_team(selection))
    return SiteTimes(
        site=site,
        name=site and verdict.name,
        category=verdict.category if app else Category.NEUTRAL,
        classified=verdict.classified and bool(app),
        engaged=tally.days.total(),
        previous=found.before[site],
        people=found.people.get(site, 0),
        daily=[tally.days[day] for day in selection.days],
        by_hour=found.hours.get(site, [0] * 24),
    )


def _common_team(selection: Selection) -> int | None:
    teams = {member.team for member in selection.people}
    return teams.pop() if len(teams) == 1 else None


def _categories(uses: Iterable[Use], rules: RuleBook) -> Categories:
    sums = dict.fromkeys(("productive", "neutral", "unproductive", "unclassified"), 0)
    for use in uses:
        verdict = rules.classify(use.app, use.site or None, Presence.MEETING if use.in_meeting else None, use.team)
        sums[verdict.category.value] += use.seconds
        if not verdict.classified:
            sums["unclassified"] += use.seconds
    return Categories(**sums)
