"""The Timeline & Heatmap tab: a person's day as a band, the hours of the week, and totals by day, week and month."""

from __future__ import annotations

from collections import Counter

import numpy as np

from policy.categories import RuleBook
from policy.presence import Thresholds
from policy.summaries import Timeline
from server.days import wall
from server.days.day_pages import Hours
from server.organisation import AnySession
from server.queries.band import band
from server.queries.chunks import chunks
from server.queries.figures import day_figures
from server.queries.selection import Selection, period_of
from server.queries.worked import days_of, months_of, weeks_of, worked
from server.rules import rule_book

CELLS = wall.WEEKDAYS * wall.HOURS


def timeline(session: AnySession, selection: Selection, packaged: RuleBook, thresholds: Thresholds, now: int) -> Timeline:
    """Return the selection's rhythm, and the band of one person's day where one of each is asked for."""
    shown = None
    if selection.one is not None and selection.first == selection.last:
        shown = band(session, selection.one, selection.first, rule_book(session, packaged), thresholds, now)
    figures = day_figures(session, selection, now)
    return Timeline(
        period=period_of(session, selection),
        band=shown,
        heatmap=_week(_engaged(session, selection)),
        room=_week(_room(selection)),
        days=worked(selection, figures, days_of(selection)),
        weeks=worked(selection, figures, weeks_of(selection)),
        months=worked(selection, figures, months_of(selection)),
    )


def _engaged(session: AnySession, selection: Selection) -> list[int]:
    """Return engaged seconds in each of the 168 local hours of the week."""
    sums = np.zeros(CELLS)
    for chunk in chunks(session, selection, Hours):
        sums += np.bincount(chunk.part.hour, chunk.part.seconds, CELLS)
    seconds: list[int] = sums.astype(np.int64).tolist()
    return seconds


def _room(selection: Selection) -> list[int]:
    seconds = [0] * CELLS
    for zone, people in Counter(member.zone for member in selection.people).items():
        start, end = wall.period_bounds(selection.first, selection.last, zone)
        seconds = [one + people * more for one, more in zip(seconds, wall.room(start, end, zone), strict=True)]
    return seconds


def _week(seconds: list[int]) -> list[list[int]]:
    return [seconds[at : at + wall.HOURS] for at in range(0, len(seconds), wall.HOURS)]
