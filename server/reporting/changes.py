"""What a report said, in short, so that late data can be told figure by figure: of the whole scope, and of each person."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import exists, select

from policy.summaries import Report, Revised
from server.models import DirtyDay, LedgerDay, LedgerStamp
from server.organisation import AnySession

Unit = Literal["seconds", "share", "count", "bytes"]


class Said(Struct, frozen=True):
    """One figure of a report; `person` is 0 for the whole scope."""

    figure: str
    person: int
    whom: str
    unit: Unit
    value: float | None


def figures_of(made: Report) -> list[Said]:
    """Return what is compared: the tiles, bytes and file events, and each person's engaged and idle time."""
    seen, scope = made.overview, made.scope.name
    traffic = made.bandwidth.total
    whole: list[tuple[str, Unit, float | None]] = [
        ("active_people", "count", seen.active_people.value),
        ("engaged", "seconds", seen.engaged.value),
        ("productivity", "share", seen.productivity.value),
        ("idle", "seconds", seen.idle.value),
        ("coverage", "share", seen.coverage.value),
        ("sent", "bytes", traffic.sent + traffic.sent_estimated),
        ("received", "bytes", traffic.received + traffic.received_estimated),
        ("burst", "count", len(made.files.bursts)),
    ]
    found = [Said(figure, 0, scope, unit, value) for figure, unit, value in whole]
    for one in seen.people:
        amounts = {"engaged": one.times.engaged, "idle": one.times.idle}
        found += [Said(figure, one.person.id, one.person.name, "seconds", value) for figure, value in amounts.items()]
    return found


def changes(before: list[Said], after: list[Said]) -> list[Revised]:
    """Return what became different, the whole scope first."""
    earlier = {(one.figure, one.person): one for one in before}
    later = {(one.figure, one.person): one for one in after}
    found: list[Revised] = []
    for key, one in (earlier | later).items():
        values = [known[key].value if key in known else None for known in (earlier, later)]
        if values[0] != values[1]:
            found.append(Revised(one.figure, one.whom, one.unit, *values))
    return found


def encode(said: list[Said]) -> str:
    """Return figures as they are stored."""
    return msgspec.json.encode(said).decode()


def decode(stored: str) -> list[Said]:
    """Return stored figures."""
    return msgspec.json.decode(stored, type=list[Said])


def stamps_of(session: AnySession, first: date, last: date) -> str:
    """Return what is the same as long as the ledger of these days is."""
    rows = session.execute(select(LedgerStamp.day, LedgerStamp.stamp).where(LedgerStamp.day.between(first, last)).order_by(LedgerStamp.day))
    return hashlib.sha256("".join(f"{row.day} {row.stamp}\n" for row in rows).encode()).hexdigest()


def is_settled(session: AnySession, first: date, last: date) -> bool:
    """Return whether no day of these waits to be rebuilt."""
    return not session.execute(select(exists().where(DirtyDay.day.between(first, last)))).scalar_one()


def has_any(session: AnySession, first: date, last: date) -> bool:
    """Return whether the ledger has anything of these days."""
    return bool(session.execute(select(exists().where(LedgerDay.day.between(first, last)))).scalar_one())
