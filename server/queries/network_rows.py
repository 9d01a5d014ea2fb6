"""Network events as amounts of people: added up in the store where a PC had one owner, one by one where it went from hand to hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from policy.intervals import Interval
from policy.worktime import local_day
from server import wall
from server.models import NetworkSpan
from server.organisation import AnySession, organisation
from server.queries.owners import Turns, turns_of_devices
from server.queries.selection import Selection

AT_ONCE = 2_000
"""So many rows of a shared PC are held at a time."""


class Amount(NamedTuple):
    """Bytes of a person (None: nobody) in one app on one local day."""

    person: int | None
    app: int
    day: date
    estimated: bool
    sent: int
    received: int


def amounts(session: AnySession, selection: Selection) -> Iterator[Amount]:
    """Yield the amounts of the selection, of nobody only where nobody was left out."""
    default = organisation(session).zone
    zone_of: dict[int | None, str] = {member.id: member.zone for member in selection.people}
    if selection.everybody:
        zone_of[None] = default
    bounds = {zone: wall.period_bounds(selection.first, selection.last, zone) for zone in {*zone_of.values(), default}}
    turns = turns_of_devices(session, min(start for start, _ in bounds.values()), max(end for _, end in bounds.values()))
    owned: dict[str, dict[int, int]] = defaultdict(dict)
    for device, had in turns.items():
        if had.only is not None:
            if had.only in zone_of:
                owned[zone_of[had.only]][device] = had.only
        elif any(person in zone_of for person in had.people):
            yield from _of_shared(session, device, had, zone_of, bounds)
    for zone, owners in owned.items():
        yield from _of_owned(session, owners, zone, bounds[zone])


def _of_owned(session: AnySession, owners: dict[int, int], zone: str, bounds: Interval) -> Iterator[Amount]:
    start, end = bounds
    day = wall.day_of(NetworkSpan.start, wall.offsets(start, end, zone)).label("local_day")
    grain = (NetworkSpan.device_id, NetworkSpan.app_id, NetworkSpan.estimated)
    asked = NetworkSpan.device_id.in_(owners) & (NetworkSpan.start >= start) & (NetworkSpan.start < end)
    question = select(*grain, day, func.sum(NetworkSpan.sent), func.sum(NetworkSpan.received)).where(asked)
    for device, app, estimated, ordinal, sent, received in session.execute(question.group_by(*grain, "local_day")):
        yield Amount(owners[device], app, date.fromordinal(int(ordinal)), bool(estimated), int(sent), int(received))


def _of_shared(
    session: AnySession, device: int, had: Turns, zone_of: dict[int | None, str], bounds: dict[str, Interval]
) -> Iterator[Amount]:
    first, last = min(start for start, _ in bounds.values()), max(end for _, end in bounds.values())
    columns = (NetworkSpan.start, NetworkSpan.app_id, NetworkSpan.estimated, NetworkSpan.sent, NetworkSpan.received)
    asked = (NetworkSpan.device_id == device) & (NetworkSpan.start >= first) & (NetworkSpan.start < last)
    rows = session.execute(select(*columns).where(asked), execution_options={"yield_per": AT_ONCE})
    for at, app, estimated, sent, received in rows:
        person = had.at(at)
        zone = zone_of.get(person)
        if zone is not None and bounds[zone][0] <= at < bounds[zone][1]:
            yield Amount(person, app, local_day(at, zone), bool(estimated), sent, received)
