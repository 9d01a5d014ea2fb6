"""Where a PC becomes a device."""

from __future__ import annotations

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
