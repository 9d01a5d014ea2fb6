"""Who and which days: the one state all tabs share; nothing else in the window is shared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from PyQt5.QtCore import QObject, pyqtSignal

from console.settings import Settings

DAY = timedelta(days=1)


class Preset(StrEnum):
    """The ranges offered by name; weeks start on Monday."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last_7_days"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    CUSTOM = "custom"


@dataclass(frozen=True)
class Scope:
    """The local days `first` to `last` inclusive, of one team or person or everybody; `search` only hides rows."""

    preset: Preset
    first: date
    last: date
    team: int | None = None
    person: int | None = None
    search: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a scope must not end before it starts")

    @property
    def narrowed(self) -> bool:
        """Whether a team or a person is chosen."""
        return self.team is not None or self.person is not None

    def asked(self) -> Scope:
        """Return what the server is asked for: everything but the search."""
        return replace(self, search="", preset=Preset.CUSTOM)


def days_of(preset: Preset, today: date) -> tuple[date, date]:
    """Return first and last day of a named range; this week and this month end today, as the future has no figures."""
    monday = today - today.weekday() * DAY
    first_of_month = today.replace(day=1)
    before = first_of_month - DAY
    return {
        Preset.TODAY: (today, today),
        Preset.YESTERDAY: (today - DAY, today - DAY),
        Preset.LAST_7_DAYS: (today - 6 * DAY, today),
        Preset.THIS_WEEK: (monday, today),
        Preset.LAST_WEEK: (monday - 7 * DAY, monday - DAY),
        Preset.THIS_MONTH: (first_of_month, today),
        Preset.LAST_MONTH: (before.replace(day=1), before),
        Preset.CUSTOM: (today, today),
    }[preset]


def named(first: date, last: date, today: date, liked: Preset = Preset.CUSTOM) -> Preset:
    """Return the name of a range, `liked` first when several fit (on a Monday "today" is "this week" too)."""
    presets = [liked, *Preset]
    return next((one for one in presets if one is not Preset.CUSTOM and days_of(one, today) == (first, last)), Preset.CUSTOM)


def earlier(scope: Scope, today: date) -> Scope:
    """Return the range of the same kind just before this one."""
    return _moved(scope, -1, today)


def later(scope: Scope, today: date) -> Scope:
    """Return the range of the same kind just after this one, cut at today."""
    return _moved(scope, 1, today)


def _moved(scope: Scope, direction: int, today: date) -> Scope:
    first, last = _neighbour(scope, direction)
    if first > today:
        return scope
    last = min(last, today)
    return replace(scope, first=first, last=last, preset=named(first, last, today))


def _neighbour(scope: Scope, direction: int) -> tuple[date, date]:
    """Step by calendar month or by calendar week where the range is (a begun) one, else by its own length."""
    if (scope.first.day == 1 and _in_one_month(scope) and (scope.last - scope.first).days > 7) or _month_named(scope):
        first = (scope.first - DAY).replace(day=1) if direction < 0 else _next_month(scope.first)
        return first, _next_month(first) - DAY
    if scope.preset in (Preset.THIS_WEEK, Preset.LAST_WEEK) or (scope.first.weekday() == 0 and scope.last - scope.first == 6 * DAY):
        first = scope.first + direction * 7 * DAY
        return first, first + 6 * DAY
    length = scope.last - scope.first + DAY
    return scope.first + direction * length, scope.last + direction * length


def _month_named(scope: Scope) -> bool:
    return scope.preset in (Preset.THIS_MONTH, Preset.LAST_MONTH)


def _in_one_month(scope: Scope) -> bool:
    return scope.last == _next_month(scope.first) - DAY


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


class ScopeState(QObject):
    """Holds the scope, says when it changes, and remembers it between runs."""

    changed = pyqtSignal()

    def __init__(self, settings: Settings, today: date) -> None:
        super().__init__()
        self._settings = settings
        self.today = today
        self.value = _stored(settings, today)

    def set(self, scope: Scope) -> None:
        """Make this the scope of the whole window."""
        if scope == self.value:
            return
        self.value = scope
        _store(self._settings, scope)
        self.changed.emit()

    def update(self, **changes: object) -> None:
        """Change some of it."""
        self.set(replace(self.value, **changes))  # type: ignore[arg-type]

    def choose(self, preset: Preset) -> None:
        """Take a named range."""
        first, last = days_of(preset, self.today)
        self.update(preset=preset, first=first, last=last)

    def choose_days(self, first: date, last: date) -> None:
        """Take any range, by its name when it has one."""
        self.update(preset=named(first, last, self.today), first=first, last=last)

    def open_day(self, person: int, day: date) -> None:
        """Take one person's one day."""
        self.update(person=person, preset=named(day, day, self.today), first=day, last=day)

    def step(self, direction: int) -> None:
        """Go to the range before (-1) or after (+1)."""
        self.set(earlier(self.value, self.today) if direction < 0 else later(self.value, self.today))

    def reset(self) -> None:
        """Back to everybody, this week, no search."""
        first, last = days_of(Preset.THIS_WEEK, self.today)
        self.set(Scope(Preset.THIS_WEEK, first, last))

    def clear_filters(self) -> None:
        """Keep the days, drop team, person and search."""
        self.update(team=None, person=None, search="")

    def roll(self, today: date) -> None:
        """The organisation's day is now `today`: a named range moves with it."""
        if today == self.today:
            return
        self.today = today
        if self.value.preset is not Preset.CUSTOM:
            self.choose(self.value.preset)


def _store(settings: Settings, scope: Scope) -> None:
    for key, value in (
        ("preset", scope.preset.value),
        ("first", scope.first.isoformat()),
        ("last", scope.last.isoformat()),
        ("team", "" if scope.team is None else str(scope.team)),
        ("person", "" if scope.person is None else str(scope.person)),
        ("search", scope.search),
    ):
        settings.put(f"scope/{key}", value)


def _stored(settings: Settings, today: date) -> Scope:
    """Return the scope of the last run; anything unreadable falls back to this week and everybody."""

    def number(key: str) -> int | None:
        text = settings.text(f"scope/{key}")
        return int(text) if text.isdecimal() else None

    try:
        preset = Preset(settings.text("scope/preset") or Preset.THIS_WEEK)
        first, last = days_of(preset, today)
        if preset is Preset.CUSTOM:
            first, last = (date.fromisoformat(settings.text(f"scope/{key}")) for key in ("first", "last"))
        return Scope(preset, first, last, number("team"), number("person"), settings.text("scope/search"))
    except ValueError:
        return Scope(Preset.THIS_WEEK, *days_of(Preset.THIS_WEEK, today))
