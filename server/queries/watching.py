"""What the organisation changed about how closely people are watched, for the people it is about."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select

from policy.notice.assessment import CHOICES
from policy.summaries import Organisation
from server.models import AuditEntry
from server.organisation import AnySession

CHANGED = "changed settings"
ENTRIES_READ = 200
MOST_SHOWN = 20


class Change(NamedTuple):
    """One setting that became another; `more` says that it watches more than before, None where that cannot be said."""

    at: int
    name: str
    more: bool | None


def changes(session: AnySession) -> list[Change]:
    """Return the newest changes, the newest first."""
    columns = select(AuditEntry.at, AuditEntry.before, AuditEntry.after).where(AuditEntry.action == CHANGED)
    rows = session.execute(columns.order_by(AuditEntry.id.desc()).limit(ENTRIES_READ))
    return [change for row in rows for change in _of_entry(row.at, row.before, row.after)][:MOST_SHOWN]


def _of_entry(at: int, before: str | None, after: str | None) -> list[Change]:
    was, is_now = (msgspec.json.decode(text, type=dict[str, Any]) if text else {} for text in (before, after))
    usual = msgspec.to_builtins(Organisation())
    pairs = {name: (was.get(name, usual[name]), is_now[name]) for name in CHOICES if name in is_now}
    return [Change(at, name, _more(name, *pair)) for name, pair in pairs.items() if pair[0] != pair[1]]


def _more(name: str, was: Any, is_now: Any) -> bool | None:
    more, less = (bool(CHOICES[name].more(*pair)) for pair in ((is_now, was), (was, is_now)))
    return None if more == less else more
