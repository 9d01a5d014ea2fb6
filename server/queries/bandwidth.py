"""The Bandwidth Usage tab: bytes sent and received by app and by person; `owners.py` says whose PC it was."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from msgspec import Struct

from policy.categories import RuleBook
from policy.summaries import AppTraffic, Bandwidth, PersonTraffic, Traffic
from server.organisation import AnySession
from server.queries.network_rows import Amount, amounts
from server.queries.person_days import app_texts
from server.queries.selection import Selection, period_of, person_of
from server.rules import rule_book

MOST_APPS = 500
KINDS = Traffic.__struct_fields__


class _App(Struct):
    """What is known of one app while rows are read."""

    kinds: Counter[str]
    days: Counter[date]
    people: set[int | None]


class _Sums:
    """The amounts of a selection added up by app, by person and by day."""

    def __init__(self, session: AnySession, selection: Selection) -> None:
        self.total = Counter[str]()
        self.apps: dict[int, _App] = defaultdict(lambda: _App(Counter(), Counter(), set()))
        self.people: dict[int | None, Counter[str]] = defaultdict(Counter)
        self.days: dict[date, Counter[str]] = defaultdict(Counter)
        for amount in amounts(session, selection):
            self._add(amount)

    def _add(self, amount: Amount) -> None:
        kinds = _kinds(amount)
        app = self.apps[amount.app]
        app.people.add(amount.person)
        app.days[amount.day] += amount.sent + amount.received
        for sums in (self.total, app.kinds, self.people[amount.person], self.days[amount.day]):
            sums.update(kinds)


def bandwidth(session: AnySession, selection: Selection, packaged: RuleBook) -> Bandwidth:
    """Return the selection's bytes; an event counts on the local day it starts in."""
    rules = rule_book(session, packaged)
    here = _Sums(session, selection)
    names = app_texts(session, here.apps)
    apps = [_app_traffic(names.get(number, ""), app, selection, rules) for number, app in here.apps.items()]
    people = [PersonTraffic(person_of(member), _traffic(here.people[member.id])) for member in selection.people if member.id in here.people]
    return Bandwidth(
        period=period_of(session, selection),
        days=selection.days,
        total=_traffic(here.total),
        previous=_traffic(_Sums(session, selection.before).total),
        daily=[_traffic(here.days[day]) for day in selection.days],
        apps=sorted(apps, key=lambda one: (-one.traffic.total, one.app))[:MOST_APPS],
        people=sorted(people, key=lambda one: (-one.traffic.total, one.person.name, one.person.id)),
        nobody=_traffic(here.people[None]) if selection.everybody else None,
        truncated=max(0, len(apps) - MOST_APPS),
    )


def _app_traffic(app: str, sums: _App, selection: Selection, rules: RuleBook) -> AppTraffic:
    return AppTraffic(
        app=app,
        name=rules.display_name(app),
        traffic=_traffic(sums.kinds),
        people=len(sums.people - {None}),
        daily=[sums.days[day] for day in selection.days],
    )


def _kinds(amount: Amount) -> dict[str, int]:
    if amount.estimated:
        return {"sent_estimated": amount.sent, "received_estimated": amount.received}
    return {"sent": amount.sent, "received": amount.received}


def _traffic(sums: Counter[str]) -> Traffic:
    return Traffic(**{kind: sums[kind] for kind in KINDS})
