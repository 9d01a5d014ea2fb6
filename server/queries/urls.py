"""The URL Report tab: sites visited and the time at each, agreeing with Applications to the second."""

from __future__ import annotations

import numpy as np

from policy.categories import Category, RuleBook
from policy.summaries import Sites, SiteTimes
from server.organisation import AnySession
from server.queries.categories import categories_of
from server.queries.figures import coverage
from server.queries.selection import Selection, period_of
from server.queries.site_sums import SiteSums, engaged_by_site
from server.rules import rule_book

MOST_SITES = 500
"""So many sites are listed; what is left out is added up."""
NO_SITE = 0
"""The number of no site."""


def sites(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> Sites:
    """Return the sites of the selection, most engaged time first, then by name."""
    rules = rule_book(session, packaged)
    here = SiteSums(session, selection, rules)
    before = engaged_by_site(session, selection.before, rules)
    engaged = here.days.sum(axis=1).tolist()
    of = dict(zip(here.numbers, engaged, strict=True))
    names = here.names(session)
    listed = sorted((number for number in here.numbers if number != NO_SITE), key=lambda number: (-of[number], names[number]))
    rest = listed[MOST_SITES:]
    rows = _Rows(here, names, before, rules, _common_team(selection))
    return Sites(
        period=period_of(session, selection),
        days=selection.days,
        sites=[rows.row(number) for number in listed[:MOST_SITES]],
        without_site=rows.row(NO_SITE),
        rest=sum(of[number] for number in rest),
        truncated=len(rest),
        browsers=here.in_browsers,
        elsewhere=sum(engaged) - here.in_browsers,
        categories=categories_of(here.categories),
        coverage=coverage(session, selection, now),
    )


class _Rows:
    """Makes the rows of a selection's sites."""

    def __init__(self, sums: SiteSums, names: dict[int, str], before: dict[int, int], rules: RuleBook, team: int | None) -> None:
        self._sums, self._names, self._before, self._rules, self._team = sums, names, before, rules, team
        self._people = np.count_nonzero(sums.people, axis=1).tolist()
        self._place_of = {number: place for place, number in enumerate(sums.numbers)}

    def row(self, number: int) -> SiteTimes:
        """Return one site's row; its category is the company's rule, or the team's where all the people are of one team."""
        at, site = self._place_of.get(number), self._names[number]
        app = self._sums.app_of(number)
        verdict = self._rules.classify(app, site or None, team=self._team)
        daily = [0] * self._sums.days.shape[1] if at is None else self._sums.days[at].tolist()
        return SiteTimes(
            site=site,
            name=site and verdict.name,
            category=verdict.category if app else Category.NEUTRAL,
            classified=verdict.classified and bool(app),
            engaged=sum(daily),
            previous=self._before.get(number, 0),
            people=0 if at is None else self._people[at],
            daily=daily,
            by_hour=[0] * 24 if at is None else self._sums.hours[at].tolist(),
        )


def _common_team(selection: Selection) -> int | None:
    teams = {member.team for member in selection.people}
    return teams.pop() if len(teams) == 1 else None
