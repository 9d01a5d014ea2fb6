"""Invented reports whose figures add up as a real one's do: any number of people, any seed, any language, hostile names on request."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

import msgspec

from policy.categories import Category
from policy.presence import Presence
from policy.retention import Retention
from policy.summaries import (
    Alert,
    AlertStatus,
    Applications,
    AppTimes,
    AppTraffic,
    Arrival,
    Attribution,
    Bandwidth,
    Burst,
    Categories,
    ClientTime,
    Coverage,
    DayParts,
    DayTimes,
    Figure,
    FileActivity,
    FileGap,
    Inactivity,
    Overview,
    Period,
    Person,
    PersonBefore,
    PersonDay,
    PersonFiles,
    PersonParts,
    PersonTimes,
    PersonTraffic,
    Privacy,
    Quiet,
    Reason,
    Report,
    ReportScope,
    Rhythm,
    Severity,
    SilentDevice,
    Sites,
    SiteTimes,
    Team,
    TeamTimes,
    Times,
    Traffic,
    TrendPoint,
    Usual,
    Workload,
    load_of,
    productivity,
)

ZONE = "Asia/Kolkata"
MONDAY = date(2026, 11, 9)
DAY = 86_400
FIRST = ("Asha", "Rohan", "Priyanka", "Jürgen", "अनिल", "সুমিত্রা", "Fatima", "Zoë", "Arjun", "Meera", "Søren", "Lakshmi", "Imran", "क्षितिज")
LAST = (
    "Menon",
    "Gupta",
    "Chatterjee",
    "Weiß",
    "कुमार",
    "দাস",
    "Khan",
    "Lindqvist",
    "Nair",
    "Iyer",
    "Kjær",
    "Venkataraman",
    "Sheikh",
    "त्रिपाठी",
)
TEAMS = ("Accounts", "Sales", "Support", "Audit", "Design", "Engineering", "Night desk", "Back office", "Legal", "Warehouse")
APPS = (
    ("excel.exe", "Microsoft Excel", Category.PRODUCTIVE, True),
    ("chrome.exe", "Google Chrome", Category.NEUTRAL, True),
    ("tally.exe", "TallyPrime", Category.PRODUCTIVE, True),
    ("outlook.exe", "Outlook", Category.PRODUCTIVE, True),
    ("code.exe", "Visual Studio Code", Category.PRODUCTIVE, True),
    ("ms-teams.exe", "Microsoft Teams", Category.PRODUCTIVE, True),
    ("winword.exe", "Microsoft Word", Category.PRODUCTIVE, True),
    ("whatsapp.exe", "WhatsApp", Category.UNPRODUCTIVE, True),
    ("ledgerpro.exe", "LedgerPro 2019", Category.NEUTRAL, False),
    ("explorer.exe", "File Explorer", Category.NEUTRAL, True),
    ("acrobat.exe", "Acrobat Reader", Category.PRODUCTIVE, True),
    ("spotify.exe", "Spotify", Category.UNPRODUCTIVE, True),
)
SITES = (
    ("github.com", Category.PRODUCTIVE, True),
    ("gst.gov.in", Category.PRODUCTIVE, True),
    ("youtube.com", Category.UNPRODUCTIVE, True),
    ("google.com", Category.NEUTRAL, True),
    ("cricbuzz.com", Category.UNPRODUCTIVE, True),
    ("kaveri-erp.example", Category.NEUTRAL, False),
)
CLIENTS = (
    ("ACME", "Acme Textiles", "Audit 2026", True),
    ("ACME-GST", "Acme Textiles", "GST returns", True),
    ("INT", "Internal", "Training", False),
)


def instant(day: date, minutes: int, zone: str = ZONE) -> int:
    """Return a local minute of a day as the wire has it."""
    return int((datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(minutes=minutes)).timestamp() * 1000)


def alone(report: Report) -> Report:
    """Return the report of one person as that person gets it."""
    person = report.overview.people[0].person
    return msgspec.structs.replace(report, scope=ReportScope("person", person.id, person.name), workload=[], attribution=None)


def example(
    people: int = 12, seed: int = 1, language: str = "en", rhythm: Rhythm = Rhythm.WEEK, *, names: Sequence[str] = (), empty: bool = False
) -> Report:
    """Return a company's report; `names` are given to people, apps, sites and PCs in turn, whatever they hold."""
    return _Office(random.Random(seed), people, language, rhythm, list(names), empty).report()


class _Office:
    """One invented company in one period; every total below is a sum of its people's days."""

    def __init__(self, chance: random.Random, people: int, language: str, rhythm: Rhythm, names: list[str], empty: bool) -> None:
        self.chance, self.language, self.rhythm, self.empty = chance, language, rhythm, empty
        self.names = cycle(names) if names else None
        self.length = {Rhythm.DAY: 1, Rhythm.WEEK: 7, Rhythm.MONTH: 30}[rhythm]
        self.days = [MONDAY + timedelta(days=number) for number in range(self.length)]
        self.teams = [Team(number + 1, self.called(TEAMS[number])) for number in range(min(len(TEAMS), max(1, people // 4)))]
        self.people = [Person(number + 1, self.called(self.name(number)), self.team_of(number)) for number in range(people)]
        self.worked = {person.id: [self.day_of(day) for day in self.days] for person in self.people}
        self.split = {person.id: self.categories(self.times(person).engaged) for person in self.people}

    def called(self, usual: str) -> str:
        return next(self.names) if self.names else usual

    def name(self, number: int) -> str:
        return f"{FIRST[number % len(FIRST)]} {LAST[(number * 5 + number // len(FIRST)) % len(LAST)]}"

    def team_of(self, number: int) -> int | None:
        return None if number % 17 == 16 else self.teams[number % len(self.teams)].id

    def day_of(self, day: date) -> Times:
        if self.empty or day.weekday() == 6 or self.chance.random() < 0.06:
            return Times(off=DAY)
        pick = self.chance.randint
        scale = 1 if day.weekday() < 5 else 0.4
        parts = [
            int(seconds * scale)
            for seconds in (pick(9000, 19000), pick(1500, 6500), pick(0, 5400), pick(1800, 5400), pick(1200, 4200), pick(0, 900))
        ]
        rest = DAY - sum(parts)
        unknown = pick(0, 3000) if self.chance.random() < 0.2 else 0
        return Times(*parts, asleep=rest // 4, off=rest - rest // 4 - unknown, unknown=unknown)

    def categories(self, engaged: int) -> Categories:
        good, bad = int(engaged * self.chance.uniform(0.5, 0.8)), int(engaged * self.chance.uniform(0.02, 0.12))
        return Categories(good, engaged - good - bad, bad, int((engaged - good - bad) * self.chance.uniform(0.1, 0.4)))

    def times(self, person: Person) -> Times:
        return add_times(self.worked[person.id])

    def covered(self, times: Times) -> float | None:
        return max(0.0, 1 - times.unknown / max(times.total, 1)) if times.engaged else None

    # --- the report -----------------------------------------------------------------------------------------------------

    def report(self) -> Report:
        period = Period(self.days[0], self.days[-1], ZONE, instant(self.days[-1] + timedelta(days=1), 360), 7)
        overview = self.overview(period)
        days = self.person_days()
        scope = ReportScope("company", None, "Kaveri Textiles")
        return Report(
            organisation=self.called("Kaveri Textiles Pvt Ltd"),
            scope=scope,
            rhythm=self.rhythm,
            program="0.1.0",
            language=self.language,
            overview=overview,
            usual=self.usual(overview),
            trend=self.trend(overview),
            teams=self.team_times(overview, days),
            before=[PersonBefore(one.person, int(one.times.engaged * self.chance.uniform(0.8, 1.2)) or None) for one in overview.people],
            applications=self.applications(period, overview),
            sites=self.sites(period),
            inactivity=self.inactivity(period, overview),
            days=days,
            grace=600,
            workload=self.workload(overview, days),
            bandwidth=self.bandwidth(period),
            files=self.files(),
            alerts=self.alerts(),
            alerts_truncated=self.chance.randint(0, 3),
            coverage=self.coverage(overview),
            privacy=Privacy(
                len(self.people),
                len(self.people) - 1,
                len(self.people) // 3,
                1 if len(self.people) > 4 else 0,
                "redacted",
                True,
                2,
                False,
                False,
                Retention(),
                "privacy@kaveri.example",
            ),
            attribution=self.attribution(overview),
        )

    def overview(self, period: Period) -> Overview:
        by_day = [add_times([self.worked[one.id][number] for one in self.people]) for number in range(self.length)]
        active = [sum(self.worked[one.id][number].engaged > 0 for one in self.people) for number in range(self.length)]
        all_times, split = add_times(by_day), add_categories(self.split.values())
        share = 0.93 if all_times.engaged else None
        people = [self.person_times(one) for one in self.people]
        days = [
            DayTimes(day, times, self.categories(times.engaged), self.covered(times), many)
            for day, times, many in zip(self.days, by_day, active, strict=True)
        ]
        before = None if self.empty else self.chance.uniform(0.85, 1.15)
        some = sum(one.times.engaged > 0 for one in people)
        return Overview(
            period=period,
            active_people=Figure(some, before and some - 1, [float(one) for one in active]),
            engaged=Figure(all_times.engaged, before and int(all_times.engaged * before), [one.engaged for one in by_day]),
            productivity=Figure(productivity(split, share), before and 0.66, []),
            idle=Figure(all_times.idle, before and int(all_times.idle * before), [one.idle for one in by_day]),
            coverage=Figure(share, before and 0.91, []),
            attention=[],
            now=[],
            days=days,
            people=people,
        )

    def person_times(self, person: Person) -> PersonTimes:
        times, split = self.times(person), self.split[person.id]
        share = self.covered(times) and self.chance.choice([0.97, 0.97, 0.92, 0.88, 0.55])
        return PersonTimes(person, times, split, productivity(split, share), share, None, None, self.chance.choice([0, 0, 0, 4]))

    def usual(self, overview: Overview) -> Usual:
        engaged = overview.engaged.value or 0
        return Usual(len(self.people) * 0.9, engaged * 0.97, 0.67, (overview.idle.value or 0) * 1.02, 0.92) if not self.empty else Usual()

    def trend(self, overview: Overview) -> list[TrendPoint]:
        now = add_times([one.times for one in overview.days])
        split = add_categories(one.categories for one in overview.people)
        points = []
        for back in range(11, 0, -1):
            scale = 0 if self.empty else self.chance.uniform(0.8, 1.05)
            times = Times(*(int(getattr(now, one) * scale) for one in Times.__struct_fields__))
            first = self.days[0] - timedelta(days=back * self.length)
            some = Categories(*(int(getattr(split, one) * scale) for one in Categories.__struct_fields__))
            points.append(TrendPoint(first, first + timedelta(days=self.length - 1), times, some, 0.66, 0.91, len(self.people)))
        last = TrendPoint(self.days[0], self.days[-1], now, split, overview.productivity.value, overview.coverage.value, len(self.people))
        return [*points, last]

    def team_times(self, overview: Overview, days: list[PersonDay]) -> list[TeamTimes]:
        found = []
        for team in [*self.teams, None]:
            mine = [one for one in overview.people if one.person.team == (team.id if team else None)]
            if not mine:
                continue
            times, split = add_times([one.times for one in mine]), add_categories(one.categories for one in mine)
            numbers = {one.person.id for one in mine}
            hours = sum(one.real_hours for one in days if one.person.id in numbers)
            share = 0.93 if times.engaged else None
            some = sum(one.times.engaged > 0 for one in mine)
            before = int(times.engaged * self.chance.uniform(0.85, 1.15))
            found.append(TeamTimes(team, len(mine), some, times, split, productivity(split, share), share, before, hours))
        return found

    def person_days(self) -> list[PersonDay]:
        return [
            self.person_day(person, day, times)
            for person in self.people
            for day, times in zip(self.days, self.worked[person.id], strict=True)
        ]

    def person_day(self, person: Person, day: date, times: Times) -> PersonDay:
        expected = day.weekday() < 6 or person.team == 7
        start, end = (22 * 60, 30 * 60) if person.team == 7 else (9 * 60, 18 * 60)
        if not times.engaged:
            arrival = Arrival.NOT_SEEN if expected else Arrival.FREE
            first = last = None
        else:
            late = self.chance.random() < 0.12
            first = instant(day, start + (self.chance.randint(11, 90) if late else self.chance.randint(-25, 9)))
            last = instant(day, end + self.chance.randint(-20, 80))
            arrival = (Arrival.LATE if late else Arrival.ON_TIME) if expected else Arrival.EXTRA
        shift = (instant(day, start), instant(day, end)) if expected else (None, None)
        hours = self.chance.randint(times.engaged // 2 // 2400, times.engaged // 2400)
        inside = int(times.engaged * 0.9) if expected else 0
        return PersonDay(person, day, arrival, *shift, (end - start) * 60 if expected else 0, first, last, times.engaged, inside, hours)

    def shares_of(self, total: int, many: int) -> list[int]:
        weights = [self.chance.random() ** 2 for _one in range(many)]
        parts = [int(total * weight / sum(weights)) for weight in weights]
        parts[0] += total - sum(parts)
        return parts

    def applications(self, period: Period, overview: Overview) -> Applications:
        split = add_categories(one.categories for one in overview.people)
        amounts = {
            (Category.PRODUCTIVE, True): split.productive,
            (Category.NEUTRAL, True): split.neutral - split.unclassified,
            (Category.NEUTRAL, False): split.unclassified,
            (Category.UNPRODUCTIVE, True): split.unproductive,
        }
        apps = []
        for (category, classified), total in amounts.items():
            mine = [one for one in APPS if one[2] is category and one[3] is classified]
            for (app, name, *_kind), engaged in zip(mine, self.shares_of(total, len(mine)), strict=True):
                if engaged:
                    before = int(engaged * self.chance.choice([0, 0.5, 0.9, 1.1, 1.4]))
                    people = self.chance.randint(1, len(self.people))
                    apps.append(
                        AppTimes(
                            app,
                            self.called(name),
                            category,
                            classified,
                            engaged,
                            before,
                            engaged // 9,
                            people,
                            engaged * 2,
                            engaged // 3,
                            engaged // 5,
                            [],
                        )
                    )
        return Applications(period, self.days, sorted(apps, key=lambda one: -one.engaged), split, overview.coverage.value)

    def sites(self, period: Period) -> Sites:
        total = sum(self.times(one).engaged for one in self.people) // 4
        parts = self.shares_of(total, len(SITES) + 2) if total else [0] * (len(SITES) + 2)
        hours = [0] * 24
        found = [
            SiteTimes(name, self.called(name), category, classified, engaged, int(engaged * 0.9), 1 + engaged % len(self.people), [], hours)
            for (name, category, classified), engaged in zip(SITES, parts, strict=False)
            if engaged
        ]
        unknown = SiteTimes("", "", Category.NEUTRAL, True, parts[-2], parts[-2] // 2, 1, [], hours)
        return Sites(
            period,
            self.days,
            sorted(found, key=lambda one: -one.engaged),
            unknown,
            parts[-1],
            7 if parts[-1] else 0,
            total,
            0,
            Categories(),
            None,
        )

    def inactivity(self, period: Period, overview: Overview) -> Inactivity:
        days = [DayParts(one.day, one.times, 0) for one in overview.days]
        people = [PersonParts(one.person, one.times, one.review_minutes) for one in overview.people]
        kinds = [Presence.IDLE, Presence.LOCKED, Presence.UNKNOWN]
        quiet = [
            Quiet(one, instant(self.days[0], 780), instant(self.days[0], 780 + self.chance.randint(20, 150)), self.chance.choice(kinds))
            for one in self.people[:12]
        ]
        return Inactivity(period, None, None, days, people, [] if self.empty else quiet, 0, 0)

    def workload(self, overview: Overview, days: list[PersonDay]) -> list[Workload]:
        if self.empty:
            return []
        found, norm = [], 20_000
        for one in overview.people:
            many = sum(day.person.id == one.person.id and day.engaged > 0 for day in days) if len(overview.people) < 60 else 5
            per_day = one.times.engaged // max(many, 1)
            found.append(
                Workload(
                    one.person, many, per_day, norm, one.times.engaged // 10, load_of(per_day, norm, known=one.productivity is not None)
                )
            )
        return found

    def traffic(self) -> Traffic:
        guess = self.chance.choice([0, 0, self.chance.randint(0, 10**7)])
        return Traffic() if self.empty else Traffic(self.chance.randint(0, 10**8), self.chance.randint(0, 10**9), guess, guess)

    def bandwidth(self, period: Period) -> Bandwidth:
        daily = [self.traffic() for _day in self.days]
        total = add_traffic(daily)
        apps = [AppTraffic(app, self.called(name), self.traffic(), 1 + number % 5, []) for number, (app, name, *_rest) in enumerate(APPS)]
        people = [PersonTraffic(one, self.traffic()) for one in self.people]
        return Bandwidth(period, self.days, total, self.traffic(), daily, [] if self.empty else apps, people, self.traffic(), 0)

    def files(self) -> FileActivity:
        if self.empty:
            return FileActivity(0, [], [], [])
        people = [
            PersonFiles(one, *(self.chance.randint(0, 400) for _kind in range(5))) for one in self.people if self.chance.random() < 0.8
        ]
        bursts = [Burst(one, instant(self.days[0], 600 + one.id), "deleted", 20 + one.id) for one in self.people[:3]]
        gaps = [FileGap(self.called("ACC-PC-07"), instant(self.days[0], 500), instant(self.days[0], 530), "files", "overflow", 3)]
        return FileActivity(self.chance.randint(0, 9000), people, bursts, gaps, 2)

    def alerts(self) -> list[Alert]:
        if self.empty:
            return []
        person, at = self.people[0], instant(self.days[0], 1300)
        reasons = [Reason("hours_20_24", 3.1, 0.2, "h"), Reason("new_apps", 95, None, "min"), Reason("app_mix", 0.44, 0.1, "share")]
        found = [
            Alert(
                "a1",
                "unusual",
                Severity.HIGH,
                person.name,
                4.2,
                at,
                AlertStatus.OPEN,
                person=person,
                day=self.days[0],
                reasons=reasons,
                coverage=0.96,
            ),
            Alert(
                "a2",
                "unauthorised",
                Severity.MEDIUM,
                person.name,
                1500,
                at,
                AlertStatus.ACKNOWLEDGED,
                self.called("utorrent.exe"),
                person,
                note=self.called("Spoke to them: a Linux image for the training room."),
            ),
            Alert("a3", "burst", Severity.MEDIUM, person.name, 84, at, AlertStatus.EXPECTED, "deleted", person, until=at + 10**9),
            Alert("a4", "silent", Severity.LOW, self.called("SALES-PC-03"), 31, None, AlertStatus.OPEN, day=self.days[-1]),
        ]
        return found[: 1 + len(self.people) // 3]

    def coverage(self, overview: Overview) -> Coverage:
        expected = 0 if self.empty else len(self.people) * 5 * 9 * 3600
        silent = [SilentDevice(self.called("SALES-PC-03"), instant(self.days[0], 700)), SilentDevice(self.called("LAB-PC-01"), None)]
        paused = sum(one.times.paused for one in overview.people)
        return Coverage(len(self.people), silent if len(self.people) > 4 else [], expected, expected // 14, paused, 6, 14)

    def attribution(self, overview: Overview) -> Attribution:
        rows, left = [], 0
        for one in overview.people:
            *parts, rest = self.shares_of(one.times.engaged, len(CLIENTS) + 1) if one.times.engaged else [0] * (len(CLIENTS) + 1)
            rows += [
                ClientTime(one.person, code, self.called(client), project, paid, seconds)
                for (code, client, project, paid), seconds in zip(CLIENTS, parts, strict=True)
                if seconds
            ]
            left += rest
        return Attribution(rows, left)


def add_times(many: Sequence[Times]) -> Times:
    """Return the sum."""
    return Times(*(sum(getattr(one, name) for one in many) for name in Times.__struct_fields__))


def add_categories(many: object) -> Categories:
    """Return the sum."""
    all_of = list(many)  # type: ignore[call-overload]
    return Categories(*(sum(getattr(one, name) for one in all_of) for name in Categories.__struct_fields__))


def add_traffic(many: Sequence[Traffic]) -> Traffic:
    """Return the sum."""
    return Traffic(*(sum(getattr(one, name) for one in many) for name in Traffic.__struct_fields__))


def some_names(texts: Sequence[str], many: int) -> list[str]:
    """Return that many names, the texts again and again."""
    return list(islice(cycle(texts), many))
