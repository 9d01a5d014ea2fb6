"""Everything an agent may say; a field that has no type here cannot leave a PC.

All instants are integers: milliseconds since 1970 UTC. To add an event kind: write its class, add it to `Event`,
name its fields in `policy/notice/`, and give it a table in `server/models.py`; tests fail until all four are done.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

MINUTE_MS = 60_000
EARLIEST_MS = 946_684_800_000  # 2000-01-01: no PC we serve is older, so an earlier instant is a broken clock
LATEST_MS = 4_102_444_800_000  # 2100-01-01

Instant = Annotated[int, Meta(ge=EARLIEST_MS, le=LATEST_MS)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Bytes = Annotated[int, Meta(ge=0, le=2**53)]
Percent = Annotated[float, Meta(ge=0, le=100 * 1024)]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Account = Annotated[str, Meta(min_length=1, max_length=256)]
App = Annotated[str, Meta(min_length=1, max_length=256)]
Title = Annotated[str, Meta(max_length=512)]
Site = Annotated[str, Meta(pattern=r"^[^\s/@?#:]{1,253}$")]
Path = Annotated[str, Meta(min_length=1, max_length=4096)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]

Call = Literal["microphone", "camera", "both"]
SessionChange = Literal[
    "boot", "shutdown", "logon", "logoff", "lock", "unlock", "sleep", "wake", "pause", "resume", "agent_start", "agent_stop", "working"
]
"""`working` is what a client without any evidence says: that its user works. It holds until its next word, if that comes soon."""
FileAction = Literal["created", "modified", "deleted", "renamed", "opened"]
FileSource = Literal["watcher", "audit_log", "rescan"]
NoticeAnswer = Literal["acknowledged", "consented", "withdrawn"]

LOST_IN_PLACE = "event"
"""`Gap.what` of a gap that stands where a recorded event stood: that sequence number is the declared loss."""
LOST_EPOCH = "epoch"
"""`Gap.what` of a gap that declares `lost` sequence numbers of the epoch before this one, which will never be sent."""


class _Event(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", gc=False):
    """What every event shares: immutable, no unknown field, `kind` says which it is."""


class Activity(_Event, frozen=True, tag="activity"):
    """One account at one app, for at most one UTC minute, with the evidence of its input: counts, never content.

    ```
    minute   |----------- 10:00 -----------|----------- 10:01 ---
    spans    [ excel.exe )[ chrome.exe     )[ chrome.exe   )[ …
    ```
    `samples` is how many one-second samples the span holds; of these `zero_samples` saw no input, `moving_samples` saw
    the pointer move, `distracted_samples` saw a distraction in view; `distinct_counts` is how many different non-zero
    per-second input counts occurred. `idle_ms` is the time without input at the last sample. `call` is what the call
    app in front had in use. A private window has neither title nor site.
    """

    start: Instant
    end: Instant
    account: Account
    app: App
    keys: Count
    clicks: Count
    scrolls: Count
    pointer_px: Count
    idle_ms: Bytes
    samples: Count
    zero_samples: Count
    distinct_counts: Count
    moving_samples: Count
    distracted_samples: Count
    title: Title | None = None
    site: Site | None = None
    call: Call | None = None
    private: bool = False

    def __post_init__(self) -> None:
        samples = self.samples
        in_one_minute = self.start < self.end <= self.start - self.start % MINUTE_MS + MINUTE_MS
        if not in_one_minute or self.zero_samples > samples or self.moving_samples > samples or self.distracted_samples > samples:
            raise ValueError(self._fault())
        if self.private and (self.title or self.site):
            raise ValueError("a private window has no title and no site")

    def _fault(self) -> str:
        if self.end <= self.start:
            return "an activity span must end after it starts"
        if self.start // MINUTE_MS != (self.end - 1) // MINUTE_MS:
            return "an activity span must lie within one UTC minute"
        return "an activity span cannot have more zero, moving or distracted samples than samples"


class Session(_Event, frozen=True, tag="session"):
    """The PC or the account's session changed state."""

    at: Instant
    account: Account
    change: SessionChange


class Network(_Event, frozen=True, tag="network"):
    """Bytes one app sent and received; `estimated` when the system could not say exactly."""

    start: Instant
    end: Instant
    app: App
    sent: Bytes
    received: Bytes
    estimated: bool

    def __post_init__(self) -> None:
        _must_not_run_backwards(self.start, self.end)


class File(_Event, frozen=True, tag="file"):
    """A file was created, modified, deleted, renamed or opened; contents are never read."""

    at: Instant
    account: Account
    action: FileAction
    path: Path
    source: FileSource
    new_path: Path | None = None
    bytes: Bytes | None = None
    process: App | None = None

    def __post_init__(self) -> None:
        if (self.action == "renamed") != (self.new_path is not None):
            raise ValueError("exactly a renamed file has a new path")


class Gap(_Event, frozen=True, tag="gap"):
    """Something was not recorded, or was recorded and lost: a declared loss of `lost` events, said aloud."""

    start: Instant
    end: Instant
    what: Word
    reason: Word
    lost: Count

    def __post_init__(self) -> None:
        _must_not_run_backwards(self.start, self.end)


class System(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What kind of PC this is, for the IT desk."""

    os: Annotated[str, Meta(max_length=128)]
    cpu_count: Count
    memory_bytes: Bytes
    agent_version: Word
    disk_free_bytes: Bytes | None = None


class Health(_Event, frozen=True, tag="health"):
    """The agent about itself: its cost, and its half of the delivery equation (counts of this epoch)."""

    at: Instant
    cpu_percent: Percent
    rss_bytes: Bytes
    buffered: Bytes
    oldest_ms: Bytes
    recorded: Bytes
    sent: Bytes
    dropped: Bytes
    system: System | None = None


class Notice(_Event, frozen=True, tag="notice"):
    """An employee answered the notice of what is recorded."""

    at: Instant
    account: Account
    version: Word
    language: Word
    answer: NoticeAnswer


class Capture(_Event, frozen=True, tag="capture"):
    """A screen capture was taken and announced; its bytes go by `PUT /api/v1/captures/<sha256>`."""

    at: Instant
    account: Account
    sha256: Sha256
    media: Literal["image/png", "image/jpeg", "image/webp"]
    bytes: Bytes
    width: Count
    height: Count
    reason: Word


Event = Activity | Session | Network | File | Gap | Health | Notice | Capture

NEEDS_NOTICE = (Activity, Network, File, Capture)
"""Kinds that are stored only for an account whose newest notice record is not a withdrawal."""


def _must_not_run_backwards(start: int, end: int) -> None:
    if end < start:
        raise ValueError("an interval must not end before it starts")


event_decoder = msgspec.json.Decoder(Event)
