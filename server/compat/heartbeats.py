"""`/api/heartbeats/`: that a PC is alive and how it is, as health events like those of our own agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, select

from policy.events import Bytes, Count, Event, Health, Percent, System
from policy.redaction import clean
from server.auth import Ask
from server.compat import stream
from server.compat.asked import device_of
from server.compat.resources import instant_or, not_there, number_of, pc_of, place_of, text_of, until_of
from server.models import Device, Epoch, HealthEvent

COLUMNS = (
    HealthEvent.device_id,
    HealthEvent.epoch_id,
    HealthEvent.seq,
    HealthEvent.at,
    HealthEvent.cpu_percent,
    HealthEvent.rss_bytes,
    HealthEvent.system,
)


class SystemStatus(Struct, frozen=True):
    """What kind of PC it is and how it is; whatever a client does not know is left out."""

    cpu_percent: Percent = 0.0
    rss_bytes: Bytes = 0
    os: str = ""
    cpu_count: Count = 0
    memory_bytes: Bytes = 0
    disk_free_bytes: Bytes | None = None
    agent_version: str = ""


class HeartbeatWish(Struct, frozen=True):
    """A sign of life; without a `timestamp` it is now."""

    timestamp: str | None = None
    system_status: SystemStatus = SystemStatus()


class Heartbeat(Struct, frozen=True):
    """A sign of life that is on the disk."""

    id: int
    agent: int
    timestamp: str
    system_status: SystemStatus


def add_heartbeat(ask: Ask) -> Heartbeat:
    """Store a sign of life."""
    device, wish = device_of(ask), ask.body(HeartbeatWish)
    at = instant_or(wish.timestamp, ask.now, "timestamp")
    beat(ask, health_of(wish.system_status, at))
    with ask.core.readers.connect() as connection:
        asked = (HealthEvent.device_id == device.id) & (HealthEvent.at == at)
        row = connection.execute(select(*COLUMNS).where(asked).order_by(HealthEvent.seq.desc()).limit(1)).one()
    return _heartbeat(row)


def beat(ask: Ask, event: Health) -> None:
    """Store one health event of the calling PC."""

    def events(connection: Connection, epoch: int) -> Sequence[Event]:
        return [event]

    device = ask.device
    if device is None:
        raise not_there("agent")
    stream.store(ask.core, device, ask.token, events, ask.now)


def health_of(told: SystemStatus, at: int) -> Health:
    """Return a health event; these clients keep no buffer that we know of, so they say nothing about one."""
    known = bool(told.os or told.cpu_count or told.memory_bytes or told.agent_version)
    system = System(
        os=clean(told.os, 128),
        cpu_count=told.cpu_count,
        memory_bytes=told.memory_bytes,
        agent_version=clean(told.agent_version, 64) or "unknown",
        disk_free_bytes=told.disk_free_bytes,
    )
    counts = dict.fromkeys(("buffered", "oldest_ms", "recorded", "sent", "dropped"), 0)
    return Health(at=at, cpu_percent=told.cpu_percent, rss_bytes=told.rss_bytes, system=system if known else None, **counts)


def show_heartbeats(ask: Ask) -> list[Heartbeat]:
    """One PC's newest signs of life (`agent`), or the newest one of every PC."""
    own = pc_of(ask)
    agent = ask.number("agent") if own is None else own
    before = HealthEvent.at < until_of(ask)
    with ask.core.readers.connect() as connection:
        if agent is not None:
            mine = select(*COLUMNS).where((HealthEvent.device_id == agent) & before)
            rows = connection.execute(mine.order_by(HealthEvent.at.desc(), HealthEvent.seq.desc()).limit(ask.rows())).all()
        else:
            rows = [row for row in (_newest(connection, device, before) for device in _devices(connection)) if row is not None]
    return [_heartbeat(row) for row in rows]


def show_heartbeat(ask: Ask) -> Heartbeat:
    """One sign of life."""
    own, (epoch, seq) = pc_of(ask), place_of(ask.number_in_path())
    with ask.core.readers.connect() as connection:
        device = connection.execute(select(Epoch.device_id).where(Epoch.id == epoch)).scalar_one_or_none()
        this = (HealthEvent.device_id == device) & (HealthEvent.epoch_id == epoch) & (HealthEvent.seq == seq)
        row = connection.execute(select(*COLUMNS).where(this)).one_or_none()
    if row is None or own not in (None, row.device_id):
        raise not_there("heartbeat")
    return _heartbeat(row)


def _devices(connection: Connection) -> list[int]:
    return list(connection.execute(select(Device.id).order_by(Device.id)).scalars())


def _newest(connection: Connection, device: int, before: Any) -> Any:
    at = select(func.max(HealthEvent.at)).where((HealthEvent.device_id == device) & before).scalar_subquery()
    this = (HealthEvent.device_id == device) & (HealthEvent.at == at)
    return connection.execute(select(*COLUMNS).where(this).order_by(HealthEvent.seq.desc()).limit(1)).one_or_none()


def _heartbeat(row: Any) -> Heartbeat:
    known = msgspec.json.decode(row.system, type=System) if row.system else None
    shown = {name: getattr(known, name) for name in System.__struct_fields__} if known else {}
    status = SystemStatus(cpu_percent=row.cpu_percent, rss_bytes=row.rss_bytes, **shown)
    return Heartbeat(number_of(row.epoch_id, row.seq), row.device_id, text_of(row.at), status)
