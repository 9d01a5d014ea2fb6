"""The batch and the ack that cross the wire, their limits, and the strict decoding of both.

The types nest four deep and admit no unknown field, so nothing nested deeper than the contract's sixteen can pass.

Event i of a batch has sequence number `first + i` in its epoch; an epoch is one life of one buffer.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from policy.events import LATEST_MS, Event, File, Instant, Word, event_decoder
from policy.purposes import Purpose
from policy.redaction import TitleMode
from policy.worktime import WorkHours

PROTOCOL = 1
DEFAULT_PORT = 5050
MAX_SENT_BYTES = 1 << 20
MAX_INFLATED_BYTES = 8 << 20
MAX_EVENTS = 2_000
MAX_EVENT_BYTES = 16 << 10
RECORDED_HEADER = "WorkPulse-Recorded"
BUFFERED_HEADER = "WorkPulse-Buffered"
"""Optional with a batch: how many sequence numbers the agent gave out in this epoch, and how many of these events it still
holds (those of this batch included). They let the server compare its own counts with independent ones."""

Epoch = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]
Sequence = Annotated[int, Meta(ge=1, le=2**53)]
Line = Annotated[str, Meta(min_length=1, max_length=256)]
Folder = Annotated[str, Meta(min_length=1, max_length=1024)]
MAX_CAPTURE_BYTES = MAX_SENT_BYTES


class MalformedError(ValueError):
    """The bytes are not a batch at all; the sentence says why and where."""


class Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a batch comes from and which numbers its events have."""

    protocol: Annotated[int, Meta(ge=PROTOCOL, le=PROTOCOL)]
    epoch: Epoch
    first: Sequence
    machine: Line
    sent_at: Instant
    boot: Line
    monotonic_ms: Annotated[int, Meta(ge=0, le=LATEST_MS)]


class Batch(Envelope, frozen=True, forbid_unknown_fields=True):
    """What an agent sends; `events` are decoded one by one so that a bad one never blocks the others."""

    events: list[msgspec.Raw]


class GoodBatch(Envelope, frozen=True, forbid_unknown_fields=True):
    """A batch in which every event is good, as nearly all are."""

    events: list[Event]


class Refusal(Struct, frozen=True):
    """One event that was put into quarantine, and why."""

    seq: int
    reason: str


class Ack(Struct, frozen=True):
    """Everything up to sequence number `acked` is on the server's disk, as an event, in quarantine or as a declared loss."""

    acked: int
    refused: list[Refusal]
    policy: int
    server_time: int


class ClipOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """A short recording of an account's screen that two people agreed on, told to its agent: announce `reason` on the screen, take a
    picture a second for `seconds` as long as it stays there, deliver each as a capture event whose reason is `clip_reason(id)`."""

    id: Annotated[int, Meta(ge=1)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    seconds: Annotated[int, Meta(ge=1, le=60)]
    until: Instant


def clip_reason(number: int | str) -> str:
    """Return the reason that every picture of a clip has."""
    return f"clip {number}"


class AgentPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What the server asks its agents to do; there is no command in it, only what to collect less or more of, and when.

    `clip` is there only while one is to be recorded.

    Durations are seconds; a collector whose `every` is 0 is off. `notice` is the version of the notice an employee must
    have answered. `folders` are watched for changes of their files. Screen captures are off unless `capture_every` says
    otherwise, and then only within `work_hours`. `withheld` are the purposes for which nothing of the account that asks may be
    collected; absent where there are none, so that programs that do not know the word still read the rest.
    """

    revision: int
    notice: Word
    titles: TitleMode = "redacted"
    sample_every: Annotated[float, Meta(ge=0.2, le=60)] = 1.0
    send_every: Annotated[float, Meta(ge=0.5, le=3600)] = 60.0
    health_every: Annotated[float, Meta(ge=1, le=3600)] = 60.0
    network_every: Annotated[float, Meta(ge=0, le=3600)] = 60.0
    work_hours_only: bool = False
    work_hours: WorkHours | None = None
    folders: Annotated[list[Folder], Meta(max_length=64)] = []
    capture_every: Annotated[float, Meta(ge=0, le=86_400)] = 0.0
    clip: ClipOrder | UnsetType = UNSET
    withheld: list[Purpose] | UnsetType = UNSET

    @property
    def withholds(self) -> frozenset[Purpose]:
        """The purposes for which nothing may be collected."""
        return frozenset(self.withheld or ())

    def obeyed(self) -> AgentPolicy:
        """Return the policy with every collector off that only serves a purpose that is withheld."""
        off = {
            "network_every": 0.0 if Purpose.NETWORK in self.withholds else self.network_every,
            "folders": [] if Purpose.FILES in self.withholds else self.folders,
            "capture_every": 0.0 if Purpose.SCREENSHOTS in self.withholds else self.capture_every,
            "clip": UNSET if Purpose.SCREENSHOTS in self.withholds else self.clip,
        }
        return replace(self, **off)


class EnrolRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A PC asks to become a device."""

    code: Line
    hostname: Line
    os: Line
    account: Line
    agent_version: Word


class EnrolReply(Struct, frozen=True):
    """The device's own credential; it is shown this once."""

    device_id: str
    token: str
    server_id: str
    policy: AgentPolicy


class Problem(Struct, frozen=True, omit_defaults=True):
    """The body of every refusal: `reason` is a fixed word a program can read, `message` a sentence for a person."""

    reason: str
    message: str = ""
    expected: int | None = None


_batch_decoder = msgspec.json.Decoder(Batch)
_good_batch_decoder = msgspec.json.Decoder(GoodBatch)
_LONG_PATH = 1_500
"""Only paths can make an event larger than MAX_EVENT_BYTES; two of this many characters cannot."""


def decode_batch(body: bytes) -> Batch:
    """Return the batch in `body`, its events still raw; raise MalformedError with the place of the fault."""
    try:
        batch = _batch_decoder.decode(body)
        _refuse_twins_unless_canonical(batch, body)
    except (ValueError, RecursionError) as fault:  # msgspec's and json's own errors are ValueErrors
        raise MalformedError(str(fault)) from None
    return batch


def decode_good_batch(body: bytes) -> GoodBatch | None:
    """Return the batch when all of it is as our own agent writes it, in one pass; None says: look at each event."""
    try:
        batch: GoodBatch = _good_batch_decoder.decode(body)
    except (ValueError, RecursionError):
        return None
    if any(type(event) is File and max(len(event.path), len(event.new_path or "")) > _LONG_PATH for event in batch.events):
        return None
    return batch if msgspec.json.encode(batch) == body else None


def decode_event(raw: bytes) -> Event:
    """Return one event; raise MalformedError with the reason when it is anything but exactly one of `policy.events`."""
    if len(raw) > MAX_EVENT_BYTES:
        raise MalformedError(f"larger than {MAX_EVENT_BYTES} bytes")
    try:
        event: Event = event_decoder.decode(raw)
        _refuse_twins_unless_canonical(event, raw)
    except (ValueError, RecursionError) as fault:
        raise MalformedError(str(fault)) from None
    return event


def _refuse_twins_unless_canonical(decoded: Batch | Event, body: bytes) -> None:
    """Raise ValueError when an object in `body` has a key twice.

    msgspec takes the last of two equal keys without a word. A body that equals its own re-encoding has none, and what
    our agent sends does; anything else is read once more by the slower decoder that can tell.
    """
    if msgspec.json.encode(decoded) != body:
        json.loads(body, object_pairs_hook=_refuse_twins)


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found
