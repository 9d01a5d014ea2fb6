"""A person's own page: their figures, what was found about them, and who looked at them."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.summaries.alerts import Alert
from policy.summaries.applications import Applications
from policy.summaries.overview import Overview


class Look(Struct, frozen=True):
    """Somebody looked at one person's figures: when, who, at what, and which days or filters; why, where a reason was asked for."""

    at: int
    who: str
    what: str
    detail: str
    reason: str | None = None


class Trend(Struct, frozen=True):
    """Something of a person that changes slowly: medians of the last 20 working days and of the 60 before, in the unit.

    `drift` is `overload`, `after_hours`, `disengagement` or `fewer_breaks`; `day` is the newest of the days.
    """

    drift: str
    recent: float
    before: float
    unit: str
    day: date


class Me(Struct, frozen=True):
    """A person's own figures, findings of the days asked for, slow changes as of now, and who looked.

    The newest looks come first, `truncated` older ones are not listed. Nobody else is shown the slow changes.
    """

    overview: Overview
    applications: Applications
    looks: list[Look]
    truncated: int
    findings: list[Alert] = []
    trends: list[Trend] = []
