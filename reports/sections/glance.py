"""The first page: key figures beside earlier ones, the trend, and three sentences that say what the figures say."""

from __future__ import annotations

from policy.definitions import DEFINITIONS
from policy.presence import ENGAGED
from policy.summaries import Arrival, Figure, Revised, TeamTimes
from reports import phrases
from reports.charts import hour_ticks, most_used, stacked
from reports.document import Block, Chart, Column, Native, Place, Section, Table, Text, Tile, Tiles, Unit
from reports.sections.material import Material, change, part
from reports.speech import safe

CHANGED = 0.02
"""A team's engaged time that changed by less is called steady."""


def at_a_glance(of: Material) -> Section:
    """Return the first section of every report."""
    blocks: list[Block] = [*_revision(of), _tiles(of), *(Text(one) for one in sentences(of))]
    if len(of.report.trend) > 1:
        blocks += [_trend_chart(of), _trend(of)]
    return Section("summary", of.say("At a glance"), tuple(blocks))


# --- tiles --------------------------------------------------------------------------------------------------------------


def _tiles(of: Material) -> Tiles:
    say, seen, usual = of.say, of.report.overview, of.report.usual
    low = say("not shown: coverage is below 70 %") if seen.productivity.value is None and seen.coverage.value is not None else ""
    tiles = (
        _tile(of, say("People active"), Unit.COUNT, seen.active_people, usual.active_people),
        _tile(of, say("Engaged time"), Unit.SECONDS, seen.engaged, usual.engaged),
        _tile(of, say("Productive share"), Unit.SHARE, seen.productivity, usual.productivity, low),
        _tile(of, say("No input seen"), Unit.SECONDS, seen.idle, usual.idle),
        _tile(of, say("Coverage"), Unit.SHARE, seen.coverage, usual.coverage),
    )
    rhythm = of.report.rhythm
    return Tiles(tiles[1:] if of.alone else tiles, phrases.period_before(rhythm, say), phrases.usual_of(rhythm, say))


def _tile(of: Material, name: str, unit: Unit, figure: Figure, usual: float | None, note: str = "") -> Tile:
    turned = {Unit.COUNT: of.say.change_of_count, Unit.SECONDS: of.say.change_of_duration, Unit.SHARE: of.say.change_of_share}[unit]
    return Tile(name, unit, figure.value, figure.previous, usual, turned(figure.value, figure.previous), note)


# --- sentences ----------------------------------------------------------------------------------------------------------


def sentences(of: Material) -> list[str]:
    """Return three plain sentences: how much, on what, and how sure."""
    return [_how_much(of), _on_what(of), _how_sure(of)]


def _how_much(of: Material) -> str:
    say, seen = of.say, of.report.overview.engaged
    if not seen.value:
        return say("No engaged time was recorded in these days.")
    moved = [(abs(by), one) for one in of.report.teams if (by := change(one.times.engaged, one.previous)) is not None]
    if len(of.report.teams) > 1 and moved and max(moved, key=lambda one: one[0])[0] >= CHANGED:
        return _team_moved(of, max(moved, key=lambda one: (one[0], one[1].times.engaged))[1])
    by = change(seen.value, seen.previous)
    time = say.duration(seen.value)
    if by is None:
        return say("{time} of engaged time were recorded; there is no earlier figure to compare with.", time=time)
    before = phrases.period_before(of.report.rhythm, say)
    if abs(by) < CHANGED:
        return say("Engaged time is steady at {time}, within 2 % of {before}.", time=time, before=before)
    words = _rose_or_fell(of, by)
    return say(
        "Engaged time {rose} to {time}, compared with {earlier} {before}.",
        rose=words,
        time=time,
        earlier=say.duration(seen.previous),
        before=before,
    )


def _team_moved(of: Material, team: TeamTimes) -> str:
    say = of.say
    by = change(team.times.engaged, team.previous) or 0.0
    return say(
        "The largest change is in {team}: engaged time {rose} to {time}, compared with {earlier} {before}.",
        team=of.team(team.team.id if team.team else None),
        rose=_rose_or_fell(of, by),
        time=say.duration(team.times.engaged),
        earlier=say.duration(team.previous),
        before=phrases.period_before(of.report.rhythm, say),
    )


def _rose_or_fell(of: Material, by: float) -> str:
    amount = of.say.share(abs(by))
    return of.say("rose by {amount}", amount=amount) if by > 0 else of.say("fell by {amount}", amount=amount)


def _on_what(of: Material) -> str:
    say, report = of.say, of.report
    top = [one for one in most_used(report.applications.apps, 2) if one.engaged]
    if not top:
        return say("No app was used.")
    named = say(" and ").join(f"{safe(one.name, 40)} ({say.duration(one.engaged)})" for one in top)
    split = report.applications.categories
    share = report.overview.productivity.value
    if share is None:
        return say("Most time went to {apps}. Coverage is too low to say a productive share.", apps=named)
    unnamed = part(split.unclassified, split.total)
    return say(
        "{share} of engaged time went to apps and sites called productive; most time went to {apps}; no rule names {unnamed} of it.",
        share=say.share(share),
        apps=named,
        unnamed=say.share(unnamed),
    )


def _how_sure(of: Material) -> str:
    say, report = of.say, of.report
    counted = {one: sum(day.arrival is one for day in report.days) for one in Arrival}
    expected = counted[Arrival.ON_TIME] + counted[Arrival.LATE] + counted[Arrival.NOT_SEEN]
    covered = say.share(report.overview.coverage.value)
    silent = len(report.coverage.silent)
    known = (
        say.many(
            "Records cover {share} of expected time; {n} PC was silent.",
            "Records cover {share} of expected time; {n} PCs were silent.",
            silent,
            share=covered,
        )
        if silent
        else say("Records cover {share} of expected time; every PC reported.", share=covered)
    )
    if not expected:
        return known
    days = say.many(
        "Of {n} expected day {on_time} began on time, {late} late; on {not_seen} nobody was seen at a PC, for reasons not known here.",
        "Of {n} expected days {on_time} began on time, {late} late; on {not_seen} nobody was seen at a PC, for reasons not known here.",
        expected,
        on_time=say.count(counted[Arrival.ON_TIME]),
        late=say.count(counted[Arrival.LATE]),
        not_seen=say.count(counted[Arrival.NOT_SEEN]),
    )
    return f"{known} {days}"


# --- trend --------------------------------------------------------------------------------------------------------------


def _trend_chart(of: Material) -> Chart:
    trend = of.report.trend
    parts = [(of.look.presences[one], [point.times.of(one) for point in trend]) for one in ENGAGED]
    spec = stacked([of.look.day(point.first) for point in trend], parts, hour_ticks, of.look.hours)
    summary = of.say(
        "Engaged time of each of the last {n} periods; the newest is {time}.", n=len(trend), time=of.say.duration(trend[-1].times.engaged)
    )
    return Chart(_trend_title(of), summary, spec, 46, Native("Trend", 0, (3, 4, 5), stacked=True))


def _trend_title(of: Material) -> str:
    return of.say("Engaged time, last {n} periods", n=len(of.report.trend))


def _trend(of: Material) -> Table:
    say = of.say
    columns = (
        Column(say("From"), Unit.DAY),
        Column(say("To"), Unit.DAY),
        Column(say("Engaged time"), Unit.SECONDS),
        Column(say("Active"), Unit.SECONDS),
        Column(say("Reading"), Unit.SECONDS),
        Column(say("In a meeting"), Unit.SECONDS),
        Column(say("No input seen"), Unit.SECONDS),
        Column(say("Productive share"), Unit.SHARE),
        Column(say("Coverage"), Unit.SHARE),
        Column(say("People active"), Unit.COUNT),
    )
    rows = tuple(
        (
            one.first,
            one.last,
            one.times.engaged,
            one.times.active,
            one.times.reading,
            one.times.meeting,
            one.times.idle,
            one.productivity,
            one.coverage,
            one.people,
        )
        for one in of.report.trend
    )
    return Table("Trend", _trend_title(of), columns, rows, place=Place.BOOK)


# --- a later revision ---------------------------------------------------------------------------------------------------


def _revision(of: Material) -> list[Block]:
    if of.report.revision == 1:
        return []
    say = of.say
    head = Text(say("This is revision {n}: data came in after the one before was made.", n=of.report.revision), strong=True)
    columns = (Column(say("Figure"), width=2), Column(say("Whom"), width=2), Column(say("Before")), Column(say("Now")))
    rows = tuple(
        (figure_name(of, one.figure), safe(one.whom, 80), _said(of, one, one.before), _said(of, one, one.after))
        for one in of.report.changes
    )
    return [head, Table("Changes", say("What changed since"), columns, rows, most=12, empty=say("No figure changed."))]


def figure_name(of: Material, figure: str) -> str:
    """Return what a figure is called, by its key in policy.definitions."""
    return of.say(DEFINITIONS[figure].name) if figure in DEFINITIONS else safe(figure.replace("_", " "), 40)


def _said(of: Material, one: Revised, value: float | None) -> str:
    if value is None:
        return "–"
    said = {"seconds": of.say.duration, "share": of.say.share, "count": of.say.count, "bytes": of.say.size}[one.unit]
    return said(value)
