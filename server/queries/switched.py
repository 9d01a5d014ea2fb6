"""When the PCs of one person were started and shut down, by their local days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select

from policy.worktime import day_bounds, local_day
from server.models import Account, AccountDevice, SessionEvent
from server.organisation import AnySession
from server.people import Member

Switches = dict[str, list[int]]


def switched(session: AnySession, person: Member, first: date, last: date) -> dict[date, Switches]:
    """Return {day: {"boot": instants, "shutdown": instants}}, in order.

    Who signed in after a start tells of it, so that of a PC of several people each is told of their own starts.
    """
    accounts = select(Account.id).where(Account.person_id == person.id)
    devices = select(AccountDevice.device_id).where(AccountDevice.account_id.in_(accounts))
    start, end = day_bounds(first, person.zone)[0], day_bounds(last, person.zone)[1]
    mine = SessionEvent.device_id.in_(devices) & SessionEvent.at.between(start, end - 1) & SessionEvent.account_id.in_(accounts)
    asked = select(SessionEvent.at, SessionEvent.change).where(mine & SessionEvent.change.in_(("boot", "shutdown")))
    found: dict[date, Switches] = defaultdict(lambda: {"boot": [], "shutdown": []})
    for row in session.execute(asked.order_by(SessionEvent.at)):
        found[local_day(row.at, person.zone)][row.change].append(row.at)
    return dict(found)
