"""The documents about the recording: what there is, and each of them made from the configuration as it stands."""

from __future__ import annotations

from flask import Response, request

from policy.notice.assessment import open_points
from policy.summaries import NoticeDocuments
from server.auth import Ask
from server.organisation import organisation
from server.rights import notice_papers


def show_documents(ask: Ask) -> NoticeDocuments:
    """Which documents can be made, and what still waits for a decision."""
    live = notice_papers.live(ask.session, ask.core.settings, ask.now)
    return NoticeDocuments(notice_papers.names(), open_points(live), organisation(ask.session).dpia)


def make_document(ask: Ask) -> Response:
    """One document as a file; that it was made is in the audit log."""
    file = notice_papers.made(ask.session, ask.core.settings, (request.view_args or {}).get("name", ""), ask.now)
    ask.note_look("a document", file.name)
    response = Response(file.content, mimetype=notice_papers.MEDIA[file.kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
