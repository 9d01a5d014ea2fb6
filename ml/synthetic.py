"""A company that does not exist, with twelve kinds of incident put into it, to measure the detector by.

200 people of five trades over 26 weeks: shifts that end at dawn, part-time weeks, holidays, leave, a release that keeps a team
late, a program all begin to use on one day, clean-ups of old files, heavy tails of bytes. None of that is an incident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from msgspec.structs import replace
from numpy.random import Generator

from ml.features import DayFacts

FIRST = date(2026, 1, 5)
PEOPLE, WEEKS, INCIDENTS = 200, 26, 60
FIRST_INCIDENT_WEEK = 6
TEAM_OF = 10
LEAVE, HOLIDAYS = 0.03, 5


@dataclass(frozen=True)
class Incident:
    """Something unusual one person does from one day to another, and the features that say so."""

    kind: str
    person: int
    first: date
    last: date
    features: frozenset[str]


@dataclass(frozen=True)
class Company:
    """The days of everybody, and what was put into them."""

    days: list[DayFacts]
    incidents: list[Incident]


@dataclass(frozen=True)
class _Trade:
    """What people of one trade do: when they begin, for how long, with what, and how much of each."""

    start: float
    hours: float
    apps: tuple[str, ...]
    sites: tuple[str, ...]
    keys: float
    sent: float
    files: float


@dataclass
class _Person:
    """One person's habits, drawn once."""

    number: int
    trade: _Trade
    start: float
    hours: float
    workdays: frozenset[int]
    apps: dict[str, float]
    sites: dict[str, float]
    keys: float
    clicks: float
    sent: float
    files: float
    late: float
    weekend: float
    home: int
    away: range = field(default_factory=lambda: range(0))


TRADES = (
    _Trade(
        9.0, 7.0, ("excel.exe", "tallyprime.exe", "outlook.exe", "chrome.exe", "acrobat.exe"), ("gst.gov.in", "mail.example"), 45, 40, 6
    ),
    _Trade(
        10.0, 7.5, ("code.exe", "chrome.exe", "slack.exe", "terminal.exe", "docker.exe"), ("github.com", "stackoverflow.com"), 60, 250, 40
    ),
    _Trade(21.0, 8.0, ("dialer.exe", "crm.exe", "chrome.exe", "outlook.exe"), ("crm.example", "kb.example"), 35, 15, 1),
    _Trade(9.5, 6.0, ("powerpnt.exe", "outlook.exe", "teams.exe", "chrome.exe"), ("linkedin.com", "crm.example"), 25, 90, 4),
    _Trade(8.0, 7.0, ("photoshop.exe", "premiere.exe", "chrome.exe", "outlook.exe"), ("behance.net", "fonts.example"), 15, 900, 25),
)
OTHER_APPS = ("notepad.exe", "calc.exe", "winword.exe", "zoom.exe", "spotify.exe", "vlc.exe", "whatsapp.exe", "snippingtool.exe")
OTHER_SITES = ("news.example", "weather.example", "maps.example", "shop.example", "bank.example", "wiki.example", "video.example")


def company(seed: int, people: int = PEOPLE, weeks: int = WEEKS, incidents: int = INCIDENTS) -> Company:
    """Return a company of this many people and weeks, with this many incidents spread over the twelve kinds."""
    random = np.random.default_rng(seed)
    staff = [_person(number, random, weeks) for number in range(people)]
    calendar = _Calendar(random, weeks)
    days = {(one.person, one.day): one for person in staff for one in _days(person, calendar, random)}
    planned = _plan(random, days, people, weeks, incidents)
    for incident in planned:
        _carry_out(incident, days, random)
    return Company(list(days.values()), planned)


# --- ordinary days ----------------------------------------------------------------------------------------------------


class _Calendar:
    """What happens to everybody or to a team: holidays, releases, and a program rolled out."""

    def __init__(self, random: Generator, weeks: int) -> None:
        length = weeks * 7
        self.days = [FIRST + timedelta(days=offset) for offset in range(length)]
        self.holidays = {self.days[at] for at in random.choice(length, min(HOLIDAYS, length), replace=False)}
        self.rollout = self.days[length // 2]
        self._releases = {
            (int(team), int(week)) for team, week in zip(random.integers(0, 20, 12), random.integers(3, weeks, 12), strict=True)
        }

    def release(self, team: int, day: date) -> bool:
        """Whether the team works late this week."""
        return (team, (day - FIRST).days // 7) in self._releases


def _person(number: int, random: Generator, weeks: int) -> _Person:
    trade = TRADES[int(random.choice(len(TRADES), p=(0.35, 0.2, 0.2, 0.15, 0.1)))]
    week = random.choice(7, 3, replace=False) if random.random() < 0.07 else range(6 if random.random() < 0.25 else 5)
    leave = int(random.integers(20, weeks * 7)) if random.random() < 0.2 else 0
    return _Person(
        number=number,
        trade=trade,
        start=trade.start + random.normal(0, 0.5),
        hours=max(3.0, trade.hours + random.normal(0, 0.6)),
        workdays=frozenset(int(day) for day in week),
        apps=_mix(random, trade.apps, OTHER_APPS),
        sites=_mix(random, trade.sites, OTHER_SITES),
        keys=trade.keys * random.lognormal(0, 0.3),
        clicks=12 * random.lognormal(0, 0.3),
        sent=trade.sent * random.lognormal(0, 0.7),
        files=trade.files * random.lognormal(0, 0.5),
        late=float(random.choice((0.01, 0.05, 0.4), p=(0.6, 0.3, 0.1))),
        weekend=float(random.choice((0.0, 0.02, 0.2), p=(0.6, 0.3, 0.1))),
        home=number,
        away=range(leave, leave + int(random.integers(10, 30))) if leave else range(0),
    )


def _mix(random: Generator, own: tuple[str, ...], others: tuple[str, ...]) -> dict[str, float]:
    some = random.choice(others, int(random.integers(1, 5)), replace=False)
    names = [*own, *(str(name) for name in some)]
    return dict(zip(names, random.dirichlet([3.0] * len(own) + [0.4] * len(some)), strict=True))


def _days(person: _Person, calendar: _Calendar, random: Generator) -> Iterator[DayFacts]:
    for offset, day in enumerate(calendar.days):
        rest = day.weekday() not in person.workdays or day in calendar.holidays
        if offset in person.away or random.random() < (1 - person.weekend if rest else LEAVE):
            continue
        yield _day(person, day, rest, calendar, random)


def _day(person: _Person, day: date, rest: bool, calendar: _Calendar, random: Generator) -> DayFacts:
    hours = person.hours * random.normal(1, 0.1) * (0.3 if rest else 1) * (0.5 if random.random() < 0.04 else 1)
    late = random.exponential(1.2) if random.random() < person.late else 0.0
    if calendar.release(person.number // TEAM_OF, day):
        late += random.uniform(1.5, 3)
    hours = float(np.clip(hours + late, 0.3, 16))
    start = float(np.clip(person.start + random.normal(0, 0.4), 0, 30))
    seconds = int(hours * 3600)
    apps = _spend(person.apps, seconds, random)
    if day >= calendar.rollout:
        apps["newtool.exe"] = int(seconds * random.uniform(0.02, 0.1))
    sites = _spend(person.sites, int(seconds * 0.3), random)
    return DayFacts(
        person=person.number,
        day=day,
        zone="Asia/Kolkata",
        team=person.number // TEAM_OF,
        rest_day=rest,
        engaged_by_hour=_hours(start, hours, random),
        idle=int(random.gamma(4, 700)),
        meeting=int(random.exponential(1800)),
        unproductive=int(seconds * random.beta(1.5, 20)),
        unclassified=int(seconds * random.beta(1.5, 30)),
        apps=apps,
        sites=sites,
        kinds={
            "personal_mail": int(random.exponential(200)) if random.random() < 0.3 else 0,
            "job_search": int(random.exponential(300)) if random.random() < 0.004 else 0,
            "file_sharing": int(random.exponential(240)) if random.random() < 0.02 else 0,
            "gambling": int(random.exponential(200)) if random.random() < 0.002 else 0,
        },
        devices=frozenset({person.home}),
        keys=int(seconds / 60 * person.keys * random.lognormal(0, 0.15)),
        clicks=int(seconds / 60 * person.clicks * random.lognormal(0, 0.15)),
        regular_minutes=int(random.poisson(0.3)),
        longest_streak=int(seconds * random.uniform(0.12, 0.35)),
        breaks=int(random.poisson(max(0.5, hours * 0.9))),
        sent=int(person.sent * random.lognormal(0, 0.6) * 1_000_000),
        received=int(person.sent * 5 * random.lognormal(0, 0.7) * 1_000_000),
        created=int(random.poisson(person.files)),
        deleted=int(random.poisson(person.files * 0.3)) + (int(random.integers(20, 80)) if random.random() < 0.006 else 0),
        renamed=int(random.poisson(person.files * 0.1)),
        removable=int(random.poisson(2)) if random.random() < (0.1 if person.number % 9 == 0 else 0.002) else 0,
        coverage=float(np.clip(random.beta(40, 1), 0, 1)),
    )


def _spend(shares: dict[str, float], seconds: int, random: Generator) -> dict[str, int]:
    weights = np.array(list(shares.values())) * random.gamma(4, 0.25, len(shares))
    parts = (seconds * weights / weights.sum()).astype(int)
    return {name: int(part) for name, part in zip(shares, parts, strict=True) if part > 30}


def _hours(start: float, length: float, random: Generator) -> tuple[int, ...]:
    """Return the seconds of each local hour of a day that begins then; a night's shift begins and ends in its own day here."""
    span = min(length * 1.25, 23.0)
    filled = np.zeros(24)
    for hour in range(int(start), int(start + span) + 1):
        inside = max(0.0, min(hour + 1, start + span) - max(hour, start))
        filled[hour % 24] += inside * random.uniform(0.8, 1.0)
    scaled = np.minimum(filled * length * 3600 / filled.sum(), 3600)
    return tuple(int(part) for part in scaled)


# --- incidents --------------------------------------------------------------------------------------------------------

Act = Callable[[DayFacts, Generator], DayFacts]


@dataclass(frozen=True)
class _Kind:
    """A kind of incident: for how many days, what it does to each, and which features say so."""

    days: int
    act: Act
    features: tuple[str, ...]


def _plan(random: Generator, days: dict[tuple[int, date], DayFacts], people: int, weeks: int, count: int) -> list[Incident]:
    """Return the incidents, each of another person, where there are days enough before and to do it on."""
    planned: list[Incident] = []
    for person in random.permutation(people):
        if len(planned) == count:
            break
        kind = tuple(KINDS)[len(planned) % len(KINDS)]
        worked = sorted(day for who, day in days if who == person)
        later = [day for day in worked[20:-10] if (day - FIRST).days >= FIRST_INCIDENT_WEEK * 7 and day.weekday() < 5]
        if len(later) > KINDS[kind].days:
            at = int(random.integers(0, len(later) - KINDS[kind].days))
            chosen = later[at : at + KINDS[kind].days]
            planned.append(Incident(kind, int(person), chosen[0], chosen[-1], frozenset(KINDS[kind].features)))
    return planned


def _carry_out(incident: Incident, days: dict[tuple[int, date], DayFacts], random: Generator) -> None:
    kind = KINDS[incident.kind]
    for key in [key for key in days if key[0] == incident.person and incident.first <= key[1] <= incident.last]:
        days[key] = kind.act(days[key], random)


def _at_hours(day: DayFacts, hours: range, seconds: int) -> tuple[int, ...]:
    return tuple(max(already, seconds) if hour in hours else already for hour, already in enumerate(day.engaged_by_hour))


def _opposite(day: DayFacts) -> range:
    """Return three hours far from this person's own: the small hours, and noon for those who work at night."""
    return range(11, 14) if sum(day.engaged_by_hour[0:4]) > 3600 else range(3)


def _odd_hours(day: DayFacts, random: Generator) -> DayFacts:
    return replace(day, engaged_by_hour=_at_hours(day, _opposite(day), 3000), created=(day.created or 0) + int(random.integers(20, 80)))


def _rest_day(day: DayFacts, random: Generator) -> DayFacts:
    """Work a whole day, at least, on what is this person's day off."""
    more = max(1.0, 6 * 3600 / max(day.engaged, 1))
    return replace(day, rest_day=True, engaged_by_hour=tuple(min(3600, int(part * more)) for part in day.engaged_by_hour))


def _more_of(kind: str, least: int, most: int) -> Act:
    return lambda day, random: replace(day, kinds={**day.kinds, kind: day.kinds.get(kind, 0) + int(random.integers(least, most))})


def _upload(day: DayFacts, random: Generator) -> DayFacts:
    sharing = {**day.kinds, "file_sharing": int(random.integers(1200, 4000))}
    return replace(day, sent=(day.sent or 0) * 12 + int(random.integers(1, 4)) * 1_000_000_000, kinds=sharing)


def _delete(day: DayFacts, random: Generator) -> DayFacts:
    return replace(day, deleted=(day.deleted or 0) + int(random.integers(300, 2000)))


def _rename(day: DayFacts, random: Generator) -> DayFacts:
    return replace(day, renamed=(day.renamed or 0) + int(random.integers(200, 3000)))


def _carry_away(day: DayFacts, random: Generator) -> DayFacts:
    return replace(day, removable=(day.removable or 0) + int(random.integers(60, 600)))


def _jiggle(day: DayFacts, random: Generator) -> DayFacts:
    return replace(day, regular_minutes=int(random.integers(60, 240)), keys=int(day.keys * 0.5), idle=day.idle // 3)


def _unknown_program(day: DayFacts, random: Generator) -> DayFacts:
    name = f"tool{day.person}.exe"
    seconds = int(random.integers(5400, 14_400))
    return replace(day, apps={**day.apps, name: seconds}, unclassified=day.unclassified + seconds)


def _other_machine(day: DayFacts, random: Generator) -> DayFacts:
    other = frozenset(int(one) for one in random.integers(10_000, 20_000, random.integers(2, 5)))
    return replace(day, devices=day.devices | other)


def _collapse(day: DayFacts, random: Generator) -> DayFacts:
    left = random.uniform(0.1, 0.2)
    return replace(
        day,
        engaged_by_hour=tuple(int(part * left) for part in day.engaged_by_hour),
        idle=day.idle + int(0.7 * day.engaged),
        keys=int(day.keys * left),
        clicks=int(day.clicks * left),
        apps={name: int(part * left) for name, part in day.apps.items()},
        longest_streak=int(day.longest_streak * left),
    )


def _overload(day: DayFacts, random: Generator) -> DayFacts:
    """Go on for five hours without a pause after the last of one's own."""
    ends = [hour for hour, part in enumerate(day.engaged_by_hour) if part and not day.engaged_by_hour[(hour + 1) % 24]]
    last = ends[-1]
    more = {(last + 1 + ahead) % 24 for ahead in range(5)}
    hours = tuple(max(part, 3200) if hour in more else part for hour, part in enumerate(day.engaged_by_hour))
    return replace(day, engaged_by_hour=hours, longest_streak=day.longest_streak + 9000, breaks=day.breaks // 2)


ANY_HOURS = ("hours_00_04", "hours_04_08", "hours_08_12", "hours_12_16", "hours_16_20", "hours_20_24", "rest_day")

KINDS = {
    "odd_hours": _Kind(2, _odd_hours, (*ANY_HOURS, "created")),
    "rest_day_work": _Kind(1, _rest_day, ("rest_day",)),
    "job_search": _Kind(5, _more_of("job_search", 1200, 4000), ("job_search",)),
    "overload": _Kind(4, _overload, (*ANY_HOURS, "engaged", "longest_streak", "breaks_an_hour")),
    "upload": _Kind(1, _upload, ("sent", "file_sharing")),
    "mass_delete": _Kind(1, _delete, ("deleted",)),
    "mass_rename": _Kind(1, _rename, ("renamed",)),
    "carried_away": _Kind(2, _carry_away, ("removable",)),
    "machine_regular": _Kind(3, _jiggle, ("regular_minutes",)),
    "unknown_program": _Kind(2, _unknown_program, ("new_apps", "app_mix", "unclassified")),
    "other_machine": _Kind(1, _other_machine, ("new_devices",)),
    "collapse": _Kind(3, _collapse, ("engaged", "idle", "longest_streak", "keys_a_minute", "breaks_an_hour")),
}
"""The twelve kinds."""
