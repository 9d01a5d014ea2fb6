"""A person's own page: their figures, and who looked at them."""

from __future__ import annotations

from msgspec import Struct

from policy.summaries.applications import Applications
from policy.summaries.overview import Overview


class Look(Struct, frozen=True):
    """Somebody looked at one person's figures: when, who, at what, and which days or filters; why, where a reason was asked for."""

    at: int
    who: str
    what: str
    detail: str
    reason: str | None = None


class Me(Struct, frozen=True):
    """A person's own figures, and who looked at them: the newest looks first, `truncated` older ones not listed."""

    overview: Overview
    applications: Applications
    looks: list[Look]
    truncated: int
