"""What people asked about their own record, for whoever decides it."""

from __future__ import annotations

from flask import Response

from policy.summaries import Decision, PersonRequests
from server.auth import Ask
from server.rights import contest


def show_requests(ask: Ask) -> PersonRequests:
    """The requests of one's own people, newest first; reading them is noted."""
    ask.note_look("requests", "everything open and answered")
    return contest.requests_for(ask.session, ask.who(), ask.now)


def decide_request(ask: Ask) -> Response:
    """Answer one of them."""
    wish, viewer = ask.body(Decision), ask.who()
    ask.change(lambda connection, by: contest.decide(connection, viewer, wish, by))
    return Response(status=204)
