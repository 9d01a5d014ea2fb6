"""`POST /track`: samples of the telemetry tracker."""

from __future__ import annotations

import msgspec
from flask import Response, request
from msgspec import Struct
from sqlalchemy import Connection

from policy.events import Event
from policy.wire import MAX_EVENTS
from server.auth import Ask
from server.compat import stream
from server.compat.asked import device_of
from server.compat.samples import Sample, Seen, seen, spans
from server.organisation import organisation
from server.refusals import BadRequestError, TooLargeError

MOST_DETAILS = 20
MOST_SAMPLES, MOST_BYTES = 40_000, 12 << 20
"""That client sends all that piled up at once, and again until it is taken: eleven hours without the server must fit."""


class Track(Struct, frozen=True):
    """What a tracker posts."""

    events: list[Sample]


class Ingested(Struct, frozen=True):
    """How many samples are on the disk."""

    ingested: int


class Raw(Struct, frozen=True):
    """The same before its events are looked at."""

    events: list[msgspec.Raw]


def track(ask: Ask) -> Ingested | Response:
    """Store a batch: all of it, or, when an event cannot be read, none, with what is wrong with each."""
    device = device_of(ask)
    request.max_content_length = MOST_BYTES
    try:
        raw = ask.body(Raw)
    except BadRequestError as fault:
        return _refused([fault.message])
    if len(raw.events) > MOST_SAMPLES:
        raise TooLargeError(f"more than {MOST_SAMPLES} events")
    for _ in range(MAX_EVENTS, len(raw.events), MAX_EVENTS):
        device_of(ask)  # a large batch counts as the batches it stands for
    found, faults = _read(ask, raw.events)
    if faults:
        return _refused(faults)

    def events(connection: Connection, epoch: int) -> list[Event]:
        return [*spans(stream.unknown(connection, epoch, found))]

    stream.store(ask.core, device, ask.token, events, ask.now)
    return Ingested(len(found))


def _read(ask: Ask, events: list[msgspec.Raw]) -> tuple[list[Seen], list[str]]:
    mode, found, faults = organisation(ask.session).titles, list[Seen](), list[str]()
    for number, event in enumerate(events):
        try:
            found.append(seen(msgspec.json.decode(event, type=Sample), ask.core.rules, mode))
        except (ValueError, RecursionError) as fault:
            faults.append(f"events[{number}]: {fault}"[:300])
    return found, faults[:MOST_DETAILS]


def _refused(details: list[str]) -> Response:
    body = {"error": "Validation failed", "details": details}
    return Response(msgspec.json.encode(body), 400, mimetype="application/json")
