"""Who is active now: what the newest evidence of each person says."""

from __future__ import annotations

from sqlalchemy import func, select

from policy.categories import RuleBook
from policy.presence import ENGAGED, Thresholds
from policy.summaries import Now
from server.ledger import facts_between
from server.models import Account, App, Span
from server.organisation import AnySession
from server.partition import partition_day
from server.people import Member
from server.queries.selection import Selection, person_of

LOOK_BACK_MS = 20 * 60_000
FRESH_MS = 3 * 60_000
"""Evidence older than this says nothing of now: an agent sends once a minute."""


def now_of(session: AnySession, selection: Selection, rules: RuleBook, thresholds: Thresholds, now: int) -> list[Now]:
    """Return the people with evidence in the last minutes, engaged ones first, then by name."""
    newest = _newest(session, selection, now)
    found = [_now_of_one(session, member, newest[member.id], rules, thresholds) for member in selection.people if member.id in newest]
    return sorted(found, key=lambda one: (one.presence not in ENGAGED, one.person.name, one.person.id))


def _newest(session: AnySession, selection: Selection, now: int) -> dict[int, int]:
    """Return {person: end of the newest span} of those whose newest span is fresh."""
    end = Span.start + Span.length_ms
    fresh = (Span.start >= now - FRESH_MS) & (end <= now + FRESH_MS) & Account.person_id.in_(selection.ids)
    question = select(Account.person_id, func.max(end).label("end")).join(Account, Account.id == Span.account_id)
    rows = session.execute(question.where(fresh).group_by(Account.person_id))
    return {row.person_id: row.end for row in rows}


def _now_of_one(session: AnySession, member: Member, end: int, rules: RuleBook, thresholds: Thresholds) -> Now:
    """Judge the last minutes as the ledger would; `since` is when the last stretch of one app and presence began."""
    end = -(-end // 1000) * 1000  # parts end on whole seconds
    start = end - LOOK_BACK_MS
    parts = partition_day(start, end, facts_between(session, member.id, start, end, rules), thresholds).parts
    last = parts[-1]
    since = last.start
    for part in reversed(parts):
        if (part.presence, part.app) != (last.presence, last.app):
            break
        since = part.start
    app = session.execute(select(App.text).where(App.id == last.app)).scalar_one_or_none() if last.app else None
    shown = rules.classify(app, None).name if app else None
    return Now(person=person_of(member), presence=last.presence, app=shown, since=since, seen=end)
