"""The nightly backups: how they stand, and one out of turn."""

from __future__ import annotations

from flask import Response

from policy.summaries import Backups
from server.auth import Ask
from server.backup import standing


def show_backups(ask: Ask) -> Backups:
    """How the nightly backups stand; nothing of a person is in it."""
    return standing.backups(ask.session, ask.core.settings, ask.now)


def ask_for_backup(ask: Ask) -> Response:
    """Have one made now, by whoever keeps the timetable."""
    ask.change(lambda connection, by: standing.ask_for(connection, ask.core.settings, by))
    return Response(status=202)
