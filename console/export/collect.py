"""Takes what a tab shows as values, on the window's thread and at once; everything slow happens later and elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from console import words
from console.charts.painted import Painted
from console.export.content import Content, Head, Picture, Sheet, sheet_of
from console.export.picture_file import bare_png
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.widgets.table import RowsTable
from console.words import _


def head_of(tab: Tab[Any], scope: Scope, services: Services, made: datetime) -> Head:
    """Return what an export of this tab begins with."""
    lines = [(_("Days"), words.span(scope.first, scope.last)), (_("Whom"), whom(scope, services)), *tab.conditions()]
    if scope.search.strip():
        lines.append((_("Search"), words.safe(scope.search.strip())))
    return Head(
        title=words.tab(tab.key),
        organisation=words.safe(services.choices.organisation, 120),
        zone=services.choices.zone,
        made=made,
        user=words.safe(services.api.user, 80),
        lines=tuple(lines),
    )


def whom(scope: Scope, services: Services) -> str:
    """Return the name of the person or team of a scope."""
    people = {one.id: one.name for one in services.choices.people}
    teams = {one.id: one.name for one in services.choices.teams}
    if scope.person is not None:
        return words.safe(people.get(scope.person, str(scope.person)), 120)
    return words.safe(teams.get(scope.team, str(scope.team)), 120) if scope.team is not None else _("everybody")


def tables_of(tab: Tab[Any]) -> list[RowsTable]:
    """Return the tab's tables that hold anything, in the order of the screen."""
    found = [one for one in tab.body.findChildren(RowsTable) if one.rows_model.rowCount()]
    return sorted(found, key=lambda one: one.isHidden())


def charts_of(tab: Tab[Any]) -> list[Painted]:
    """Return the charts in view that show anything."""
    return [one for one in tab.body.findChildren(Painted) if one.isVisibleTo(tab.body) and one.places()]


def content_of(tab: Tab[Any], scope: Scope, services: Services, made: datetime, *, pictures: bool) -> Content:
    """Return everything of a tab; `pictures` only where the form can hold them."""
    charts = charts_of(tab) if pictures else []
    drawn = tuple(Picture(one.accessibleName(), one.accessibleDescription(), bare_png(one)) for one in charts)
    return Content(head_of(tab, scope, services, made), tuple(_sheet(tab, table) for table in tables_of(tab)), drawn)


def _sheet(tab: Tab[Any], table: RowsTable) -> Sheet:
    rows: Callable[[], Iterable[Any]] | None = tab.every_row(table.rows_model)
    if rows is None:
        held = table.rows_model.rows
        rows = lambda: held  # noqa: E731 - a table read twice is the same table
    return sheet_of(table.accessibleName(), table.shown_columns(), rows)
