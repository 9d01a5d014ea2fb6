"""Engaged time by day, ISO week and month, added up in the store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from policy.summaries import Worked
from server.models import LedgerDay
from server.organisation import AnySession
from server.queries.selection import Selection

ONE_DAY = timedelta(days=1)
SUMS = (func.sum(LedgerDay.active), func.sum(LedgerDay.reading), func.sum(LedgerDay.meeting))
ENGAGED_PEOPLE = func.count(case((LedgerDay.first.is_not(None), LedgerDay.person_id)).distinct())


class Bucket(NamedTuple):
    """The days of a week or month that lie in the period; `whole`: all of them do."""

    first: date
    last: date
    whole: bool


def by_day(session: AnySession, selection: Selection) -> list[Worked]:
    """Return every day of the selection."""
    question = select(LedgerDay.day, *SUMS, ENGAGED_PEOPLE).where(_asked(selection)).group_by(LedgerDay.day)
    rows = {row[0]: row[1:] for row in session.execute(question)}
    return [_worked(Bucket(day, day, whole=True), rows.get(day)) for day in selection.days]


def worked(session: AnySession, selection: Selection, buckets: list[Bucket]) -> list[Worked]:
    """Return each of the buckets, which follow one another."""
    number = case(*((LedgerDay.day <= bucket.last, at) for at, bucket in enumerate(buckets))).label("bucket")
    question = select(number, *SUMS, ENGAGED_PEOPLE).where(_asked(selection)).group_by("bucket")
    rows = {row[0]: row[1:] for row in session.execute(question)}
    return [_worked(bucket, rows.get(at)) for at, bucket in enumerate(buckets)]


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


def _asked(selection: Selection) -> Any:
    return LedgerDay.person_id.in_(selection.ids) & LedgerDay.day.between(selection.first, selection.last)


def _worked(bucket: Bucket, row: Any) -> Worked:
    active, reading, meeting, people = (int(amount) for amount in row or (0, 0, 0, 0))
    return Worked(bucket.first, bucket.last, bucket.whole, active=active, reading=reading, meeting=meeting, people=people)
