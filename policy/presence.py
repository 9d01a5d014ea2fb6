"""From evidence of input to presence."""

from __future__ import annotations

from enum import StrEnum


class Presence(StrEnum):
    """What the evidence says of a second of a person's day; `unknown` is "no evidence", never "not working"."""

    ACTIVE = "active"
    READING = "reading"
    MEETING = "meeting"
    IDLE = "idle"
    LOCKED = "locked"
    PAUSED = "paused"
    ASLEEP = "asleep"
    OFF = "off"
    UNKNOWN = "unknown"


ENGAGED = (Presence.ACTIVE, Presence.READING, Presence.MEETING)
