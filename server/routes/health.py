"""Whether somebody is at home, and what its CA is."""

from __future__ import annotations

from policy.summaries import Health
from server import heartbeat
from server.auth import Ask


def show_health(ask: Ask) -> Health:
    """Answer without looking at anybody's data."""
    timetable = "kept" if heartbeat.is_kept(ask.core.settings.data, ask.now) else "late"
    return Health(status="ok", server_id=ask.core.identity.server_id, ca=ask.core.identity.ca_pem, timetable=timetable)
