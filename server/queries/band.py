"""A person's day as a band of presence and apps, without a hole, to the second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from policy.categories import RuleBook
from policy.events import MINUTE_MS
from policy.presence import Presence, Thresholds
from policy.summaries import Band, BandPart, Times
from server.days.partition import SECOND_MS, Part, partition_day
from server.organisation import AnySession
from server.people import Member
from server.queries.person_days import app_texts, person_day, site_texts
from server.queries.selection import person_of

MOST_PARTS = 2_000
"""More parts than a screen has pixels are told in fewer, and `Band.merged_below` says so."""


def band(session: AnySession, person: Member, day: date, rules: RuleBook, thresholds: Thresholds, now: int) -> Band:
    """Return the band of one local day; of a day that is not over, the part that is."""
    made = person_day(session, person, day, rules)
    start, day_end = made.bounds
    end = min(day_end, max(start, now // MINUTE_MS * MINUTE_MS))
    whole = _until(partition_day(start, day_end, made.facts, thresholds).parts, end)
    parts, merged_below = _few(whole)
    return Band(
        person=person_of(person),
        day=day,
        start=start,
        end=end,
        parts=_named(session, parts, rules, person.team),
        times=_times(whole),
        merged_below=merged_below,
    )


def _until(parts: Iterable[Part], end: int) -> list[Part]:
    """Return what lies before `end`: a state such as "locked" runs on to the end of the day, also of one that is not over."""
    return [part._replace(end=min(part.end, end)) for part in parts if part.start < end]


def _times(parts: Iterable[Part]) -> Times:
    seconds = dict.fromkeys(Presence, 0)
    for part in parts:
        seconds[part.presence] += (part.end - part.start) // SECOND_MS
    return Times(**{presence.value: amount for presence, amount in seconds.items()})


def _few(parts: list[Part]) -> tuple[list[Part], int]:
    """Return at most MOST_PARTS parts and the length in seconds below which parts were joined to the one before them; 0: none.

    ```
    parts            [a      )[b)[c)[a     )[b         )
    without short    [a            )[a     )[b         )
    joined           [a                    )[b         )
    ```
    """
    shortest, few = 0, parts
    while len(few) > MOST_PARTS:
        shortest = max(2, shortest * 2)
        few = _without_shorter(parts, shortest * SECOND_MS)
    return few, shortest


def _without_shorter(parts: Sequence[Part], length: int) -> list[Part]:
    kept: list[Part] = []
    for part in parts:
        if kept and (part.end - part.start < length or part[2:5] == kept[-1][2:5]):
            kept[-1] = kept[-1]._replace(end=part.end)
        else:
            kept.append(part)
    return kept


def _named(session: AnySession, parts: list[Part], rules: RuleBook, team: int | None) -> list[BandPart]:
    apps = app_texts(session, {part.app for part in parts})
    sites = site_texts(session, {part.site for part in parts})
    named: list[BandPart] = []
    for part in parts:
        app, site = apps.get(part.app), sites.get(part.site)
        verdict = rules.classify(app, site, part.presence, team) if app else None
        name, category = (verdict.name, verdict.category) if verdict else (None, None)
        named.append(BandPart(part.start, part.end, part.presence, app, site, name, category))
    return named
