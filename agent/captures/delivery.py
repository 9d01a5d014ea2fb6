"""Brings waiting pictures to the server, after the events that announce them."""

from __future__ import annotations

from agent.captures.store import CaptureStore
from agent.log import log
from agent.transport import Transport

KEPT_FOR_LATER = (401, 403, 429, 500, 502, 503)


def deliver(store: CaptureStore, transport: Transport) -> bool:
    """Send the picture that has waited longest; return whether one went and another may. Raises AwayError."""
    waiting = store.first()
    if waiting is None:
        return False
    name, content = waiting
    answer = transport.put(f"/api/v1/captures/{name}", content)
    if answer.status in KEPT_FOR_LATER:
        return False
    if answer.status != 204:
        log.warning("the server does not take a picture", status=answer.status)
    store.drop(name)
    return True
