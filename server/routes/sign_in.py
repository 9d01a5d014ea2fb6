"""Where a person at the console says who they are, and leaves."""

from __future__ import annotations

from flask import Response

from policy.summaries import SignInReply, SignInRequest
from server import users
from server.auth import Ask


def sign_in(ask: Ask) -> SignInReply:
    """Exchange a name and password for a revocable token; wrong ones are counted per name and address."""
    wanted = ask.body(SignInRequest)
    user = users.checked(ask.session, ask.core.limits, wanted.user, wanted.password, ask.address)
    signed = ask.core.writer.do(lambda connection: users.sign_in(connection, user, ask.now, ask.address))
    return SignInReply(signed.token, signed.expires, signed.viewer.role.value, sorted(signed.viewer.teams))


def sign_out(ask: Ask) -> Response:
    """Revoke the token that was sent."""
    ask.core.writer.do(lambda connection: users.sign_out(connection, ask.token, ask.now))
    return Response(status=204)
