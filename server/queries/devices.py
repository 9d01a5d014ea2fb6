"""The fleet: each device's delivery equation, as IT sees it; no person's figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import func, select

from policy.summaries import Delivery, Devices
from server.models import Device, Epoch, GapEvent, Quarantined
from server.organisation import AnySession

COUNTS = ("recorded", "stored", "quarantined", "lost", "carried", "buffered", "unrecorded", "duplicates")


def devices(session: AnySession, now: int) -> Devices:
    """Return every device, by host name."""
    epochs = _epochs(session)
    refused = _refused(session)
    rows = session.execute(select(*Device.__table__.columns).order_by(Device.hostname, Device.id))
    return Devices(made_at=now, devices=[_delivery(row, epochs[row.id], refused[row.id]) for row in rows])


def _epochs(session: AnySession) -> dict[int, dict[str, int]]:
    """Return {device: sums over its epochs}; recorded and buffered are the agent's word, the others what is on this disk."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    for row in session.execute(select(*Epoch.__table__.columns)):
        for name in COUNTS:
            sums[row.device_id][name] += getattr(row, name)
    return sums


def _refused(session: AnySession) -> dict[int, dict[str, int]]:
    """Return {device: {reason: events}} of what is in quarantine or was lost, by reason."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    quarantine = select(Quarantined.device_id, Quarantined.reason, func.count()).group_by(Quarantined.device_id, Quarantined.reason)
    losses = select(GapEvent.device_id, GapEvent.reason, func.sum(GapEvent.lost)).where(GapEvent.lost > 0)
    for device, reason, amount in session.execute(quarantine):
        found[device][f"refused: {reason}"] += int(amount)
    for device, reason, amount in session.execute(losses.group_by(GapEvent.device_id, GapEvent.reason)):
        found[device][f"lost: {reason}"] += int(amount)
    return defaultdict(dict, {device: dict(reasons) for device, reasons in found.items()})


def _delivery(row: Any, sums: dict[str, int], refused: dict[str, int]) -> Delivery:
    return Delivery(
        device=row.public_id,
        hostname=row.hostname,
        team=row.team_id,
        agent_version=row.agent_version,
        enrolled=row.enrolled,
        seen=row.seen,
        revoked=row.revoked is not None,
        clock_offset_ms=row.clock_offset_ms,
        recorded=sums["recorded"] + sums["carried"],
        stored=sums["stored"],
        quarantined=sums["quarantined"],
        lost=sums["lost"] + sums["carried"],
        buffered=sums["buffered"],
        unrecorded=sums["unrecorded"],
        duplicates=sums["duplicates"],
        refused=refused,
        revision=row.revision,
    )
