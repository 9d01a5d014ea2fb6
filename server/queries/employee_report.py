"""Everything about one person over some days in one answer, made of what the tabs and the reports show."""

from __future__ import annotations

from datetime import date

import numpy as np
from msgspec import Struct

from policy.categories import RuleBook
from policy.summaries import Applications, Overview, PersonDay, Sites, Times
from server.days.day_pages import Usage
from server.organisation import AnySession
from server.queries.applications import applications
from server.queries.chunks import chunks
from server.queries.figures import day_figures
from server.queries.overview import overview
from server.queries.report_days import person_days
from server.queries.selection import Selection
from server.queries.switched import Switches, switched
from server.queries.urls import sites

KEYS_A_WORD = 6
"""Five letters and a space. Which keys they were is not known, so shortcuts and corrections count too: an estimate, and a high one."""


class OneDay(Struct, frozen=True):
    """One local day: the ledger's partition of it, what was counted, and when the PCs were started and shut down."""

    day: date
    times: Times
    lived: PersonDay
    keys: int
    clicks: int
    coverage: float | None
    switches: Switches


class EmployeeReport(Struct, frozen=True):
    """One person's days, with the same overview, apps and sites as the tabs."""

    days: list[OneDay]
    overview: Overview
    applications: Applications
    sites: Sites


def words(keys: int) -> int:
    """Return about how many words so many keys are."""
    return keys // KEYS_A_WORD


def employee_report(session: AnySession, selection: Selection, packaged: RuleBook, now: int) -> EmployeeReport:
    """Return the report of the selection's one person."""
    [person] = selection.people
    figures = day_figures(session, selection, now)
    keys, clicks = _counted(session, selection)
    switches = switched(session, person, selection.first, selection.last)
    none: Switches = {"boot": [], "shutdown": []}
    rows = (selection.days, figures.times_by(1), person_days(session, selection, now), keys, clicks, figures.coverage(1))
    days = [
        OneDay(day, times, lived, pressed, clicked, share, switches.get(day, none))
        for day, times, lived, pressed, clicked, share in zip(*rows, strict=True)
    ]
    told = overview(session, selection, packaged, now)
    return EmployeeReport(days, told, applications(session, selection, packaged, now), sites(session, selection, packaged, now))


def _counted(session: AnySession, selection: Selection) -> tuple[list[int], list[int]]:
    """Return keys and clicks of each day."""
    keys, clicks = (np.zeros(len(selection.days), np.int64) for _ in range(2))
    for chunk in chunks(session, selection, Usage):
        days = chunk.when[chunk.of]
        np.add.at(keys, days, chunk.part.keys.astype(np.int64))
        np.add.at(clicks, days, chunk.part.clicks.astype(np.int64))
    return keys.tolist(), clicks.tolist()
