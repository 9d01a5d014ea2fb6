"""What needs attention first: PCs that fell silent, events refused or lost, people about whom too little is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from policy.summaries import ENOUGH_COVERAGE, Attention, Person, PersonTimes
from server.models import Account, AccountDevice, Device, Epoch, GapEvent, Quarantined
from server.organisation import AnySession, free_disk
from server.queries.selection import Selection
from server.rights import erasure_door
from server.rights.consent import REASON

HOUR_MS = 3_600_000
SILENT_AFTER_MS = 72 * HOUR_MS
"""Longer than a weekend: a PC that is off from Friday to Monday is not silent."""
CLOCK_OFF_MS = 120_000
LEAST_FREE_BYTES = 1 << 30
KINDS = ("disk", "lost", "quarantined", "no_notice", "silent", "clock", "coverage")


class Noted(Struct, frozen=True):
    """One thing to look at; `about` tells two subjects of one name apart, `since` is an instant where one is known."""

    kind: str
    about: str
    name: str
    amount: float
    since: int | None = None


def attention(session: AnySession, selection: Selection, people: list[PersonTimes], now: int) -> list[Attention]:
    """Return what a manager of these people should look at first, the gravest kinds first."""
    found = noted(session, selection, ((one.person, one.coverage) for one in people), now)
    return sorted(
        (Attention(one.kind, one.name, one.amount) for one in found), key=lambda one: (KINDS.index(one.kind), -one.amount, one.name)
    )


def noted(session: AnySession, selection: Selection, coverages: Iterable[tuple[Person, float | None]], now: int) -> list[Noted]:
    """Return everything that needs attention about these people and their PCs."""
    fleet = _in_trouble(session, selection, now)
    since = {
        "quarantined": _first(session, Quarantined.device_id, Quarantined.at, [one.id for one in fleet if one.quarantined]),
        "lost": _first(session, GapEvent.device_id, GapEvent.start, [one.id for one in fleet if one.lost], GapEvent.lost > 0),
    }
    withheld = _withheld(session, [one.id for one in fleet if one.quarantined])
    found = [item for one in fleet for item in _of_device(one, since, withheld.get(one.id, 0), now)]
    found += _of_disk(session)
    return found + [
        Noted("coverage", f"person {person.id}", person.name, round(coverage * 100))
        for person, coverage in coverages
        if coverage is not None and coverage < ENOUGH_COVERAGE
    ]


def _of_disk(session: AnySession) -> list[Noted]:
    """Return a warning while there is still room to act: below a twentieth of the disk, or below a gibibyte."""
    known = free_disk(session)
    if known is None or known[0] >= max(LEAST_FREE_BYTES, known[1] // 20):
        return []
    return [Noted("disk", "server", "server", known[0] >> 20)]


def _of_device(one: Any, since: dict[str, dict[int, int]], withheld: int, now: int) -> Iterator[Noted]:
    about, name = one.public_id, one.hostname
    heard = one.seen if one.seen is not None else one.enrolled
    if now - heard > SILENT_AFTER_MS:
        yield Noted("silent", about, name, round((now - heard) / HOUR_MS), heard)
    if one.lost:
        yield Noted("lost", about, name, int(one.lost), since["lost"].get(one.id))
    if one.quarantined and one.quarantined > withheld:
        yield Noted("quarantined", about, name, int(one.quarantined) - withheld, since["quarantined"].get(one.id))
    if one.refused_no_notice:
        yield Noted("no_notice", about, name, one.refused_no_notice)
    if abs(one.clock_offset_ms or 0) > CLOCK_OFF_MS:
        yield Noted("clock", about, name, round(abs(one.clock_offset_ms or 0) / 1000))


def _withheld(session: AnySession, devices: list[int]) -> dict[int, int]:
    """Return {device: events refused because somebody withheld their purpose or was erased}, which is as it should be."""
    reason = Quarantined.reason.startswith(REASON) | (Quarantined.reason == erasure_door.REASON)
    question = select(Quarantined.device_id, func.count()).where(Quarantined.device_id.in_(devices), reason)
    return dict(session.execute(question.group_by(Quarantined.device_id)).all()) if devices else {}


def _in_trouble(session: AnySession, selection: Selection, now: int) -> list[Any]:
    """Return the PCs these people were seen on with which something is the matter, which are few, by host name."""
    sums = (func.sum(Epoch.lost + Epoch.carried).label("lost"), func.sum(Epoch.quarantined).label("quarantined"))
    counts = select(Epoch.device_id, *sums).group_by(Epoch.device_id).subquery()
    matter = (
        (func.coalesce(Device.seen, Device.enrolled) < now - SILENT_AFTER_MS)
        | (counts.c.lost > 0)
        | (counts.c.quarantined > 0)
        | (Device.refused_no_notice > 0)
        | (func.abs(Device.clock_offset_ms) > CLOCK_OFF_MS)
    )
    told = (Device.id, Device.public_id, Device.hostname, Device.enrolled, Device.seen, Device.refused_no_notice, Device.clock_offset_ms)
    question = select(*told, counts.c.lost, counts.c.quarantined).outerjoin(counts, counts.c.device_id == Device.id)
    found = session.execute(question.where(Device.revoked.is_(None) & matter).order_by(Device.hostname, Device.id)).all()
    mine = _of_these_people(session, selection, [one.id for one in found])
    return [one for one in found if one.id in mine]


def _of_these_people(session: AnySession, selection: Selection, devices: list[int]) -> set[int]:
    """Return those of the devices that an account of the selection was seen on."""
    people = set(selection.ids)
    pairs = select(AccountDevice.device_id, Account.person_id).join(Account, Account.id == AccountDevice.account_id)
    return {row.device_id for row in session.execute(pairs.where(AccountDevice.device_id.in_(devices))) if row.person_id in people}


def _first(session: AnySession, device: Any, at: Any, devices: list[int], *which: Any) -> dict[int, int]:
    """Return {device: the first instant} of these devices' rows."""
    if not devices:
        return {}
    question = select(device, func.min(at)).where(device.in_(devices), *which).group_by(device)
    return {number: int(first) for number, first in session.execute(question)}
