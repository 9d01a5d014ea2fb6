"""Where a person at the console says who they are, and leaves."""

from __future__ import annotations

from flask import Response

from policy.summaries import SignInReply, SignInRequest
from server import users
from server.auth import Ask
from server.refusals import NotSignedInError


def sign_in(ask: Ask) -> SignInReply:
    """Exchange a name and password for a revocable token; wrong ones are counted per name and address."""
    limits = ask.core.limits
    wanted = ask.body(SignInRequest)
    limits.refuse_after_sign_in_failures(wanted.user, ask.address)
    try:
        user = users.check_password(ask.session, wanted.user, wanted.password)
    except NotSignedInError:
        limits.note_sign_in_failure(wanted.user, ask.address)
        raise
    signed = ask.core.writer.do(lambda connection: users.sign_in(connection, user, ask.now, ask.address))
    return SignInReply(signed.token, signed.expires, signed.viewer.role.value, sorted(signed.viewer.teams))


def sign_out(ask: Ask) -> Response:
    """Revoke the token that was sent."""
    ask.core.writer.do(lambda connection: users.sign_out(connection, ask.token, ask.now))
    return Response(status=204)
