"""The tables of the overview: people over the days, who is active now, and the days behind the chart."""

from __future__ import annotations

from collections.abc import Callable

from console import words
from console.models.rows import Column, RowsModel, Unit
from console.words import _
from policy.categories import Category
from policy.presence import Presence
from policy.summaries import Choices, DayTimes, Now, PersonTimes


def team_names(choices: Choices) -> Callable[[int | None], str]:
    """Return the function from a team's id to its name."""
    names = {team.id: words.safe(team.name) for team in choices.teams}
    return lambda team: names.get(team, words.NOTHING) if team is not None else words.NOTHING


def people_columns(team: Callable[[int | None], str], zone: Callable[[], str]) -> list[Column[PersonTimes]]:
    """Return the columns of the people table; `zone` is asked when painting, because the figures say it."""
    return [
        Column("name", _("Name"), lambda one: words.person(one.person), _folded_name, 114, tip=_person_tip, grows=True),
        Column("team", _("Team"), lambda one: team(one.person.team), lambda one: words.fold(team(one.person.team)), 112),
        Column(
            "engaged", _("Engaged"), _engaged, lambda one: one.times.engaged, 112, True, tip=_times,
            definition="engaged", unit=Unit.SECONDS,
        ),
        Column(
            "split", _("Productive share"), words.productivity, lambda one: one.productivity, 200, grows=True,
            tip=lambda one: words.categories(one.categories), definition="productive_bar", unit=Unit.SHARE,
            paint=lambda one: one.categories if one.productivity is not None else None,
        ),
        Column("idle", _("No input seen"), _idle, lambda one: one.times.idle, 118, True, definition="idle", unit=Unit.SECONDS),
        Column(
            "coverage", _("Coverage"), lambda one: words.share(one.coverage), lambda one: one.coverage, 92, True,
            definition="coverage", unit=Unit.SHARE,
        ),
        Column(
            "first", _("First"), lambda one: words.clock(one.first, zone()), lambda one: one.first, 66, True,
            definition="first_last", unit=Unit.INSTANT,
        ),
        Column(
            "last", _("Last"), lambda one: words.clock(one.last, zone()), lambda one: one.last, 66, True,
            definition="first_last", unit=Unit.INSTANT,
        ),
    ]  # fmt: skip


def _folded_name(one: PersonTimes | Now) -> str:
    return words.fold(one.person.name)


def _engaged(one: PersonTimes | DayTimes) -> str:
    return words.duration(one.times.engaged)


def _idle(one: PersonTimes) -> str:
    return words.duration(one.times.idle)


def _times(one: PersonTimes) -> str:
    return words.times(one.times)


def _person_tip(one: PersonTimes) -> str:
    return "\n".join(part for part in (words.safe(one.person.name, 400), words.review(one)) if part)


def people_model(team: Callable[[int | None], str], zone: Callable[[], str]) -> RowsModel[PersonTimes]:
    """Return the model of the people table, searched by name and team."""
    return RowsModel(
        people_columns(team, zone),
        identity=lambda one: one.person.id,
        name=lambda one: one.person.name,
        searched=lambda one: f"{one.person.name} {team(one.person.team)}",
    )


def now_model(icon: Callable[[Presence], object], since: Callable[[int], str]) -> RowsModel[Now]:
    """Return the model of who is active now, the engaged first."""
    columns: list[Column[Now]] = [
        Column(
            "name", _("Name"), lambda one: words.person(one.person), _folded_name, 154, tip=_now_tip, icon=lambda one: icon(one.presence)
        ),
        Column("doing", _("Now"), words.now_doing, lambda one: list(Presence).index(one.presence), 130, tip=_now_tip, grows=True),
        Column("since", _("Since"), lambda one: since(one.since), lambda one: one.since, 58, True, unit=Unit.INSTANT),
    ]
    return RowsModel(columns, lambda one: one.person.id, lambda one: one.person.name, lambda one: f"{one.person.name} {one.app or ''}")


def _now_tip(one: Now) -> str:
    return f"{words.person(one.person)}: {words.now_doing(one)}"


def days_model() -> RowsModel[DayTimes]:
    """Return the model of the table that says what the chart of days draws."""

    def time(presence: Presence) -> Column[DayTimes]:
        def seconds(one: DayTimes) -> int:
            return one.times.of(presence)

        return Column(
            presence.value, words.presence(presence), lambda one: words.duration(seconds(one)), seconds, 124, True, unit=Unit.SECONDS
        )

    def part(category: Category) -> Column[DayTimes]:
        def share(one: DayTimes) -> float | None:
            return one.categories.share(category)

        return Column(category.value, words.category(category), lambda one: words.share(share(one)), share, 112, True, unit=Unit.SHARE)

    columns: list[Column[DayTimes]] = [
        Column("day", _("Day"), lambda one: words.day(one.day), lambda one: one.day.isoformat(), 110, grows=True),
        Column("people", _("People"), lambda one: words.count(one.people), lambda one: one.people, 80, True, unit=Unit.COUNT),
        Column("engaged", _("Engaged"), _engaged, lambda one: one.times.engaged, 104, True, unit=Unit.SECONDS),
        *(part(category) for category in Category),
        *(time(presence) for presence in (Presence.ACTIVE, Presence.READING, Presence.MEETING, Presence.IDLE, Presence.LOCKED)),
        Column("coverage", _("Coverage"), lambda one: words.share(one.coverage), lambda one: one.coverage, 92, True, unit=Unit.SHARE),
    ]
    return RowsModel(columns, identity=lambda one: one.day, name=lambda one: one.day.isoformat())
