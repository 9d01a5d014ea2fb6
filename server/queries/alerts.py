"""The Alerts & Anomalies tab: everything there is to read, the most severe first, page by page.

Today that is what needs attention; findings and rule hits join the same list.
"""

from __future__ import annotations

from collections import defaultdict

from msgspec.json import Decoder

from policy.summaries import Alert, Alerts, AlertStatus, Person, Severity
from server import cursor
from server.organisation import AnySession
from server.queries.attention import KINDS, Noted, noted
from server.queries.ledger_rows import DayFigures, coverage, day_figures
from server.queries.selection import Selection, period_of, person_of

SEVERITIES = {
    "disk": Severity.HIGH,
    "lost": Severity.HIGH,
    "quarantined": Severity.HIGH,
    "no_notice": Severity.MEDIUM,
    "silent": Severity.MEDIUM,
    "clock": Severity.LOW,
    "coverage": Severity.LOW,
}
"""A full disk ends the record, lost and refused events are holes in it that nothing fills; the others end by themselves or by a visit."""

Place = tuple[int, int, str]
PLACES: Decoder[Place] = Decoder(Place)


def alerts(session: AnySession, selection: Selection, after: str | None, limit: int, now: int) -> Alerts:
    """Return up to `limit` alerts after the cursor `after`; raise BadRequestError when that is none."""
    place = cursor.decode(after, PLACES) if after else None
    found = noted(session, selection, _coverages(session, selection, now), now)
    listed = sorted((_alert(one) for one in found), key=_place)
    left = [one for one in listed if place is None or _place(one) > place]
    page = left[:limit]
    return Alerts(period_of(session, selection), page, cursor.encode(_place(page[-1])) if len(left) > limit else None)


def _alert(one: Noted) -> Alert:
    severity = SEVERITIES[one.kind]
    return Alert(f"{one.kind} {one.about}", one.kind, severity, one.name, one.amount, one.since, AlertStatus.OPEN)


def _place(alert: Alert) -> Place:
    """Return what orders alerts: nothing that changes while the same thing is the matter."""
    return list(Severity).index(alert.severity), KINDS.index(alert.kind), alert.id


def _coverages(session: AnySession, selection: Selection, now: int) -> list[tuple[Person, float | None]]:
    by_person: dict[int, list[DayFigures]] = defaultdict(list)
    for (person, _), one in day_figures(session, selection, now).items():
        by_person[person].append(one)
    return [(person_of(member), coverage(by_person[member.id])) for member in selection.people]
