"""Where a PC becomes a device, and stops being one."""

from __future__ import annotations

from flask import Response

from policy.wire import EnrolReply, EnrolRequest
from server import enrolment
from server.auth import Ask
from server.refusals import NotSignedInError


def enrol(ask: Ask) -> EnrolReply:
    """Exchange a code for a credential; wrong codes are counted per address."""
    limits = ask.core.limits
    limits.refuse_after_enrol_failures(ask.address)
    wanted = ask.body(EnrolRequest)
    server_id = ask.core.identity.server_id
    try:
        return ask.core.writer.do(lambda connection: enrolment.enrol(connection, wanted, server_id, ask.now))
    except NotSignedInError:
        limits.note_enrol_failure(ask.address)
        raise


def leave(ask: Ask) -> Response:
    """Take this device's own credential away, because the agent is taken off its PC."""
    if ask.device is None:
        raise NotSignedInError("no credential")
    public_id = ask.device.public_id
    ask.core.writer.do(lambda connection: enrolment.revoke(connection, public_id, ask.now, actor=public_id))
    return Response(status=204)
