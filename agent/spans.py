"""From one-second samples to activity spans: pure arithmetic of time and counts.

Each sample stands for the time since the sample before it, and brings the input counted in that time.

```
samples   0     1     2     3     4  (PC asleep)        5     6
time        |--A--|--A--|--B--|--B--|              |--B--|--B--|
spans       [ A        )[ B        )               [ B        )
```
A gap of more than a few samples is not time: the sample after it stands for one period only. Durations come from the
monotonic clock; the wall clock only labels them, and no two spans of one builder overlap, whatever the wall clock does.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from itertools import pairwise

from agent.clock import Moment
from policy.events import MINUTE_MS, Activity, Call

TOLERATED_DRIFT_MS = 1_000
"""As far as the wall clock may leave the monotonic one before labels follow it; below, time servers are nudging it."""
REMEMBERED_STRETCHES = 500


@dataclass(frozen=True, slots=True)
class Context:
    """What was in front; a change of any of it closes the span."""

    account: str
    app: str
    title: str | None = None
    site: str | None = None
    call: Call | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """How much input there was, never what it was."""

    keys: int = 0
    clicks: int = 0
    scrolls: int = 0
    pointer_px: int = 0

    def __add__(self, other: Input) -> Input:
        return Input(self.keys + other.keys, self.clicks + other.clicks, self.scrolls + other.scrolls, self.pointer_px + other.pointer_px)

    @property
    def actions(self) -> int:
        """Keys, clicks and scrolls; pointer movement is told apart by `moving_samples`."""
        return self.keys + self.clicks + self.scrolls


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at one moment, and the input since the sample before."""

    at: Moment
    context: Context
    input: Input
    idle_ms: int = 0
    distracted: bool = False


@dataclass(slots=True)
class _OpenSpan:
    context: Context
    start: int
    end: int
    input: Input = field(default_factory=Input)
    idle_ms: int = 0
    samples: int = 0
    zero_samples: int = 0
    moving_samples: int = 0
    distracted_samples: int = 0
    counts: set[tuple[int, int]] = field(default_factory=set)
    """The different amounts of input: actions exactly, the pointer's way by its order of magnitude, for a hand never
    moves it twice alike and a machine always does."""

    def take(self, sample: Sample, counted: Input) -> None:
        self.input += counted
        self.idle_ms = sample.idle_ms
        self.samples += 1
        self.zero_samples += not (counted.actions or counted.pointer_px)
        self.moving_samples += counted.pointer_px > 0
        self.distracted_samples += sample.distracted
        if counted.actions or counted.pointer_px:
            self.counts.add((counted.actions, counted.pointer_px.bit_length()))

    def closed(self) -> Activity:
        return Activity(
            start=self.start,
            end=self.end,
            account=self.context.account,
            app=self.context.app,
            title=self.context.title,
            site=self.context.site,
            call=self.context.call,
            private=self.context.private,
            keys=self.input.keys,
            clicks=self.input.clicks,
            scrolls=self.input.scrolls,
            pointer_px=self.input.pointer_px,
            idle_ms=max(0, self.idle_ms),
            samples=self.samples,
            zero_samples=self.zero_samples,
            distinct_counts=len(self.counts),
            moving_samples=self.moving_samples,
            distracted_samples=self.distracted_samples,
        )


class SpanBuilder:
    """Turns samples into spans; feed it in order, and flush it before it is thrown away."""

    def __init__(self, started: Moment, period_ms: int, gap_samples: float = 3.0) -> None:
        self.set_period(period_ms, gap_samples)
        self._labels = _Labels(started)
        self._last = started.mono
        self._open: _OpenSpan | None = None
        self._carried = Input()

    def add(self, sample: Sample) -> list[Activity]:
        """Return the spans that `sample` closed."""
        elapsed = sample.at.mono - self._last
        counted = self._carried + sample.input
        if elapsed <= 0:  # two samples within a millisecond: the second has no time of its own yet
            self._carried = counted
            return []
        self._carried = Input()
        self._last = sample.at.mono
        length = elapsed if elapsed <= self._longest else min(self._period, elapsed)
        start = self._labels.place(sample.at, length)
        pieces = _split_at_minutes(start, start + length)
        richest = max(pieces, key=lambda piece: piece[1] - piece[0])
        closed: list[Activity] = []
        for piece in pieces:
            closed += self._extend(sample.context, *piece)
            if piece is richest and self._open is not None:
                self._open.take(sample, counted)
        return closed

    def flush(self) -> list[Activity]:
        """Return the open span, if there is one."""
        if self._open is None:
            return []
        self._open.input += self._carried
        self._carried = Input()
        closed, self._open = self._open.closed(), None
        return [closed]

    def set_period(self, period_ms: int, gap_samples: float) -> None:
        """Expect a sample every `period_ms` from now on."""
        self._period = period_ms
        self._longest = int(period_ms * gap_samples)

    def skip_to(self, at: Moment) -> None:
        """Forget the open span and begin anew at `at`; the time between is nobody's business."""
        self._open = None
        self._carried = Input()
        self._last = at.mono

    def _extend(self, context: Context, start: int, end: int) -> list[Activity]:
        span = self._open
        if span and span.context == context and span.end == start and start % MINUTE_MS:
            span.end = end
            return []
        self._open = _OpenSpan(context, start, end)
        return [span.closed()] if span else []


class _Labels:
    """Wall-clock labels for stretches of monotonic time, of which no two overlap.

    ```
    said by the clock   11:00:00 … 11:00:10 | 10:00:10 (corrected) … 11:00:00 | …
    labels              [11:00:00, 11:00:10) [10:00:10, ………………………… 11:00:00) then on from 11:00:10
    ```
    """

    def __init__(self, started: Moment) -> None:
        self._offset = started.wall - started.mono
        self._used: list[list[int]] = []

    def place(self, end: Moment, length: int) -> int:
        """Return the label of the start of the stretch that ended at `end`."""
        said = end.wall - end.mono
        if abs(said - self._offset) > TOLERATED_DRIFT_MS:
            self._offset = said
        wanted = end.mono - length + self._offset
        start = self._first_free(wanted, length)
        self._offset += start - wanted
        self._use(start, start + length)
        return start

    def _first_free(self, start: int, length: int) -> int:
        for used_start, used_end in self._used:
            if start < used_end and used_start < start + length:
                start = used_end
        return start

    def _use(self, start: int, end: int) -> None:
        for stretch in self._used:
            if stretch[1] == start:
                stretch[1] = end
                return
        insort(self._used, [start, end])
        del self._used[:-REMEMBERED_STRETCHES]


def _split_at_minutes(start: int, end: int) -> list[tuple[int, int]]:
    edges = [start, *range(start - start % MINUTE_MS + MINUTE_MS, end, MINUTE_MS), end]
    return list(pairwise(edges))
