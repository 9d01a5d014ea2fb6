"""Engaged time at sites and in browsers, added up by site: by day, by local hour, by person and by app."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select

from policy.categories import RuleBook
from server.days import wall
from server.days.day_pages import Array, Hours, Usage
from server.days.packed import ENGAGED_BELOW
from server.models import App, Site
from server.organisation import AnySession
from server.queries.categories import CODES, Verdicts
from server.queries.chunks import Chunk, chunks
from server.queries.memory import memory_of
from server.queries.selection import Selection


class _Places:
    """Which of the places the process knows are at a site or in a browser, and a row in the tables for each site among them."""

    def __init__(self, session: AnySession, rules: RuleBook) -> None:
        apps, sites = memory_of(session).places
        self.names = memory_of(session).words(session, App, np.unique(apps).tolist())
        known = np.unique(apps)
        browsers = known[[rules.is_browser(self.names.get(app, "")) for app in known.tolist()]] if len(known) else known
        self.apps, self.sites = apps, sites
        self.in_browser = np.isin(apps, browsers)
        self.counted = (apps > 0) & ((sites > 0) | self.in_browser)
        self.numbers, self.row_of = np.unique(sites, return_inverse=True)


class SiteSums:
    """The tables of one selection; `numbers` says which site a row is of, and 0 is none."""

    def __init__(self, session: AnySession, selection: Selection, rules: RuleBook) -> None:
        used, hourly = chunks(session, selection, Usage), chunks(session, selection, Hours)
        self._places = places = _Places(session, rules)
        size = len(places.numbers)
        self.days = np.zeros((size, len(selection.days)), np.int64)
        self.people = np.zeros((size, len(selection.people)), bool)
        self._by_place, self._by_hour, by_category = np.zeros(len(places.apps)), np.zeros(size * wall.HOURS), np.zeros(CODES)
        verdicts = Verdicts(session, selection, rules)
        for chunk in used:
            by_category += self._add(chunk, verdicts)
        for hours in hourly:
            self._add_hours(hours)
        self.categories = by_category.astype(np.int64)
        self.in_browsers = int(self._by_place[places.in_browser].sum())
        self._drop_unseen()

    def _add(self, chunk: Chunk[Usage], verdicts: Verdicts) -> Array:
        """Add a chunk's rows; return its time by category."""
        part, places = chunk.part, self._places
        rows = np.flatnonzero((part.presence < ENGAGED_BELOW) & places.counted[part.place])
        of, place, seconds = chunk.of[rows], part.place[rows], part.seconds[rows]
        site = places.row_of[place]
        chunk.add_by_day(self.days, of, site, seconds)
        self.people[site, chunk.who[of]] = True
        self._by_place += np.bincount(place, seconds, len(self._by_place))
        return np.bincount(verdicts.of(place, part.presence[rows], chunk.who[of]), seconds, CODES)

    def _add_hours(self, chunk: Chunk[Hours]) -> None:
        part, places = chunk.part, self._places
        rows = np.flatnonzero(places.counted[part.place])
        key = places.row_of[part.place[rows]] * wall.HOURS + part.hour[rows] % wall.HOURS
        self._by_hour += np.bincount(key, part.seconds[rows], len(self._by_hour))

    def _drop_unseen(self) -> None:
        """Keep the rows of sites that somebody was at."""
        seen = np.flatnonzero(self.people.any(axis=1))
        self.numbers: list[int] = self._places.numbers[seen].tolist()
        self.days, self.people = self.days[seen], self.people[seen]
        self.hours = self._by_hour.astype(np.int64).reshape(-1, wall.HOURS)[seen]
        self._apps = self._most_used_apps()

    def _most_used_apps(self) -> dict[int, str]:
        """Return for each site the app in which most of its time was, of two alike the one whose name comes last."""
        best: dict[int, tuple[float, str]] = {}
        places = self._places
        for place in np.flatnonzero(self._by_place).tolist():
            mine = (self._by_place[place], places.names.get(int(places.apps[place]), ""))
            site = int(places.sites[place])
            best[site] = max(best.get(site, mine), mine)
        return {site: app for site, (_, app) in best.items()}

    def app_of(self, number: int) -> str:
        """Return the app a site was seen in most; empty where there was no time."""
        return self._apps.get(number, "")

    def names(self, session: AnySession) -> dict[int, str]:
        """Return {number: site}."""
        return memory_of(session).words(session, Site, self.numbers)


def engaged_by_site(session: AnySession, selection: Selection, rules: RuleBook) -> dict[int, int]:
    """Return {site: engaged seconds}."""
    read = chunks(session, selection, Usage)
    places = _Places(session, rules)
    sums = np.zeros(len(places.apps))
    for chunk in read:
        engaged = np.flatnonzero(chunk.part.presence < ENGAGED_BELOW)
        sums += np.bincount(chunk.part.place[engaged], chunk.part.seconds[engaged], len(sums))
    by_site = np.bincount(places.row_of, np.where(places.counted, sums, 0), len(places.numbers))
    return dict(zip(places.numbers.tolist(), by_site.astype(np.int64).tolist(), strict=True))


def hours_by_person(session: AnySession, selection: Selection, site: str, rules: RuleBook) -> dict[int, list[int]]:
    """Return {person: seconds at a site in each local hour of the day}."""
    number = 0 if not site else session.execute(select(Site.id).where(Site.text == site)).scalar_one_or_none()
    if number is None:
        return {}
    read = chunks(session, selection, Hours)
    places = _Places(session, rules)
    here = places.counted & (places.sites == number)
    sums = np.zeros(len(selection.people) * wall.HOURS)
    for chunk in read:
        rows = np.flatnonzero(here[chunk.part.place])
        key = chunk.who[chunk.of[rows]] * wall.HOURS + chunk.part.hour[rows] % wall.HOURS
        sums += np.bincount(key, chunk.part.seconds[rows], len(sums))
    table = sums.astype(np.int64).reshape(-1, wall.HOURS).tolist()
    return {member.id: hours for member, hours in zip(selection.people, table, strict=True) if any(hours)}
