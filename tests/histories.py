"""Random lives of a person's PCs, seeded, and the plainest way to cut them into days, to hold the real one against.

A history is nastier than life: spans that overlap, repeat and lie (a clock that was set), session changes in orders no PC
could produce, two devices, two accounts on one of them, days on which the clocks change.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random
from typing import NamedTuple, get_args

from msgspec.structs import astuple

from policy.events import MINUTE_MS, SessionChange
from policy.intervals import Interval
from policy.presence import Presence, judge
from policy.worktime import day_bounds
from server.days.partition import BEST_FIRST, Facts, SessionFact, SpanFact

HOUR_MS = 3_600_000
CHANGES: tuple[SessionChange, ...] = tuple(change for change in get_args(SessionChange) if change != "working")
"""What agents say; `working` is what clients without evidence say, and has tests of its own."""
RANK = {presence: rank for rank, presence in enumerate(BEST_FIRST)}
OF_AN_ACCOUNT = ("logon", "logoff", "lock", "unlock", "pause", "resume")
ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham", "Asia/Kolkata"),
    *("Asia/Kathmandu", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut", "Pacific/Apia", "Africa/Casablanca", "UTC"),
)


class History(NamedTuple):
    """Two local days that follow one another, and what was sent around them."""

    seed: int
    zone: str
    first_day: date
    days: tuple[Interval, Interval]
    facts: Facts


@cache
def odd_days(zone: str) -> tuple[date, ...]:
    """Return the days of 2005 to 2026 that do not last 24 hours."""
    days = (date(2005, 1, 1) + timedelta(days=number) for number in range(22 * 365))
    return tuple(day for day in days if _length(day, zone) != 24 * HOUR_MS)


def _length(day: date, zone: str) -> int:
    start, end = day_bounds(day, zone)
    return end - start


def history(seed: int) -> History:
    """Return the history of a seed, always the same one; half of them are about a day on which the clocks change."""
    random = Random(seed)
    zone = random.choice(ZONES)
    odd = odd_days(zone)
    first_day = random.choice(odd) if odd and random.random() < 0.5 else date(2005, 1, 1) + timedelta(days=random.randrange(8000))
    first_day -= timedelta(days=random.random() < 0.3)
    days = day_bounds(first_day, zone), day_bounds(first_day + timedelta(days=1), zone)
    return History(seed, zone, first_day, days, _facts(random, days[0][0], days[1][1]))


def _facts(random: Random, start: int, end: int) -> Facts:
    spans: list[SpanFact] = []
    for device in range(1, 2 + (random.random() < 0.4)):
        for _ in range(1 + int(random.random() * 3)):
            account = 1 + (random.random() < 0.15)
            spans += _sitting(random, device, account, random.randrange(start - HOUR_MS, end + HOUR_MS))
    spans += [span for span in spans if random.random() < 0.2]  # sent twice
    sessions = [_change(random, start, end, spans) for _ in range(int(random.random() * 14))]
    sessions += [fact for fact in sessions if random.random() < 0.2]
    random.shuffle(spans)
    random.shuffle(sessions)
    return Facts(spans, sessions)


def _sitting(random: Random, device: int, account: int, now: int) -> list[SpanFact]:
    """Return a run of spans, one after the other except where the clock was set."""
    spans: list[SpanFact] = []
    hand = random.random()
    for _ in range(int(random.random() * 12)):
        if random.random() < 0.05:
            now += random.choice((-HOUR_MS, -61_003, -999, 1, 999, 30_500, HOUR_MS))
        until = (now // MINUTE_MS + 1) * MINUTE_MS
        if random.random() < 0.4:
            until = min(until, now + 1 + int(random.random() * 20_000))
        if random.random() < 0.01:
            until = now + 2 * HOUR_MS  # no agent of ours says this; it must not break the day
        spans.append(_span(random, device, account, now, until, hand))
        now = until
    return spans


def _span(random: Random, device: int, account: int, start: int, end: int, hand: float) -> SpanFact:
    busy = random.random() < hand
    samples = (end - start) // 1000
    fraction = random.random()
    part = int(samples * fraction)
    return SpanFact(
        device=device,
        account=account,
        start=start,
        end=end,
        app=1 + int(random.random() * 4),
        site=None if random.random() < 0.6 else 1 + int(random.random() * 3),
        call_window=random.random() < 0.2,
        call=fraction < 0.1,
        keys=int(random.random() * 60) if busy else 0,
        clicks=int(random.random() * 9) if busy else 0,
        scrolls=int(random.random() * 3) if fraction < 0.3 else 0,
        pointer_px=int(fraction * 400),
        idle_ms=int(fraction * 60_000),
        samples=samples,
        zero_samples=part,
        distinct_counts=int(random.random() * 5),
        moving_samples=part,
        distracted_samples=part if fraction < 0.5 else 0,
    )


def _change(random: Random, start: int, end: int, spans: list[SpanFact]) -> SessionFact:
    """Return some change at some time, often where a span begins or ends, from a day before to an hour after."""
    at = random.randrange(start - 24 * HOUR_MS, end + HOUR_MS)
    if spans and random.random() < 0.5:
        at = random.choice(spans).start + random.choice((-1, 0, 1, 500, 20_000))
    account = random.choice((1, 1, 1, 2, None))
    return SessionFact(1 + (random.random() < 0.3), account, at, random.choice(CHANGES), int(random.random() * 50))


# The plain way: one second after the other; no sweep, no heap, no sets of holds.


def told(facts: Facts) -> list[SpanFact]:
    """Return the spans that count, each once: those that do not start in a pause."""
    return [span for span in dict.fromkeys(facts.spans) if standing(facts, span.device, span.account, span.start) is not Presence.PAUSED]


def standing(facts: Facts, device: int, account: int | None, instant: int) -> Presence:
    """Return what the session changes up to `instant` say of an account on a device."""
    off = away = asleep = locked = paused = False
    for fact in said(facts, device, instant):
        own = fact.account is None or fact.account == account
        match fact.change:
            case "boot":
                off = asleep = locked = paused = False
            case "shutdown":
                off, locked, paused = True, False, False
            case "sleep":
                asleep = True
            case "wake":
                off = asleep = False
            case "agent_start":
                off = asleep = locked = False
                away, paused = (False, False) if own else (away, paused)
            case "agent_stop":
                locked, paused = False, paused and not own
            case "logon" if own:
                off = away = asleep = locked = paused = False
            case "logoff" if own:
                away, locked, paused = True, False, False
            case "lock" if own:
                off, away, locked = False, False, True
            case "unlock" if own:
                off = away = asleep = locked = False
            case "pause" if own:
                off, away, asleep, paused = False, False, False, True
            case "resume" if own:
                off = away = asleep = paused = False
    if paused:
        return Presence.PAUSED
    if off or away:
        return Presence.OFF
    if asleep:
        return Presence.ASLEEP
    return Presence.LOCKED if locked else Presence.UNKNOWN


def said(facts: Facts, device: int, instant: int) -> list[SessionFact]:
    """Return the changes of a device up to an instant in order, each once."""
    first: dict[tuple[int | None, int, str], SessionFact] = {}
    for fact in facts.sessions:
        if fact.device == device and fact.at <= instant:
            key = fact.account, fact.at, fact.change
            first[key] = min(fact, first.get(key, fact), key=lambda one: one.order)
    return sorted(first.values(), key=lambda fact: (fact.at, fact.order, fact.change, fact.account or 0))


def seconds_one_by_one(start: int, end: int, facts: Facts) -> list[Presence]:
    """Return the presence of every second of a day, found without any arithmetic of intervals."""
    day = [Presence.UNKNOWN] * ((end - start) // 1000)
    spans = told(facts)
    for device, account in _pairs(facts):
        own = sorted((span for span in spans if (span.device, span.account) == (device, account)), key=in_time)
        states = _states(start, len(day), facts, device, account)
        for second, state in enumerate(states):
            if RANK[state] < RANK[day[second]]:
                day[second] = state
        for span, verdict in zip(own, judge(own), strict=True):
            for second in range(max(span.start // 1000 - start // 1000, 0), min(span.end // 1000 - start // 1000, len(day))):
                if states[second] is not Presence.PAUSED and RANK[verdict.presence] < RANK[day[second]]:
                    day[second] = verdict.presence
    return day


def in_time(span: SpanFact) -> tuple[int, ...]:
    """Order spans by time, equal times by what was counted, as the real partition does."""
    _device, _account, start, end, app, site, window, call, *counts = astuple(span)
    return start, end, *counts, call, window, app, -1 if site is None else site


def _pairs(facts: Facts) -> set[tuple[int, int]]:
    """Every account on every device there is; to take too many is harmless, to miss one is not."""
    devices = {fact.device for fact in facts.sessions} | {span.device for span in facts.spans}
    known = {(span.device, span.account) for span in facts.spans}
    known |= {(fact.device, fact.account) for fact in facts.sessions if fact.account is not None and fact.change in OF_AN_ACCOUNT}
    return known | {(device, 0) for device in devices - {device for device, _ in known}}


def _states(start: int, seconds: int, facts: Facts, device: int, account: int) -> list[Presence]:
    states = [standing(facts, device, account, start)] * seconds
    for fact in said(facts, device, start + seconds * 1000 - 1):
        second = fact.at // 1000 - start // 1000
        if 0 <= second < seconds:
            states[second:] = [standing(facts, device, account, fact.at)] * (seconds - second)
    return states
