"""Where the window says that figures are about to leave it; what cannot be written down is not exported."""

from __future__ import annotations

from flask import Response

from policy.roles import Role, may_view, may_view_files
from policy.summaries import ExportNote
from server.audit_log import audit
from server.auth import Ask
from server.people import chosen


def note_export(ask: Ask) -> Response:
    """Write down who exported what about whom; raise NotAllowedError when it is not theirs to see."""
    note, viewer = ask.body(ExportNote), ask.who()
    chosen(ask.session, viewer, note.team, note.person, may_view_files if viewer.role is Role.COMPLIANCE else may_view)
    told = [f"{note.first} to {note.last}", f"{note.rows} rows as {note.form}", *note.conditions]
    subject = f"team {note.team}" if note.team is not None else None
    subject = audit.about(note.person) if note.person is not None else subject
    deed = audit.Deed(viewer.name, f"{audit.LOOKED}{note.tab} and exported it", subject, ", ".join(told), ask.address)
    ask.core.writer.do(lambda connection: audit.record(connection, deed, ask.now))
    return Response(status=204)
