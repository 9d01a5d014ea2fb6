"""What a figure rests on, as values: by person and by day, the stretches of one person's one day, and the rule that decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from console import words
from console.api import Api
from console.figures import Asked
from console.words import _
from policy.categories import Category
from policy.presence import ENGAGED, Presence
from policy.summaries import BandPart, Categories, DayTimes, Override, Overview, Person, PersonTimes, Rules, SiteTimes, Times

Value = Callable[[Times, Categories, float | None], float | None]
SHARES = frozenset({"productivity", "productive_bar", "coverage", "share"})
IDLE = frozenset({"idle"})
WITHOUT_TIME = frozenset({"active_people", "keys", "clicks", "people", "first_last", "review", "attention"})


@dataclass(frozen=True)
class PersonPart:
    """One person's part of a figure; a share where the figure is one, else seconds."""

    person: Person
    value: float | None


@dataclass(frozen=True)
class DayPart:
    """One day's part of a figure."""

    day: date
    value: float | None


@dataclass(frozen=True)
class Evidence:
    """Everything behind a figure; `spans` is None unless one person and one day are asked for."""

    rule: str
    people: tuple[PersonPart, ...]
    days: tuple[DayPart, ...]
    spans: tuple[BandPart, ...] | None
    share: bool

    @property
    def seconds(self) -> int:
        """How long the stretches are together."""
        return sum((part.end - part.start) // 1000 for part in self.spans or ())


def is_share(key: str) -> bool:
    """Whether the figure is a share and not a time."""
    return key in SHARES


def evidence_of(api: Api, asked: Asked) -> Evidence:
    """Ask the server for everything behind a figure; runs in the pool."""
    scope = asked.scope
    one_day = scope.first == scope.last
    band = None
    if one_day and scope.person is not None:
        band = api.timeline(scope.first, scope.last, scope.team, scope.person).band
    spans = tuple(part for part in band.parts if belongs(part, asked)) if band is not None else None
    people, days = _parts(api, asked)
    return Evidence(rule_in_words(api, asked), people, days, spans, is_share(asked.key))


def belongs(part: BandPart, asked: Asked) -> bool:
    """Whether a stretch is part of a figure."""
    if asked.app is not None or asked.site is not None:
        mine = (asked.app is None or part.app == asked.app) and (asked.site is None or part.site == asked.site)
        return mine and (part.presence is Presence.IDLE if asked.key in IDLE else part.presence in ENGAGED)
    if asked.key in IDLE:
        return part.presence is Presence.IDLE
    if asked.key == "coverage":
        return part.presence is not Presence.UNKNOWN
    if asked.key in ("active", "reading", "meeting"):
        return part.presence.value == asked.key
    return part.presence in ENGAGED


def _parts(api: Api, asked: Asked) -> tuple[tuple[PersonPart, ...], tuple[DayPart, ...]]:
    scope = asked.scope
    if asked.site is not None:
        sites = api.urls(scope.first, scope.last, scope.team, scope.person)
        found = next((one for one in sites.sites if one.site == asked.site), None)
        return _site_people(api, asked), _daily(sites.days, found.daily if isinstance(found, SiteTimes) else [])
    if asked.app is not None:
        apps = api.applications(scope.first, scope.last, scope.team, scope.person)
        used = next((one for one in apps.apps if one.app == asked.app), None)
        return (), _daily(apps.days, used.daily if used else [])
    return _of_overview(api.overview(scope.first, scope.last, scope.team, scope.person), value_of(asked.key))


def _site_people(api: Api, asked: Asked) -> tuple[PersonPart, ...]:
    scope = asked.scope
    answer = api.site_people(scope.first, scope.last, scope.team, scope.person, asked.site or "")
    return tuple(PersonPart(one.person, one.engaged) for one in answer.people)


def _daily(days: list[date], daily: list[int]) -> tuple[DayPart, ...]:
    return tuple(DayPart(day, seconds) for day, seconds in zip(days, daily, strict=False))


def _of_overview(values: Overview, value: Value) -> tuple[tuple[PersonPart, ...], tuple[DayPart, ...]]:
    def person(one: PersonTimes) -> PersonPart:
        return PersonPart(one.person, value(one.times, one.categories, one.coverage))

    def day(one: DayTimes) -> DayPart:
        return DayPart(one.day, value(one.times, one.categories, one.coverage))

    return tuple(map(person, values.people)), tuple(map(day, values.days))


def value_of(key: str) -> Value:
    """Return how a figure is read from times, categories and coverage."""
    values: dict[str, Value] = {
        "idle": lambda times, _split, _coverage: times.idle,
        "coverage": lambda _times, _split, coverage: coverage,
        "productivity": lambda _times, split, _coverage: split.share(Category.PRODUCTIVE),
        "productive_bar": lambda _times, split, _coverage: split.share(Category.PRODUCTIVE),
        "unclassified": lambda _times, split, _coverage: split.unclassified,
        "active": lambda times, _split, _coverage: times.active,
        "reading": lambda times, _split, _coverage: times.reading,
        "meeting": lambda times, _split, _coverage: times.meeting,
    }
    return values.get(key, lambda times, _split, _coverage: times.engaged)


def rule_in_words(api: Api, asked: Asked) -> str:
    """Say which rule decides what the time is counted as."""
    if asked.app is None and asked.site is None:
        return ""
    rules = api.ask("rules", Rules)
    found = deciding(rules.overrides, asked, asked.scope.team)
    if found:
        teams = {one.team for one in found}
        category = words.category(found[0].category).lower()
        whose = _("everybody") if None in teams else _("{n} teams").format(n=len(teams)) if len(teams) > 1 else _("one team")
        return _("Your organisation's rule for {pattern}: {category}, for {whose}.").format(
            pattern=words.safe(found[0].pattern, 60), category=category, whose=whose
        )
    return _("No rule of your organisation is about it: the packaged rules decide, and what they do not name counts as neutral.")


def deciding(overrides: list[Override], asked: Asked, team: int | None) -> list[Override]:
    """Return the overrides about an app or site, the longest domain first; a team's own before everybody's."""

    def about(one: Override) -> bool:
        if one.kind == "app":
            return asked.app is not None and one.pattern.casefold() == asked.app.casefold()
        site = asked.site or ""
        return bool(site) and (site == one.pattern or site.endswith(f".{one.pattern}"))

    found = [one for one in overrides if about(one) and (team is None or one.team in (None, team))]
    return sorted(found, key=lambda one: (-len(one.pattern), one.team is None))
