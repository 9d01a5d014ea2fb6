"""Timeline & Heatmap: the hours of the week, the trend of days, weeks and months, and one person's day to the minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QStackedWidget, QToolButton

from console import definitions, words
from console.api import Api
from console.charts.band import BandChart
from console.charts.canvas import Chart
from console.charts.heatmap import Heatmap
from console.models import rhythm as texts
from console.models.people import team_names
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import divided, side_by_side, stack_in
from console.theme import Theme
from console.widgets.card import Card
from console.widgets.icons import icon, presence_icon
from console.widgets.plain import CuttingLabel, Kind, set_tip
from console.widgets.segments import Segments
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.words import _
from policy.summaries import Band, BandPart, Person, Timeline, Worked
from reports.charts import stretches_worked

UP = Qt.SortOrder.AscendingOrder


class ZoomTools:
    """Three buttons for those who neither turn a wheel nor know the keys."""

    def __init__(self, chart: BandChart, card: Card, theme: Theme) -> None:
        self._theme = theme
        acts = (("zoom_in", _("Zoom in (+)"), lambda: chart.zoom(0.6)), ("zoom_out", _("Zoom out (-)"), lambda: chart.zoom(1 / 0.6)),
                ("zoom_all", _("Whole day (0)"), lambda: chart.look_at(chart.start, chart.end)))  # fmt: skip
        self._buttons: list[tuple[QToolButton, str]] = []
        for meaning, label, act in acts:
            button = QToolButton()
            button.setObjectName("quiet")
            button.setAccessibleName(label)
            set_tip(button, label)
            button.clicked.connect(lambda _checked=False, act=act: act())
            card.tools.addWidget(button)
            self._buttons.append((button, meaning))
        self.colour()

    def colour(self) -> None:
        """Take the theme's colours."""
        for button, meaning in self._buttons:
            button.setIcon(icon(meaning, self._theme.colours.muted, self._theme.colours.ink))


class TimelineTab(Tab[Timeline]):
    """Attributes: `heatmap`, `chart` (the trend), `people` or `days` to open next, `band` and its `parts`."""

    key = "timeline"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._values: Timeline | None = None
        self._zone = services.choices.zone
        theme, settings = services.theme, services.settings
        self.heatmap = Heatmap(_("Hours of the week"), theme, height=150)
        self.chart = Chart(_("Trend of engaged time"), theme, height=130)
        self.band = BandChart(_("The day as a band"), theme, height=150)
        self.people = texts.choose_model(lambda team: team_names(services.choices)(team))
        self.days = texts.worked_model(_("Day"))
        self.parts = texts.parts_model(lambda one: presence_icon(one, theme.colours.presences[one]), lambda: self._zone)
        self._tables = {
            "people": RowsTable("timeline.people", _("People whose day can be shown"), self.people, theme, settings, (0, UP)),
            "days": RowsTable("timeline.days", _("Days that can be shown"), self.days, theme, settings, (0, Qt.SortOrder.DescendingOrder)),
            "parts": RowsTable("timeline.parts", _("The stretches of the day"), self.parts, theme, settings, (0, UP)),
        }
        self._places = {key: SearchedTable(table, theme) for key, table in self._tables.items()}
        self._next = "people"
        self._by = settings.text("timeline/by", "days")
        self._look_at_hour: int | None = None
        self._build()
        self._connect()

    @staticmethod
    def load(api: Api, scope: Scope) -> Timeline:
        """Ask the server for the rhythm of the scope, and the band where it is one person's one day."""
        return api.timeline(scope.first, scope.last, scope.team, scope.person)

    def has_figures(self, values: Timeline) -> bool:
        """Whether anything was recorded; one person's one day is shown whatever it holds."""
        seen = values.band is not None and values.band.times.total > values.band.times.unknown + values.band.times.off
        return seen or any(one.engaged for one in values.days) or any(map(any, values.heatmap))

    def heading(self, values: Timeline) -> str:
        """Days and zone; nothing here is compared."""
        return words.days_and_zone(values.period)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._rhythm = side_by_side((self._week_card(), 16), (self._trend_card(), 13))
        lower = self._next_card()
        self._wide = QStackedWidget()
        self._wide.addWidget(divided("timeline", self.services.settings, self._rhythm, lower, (30, 26)))
        self._wide.addWidget(divided("timeline.day", self.services.settings, self._band_card(), self._parts_card(), (22, 34)))
        stack_in(self.body, (self._wide, 1))

    def _week_card(self) -> Card:
        card = Card(definitions.title("week_map"))
        set_tip(card.title, definitions.definition("week_map"))
        card.note.setText(_("share of everybody's time; a cell opens its day"))
        card.body.addWidget(self.heatmap)
        return card

    def _trend_card(self) -> Card:
        card = Card(_("Trend"))
        choices = (("days", _("Days")), ("weeks", _("Weeks")), ("months", _("Months")))
        self.switch = Segments(_("Show trend by"), choices, self._by)
        card.tools.addWidget(self.switch)
        card.body.addWidget(self.chart)
        return card

    def _next_card(self) -> Card:
        self._next_head = Card("")
        self._buttons: dict[str, ColumnsButton] = {}
        self._next_pages = QStackedWidget()
        for key in ("people", "days"):
            self._next_pages.addWidget(self._places[key])
            self._buttons[key] = ColumnsButton(self._tables[key], self.services.theme)
            self._next_head.tools.addWidget(self._buttons[key])
        self._next_head.body.addWidget(self._next_pages)
        return self._next_head

    def _band_card(self) -> Card:
        self._band_head = Card("")
        self._zoom = ZoomTools(self.band, self._band_head, self.services.theme)
        self._totals = CuttingLabel("", Kind.SMALL, "muted")
        self._band_head.body.addWidget(self.band)
        self._band_head.body.addWidget(self._totals)
        return self._band_head

    def _parts_card(self) -> Card:
        card = Card(_("The day in words"))
        card.tools.addWidget(ColumnsButton(self._tables["parts"], self.services.theme))
        card.body.addWidget(self._places["parts"])
        return card

    def _connect(self) -> None:
        self.switch.chosen.connect(self._choose)
        self.heatmap.picked.connect(self._open_hour)
        self.chart.picked.connect(self._open_stretch)
        self.band.picked.connect(self._select_part)
        self.band.marked.connect(self._select_part)
        self._tables["people"].opened.connect(self._open_person)
        self._tables["days"].opened.connect(self._open_worked)
        self._tables["parts"].opened.connect(self._show_part)
        self.link(self.services.theme.changed, self._repaint)

    # --- showing ------------------------------------------------------------------------------------------------------

    def show(self, values: Timeline) -> None:
        """Paint every part."""
        self._values = values
        self._zone = values.period.zone
        self._next = "people" if self.services.scope.value.person is None else "days"
        self._wide.setCurrentIndex(0 if values.band is None else 1)
        if values.band is not None:
            self._show_band(values.band)
        self.heatmap.show_week(values, texts.week_in_words(values))
        self._show_trend()
        self._show_next(values)

    def _show_band(self, band: Band) -> None:
        self._band_head.title.setText(f"{words.person(band.person)}  ·  {words.day(band.day)}")
        self._band_head.note.setText(texts.merged_in_words(band))
        self._totals.setText(texts.totals_in_words(band))
        self.parts.set_rows(band.parts)
        self.band.show_band(band, self._zone, texts.band_in_words(band, self._zone))
        if self._look_at_hour is not None:
            start = band.start + self._look_at_hour * 3_600_000
            self.band.look_at(start - 900_000, start + 4_500_000)
            self._look_at_hour = None

    def _show_next(self, values: Timeline) -> None:
        choices, scope = self.services.choices, self.services.scope.value
        self.people.set_rows([one for one in choices.people if scope.team is None or one.team == scope.team])
        self.days.set_rows(values.days)
        one = next((person for person in choices.people if person.id == scope.person), None)
        self._next_head.title.setText(_("One person's day, to the minute") if one is None else words.person(one))
        self._next_head.note.setText(
            _("Enter or double-click chooses the person") if one is None else _("Enter or double-click shows the day to the minute")
        )
        self._next_pages.setCurrentWidget(self._places[self._next])
        for key, button in self._buttons.items():
            button.setVisible(key == self._next)

    def _stretches(self) -> Sequence[Worked]:
        if self._values is None:
            return []
        return {"days": self._values.days, "weeks": self._values.weeks, "months": self._values.months}[self._by]

    def _show_trend(self) -> None:
        those = self._stretches()
        self.chart.show_chart(
            lambda look: stretches_worked(those, look), texts.trend_in_words(those), lambda place: texts.worked_in_words(those[place])
        )

    def _choose(self, by: str) -> None:
        self._by = by
        self.services.settings.put("timeline/by", by)
        self._show_trend()

    def search(self, text: str) -> tuple[int, int]:
        """Hide the people, days or stretches that do not match."""
        for key, model in (("people", self.people), ("days", self.days), ("parts", self.parts)):
            model.search(text)
            self._places[key].judge(model, lambda: self.services.scope.update(search=""))
        shown = (
            self.parts
            if self._values is not None and self._values.band is not None
            else self.people
            if self._next == "people"
            else self.days
        )
        return len(shown.rows), shown.total

    def _repaint(self) -> None:
        """Icons in the table are in the theme's colours."""
        self._zoom.colour()
        if self._values is not None and self._values.band is not None:
            self.parts.set_rows(self._values.band.parts)

    # --- opening ------------------------------------------------------------------------------------------------------

    def _open_hour(self, place: int) -> None:
        """The newest day with that weekday becomes the scope, and the band will look at that hour."""
        if self._values is None:
            return
        weekday, hour = divmod(place, 24)
        found = newest(weekday, self._values.period.first, self._values.period.last)
        if found is not None:
            self._look_at_hour = hour
            self.services.scope.choose_days(found, found)

    def _open_stretch(self, place: int) -> None:
        one = self._stretches()[place]
        self.services.scope.choose_days(one.first, one.last)

    def _open_worked(self, row: Worked) -> None:
        self.services.scope.choose_days(row.first, row.last)

    def _open_person(self, row: Person) -> None:
        self.services.scope.update(person=row.id)

    def _select_part(self, place: int) -> None:
        found = self.parts.place_of(self.band.parts[place].start)
        if found is not None:
            self._tables["parts"].selectRow(found)

    def _show_part(self, row: BandPart) -> None:
        for place, part in enumerate(self.band.parts):
            if part.start == row.start:
                self.band.zoom_to(part.start, part.end)
                self.band.set_mark(place)


def newest(weekday: int, first: date, last: date) -> date | None:
    """Return the last day of the period that is this weekday, Monday being 0."""
    day = last - timedelta(days=(last.weekday() - weekday) % 7)
    return day if day >= first else None
