"""Engaged time added up in the store by hour, by site and by the day, so that no more rows are read than a tab shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from policy.categories import RuleBook
from policy.presence import ENGAGED, Presence
from server.models import App, LedgerQuarter, LedgerUsage, Person, Site
from server.organisation import AnySession
from server.people import Member
from server.queries import wall
from server.queries.selection import Selection

SECONDS = func.sum(LedgerQuarter.seconds)
Rung = type[LedgerQuarter] | type[LedgerUsage]
"""Hours of the day need quarter hours; all else is read from days."""


class SiteDay(NamedTuple):
    """Engaged seconds of everybody in one app at one site on one day; the site is empty where none is known."""

    site: str
    app: str
    day: date
    seconds: int


class Use(NamedTuple):
    """Engaged seconds of a team in one app at one site, in meetings or not."""

    team: int | None
    app: str
    site: str
    in_meeting: bool
    seconds: int


def by_zone(people: Iterable[Member]) -> dict[str, list[int]]:
    """Return {zone: ids of the people in it}."""
    found: dict[str, list[int]] = defaultdict(list)
    for member in people:
        found[member.zone].append(member.id)
    return found


def engaged_by_hour_of_week(session: AnySession, selection: Selection) -> list[int]:
    """Return engaged seconds in each of the 168 local hours of the week."""
    seconds = [0] * (wall.WEEKDAYS * wall.HOURS)
    for zone, ids in by_zone(selection.people).items():
        hour = wall.hour_of_week(LedgerQuarter.start, _stretches(selection, zone)).label("hour_of_week")
        for at, amount in session.execute(select(hour, SECONDS).where(_engaged(LedgerQuarter, selection, ids)).group_by("hour_of_week")):
            seconds[int(at)] += int(amount)
    return seconds


class Browsing:
    """The engaged time of a selection at sites and in browsers."""

    def __init__(self, session: AnySession, selection: Selection, rules: RuleBook) -> None:
        self._session = session
        self._selection = selection
        apps = session.execute(select(App.id, App.text))
        self._browsers = [row.id for row in apps if rules.is_browser(row.text)]

    def days(self) -> Iterator[SiteDay]:
        """Yield the time of each site, app and day."""
        grain = (LedgerUsage.site_id, LedgerUsage.app_id, LedgerUsage.day)
        sums = select(*grain, func.sum(LedgerUsage.seconds).label("amount")).where(self._asked(LedgerUsage)).group_by(*grain).subquery()
        texts = select(Site.text, App.text, sums.c.day, sums.c.amount).join(App, App.id == sums.c.app_id)
        for site, app, day, amount in self._session.execute(texts.outerjoin(Site, Site.id == sums.c.site_id)):
            yield SiteDay(site or "", app, day, int(amount))

    def people(self) -> dict[str, int]:
        """Return {site: how many people}."""
        counts = select(LedgerUsage.site_id, func.count(LedgerUsage.person_id.distinct()).label("people"))
        counted = counts.where(self._asked(LedgerUsage)).group_by(LedgerUsage.site_id).subquery()
        rows = self._session.execute(select(Site.text, counted.c.people).select_from(counted).outerjoin(Site, Site.id == counted.c.site_id))
        return {site or "": int(people) for site, people in rows}

    def hours(self) -> dict[str, list[int]]:
        """Return {site: seconds in each local hour of the day}."""
        found: dict[str, list[int]] = defaultdict(lambda: [0] * wall.HOURS)
        for zone, ids in by_zone(self._selection.people).items():
            hour = wall.hour_of(LedgerQuarter.start, _stretches(self._selection, zone)).label("hour_of_day")
            sums = select(LedgerQuarter.site_id, hour, SECONDS.label("amount")).where(self._asked(LedgerQuarter, ids))
            added = sums.group_by(LedgerQuarter.site_id, "hour_of_day").subquery()
            texts = select(Site.text, added.c.hour_of_day, added.c.amount).select_from(added)
            for site, at, amount in self._session.execute(texts.outerjoin(Site, Site.id == added.c.site_id)):
                found[site or ""][int(at)] += int(amount)
        return found

    def people_at(self, site: str) -> dict[int, list[int]]:
        """Return {person: seconds at this site in each local hour of the day}."""
        found: dict[int, list[int]] = defaultdict(lambda: [0] * wall.HOURS)
        here = LedgerQuarter.site_id.in_(select(Site.id).where(Site.text == site)) if site else LedgerQuarter.site_id == 0
        for zone, ids in by_zone(self._selection.people).items():
            hour = wall.hour_of(LedgerQuarter.start, _stretches(self._selection, zone)).label("hour_of_day")
            sums = select(LedgerQuarter.person_id, hour, SECONDS).where(self._asked(LedgerQuarter, ids), here)
            for person, at, amount in self._session.execute(sums.group_by(LedgerQuarter.person_id, "hour_of_day")):
                found[person][int(at)] += int(amount)
        return found

    def uses(self) -> Iterator[Use]:
        """Yield the time by all that a category depends on."""
        grain = (Person.team_id, App.text, Site.text, LedgerUsage.presence)
        question = select(*grain, func.sum(LedgerUsage.seconds)).join(Person, Person.id == LedgerUsage.person_id)
        named = question.join(App, App.id == LedgerUsage.app_id).outerjoin(Site, Site.id == LedgerUsage.site_id)
        asked = named.where(self._asked(LedgerUsage)).group_by(*grain)
        for team, app, site, presence, amount in self._session.execute(asked):
            yield Use(team, app, site or "", presence == Presence.MEETING.value, int(amount))

    def _asked(self, rung: Rung, ids: list[int] | None = None) -> ColumnElement[bool]:
        at_a_site = (rung.app_id > 0) & ((rung.site_id > 0) | rung.app_id.in_(self._browsers))
        return and_(_engaged(rung, self._selection, self._selection.ids if ids is None else ids), at_a_site)


def _engaged(rung: Rung, selection: Selection, ids: list[int]) -> ColumnElement[bool]:
    days = rung.day.between(selection.first, selection.last)
    return and_(rung.person_id.in_(ids), days, rung.presence.in_([presence.value for presence in ENGAGED]))


def _stretches(selection: Selection, zone: str) -> tuple[wall.Stretch, ...]:
    return wall.offsets(*wall.period_bounds(selection.first, selection.last, zone), zone)
