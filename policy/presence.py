"""From evidence of input to presence: what a span of a person's time is counted as, minute by minute.

Evidence is judged per UTC minute: what all spans of one account on one device counted in it is added, then each span
gets its presence, the first of these that holds:

1. meeting: a call window is in front and microphone or camera is in use, or there was input in the minute, or the call
   has been without either for less than five minutes;
2. active: enough keys and clicks together, or keys, or clicks. A distraction in view does not undo typing;
3. reading: scrolling or paging, or the pointer moving in enough distinct seconds, far enough and not long ago; blocked
   while a distraction is in view;
4. idle: no input was seen, which says nothing about work.

A minute whose input is as regular as a machine's asks for review and changes no presence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Annotated, Protocol

from msgspec import Meta, Struct

from policy.events import MINUTE_MS, Count


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

Share = Annotated[int, Meta(ge=0, le=100)]


class Thresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the lines are; every one is a setting. Durations are milliseconds, shares are percent."""

    interactions: Count = 10
    keys: Count = 5
    clicks: Count = 3
    scrolls: Count = 1
    pointer_px: Count = 50
    moving_samples: Count = 15
    away_ms: Count = 30_000
    distraction_percent: Share = 30
    call_grace_ms: Count = 5 * MINUTE_MS
    regular_samples: Count = 10
    regular_zero_percent: Share = 25
    regular_distinct: Count = 3
    periodic_minutes: Annotated[int, Meta(ge=2, le=60)] = 5


DEFAULT_THRESHOLDS = Thresholds()


class Evidence(Protocol):
    """What is asked of a span; for the counts see `policy.events.Activity`. `call`: microphone or camera is in use."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def app(self) -> int: ...
    @property
    def call_window(self) -> bool: ...
    @property
    def call(self) -> bool: ...
    @property
    def keys(self) -> int: ...
    @property
    def clicks(self) -> int: ...
    @property
    def scrolls(self) -> int: ...
    @property
    def pointer_px(self) -> int: ...
    @property
    def idle_ms(self) -> int: ...
    @property
    def samples(self) -> int: ...
    @property
    def zero_samples(self) -> int: ...
    @property
    def distinct_counts(self) -> int: ...
    @property
    def moving_samples(self) -> int: ...
    @property
    def distracted_samples(self) -> int: ...


class Verdict(Struct, frozen=True):
    """What one span is counted as, and whether its minute should be looked at by a person."""

    presence: Presence
    review: bool


class Minute(Struct, frozen=True):
    """The evidence of one UTC minute: counts added up, `idle_ms` as last seen, `apps` in the order they came to the front."""

    number: int
    apps: tuple[int, ...]
    keys: int
    clicks: int
    scrolls: int
    pointer_px: int
    idle_ms: int
    samples: int
    zero_samples: int
    distinct_counts: int
    moving_samples: int
    distracted_samples: int

    @property
    def has_input(self) -> bool:
        """Whether anything at all was done."""
        return bool(self.keys or self.clicks or self.scrolls or self.pointer_px)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What is the same, minute after minute, when a machine repeats itself."""
        return self.apps, self.keys, self.clicks, self.scrolls, self.pointer_px


def judge(spans: Sequence[Evidence], thresholds: Thresholds = DEFAULT_THRESHOLDS) -> list[Verdict]:
    """Return the verdict on each of the spans of one account on one device, which come in time order, each once."""
    minutes = [(add_up(group), group) for group in _by_minute(spans)]
    periodic = _periodic([minute for minute, _ in minutes], thresholds.periodic_minutes)
    call = _Call(thresholds.call_grace_ms)
    verdicts: list[Verdict] = []
    for minute, group in minutes:
        otherwise = presence_without_call(minute, thresholds)
        review = minute.number in periodic or is_regular(minute, thresholds)
        has_input = minute.has_input
        for span in group:
            verdicts.append(Verdict(Presence.MEETING if call.is_meeting(span, has_input) else otherwise, review))
    return verdicts


def presence_without_call(minute: Minute, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Presence:
    """Return active, reading or idle, for a minute's spans that are not a meeting."""
    if is_active(minute, thresholds):
        return Presence.ACTIVE
    return Presence.READING if is_reading(minute, thresholds) else Presence.IDLE


def is_active(minute: Minute, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """Return whether there was enough typing or clicking; any one of the three lines suffices."""
    return minute.keys + minute.clicks >= thresholds.interactions or minute.keys >= thresholds.keys or minute.clicks >= thresholds.clicks


def is_reading(minute: Minute, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """Return whether a page was scrolled or followed with the pointer, and no distraction was in view."""
    if minute.samples and minute.distracted_samples * 100 >= thresholds.distraction_percent * minute.samples:
        return False
    follows = (
        minute.pointer_px >= thresholds.pointer_px
        and minute.moving_samples >= thresholds.moving_samples
        and minute.idle_ms < thresholds.away_ms
    )
    return follows or minute.scrolls >= thresholds.scrolls


def is_regular(minute: Minute, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """Return whether the input hardly ever rests and hardly ever varies; people pause, and no second is like the last."""
    return (
        minute.has_input
        and minute.samples >= thresholds.regular_samples
        and minute.zero_samples * 100 < thresholds.regular_zero_percent * minute.samples
        and minute.distinct_counts < thresholds.regular_distinct
    )


class _Call:
    """How long the call in front has been without input, microphone and camera.

    ```
    front      [ editor )[ call window ------------------------------------)[ editor )
    input                        x
    minute               [ 10:00 )[ 10:01 )[ 10:02 ) …     [ 10:06 )[ 10:07 )
    silence              0 minutes         0               4        5 minutes: over
    ```
    """

    def __init__(self, grace_ms: int) -> None:
        self._grace_ms = grace_ms
        self._app: int | None = None
        self._silent_since = 0

    def is_meeting(self, span: Evidence, has_input: bool) -> bool:
        """Return whether `span`, the next in time order, belongs to a meeting."""
        if not span.call_window:
            self._app = None
            return False
        if span.app != self._app:  # a call window has come to the front
            self._app, self._silent_since = span.app, span.start
        proven = span.call or has_input
        in_meeting = proven or span.start - self._silent_since < self._grace_ms
        if proven:
            self._silent_since = span.end
        return in_meeting


def _by_minute(spans: Iterable[Evidence]) -> list[list[Evidence]]:
    return [list(group) for _, group in groupby(spans, key=lambda span: span.start // MINUTE_MS)]


def add_up(spans: Sequence[Evidence]) -> Minute:
    """Return the evidence of the spans of one minute together.

    How many counts were distinct in all cannot be known from the parts; their sum is the most it can be, so that a
    minute in many windows is rather believed than suspected.
    """
    keys = clicks = scrolls = pointer_px = samples = zero_samples = distinct_counts = moving_samples = distracted_samples = 0
    apps: list[int] = []
    end, idle_ms = 0, 0
    for span in spans:  # one plain loop over all: this runs for every minute of everybody
        keys += span.keys
        clicks += span.clicks
        scrolls += span.scrolls
        pointer_px += span.pointer_px
        samples += span.samples
        zero_samples += span.zero_samples
        distinct_counts += span.distinct_counts
        moving_samples += span.moving_samples
        distracted_samples += span.distracted_samples
        if not apps or apps[-1] != span.app:
            apps.append(span.app)
        if span.end >= end:
            end, idle_ms = span.end, span.idle_ms
    counters = (keys, clicks, scrolls, pointer_px)
    seen = (samples, zero_samples, distinct_counts, moving_samples, distracted_samples)
    return Minute(spans[0].start // MINUTE_MS, tuple(apps), *counters, idle_ms, *seen)


def _periodic(minutes: Sequence[Minute], enough: int) -> set[int]:
    """Return the minutes in a run of at least `enough` consecutive ones with the same apps and the same input, not none."""
    numbered = enumerate(minutes)
    runs = groupby(numbered, key=lambda pair: (pair[1].number - pair[0], pair[1].fingerprint))  # the difference stays while minutes follow
    found: set[int] = set()
    for _, run in runs:
        alike = [minute for _, minute in run]
        if len(alike) >= enough and alike[0].has_input:
            found.update(minute.number for minute in alike)
    return found
