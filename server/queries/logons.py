"""Sessions at PCs: from when to when an account was signed in, and how long the screen was locked meanwhile.

```
events    logon    lock  unlock     logoff     boot  agent_start   boot
session   [ .......(locked)......... )               [ ......... )          a boot ends what no logoff ended, at its last sign
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from server.models import Account, AccountDevice, Device, SessionEvent
from server.organisation import AnySession

ENDS = frozenset({"logoff", "shutdown"})
CUTS = "boot"
"""Nobody was signed in before it any more; what came last before it was the end."""
MOST = 500


class Change(Struct, frozen=True):
    """One change of an account's session at a PC."""

    epoch: int
    seq: int
    at: int
    change: str


class Logon(Struct, frozen=True):
    """One session; without an `end` nothing says that it is over. It has the place (epoch, seq) of the event it began with."""

    epoch: int
    seq: int
    device: int
    hostname: str
    account: str
    start: int
    end: int | None
    locked_ms: int


def logons(session: AnySession, people: Collection[int], start: int, end: int) -> list[Logon]:
    """Return the sessions of these people that have an event between two instants, newest first, at most MOST."""
    accounts = select(Account.id).where(Account.person_id.in_(people))
    devices = select(AccountDevice.device_id).where(AccountDevice.account_id.in_(accounts))
    columns = (SessionEvent.device_id, SessionEvent.account_id, SessionEvent.epoch_id, SessionEvent.seq, SessionEvent.at)
    asked = SessionEvent.device_id.in_(devices) & SessionEvent.at.between(start, end) & SessionEvent.account_id.in_(accounts)
    question = select(*columns, SessionEvent.change, Device.hostname, Account.name)
    joined = question.join(Device, Device.id == SessionEvent.device_id).join(Account, Account.id == SessionEvent.account_id).where(asked)
    order = (SessionEvent.device_id, SessionEvent.account_id, SessionEvent.at, SessionEvent.epoch_id, SessionEvent.seq)
    rows = session.execute(joined.order_by(*order)).all()
    found = [one for _, mine in groupby(rows, key=lambda row: (row.device_id, row.account_id)) for one in _logons(list(mine))]
    return sorted(found, key=lambda one: (-one.start, one.device))[:MOST]


def _logons(rows: list[Any]) -> Iterator[Logon]:
    changes = [Change(row.epoch_id, row.seq, row.at, row.change) for row in rows]
    for first, last, over in stretches(changes):
        mine = changes[first : last + 1]
        end = mine[-1].at if over else None
        locked = locked_ms(mine, end)
        yield Logon(mine[0].epoch, mine[0].seq, rows[0].device_id, rows[0].hostname, rows[0].name, mine[0].at, end, locked)


def stretches(changes: list[Change]) -> Iterator[tuple[int, int, bool]]:
    """Yield (place of the first change, place of the last, whether it is over) of each session."""
    begun: int | None = None
    for at, one in enumerate(changes):
        if one.change == CUTS:
            if begun is not None:
                yield begun, at - 1, True
            begun = None
        elif one.change in ENDS:
            if begun is not None:
                yield begun, at, True
            begun = None
        elif begun is None:
            begun = at
    if begun is not None:
        yield begun, len(changes) - 1, False


def locked_ms(changes: Iterable[Change], end: int | None) -> int:
    """Return how long the screen was locked, as far as both ends of it are known."""
    total, since = 0, None
    for one in changes:
        if one.change == "lock" and since is None:
            since = one.at
        elif one.change != "lock" and since is not None:
            total, since = total + one.at - since, None
    return total if since is None or end is None else total + end - since
