"""Bytes by device, day and app, added up as they come: the rung from which many PCs' traffic of a long time is told.

A day here is a local day of the organisation. What is added stands in the transaction that stores the events, so that the
rung is the sum of them at every instant. Whoever remembers days that are over looks at `Device.late_traffic`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy import text as sql

from policy.worktime import local_day
from server.days import wall
from server.days.dirty import QUARTER_MS, day_of
from server.models import Device, NetworkDay, NetworkSpan
from server.organisation import AnySession, note_traffic_from, organisation, spans_from, traffic_from
from server.store.prepared import Prepared

CLOCKS_APART = timedelta(days=2)
"""Events may come with an instant this much ahead."""

ADD = Prepared(
    sql(
        "INSERT INTO network_day (device_id, day, app_id, estimated, sent, received)"
        " VALUES (:device, :day, :app, :estimated, :sent, :received) ON CONFLICT (device_id, day, app_id, estimated)"
        " DO UPDATE SET sent = network_day.sent + excluded.sent, received = network_day.received + excluded.received"
    )
)
NOTE_LATE = Prepared(update(Device).where(Device.id == bindparam("device")).values(late_traffic=Device.late_traffic + bindparam("more")))

Key = tuple[int, int, bool]
"""(day's ordinal, app, whether it is an estimate)"""


def add(connection: Connection, device: int, rows: Sequence[tuple[Any, ...]], zone: str, now: int) -> None:
    """Add stored rows of `NetworkSpan`, all of one device."""
    sums: dict[Key, list[int]] = {}
    for _, start, _, _, _, app, sent, received, estimated in rows:
        amounts = sums.setdefault((day_of(start // QUARTER_MS, zone).toordinal(), app, estimated), [0, 0])
        amounts[0] += sent
        amounts[1] += received
    for (day, app, estimated), (sent, received) in sorted(sums.items()):
        ADD.run(connection, device=device, day=day, app=app, estimated=estimated, sent=sent, received=received)
    if sums and min(sums)[0] < local_day(now, zone).toordinal():
        NOTE_LATE.run(connection, device=device, more=1)


def note_zone(connection: Connection, zone: str, now: int) -> None:
    """The organisation's days begin at another hour from now on: those before are told from the events themselves."""
    if connection.execute(select(NetworkSpan.device_id).limit(1)).first() is not None:
        note_traffic_from(connection, local_day(now, zone) + CLOCKS_APART)


def sums_of(session: AnySession, device: int, zone: str) -> dict[Key, tuple[int, int]]:
    """Return what a device's events come to by day, app and kind: (sent, received) bytes."""
    mine = NetworkSpan.device_id == device
    row = session.execute(select(func.min(NetworkSpan.start), func.max(NetworkSpan.start)).where(mine)).one()
    first, last = row[0] or 0, row[1] or 0
    day = wall.day_of(NetworkSpan.start, wall.offsets(first, last + 1, zone)).label("local_day")
    grain = (NetworkSpan.app_id, NetworkSpan.estimated)
    question = select(day, *grain, func.sum(NetworkSpan.sent), func.sum(NetworkSpan.received)).where(mine).group_by("local_day", *grain)
    rows = session.execute(question)
    return {(int(number), app, bool(estimated)): (int(sent), int(received)) for number, app, estimated, sent, received in rows}


def faults(session: AnySession) -> tuple[int, list[str]]:
    """Return how many devices' days are the sums of their events, and what is wrong with the others.

    Days of which events were deleted are left out.
    """
    zone = organisation(session).zone
    whole_from = max(traffic_from(session), local_day(spans_from(session), zone) + timedelta(days=1)).toordinal()
    sound, wrong = 0, []
    columns = (NetworkDay.day, NetworkDay.app_id, NetworkDay.estimated, NetworkDay.sent, NetworkDay.received)
    for device in session.execute(select(Device.id)).scalars().all():
        rows = session.execute(select(*columns).where(NetworkDay.device_id == device))
        stored = {(row.day.toordinal(), row.app_id, row.estimated): (row.sent, row.received) for row in rows}
        made = sums_of(session, device, zone)
        days = sorted({key[0] for key in stored.keys() | made.keys() if key[0] >= whole_from and stored.get(key) != made.get(key)})
        wrong += [f"device {device}, {date.fromordinal(day)}: its bytes by app are not what its events say" for day in days]
        sound += not days
    return sound, wrong
