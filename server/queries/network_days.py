"""Bytes by device, day and app as columns: days that are over are remembered, the others are read each time.

```
remembered   |-- a device's days up to yesterday, good as long as its `late_traffic` stays --|
read         |                                                                               |-- today --|
```
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from msgspec import Struct
from sqlalchemy import Engine, Integer, select, type_coerce
from sqlalchemy.orm import Session

from policy.worktime import local_day
from server.days.day_pages import Array
from server.models import Device, NetworkDay
from server.organisation import AnySession, organisation

MOST_ROWS = 2_000_000
"""Beyond so many remembered rows all are forgotten: 500 PCs' half a year is a third of it."""
ROWS_AT_ONCE = 20_000
SETTLED_MS = 600_000
"""A day counts as over so long after its midnight: every batch that was under way then has been committed by now."""

COLUMNS = (
    *(NetworkDay.device_id, type_coerce(NetworkDay.day, Integer).label("day"), NetworkDay.app_id),
    *(NetworkDay.estimated, NetworkDay.sent, NetworkDay.received),
)


class Days(Struct, frozen=True):
    """Rows of `NetworkDay` in the order of device and day; days are ordinals."""

    device: Array
    day: Array
    app: Array
    estimated: Array
    sent: Array
    received: Array

    def columns(self) -> tuple[Array, ...]:
        """All columns."""
        return (self.device, self.day, self.app, self.estimated, self.sent, self.received)

    def rows(self, which: slice) -> Days:
        """Some of the rows."""
        return Days(*(column[which] for column in self.columns()))


class _Kept(Struct, frozen=True):
    """One device's remembered days: all of them from `first` to `last`."""

    late: int
    first: int
    last: int
    days: Days

    def between(self, first: int, last: int) -> Days:
        begin, end = np.searchsorted(self.days.day, (first, last + 1))
        return self.days.rows(slice(int(begin), int(end)))


class _Memory:
    """What one process remembers of one store."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.kept: dict[int, _Kept] = {}


_memories: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()


def network_days(session: AnySession, devices: Collection[int], first: date, last: date, now: int) -> Days:
    """Return the rows of these devices and days, both included."""
    settled = local_day(now - SETTLED_MS, organisation(session).zone) - timedelta(days=1)
    parts = []
    if first <= settled:
        parts.append(_settled(session, devices, first.toordinal(), min(last, settled).toordinal()))
    if last > settled:
        parts.append(_read(session, devices, max(first, settled + timedelta(days=1)).toordinal(), last.toordinal()))
    return _joined(parts)


def _settled(session: AnySession, devices: Collection[int], first: int, last: int) -> Days:
    engine: Any = session.get_bind() if isinstance(session, Session) else session.engine
    memory = _memories.setdefault(engine, _Memory())
    asked = select(Device.id, Device.late_traffic).where(Device.id.in_(devices)).order_by(Device.id)
    late = {row.id: row.late_traffic for row in session.execute(asked)}
    with memory.lock:
        known = {device: one for device in late if (one := memory.kept.get(device)) is not None and one.late == late[device]}
    found = {device: _complete(known.get(device), first, last) for device in late}
    missing: dict[tuple[int, int], list[int]] = defaultdict(list)
    for device, wanted in found.items():
        if wanted is not None:
            missing[wanted].append(device)
    for (begin, end), ones in missing.items():
        for device, days in _by_device(_read(session, ones, begin, end), ones).items():
            known[device] = _extended(known.get(device), late[device], begin, end, days)
    with memory.lock:
        memory.kept.update({device: known[device] for ones in missing.values() for device in ones})
        if sum(len(one.days.day) for one in memory.kept.values()) > MOST_ROWS:
            memory.kept.clear()
    return _joined([known[device].between(first, last) for device in late])


def _complete(kept: _Kept | None, first: int, last: int) -> tuple[int, int] | None:
    """Return which days must be read; what is remembered is never made into two stretches."""
    if kept is None:
        return first, last
    if kept.first <= first and last <= kept.last:
        return None
    if kept.first <= first:
        return kept.last + 1, last
    return first, max(last, kept.last)


def _extended(kept: _Kept | None, late: int, first: int, last: int, days: Days) -> _Kept:
    if kept is None or first <= kept.first:
        return _Kept(late, first, last, days)
    return _Kept(late, kept.first, last, _joined([kept.days, days]))


def _by_device(days: Days, devices: Sequence[int]) -> dict[int, Days]:
    """Return each device's rows; of one without any, none."""
    begins, ends = (np.searchsorted(days.device, devices, side).tolist() for side in ("left", "right"))
    return {device: days.rows(slice(begin, end)) for device, begin, end in zip(devices, begins, ends, strict=True)}


def _read(session: AnySession, devices: Collection[int], first: int, last: int) -> Days:
    """Read rows with the driver's own cursor: there are hundreds of thousands, and all are plain numbers."""
    mine = NetworkDay.device_id.in_(devices) & NetworkDay.day.between(date.fromordinal(first), date.fromordinal(last))
    question = select(*COLUMNS).where(mine).order_by(NetworkDay.device_id, NetworkDay.day)
    connection = session.connection() if isinstance(session, Session) else session
    cursor = connection.connection.cursor()
    cursor.execute(str(question.compile(connection, compile_kwargs={"literal_binds": True})))
    parts = []
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        parts.append(_turned(rows))
    cursor.close()
    return _joined(parts)


def _turned(rows: Sequence[Any]) -> Days:
    device, day, app, estimated, sent, received = zip(*rows, strict=True)
    small = (np.array(device, np.int32), np.array(day, np.int32), np.array(app, np.int32))
    return Days(*small, np.array(estimated, np.bool_), np.array(sent, np.int64), np.array(received, np.int64))


def _joined(parts: Sequence[Days]) -> Days:
    empty = Days(*(np.zeros(0, kind) for kind in (np.int32, np.int32, np.int32, np.bool_, np.int64, np.int64)))
    return Days(*(np.concatenate(column) for column in zip(empty.columns(), *(one.columns() for one in parts), strict=True)))
