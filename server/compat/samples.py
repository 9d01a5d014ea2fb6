"""From another tracker's samples, each about a second, to spans of at most a minute.

```
samples   x x x x x x   x x x | x x x          one user, one app, one title; | is a whole minute
spans     [----------)  [-----)[----)
```
A sample holds until the next one, for at most GAP_MS; the last of a span holds for a second, which is how a sample that
comes again is known: it does not lie after the last second of a stored span.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated

from msgspec import Meta, Struct

from policy.categories import RuleBook
from policy.events import EARLIEST_MS, LATEST_MS, MINUTE_MS, Account, Activity, App, Count
from policy.redaction import TitleMode, clean, is_private_window, redact_title

GAP_MS = 2_500
SAMPLE_MS = 1_000
LONGEST_IDLE_SECONDS = 10**9


class Sample(Struct, frozen=True):
    """One event of `POST /track`; fields we do not know are ignored, as that server did."""

    user_id: Account
    timestamp: Annotated[str, Meta(max_length=64)]
    app_name: App
    window_title: Annotated[str, Meta(max_length=4096)] = ""
    keystroke_count: Count = 0
    mouse_clicks: Count = 0
    mouse_distance: Annotated[float, Meta(ge=0, le=10**9)] = 0.0
    idle_seconds: Annotated[float, Meta(ge=0, le=LONGEST_IDLE_SECONDS)] = 0.0
    distraction_visible: bool = False


class Shown(Struct, frozen=True):
    """What of a window may be kept."""

    account: str
    app: str
    site: str | None
    title: str | None
    private: bool


class Seen(Struct, frozen=True):
    """A sample with its instant and its window as it may be kept."""

    at: int
    shown: Shown
    sample: Sample


def instant_of(text: str) -> int:
    """Return an ISO 8601 time as milliseconds of UTC; one without an offset is UTC. Raises ValueError when it is none."""
    moment = datetime.fromisoformat(text.strip())
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        at = round(aware.timestamp() * 1000)
    except OverflowError:
        raise ValueError("no time of ours") from None
    if not EARLIEST_MS <= at <= LATEST_MS - MINUTE_MS:
        raise ValueError("before the year 2000 or after 2099")
    return at


def seen(sample: Sample, rules: RuleBook, mode: TitleMode) -> Seen:
    """Return a sample as it may be kept: its title redacted as an agent of ours would; raise ValueError for a bad time."""
    app, title = clean(sample.app_name, 256) or "unknown", clean(sample.window_title, 4096)
    private = is_private_window(app, title)
    site = None if private else rules.site_from_title(app, title)
    kept = None if private else redact_title(title, mode, rules.vocabulary)
    shown = Shown(clean(sample.user_id, 256) or "unknown", app, site, clean(kept, 512) if kept else None, private)
    return Seen(instant_of(sample.timestamp), shown, sample)


def spans(samples: Iterable[Seen]) -> list[Activity]:
    """Return samples in any order as spans; equal samples count once."""
    in_order = sorted(set(samples), key=lambda one: (one.shown.account, one.at))
    return [_span(run) for _, mine in groupby(in_order, key=lambda one: one.shown.account) for run in _runs(mine)]


def holds(start: int, end: int, at: int) -> bool:
    """Return whether a span [start, end) was made from a sample of the instant `at`, too."""
    return start <= at <= end - SAMPLE_MS or (end % MINUTE_MS == 0 and start <= at < end)


def _runs(samples: Iterable[Seen]) -> Iterator[list[Seen]]:
    """Yield samples that belong to one span."""
    run: list[Seen] = []
    for one in samples:
        if run and not _continues(run[-1], one):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _continues(before: Seen, one: Seen) -> bool:
    same_minute = before.at // MINUTE_MS == one.at // MINUTE_MS
    return before.shown == one.shown and same_minute and one.at - before.at <= GAP_MS


def _span(run: Sequence[Seen]) -> Activity:
    start = run[0].at
    events = [one.sample for one in run]
    counts = [one.keystroke_count + one.mouse_clicks for one in events]
    shown = run[0].shown
    return Activity(
        start=start,
        end=min(run[-1].at + SAMPLE_MS, start - start % MINUTE_MS + MINUTE_MS),
        account=shown.account,
        app=shown.app,
        keys=min(sum(one.keystroke_count for one in events), 2**31 - 1),
        clicks=min(sum(one.mouse_clicks for one in events), 2**31 - 1),
        scrolls=0,
        pointer_px=min(int(sum(one.mouse_distance for one in events)), 2**31 - 1),
        idle_ms=int(events[-1].idle_seconds * 1000),
        samples=len(events),
        zero_samples=counts.count(0),
        distinct_counts=len(set(counts) - {0}),
        moving_samples=sum(one.mouse_distance > 0 for one in events),
        distracted_samples=sum(one.distraction_visible for one in events),
        title=shown.title,
        site=shown.site,
        private=shown.private,
    )
