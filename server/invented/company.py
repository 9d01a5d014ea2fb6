"""An invented company for the demo: people with habits, and the events their agents would have recorded; no clock, no network.

The same seed gives the same company. Nothing here is any real person's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from policy import notice
from policy.events import MINUTE_MS, Activity, Event, Health, Network, Notice, Session, SessionChange, System
from server.invented.files import file_event
from server.invented.incidents import happening, on_leave, with_incidents

ZONE = "Asia/Kolkata"
ASSESSMENT = "invented, as everything here"
ORGANISATION = "Meridian Associates (invented)"
AGENT_VERSION = "0.1.0"

Manner = Literal["typing", "reading", "clicking", "call", "watching"]


class Place(NamedTuple):
    """An app, perhaps at a site, and how somebody is there."""

    app: str
    manner: Manner
    weight: float
    site: str | None = None
    title: str | None = None


class Employee(NamedTuple):
    """One invented person, their PC and their habits; `shift` is (start, end) in minutes after local midnight."""

    number: int
    name: str
    team: str
    account: str
    hostname: str
    shift: tuple[int, int]
    weekdays: frozenset[int]
    diligence: float


class Stint(NamedTuple):
    """Some minutes at one place, or away when `place` is None."""

    minutes: int
    place: Place | None


TEAMS: dict[str, tuple[Place, ...]] = {
    "Audit & Tax": (
        Place("tallyprime.exe", "typing", 26),
        Place("excel.exe", "typing", 24, title="excel"),
        Place("winword.exe", "typing", 7),
        Place("acrord32.exe", "reading", 8),
        Place("chrome.exe", "reading", 9, "incometax.gov.in"),
        Place("chrome.exe", "clicking", 7, "gst.gov.in"),
        Place("outlook.exe", "typing", 9),
        Place("chrome.exe", "reading", 4, "taxguru.in"),
        Place("chrome.exe", "reading", 6, "google.com"),
        Place("chrome.exe", "reading", 4, "moneycontrol.com"),
        Place("chrome.exe", "watching", 5, "youtube.com"),
        Place("chrome.exe", "reading", 4, "flipkart.com"),
    ),
    "Engineering": (
        Place("code.exe", "typing", 36),
        Place("windowsterminal.exe", "typing", 12),
        Place("chrome.exe", "reading", 12, "github.com"),
        Place("chrome.exe", "reading", 7, "stackoverflow.com"),
        Place("slack.exe", "typing", 9),
        Place("pgadmin4.exe", "clicking", 4),
        Place("firefox.exe", "reading", 4, "docs.python.org"),
        Place("figma.exe", "clicking", 4),
        Place("chrome.exe", "reading", 7, "google.com"),
        Place("chrome.exe", "reading", 4, "linkedin.com"),
        Place("chrome.exe", "watching", 6, "youtube.com"),
        Place("chrome.exe", "reading", 6, "reddit.com"),
        Place("spotify.exe", "watching", 1),
    ),
    "Customer Care": (
        Place("chrome.exe", "typing", 40, "zendesk.com"),
        Place("avayaonexagent.exe", "clicking", 14),
        Place("excel.exe", "typing", 8),
        Place("whatsapp.exe", "typing", 6),
        Place("outlook.exe", "typing", 8),
        Place("chrome.exe", "reading", 7, "salesforce.com"),
        Place("careline.exe", "clicking", 5),
        Place("chrome.exe", "watching", 5, "hotstar.com"),
        Place("chrome.exe", "reading", 6, "instagram.com"),
    ),
}
SELDOM = (
    *("wikipedia.org", "irctc.co.in", "timesofindia.indiatimes.com", "drive.google.com", "canva.com", "notion.so", "chatgpt.com"),
    *("naukri.com", "w3schools.com", "tradeportal.example", "vendors.kaveri.example", "rota.meridian.example", "parts.himgiri.example"),
)
"""Where everybody is now and then; nobody has a rule for what ends in .example."""
BROWSERS = ("chrome.exe", "firefox.exe")
CALL = Place("ms-teams.exe", "call", 0, title="meeting")
PRIVATE_TIME = Place("", "reading", 0)
"""No place: recording is paused."""
NAMES = {
    "Audit & Tax": ("Ananya Iyer", "Rahul Banerjee", "Meera Nair", "Karan Malhotra"),
    "Engineering": ("Sofia Lindqvist", "Arjun Reddy", "Tomasz Zieliński", "Priya Deshmukh"),
    "Customer Care": ("Farhan Qureshi", "Lena Hofmann", "Sanjay Patel", "Ritika Bose"),
}
OFFICE_DAY, EVENING, EARLY, NIGHT = (9 * 60, 18 * 60), (14 * 60, 22 * 60), (6 * 60, 14 * 60), (22 * 60, 30 * 60)
CARE_SHIFTS = (EARLY, EVENING)


def staff(people: int, weekday: int, minute: int) -> list[Employee]:
    """Return `people` employees over the three teams; customer care works in shifts, weekends too, audit on Saturdays.

    `weekday` and `minute` say when the demo is looked at: three of four of customer care are on duty then.
    """
    return [_employee(number, weekday, minute) for number in range(people)]


def _on_duty(minute: int) -> tuple[int, int]:
    """Return the shift that is well under way at a minute of the day."""
    shifts = (EARLY, OFFICE_DAY, EVENING, NIGHT)
    return max(shifts, key=lambda shift: min((minute - shift[0]) % 1440, (shift[1] - minute) % 1440) if _within(minute, shift) else -1)


def _within(minute: int, shift: tuple[int, int]) -> bool:
    return shift[0] <= minute < shift[1] or shift[0] <= minute + 1440 < shift[1]


def _employee(number: int, weekday: int, minute: int) -> Employee:
    team = list(TEAMS)[number % len(TEAMS)]
    turn = number // len(TEAMS)
    names = NAMES[team]
    name = names[turn] if turn < len(names) else f"{names[turn % len(names)]} {turn // len(names) + 1}"
    login = "".join(character for character in name.lower().replace(" ", ".") if character.isalnum() or character == ".")
    care, audit = team == "Customer Care", team == "Audit & Tax"
    chance = Random(f"employee {number}")
    return Employee(
        number=number,
        name=name,
        team=team,
        account=f"MERIDIAN\\{login}",
        hostname=f"MRD-{team[:2].upper()}-{turn + 1:02d}",
        shift=(_on_duty(minute) if turn % 4 < 3 else CARE_SHIFTS[turn % 2]) if care else OFFICE_DAY,
        weekdays=frozenset({(weekday - turn % 3 + day) % 7 for day in range(-1, 4)}) if care else frozenset(range(6 if audit else 5)),
        diligence=chance.uniform(0.66, 0.97),
    )


def consent(one: Employee, at: int) -> Notice:
    """Return the answer an employee gives before anything is recorded."""
    return Notice(at=at, account=one.account, version=notice.VERSION, language="en", answer="acknowledged")


def events_of(one: Employee, first: date, last: date, seed: int) -> Iterator[Event]:
    """Yield what the agent of one employee records on the days `first` to `last`, in order of time."""
    day = first
    while day <= last:
        chance = Random(f"{seed} {one.number} {day}")
        incidents = happening(one.number, day, last)
        works = day.weekday() in one.weekdays and (chance.random() > 0.05 or day >= last - timedelta(days=1))
        if (works or incidents) and not on_leave(one.number, day, last):
            made = _Day(one, day, chance)
            yield from with_incidents(made.events(), incidents, one.account, made.midnight, chance)
        day += timedelta(days=1)


class _Day:
    """One employee's working day, minute by minute."""

    def __init__(self, one: Employee, day: date, chance: Random) -> None:
        self._one = one
        self._chance = chance
        midnight = datetime.combine(day, time(), ZoneInfo(ZONE))
        self.midnight = int(midnight.timestamp() * 1000)
        self._places = TEAMS[one.team]

    def events(self) -> Iterator[Event]:
        """Yield the day's events in order of time."""
        start, end = self._one.shift
        minute = start + round(self._chance.gauss(4, 9))
        leaves = end + round(self._chance.gauss(8, 22))
        at = self._at(minute)
        yield self._session(at - 95_000, "boot")
        yield self._session(at - 40_000, "logon")
        yield self._session(at - 2_000, "agent_start")
        for stint in self._stints(leaves - minute):
            if stint.place is PRIVATE_TIME:
                yield self._session(self._at(minute), "pause")
                yield self._session(self._at(minute + stint.minutes), "resume")
            elif stint.place is None:
                yield self._session(self._at(minute), "lock")
                yield self._session(self._at(minute + stint.minutes), "unlock")
            else:
                yield from self._stint(minute, stint)
            minute += stint.minutes
        yield self._session(self._at(minute), "agent_stop")
        yield self._session(self._at(minute) + 9_000, "shutdown")

    def _stints(self, minutes: int) -> Iterator[Stint]:
        """Yield stints that fill `minutes`, with a long break in the middle and calls here and there."""
        # Lunch is taken in turns, so that somebody is always there.
        spent, lunch_at, lunched = 0, minutes * (self._chance.uniform(0.30, 0.36) + self._one.number // len(TEAMS) % 3 * 0.11), False
        while spent < minutes:
            stint = self._next(spent, lunch_due=not lunched and spent > lunch_at)
            lunched = lunched or (stint.place is None and spent > lunch_at)
            stint = stint._replace(minutes=min(stint.minutes, minutes - spent))
            spent += stint.minutes
            yield stint

    def _next(self, spent: int, *, lunch_due: bool) -> Stint:
        chance = self._chance
        if lunch_due:
            return Stint(chance.randint(32, 55), None)
        draw = chance.random()
        if draw < 0.05:
            return Stint(chance.randint(4, 14), None)
        if draw < 0.11:
            return Stint(chance.choice((15, 30, 30, 45)), CALL)
        if draw < 0.118:
            return Stint(chance.randint(5, 20), PRIVATE_TIME)
        weights = [place.weight * (1 if place.manner != "watching" else 5 - 4.5 * self._one.diligence) for place in self._places]
        place = chance.choices(self._places, weights)[0]
        if place.manner == "reading" and place.site is not None and chance.random() < 0.3:
            place = place._replace(site=chance.choice((None, *SELDOM)))
        longest = 12 if place.manner == "watching" else 26
        return Stint(chance.randint(3, longest), place)

    def _stint(self, minute: int, stint: Stint) -> Iterator[Event]:
        assert stint.place is not None
        for offset in range(stint.minutes):
            start = self._at(minute + offset)
            quiet = self._chance.random() > self._one.diligence
            yield from self._minute(start, stint.place, quiet=quiet)
            if (minute + offset) % 15 == 14:
                yield self._network(start, stint.place)
            if (minute + offset) % 60 == 59:
                yield self._health(start + MINUTE_MS)
            if stint.place.manner == "typing" and self._chance.random() < 0.045:
                yield file_event(start + 40_000, self._one.account, self._one.team, self._chance)

    def _minute(self, start: int, place: Place, *, quiet: bool) -> Iterator[Activity]:
        """Yield a minute as one span, or as two when the person looked something up on the way."""
        if self._chance.random() < 0.12:
            other = self._chance.choice(self._places)
            split = start + self._chance.randint(12, 48) * 1000
            yield self._span(start, split, place, quiet=quiet)
            yield self._span(split, start + MINUTE_MS, other, quiet=quiet)
        else:
            yield self._span(start, start + MINUTE_MS, place, quiet=quiet)

    def _span(self, start: int, end: int, place: Place, *, quiet: bool) -> Activity:
        chance, samples = self._chance, (end - start) // 1000
        keys = clicks = scrolls = pointer = moving = 0
        if not quiet:
            part = samples / 60
            keys = round(part * {"typing": chance.gauss(95, 35), "clicking": chance.gauss(14, 7)}.get(place.manner, 0))
            clicks = round(
                part * {"typing": chance.gauss(7, 4), "clicking": chance.gauss(22, 8), "reading": chance.random() * 2}.get(place.manner, 0)
            )
            scrolls = round(part * chance.gauss(9, 5)) if place.manner == "reading" else 0
            moving = min(
                samples, max(0, round(part * {"reading": 22, "clicking": 30, "typing": 14}.get(place.manner, 2) + chance.gauss(0, 3)))
            )
            pointer = moving * chance.randint(20, 70)
        keys, clicks, scrolls = max(0, keys), max(0, clicks), max(0, scrolls)
        with_input = min(samples, round((keys + clicks + scrolls) / 3) + moving // 2)
        return Activity(
            start=start,
            end=end,
            account=self._one.account,
            app=place.app,
            site=place.site,
            private=place.app in BROWSERS and place.site is None,
            title=place.title,
            keys=keys,
            clicks=clicks,
            scrolls=scrolls,
            pointer_px=pointer,
            idle_ms=60_000 if quiet else chance.randint(200, 9_000),
            samples=samples,
            zero_samples=samples - with_input,
            distinct_counts=min(with_input, chance.randint(3, 8)),
            moving_samples=moving,
            distracted_samples=samples if place.manner == "watching" else 0,
            call="both" if place.manner == "call" else None,
        )

    def _network(self, start: int, place: Place) -> Network:
        busy = 40 if place.manner in ("call", "watching") else 3
        received = round(self._chance.lognormvariate(0, 0.9) * busy * 1_000_000)
        guessed = self._one.team == "Customer Care"  # their PCs have no service that could measure each app
        return Network(start=start, end=start + MINUTE_MS, app=place.app, sent=received // 7, received=received, estimated=guessed)

    def _health(self, at: int) -> Health:
        system = System(os="Windows 11 Pro 24H2", cpu_count=8, memory_bytes=16 << 30, agent_version=AGENT_VERSION)
        rss = 24_000_000 + self._chance.randint(0, 3_000_000)
        return Health(at=at, cpu_percent=0.1, rss_bytes=rss, buffered=1, oldest_ms=0, recorded=0, sent=0, dropped=0, system=system)

    def _session(self, at: int, change: SessionChange) -> Session:
        return Session(at=at, account=self._one.account, change=change)

    def _at(self, minute: int) -> int:
        return self.midnight + minute * MINUTE_MS
