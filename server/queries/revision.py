"""What an answer is made of, as one short text: equal texts mean equal answers, and saying so costs no figure."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import msgspec
from sqlalchemy import func, select

from policy.roles import Viewer
from policy.worktime import local_day
from server.models import Device, Epoch, Setting
from server.organisation import AnySession
from server.queries.selection import Selection
from server.rules import overrides

MINUTE_MS = 60_000
PROGRAM = secrets.token_hex(8)
"""After a restart it may be another program, with another way to add up."""


def revision_of(session: AnySession, viewer: Viewer, question: str, selection: Selection, now: int, *, always_now: bool) -> str:
    """Return what the answer to a question depends on.

    The rules, the people with their hours and zones, what the organisation decides, how far the ledger is (a setting), everything
    that came in; and the minute, where an answer tells of one that is not over: `always_now`, or a period that reaches until now.
    """
    running = always_now or selection.last >= local_day(now, "UTC") - timedelta(days=1)
    came_in = (func.count(), func.sum(Epoch.high_water), func.sum(Epoch.lost), func.sum(Epoch.quarantined))
    fleet = (func.count(), func.sum(Device.revision), func.sum(Device.refused_no_notice), func.count(Device.revoked))
    parts = (
        *(PROGRAM, question, viewer, selection),
        overrides(session),
        [tuple(row) for row in session.execute(select(Setting.name, Setting.value).order_by(Setting.name))],
        [[str(value) for value in session.execute(select(*columns)).one()] for columns in (came_in, fleet)],
        now // MINUTE_MS if running else None,
    )
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=12).hexdigest()
