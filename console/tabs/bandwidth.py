"""Bandwidth Usage: bytes received and sent by app, by person and by day; what is only estimated is marked as such."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QStackedWidget

from console import definitions, words
from console.api import Api
from console.charts.canvas import Chart
from console.models import traffic as texts
from console.models.people import team_names
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import divided, side_by_side, stack_in
from console.widgets.card import Card
from console.widgets.segments import Segments
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.widgets.tile import Tile
from console.words import _
from policy.summaries import AppTraffic, Bandwidth, PersonTraffic
from reports.charts import Columns, DayTraffic, Look, buckets, byte_ticks, days_of_traffic, stacked, top_traffic, traffic_days

DOWN = Qt.SortOrder.DescendingOrder
TILES = ("received", "sent", "estimated", "nobody_signed_in")


class BandwidthTab(Tab[Bandwidth]):
    """Attributes: `tiles`, `chart`, `apps`, `people`, and `days` behind the chart."""

    key = "bandwidth"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._values: Bandwidth | None = None
        theme, settings = services.theme, services.settings
        self.tiles = {key: Tile(key, theme) for key in TILES}
        self.chart = Chart(_("Chart of bytes by day"), theme, height=130)
        self.apps = texts.app_traffic_model()
        self.people = texts.person_traffic_model(lambda team: team_names(services.choices)(team))
        self.days = texts.day_traffic_model()
        self.apps_table = RowsTable("bandwidth.apps", _("Applications"), self.apps, theme, settings, (1, DOWN))
        self.people_table = RowsTable("bandwidth.people", _("People"), self.people, theme, settings, (2, DOWN))
        self._days_table = RowsTable("bandwidth.days", _("Days"), self.days, theme, settings, (0, Qt.SortOrder.AscendingOrder))
        self._apps_place, self._people_place = SearchedTable(self.apps_table, theme), SearchedTable(self.people_table, theme)
        self._by = settings.text("bandwidth/by", "days")
        self._build()
        self._connect()

    @staticmethod
    def load(api: Api, scope: Scope) -> Bandwidth:
        """Ask the server for the bytes of the scope."""
        return api.bandwidth(scope.first, scope.last, scope.team, scope.person)

    def has_figures(self, values: Bandwidth) -> bool:
        """Whether a byte was counted."""
        return values.total.total > 0

    def heading(self, values: Bandwidth) -> str:
        """Days, comparison and zone."""
        return words.period(values.period)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        tiles = side_by_side(*((tile, 1) for tile in self.tiles.values()))
        lower = side_by_side((self._apps_card(), 17), (self._people_card(), 13))
        stack_in(self.body, (tiles, 0), (divided("bandwidth", self.services.settings, self._chart_card(), lower, (22, 30)), 1))

    def _chart_card(self) -> Card:
        self._chart_head = Card(_("Days"))
        choices = (("days", _("By day")), ("apps", _("By application")), ("table", _("Table")))
        self.switch = Segments(_("Show bytes"), choices, self._by)
        self._chart_head.tools.addWidget(self.switch)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.chart)
        self._pages.addWidget(self._days_table)
        self._chart_head.body.addWidget(self._pages)
        return self._chart_head

    def _apps_card(self) -> Card:
        self._apps_head = Card(_("Applications"))
        self._apps_head.tools.addWidget(ColumnsButton(self.apps_table, self.services.theme))
        self._apps_head.body.addWidget(self._apps_place)
        return self._apps_head

    def _people_card(self) -> Card:
        card = Card(_("People"))
        card.note.setText(_("Enter or double-click shows one person"))
        card.tools.addWidget(ColumnsButton(self.people_table, self.services.theme))
        card.body.addWidget(self._people_place)
        return card

    def _connect(self) -> None:
        self.switch.chosen.connect(self._choose)
        self.chart.picked.connect(self._pick)
        self.people_table.opened.connect(self._open_person)
        self.apps_table.opened.connect(self._open_app)
        self._days_table.opened.connect(lambda row: self.services.scope.choose_days(row.day, row.day))
        selection = self.apps_table.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(lambda *_: self._show_chart())
        self.apps.modelReset.connect(self._show_chart)
        for tile in self.tiles.values():
            tile.pressed.connect(self._sort_by)

    # --- showing ------------------------------------------------------------------------------------------------------

    def show(self, values: Bandwidth) -> None:
        """Paint every part."""
        self.rank(self.people)
        self._values = values
        self._show_tiles(values)
        self.apps.set_rows(values.apps)
        self.people.set_rows(values.people)
        self.days.set_rows(traffic_days(values))
        left_out = values.truncated
        self._apps_head.note.setText(_("{n} smaller ones are only in the sums").format(n=words.count(left_out)) if left_out else "")
        self._show_chart()

    def _show_tiles(self, values: Bandwidth) -> None:
        now, before = values.total, values.previous
        for key, many in (("received", texts.received), ("sent", texts.sent)):
            guessed = now.received_estimated if key == "received" else now.sent_estimated
            daily: list[float | None] = [many(one) for one in values.daily]
            self.tiles[key].set_figure(texts.amount(many(now), guessed), words.change_of_size(many(now), many(before)), daily)
        guesses = texts.estimated(now)
        part = words.share(words.part_of(guesses, now.total))
        daily = [texts.estimated(one) for one in values.daily]
        self.tiles["estimated"].set_figure(
            words.size(guesses) if guesses else words.NOTHING, _("{share} of all bytes").format(share=part), daily
        )
        nobody = values.nobody
        amount = words.NOTHING if nobody is None else texts.amount(nobody.total, texts.estimated(nobody))
        note = _("only shown for everybody") if nobody is None else _("on shared PCs, not in People")
        self.tiles["nobody_signed_in"].set_figure(amount, note, [])

    def search(self, text: str) -> tuple[int, int]:
        """Hide the apps and people that do not match."""
        for model, place in ((self.apps, self._apps_place), (self.people, self._people_place)):
            model.search(text)
            place.judge(model, lambda: self.services.scope.update(search=""))
        return len(self.apps.rows), self.apps.total

    def _choose(self, by: str) -> None:
        self._by = by
        self.services.settings.put("bandwidth/by", by)
        self._show_chart()

    def _show_chart(self) -> None:
        if self._values is None:
            return
        chosen: list[AppTraffic] = self.apps_table.chosen()
        self._pages.setCurrentWidget(self._days_table if self._by == "table" else self.chart)
        one = words.safe(chosen[0].name, 80) if len(chosen) == 1 else _("{n} applications").format(n=words.count(len(chosen)))
        self._chart_head.note.setText(one if chosen else _("all applications"))
        self._chart_head.title.setText(_("Applications") if self._by == "apps" else _("Days"))
        if self._by == "apps":
            self._show_apps(chosen or self._values.apps)
        elif chosen:
            self._show_days_of(chosen)
        else:
            self._show_days(traffic_days(self._values))

    def _show_days(self, days: list[DayTraffic]) -> None:
        assert self._values is not None
        bars = buckets(days)
        self.chart.show_chart(
            lambda look: days_of_traffic(days, look),
            texts.traffic_summary(self._values),
            lambda place: texts.traffic_days_in_words(bars[place].days),
        )

    def _show_days_of(self, apps: list[AppTraffic]) -> None:
        """Apps are known by the day in sum only, exact and estimated bytes together."""
        assert self._values is not None
        days, sums = self._values.days, [sum(many) for many in zip(*(one.daily for one in apps), strict=True)]
        guessed = sum(texts.estimated(one.traffic) for one in apps)
        spoken = [f"{words.day(day)}: {texts.amount(many, guessed)}" for day, many in zip(days, sums, strict=True)]

        def make(look: Look) -> Columns:
            name = definitions.title("estimated") if guessed else _("received and sent")
            return stacked([look.day(day) for day in days], [(look.plain(name), sums)], byte_ticks, look.amount)

        self.chart.show_chart(make, "; ".join(spoken), lambda place: spoken[place])

    def _show_apps(self, apps: list[AppTraffic]) -> None:
        most = sorted(apps, key=lambda one: (-one.traffic.total, one.name))
        summary = "; ".join(f"{words.safe(one.name, 60)} {words.size(one.traffic.total)}" for one in most[:12])

        def explain(place: int) -> str:
            return f"{words.safe(most[place].name)}\n{texts.traffic_in_words(most[place].traffic)}"

        self.chart.show_chart(lambda look: top_traffic(most, look), summary, explain)

    # --- opening ------------------------------------------------------------------------------------------------------

    def _sort_by(self, key: str) -> None:
        """A tile leads to the people it is made of, the most first."""
        keys = [one.key for one in self.people.columns]
        if key in keys:
            self.people_table.header().setSortIndicator(keys.index(key), DOWN)
        self.people_table.setFocus()

    def _pick(self, place: int) -> None:
        if self._values is None or self._by == "apps":
            return
        bars = buckets(traffic_days(self._values))
        if place < len(bars) and len(bars) > 1:
            self.services.scope.choose_days(bars[place].first, bars[place].last)

    def _open_app(self, row: AppTraffic) -> None:
        """The chart shows the app's days."""
        self.switch.choose("days")

    def _open_person(self, row: PersonTraffic) -> None:
        self.services.scope.update(person=row.person.id)
