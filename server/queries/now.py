"""Who is active now: what the newest evidence of each person says, as the ledger has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from policy.categories import RuleBook
from policy.presence import ENGAGED
from policy.summaries import Now
from policy.worktime import local_day
from server.days.day_pages import COLUMN, Figures
from server.days.packed import NOTHING, PRESENCES
from server.models import App
from server.organisation import AnySession
from server.queries.chunks import chunks
from server.queries.memory import memory_of
from server.queries.selection import Selection, person_of

FRESH_MS = 3 * 60_000
"""Evidence older than this says nothing of now: an agent sends once a minute."""
LATEST = [COLUMN[name] for name in ("seen", "since", "now_presence", "now_app")]


def now_of(session: AnySession, selection: Selection, rules: RuleBook, now: int) -> list[Now]:
    """Return the people with evidence in the last minutes, engaged ones first, then by name."""
    newest: dict[int, Now] = {}
    for one in _found(session, selection, rules, now):
        known = newest.get(one.person.id)
        if known is None or known.seen < one.seen:
            newest[one.person.id] = one
    return sorted(newest.values(), key=lambda one: (one.presence not in ENGAGED, one.person.name, one.person.id))


def _found(session: AnySession, selection: Selection, rules: RuleBook, now: int) -> Iterator[Now]:
    """Yield what the days in which it may be now say; the newest evidence may be from before somebody's midnight."""
    today = local_day(now, "UTC")
    days = Selection(selection.people, today - timedelta(days=1), today + timedelta(days=1))
    memory = memory_of(session)
    for chunk in chunks(session, days, Figures):
        rows = chunk.part.sums[:, LATEST].astype(np.int64)
        instants = chunk.part.start[:, None] + rows[:, :2] * 1000
        fresh = np.flatnonzero((rows[:, 0] != NOTHING) & (instants[:, 0] >= now - FRESH_MS) & (instants[:, 0] <= now + FRESH_MS))
        apps = memory.words(session, App, set(rows[fresh, 3].tolist()))
        for at in fresh.tolist():
            seen, since = instants[at].tolist()
            presence, app = rows[at, 2:].tolist()
            name = rules.classify(apps[app], None).name if apps.get(app) else None
            yield Now(person_of(selection.people[chunk.who[at]]), PRESENCES[presence], name, since, seen)
