"""How time went: no input, attendance and shifts, real work hours of 40 minutes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from policy.summaries import Arrival, Person, PersonDay
from policy.summaries.report import REAL_HOUR
from reports import phrases
from reports.charts import days_by_presence, stacked
from reports.document import Block, Chart, Column, Native, Place, Row, Section, Table, Text, Unit, Value
from reports.sections.material import Material, part

MOST_GRID_DAYS = 7
LATE_MARK = "*"


def inactivity(of: Material) -> Section:
    """Return what was not engaged, each presence apart, and the longest quiet stretches."""
    say = of.say
    text = Text(say("“No input seen” is not “not working”: somebody may have been on paper, on the phone or with a colleague."), small=True)
    blocks: list[Block] = [text]
    if len(of.report.overview.days) > 1:
        chart = days_by_presence(of.report.overview.days, of.look)
        summary = say("How each day's time at the PC divides; the table below has the figures.")
        blocks.append(Chart(say("Each day by presence"), summary, chart, 44, Native("Days", 0, (3, 4, 5, 6, 7, 8), stacked=True)))
    blocks.append(_days(of))
    if of.report.inactivity.quiet:
        blocks.append(_quiet(of))
    return Section("inactivity", say("Inactivity"), tuple(blocks))


def _days(of: Material) -> Table:
    say = of.say
    columns = (
        Column(say("Day"), Unit.DAY, 1.3),
        Column(say("People active"), Unit.COUNT, 0.8),
        Column(say("Engaged time"), Unit.SECONDS, 1.2, adds=True),
        Column(say("Active"), Unit.SECONDS, 1.2, adds=True),
        Column(say("Reading"), Unit.SECONDS, 1.1, adds=True),
        Column(say("In a meeting"), Unit.SECONDS, 1.1, adds=True),
        Column(say("No input seen"), Unit.SECONDS, 1.1, adds=True),
        Column(say("Screen locked"), Unit.SECONDS, 1.1, adds=True),
        Column(say("Recording paused"), Unit.SECONDS, 1.1, adds=True),
        Column(say("Coverage"), Unit.SHARE, 1),
    )
    rows: list[Row] = [
        (
            one.day,
            one.people,
            one.times.engaged,
            one.times.active,
            one.times.reading,
            one.times.meeting,
            one.times.idle,
            one.times.locked,
            one.times.paused,
            one.coverage,
        )
        for one in of.report.overview.days
    ]
    sums = [sum(row[place] for row in rows) for place in range(2, 9)]  # type: ignore[misc]
    seen = of.report.overview
    return Table("Days", say("By day"), columns, tuple(rows), (say("All"), seen.active_people.value, *sums, seen.coverage.value))


def _quiet(of: Material) -> Table:
    say = of.say
    columns = (
        Column(say("Person"), width=2),
        Column(say("From"), Unit.MOMENT, 1.4),
        Column(say("To"), Unit.CLOCK, 0.8),
        Column(say("How long"), Unit.SECONDS),
        Column(say("What the PC saw"), width=1.6),
    )
    rows = tuple(
        (phrases.person(one.person), one.start, one.end, (one.end - one.start) // 1000, phrases.presence(one.presence, say))
        for one in of.report.inactivity.quiet
    )
    title = say("Longest stretches without input between a day's first and last; a lunch break is one too")
    return Table("Quiet", title, columns, rows, most=8)


# --- attendance ---------------------------------------------------------------------------------------------------------


def attendance(of: Material) -> Section | None:
    """Return when each day began and ended beside the hours in which work is expected."""
    if not of.report.days:
        return None
    say = of.say
    text = say(
        "On time is a first engaged moment up to {grace} after the shift begins. “Not seen” is an expected day without engaged time: "
        "leave, work away from "
        "the PC and a silent PC look the same here.",
        grace=say.duration(of.report.grace),
    )
    blocks: list[Block] = [Text(text, small=True), *_shifts(of)]
    if of.alone:
        blocks.append(_person_days(of, Place.BOTH))
    else:
        blocks += [_grid(of), _counts(of), _person_days(of, Place.BOOK)]
    return Section("attendance", say("Attendance and shifts"), tuple(blocks))


def _shifts(of: Material) -> list[Table]:
    """Return each shift's attendance, where anything is expected."""
    say = of.say
    found: dict[str, list[PersonDay]] = defaultdict(list)
    for one in of.report.days:
        if one.shift_start is not None and one.shift_end is not None:
            found[f"{say.clock(one.shift_start)}–{say.clock(one.shift_end)}"].append(one)
    columns = (
        Column(say("Shift"), width=1.2),
        Column(say("Expected days"), Unit.COUNT, adds=True),
        Column(say("On time"), Unit.COUNT, adds=True),
        Column(say("Late"), Unit.COUNT, adds=True),
        Column(say("Not seen"), Unit.COUNT, adds=True),
        Column(say("Expected time"), Unit.SECONDS, 1.2, adds=True),
        Column(say("Engaged in the shift"), Unit.SECONDS, 1.3, adds=True),
        Column(say("Of expected"), Unit.SHARE),
    )
    rows = tuple(_shift_row(name, days) for name, days in sorted(found.items()))
    return [Table("Shifts", say("Shifts"), columns, rows, most=12)] if rows else []


def _shift_row(name: str, days: list[PersonDay]) -> Row:
    expected, inside = sum(one.expected for one in days), sum(one.in_shift for one in days)
    counted = [sum(one.arrival is arrival for one in days) for arrival in (Arrival.ON_TIME, Arrival.LATE, Arrival.NOT_SEEN)]
    return name, len(days), *counted, expected, inside, part(inside, expected)


def _grid(of: Material) -> Table:
    """Return for each person and day the first and last engaged moment, late ones marked; a long period has only counts."""
    say = of.say
    busy = sorted({one.day for one in of.report.days if one.arrival is not Arrival.FREE})
    shown = busy if len(busy) <= MOST_GRID_DAYS else []
    counts = (say("On time"), say("Late"), say("Not seen"))
    columns = (
        Column(say("Team")),
        Column(say("Person"), width=2),
        *(Column(say.day(day), fit=True) for day in shown),
        *(Column(one, Unit.COUNT, 0.6, adds=True) for one in counts),
    )
    rows: tuple[Row, ...] = tuple(
        (of.team(person.team), phrases.person(person), *_cells(of, person.id, shown), *_counted(of, person.id)) for person in _present(of)
    )
    title = say("First and last engaged moment; * is late") if shown else say("Attendance")
    return Table("AttendanceGrid", title, columns, rows, grouped=True, place=Place.PAPER)


def _present(of: Material) -> list[Person]:
    return of.in_order(days[0].person for days in of.days.values())


def _cells(of: Material, person: int, shown: list[date]) -> list[Value]:
    known = {one.day: one for one in of.days[person]}
    return [_cell(of, known.get(day)) for day in shown]


def _cell(of: Material, day: PersonDay | None) -> str:
    if day is None or (day.arrival is Arrival.FREE and day.first is None):
        return ""
    if day.first is None or day.last is None:
        return of.say("not seen")
    return f"{of.say.clock(day.first)}–{of.say.clock(day.last)}{LATE_MARK if day.arrival is Arrival.LATE else ''}"


def _counted(of: Material, person: int) -> list[int]:
    return [sum(day.arrival is one for day in of.days[person]) for one in (Arrival.ON_TIME, Arrival.LATE, Arrival.NOT_SEEN)]


def _counts(of: Material) -> Table:
    say = of.say
    columns = (
        Column(say("Team")),
        Column(say("Person")),
        Column(say("Expected days"), Unit.COUNT),
        Column(say("On time"), Unit.COUNT),
        Column(say("Late"), Unit.COUNT),
        Column(say("Not seen"), Unit.COUNT),
        Column(say("Extra days"), Unit.COUNT),
        Column(say("Expected time"), Unit.SECONDS),
        Column(say("Engaged in the shift"), Unit.SECONDS),
        Column(say("Engaged time"), Unit.SECONDS),
        Column(say("Real work hours"), Unit.COUNT),
    )
    rows = tuple(_count_row(of, person.id, of.team(person.team), phrases.person(person)) for person in _present(of))
    return Table("Attendance", say("Attendance"), columns, rows, place=Place.BOOK)


def _count_row(of: Material, person: int, team: str, name: str) -> Row:
    days, counted = of.days[person], _counted(of, person)
    extra = sum(one.arrival is Arrival.EXTRA for one in days)
    sums = [
        sum(one.expected for one in days),
        sum(one.in_shift for one in days),
        sum(one.engaged for one in days),
        sum(one.real_hours for one in days),
    ]
    return team, name, sum(counted), *counted, extra, *sums


def _person_days(of: Material, place: Place) -> Table:
    say = of.say
    columns = (
        Column(say("Team")),
        Column(say("Person")),
        Column(say("Day"), Unit.DAY),
        Column(say("Arrival")),
        Column(say("Shift from"), Unit.CLOCK),
        Column(say("Shift to"), Unit.CLOCK),
        Column(say("First"), Unit.CLOCK),
        Column(say("Last"), Unit.CLOCK),
        Column(say("Engaged time"), Unit.SECONDS),
        Column(say("Engaged in the shift"), Unit.SECONDS),
        Column(say("Real work hours"), Unit.COUNT),
    )
    days = sorted(of.report.days, key=lambda one: (of.place(one.person), one.day))
    rows = [
        (
            of.team(one.person.team),
            phrases.person(one.person),
            one.day,
            phrases.arrival(one.arrival, say),
            one.shift_start,
            one.shift_end,
            one.first,
            one.last,
            one.engaged,
            one.in_shift,
            one.real_hours,
        )
        for one in days
    ]
    cut = 2 if of.alone else 0
    return Table("Daily", say("Day by day"), columns[cut:], tuple(row[cut:] for row in rows), place=place)


# --- real work hours ----------------------------------------------------------------------------------------------------


def real_hours(of: Material) -> Section | None:
    """Return real work hours by day: whole blocks of 40 unbroken minutes, as the company counts them."""
    if not of.report.days:
        return None
    say = of.say
    by_day: dict[date, int] = defaultdict(int)
    for one in of.report.days:
        by_day[one.day] += one.real_hours
    total = sum(by_day.values())
    head = say.many(
        "{n} real work hour: a whole stretch of {block} of unbroken work.",
        "{n} real work hours: each a whole stretch of {block} of unbroken work.",
        total,
        block=say.duration(REAL_HOUR),
    )
    note = say(
        "Short breaks end a stretch, so a day of many calls on paper counts few of them: "
        "a measure of unbroken time at the PC, not of work done."
    )
    columns = (Column(say("Day"), Unit.DAY), Column(say("Real work hours"), Unit.COUNT, adds=True))
    rows = tuple(sorted(by_day.items()))
    table = Table(
        "RealHours", say("Real work hours by day"), columns, rows, (say("All"), total), place=Place.BOOK if len(rows) > 1 else Place.BOTH
    )
    blocks: list[Block] = [Text(head), Text(note, small=True), table]
    if len(rows) > 1:
        spec = stacked(
            [of.look.day(day) for day, _hours in rows],
            [(of.look.plain(say("Real work hours")), [hours for _day, hours in rows])],
            _whole_ticks,
            say.count,
        )
        blocks.insert(2, Chart(say("Real work hours by day"), head, spec, 34, Native("RealHours", 0, (1,))))
    return Section("real_hours", say("Real work hours"), tuple(blocks))


def _whole_ticks(highest: float) -> list[float]:
    """Round whole numbers from nothing to just past the highest."""
    steps = [base * 10**power for power in range(9) for base in (1, 2, 5)]
    step = next((one for one in steps if highest / one <= 4.5), steps[-1])
    return [float(number * step) for number in range(int(highest / step) + 2)] if highest > 0 else [0.0]
