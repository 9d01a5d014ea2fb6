"""Apps and sites by category, data on the network, and file events."""

from __future__ import annotations

from collections.abc import Sequence

from policy.categories import Category
from policy.summaries import AppTimes, PersonFiles, SiteTimes, Traffic
from reports import phrases
from reports.charts import category_split, days_of_traffic, traffic_days
from reports.document import Block, Chart, Column, Native, Row, Section, Table, Text, Unit
from reports.sections.material import Material, change, part
from reports.speech import safe

TOP = 5
"""How many apps or sites of a category paper lists."""
TOP_TRAFFIC = 8
LONGEST_PATH = 160


def apps_and_sites(of: Material) -> Section:
    """Return what engaged time was spent in, by category."""
    say, split = of.say, of.report.applications.categories
    chart = Chart(
        say("Engaged time by category"),
        say("The table below has the figures."),
        category_split(split, of.look),
        22,
        Native("Categories", 0, (1,), lying=True),
    )
    parts = [
        (say("Productive"), split.productive),
        (say("Neutral"), split.neutral - split.unclassified),
        (say("Unclassified"), split.unclassified),
        (say("Unproductive"), split.unproductive),
    ]
    columns = (
        Column(say("Category"), width=2),
        Column(say("Engaged time"), Unit.SECONDS, adds=True),
        Column(say("Share"), Unit.SHARE, adds=True),
    )
    rows = tuple((name, seconds, part(seconds, split.total)) for name, seconds in parts)
    categories = Table("Categories", say("Categories"), columns, rows, (say("All engaged time"), split.total, 1.0 if split.total else None))
    return Section("uses", say("Apps and sites"), (chart, categories, _apps(of), _sites(of)))


def _columns(of: Material, what: str) -> tuple[Column, ...]:
    say = of.say
    return (
        Column(say("Category"), width=1.2),
        Column(what, width=3),
        Column(say("Engaged time"), Unit.SECONDS, 1.3, adds=True),
        Column(say("Share"), Unit.SHARE, 0.9),
        Column(say("Change"), Unit.CHANGE, 0.9),
        Column(say("People"), Unit.COUNT, 0.8),
    )


def _row(of: Material, one: AppTimes | SiteTimes, total: int) -> Row:
    name = phrases.category(one.category, of.say, classified=one.classified)
    return name, safe(one.name, 80), one.engaged, part(one.engaged, total), change(one.engaged, one.previous), one.people


def _ordered(uses: Sequence[AppTimes | SiteTimes]) -> list[AppTimes | SiteTimes]:
    """By category, those no rule names after the neutral ones; within it the most used first."""
    order = [Category.PRODUCTIVE, Category.NEUTRAL, None, Category.UNPRODUCTIVE]
    return sorted(uses, key=lambda one: (order.index(one.category if one.classified else None), -one.engaged, one.name))


def _apps(of: Material) -> Table:
    found = of.report.applications
    rows = tuple(_row(of, one, found.categories.total) for one in _ordered(found.apps))
    return Table("Apps", of.say("Apps"), _columns(of, of.say("App")), rows, grouped=True, most=TOP, empty=of.say("No app was used."))


def _sites(of: Material) -> Table:
    found, say = of.report.sites, of.say
    total = of.report.applications.categories.total
    rows = [_row(of, one, total) for one in _ordered(found.sites)]
    if found.without_site.engaged:
        rows.append(
            (
                say("Site not known"),
                say("Site not known"),
                found.without_site.engaged,
                part(found.without_site.engaged, total),
                change(found.without_site.engaged, found.without_site.previous),
                found.without_site.people,
            )
        )
    if found.rest:
        rest = say.many("{n} more site", "{n} more sites", found.truncated)
        rows.append((say("Not listed"), rest, found.rest, part(found.rest, total), None, None))
    return Table("Sites", say("Sites"), _columns(of, say("Site")), tuple(rows), grouped=True, most=TOP, empty=say("No site was visited."))


# --- network ------------------------------------------------------------------------------------------------------------


def bandwidth(of: Material) -> Section:
    """Return bytes by day, app and person."""
    say, found = of.say, of.report.bandwidth
    if not found.total.total and not found.previous.total:
        return Section("bandwidth", say("Bandwidth"), (Text(say("No network use was recorded in these days.")),))
    before = phrases.period_before(of.report.rhythm, say)
    text = say(
        "{total} went over the network, {earlier} {before}.",
        total=say.size(found.total.total),
        earlier=say.size(found.previous.total),
        before=before,
    )
    blocks: list[Block] = [Text(text)]
    if len(found.days) > 1:
        blocks.append(
            Chart(
                say("Data by day"), text, days_of_traffic(traffic_days(found), of.look), 38, Native("TrafficDays", 0, (1, 2), stacked=True)
            )
        )
    return Section("bandwidth", say("Bandwidth"), (*blocks, _traffic_days(of), _traffic_apps(of), *_traffic_people(of)))


def _traffic_columns(of: Material) -> tuple[Column, ...]:
    say = of.say
    return (
        Column(say("Received"), Unit.BYTES, adds=True),
        Column(say("Sent"), Unit.BYTES, adds=True),
        Column(say("Of it estimated"), Unit.BYTES, adds=True),
        Column(say("In all"), Unit.BYTES, adds=True),
    )


def _traffic(one: Traffic) -> Row:
    guessed = one.sent_estimated + one.received_estimated
    return one.received + one.received_estimated, one.sent + one.sent_estimated, guessed, one.total


def _traffic_days(of: Material) -> Table:
    found = of.report.bandwidth
    rows = tuple((day, *_traffic(one)) for day, one in zip(found.days, found.daily, strict=True))
    columns = (Column(of.say("Day"), Unit.DAY, 1.2), *_traffic_columns(of))
    return Table(
        "TrafficDays", of.say("Data by day"), columns, rows, (of.say("All"), *_traffic(found.total)), most=0 if len(rows) > 8 else None
    )


def _traffic_apps(of: Material) -> Table:
    say, found = of.say, of.report.bandwidth
    rows = tuple((safe(one.name, 80), *_traffic(one.traffic), one.people) for one in found.apps)
    columns = (Column(say("App"), width=2.4), *_traffic_columns(of), Column(say("People"), Unit.COUNT, 0.7))
    return Table("TrafficApps", say("Data by app"), columns, rows, most=TOP_TRAFFIC, empty=say("No app used the network."))


def _traffic_people(of: Material) -> list[Table]:
    if of.alone:
        return []
    found = {one.person.id: one for one in of.report.bandwidth.people}
    people = of.in_order(one.person for one in found.values())
    rows: list[Row] = [(of.team(one.team), phrases.person(one), *_traffic(found[one.id].traffic)) for one in people]
    if of.report.bandwidth.nobody is not None and of.report.bandwidth.nobody.total:
        rows.append((of.say("Nobody signed in"), of.say("Nobody signed in"), *_traffic(of.report.bandwidth.nobody)))
    columns = (Column(of.say("Team"), width=1.6), Column(of.say("Person"), width=2.4), *_traffic_columns(of))
    return [Table("TrafficPeople", of.say("Data by person"), columns, tuple(rows), grouped=True, most=of.most_people)]


# --- files --------------------------------------------------------------------------------------------------------------


def files(of: Material) -> Section:
    """Return file events by person, with bursts and the stretches in which some may be missing."""
    say, found = of.say, of.report.files
    before = phrases.period_before(of.report.rhythm, say)
    text = say(
        "{total} file events in watched folders, {earlier} {before}.",
        total=say.count(found.total),
        earlier=say.count(found.previous),
        before=before,
    )
    blocks: list[Block] = [Text(text)]
    if found.people:
        blocks.append(_file_people(of))
    if found.bursts:
        blocks.append(_bursts(of))
    if found.gaps:
        blocks.append(_gaps(of))
    if found.truncated:
        blocks.append(Text(say("{n} more bursts and gaps are in the file audit.", n=say.count(found.truncated)), small=True))
    return Section("files", say("File activity"), tuple(blocks))


def _file_people(of: Material) -> Table:
    say = of.say
    found = {one.person.id: one for one in of.report.files.people}
    rows = tuple(_file_row(of, found[one.id]) for one in of.in_order(one.person for one in found.values()))
    kinds = (say("Created"), say("Modified"), say("Deleted"), say("Renamed"), say("Opened"), say("In all"))
    columns = (Column(say("Team"), width=1.6), Column(say("Person"), width=2.6), *(Column(one, Unit.COUNT, adds=True) for one in kinds))
    return Table("Files", say("File events by person"), columns, rows, grouped=True, most=of.most_people)


def _file_row(of: Material, one: PersonFiles) -> Row:
    return of.team(one.person.team), phrases.person(one.person), one.created, one.modified, one.deleted, one.renamed, one.opened, one.total


def _bursts(of: Material) -> Table:
    say = of.say
    columns = (
        Column(say("Time"), Unit.MOMENT, 1.4),
        Column(say("Person"), width=2),
        Column(say("What"), width=1.2),
        Column(say("In one minute"), Unit.COUNT),
    )
    rows = tuple((one.start, phrases.person(one.person), phrases.action(one.action, say), one.count) for one in of.report.files.bursts)
    return Table("Bursts", say("Many file events in one minute"), columns, rows, most=10)


def _gaps(of: Material) -> Table:
    say = of.say
    columns = (
        Column(say("PC"), width=1.4),
        Column(say("From"), Unit.MOMENT, 1.3),
        Column(say("To"), Unit.MOMENT, 1.3),
        Column(say("Why"), width=2.4),
        Column(say("Known to be lost"), Unit.COUNT),
    )
    rows = tuple(
        (safe(one.host, 60), one.start, one.end, safe(f"{one.what}: {one.reason}", LONGEST_PATH), one.lost) for one in of.report.files.gaps
    )
    return Table("Gaps", say("File events may be missing"), columns, rows, most=10)
