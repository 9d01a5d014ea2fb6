"""The Timeline & Heatmap tab: a person's day as a band, the hours of the week, and totals by day, week and month."""

from __future__ import annotations

from policy.categories import RuleBook
from policy.presence import Thresholds
from policy.summaries import Timeline
from server.organisation import AnySession
from server.queries import wall
from server.queries.band import band
from server.queries.quarter_rows import by_zone, engaged_by_hour_of_week
from server.queries.selection import Selection, period_of
from server.queries.worked import by_day, months_of, weeks_of, worked
from server.rules import rule_book


def timeline(session: AnySession, selection: Selection, packaged: RuleBook, thresholds: Thresholds, now: int) -> Timeline:
    """Return the selection's rhythm, and the band of one person's day where one of each is asked for."""
    shown = None
    if selection.one is not None and selection.first == selection.last:
        shown = band(session, selection.one, selection.first, rule_book(session, packaged), thresholds, now)
    return Timeline(
        period=period_of(session, selection),
        band=shown,
        heatmap=_week(engaged_by_hour_of_week(session, selection)),
        room=_week(_room(selection)),
        days=by_day(session, selection),
        weeks=worked(session, selection, weeks_of(selection)),
        months=worked(session, selection, months_of(selection)),
    )


def _room(selection: Selection) -> list[int]:
    seconds = [0] * (wall.WEEKDAYS * wall.HOURS)
    for zone, ids in by_zone(selection.people).items():
        start, end = wall.period_bounds(selection.first, selection.last, zone)
        seconds = [one + len(ids) * more for one, more in zip(seconds, wall.room(start, end, zone), strict=True)]
    return seconds


def _week(seconds: list[int]) -> list[list[int]]:
    return [seconds[at : at + wall.HOURS] for at in range(0, len(seconds), wall.HOURS)]
