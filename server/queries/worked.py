"""Engaged time by day, ISO week and month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from policy.presence import Presence
from policy.summaries import Worked
from server.days.packed import NOTHING, NUMBERS
from server.queries.figures import DayFigures
from server.queries.selection import Selection

ONE_DAY = timedelta(days=1)
SHOWN = [NUMBERS[presence] for presence in (Presence.ACTIVE, Presence.READING, Presence.MEETING)]


class Bucket(NamedTuple):
    """The days of a week or month that lie in the period; `whole`: all of them do."""

    first: date
    last: date
    whole: bool


def worked(selection: Selection, figures: DayFigures, buckets: list[Bucket]) -> list[Worked]:
    """Return each of the buckets, whose days lie in the selection."""
    seconds = figures.times[:, :, SHOWN].sum(axis=1)
    engaged = figures.first != NOTHING
    found: list[Worked] = []
    for bucket in buckets:
        days = slice((bucket.first - selection.first).days, (bucket.last - selection.first).days + 1)
        active, reading, meeting = seconds[days].sum(axis=0).tolist()
        people = int(engaged[days].any(axis=0).sum())
        found.append(Worked(bucket.first, bucket.last, bucket.whole, active=active, reading=reading, meeting=meeting, people=people))
    return found


def days_of(selection: Selection) -> list[Bucket]:
    """Return every day of the selection."""
    return [Bucket(day, day, whole=True) for day in selection.days]


def weeks_of(selection: Selection) -> list[Bucket]:
    """Return the ISO weeks, Monday to Sunday, that the selection touches."""
    monday = selection.first - timedelta(days=selection.first.weekday())
    starts = [monday + timedelta(days=offset) for offset in range(0, (selection.last - monday).days + 1, 7)]
    return [_bucket(start, start + timedelta(days=6), selection) for start in starts]


def months_of(selection: Selection) -> list[Bucket]:
    """Return the months that the selection touches."""
    start, found = selection.first.replace(day=1), []
    while start <= selection.last:
        following = (start + timedelta(days=31)).replace(day=1)
        found.append(_bucket(start, following - ONE_DAY, selection))
        start = following
    return found


def _bucket(start: date, end: date, selection: Selection) -> Bucket:
    first, last = max(start, selection.first), min(end, selection.last)
    return Bucket(first, last, whole=(first, last) == (start, end))
