"""The tables of the Inactivity Monitor: people, days, the longest quiet stretches, and the minutes whose review is suggested."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console import definitions, words
from console.models.rows import Column, RowsModel, Unit
from console.words import _
from policy.presence import Presence
from policy.summaries import DayParts, Inactivity, InputMinute, PersonParts, Quiet, Review, Times

APART = (Presence.IDLE, Presence.LOCKED, Presence.PAUSED, Presence.UNKNOWN)
"""What is kept apart; asleep and off are the PC's own night."""

ON = (Presence.ACTIVE, Presence.READING, Presence.MEETING, Presence.IDLE, Presence.LOCKED, Presence.PAUSED)

Icon = Callable[[Presence], object]
Zone = Callable[[], str]


def pc_on(times: Times) -> int:
    """Return the seconds in which a PC was on and somebody's."""
    return sum(times.of(one) for one in ON)


def _part(presence: Presence, width: int = 130) -> Column[PersonParts]:
    return Column(
        presence.value, definitions.title(presence.value), lambda one: words.duration(one.times.of(presence)),
        lambda one: one.times.of(presence),
        width,
        True, definition=presence.value, unit=Unit.SECONDS, hidden=presence in (Presence.ASLEEP, Presence.OFF),
    )  # fmt: skip


def quiet_people_model(team: Callable[[int | None], str]) -> RowsModel[PersonParts]:
    """Return the model of people with each presence apart."""
    columns: list[Column[PersonParts]] = [
        Column("name", _("Name"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 130, grows=True),
        Column(
            "team", _("Team"), lambda one: team(one.person.team), lambda one: words.fold(team(one.person.team)), 110, hidden=True
        ),
        Column(
            "engaged", _("Engaged"), lambda one: words.duration(one.times.engaged), lambda one: one.times.engaged, 112, True,
            definition="engaged", unit=Unit.SECONDS,
        ),
        *(_part(one) for one in APART),
        Column(
            "review", _("Second look"), _review, lambda one: one.review_minutes, 110, True, definition="review", unit=Unit.COUNT
        ),
    ]  # fmt: skip
    return RowsModel(
        columns, lambda one: one.person.id, lambda one: one.person.name, lambda one: f"{one.person.name} {team(one.person.team)}"
    )


def _review(one: PersonParts | DayParts) -> str:
    return minutes_in_words(one.review_minutes) if one.review_minutes else words.NOTHING


def minutes_in_words(many: int) -> str:
    """`3 min`: minutes whose review is suggested."""
    return _("{n} min").format(n=words.count(many)).replace(" ", words.NBSP)


def quiet_model(icon: Icon, zone: Zone, one_day: bool = False) -> RowsModel[Quiet]:
    """Return the model of the longest quiet stretches; of one person's one day, name and date need not be said."""

    def start(one: Quiet) -> str:
        return words.clock(one.start, zone()) if one_day else words.short_minute(one.start, zone())

    def length(one: Quiet) -> float:
        return (one.end - one.start) / 1000

    columns: list[Column[Quiet]] = [
        Column(
            "presence", _("What is known"), lambda one: words.presence_short(one.presence),
            lambda one: list(Presence).index(one.presence), 124,
            icon=lambda one: icon(one.presence), grows=True,
        ),
        Column("length", _("Length"), lambda one: words.duration(length(one)), length, 80, True, definition="quiet", unit=Unit.SECONDS),
        Column(
            "person", _("Name"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 70, grows=True,
            hidden=one_day,
        ),
        Column("start", _("From"), start, lambda one: one.start, 108, unit=Unit.INSTANT),
        Column("end", _("To"), lambda one: words.clock(one.end, zone()), lambda one: one.end, 80, unit=Unit.INSTANT, hidden=not one_day),
    ]  # fmt: skip
    return RowsModel(
        columns,
        lambda one: (one.person.id, one.start),
        lambda one: one.person.name,
        lambda one: f"{one.person.name} {words.presence(one.presence)}",
    )


def review_model(zone: Zone) -> RowsModel[Review]:
    """Return the model of minutes whose review is suggested, with the numbers that suggest it."""

    def number(key: str, title: str, value: Callable[[Review], int], width: int = 76, hidden: bool = False) -> Column[Review]:
        return Column(
            key, title, lambda one: words.count(value(one)), value, width, True, definition="review", unit=Unit.COUNT, hidden=hidden
        )

    columns: list[Column[Review]] = [
        Column("start", _("Minute"), lambda one: words.clock(one.start, zone()), lambda one: one.start, 84, unit=Unit.INSTANT, grows=True),
        number("repeats", _("Same in a row"), lambda one: one.repeats, 112),
        number("distinct", _("Different counts"), lambda one: one.distinct_counts, 124),
        Column(
            "zero", _("Without input"), _without_input, lambda one: one.zero_samples / one.samples if one.samples else None, 112, True,
            unit=Unit.SHARE,
            definition="review",
        ),
        number("keys", _("Keys"), lambda one: one.keys),
        number("clicks", _("Clicks"), lambda one: one.clicks),
        number("scrolls", _("Scrolls"), lambda one: one.scrolls, hidden=True),
        number("pointer", _("Pointer px"), lambda one: one.pointer_px, 90, hidden=True),
    ]  # fmt: skip
    return RowsModel(columns, lambda one: one.start, lambda one: f"{one.start:015}", lambda one: words.clock(one.start, zone()))


def _without_input(one: Review) -> str:
    return _("{zero} of {samples} s").format(zero=words.count(one.zero_samples), samples=words.count(one.samples)).replace(" ", words.NBSP)


def minutes_model(zone: Zone) -> RowsModel[InputMinute]:
    """Return the model that says what the chart of minutes draws."""

    def number(key: str, title: str, value: Callable[[InputMinute], int]) -> Column[InputMinute]:
        return Column(key, title, lambda one: words.count(value(one)), value, 96, True, definition="input", unit=Unit.COUNT)

    columns: list[Column[InputMinute]] = [
        Column("start", _("Minute"), lambda one: words.clock(one.start, zone()), lambda one: one.start, 110, unit=Unit.INSTANT, grows=True),
        number("keys", _("Keys"), lambda one: one.keys),
        number("clicks", _("Clicks"), lambda one: one.clicks),
        number("scrolls", _("Scrolls"), lambda one: one.scrolls),
        number("pointer", _("Pointer px"), lambda one: one.pointer_px),
    ]
    return RowsModel(columns, lambda one: one.start, lambda one: f"{one.start:015}", lambda one: words.clock(one.start, zone()))


def quiet_days_model() -> RowsModel[DayParts]:
    """Return the model that says what the chart of days draws."""

    def time(presence: Presence) -> Column[DayParts]:
        return Column(
            presence.value, definitions.title(presence.value), lambda one: words.duration(one.times.of(presence)),
            lambda one: one.times.of(presence), 130, True, definition=presence.value, unit=Unit.SECONDS,
        )  # fmt: skip

    columns: list[Column[DayParts]] = [
        Column("day", _("Day"), lambda one: words.day(one.day), lambda one: one.day.isoformat(), 110, grows=True),
        *(time(one) for one in APART),
        Column("review", _("Second look"), _review, lambda one: one.review_minutes, 110, True, definition="review", unit=Unit.COUNT),
    ]
    return RowsModel(columns, lambda one: one.day, lambda one: one.day.isoformat(), lambda one: words.day(one.day))


# --- sentences ----------------------------------------------------------------------------------------------------------


def day_in_words(days: Sequence[DayParts]) -> str:
    """Say one bar."""
    lines = []
    for one in days:
        lines.append(words.day(one.day))
        lines += [f"{words.presence(presence)}: {words.duration(one.times.of(presence))}" for presence in APART if one.times.of(presence)]
        if one.review_minutes:
            lines.append(_("review suggested: {minutes}").format(minutes=minutes_in_words(one.review_minutes)))
    return "\n".join(lines)


def days_in_words(days: Sequence[DayParts]) -> str:
    """Say the chart of days to somebody who cannot see it."""
    sums = [f"{words.presence(one)}: {words.duration(sum(day.times.of(one) for day in days))}" for one in APART]
    return _("Over {n} days: {sums}.").format(n=words.count(len(days)), sums="; ".join(sums))


def minutes_summary(values: Inactivity) -> str:
    """Say the chart of minutes to somebody who cannot see it."""
    minutes = values.minutes or []
    return _("{n} minutes with evidence; {keys} keys, {clicks} clicks, {scrolls} scrolls; review suggested for {review}.").format(
        n=words.count(len(minutes)),
        keys=words.count(sum(one.keys for one in minutes)),
        clicks=words.count(sum(one.clicks for one in minutes)),
        scrolls=words.count(sum(one.scrolls for one in minutes)),
        review=words.count(len(values.review or [])),
    )


def unsearched_in_words(values: Inactivity) -> str:
    """Say what the list of quiet stretches may lack, or nothing."""
    if not values.unsearched:
        return ""
    return _("{n} person-days were not searched; none of them has a stretch longer than {time}.").format(
        n=words.count(values.unsearched), time=words.duration(values.unsearched_most)
    )
