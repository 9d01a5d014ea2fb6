"""Hand-written stand-ins at the rim: a client that answers like a server of twelve people in three teams."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from console.servers import KnownServer
from policy.categories import Category
from policy.presence import Presence
from policy.summaries import (
    Alert,
    AlertCount,
    Alerts,
    AlertStatus,
    AlertWish,
    Applications,
    AppTimes,
    Attention,
    Burst,
    Categories,
    Choices,
    DayTimes,
    ExportNote,
    Figure,
    FileAction,
    FileGap,
    Files,
    Matched,
    Moved,
    NamedByNoRule,
    Now,
    Overview,
    Period,
    Person,
    PersonTimes,
    Reason,
    Renamed,
    RuleEffect,
    RuleSaved,
    RuleWish,
    Severity,
    SignInReply,
    Team,
    Times,
    Unclassified,
    Unlocked,
    UnlockWish,
    productivity,
)
from tests.console.fake_days import FakeDays

TODAY = date(2025, 11, 20)
ZONE = "Asia/Kolkata"
TEAMS = [Team(1, "Accounts"), Team(2, "Support"), Team(3, "Engineering")]
PEOPLE = [
    Person(1, "Ananya Sharma", 1),
    Person(2, "Rahul Verma", 1),
    Person(3, "Priyanka Chatterjee", 1),
    Person(4, "Jürgen Weiß", 1),
    Person(5, "अनिल कुमार", 2),
    Person(6, "সুমিত্রা দাস", 2),
    Person(7, "Fatima Khan", 2),
    Person(8, "Zoë Lindqvist", 2),
    Person(9, "Arjun Nair", 3),
    Person(10, "Meera Iyer", 3),
    Person(11, "Søren Kjær", 3),
    Person(12, "Lakshmi Narayanan Venkataraman", 3),
]
APPS = [
    ("excel.exe", "Microsoft Excel", Category.PRODUCTIVE, True, 41_500, 38_200),
    ("chrome.exe", "Google Chrome", Category.NEUTRAL, True, 36_900, 39_400),
    ("code.exe", "Visual Studio Code", Category.PRODUCTIVE, True, 33_300, 21_900),
    ("outlook.exe", "Outlook", Category.PRODUCTIVE, True, 28_700, 28_710),
    ("ms-teams.exe", "Microsoft Teams", Category.PRODUCTIVE, True, 24_100, 26_800),
    ("tally.exe", "TallyPrime", Category.PRODUCTIVE, True, 19_800, 12_200),
    ("winword.exe", "Microsoft Word", Category.PRODUCTIVE, True, 14_400, 16_100),
    ("whatsapp.exe", "WhatsApp", Category.UNPRODUCTIVE, True, 9_900, 8_100),
    ("ledgerpro.exe", "LedgerPro 2019", Category.NEUTRAL, False, 8_800, 0),
    ("explorer.exe", "File Explorer", Category.NEUTRAL, True, 7_900, 8_000),
    ("acrobat.exe", "Acrobat Reader", Category.PRODUCTIVE, True, 6_400, 5_900),
    ("spotify.exe", "Spotify", Category.UNPRODUCTIVE, True, 4_100, 6_600),
    ("setup-7f3a.exe", "setup-7f3a", Category.NEUTRAL, False, 2_300, 0),
    ("notepad.exe", "Notepad", Category.NEUTRAL, True, 1_700, 1_900),
    ("vlc.exe", "VLC media player", Category.UNPRODUCTIVE, True, 900, 2_400),
    ("paint.exe", "Paint", Category.NEUTRAL, False, 40, 0),
]


def instant(day: date, hour: int, minute: int = 0) -> int:
    """Return a local moment of the organisation as the wire has it."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def choices(latest: date | None = TODAY) -> Choices:
    """What the scope bar offers."""
    return Choices("Kaveri Textiles Pvt Ltd", ZONE, TODAY, list(TEAMS), list(PEOPLE), latest)


def period(first: date, last: date) -> Period:
    """The days of an answer."""
    return Period(first, last, ZONE, instant(TODAY, 14, 2), 12)


def days_between(first: date, last: date) -> list[date]:
    """Every day, both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def day_times(day: date, people: int, chance: random.Random) -> DayTimes:
    """One day of `people` people; Sunday is free."""
    if day.weekday() == 6:
        return DayTimes(day, Times(off=people * 86_400), Categories(), None, 0)
    scale = people * chance.uniform(0.85, 1.1) * (0.5 if day.weekday() == 5 else 1)
    times = Times(
        active=int(16_200 * scale), reading=int(4_300 * scale), meeting=int(3_900 * scale), idle=int(4_100 * scale),
        locked=int(2_700 * scale), paused=int(500 * scale), asleep=int(9_000 * scale), off=int(46_000 * scale),
    )  # fmt: skip
    return DayTimes(day, times, categories(times.engaged), chance.uniform(0.9, 0.99), people)


def categories(engaged: int, productive: float = 0.66, unproductive: float = 0.08) -> Categories:
    """A plausible split of engaged seconds."""
    good, bad = int(engaged * productive), int(engaged * unproductive)
    return Categories(good, engaged - good - bad, bad, int(engaged * 0.06))


def person_times(person: Person, days: int, day: date) -> PersonTimes:
    """One person over the days; the seventh's PC was away most of the time."""
    chance = random.Random(person.id)
    scale = days * chance.uniform(0.75, 1.1)
    coverage = 0.54 if person.id == 7 else chance.uniform(0.86, 1.0)
    times = Times(
        active=int(15_000 * scale),
        reading=int(4_000 * scale),
        meeting=int(3_500 * scale * chance.random()),
        idle=int(5_200 * scale * chance.random()),
        locked=2_000,
    )
    split = categories(times.engaged, chance.uniform(0.45, 0.85), chance.uniform(0.0, 0.14))
    first, last = instant(day, 9, chance.randrange(0, 40)), instant(day, 17, chance.randrange(20, 59))
    return PersonTimes(person, times, split, productivity(split, coverage), coverage, first, last, 3 if person.id == 2 else 0)


def now_of(people: list[Person]) -> list[Now]:
    """Who does what at 14:02."""
    at = instant(TODAY, 14, 2)
    doing = [
        (Presence.ACTIVE, "Microsoft Excel", 22), (Presence.MEETING, "Microsoft Teams", 41), (Presence.ACTIVE, "TallyPrime", 9),
        (Presence.READING, "Acrobat Reader", 6), (Presence.ACTIVE, "Outlook", 3), (Presence.IDLE, "Google Chrome", 18),
        (Presence.UNKNOWN, None, 600), (Presence.LOCKED, None, 34), (Presence.ACTIVE, "Visual Studio Code", 73),
        (Presence.MEETING, "Microsoft Teams", 41), (Presence.PAUSED, None, 12), (Presence.ACTIVE, "Google Chrome", 1),
    ]  # fmt: skip
    return [Now(person, doing[person.id - 1][0], doing[person.id - 1][1], at - doing[person.id - 1][2] * 60_000, at) for person in people]


def overview(first: date, last: date, people: list[Person] | None = None) -> Overview:
    """A full overview."""
    people = PEOPLE if people is None else people
    chance = random.Random(first.toordinal())
    days = [day_times(day, len(people), chance) for day in days_between(first, last)]
    engaged, idle = [float(one.times.engaged) for one in days], [float(one.times.idle) for one in days]
    share = [one.categories.share(Category.PRODUCTIVE) for one in days]
    return Overview(
        period=period(first, last),
        active_people=Figure(len(people), len(people) - 1, [float(one.people) for one in days]),
        engaged=Figure(sum(engaged), sum(engaged) * 0.94, engaged),
        productivity=Figure(0.66, 0.63, [None if one is None else one + chance.uniform(-0.05, 0.05) for one in share]),
        idle=Figure(sum(idle), sum(idle) * 1.08, idle),
        coverage=Figure(0.94, 0.94, [one.coverage for one in days]),
        attention=[
            Attention("silent", "ACC-PC-07", 26), Attention("coverage", "Fatima Khan", 54), Attention("no_notice", "SUP-PC-02", 14),
            Attention("quarantined", "ENG-PC-11", 3), Attention("clock", "ENG-PC-09", 312),
        ],
        now=now_of(people),
        days=days,
        people=[person_times(one, max(len(days), 1), last) for one in people],
    )  # fmt: skip


def applications(first: date, last: date) -> Applications:
    """A full list of apps."""
    days = days_between(first, last)
    chance = random.Random(5)
    apps = []
    for app, name, category, classified, engaged, before in APPS:
        weights = [0.0 if day.weekday() == 6 else chance.uniform(0.4, 1.2) for day in days]
        total = sum(weights) or 1
        daily = [int(engaged * weight / total) for weight in weights]
        people = 1 + chance.randrange(len(PEOPLE))
        apps.append(
            AppTimes(
                app, name, category, classified, sum(daily), before, engaged // 9, people, engaged // 3, engaged // 21, engaged // 40, daily
            )
        )
    parts = {one: sum(app.engaged for app in apps if app.category is one) for one in Category}
    unclassified = sum(app.engaged for app in apps if not app.classified)
    split = Categories(parts[Category.PRODUCTIVE], parts[Category.NEUTRAL], parts[Category.UNPRODUCTIVE], unclassified)
    return Applications(period(first, last), days, apps, split, 0.94)


def every_alert() -> list[Alert]:
    """One alert of each sort."""
    at, away = instant(TODAY, 11, 41), instant(TODAY - timedelta(days=1), 12)
    reasons = [Reason("hours_20_24", 3.1, 0.2, "h"), Reason("sent", 812.0, 24.5, "MB"), Reason("new_sites", 9, None, "count")]
    low = {"severity": Severity.LOW, "since": None, "status": AlertStatus.OPEN}
    return [
        Alert("burst 3", "burst", Severity.HIGH, PEOPLE[2].name, 64, at, AlertStatus.OPEN, what="deleted", person=PEOPLE[2]),
        Alert("lost 11", "lost", Severity.HIGH, "ENG-PC-11", 12, away, AlertStatus.OPEN),
        Alert("unusual 9", "unusual", Severity.MEDIUM, PEOPLE[8].name, 0.71, None, AlertStatus.OPEN, person=PEOPLE[8],
              day=TODAY - timedelta(days=1), reasons=reasons, coverage=0.97, confidence=0.82, model="isolation forest 3",
              answer="I closed the quarter with <b>Priya</b>.", answered=at),
        Alert("unauthorised 4", "unauthorised", Severity.MEDIUM, PEOPLE[3].name, 1260, at, AlertStatus.OPEN, what="wetransfer.com",
              person=PEOPLE[3]),
        Alert("watched 1", "watched", Severity.MEDIUM, PEOPLE[0].name, 7, at, AlertStatus.OPEN, what="S:\\Accounts\\Payroll",
              person=PEOPLE[0]),
        Alert("looks 1", "looks", Severity.MEDIUM, "sunil", 23, at, AlertStatus.OPEN),
        Alert("silent 7", "silent", Severity.MEDIUM, "ACC-PC-07", 78, away, AlertStatus.OPEN),
        Alert("clock 9", "clock", subject="ENG-PC-09", amount=312, **low),
        Alert("coverage 7", "coverage", subject=PEOPLE[6].name, amount=54, person=PEOPLE[6], **low),
    ]  # fmt: skip


class FakeApi(FakeDays):
    """Answers like console.api.Api; set `fault` and every question fails with it, set `nothing` and every answer is empty."""

    def __init__(self) -> None:
        self.server = KnownServer("https://office-pc:5050", "s-1", "")
        self.user = "meera"
        self.who = SignInReply("token", instant(TODAY, 23), "manager", [1, 2, 3])
        self.fault: Exception | None = None
        self.nothing = False
        self.latest: date | None = TODAY
        self.asked: list[tuple[object, ...]] = []
        self.exports: list[ExportNote] = []
        self.reasons: list[UnlockWish] = []
        self.ruled: dict[str, RuleWish] = {}
        self.marks: dict[str, AlertWish] = {}
        self._kept: dict[tuple[object, ...], object] = {}

    def choices(self) -> Choices:
        """Teams and people."""
        return self._answer(("choices", self.latest), lambda: choices(self.latest))

    def overview(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Overview:
        """The first tab."""
        people = [one for one in PEOPLE if (team is None or one.team == team) and (person is None or one.id == person)]
        return self._answer(
            ("overview", first, last, team, person, self.nothing),
            lambda: _without(first, last) if self.nothing else overview(first, last, people),
        )

    def applications(self, first: date, last: date, team: int | None = None, person: int | None = None) -> Applications:
        """The apps."""
        empty = Applications(period(first, last), days_between(first, last), [], Categories(), None)
        return self._answer(
            ("applications", first, last, team, person, self.nothing), lambda: empty if self.nothing else applications(first, last)
        )

    def files(self, first, last, team, person, wanted, limit, cursor=None) -> Files:
        """File events."""
        empty = Files(period(first, last), [], None, [], [], [], 0)
        return self._answer(
            ("files", first, last, team, person, self.nothing, tuple(wanted.items()), cursor),
            lambda: empty if self.nothing else files(first, last, dict(wanted), int(cursor or 0), limit),
        )

    def unclassified(self, first, last, team=None, person=None) -> Unclassified:
        """What no rule names."""
        rows = [
            NamedByNoRule("app", "ledgerpro.exe", "LedgerPro 2019", 8_800, 3, 5),
            NamedByNoRule("site", "gst-helper.example", "gst-helper.example", 5_200, 2, 4),
            NamedByNoRule("app", "setup-7f3a.exe", "setup-7f3a", 2_300, 1, 1), NamedByNoRule("app", "paint.exe", "Paint", 40, 1, 1),
        ]  # fmt: skip
        left = [one for one in rows if one.pattern not in self.ruled]
        return self._answer(
            ("unclassified", first, last, tuple(self.ruled)),
            lambda: Unclassified(period(first, last), 240_000, sum(one.engaged for one in left), left, 0),
        )

    def preview_rule(self, wish: RuleWish, first, last) -> RuleEffect:
        """What a rule would move."""
        after = wish.category or Category.NEUTRAL
        moved = [Moved(Category.NEUTRAL, after, False, 8_800)]
        matches = [Matched(wish.pattern, None, wish.pattern, Category.NEUTRAL, after, 8_800, 3)]
        before, then = Categories(160_000, 60_000, 20_000, 16_340), Categories(168_800, 51_200, 20_000, 7_540)
        return self._answer(("preview", wish), lambda: RuleEffect(period(first, last), before, then, moved, matches, 0))

    def save_rule(self, wish: RuleWish) -> RuleSaved:
        """Remember the rule."""
        if self.fault is not None:
            raise self.fault
        self.ruled[wish.pattern] = wish
        return RuleSaved(len(self.ruled))

    def undo_rule(self, change: int) -> RuleSaved:
        """Forget it."""
        self.ruled.pop(list(self.ruled)[change - 1])
        return RuleSaved(change)

    def alerts(self, first, last, team=None, person=None, limit=100, cursor=None, *, everything=False) -> Alerts:
        """What there is to read."""
        every = [self._marked(one) for one in ([] if self.nothing else every_alert())]
        listed = every if everything else [one for one in every if one.status is AlertStatus.OPEN]
        count = sum(one.status is AlertStatus.OPEN for one in every)
        key = ("alerts", first, last, team, person, self.nothing, everything, tuple(self.marks.items()))
        return self._answer(key, lambda: Alerts(period(first, last), listed, None, count, len(every) - len(listed)))

    def _marked(self, one: Alert) -> Alert:
        wish = self.marks.get(one.id)
        if wish is None:
            return one
        status = {"acknowledge": "acknowledged", "snooze": "snoozed", "expect": "expected"}.get(wish.action.value, "open")
        status, at = AlertStatus(status), instant(TODAY, 14)
        return msgspec.structs.replace(one, status=status, until=wish.until, note=wish.note, who="meera", marked=at)

    def alert_count(self, first, last) -> AlertCount:
        """How many."""
        found = self.alerts(first, last).alerts
        many = [sum(one.severity is level for one in found) for level in Severity]
        return AlertCount(len(found), *many)

    def act_on_alert(self, wish: AlertWish, first, last, team=None, person=None) -> None:
        """Remember it."""
        if self.fault is not None:
            raise self.fault
        self.marks[wish.alert] = wish

    def note_export(self, note: ExportNote) -> None:
        """Remember what was said."""
        if self.fault is not None:
            raise self.fault
        self.exports.append(note)

    def tell(self, route: str, wish: UnlockWish, kind: type[Unlocked]) -> Unlocked:
        """Take a reason; the figures it is for are open from now on."""
        assert (route, kind) == ("unlock", Unlocked)
        self.reasons.append(wish)
        self.fault = None
        return Unlocked(instant(TODAY, 15, 2))

    def sign_out(self) -> None:
        """Forget the token."""
        self.who = None

    def _answer(self, key, make):
        self.asked.append(key)
        if self.fault is not None:
            raise self.fault
        return self._kept.setdefault(key, make())


FOLDERS = ("S:\\Clients\\Meridian\\2025", "S:\\Accounts\\Payroll", "C:\\Users\\ananya\\Documents", "D:\\Scans", "S:\\HR\\Offers")
FILES = ("invoice 1184.xlsx", "GST return Q3.xlsx", "offer letter – R. Mehta.docx", "payroll November.xlsx", "scan 0031.pdf", "notes.txt")
MOST_FILE_EVENTS = 1000


def file_event(number: int) -> FileAction:
    """The event of this number, newest first, two a minute."""
    chance = random.Random(number)
    person = PEOPLE[chance.randrange(len(PEOPLE))]
    action = ("modified", "modified", "created", "opened", "renamed", "deleted")[chance.randrange(6)]
    path = f"{FOLDERS[chance.randrange(5)]}\\{FILES[chance.randrange(6)]}"
    new = path.replace(".", " final.") if action == "renamed" else None
    size = None if action == "deleted" else chance.randrange(900, 4_000_000)
    at, account = instant(TODAY, 14) - number * 31_000, f"KAVERI\\user{person.id}"
    process = ("excel.exe", "explorer.exe", "winword.exe", None)[chance.randrange(4)]
    return FileAction(at, person, account, f"ACC-PC-{person.id:02}", action, "watcher", path, new, size, process)


def files(first: date, last: date, wanted: dict[str, str], start: int, limit: int) -> Files:
    """One page of file events."""
    matching = [
        one
        for one in map(file_event, range(MOST_FILE_EVENTS))
        if wanted.get("path", "").lower() in one.path.lower() and wanted.get("action", one.action) == one.action
    ]
    rows = matching[start : start + limit]
    following = str(start + limit) if start + limit < len(matching) else None
    if start:
        return Files(period(first, last), rows, following, None, None, None, 0)
    at = instant(TODAY, 11, 41)
    bursts = [Burst(PEOPLE[2], at, "deleted", 64), Burst(PEOPLE[8], at - 5_400_000, "renamed", 31)]
    gaps = [FileGap("ACC-PC-07", at - 9_000_000, at - 7_500_000, "files", "too many changes at once", 128)]
    one = f"{FOLDERS[0]}\\{FILES[0]}"
    names = [Renamed(at, PEOPLE[0], one.replace("1184", "draft"), one)] if wanted.get("path") == one else []
    return Files(period(first, last), rows, following, names, bursts, gaps, 0)


def _without(first: date, last: date) -> Overview:
    none = Figure(None, None, [])
    days = [DayTimes(day, Times(unknown=86_400), Categories(), None, 0) for day in days_between(first, last)]
    return Overview(period(first, last), none, none, none, none, none, [], [], days, [])
