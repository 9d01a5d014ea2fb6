"""The table of the people at one site."""

from __future__ import annotations

from collections.abc import Callable

from console import words
from console.models.rows import Column, RowsModel, Unit
from console.widgets.painting import HourBars
from console.words import _
from policy.summaries import SitePerson


def site_people_model(team: Callable[[int | None], str]) -> RowsModel[SitePerson]:
    """Return the model of people at a site."""
    columns: list[Column[SitePerson]] = [
        Column("name", _("Name"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 160, grows=True),
        Column("team", _("Team"), lambda one: team(one.person.team), lambda one: words.fold(team(one.person.team)), 130, grows=True),
        Column(
            "engaged", _("Engaged"), lambda one: words.duration(one.engaged), lambda one: one.engaged, 110, True, definition="engaged",
            unit=Unit.SECONDS,
        ),
        Column(
            "hours", _("Hours"), _busiest, lambda one: max(range(24), key=lambda hour: one.by_hour[hour]), 220,
            paint=lambda one: HourBars(tuple(one.by_hour)), definition="site_hours", grows=True,
        ),
    ]  # fmt: skip
    return RowsModel(
        columns, lambda one: one.person.id, lambda one: one.person.name, lambda one: f"{one.person.name} {team(one.person.team)}"
    )


def _busiest(one: SitePerson) -> str:
    hour = max(range(24), key=lambda number: one.by_hour[number])
    return _("most at {hour}").format(hour=words.hour_of_day(hour))
