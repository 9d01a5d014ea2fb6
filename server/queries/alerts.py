"""The Alerts & Anomalies tab: everything there is to read and what became of it, the most severe first, page by page.

What needs attention, rules that were met, and findings are one list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from policy.roles import KEEPS_CASES, Role, Viewer, may_lead
from policy.summaries import Alert, AlertCount, Alerts, AlertStatus, Person, Severity
from policy.worktime import local_day
from server import cursor
from server.alerts import Mark, marks, status_of
from server.backup import standing
from server.evidence.cases import cases_of_alerts
from server.organisation import AnySession, organisation
from server.queries import alert_rules
from server.queries.attention import KINDS, Noted, noted
from server.queries.figures import day_figures
from server.queries.selection import Selection, period_of, person_of
from server.refusals import NotThereError
from server.reporting.delivery import undelivered

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
ORDER = (
    "disk",
    "backup",
    "report",
    "overdue",
    "lost",
    "quarantined",
    "burst",
    "carried",
    "watched",
    "unauthorised",
    "unusual",
    "looks",
    *KINDS[3:],
)
OWNERS_ONLY = frozenset({"disk", "backup", "looks", "report", "overdue"})
"""What is about the whole office, and only owners can say what becomes of it."""
GOES_ON = frozenset({"disk", "clock", "coverage"})
"""What has no beginning that is known: what became of it holds for the week."""

Place = tuple[int, int, str]
PLACES: Decoder[Place] = Decoder(Place)


class Found(Struct, frozen=True):
    """An alert, and which occurrence of it this is: a later one sorts after it."""

    alert: Alert
    occurrence: str


def alerts(
    session: AnySession, viewer: Viewer, selection: Selection, after: str | None, limit: int, now: int, *, everything: bool = False
) -> Alerts:
    """Return up to `limit` alerts after the cursor `after`, open ones or `everything`; raise BadRequestError when that is no cursor."""
    place = cursor.decode(after, PLACES) if after else None
    listed = [found.alert for found in everything_found(session, viewer, selection, now)]
    opened = [one for one in listed if one.status is AlertStatus.OPEN]
    shown = listed if everything else opened
    left = [one for one in shown if place is None or _place(one) > place]
    page = left[:limit]
    following = cursor.encode(_place(page[-1])) if len(left) > limit else None
    return Alerts(
        period_of(session, selection), _with_cases(session, viewer, page), following, open=len(opened), hidden=len(listed) - len(shown)
    )


def _with_cases(session: AnySession, viewer: Viewer, page: list[Alert]) -> list[Alert]:
    """Return alerts with the cases that point at them, where the viewer may read cases."""
    if viewer.role not in KEEPS_CASES:
        return page
    known = cases_of_alerts(session, [one.id for one in page])
    return [replace(one, cases=known[one.id]) if one.id in known else one for one in page]


def alert_count(session: AnySession, viewer: Viewer, selection: Selection, now: int) -> AlertCount:
    """Return how many alerts are open."""
    found = [one.alert for one in everything_found(session, viewer, selection, now)]
    counts = Counter(one.severity for one in found if one.status is AlertStatus.OPEN)
    return AlertCount(counts.total(), *(counts[severity] for severity in Severity))


def find(session: AnySession, viewer: Viewer, selection: Selection, alert: str, now: int) -> Found:
    """Return one alert; raise NotThereError when there is none of that name that is the viewer's to decide about."""
    for found in everything_found(session, viewer, selection, now):
        if found.alert.id == alert and (may_lead(viewer, None) or found.alert.kind not in OWNERS_ONLY):
            return found
    raise NotThereError("there is no such alert in these days, or it is over")


def findings_about(session: AnySession, selection: Selection, now: int) -> list[Alert]:
    """Return the findings of a selection, the newest first, with what became of them but without the readers' notes to each other."""
    known = marks(session)
    found = [_marked(Found(one, str(one.day)), known.get(one.id), now).alert for one in alert_rules.findings(session, selection)]
    return sorted((replace(one, note=None) for one in found), key=lambda one: str(one.day), reverse=True)


def everything_found(session: AnySession, viewer: Viewer, selection: Selection, now: int) -> list[Found]:
    """Return every alert of the selection with what became of it, the most severe first."""
    known = marks(session)
    week = f"{local_day(now, organisation(session).zone):%G-W%V}"
    found = [Found(alert, _occurrence(alert, week)) for alert in _alerts(session, viewer, selection, now)]
    return sorted((_marked(one, known.get(one.alert.id), now) for one in found), key=lambda one: _place(one.alert))


def _alerts(session: AnySession, viewer: Viewer, selection: Selection, now: int) -> Iterator[Alert]:
    """Yield what there is to read; compliance reads what is about files and nothing else."""
    yield from alert_rules.file_hits(session, selection)
    if viewer.role is Role.COMPLIANCE:
        return
    for one in noted(session, selection, _coverages(session, selection, now), now):
        yield _alert(one)
    yield from alert_rules.unauthorised(session, selection)
    yield from alert_rules.findings(session, selection)
    yield from alert_rules.many_looks(session, viewer, selection)
    yield from alert_rules.overdue(session, viewer, selection, now)
    if viewer.role is Role.OWNER:
        yield from undelivered(session)
        yield from standing.missing(session, now)


def _alert(one: Noted) -> Alert:
    return Alert(f"{one.kind} {one.about}", one.kind, SEVERITIES[one.kind], one.name, one.amount, one.since, AlertStatus.OPEN)


def _occurrence(alert: Alert, week: str) -> str:
    if alert.kind in GOES_ON:
        return week
    if alert.kind == "silent":
        return f"{alert.since or 0:015}"
    return str(alert.day or "")


def _marked(found: Found, mark: Mark | None, now: int) -> Found:
    alert = found.alert
    status = status_of(alert.kind, alert.amount, found.occurrence, mark, now)
    if mark is None:
        return found
    told = {"until": mark.until if status is not AlertStatus.OPEN else None, "note": mark.note, "who": mark.who, "marked": mark.at}
    return replace(found, alert=replace(alert, status=status, **told))


def _place(alert: Alert) -> Place:
    """Return what orders alerts: nothing that changes while the same thing is the matter."""
    return list(Severity).index(alert.severity), ORDER.index(alert.kind), alert.id


def _coverages(session: AnySession, selection: Selection, now: int) -> list[tuple[Person, float | None]]:
    shares = day_figures(session, selection, now).coverage(0)
    return [(person_of(member), share) for member, share in zip(selection.people, shares, strict=True)]
