"""Engaged time by category, joined when it is asked for from verdicts on places: a changed rule changes history at once."""

from __future__ import annotations

import numpy as np

from policy.categories import Category, RuleBook
from policy.summaries import Categories
from server.days.day_pages import MEETING, Array, Engaged
from server.organisation import AnySession
from server.queries.chunks import chunks
from server.queries.memory import CATEGORIES, UNCLASSIFIED, memory_of
from server.queries.selection import Selection

CODES = UNCLASSIFIED + 1


class Verdicts:
    """Says what rows of usage count as; teams without rules of their own share the company's verdicts."""

    def __init__(self, session: AnySession, selection: Selection, rules: RuleBook) -> None:
        """Ask after the rows were read: only then are their places known."""
        teams = sorted({member.team for member in selection.people if member.team is not None})
        own = [team for team in teams if rules.has_own(team)]
        self._codes = memory_of(session).codes(session, rules, [None, *own])
        level = {team: number for number, team in enumerate(own, 1)}
        self._level_of = np.array([level.get(member.team or 0, 0) for member in selection.people], np.int64) if own else None

    def of(self, places: Array, presences: Array, who: Array) -> Array:
        """Return the category of rows, as a number; `who` is each row's person, as a place in the selection."""
        return self.at(2 * places + (presences == MEETING), who)

    def at(self, key: Array, who: Array) -> Array:
        """The same where a place and whether it was in a meeting are one number, as `Memory.codes` has them."""
        found: Array = self._codes[0][key] if self._level_of is None else self._codes[self._level_of[who], key]
        return found


def category_table(session: AnySession, selection: Selection, rules: RuleBook) -> Array:
    """Return engaged seconds of every day (first axis) and person (second) by category, as `categories_of` wants them added up."""
    table = np.zeros((len(selection.days), len(selection.people), CODES), np.int64)
    read = chunks(session, selection, Engaged)
    verdicts = Verdicts(session, selection, rules)
    for chunk in read:
        part, of = chunk.part, chunk.of
        codes = verdicts.at(2 * part.place + part.meeting, chunk.who[of])
        sums = np.bincount(of * CODES + codes, part.seconds, len(chunk.who) * CODES)
        table[chunk.when, chunk.who] = sums.reshape(len(chunk.who), CODES)
    return table


def categories_of(sums: Array) -> Categories:
    """Return the sums of one row: time no rule says anything about is neutral, and told apart besides."""
    amounts = dict(zip(CATEGORIES, sums.tolist(), strict=False))
    unclassified = int(sums[UNCLASSIFIED])
    return Categories(
        productive=int(amounts[Category.PRODUCTIVE]),
        neutral=int(amounts[Category.NEUTRAL]) + unclassified,
        unproductive=int(amounts[Category.UNPRODUCTIVE]),
        unclassified=unclassified,
    )
