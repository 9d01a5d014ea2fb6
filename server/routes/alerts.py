"""What there is to read, and what somebody does with it."""

from __future__ import annotations

from flask import Response

from policy.roles import Role, may_view, may_view_files
from policy.summaries import AlertCount, Alerts, AlertWish
from server.alerts import act
from server.auth import Ask
from server.people import MayView
from server.queries import alerts
from server.queries.selection import Selection
from server.routes.question import LONGEST_CURSOR, asked_about, asked_silently, days_of, note_look


def show_alerts(ask: Ask) -> Alerts:
    """The Alerts & Anomalies tab: what is open, or everything."""
    cursor, everything = ask.text("cursor", LONGEST_CURSOR), ask.number("all") == 1
    selection = asked_silently(ask, _may(ask))
    note_look(ask, "alerts", days_of(selection), selection)
    return alerts.alerts(ask.session, ask.who(), selection, cursor, ask.rows(), ask.now, everything=everything)


def _may(ask: Ask) -> MayView:
    """Compliance reads alerts about files, of everybody."""
    return may_view_files if ask.who().role is Role.COMPLIANCE else may_view


def _about(ask: Ask) -> Selection:
    return asked_about(ask, _may(ask))


def count_alerts(ask: Ask) -> AlertCount:
    """How many are open."""
    return alerts.alert_count(ask.session, ask.who(), _about(ask), ask.now)


def act_on_alert(ask: Ask) -> Response:
    """Acknowledge, snooze, expect, note or reopen one alert."""
    wish, viewer = ask.body(AlertWish), ask.who()
    found = alerts.find(ask.session, viewer, _about(ask), wish.alert, ask.now)
    ask.core.writer.do(lambda connection: act(connection, viewer, found.alert, found.occurrence, wish, ask.now, ask.address))
    return Response(status=204)
