"""Hand-written figures of the URL Report, Timeline, Inactivity and Bandwidth tabs; every law of docs/api.md holds for them."""

from __future__ import annotations

import random
from datetime import date, timedelta

from policy.categories import Category
from policy.presence import Presence
from policy.summaries import (
    AppTraffic,
    Band,
    BandPart,
    Bandwidth,
    Categories,
    DayParts,
    Inactivity,
    InputMinute,
    Period,
    Person,
    PersonParts,
    PersonTraffic,
    Quiet,
    Review,
    SitePeople,
    SitePerson,
    Sites,
    SiteTimes,
    Timeline,
    Times,
    Traffic,
    Worked,
)
from policy.worktime import day_bounds

ZONE = "Asia/Kolkata"
MINUTE = 60_000
SITES = [
    ("github.com", "GitHub", Category.PRODUCTIVE, True, 41_500), ("docs.google.com", "Google Docs", Category.PRODUCTIVE, True, 30_100),
    ("gst.gov.in", "GST Portal", Category.PRODUCTIVE, True, 22_900), ("youtube.com", "YouTube", Category.UNPRODUCTIVE, True, 12_400),
    ("mail.google.com", "Gmail", Category.PRODUCTIVE, True, 11_800), ("indiamart.com", "IndiaMART", Category.NEUTRAL, True, 8_700),
    ("linkedin.com", "LinkedIn", Category.NEUTRAL, True, 5_500), ("cricbuzz.com", "Cricbuzz", Category.UNPRODUCTIVE, True, 4_900),
    ("हिन्दी.भारत", "हिन्दी.भारत", Category.NEUTRAL, False, 2_600), ("তাঁতঘর.com", "তাঁতঘর", Category.NEUTRAL, False, 2_000),
    ("mill-supplies.example", "mill-supplies.example", Category.NEUTRAL, False, 1_200),
    ("wikipedia.org", "Wikipedia", Category.NEUTRAL, True, 700),
]  # fmt: skip
WORKDAY = [0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 9, 9, 7, 3, 8, 9, 8, 6, 2, 0, 0, 0, 0, 0]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _shared(total: int, weights: list[float]) -> list[int]:
    """Divide a total by weights so that the parts sum to it exactly."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [int(total * weight / whole) for weight in weights]
    parts[weights.index(max(weights))] += total - sum(parts)
    return parts


def _site(site: str, name: str, category: Category, classified: bool, engaged: int, days: list[date], people: int) -> SiteTimes:
    chance = random.Random(name)
    week = [0.0 if day.weekday() == 6 else chance.uniform(0.4, 1.2) for day in days]
    engaged = engaged * people // 12 if any(week) else 0
    hours = [weight * chance.uniform(0.5, 1.5) for weight in WORKDAY]
    return SiteTimes(
        site, name, category, classified, engaged, int(engaged * chance.uniform(0.7, 1.3)), min(people, 1 + chance.randrange(12)),
        _shared(engaged, week), _shared(engaged, hours),
    )  # fmt: skip


def sites(period: Period, people: list[Person]) -> Sites:
    """A full URL Report."""
    days = _days(period.first, period.last)
    rows = [_site(*row, days, len(people)) for row in SITES]
    without = _site("", "", Category.NEUTRAL, False, 6_100, days, len(people))
    rest, elsewhere = 1_900, 1_300
    whole = sum(one.engaged for one in rows) + rest + without.engaged
    split = {one: sum(row.engaged for row in rows if row.category is one) for one in Category}
    unclassified = sum(row.engaged for row in rows if not row.classified) + rest + without.engaged
    categories = Categories(
        split[Category.PRODUCTIVE], split[Category.NEUTRAL] + rest + without.engaged, split[Category.UNPRODUCTIVE], unclassified
    )
    return Sites(period, days, rows, without, rest, 31, whole - elsewhere, elsewhere, categories, 0.94)


def site_people(period: Period, people: list[Person], site: str) -> SitePeople:
    """Who was at a site."""
    rows = []
    for person in people[:9]:
        chance = random.Random(f"{site}{person.id}")
        hours = [int(weight * chance.uniform(10, 300)) for weight in WORKDAY]
        rows.append(SitePerson(person, sum(hours), hours))
    return SitePeople(period, site, sorted(rows, key=lambda one: -one.engaged))


def band(person: Person, day: date) -> Band:
    """One person's day: two meetings, lunch with a locked screen, a pause, a stretch without records."""
    start, end = day_bounds(day, ZONE)
    chance = random.Random(person.id * 1000 + day.toordinal())
    apps = [
        ("excel.exe", None, "Microsoft Excel", Category.PRODUCTIVE), ("chrome.exe", "docs.google.com", "Google Docs", Category.PRODUCTIVE),
        ("outlook.exe", None, "Outlook", Category.PRODUCTIVE), ("chrome.exe", "youtube.com", "YouTube", Category.UNPRODUCTIVE),
        ("tally.exe", None, "TallyPrime", Category.PRODUCTIVE), ("chrome.exe", "indiamart.com", "IndiaMART", Category.NEUTRAL),
    ]  # fmt: skip
    meeting = ("ms-teams.exe", None, "Microsoft Teams", Category.PRODUCTIVE)
    parts: list[BandPart] = []
    at = start

    def until(minute: int, presence: Presence, app: tuple | None) -> None:
        nonlocal at
        stop = min(start + minute * MINUTE, end)
        parts.append(BandPart(at, stop, presence, *(app or (None, None, None, None))))
        at = stop

    until(9 * 60 + chance.randrange(3, 20), Presence.OFF, None)
    plan = [(11 * 60, None), (11 * 60 + 35, meeting), (13 * 60, None), (13 * 60 + 42, Presence.LOCKED), (15 * 60 + 10, None),
            (15 * 60 + 30, Presence.PAUSED), (16 * 60, None), (16 * 60 + 12, Presence.UNKNOWN), (17 * 60 + 50, None)]  # fmt: skip
    for limit, what in plan:
        if what is None:
            while at < start + limit * MINUTE:
                minute = (at - start) // MINUTE + 1 + int(chance.expovariate(1 / 7))
                presence = chance.choices((Presence.ACTIVE, Presence.READING, Presence.IDLE), (8, 3, 1.4))[0]
                until(min(minute, limit), presence, chance.choice(apps))
        else:
            until(limit, Presence.MEETING, what) if isinstance(what, tuple) else until(limit, what, None)
    until(24 * 60, Presence.OFF, None)
    seconds = {one: sum(part.end - part.start for part in parts if part.presence is one) // 1000 for one in Presence}
    return Band(person, day, start, end, parts, Times(**{one.value: many for one, many in seconds.items()}), 0)


def _worked(first: date, last: date, whole: bool, people: int) -> Worked:
    chance = random.Random(first.toordinal())
    days = sum(day.weekday() != 6 for day in _days(first, last))
    active, reading, meeting = (int(seconds * people * days * chance.uniform(0.85, 1.1)) for seconds in (16_200, 4_300, 3_900))
    return Worked(first, last, whole, active, reading, meeting, people if days else 0)


def timeline(period: Period, people: list[Person]) -> Timeline:
    """A full rhythm; the band where it is one person's one day."""
    days = _days(period.first, period.last)
    many = [sum(day.weekday() == weekday for day in days) for weekday in range(7)]
    room = [[3600 * len(people) * many[weekday]] * 24 for weekday in range(7)]
    chance = random.Random(3)
    heat = [
        [0 if weekday == 6 else int(room[weekday][hour] * min(WORKDAY[hour] / 11 * chance.uniform(0.7, 1.1), 0.97)) for hour in range(24)]
        for weekday in range(7)
    ]
    monday = period.first - timedelta(days=period.first.weekday())
    weeks = [
        _worked(max(start, period.first), min(start + timedelta(days=6), period.last), period.first <= start, len(people))
        for start in (monday + timedelta(days=7 * number) for number in range((period.last - monday).days // 7 + 1))
    ]
    one = band(people[0], period.first) if len(people) == 1 and period.first == period.last else None
    return Timeline(
        period, one, heat, room, [_worked(day, day, True, len(people)) for day in days], weeks,
        [_worked(period.first, period.last, False, len(people))],
    )  # fmt: skip


def _times(chance: random.Random, days: int) -> Times:
    def some(most: int) -> int:
        return int(most * days * chance.uniform(0.3, 1.0))

    active, reading, meeting, idle, locked, paused, unknown = (some(most) for most in (19_000, 5_000, 4_000, 6_000, 3_600, 900, 2_400))
    rest = 86_400 * days - active - reading - meeting - idle - locked - paused - unknown
    return Times(active, reading, meeting, idle, locked, paused, rest // 3, rest - rest // 3, unknown)


def minutes_of(person: Person, day: date) -> tuple[list[InputMinute], list[Review]]:
    """Input as irregular as a person's, and fourteen minutes as regular as a machine's."""
    start, _end = day_bounds(day, ZONE)
    chance = random.Random(person.id)
    minutes, review = [], []
    for part in band(person, day).parts:
        if part.presence in (Presence.OFF, Presence.UNKNOWN, Presence.LOCKED, Presence.PAUSED):
            continue
        for at in range(-(-part.start // MINUTE), part.end // MINUTE):
            keys = int(chance.expovariate(1 / 60)) if part.presence is Presence.ACTIVE else 0
            quiet = part.presence is Presence.IDLE
            minutes.append(
                InputMinute(
                    at * MINUTE,
                    keys,
                    0 if quiet else chance.randrange(14),
                    0 if quiet else chance.randrange(30),
                    0 if quiet else chance.randrange(9_000),
                )
            )
    regular = range((start + (14 * 60 + 30) * MINUTE) // MINUTE, (start + (14 * 60 + 44) * MINUTE) // MINUTE)
    known = {one.start: place for place, one in enumerate(minutes)}
    for number, at in enumerate(regular, 1):
        if at * MINUTE in known:
            minutes[known[at * MINUTE]] = InputMinute(at * MINUTE, 60, 0, 0, 0)
            review.append(Review(at * MINUTE, 60, 0, 0, 0, 60, 0, 1, number))
    return minutes, review


def inactivity(period: Period, people: list[Person]) -> Inactivity:
    """A full monitor; the minutes where it is one person's one day."""
    days = _days(period.first, period.last)
    close = len(people) == 1 and len(days) == 1
    minutes, review = minutes_of(people[0], days[0]) if close else (None, None)
    chance = random.Random(8)
    quiet = []
    for number in range(4 if close else 40):
        person, day = chance.choice(people), chance.choice(days)
        start, _end = day_bounds(day, ZONE)
        begin = start + (10 * 60 + number * 7) * MINUTE
        length = chance.randrange(8, 95) * MINUTE
        quiet.append(
            Quiet(person, begin, begin + length, chance.choice((Presence.IDLE, Presence.LOCKED, Presence.PAUSED, Presence.UNKNOWN)))
        )
    if close:
        quiet = [Quiet(people[0], one.start, one.end, one.presence) for one in band(people[0], days[0]).parts
                 if one.presence in (Presence.IDLE, Presence.LOCKED, Presence.PAUSED, Presence.UNKNOWN)]  # fmt: skip
    many = [len(review or []) if close else (14 if person.id == 2 else 0) for person in people]
    return Inactivity(
        period, minutes, review,
        [DayParts(day, _times(random.Random(day.toordinal()), len(people)), sum(many) if day == days[0] else 0) for day in days],
        [PersonParts(person, _times(random.Random(person.id), len(days)), more) for person, more in zip(people, many, strict=True)],
        sorted(quiet, key=lambda one: one.start - one.end), 0 if close else 3, 0 if close else 480,
    )  # fmt: skip


APPS = [
    ("chrome.exe", "Google Chrome", 0), ("ms-teams.exe", "Microsoft Teams", 0), ("onedrive.exe", "OneDrive", 0),
    ("outlook.exe", "Outlook", 0),
    ("svchost.exe", "Windows Update", 1), ("tally.exe", "TallyPrime", 0), ("spotify.exe", "Spotify", 1),
    ("mining-tool.exe", "mining-tool", 1),
]  # fmt: skip


def bandwidth(period: Period, people: list[Person], everybody: bool) -> Bandwidth:
    """Full traffic; some PCs can only estimate."""
    days = _days(period.first, period.last)
    apps = []
    for place, (app, name, guessed) in enumerate(APPS):
        chance = random.Random(app)
        daily = [int(chance.uniform(0.3, 1.4) * 4e9 / (place + 1) * len(people) / 12) if day.weekday() != 6 else 0 for day in days]
        total = sum(daily)
        sent = int(total * chance.uniform(0.05, 0.5))
        traffic = Traffic(0, 0, sent, total - sent) if guessed else Traffic(sent, total - sent)
        apps.append(AppTraffic(app, name, traffic, min(len(people), place + 1), daily))
    sums = [sum(getattr(one.traffic, kind) for one in apps) for kind in Traffic.__struct_fields__]
    total = Traffic(*sums)
    daily = [
        Traffic(*([int(many * sum(one.daily[place] for one in apps) / total.total) for many in sums] if total.total else [0] * 4))
        for place in range(len(days))
    ]
    parts = [_shared(many, [13.0 - one.id for one in people]) for many in sums]
    each = [PersonTraffic(one, Traffic(*(part[place] for part in parts))) for place, one in enumerate(people)]
    return Bandwidth(
        period, days, total, Traffic(*(int(many * 0.9) for many in sums)), daily, sorted(apps, key=lambda one: -one.traffic.total), each,
        Traffic(1_200_000, 84_000_000) if everybody else None, 0,
    )  # fmt: skip


class FakeDays:
    """The four routes, for FakeApi to take in."""

    nothing: bool

    def _those(self, team: int | None, person: int | None) -> list[Person]:
        from tests.console.fakes import PEOPLE

        return [one for one in PEOPLE if (team is None or one.team == team) and (person is None or one.id == person)]

    def _period(self, first: date, last: date) -> Period:
        from tests.console.fakes import period

        return period(first, last)

    def urls(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Sites:
        """Sites."""
        empty = SiteTimes("", "", Category.NEUTRAL, False, 0, 0, 0, [0] * ((last - first).days + 1), [0] * 24)
        nothing = Sites(self._period(first, last), _days(first, last), [], empty, 0, 0, 0, 0, Categories(), None)
        return self._told("urls", first, last, team, person, nothing, lambda people: sites(self._period(first, last), people))

    def site_people(self, first: date, last: date, team: int | None, person: int | None, site: str) -> SitePeople:
        """Who was at a site."""
        nothing = SitePeople(self._period(first, last), site, [])
        return self._told(
            f"urls/people {site}", first, last, team, person, nothing, lambda people: site_people(self._period(first, last), people, site)
        )

    def timeline(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Timeline:
        """Rhythm."""
        days = [Worked(day, day, True, 0, 0, 0, 0) for day in _days(first, last)]
        nothing = Timeline(self._period(first, last), None, [[0] * 24] * 7, [[3600] * 24] * 7, days, days, days)
        return self._told("timeline", first, last, team, person, nothing, lambda people: timeline(self._period(first, last), people))

    def inactivity(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Inactivity:
        """Quiet time."""
        days = [DayParts(day, Times(unknown=86_400), 0) for day in _days(first, last)]
        nothing = Inactivity(self._period(first, last), None, None, days, [], [], 0, 0)
        return self._told("inactivity", first, last, team, person, nothing, lambda people: inactivity(self._period(first, last), people))

    def bandwidth(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Bandwidth:
        """Bytes."""
        days = _days(first, last)
        nothing = Bandwidth(self._period(first, last), days, Traffic(), Traffic(), [Traffic() for _day in days], [], [], None, 0)
        everybody = team is None and person is None
        return self._told(
            "bandwidth", first, last, team, person, nothing, lambda people: bandwidth(self._period(first, last), people, everybody)
        )

    def _told(self, route, first, last, team, person, nothing, make):
        return self._answer(
            (route, first, last, team, person, self.nothing), lambda: nothing if self.nothing else make(self._those(team, person))
        )
