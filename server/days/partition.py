"""A person's day as a partition: from the facts of all devices to the parts, quarter hours and sums of one local day.

```
device 1  session    off ------)[ unknown ---------)[ locked ------)[ unknown --------------
          spans                   [active)[reading)[idle)              [active)
device 2  spans                        [meeting ----------)
the day              off ------)[ )[active)[meeting ------)[ locked)[ )[active)[ unknown ---
```
What spans say lies over what session changes say, and each second has one winner. Every boundary is put back to its
whole second, which leaves a partition a partition. Nothing depends on the order in which the facts came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from policy.events import MINUTE_MS
from policy.intervals import Interval, cut, overlay, subtract
from policy.presence import DEFAULT_THRESHOLDS, ENGAGED, Presence, Thresholds, Verdict, judge
from policy.worktime import QUARTER_MS, quarter_of
from server.days.standing import SessionFact as SessionFact
from server.days.standing import Stretch, Track, standings

SECOND_MS = 1000

BEST_FIRST = (
    Presence.ACTIVE,
    Presence.MEETING,
    Presence.READING,
    Presence.IDLE,
    Presence.PAUSED,
    Presence.LOCKED,
    Presence.ASLEEP,
    Presence.OFF,
    Presence.UNKNOWN,
)
"""Who wins a second that several claim."""

_RANK = {presence: rank for rank, presence in enumerate(BEST_FIRST)}


class SpanFact(Struct, frozen=True):
    """An activity span as stored, app and site by their number; `call_window` is what the rule book says of its window."""

    device: int
    account: int
    start: int
    end: int
    app: int
    site: int | None
    call_window: bool
    call: bool
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


class Facts(Struct, frozen=True):
    """What is known of one person around one day.

    `spans`: those of the day and of `thresholds.call_grace_ms` and a minute before it, since a silent call is judged by
    how long it has been silent. `sessions`: those of the day, and of the time before it at least the last of each change
    on each device and account.
    """

    spans: Sequence[SpanFact]
    sessions: Sequence[SessionFact]


class Part(NamedTuple):
    """A stretch of the day with one presence; `device` is the one that said so, none said `unknown`."""

    start: int
    end: int
    presence: Presence
    app: int | None
    site: int | None
    device: int | None


class Quarter(Struct, frozen=True):
    """One row of the ledger: seconds won and input counted in one quarter hour, at one app and site, with one presence.

    Input stays with its span's start, app and presence even where another device won the seconds.
    """

    start_ms: int
    app: int | None
    site: int | None
    presence: Presence
    seconds: int
    keys: int
    clicks: int
    scrolls: int
    pointer_px: int


class PartitionedDay(Struct, frozen=True):
    """One local day of one person: `parts` tile it and `seconds` sum to its real length, `unknown` included.

    `quarters` leave `unknown` out, it is what remains. `first` and `last` are where engaged time begins and ends.
    """

    quarters: list[Quarter]
    seconds: dict[Presence, int]
    first: int | None
    last: int | None
    review_minutes: int
    parts: list[Part]


class _Label(NamedTuple):
    presence: Presence
    app: int | None
    site: int | None
    device: int | None


_Layer = tuple[int, int, _Label]
_RowKey = tuple[int, Presence, int | None, int | None]
_Judged = list[tuple[SpanFact, Verdict]]
_NOBODY_KNOWS = _Label(Presence.UNKNOWN, None, None, None)


def partition_day(start_ms: int, end_ms: int, facts: Facts, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> PartitionedDay:
    """Return the partition of the local day [start_ms, end_ms), which `policy.worktime.day_bounds` gives."""
    stretches = standings(facts.sessions, {(span.device, span.account) for span in facts.spans})
    pauses = _Pauses(stretches)
    judged = _judged(_told(facts.spans, pauses), thresholds)
    layers = [*_span_layers(judged, pauses), *_state_layers(stretches), (start_ms, end_ms, _NOBODY_KNOWS)]
    parts = _parts(layers, start_ms, end_ms)
    own = [(span, verdict) for span, verdict in judged if start_ms <= span.start < end_ms]
    engaged = [part for part in parts if part.presence in ENGAGED]
    return PartitionedDay(
        quarters=_quarters(parts, own),
        seconds=_seconds(parts),
        first=engaged[0].start if engaged else None,
        last=engaged[-1].end if engaged else None,
        review_minutes=len({span.start // MINUTE_MS for span, verdict in own if verdict.review}),
        parts=parts,
    )


def judged_spans(facts: Facts, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> list[tuple[SpanFact, Verdict]]:
    """Return every span that is told, in time order, each with the verdict that the partition is made from."""
    stretches = standings(facts.sessions, {(span.device, span.account) for span in facts.spans})
    return _judged(_told(facts.spans, _Pauses(stretches)), thresholds)


class _Pauses:
    """When each account on each device was paused."""

    def __init__(self, stretches: dict[Track, list[Stretch]]) -> None:
        self._of = {
            (track.device, track.account): [(one.start, one.end) for one in found if one.presence is Presence.PAUSED]
            for track, found in stretches.items()
        }

    def begin_of(self, span: SpanFact) -> bool:
        """Return whether `span` starts in a pause."""
        return any(start <= span.start < end for start, end in self._of[span.device, span.account])

    def left_of(self, span: SpanFact) -> list[Interval]:
        """Return what of `span` lies outside pauses."""
        return subtract((span.start, span.end), self._of[span.device, span.account])


_content = attrgetter(
    *("start", "end", "keys", "clicks", "scrolls", "pointer_px", "idle_ms", "samples", "zero_samples", "distinct_counts"),
    *("moving_samples", "distracted_samples", "call", "call_window", "device", "account", "app"),
)


def _told(spans: Iterable[SpanFact], pauses: _Pauses) -> list[SpanFact]:
    """Return each span once, in time order, without those that start in a pause: what a pause holds is not told.

    ```
    pause            [------------)
    spans      [--)[--)[--)    [----)[--)
    told       [--)[--)              [--)
    ```
    Equal times are ordered by content, the dictionaries' numbers last, because those depend on which word came first.
    """
    in_order = sorted(set(spans), key=lambda span: (_content(span), _number(span.site)))
    return [span for span in in_order if not pauses.begin_of(span)]


def _judged(spans: Sequence[SpanFact], thresholds: Thresholds) -> _Judged:
    tracks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, span in enumerate(spans):
        tracks[span.device, span.account].append(place)
    verdicts: dict[int, Verdict] = {}
    for places in tracks.values():
        verdicts.update(zip(places, judge([spans[place] for place in places], thresholds), strict=True))
    return [(span, verdicts[place]) for place, span in enumerate(spans)]


def _span_layers(judged: _Judged, pauses: _Pauses) -> Iterator[_Layer]:
    for span, verdict in judged:
        label = _Label(verdict.presence, span.app, span.site, span.device)
        for start, end in pauses.left_of(span):
            yield start, end, label


def _state_layers(stretches: dict[Track, list[Stretch]]) -> Iterator[_Layer]:
    for track, found in stretches.items():
        for start, end, presence in found:
            yield start, end, _Label(presence, None, None, track.device)


def _parts(layers: Iterable[_Layer], start_ms: int, end_ms: int) -> list[Part]:
    """Return the winners of all seconds of the day, neighbours that say the same joined."""
    best_first = sorted(layers, key=lambda layer: (_RANK[layer[2].presence], _number(layer[2].device)))
    pieces = [(max(_whole(start), start_ms), min(_whole(end), end_ms)) for start, end, _ in best_first]
    parts: list[Part] = []
    for start, end, index in overlay(pieces):
        label = best_first[index][2]
        if parts and parts[-1][2:] == label:
            start = parts.pop().start
        parts.append(Part(start, end, *label))
    return parts


def _whole(instant_ms: int) -> int:
    return instant_ms - instant_ms % SECOND_MS


def _seconds(parts: Iterable[Part]) -> dict[Presence, int]:
    seconds = dict.fromkeys(Presence, 0)
    for part in parts:
        seconds[part.presence] += (part.end - part.start) // SECOND_MS
    return seconds


def _quarters(parts: Iterable[Part], own: _Judged) -> list[Quarter]:
    """Return the rows of the day: what its parts won, and what the spans that start in it counted."""
    rows: dict[_RowKey, list[int]] = defaultdict(lambda: [0] * 5)
    for part in parts:
        if part.presence is not Presence.UNKNOWN:
            for start, end in cut(part.start, part.end, QUARTER_MS):
                rows[quarter_of(start), part.presence, part.app, part.site][0] += (end - start) // SECOND_MS
    for span, verdict in own:
        row = rows[quarter_of(span.start), verdict.presence, span.app, span.site]
        row[1] += span.keys
        row[2] += span.clicks
        row[3] += span.scrolls
        row[4] += span.pointer_px
    return [_quarter(key, rows[key]) for key in sorted(rows, key=_row_order) if any(rows[key])]


def _quarter(key: _RowKey, counts: list[int]) -> Quarter:
    start, presence, app, site = key
    return Quarter(start, app, site, presence, *counts)


def _row_order(key: _RowKey) -> tuple[int, int, int, int]:
    start, presence, app, site = key
    return start, _RANK[presence], _number(app), _number(site)


def _number(word: int | None) -> int:
    return -1 if word is None else word
