"""Reading the ledger: person-days with their times, categories and coverage, and the time at each app."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import func, select

from policy.categories import Category, RuleBook
from policy.intervals import Interval
from policy.presence import ENGAGED, Presence
from policy.summaries import Categories, Times
from policy.worktime import QUARTER_MS, day_bounds, quarter_of, work_intervals
from server.models import App, LedgerDay, LedgerQuarter, Site
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
    quarter = LedgerQuarter
    grain = (quarter.person_id, quarter.day, App.text, Site.text, quarter.presence)
    sums = [func.sum(column) for column in (quarter.seconds, quarter.keys, quarter.clicks, quarter.scrolls)]
    asked = quarter.person_id.in_(selection.ids) & quarter.day.between(selection.first, selection.last) & (quarter.app_id > 0)
    question = select(*grain, *sums).join(App, App.id == quarter.app_id).outerjoin(Site, Site.id == quarter.site_id)
    team_of = {member.id: member.team for member in selection.people}
    for person, day, app, site, word, *counts in session.execute(question.where(asked).group_by(*grain)):
        presence = Presence(word)
        verdict = rules.classify(app, site, presence, team_of[person])
        seconds, keys, clicks, scrolls = (int(count) for count in counts)
        yield Usage(person, day, app, site, presence, verdict.category, verdict.classified, seconds, keys, clicks, scrolls)


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
    quarters = _quarters(session, selection)
    hours = organisation(session).hours
    rows = _ledger_days(session, selection)
    figures: dict[PersonDay, DayFigures] = {}
    for member in selection.people:
        for day in selection.days:
            row = rows.get((member.id, day))
            known = quarters.get((member.id, day), {})
            window = _expected(work_intervals(replace(hours, zone=member.zone), day), known, member, now)
            covered = sum(min(QUARTER_SECONDS, sum(known[start].values())) for start in window if start in known)
            if row is None and not window:
                continue
            times = _elapsed_times(row, known, day_bounds(day, member.zone), now) if row is not None else Times()
            figures[member.id, day] = DayFigures(
                times=times,
                covered=covered,
                expected=len(window) * QUARTER_SECONDS,
                first=row.first if row is not None else None,
                last=row.last if row is not None else None,
                review_minutes=row.review_minutes if row is not None else 0,
            )
    return figures


def coverage(figures: Iterable[DayFigures]) -> float | None:
    """Return covered / expected, or None where nothing was expected."""
    listed = list(figures)
    expected = sum(one.expected for one in listed)
    return sum(one.covered for one in listed) / expected if expected else None


def add_times(times: Iterable[Times]) -> Times:
    """Add partitions up."""
    listed = list(times)
    return Times(**{presence.value: sum(one.of(presence) for one in listed) for presence in Presence})


QuarterSeconds = dict[int, dict[Presence, int]]


def _quarters(session: AnySession, selection: Selection) -> dict[PersonDay, QuarterSeconds]:
    quarter = LedgerQuarter
    grain = (quarter.person_id, quarter.day, quarter.start, quarter.presence)
    asked = quarter.person_id.in_(selection.ids) & quarter.day.between(selection.first, selection.last)
    found: dict[PersonDay, QuarterSeconds] = defaultdict(dict)
    for person, day, start, word, seconds in session.execute(select(*grain, func.sum(quarter.seconds)).where(asked).group_by(*grain)):
        found[person, day].setdefault(start, {})[Presence(word)] = int(seconds)
    return found


def _ledger_days(session: AnySession, selection: Selection) -> dict[PersonDay, Any]:
    asked = LedgerDay.person_id.in_(selection.ids) & LedgerDay.day.between(selection.first, selection.last)
    return {(row.person_id, row.day): row for row in session.execute(select(*LedgerDay.__table__.columns).where(asked))}


def _expected(shifts: list[Interval], known: QuarterSeconds, member: Member, now: int) -> list[int]:
    """Return the quarter hours, already over, in which evidence was to be expected.

    On a day with work hours these are they, from the person's first day on; on another day they reach from the first to
    the last quarter hour in which the person was at the PC.
    """
    engaged = [start for start, seconds in known.items() if any(presence in ENGAGED for presence in seconds)]
    if not shifts and engaged:
        shifts = [(min(engaged), max(engaged) + QUARTER_MS)]
    quarters = (start for first, last in shifts for start in range(quarter_of(first), last, QUARTER_MS))
    return [start for start in quarters if start >= member.since - QUARTER_MS and start + QUARTER_MS <= now]


def _elapsed_times(row: Any, known: QuarterSeconds, bounds: Interval, now: int) -> Times:
    """Return the day's partition; of a day that is not over, the part that is.

    ```
    ledger   | active | locked ................................ |      a state runs on to the end of the day
    shown    | active | locked ... now
    ```
    """
    start, end = bounds
    if now >= end:
        return Times(**{presence.value: getattr(row, presence.value) for presence in Presence})
    sums = dict.fromkeys(Presence, 0)
    for quarter, seconds in known.items():
        to_come = QUARTER_SECONDS - max(0, min(QUARTER_SECONDS, (now - quarter) // 1000))
        running_on = next((presence for presence in STATES if to_come and seconds.get(presence, 0) >= to_come), None)
        for presence, amount in seconds.items():
            sums[presence] += amount - to_come if presence is running_on else amount
    sums[Presence.UNKNOWN] = max(0, (now - start) // 1000 - sum(sums.values()))
    return Times(**{presence.value: amount for presence, amount in sums.items()})
