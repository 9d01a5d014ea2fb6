"""A figure that somebody asks about: which one, of what, about whom and when; and which figure is under the keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PyQt5.QtGui import QCursor
from PyQt5.QtWidgets import QApplication, QWidget

from console import definitions, words
from console.scope import Scope
from console.widgets.table import RowsTable
from console.widgets.tile import Tile
from policy.summaries import Person


@dataclass(frozen=True)
class Asked:
    """A figure: its definition's key, as it is shown, and the scope it is about; `app` or `site` where it is one's own."""

    key: str
    shown: str
    scope: Scope
    app: str | None = None
    site: str | None = None
    name: str = ""


def asked_at(widget: QWidget | None, scope: Scope) -> Asked | None:
    """Return the figure that a widget, or one of those around it, shows; None where there is none."""
    while widget is not None:
        if isinstance(widget, Tile):
            return Asked(widget.key, widget.texts()[0], scope)
        if isinstance(widget, RowsTable):
            return _of_table(widget, scope)
        widget = widget.parentWidget()
    return None


def _of_table(table: RowsTable, scope: Scope) -> Asked | None:
    index = table.currentIndex()
    rows = table.rows_model.rows_at([index.row()] if index.isValid() and index.row() < table.rows_model.rowCount() else [])
    columns = table.rows_model.columns
    places = [index.column(), *range(len(columns))] if rows else range(len(columns))
    column = next((columns[place] for place in places if definitions.known(columns[place].definition)), None)
    if column is None:
        return None
    if not rows:
        return Asked(column.definition, "", scope)
    return about_row(Asked(column.definition, column.text(rows[0]), scope), rows[0])


def about_row(asked: Asked, row: Any) -> Asked:
    """Return the figure of one row: of its person, its app or its site."""
    person = getattr(row, "person", None)
    if isinstance(person, Person):
        asked = replace(asked, scope=replace(asked.scope, person=person.id), name=words.person(person))
    day = getattr(row, "day", None)
    if day is not None:
        asked = replace(asked, scope=replace(asked.scope, first=day, last=day), name=words.day(day))
    site, app = getattr(row, "site", None), getattr(row, "app", None)
    if isinstance(site, str) and site:
        return replace(asked, site=site, name=words.safe(site, 80))
    if isinstance(app, str) and app and person is None:
        return replace(asked, app=app, name=words.safe(getattr(row, "name", app) or app, 80))
    return asked


def asked_now(scope: Scope) -> Asked | None:
    """Return the figure that has the keys, else the one under the pointer."""
    focused = asked_at(QApplication.focusWidget(), scope)
    return focused or asked_at(QApplication.widgetAt(QCursor.pos()), scope)
