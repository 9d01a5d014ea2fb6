"""Events as the bytes that are sealed and sent, and the gap that stands in for one that cannot be."""

from __future__ import annotations

import msgspec

from policy.events import LOST_IN_PLACE, Event, Gap, event_decoder
from policy.wire import MAX_EVENT_BYTES


def encoded(event: Event, now: int) -> bytes:
    """Return `event` as JSON; as a declared loss when the server could not take it."""
    try:
        content = msgspec.json.encode(event)
        event_decoder.decode(content)
    except (ValueError, TypeError):  # a lone surrogate, a field out of its bounds, a value no JSON has
        return lost_in_place("unencodable", now)
    return content if len(content) <= MAX_EVENT_BYTES else lost_in_place("too_large", now)


def lost_in_place(reason: str, now: int) -> bytes:
    """Return the event, as JSON, that stands where a recorded event stood."""
    return msgspec.json.encode(Gap(start=now, end=now, what=LOST_IN_PLACE, reason=reason, lost=1))


def instant_of(event: Event) -> int:
    """Return when an event happened or began."""
    instant: int = event.at if hasattr(event, "at") else event.start
    return instant
