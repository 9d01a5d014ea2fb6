"""What needs attention first: PCs that fell silent, events refused or lost, people about whom too little is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, func, select

from policy.summaries import ENOUGH_COVERAGE, Attention, Delivery, Person, PersonTimes
from server.models import Account, AccountDevice, Device, GapEvent, Quarantined
from server.organisation import AnySession, free_disk
from server.queries.devices import devices
from server.queries.selection import Selection

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
    mine = _devices_of(session, selection)
    refused_since = _first(
        session, select(Device.public_id, func.min(Quarantined.at)).join(Quarantined, Quarantined.device_id == Device.id)
    )
    losses = select(Device.public_id, func.min(GapEvent.start)).join(GapEvent, GapEvent.device_id == Device.id).where(GapEvent.lost > 0)
    since = {"quarantined": refused_since, "lost": _first(session, losses)}
    fleet = [one for one in devices(session, now).devices if one.device in mine and not one.revoked]
    found = [item for one in fleet for item in _of_device(one, mine[one.device], since, now)]
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


def _of_device(one: Delivery, waiting: int, since: dict[str, dict[str, int]], now: int) -> Iterator[Noted]:
    heard = one.seen if one.seen is not None else one.enrolled
    if now - heard > SILENT_AFTER_MS:
        yield Noted("silent", one.device, one.hostname, round((now - heard) / HOUR_MS), heard)
    if one.lost:
        yield Noted("lost", one.device, one.hostname, one.lost, since["lost"].get(one.device))
    if one.quarantined:
        yield Noted("quarantined", one.device, one.hostname, one.quarantined, since["quarantined"].get(one.device))
    if waiting:
        yield Noted("no_notice", one.device, one.hostname, waiting)
    if abs(one.clock_offset_ms or 0) > CLOCK_OFF_MS:
        yield Noted("clock", one.device, one.hostname, round(abs(one.clock_offset_ms or 0) / 1000))


def _first(session: AnySession, question: Select[*tuple[Any, ...]]) -> dict[str, int]:
    return {device: int(at) for device, at in session.execute(question.group_by(Device.public_id))}


def _devices_of(session: AnySession, selection: Selection) -> dict[str, int]:
    """Return {device: batches refused for want of a notice} of the PCs these people were seen on."""
    question = (
        select(Device.public_id, Device.refused_no_notice)
        .join(AccountDevice, AccountDevice.device_id == Device.id)
        .join(Account, Account.id == AccountDevice.account_id)
        .where(Account.person_id.in_(selection.ids))
    )
    return {row.public_id: row.refused_no_notice for row in session.execute(question)}
