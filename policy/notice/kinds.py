"""The kinds of records there are: what each holds, for which purpose, how long, and whether this configuration collects it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from policy.notice.live import Live
from policy.purposes import Purpose

ACCOUNTABILITY = "accountability"
OPERATION = "operation of the program"


class Kind(NamedTuple):
    """One kind of record; `period` is a field of `Retention`, empty where it lives as long as what it is about."""

    key: str
    title: str
    holds: str
    purpose: Purpose | str
    period: str
    collected: Callable[[Live], bool] = lambda live: True


KINDS = (
    Kind("activity", "Work at the PC", "program in front, times, counts of input (never which keys)", Purpose.ACTIVITY, "spans"),
    Kind("sites", "Sites", "name of the site in a browser, never the page", Purpose.SITES, "spans"),
    Kind(
        "titles",
        "Titles of windows",
        "words of the title, without identity numbers and addresses",
        Purpose.SITES,
        "spans",
        lambda live: live.organisation.titles != "off",
    ),
    Kind("session", "Session", "start, shutdown, sleep, lock, sign-in, pause", Purpose.ACTIVITY, "spans"),
    Kind(
        "network",
        "Network use",
        "bytes by program, never content",
        Purpose.NETWORK,
        "spans",
        lambda live: bool(live.organisation.network_every),
    ),
    Kind(
        "files",
        "File audit",
        "what happened to which file in watched folders, never content",
        Purpose.FILES,
        "files",
        lambda live: bool(live.organisation.folders),
    ),
    Kind("pictures", "Pictures of the screen", "announced pictures", Purpose.SCREENSHOTS, "captures", lambda live: live.pictures),
    Kind("days", "Sums by quarter of an hour", "the day as active, reading, meeting, idle, away", Purpose.ACTIVITY, "ledger"),
    Kind("findings", "Unusual days", "days unlike a person's others, with reasons and the person's answer", Purpose.ACTIVITY, "ledger"),
    Kind("answers", "Answers to the notice", "version, language, time, answer", ACCOUNTABILITY, ""),
    Kind("requests", "Requests and grievances", "what a person asked for or contested, and the answer", ACCOUNTABILITY, ""),
    Kind("audit", "Audit log", "who looked at whom, exported or changed what, when and why", ACCOUNTABILITY, "audit"),
    Kind("health", "The agent itself", "its use of the PC, what waits, version, free disk", OPERATION, "spans"),
)


def kept_for(kind: Kind, live: Live) -> str:
    """Return how long a kind is kept, in words."""
    if not kind.period:
        return "as long as the person's record"
    return f"{getattr(live.organisation.retention, kind.period)} days"
