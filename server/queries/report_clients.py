"""Engaged time by client and project: the person's day is cut anew with codes in the place of apps, so that it adds up to the second.

A rule's token is compared with the whole words of app, site and redacted title. Of what it was compared with nothing is kept
or shown, only the rule's code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from sqlalchemy import select

from policy.categories import RuleBook
from policy.presence import ENGAGED, Thresholds
from policy.summaries import Attribution, ClientRule, ClientTime
from policy.worktime import day_bounds
from server.days.ledger import facts_between
from server.days.partition import partition_day
from server.models import LedgerDay
from server.organisation import AnySession, organisation, spans_from
from server.people import Member
from server.queries.selection import Selection, person_of

NOBODYS = 0
WORD = re.compile(r"[^\W_]+")


class Codes:
    """Says whose time an app, a site and a title are: the number of a rule, counted from 1, or NOBODYS."""

    def __init__(self, rules: list[ClientRule]) -> None:
        tokens = ((number, _words(rule.token)) for number, rule in enumerate(rules, 1))
        self._rules = sorted(((number, words) for number, words in tokens if words.strip()), key=lambda one: (-len(one[1]), one[0]))
        self.of = lru_cache(maxsize=65_536)(self._of)

    def _of(self, app: str, site: str | None, title: str | None) -> int:
        texts = [_words(text) for text in (app, site, title) if text]
        return next((number for number, words in self._rules if any(words in text for text in texts)), NOBODYS)


def attribution(session: AnySession, selection: Selection, rules: RuleBook, thresholds: Thresholds) -> Attribution | None:
    """Return engaged time by client; None where the organisation has no rule for it. Days whose spans are gone are nobody's."""
    wanted = organisation(session).client_rules
    if not wanted:
        return None
    codes, rows = Codes(wanted), list[ClientTime]()
    for member in selection.people:
        sums = _sums(session, member, selection, codes, rules, thresholds)
        by_code = Counter[int]()
        for number, seconds in sums.items():
            by_code[_first_of(wanted, number)] += seconds
        rows += [_row(member, wanted[number - 1], seconds) for number, seconds in sorted(by_code.items()) if seconds]
    engaged = sum(seconds for _, _, seconds in _engaged(session, selection.ids, selection.first, selection.last))
    return Attribution(rows, engaged - sum(row.seconds for row in rows))


def _row(member: Member, rule: ClientRule, seconds: int) -> ClientTime:
    return ClientTime(person_of(member), rule.code, rule.client, rule.project, rule.billable, seconds)


def _first_of(rules: list[ClientRule], number: int) -> int:
    """Return the first rule that has this rule's code, client, project and kind: they are one row."""
    wanted = _told(rules[number - 1])
    return next(at for at, rule in enumerate(rules, 1) if _told(rule) == wanted)


def _told(rule: ClientRule) -> tuple[str, str, str, bool]:
    return rule.code, rule.client, rule.project, rule.billable


def _sums(session: AnySession, member: Member, selection: Selection, codes: Codes, rules: RuleBook, thresholds: Thresholds) -> Counter[int]:
    """Return {rule: engaged seconds} of one person; a day counts only where it is the day the ledger has."""
    found, whole = Counter[int](), spans_from(session)
    for _, day, engaged in _engaged(session, [member.id], selection.first, selection.last):
        start, end = day_bounds(day, member.zone)
        if start < whole:
            continue
        made = partition_day(start, end, facts_between(session, member.id, start, end, rules, codes.of), thresholds)
        mine = Counter[int]()
        for quarter in made.quarters:
            if quarter.presence in ENGAGED:
                mine[quarter.app or NOBODYS] += quarter.seconds
        if sum(mine.values()) == engaged:
            found += mine
    del found[NOBODYS]
    return found


def _engaged(session: AnySession, people: list[int], first: date, last: date) -> Iterator[tuple[int, date, int]]:
    """Yield (person, day, engaged seconds) of the ledger."""
    seconds = (LedgerDay.active + LedgerDay.reading + LedgerDay.meeting).label("engaged")
    asked = LedgerDay.person_id.in_(people) & LedgerDay.day.between(first, last)
    rows = session.execute(select(LedgerDay.person_id, LedgerDay.day, seconds).where(asked).order_by(LedgerDay.person_id, LedgerDay.day))
    return ((row.person_id, row.day, int(row.engaged)) for row in rows.all())


def _words(text: str) -> str:
    return f" {' '.join(WORD.findall(text.casefold()))} "
