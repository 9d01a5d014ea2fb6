"""Reading the ledger: person-days with their times, categories and coverage, and the time at each app."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import func, select

from policy.categories import Category, RuleBook
from policy.intervals import Interval
from policy.presence import ENGAGED, Presence
from policy.summaries import Categories, Times
from policy.worktime import QUARTER_MS, WorkHours, quarter_of, work_intervals
from server.models import App, LedgerDay, LedgerQuarter, LedgerUsage, Site
from server.organisation import AnySession, organisation
from server.people import Member
from server.queries.selection import Selection

QUARTER_SECONDS = QUARTER_MS // 1000
MINUTE_MS = 60_000
STATES = (Presence.LOCKED, Presence.PAUSED, Presence.ASLEEP, Presence.OFF)
"""What a session change begins and only another one ends: in the ledger of a running day these reach into the future."""

PersonDay = tuple[int, date]


class Usage(Struct, frozen=True):
    """One person's day at one app and site in one presence, with the category it counts as."""

    person: int
    day: date
    app: str
    site: str | None
    presence: Presence
    category: Category
    classified: bool
    seconds: int
    keys: int
    clicks: int
    scrolls: int


class DayFigures(Struct, frozen=True):
    """What the ledger says of one person's day; `covered` of `expected` seconds have any evidence."""

    times: Times
    covered: int
    expected: int
    first: int | None
    last: int | None
    review_minutes: int


def usages(session: AnySession, selection: Selection, rules: RuleBook) -> Iterator[Usage]:
    """Yield the selection's time at apps, day by day; the category is joined here, so a changed rule changes history at once."""
    row = LedgerUsage
    columns = (row.person_id, row.day, App.text, Site.text, row.presence, row.seconds, row.keys, row.clicks, row.scrolls)
    asked = row.person_id.in_(selection.ids) & row.day.between(selection.first, selection.last)
    question = select(*columns).join(App, App.id == row.app_id).outerjoin(Site, Site.id == row.site_id).where(asked)
    team_of = {member.id: member.team for member in selection.people}
    for person, day, app, site, word, *counts in session.execute(question):
        presence = Presence(word)
        verdict = rules.classify(app, site, presence, team_of[person])
        yield Usage(person, day, app, site, presence, verdict.category, verdict.classified, *counts)


def categories_of(used: Iterable[Usage]) -> Categories:
    """Add engaged time up by category."""
    sums = dict.fromkeys(("productive", "neutral", "unproductive", "unclassified"), 0)
    for usage in used:
        if usage.presence in ENGAGED:
            sums[usage.category.value] += usage.seconds
            if not usage.classified:
                sums["unclassified"] += usage.seconds
    return Categories(**sums)


def day_figures(session: AnySession, selection: Selection, now: int) -> dict[PersonDay, DayFigures]:
    """Return every person-day of the selection that the ledger has, or in which work was expected."""
    now = now // MINUTE_MS * MINUTE_MS
    hours = organisation(session).hours
    shifts = {zone: _shifts(hours, zone, selection.days, now) for zone in {member.zone for member in selection.people}}
    rows = _ledger_days(session, selection)
    figures: dict[PersonDay, DayFigures] = {}
    for member in selection.people:
        for day, quarters in shifts[member.zone].items():
            row = rows.get((member.id, day))
            if row is None and not quarters:
                continue
            window = _expected(quarters, row, member, now)
            if row is None:
                if window:
                    figures[member.id, day] = DayFigures(Times(), _covered(rows, member, day, window), _seconds_in(window), None, None, 0)
                continue
            figures[member.id, day] = DayFigures(
                times=_elapsed_times(session, row, now),
                covered=_covered(rows, member, day, window),
                expected=_seconds_in(window),
                first=row.first,
                last=row.last,
                review_minutes=row.review_minutes,
            )
    return figures


def _shifts(hours: WorkHours, zone: str, days: list[date], now: int) -> dict[date, list[int]]:
    """Return {day: the quarter hours of its work hours that are over}."""
    ours = replace(hours, zone=zone)
    return {day: _quarters_of(work_intervals(ours, day), now) for day in days}


def _quarters_of(intervals: list[Interval], now: int) -> list[int]:
    starts = (start for first, last in intervals for start in range(quarter_of(first), last, QUARTER_MS))
    return [start for start in starts if start + QUARTER_MS <= now]


def _seconds_in(window: list[int]) -> int:
    return len(window) * QUARTER_SECONDS


def coverage(figures: Iterable[DayFigures]) -> float | None:
    """Return covered / expected, or None where nothing was expected."""
    listed = list(figures)
    expected = sum(one.expected for one in listed)
    return sum(one.covered for one in listed) / expected if expected else None


def add_times(times: Iterable[Times]) -> Times:
    """Add partitions up."""
    listed = list(times)
    return Times(**{presence.value: sum(one.of(presence) for one in listed) for presence in Presence})


def _ledger_days(session: AnySession, selection: Selection) -> dict[PersonDay, Any]:
    asked = LedgerDay.person_id.in_(selection.ids) & LedgerDay.day.between(selection.first, selection.last)
    return {(row.person_id, row.day): row for row in session.execute(select(*LedgerDay.__table__.columns).where(asked))}


def _expected(quarters: list[int], row: Any, member: Member, now: int) -> list[int]:
    """Return the quarter hours, already over, in which evidence was to be expected.

    On a day with work hours these are they, from the person's first day on; on another day they reach from the first to
    the last quarter hour in which the person was at the PC.
    """
    if not quarters and row is not None and row.first is not None:
        quarters = _quarters_of([(row.first, row.last)], now)
    since = member.since - QUARTER_MS
    return quarters if not quarters or quarters[0] >= since else [start for start in quarters if start >= since]


def _covered(rows: dict[PersonDay, Any], member: Member, day: date, window: list[int]) -> int:
    """Return the seconds with evidence in the quarter hours of a window; a night shift's reach into the next day's row."""
    covered = 0
    for one in (day, day + timedelta(days=1)):
        row = rows.get((member.id, one))
        if row is not None and window:
            known = struct.unpack(f"<{len(row.known) // 2}H", row.known)
            first, size = quarter_of(row.start), len(known)
            covered += sum(known[place] for start in window if 0 <= (place := (start - first) // QUARTER_MS) < size)
            if window[-1] < row.start + row.length * 1000:
                break
    return covered


def _elapsed_times(session: AnySession, row: Any, now: int) -> Times:
    """Return the day's partition; of a day that is not over, the part that is.

    ```
    ledger   | active | locked ................................ |      a state runs on to the end of the day
    shown    | active | locked ... now
    ```
    """
    if now >= row.start + row.length * 1000:
        return Times(**{presence.value: getattr(row, presence.value) for presence in Presence})
    sums = dict.fromkeys(Presence, 0)
    for quarter, seconds in _quarters(session, row).items():
        to_come = QUARTER_SECONDS - max(0, min(QUARTER_SECONDS, (now - quarter) // 1000))
        running_on = next((presence for presence in STATES if to_come and seconds.get(presence, 0) >= to_come), None)
        for presence, amount in seconds.items():
            sums[presence] += amount - to_come if presence is running_on else amount
    sums[Presence.UNKNOWN] = max(0, (now - row.start) // 1000 - sum(sums.values()))
    return Times(**{presence.value: amount for presence, amount in sums.items()})


def _quarters(session: AnySession, row: Any) -> dict[int, dict[Presence, int]]:
    """Return {quarter hour: {presence: seconds}} of one person's day."""
    quarter = LedgerQuarter
    mine = (quarter.person_id == row.person_id) & (quarter.day == row.day)
    question = select(quarter.start, quarter.presence, func.sum(quarter.seconds)).where(mine).group_by(quarter.start, quarter.presence)
    found: dict[int, dict[Presence, int]] = {}
    for start, word, seconds in session.execute(question):
        found.setdefault(start, {})[Presence(word)] = int(seconds)
    return found
