"""One person's local day made anew from its facts, for what the ledger's quarter hours are too coarse to tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from sqlalchemy import select

from policy.categories import RuleBook
from policy.intervals import Interval
from policy.worktime import day_bounds
from server.days.ledger import facts_between
from server.days.partition import Facts
from server.models import App, Site
from server.organisation import AnySession
from server.people import Member


class PersonDay(Struct, frozen=True):
    """A person's local day, its bounds, and what is known of it."""

    person: Member
    day: date
    bounds: Interval
    facts: Facts


def person_day(session: AnySession, person: Member, day: date, rules: RuleBook) -> PersonDay:
    """Return the facts of one local day."""
    bounds = day_bounds(day, person.zone)
    return PersonDay(person, day, bounds, facts_between(session, person.id, *bounds, rules))


def app_texts(session: AnySession, numbers: Iterable[int | None]) -> dict[int | None, str]:
    """Return {number: executable name} of the apps among `numbers`."""
    rows = session.execute(select(App.id, App.text).where(App.id.in_({number for number in numbers if number})))
    return {row.id: row.text for row in rows}


def site_texts(session: AnySession, numbers: Iterable[int | None]) -> dict[int | None, str]:
    """Return {number: site} of the sites among `numbers`."""
    rows = session.execute(select(Site.id, Site.text).where(Site.id.in_({number for number in numbers if number})))
    return {row.id: row.text for row in rows}
