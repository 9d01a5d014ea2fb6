"""`/api/employees/<number>/report/`: one person over some days, as a manager of another system asks for it."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.summaries import ENOUGH_COVERAGE
from policy.worktime import local_day
from server.auth import Ask
from server.compat.asked import note_looks
from server.compat.resources import days_of, text_of, text_or_none
from server.people import chosen
from server.queries.employee_report import OneDay, employee_report, words
from server.queries.selection import Selection

MOST_DAYS = 400
MOST_ROWS = 50
NOTES = [
    "No input seen is not the same as not working.",
    "typed_words_estimate is counted from numbers of keys; which keys they were is never recorded.",
    f"productivity_percent is absent where less than {ENOUGH_COVERAGE:.0%} of the time is known.",
]


class ReportedDay(Struct, frozen=True):
    """One local day; seconds of each presence, times in ISO 8601 UTC."""

    date: date
    boot_times: list[str]
    shutdown_times: list[str]
    first_activity: str | None
    last_activity: str | None
    attendance: str
    engaged_seconds: int
    idle_seconds: int
    seconds: dict[str, int]
    keystroke_count: int
    mouse_clicks: int
    typed_words_estimate: int
    real_work_hours: int
    coverage_percent: float | None


class ReportedUse(Struct, frozen=True):
    """Engaged time at one app or site, and what the three-class rules say of it."""

    name: str
    category: str
    seconds: int


class EmployeeReportReply(Struct, frozen=True):
    """The person, the days, and what they come to."""

    employee: int
    name: str
    timezone: str
    start_date: date
    end_date: date
    engaged_seconds: int
    idle_seconds: int
    typed_words_estimate: int
    productivity_percent: float | None
    coverage_percent: float | None
    days: list[ReportedDay]
    applications: list[ReportedUse]
    websites: list[ReportedUse]
    notes: list[str]


def show_employee_report(ask: Ask) -> EmployeeReportReply:
    """One person from `start_date` to `end_date`, to whoever may see their figures; without days, of the last week."""
    number = ask.number_in_path()
    people = chosen(ask.session, ask.who(), None, number)
    first, last = days_of(ask, local_day(ask.now, people[0].zone), MOST_DAYS)
    note_looks(ask, people, "employee report", number)
    told = employee_report(ask.session, Selection(people, first, last, one=people[0]), ask.core.rules, ask.now)
    keys, overview = sum(day.keys for day in told.days), told.overview
    return EmployeeReportReply(
        employee=number,
        name=people[0].name,
        timezone=people[0].zone,
        start_date=first,
        end_date=last,
        engaged_seconds=sum(day.times.engaged for day in told.days),
        idle_seconds=sum(day.times.idle for day in told.days),
        typed_words_estimate=words(keys),
        productivity_percent=_percent(overview.productivity.value),
        coverage_percent=_percent(overview.coverage.value),
        days=[_day(day) for day in told.days],
        applications=[ReportedUse(one.name, one.category.value, one.engaged) for one in told.applications.apps[:MOST_ROWS]],
        websites=[ReportedUse(one.site, one.category.value, one.engaged) for one in told.sites.sites[:MOST_ROWS]],
        notes=NOTES,
    )


def _day(one: OneDay) -> ReportedDay:
    presences = ("active", "reading", "meeting", "idle", "locked", "paused", "asleep", "off", "unknown")
    return ReportedDay(
        date=one.day,
        boot_times=[text_of(at) for at in one.switches["boot"]],
        shutdown_times=[text_of(at) for at in one.switches["shutdown"]],
        first_activity=text_or_none(one.lived.first),
        last_activity=text_or_none(one.lived.last),
        attendance=one.lived.arrival.value,
        engaged_seconds=one.times.engaged,
        idle_seconds=one.times.idle,
        seconds={name: getattr(one.times, name) for name in presences},
        keystroke_count=one.keys,
        mouse_clicks=one.clicks,
        typed_words_estimate=words(one.keys),
        real_work_hours=one.lived.real_hours,
        coverage_percent=_percent(one.coverage),
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
