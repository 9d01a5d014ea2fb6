"""The Inactivity Monitor: what was quiet with each presence apart, the longest stretches, and input minute by minute.

It shows evidence and draws no conclusion: no input seen is not "not working".
"""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QStackedWidget, QWidget

from console import definitions, words
from console.api import Api
from console.charts.canvas import Chart
from console.charts.minutes import MinutesChart
from console.models import quiet as texts
from console.models.people import team_names
from console.models.rows import RowsModel
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import divided, side_by_side, stack_in
from console.widgets.card import Card
from console.widgets.empty import Emptiness
from console.widgets.icons import presence_icon
from console.widgets.plain import Kind, PlainLabel, set_tip
from console.widgets.segments import Segments
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.widgets.tile import Tile
from console.words import _
from policy.presence import Presence
from policy.summaries import Inactivity, PersonParts, Quiet, Review
from policy.worktime import day_bounds
from reports.charts import QUIET_PRESENCES, buckets, days_by_presence

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
REVIEW = "review"
AROUND_MS = 20 * 60_000


class InactivityTab(Tab[Inactivity]):
    """Attributes: `tiles`, `chart` (days) or `minutes`, `people` or `review`, and `quiet`."""

    key = "inactivity"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._values: Inactivity | None = None
        self._zone = services.choices.zone
        theme = services.theme
        self.tiles = {key: Tile(key, theme) for key in (*(one.value for one in texts.APART), REVIEW)}
        self.chart = Chart(_("Chart of quiet time by day"), theme, height=120)
        self.minutes = MinutesChart(_("Input per minute"), theme, height=150)
        self.people = texts.quiet_people_model(lambda team: team_names(services.choices)(team))
        self.quiet = texts.quiet_model(lambda one: presence_icon(one, theme.colours.presences[one]), lambda: self._zone)
        self.quiet_near = texts.quiet_model(lambda one: presence_icon(one, theme.colours.presences[one]), lambda: self._zone, one_day=True)
        self.review = texts.review_model(lambda: self._zone)
        self.days = texts.quiet_days_model()
        self.by_minute = texts.minutes_model(lambda: self._zone)
        self._tables = {
            "people": self._table("people", _("People"), self.people, (3, DOWN)),
            "review": self._table("review", _("Minutes whose review is suggested"), self.review, (0, UP)),
            "quiet": self._table("quiet", _("Longest quiet stretches"), self.quiet, (1, DOWN)),
            "quiet_near": self._table("quiet_near", _("Longest quiet stretches of the day"), self.quiet_near, (1, DOWN)),
            "days": self._table("days", _("Days"), self.days, (0, UP)),
            "minutes": self._table("minutes", _("Minutes"), self.by_minute, (0, UP)),
        }
        self._places = {
            key: SearchedTable(
                table, theme, {"review": Emptiness.NO_REVIEW, "quiet": Emptiness.NO_QUIET, "quiet_near": Emptiness.NO_QUIET}.get(key)
            )
            for key, table in self._tables.items()
        }
        self._unsearched: dict[str, PlainLabel] = {}
        self._build()
        self._connect()

    def _table(self, name: str, label: str, model: RowsModel[Any], by: tuple[int, Qt.SortOrder]) -> RowsTable:
        return RowsTable(f"inactivity.{name}", label, model, self.services.theme, self.services.settings, by)

    @staticmethod
    def load(api: Api, scope: Scope) -> Inactivity:
        """Ask the server for what was quiet, and for the minutes of one person's one day."""
        return api.inactivity(scope.first, scope.last, scope.team, scope.person)

    def has_figures(self, values: Inactivity) -> bool:
        """Whether anything at all was recorded."""
        recorded = (one.times.total - one.times.unknown - one.times.off for one in values.days)
        return any(recorded) or bool(values.minutes)

    def heading(self, values: Inactivity) -> str:
        """Days and zone, and what this tab is not."""
        return "  ·  ".join((words.days_and_zone(values.period), _("no input seen says nothing about work")))

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        tiles = side_by_side(*((tile, 1) for tile in self.tiles.values()))
        settings = self.services.settings
        afar = divided(
            "inactivity", settings, side_by_side((self._days_card(), 16), (self._quiet_card("quiet"), 13)), self._people_card(), (24, 30)
        )
        beside = side_by_side((self._review_card(), 13), (self._quiet_card("quiet_near"), 13))
        self._pages = QStackedWidget()
        self._pages.addWidget(afar)
        self._pages.addWidget(divided("inactivity.day", settings, self._minutes_card(), beside, (30, 24)))
        stack_in(self.body, (tiles, 0), (self._pages, 1))

    def _as_chart_or_table(self, card: Card, chart: QWidget, key: str) -> Segments:
        """Fill a card with a chart and the table that says the same, and a switch between them."""
        switch = Segments(
            _("Show {what} as").format(what=self._tables[key].accessibleName()), (("chart", _("Chart")), ("table", _("Table"))), "chart"
        )
        pages = QStackedWidget()
        pages.addWidget(chart)
        pages.addWidget(self._places[key])
        switch.chosen.connect(lambda how: pages.setCurrentIndex(how == "table"))
        card.tools.addWidget(switch)
        card.body.addWidget(pages)
        return switch

    def _days_card(self) -> Card:
        card = Card(_("Quiet time by day"))
        set_tip(card.title, definitions.definition("idle"))
        card.note.setText(_("a column opens its day"))
        self._as_chart_or_table(card, self.chart, "days")
        return card

    def _minutes_card(self) -> Card:
        card = Card(definitions.title("input"))
        set_tip(card.title, definitions.definition("input"))
        card.note.setText(_("wheel or + and - zoom; ▼ marks a suggested review"))
        self.switch = self._as_chart_or_table(card, self.minutes, "minutes")
        return card

    def _people_card(self) -> Card:
        card = Card(_("People"))
        card.note.setText(_("Enter or double-click shows one person"))
        card.tools.addWidget(ColumnsButton(self._tables["people"], self.services.theme))
        card.body.addWidget(self._places["people"])
        return card

    def _review_card(self) -> Card:
        card = Card(_("Review suggested"))
        set_tip(card.title, definitions.definition("review"))
        card.note.setText(_("Enter shows the minute and those around it"))
        card.tools.addWidget(ColumnsButton(self._tables["review"], self.services.theme))
        card.body.addWidget(self._places["review"])
        return card

    def _quiet_card(self, key: str) -> Card:
        card = Card(definitions.title("quiet"))
        set_tip(card.title, definitions.definition("quiet"))
        card.tools.addWidget(ColumnsButton(self._tables[key], self.services.theme))
        card.body.addWidget(self._places[key])
        self._unsearched[key] = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        card.body.addWidget(self._unsearched[key])
        return card

    def _connect(self) -> None:
        self.chart.picked.connect(self._open_bar)
        self.minutes.picked.connect(self._select_review)
        self._tables["people"].opened.connect(self._open_person)
        for key in ("quiet", "quiet_near"):
            self._tables[key].opened.connect(self._open_quiet)
        self._tables["days"].opened.connect(lambda row: self.services.scope.choose_days(row.day, row.day))
        self._tables["review"].opened.connect(self._show_review)
        self._tables["minutes"].opened.connect(lambda row: self._look_at(row.start))
        for tile in self.tiles.values():
            tile.pressed.connect(self._sort_by)
        self.link(self.services.theme.changed, self._repaint)

    # --- showing ------------------------------------------------------------------------------------------------------

    def show(self, values: Inactivity) -> None:
        """Paint every part."""
        self.rank(self.people, self.quiet, self.quiet_near)
        self._values = values
        self._zone = values.period.zone
        self._show_tiles(values)
        self.people.set_rows(values.people)
        self.quiet.set_rows(values.quiet)
        self.quiet_near.set_rows(values.quiet)
        self.review.set_rows(values.review or [])
        self.days.set_rows(values.days)
        self.by_minute.set_rows(values.minutes or [])
        for label in self._unsearched.values():
            label.setText(texts.unsearched_in_words(values))
            label.setVisible(bool(values.unsearched))
        if values.minutes is None:
            self.chart.show_chart(
                lambda look: days_by_presence(values.days, look, QUIET_PRESENCES), texts.days_in_words(values.days), self._explain
            )
        else:
            bounds = day_bounds(values.period.first, self._zone)
            shown = (values.minutes, values.review or [], values.quiet)
            self.minutes.show_minutes(*shown, bounds, self._zone, texts.minutes_summary(values))
        self._pages.setCurrentIndex(values.minutes is not None)

    def _show_tiles(self, values: Inactivity) -> None:
        on = sum(texts.pc_on(one.times) for one in values.days)
        whole = sum(one.times.total for one in values.days)
        for presence in texts.APART:
            seconds = sum(one.times.of(presence) for one in values.days)
            of = whole if presence is Presence.UNKNOWN else on
            told = _("{share} of all hours") if presence is Presence.UNKNOWN else _("{share} of PC time")
            daily: list[float | None] = [one.times.of(presence) for one in values.days]
            self.tiles[presence.value].set_figure(
                words.duration_short(seconds), told.format(share=words.share(words.part_of(seconds, of))), daily
            )
        minutes = sum(one.review_minutes for one in values.days)
        people = sum(bool(one.review_minutes) for one in values.people)
        note = _("{people}; look and ask").format(people=words.people(people)) if minutes else _("nothing stands out")
        self.tiles[REVIEW].set_figure(texts.minutes_in_words(minutes), note, [float(one.review_minutes) for one in values.days])

    def search(self, text: str) -> tuple[int, int]:
        """Hide the people, stretches and minutes that do not match."""
        models: dict[str, RowsModel[Any]] = {
            "people": self.people,
            "quiet": self.quiet,
            "quiet_near": self.quiet_near,
            "review": self.review,
            "days": self.days,
        }
        for key, model in (models | {"minutes": self.by_minute}).items():
            model.search(text)
            self._places[key].judge(model, lambda: self.services.scope.update(search=""))
        return len(self.people.rows), self.people.total

    def _explain(self, place: int) -> str:
        bars = buckets(self._values.days) if self._values else []
        return texts.day_in_words(bars[place].days) if place < len(bars) else ""

    def _repaint(self) -> None:
        """Icons in the table are in the theme's colours."""
        if self._values is not None:
            self.quiet.set_rows(self._values.quiet)
            self.quiet_near.set_rows(self._values.quiet)

    # --- opening ------------------------------------------------------------------------------------------------------

    def _sort_by(self, key: str) -> None:
        """A tile leads to the people it is made of, the most first."""
        column = [one.key for one in self.people.columns].index(key)
        self._tables["people"].header().setSortIndicator(column, DOWN)
        self._tables["people"].setFocus()

    def _open_bar(self, place: int) -> None:
        bars = buckets(self._values.days) if self._values else []
        if place < len(bars):
            self.services.scope.choose_days(bars[place].first, bars[place].last)

    def _open_person(self, row: PersonParts) -> None:
        self.services.scope.update(person=row.person.id)

    def _open_quiet(self, row: Quiet) -> None:
        """A stretch opens its person's day; on that day already, the chart moves to it."""
        day = words.local(row.start, self._zone).date()
        value = self.services.scope.value
        if value.person == row.person.id and value.first == value.last == day:
            self.minutes.zoom_to(row.start, row.end)
        else:
            self.services.scope.open_day(row.person.id, day)

    def _show_review(self, row: Review) -> None:
        self._look_at(row.start)

    def _look_at(self, start: int) -> None:
        """Plot a minute among its neighbours: what is regular is seen only beside what is not."""
        place = self.minutes.place_of(start)
        if place is not None:
            self.switch.choose("chart")
            self.minutes.look_at(start - AROUND_MS, start + AROUND_MS)
            self.minutes.set_mark(place)

    def _select_review(self, place: int) -> None:
        found = self.review.place_of(self.minutes.minutes[place].start)
        if found is not None:
            self._tables["review"].selectRow(found)
