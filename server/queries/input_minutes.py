"""Input per minute of one person's day, and the minutes whose review is suggested, with the numbers that suggest it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from policy.categories import RuleBook
from policy.events import MINUTE_MS
from policy.presence import Minute, Thresholds, Verdict, add_up
from policy.summaries import InputMinute, Review
from server.days.partition import SpanFact, judged_spans
from server.organisation import AnySession
from server.people import Member
from server.queries.person_days import person_day

Judged = tuple[SpanFact, Verdict]


def input_minutes(
    session: AnySession, person: Member, day: date, rules: RuleBook, thresholds: Thresholds
) -> tuple[list[InputMinute], list[Review]]:
    """Return the minutes of the day with any evidence, all PCs together, and those of each PC whose review is suggested."""
    made = person_day(session, person, day, rules)
    start, end = made.bounds
    judged = judged_spans(made.facts, thresholds)
    own = [span for span, _ in judged if start <= span.start < end]
    review = [one for one in _review(judged) if start <= one.start < end]
    return _minutes(own), sorted(review, key=lambda one: one.start)


def _minutes(spans: Sequence[SpanFact]) -> list[InputMinute]:
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * 4)
    for span in spans:
        counts = sums[span.start // MINUTE_MS]
        for at, count in enumerate((span.keys, span.clicks, span.scrolls, span.pointer_px)):
            counts[at] += count
    return [InputMinute(minute * MINUTE_MS, *sums[minute]) for minute in sorted(sums)]


def _review(judged: Sequence[Judged]) -> list[Review]:
    """Return the minutes that `policy.presence` marks, one account on one PC after the other."""
    tracks: dict[tuple[int, int], list[Judged]] = defaultdict(list)
    for span, verdict in judged:
        tracks[span.device, span.account].append((span, verdict))
    return [one for track in tracks.values() for one in _review_of_track(track)]


def _review_of_track(judged: Sequence[Judged]) -> list[Review]:
    groups = [list(group) for _, group in groupby(judged, key=lambda pair: pair[0].start // MINUTE_MS)]
    minutes = [(add_up([span for span, _ in group]), any(verdict.review for _, verdict in group)) for group in groups]
    runs = groupby(enumerate(minutes), key=lambda pair: (pair[1][0].number - pair[0], pair[1][0].fingerprint))
    found: list[Review] = []
    for _, run in runs:
        alike = [pair for _, pair in run]
        found += [_evidence(minute, len(alike)) for minute, marked in alike if marked]
    return found


def _evidence(minute: Minute, repeats: int) -> Review:
    return Review(
        start=minute.number * MINUTE_MS,
        keys=minute.keys,
        clicks=minute.clicks,
        scrolls=minute.scrolls,
        pointer_px=minute.pointer_px,
        samples=minute.samples,
        zero_samples=minute.zero_samples,
        distinct_counts=minute.distinct_counts,
        repeats=repeats,
    )
