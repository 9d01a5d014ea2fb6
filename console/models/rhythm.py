"""The tables of Timeline & Heatmap: the people to choose from, a person's days, the parts of a day, days, weeks and months."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console import words
from console.models.rows import Column, RowsModel, Unit
from console.widgets.painting import Chip
from console.words import _
from policy.presence import Presence
from policy.summaries import Band, BandPart, Person, Timeline, Worked


def choose_model(team: Callable[[int | None], str]) -> RowsModel[Person]:
    """Return the model of people whose day can be opened."""
    columns: list[Column[Person]] = [
        Column("name", _("Name"), words.person, lambda one: words.fold(one.name), 200, grows=True),
        Column("team", _("Team"), lambda one: team(one.team), lambda one: words.fold(team(one.team)), 200, grows=True),
    ]
    return RowsModel(columns, lambda one: one.id, lambda one: one.name, lambda one: f"{one.name} {team(one.team)}")


def worked_model(name: str) -> RowsModel[Worked]:
    """Return the model of stretches of days and the engaged time in them; `name` heads the first column."""

    def seconds(key: str, title: str, value: Callable[[Worked], int], definition: str) -> Column[Worked]:
        return Column(key, title, lambda one: words.duration(value(one)), value, 112, True, definition=definition, unit=Unit.SECONDS)

    columns: list[Column[Worked]] = [
        Column("first", name, stretch, lambda one: one.first.isoformat(), 150, tip=lambda one: worked_in_words(one), grows=True),
        seconds("engaged", _("Engaged"), lambda one: one.engaged, "engaged"),
        seconds("active", _("active"), lambda one: one.active, "active"),
        seconds("reading", _("reading"), lambda one: one.reading, "reading"),
        seconds("meeting", _("meeting"), lambda one: one.meeting, "meeting"),
        Column(
            "people",
            _("People"),
            lambda one: words.count(one.people),
            lambda one: one.people,
            84,
            True,
            definition="people",
            unit=Unit.COUNT,
        ),
    ]
    return RowsModel(columns, lambda one: (one.first, one.last), lambda one: one.first.isoformat(), stretch)


def stretch(one: Worked) -> str:
    """Name a day, a week or a month by its days, and say when the period holds only a part of it."""
    name = words.day(one.first) if one.first == one.last else words.span(one.first, one.last)
    return name if one.whole else _("{days} (a part)").format(days=name)


def worked_in_words(one: Worked) -> str:
    """Say one bar."""
    engaged = _("engaged")
    lines = [f"{stretch(one)}  ·  {words.people(one.people)}", f"{engaged}: {words.duration(one.engaged)}"]
    for presence, value in ((Presence.ACTIVE, one.active), (Presence.READING, one.reading), (Presence.MEETING, one.meeting)):
        lines.append(f"{words.presence(presence)}: {words.duration(value)}")
    return "\n".join(lines)


def trend_in_words(stretches: Sequence[Worked]) -> str:
    """Say a chart of days, weeks or months."""
    if not stretches:
        return _("No days.")
    return "; ".join(f"{stretch(one)} {words.duration(one.engaged)}" for one in stretches)


def parts_model(icon: Callable[[Presence], object], zone: Callable[[], str]) -> RowsModel[BandPart]:
    """Return the model of a day's parts, in the order of the day."""

    def category(one: BandPart) -> str:
        return words.category(one.category) if one.category else words.NOTHING

    columns: list[Column[BandPart]] = [
        Column("start", _("From"), lambda one: words.clock(one.start, zone()), lambda one: one.start, 82, True, unit=Unit.INSTANT),
        Column("end", _("To"), lambda one: words.clock(one.end, zone()), lambda one: one.end, 82, True, unit=Unit.INSTANT),
        Column("length", _("Length"), lambda one: words.duration(_seconds(one)), _seconds, 104, True, unit=Unit.SECONDS),
        Column(
            "presence", _("Presence"), lambda one: words.presence(one.presence), lambda one: list(Presence).index(one.presence), 164,
            icon=lambda one: icon(one.presence),
        ),
        Column("name", _("In front"), _front, lambda one: words.fold(one.name or ""), 150, tip=_front_tip, grows=True),
        Column("site", _("Site"), lambda one: words.safe(one.site) if one.site else words.NOTHING, lambda one: one.site, 140, grows=True),
        Column(
            "category", _("Category"), category, category, 132, definition="category",
            paint=lambda one: Chip(category(one), one.category, True) if one.category else None,
        ),
    ]  # fmt: skip
    return RowsModel(
        columns,
        lambda one: one.start,
        lambda one: f"{one.start:015}",
        lambda one: f"{one.name} {one.app} {one.site} {words.presence(one.presence)}",
    )


def _seconds(one: BandPart) -> float:
    return (one.end - one.start) / 1000


def _front(one: BandPart) -> str:
    return words.safe(one.name) if one.name else words.NOTHING


def _front_tip(one: BandPart) -> str:
    return "\n".join(words.safe(text, 400) for text in (one.name, one.app) if text)


def band_in_words(band: Band, zone: str) -> str:
    """Say a whole day to somebody who cannot see the band."""
    head = _("{person}, {day}: {parts} stretches from {start} to {end}.").format(
        person=words.person(band.person), day=words.day(band.day), parts=words.count(len(band.parts)),
        start=words.clock(band.start, zone), end=words.clock(band.end, zone),
    )  # fmt: skip
    return f"{head}\n{words.times(band.times)}"


def week_in_words(values: Timeline) -> str:
    """Say the heatmap: its strongest hours."""
    hours = [
        (values.heatmap[day][hour] / values.room[day][hour], day, hour) for day in range(7) for hour in range(24) if values.room[day][hour]
    ]
    most = sorted(hours, reverse=True)[:5]
    spoken = "; ".join(f"{words.weekday(day)} {words.hour_of_day(hour)} {words.share(share)}" for share, day, hour in most if share)
    return _("Engaged share of each hour of the week; most at {hours}.").format(hours=spoken or words.NOTHING)


def merged_in_words(band: Band) -> str:
    """Say that a day of very many stretches is told in fewer, or how to look closer."""
    if band.merged_below:
        return _("stretches shorter than {time} are joined to the one before").format(time=words.seconds(band.merged_below))
    return _("wheel or + and - zoom, arrows walk")


def totals_in_words(band: Band) -> str:
    """Say how the day divides, in one line."""
    told = [f"{words.presence(one)} {words.duration(band.times.of(one))}" for one in Presence if band.times.of(one)]
    return "   ·   ".join(told)
