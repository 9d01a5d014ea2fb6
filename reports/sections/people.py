"""Teams, people, and what each carries: by team and name, never ranked by any figure."""

from __future__ import annotations

from policy.summaries import Arrival, Load, PersonTimes, TeamTimes, Workload
from reports import phrases
from reports.charts import Bar, Bars
from reports.document import Block, Chart, Column, Native, Place, Row, Section, Table, Text, Unit
from reports.sections.material import Material, change, part
from reports.speech import safe

SEEN = frozenset({Arrival.ON_TIME, Arrival.LATE, Arrival.EXTRA})


def teams(of: Material) -> Section | None:
    """Return each team's figures; None where there is only one to speak of."""
    if of.alone or not of.report.teams:
        return None
    table = _teams_table(of)
    blocks: list[Block] = [table]
    if len(of.report.teams) > 1:
        bars = Bars(tuple(_bar(of, one) for one in of.report.teams[:20]))
        summary = of.say("Engaged time of each team; the figures are in the table below.")
        blocks.insert(0, Chart(of.say("Engaged time by team"), summary, bars, 8 + 6 * len(bars.rows), Native("Teams", 0, (3,), lying=True)))
    return Section("teams", of.say("Teams"), tuple(blocks))


def _bar(of: Material, one: TeamTimes) -> Bar:
    name = of.team(one.team.id if one.team else None)
    return Bar(name, one.times.engaged, of.say.duration(one.times.engaged), of.look.plain(of.say("Engaged time")))


def _teams_table(of: Material) -> Table:
    say = of.say
    columns = (
        Column(say("Team"), width=2.2),
        Column(say("Members"), Unit.COUNT, 0.9, adds=True),
        Column(say("Active people"), Unit.COUNT, 0.9, adds=True),
        Column(say("Engaged time"), Unit.SECONDS, 1.4, adds=True),
        Column(say("Change"), Unit.CHANGE, 0.9),
        Column(say("Productive share"), Unit.SHARE, 1.1),
        Column(say("No input seen"), Unit.SECONDS, 1.3, adds=True),
        Column(say("Coverage"), Unit.SHARE, 1),
        Column(say("Real work hours"), Unit.COUNT, 1.1, adds=True),
    )
    rows = tuple(_team_row(of, one) for one in of.report.teams)
    return Table("Teams", say("Teams"), columns, rows, _team_total(of, rows) if len(rows) > 1 else None)


def _team_row(of: Material, one: TeamTimes) -> Row:
    name = of.team(one.team.id if one.team else None)
    times = one.times
    return (
        name,
        one.members,
        one.people,
        times.engaged,
        change(times.engaged, one.previous),
        one.productivity,
        times.idle,
        one.coverage,
        one.real_hours,
    )


def _team_total(of: Material, rows: tuple[Row, ...]) -> Row:
    """The company's own figures, not sums of shares."""
    seen = of.report.overview
    counted = [sum(row[place] for row in rows) for place in (1, 8)]  # type: ignore[misc]
    by = change(seen.engaged.value, seen.engaged.previous)
    return (
        of.say("All"),
        counted[0],
        seen.active_people.value,
        seen.engaged.value,
        by,
        seen.productivity.value,
        seen.idle.value,
        seen.coverage.value,
        counted[1],
    )


def people(of: Material) -> Section | None:
    """Return the table of people."""
    if of.alone or (not of.people and not of.report.withheld):
        return None
    say = of.say
    columns = (
        Column(say("Team"), width=1.6),
        Column(say("Person"), width=2.2),
        Column(say("Engaged time"), Unit.SECONDS, 1.3, adds=True),
        Column(say("Change"), Unit.CHANGE, 0.9),
        Column(say("Productive share"), Unit.SHARE, 1.1),
        Column(say("Unproductive"), Unit.SECONDS, 1.2, adds=True),
        Column(say("No input seen"), Unit.SECONDS, 1.2, adds=True),
        Column(say("Days seen"), Unit.COUNT, 0.7, adds=True),
        Column(say("Real work hours"), Unit.COUNT, 0.9, adds=True),
        Column(say("Coverage"), Unit.SHARE, 1),
    )
    rows = tuple(_person_row(of, one) for one in of.people)
    blocks: list[Block] = [Text(say("By team and name; the order says nothing about anybody's work."), small=True)]
    if of.report.withheld:
        names = ", ".join(safe(one.name, 60) for one in of.report.withheld)
        blocks.append(Text(say("Of these teams no single people are shown, because they are too small: {teams}.", teams=names)))
    return Section("people", say("People"), (*blocks, Table("People", say("People"), columns, rows, grouped=True)))


def _person_row(of: Material, one: PersonTimes) -> Row:
    days = of.days.get(one.person.id, [])
    return (
        of.team(one.person.team),
        phrases.person(one.person),
        one.times.engaged,
        change(one.times.engaged, of.before.get(one.person.id)),
        one.productivity,
        one.categories.unproductive,
        one.times.idle,
        sum(day.engaged > 0 for day in days),
        sum(day.real_hours for day in days),
        one.coverage,
    )


def workload(of: Material) -> Section | None:
    """Return who carries much more or less than is usual in their team, those above it first: for their sake."""
    if of.alone or not of.report.workload:
        return None
    say = of.say
    counted = {one: sum(each.load is one for each in of.report.workload) for one in Load}
    text = say(
        "{over} above and {under} below their team's norm of engaged time per day by a fifth or more; {usual} near it, "
        "{unknown} not known. Above it for weeks is a reason to share work out.",
        over=say.count(counted[Load.OVER]),
        under=say.count(counted[Load.UNDER]),
        usual=say.count(counted[Load.USUAL]),
        unknown=say.count(counted[Load.UNKNOWN]),
    )
    columns = (
        Column(say("Load"), width=1.3),
        Column(say("Person"), width=2),
        Column(say("Team"), width=1.6),
        Column(say("Days"), Unit.COUNT, 0.7),
        Column(say("Engaged per day"), Unit.SECONDS, 1.3),
        Column(say("Team's norm"), Unit.SECONDS, 1.3),
        Column(say("Of the norm"), Unit.SHARE, 0.9),
        Column(say("Outside work hours"), Unit.SECONDS, 1.4),
    )
    order = list(Load)
    everybody = sorted(of.report.workload, key=lambda one: (order.index(one.load), of.place(one.person)))
    odd = [one for one in everybody if one.load in (Load.OVER, Load.UNDER)]
    title = say("Workload balance")
    blocks: list[Block] = [Text(text)]
    if odd:
        rows = tuple(_load_row(of, one) for one in sorted(odd, key=lambda one: (order.index(one.load), of.place(one.person))))
        blocks.append(Table("LoadOdd", title, columns, rows, grouped=True, place=Place.PAPER))
    blocks.append(Table("Workload", title, columns, tuple(_load_row(of, one) for one in everybody), place=Place.BOOK))
    return Section("workload", title, tuple(blocks))


def _load_row(of: Material, one: Workload) -> Row:
    return (
        phrases.load(one.load, of.say),
        phrases.person(one.person),
        of.team(one.person.team),
        one.days,
        one.per_day,
        one.norm,
        part(one.per_day, one.norm),
        one.outside,
    )


def clients(of: Material) -> Section | None:
    """Return engaged time by client and project, billable and not, down to the last second; None where no rule names any."""
    found = of.report.attribution
    if found is None:
        return None
    say = of.say
    billable = sum(one.seconds for one in found.rows if one.billable)
    text = say(
        "{named} for clients and projects ({billable} of it billable) and {rest} for none are all {total} of engaged time.",
        named=say.duration(found.total - found.unattributed),
        billable=say.duration(billable),
        rest=say.duration(found.unattributed),
        total=say.duration(found.total),
    )
    return Section("clients", say("Clients and projects"), (Text(text), _by_code(of), _by_person(of)))


def _by_code(of: Material) -> Table:
    assert of.report.attribution is not None
    say, found = of.say, of.report.attribution
    sums: dict[tuple[str, str, str, bool], list[int]] = {}
    for one in found.rows:
        sums.setdefault((one.client, one.project, one.code, one.billable), []).append(one.seconds)
    columns = (
        Column(say("Client"), width=2),
        Column(say("Project"), width=2),
        Column(say("Code"), width=1),
        Column(say("Billable"), width=0.8),
        Column(say("People"), Unit.COUNT, 0.8),
        Column(say("Engaged time"), Unit.SECONDS, 1.3, adds=True),
        Column(say("Share"), Unit.SHARE, 0.8, adds=True),
    )
    rows: list[Row] = [
        (
            safe(client, 80),
            safe(project, 80),
            safe(code, 40),
            say("yes") if paid else say("no"),
            len(seconds),
            sum(seconds),
            part(sum(seconds), found.total),
        )
        for (client, project, code, paid), seconds in sorted(sums.items())
    ]
    rows.append((say("no client"), "", "", say("no"), None, found.unattributed, part(found.unattributed, found.total)))
    total: Row = (say("All engaged time"), "", "", "", None, found.total, 1.0 if found.total else None)
    return Table("Clients", say("By client and project"), columns, tuple(rows), total)


def _by_person(of: Material) -> Table:
    assert of.report.attribution is not None
    say = of.say
    columns = (
        Column(say("Team")),
        Column(say("Person")),
        Column(say("Client")),
        Column(say("Project")),
        Column(say("Code")),
        Column(say("Billable")),
        Column(say("Time"), Unit.SECONDS),
    )
    rows = sorted(of.report.attribution.rows, key=lambda one: (of.place(one.person), one.client, one.project, one.code))
    cells = tuple(
        (
            of.team(one.person.team),
            phrases.person(one.person),
            safe(one.client, 80),
            safe(one.project, 80),
            safe(one.code, 40),
            say("yes") if one.billable else say("no"),
            one.seconds,
        )
        for one in rows
    )
    return Table("ClientTime", say("By person and project"), columns, cells, place=Place.BOOK)
