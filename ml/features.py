"""What a day is measured by: from the facts of people's days to one number for each feature.

Everything is compared with the person's own days (`ml/baseline.py`); what needs a memory of its own, such as whether an app
was ever used before, is worked out here, from earlier days and the same day only.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from math import log2, nan, sqrt
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from ml.baseline import ENOUGH, Unusual, compare
from ml.userdays import UserDays, user_days

HOUR = 3600
MEGABYTE = 1_000_000
PART_HOURS = 4
MIX_DAYS = 20
RARE_SHARE = 0.1
"""What a tenth of the company uses is no longer rare."""
ENOUGH_COVERAGE = 0.7
LEAST_ACTIVE = 1800
"""Rates per minute and breaks per hour of less engaged time than this say nothing."""


class DayFacts(Struct, frozen=True):
    """What the ledger says of one person's local day; seconds, bytes and counts. None: not known, which is not zero.

    `engaged_by_hour` are the 24 local hours; `apps` and `sites` are engaged seconds by name; `kinds` are seconds at sites of
    the kinds in `SITE_KINDS`; `regular_minutes` had machine-regular input; `longest_streak` is engaged time without a break
    of five minutes, and `breaks` how many of those there were; `coverage` is the share of expected time with any evidence.
    """

    person: int
    day: date
    zone: str
    team: int | None
    rest_day: bool
    engaged_by_hour: tuple[int, ...]
    idle: int
    meeting: int
    unproductive: int
    unclassified: int
    apps: Mapping[str, int]
    sites: Mapping[str, int]
    kinds: Mapping[str, int]
    devices: frozenset[int]
    keys: int
    clicks: int
    regular_minutes: int
    longest_streak: int
    breaks: int
    sent: int | None = None
    received: int | None = None
    created: int | None = None
    deleted: int | None = None
    renamed: int | None = None
    removable: int | None = None
    coverage: float | None = None

    @property
    def engaged(self) -> int:
        """Engaged seconds in all."""
        return sum(self.engaged_by_hour)


class Side(StrEnum):
    """Which side of the usual is worth a look."""

    HIGH = "high"
    BOTH = "both"


class Feature(NamedTuple):
    """A number a day is measured by, the unit people read it in, and how much of it is worth noticing (in that unit)."""

    name: str
    unit: str
    scale: float
    side: Side = Side.HIGH


SITE_KINDS = ("job_search", "file_sharing", "personal_mail", "gambling")
PARTS = ("hours_00_04", "hours_04_08", "hours_08_12", "hours_12_16", "hours_16_20", "hours_20_24")

FEATURES = (
    *(Feature(name, "h", 1) for name in PARTS),
    Feature("rest_day", "h", 0.7),
    Feature("engaged", "h", 2, Side.BOTH),
    Feature("idle", "h", 1),
    Feature("meeting", "h", 2),
    Feature("unproductive", "h", 1),
    Feature("unclassified", "h", 1),
    Feature("app_mix", "share", 0.3),
    Feature("site_mix", "share", 0.3),
    Feature("new_apps", "h", 0.3),
    Feature("new_sites", "count", 5),
    *(Feature(name, "min", 15) for name in SITE_KINDS),
    Feature("sent", "MB", 100),
    Feature("received", "MB", 500),
    Feature("created", "count", 30),
    Feature("deleted", "count", 30),
    Feature("renamed", "count", 20),
    Feature("removable", "count", 10),
    Feature("new_devices", "count", 0.3),
    Feature("keys_a_minute", "count", 20, Side.BOTH),
    Feature("clicks_a_minute", "count", 10, Side.BOTH),
    Feature("regular_minutes", "min", 10),
    Feature("longest_streak", "h", 1),
    Feature("breaks_an_hour", "count", 0.5, Side.BOTH),
)
"""Every feature; a finding names one of these as its reason."""

NAMES = tuple(feature.name for feature in FEATURES)
SCALE = np.array([feature.scale for feature in FEATURES], float)
HIGH = np.array([feature.side is Side.HIGH for feature in FEATURES])


def measure(days: Iterable[DayFacts]) -> tuple[UserDays, list[DayFacts]]:
    """Return the days as numbers, and the facts in the same order.

    A person whose zone changed begins anew: their hours before and after cannot be compared.
    """
    facts = sorted(days, key=lambda one: (one.day, one.person))
    users = _numbers((one.person, one.zone) for one in facts)
    groups = _numbers(one.team for one in facts)
    history = _History()
    values = np.empty((len(facts), len(FEATURES)))
    for first, last in _runs([one.day for one in facts]):
        history.meet(facts[first:last])
        for row in range(first, last):
            values[row] = _row(facts[row], history)
        history.keep(facts[first:last])
    ordinals = np.array([one.day.toordinal() for one in facts], np.int64)
    table = user_days(NAMES, users, ordinals, values, groups)
    return table, [facts[row] for row in table.rows]


def unusual_of(table: UserDays) -> Unusual:
    """Return how unusual measured days are, with what is merely low taken out where only more than usual is worth a look."""
    unusual = compare(table, SCALE)
    return Unusual(np.where(HIGH & (unusual.z < 0), 0.0, unusual.z), unusual.usual, unusual.ready, unusual.comparable)


def _numbers(keys: Iterable[object]) -> np.ndarray:
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys], np.int64)


def _runs(days: Sequence[date]) -> Iterable[tuple[int, int]]:
    first = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at] != days[first]:
            yield first, at
            first = at


class _History:
    """What was used before: by each person, and by how many people."""

    def __init__(self) -> None:
        self.days: dict[int, int] = defaultdict(int)
        self._used: dict[int, set[str]] = defaultdict(set)
        self._devices: dict[int, set[int]] = defaultdict(set)
        self._users: dict[str, set[int]] = defaultdict(set)
        self._people: set[int] = set()
        self._mixes: dict[tuple[int, str], _Mix] = defaultdict(_Mix)

    def meet(self, facts: Sequence[DayFacts]) -> None:
        """Take note of who uses what on this day: what all begin to use together is news to nobody."""
        for one in facts:
            self._people.add(one.person)
            for name in (*one.apps, *one.sites):
                self._users[name].add(one.person)

    def keep(self, facts: Sequence[DayFacts]) -> None:
        """Remember the day."""
        for one in facts:
            self.days[one.person] += 1
            self._used[one.person] |= {*one.apps, *one.sites}
            self._devices[one.person] |= one.devices
            self._mixes[one.person, "apps"].add(one.apps)
            self._mixes[one.person, "sites"].add(one.sites)

    def new(self, person: int, names: Iterable[str]) -> dict[str, float]:
        """Return {never used before: how rare it is in the company, 0..1}."""
        if self.days[person] < ENOUGH:
            return {}
        common = RARE_SHARE * len(self._people)
        used = self._used[person]
        return {name: max(0.0, 1 - (len(self._users[name]) - 1) / common) for name in names if name not in used}

    def new_devices(self, one: DayFacts) -> int:
        """Return how many devices this person was never seen at before."""
        return len(one.devices - self._devices[one.person]) if self.days[one.person] >= ENOUGH else 0

    def distance(self, person: int, what: str, today: Mapping[str, int]) -> float:
        """Return how far today's mix is from that of the days before: Jensen-Shannon, 0 the same .. 1 nothing in common."""
        return self._mixes[person, what].distance(today)


class _Mix:
    """What a person's time of the last days was spent at, added up."""

    def __init__(self) -> None:
        self._days: deque[Mapping[str, int]] = deque()
        self._sums: dict[str, int] = defaultdict(int)
        self._total = 0

    def add(self, day: Mapping[str, int]) -> None:
        """Take a day in, and let go of the one that is too long ago."""
        self._days.append(day)
        self._count(day, 1)
        if len(self._days) > MIX_DAYS:
            self._count(self._days.popleft(), -1)

    def _count(self, day: Mapping[str, int], sign: int) -> None:
        for name, seconds in day.items():
            self._sums[name] += sign * seconds
            self._total += sign * seconds

    def distance(self, today: Mapping[str, int]) -> float:
        """Return the Jensen-Shannon distance; what is in one mix only counts with its whole share."""
        total = sum(today.values())
        if not total or not self._total:
            return nan
        parts, met = 0.0, 0
        for name, seconds in today.items():
            known = self._sums.get(name, 0)
            met += known
            p, q = seconds / total, known / self._total
            middle = (p + q) / 2
            parts += (p * log2(p / middle) if p else 0.0) + (q * log2(q / middle) if q else 0.0)
        return sqrt(max(0.0, (parts + 1 - met / self._total) / 2))


def _row(one: DayFacts, history: _History) -> list[float]:
    """Return the values of FEATURES, in order."""
    engaged = one.engaged
    enough = engaged >= LEAST_ACTIVE
    covered = one.coverage is None or one.coverage >= ENOUGH_COVERAGE
    new_apps, new_sites = history.new(one.person, one.apps), history.new(one.person, one.sites)
    return [
        *(sum(one.engaged_by_hour[at : at + PART_HOURS]) / HOUR for at in range(0, 24, PART_HOURS)),
        engaged / HOUR if one.rest_day else 0.0,
        engaged / HOUR if covered and not one.rest_day else nan,
        one.idle / HOUR,
        one.meeting / HOUR,
        one.unproductive / HOUR,
        one.unclassified / HOUR,
        history.distance(one.person, "apps", one.apps) if enough else nan,
        history.distance(one.person, "sites", one.sites) if enough else nan,
        sum(one.apps[name] * rarity for name, rarity in new_apps.items()) / HOUR,
        sum(new_sites.values()),
        *(one.kinds.get(kind, 0) / 60 for kind in SITE_KINDS),
        _known(one.sent, MEGABYTE),
        _known(one.received, MEGABYTE),
        *(_known(count) for count in (one.created, one.deleted, one.renamed, one.removable)),
        history.new_devices(one),
        one.keys / (engaged / 60) if enough else nan,
        one.clicks / (engaged / 60) if enough else nan,
        one.regular_minutes,
        one.longest_streak / HOUR,
        one.breaks / (engaged / HOUR) if enough else nan,
    ]


def _known(amount: int | None, unit: int = 1) -> float:
    return nan if amount is None else amount / unit
