"""Traffic as amounts of people: from whole days of a PC where it had one owner, event by event where it went from hand to hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from sqlalchemy import func, select

from policy.intervals import Interval
from policy.worktime import local_day
from server.days import wall
from server.days.day_pages import Array
from server.models import NetworkSpan
from server.organisation import AnySession, organisation, traffic_from
from server.queries.network_days import network_days
from server.queries.owners import Turns, turns_of_devices
from server.queries.selection import Selection

AT_ONCE = 2_000
"""So many rows of a shared PC are held at a time."""
NOBODY = -1


class Amount(NamedTuple):
    """Bytes of a person (a place in the selection, or NOBODY) in one app on one day of it, counted from its first."""

    who: int
    app: int
    day: int
    estimated: bool
    sent: int
    received: int


class Amounts(Struct, frozen=True):
    """Many of them as columns."""

    who: Array
    app: Array
    day: Array
    estimated: Array
    sent: Array
    received: Array


def amounts(session: AnySession, selection: Selection, now: int) -> Amounts:
    """Return the amounts of the selection, of nobody only where nobody was left out; in no order, and in as many rows as it takes."""
    asked = _Asked(session, selection)
    rows = list(asked.of_shared())
    owned: dict[str, dict[int, int]] = defaultdict(dict)
    for device, person in asked.owned.items():
        owned[asked.zone_of[person]][device] = asked.place_of[person]
    by_days = owned.pop(asked.zone, {})
    whole_from = max(selection.first, traffic_from(session))
    for zone, owners in owned.items():
        rows += asked.of_owned(owners, zone, selection.last)
    if whole_from > selection.first:
        rows += asked.of_owned(by_days, asked.zone, min(selection.last, date.fromordinal(whole_from.toordinal() - 1)))
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)] if rows else [np.zeros(0, np.int64)] * len(Amount._fields)
    if whole_from > selection.last or not by_days:
        return Amounts(*columns)
    days = network_days(session, by_days, whole_from, selection.last, now)
    place = np.zeros(max(by_days) + 1, np.int64)
    place[list(by_days)] = list(by_days.values())
    read = (place[days.device], days.app, days.day - selection.first.toordinal(), days.estimated, days.sent, days.received)
    return Amounts(*(np.concatenate(pair) for pair in zip(columns, read, strict=True)))


class _Asked:
    """A selection with what is known of its PCs: which are one person's alone, and the turns of the others."""

    def __init__(self, session: AnySession, selection: Selection) -> None:
        self._session, self._first = session, selection.first
        self.zone = organisation(session).zone
        self.zone_of: dict[int | None, str] = {member.id: member.zone for member in selection.people}
        self.place_of: dict[int | None, int] = {member.id: place for place, member in enumerate(selection.people)}
        if selection.everybody:
            self.zone_of[None], self.place_of[None] = self.zone, NOBODY
        zones = {*self.zone_of.values(), self.zone}
        self._bounds = {zone: wall.period_bounds(selection.first, selection.last, zone) for zone in zones}
        self._from, self._until = (side(bounds) for side, bounds in zip((min, max), zip(*self._bounds.values(), strict=True), strict=True))
        turns = turns_of_devices(session, self._from, self._until)
        self.owned = {device: had.only for device, had in turns.items() if had.only in self.zone_of and had.only is not None}
        self._shared = {device: had for device, had in turns.items() if had.only is None and self.zone_of.keys() & set(had.people)}

    def of_owned(self, owners: dict[int, int], zone: str, last: date) -> Iterator[Amount]:
        """Yield the amounts of PCs of one person each, {device: place}, until `last`, added up in the store."""
        start, end = wall.period_bounds(self._first, last, zone)
        day = wall.day_of(NetworkSpan.start, wall.offsets(start, end, zone)).label("local_day")
        grain = (NetworkSpan.device_id, NetworkSpan.app_id, NetworkSpan.estimated)
        asked = NetworkSpan.device_id.in_(owners) & (NetworkSpan.start >= start) & (NetworkSpan.start < end)
        question = select(*grain, day, func.sum(NetworkSpan.sent), func.sum(NetworkSpan.received)).where(asked)
        for device, app, estimated, ordinal, sent, received in self._session.execute(question.group_by(*grain, "local_day")):
            yield Amount(owners[device], app, int(ordinal) - self._first.toordinal(), bool(estimated), int(sent), int(received))

    def of_shared(self) -> Iterator[Amount]:
        """Yield the amounts of PCs that went from hand to hand."""
        for device, had in self._shared.items():
            yield from self._of_one_shared(device, had)

    def _of_one_shared(self, device: int, had: Turns) -> Iterator[Amount]:
        columns = (NetworkSpan.start, NetworkSpan.app_id, NetworkSpan.estimated, NetworkSpan.sent, NetworkSpan.received)
        asked = (NetworkSpan.device_id == device) & (NetworkSpan.start >= self._from) & (NetworkSpan.start < self._until)
        rows = self._session.execute(select(*columns).where(asked), execution_options={"yield_per": AT_ONCE})
        for at, app, estimated, sent, received in rows:
            person = had.at(at)
            zone = self.zone_of.get(person)
            if zone is not None and _within(at, self._bounds[zone]):
                day = (local_day(at, zone) - self._first).days
                yield Amount(self.place_of[person], app, day, bool(estimated), sent, received)


def _within(instant: int, bounds: Interval) -> bool:
    return bounds[0] <= instant < bounds[1]
