"""What needs attention first: PCs that fell silent, events refused or lost, people about whom too little is known."""

from __future__ import annotations

from sqlalchemy import select

from policy.summaries import ENOUGH_COVERAGE, Attention, Delivery, PersonTimes
from server.models import Account, AccountDevice, Device
from server.organisation import AnySession, free_disk
from server.queries.devices import devices
from server.queries.selection import Selection

HOUR_MS = 3_600_000
SILENT_AFTER_MS = 72 * HOUR_MS
"""Longer than a weekend: a PC that is off from Friday to Monday is not silent."""
CLOCK_OFF_MS = 120_000
LEAST_FREE_BYTES = 1 << 30


def attention(session: AnySession, selection: Selection, people: list[PersonTimes], now: int) -> list[Attention]:
    """Return what a manager of these people should look at first, the gravest kinds first."""
    mine = _devices_of(session, selection)
    fleet = [one for one in devices(session, now).devices if one.device in mine and not one.revoked]
    found = [item for one in fleet for item in _of_device(one, mine[one.device], now)]
    found += [
        Attention("coverage", one.person.name, round(one.coverage * 100))
        for one in people
        if one.coverage is not None and one.coverage < ENOUGH_COVERAGE
    ]
    found += _of_disk(session)
    return sorted(found, key=lambda one: (KINDS.index(one.kind), -one.amount, one.name))


def _of_disk(session: AnySession) -> list[Attention]:
    """Return a warning while there is still room to act: below a twentieth of the disk, or below a gibibyte."""
    known = free_disk(session)
    if known is None or known[0] >= max(LEAST_FREE_BYTES, known[1] // 20):
        return []
    return [Attention("disk", "server", known[0] >> 20)]


KINDS = ("disk", "lost", "quarantined", "no_notice", "silent", "clock", "coverage")


def _of_device(one: Delivery, waiting: int, now: int) -> list[Attention]:
    found = []
    silent_for = now - (one.seen if one.seen is not None else one.enrolled)
    if silent_for > SILENT_AFTER_MS:
        found.append(Attention("silent", one.hostname, round(silent_for / HOUR_MS)))
    if one.lost:
        found.append(Attention("lost", one.hostname, one.lost))
    if one.quarantined:
        found.append(Attention("quarantined", one.hostname, one.quarantined))
    if waiting:
        found.append(Attention("no_notice", one.hostname, waiting))
    if abs(one.clock_offset_ms or 0) > CLOCK_OFF_MS:
        found.append(Attention("clock", one.hostname, round(abs(one.clock_offset_ms or 0) / 1000)))
    return found


def _devices_of(session: AnySession, selection: Selection) -> dict[str, int]:
    """Return {device: batches refused for want of a notice} of the PCs these people were seen on."""
    question = (
        select(Device.public_id, Device.refused_no_notice)
        .join(AccountDevice, AccountDevice.device_id == Device.id)
        .join(Account, Account.id == AccountDevice.account_id)
        .where(Account.person_id.in_(selection.ids))
    )
    return {row.public_id: row.refused_no_notice for row in session.execute(question)}
