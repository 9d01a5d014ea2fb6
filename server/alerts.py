"""What became of alerts: who acknowledged, snoozed, expected or noted what, and until when that holds."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, select

from policy.redaction import clean
from policy.roles import Viewer
from policy.summaries import Alert, AlertAction, AlertStatus, AlertWish
from policy.summaries.alerts import LONGEST_NOTE
from server.audit_log import audit
from server.models import AlertMark
from server.organisation import AnySession
from server.refusals import BadRequestError
from server.store.db import insert_into

STATUS = {
    AlertAction.ACKNOWLEDGE: AlertStatus.ACKNOWLEDGED,
    AlertAction.SNOOZE: AlertStatus.SNOOZED,
    AlertAction.EXPECT: AlertStatus.EXPECTED,
    AlertAction.REOPEN: AlertStatus.OPEN,
}
GROWING = frozenset({"lost", "quarantined", "no_notice", "burst", "carried", "watched", "looks"})
"""Kinds whose amount only grows: one that has grown since it was acknowledged is open again."""


class Mark(Struct, frozen=True):
    """What somebody said about an alert, and about which occurrence of it."""

    occurrence: str
    amount: float
    status: AlertStatus
    until: int | None
    note: str | None
    who: str
    at: int


def marks(session: AnySession) -> dict[str, Mark]:
    """Return {alert: what became of it}."""
    rows = session.execute(select(*AlertMark.__table__.columns))
    return {row.alert: Mark(row.occurrence, row.amount, AlertStatus(row.status), row.until, row.note, row.actor, row.at) for row in rows}


def status_of(kind: str, amount: float, occurrence: str, mark: Mark | None, now: int) -> AlertStatus:
    """Return what became of an alert.

    ```
    silent since Monday     acknowledged ............... | heard again | silent since Friday: open
    3 events lost           acknowledged ....... | 5 lost: open
    ```
    """
    if mark is None or occurrence > mark.occurrence or (mark.until is not None and now >= mark.until):
        return AlertStatus.OPEN
    return AlertStatus.OPEN if kind in GROWING and amount > mark.amount else mark.status


def act(connection: Connection, viewer: Viewer, alert: Alert, occurrence: str, wish: AlertWish, now: int, address: str) -> None:
    """Write down what somebody does with an alert; raise BadRequestError when that makes no sense."""
    if wish.action is AlertAction.SNOOZE and wish.until is None:
        raise BadRequestError("snooze until when?", reason="past")
    if wish.until is not None and wish.until <= now:
        raise BadRequestError("until must be later than now", reason="past")
    note = clean(wish.note, LONGEST_NOTE).strip() or None if wish.note is not None else alert.note
    if wish.action is AlertAction.NOTE:
        status, until = alert.status, alert.until
    else:
        status, until = STATUS[wish.action], wish.until if wish.action is not AlertAction.REOPEN else None
    mark = {"alert": alert.id, "occurrence": occurrence, "amount": alert.amount, "status": status.value}
    mark |= {"until": until, "note": note, "actor": viewer.name, "at": now}
    row = insert_into(connection, AlertMark).values(**mark)
    connection.execute(row.on_conflict_do_update(index_elements=["alert"], set_=mark))
    before, after = ({"status": one, "until": at, "note": text} for one, at, text in _both(alert, status, until, note))
    deed = audit.Deed(viewer.name, f"alert: {wish.action}", alert.id, alert.subject, address, before=before, after=after)
    audit.record(connection, deed, now)


def _both(alert: Alert, status: AlertStatus, until: int | None, note: str | None) -> tuple[tuple[AlertStatus, int | None, str | None], ...]:
    return (alert.status, alert.until, alert.note), (status, until, note)
