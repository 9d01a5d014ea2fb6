"""Who was at one site, and at which hours: what stands behind a row of the URL Report."""

from __future__ import annotations

from policy.categories import RuleBook
from policy.summaries import SitePeople, SitePerson
from server.organisation import AnySession
from server.queries.selection import Selection, period_of, person_of
from server.queries.site_sums import hours_by_person
from server.rules import rule_book


def site_people(session: AnySession, selection: Selection, site: str, packaged: RuleBook) -> SitePeople:
    """Return the selection's people at this site, adding up to its row."""
    hours = hours_by_person(session, selection, site, rule_book(session, packaged))
    people = [SitePerson(person_of(member), sum(hours[member.id]), hours[member.id]) for member in selection.people if member.id in hours]
    return SitePeople(period_of(session, selection), site, sorted(people, key=lambda one: (-one.engaged, one.person.name, one.person.id)))
