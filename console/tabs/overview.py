"""The first tab: what needs attention, the key figures, the days, who is active now, and everybody's time."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout

from console import words
from console.api import Api
from console.charts.canvas import Chart
from console.models.people import days_model, now_model, people_model, team_names
from console.scope import Scope, named
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import side_by_side
from console.widgets.attention import AttentionList
from console.widgets.card import Card
from console.widgets.empty import Emptiness
from console.widgets.icons import presence_icon
from console.widgets.segments import Segments
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.widgets.tile import Tile
from console.words import _
from policy.presence import Presence
from policy.summaries import Figure, Now, Overview, PersonTimes
from reports.charts import buckets, days_by_category, days_by_presence

TILES = ("active_people", "engaged", "productivity", "unclassified", "idle", "coverage")
OPENS = {"active_people": "timeline", "engaged": "applications", "productivity": "urls", "idle": "inactivity"}
"""Tiles whose parts are on another tab; coverage leads to the people below, the unclassified to where rules are made."""


@dataclass(frozen=True)
class TileText:
    """A tile in words."""

    value: str
    change: str
    daily: list[float | None]


def tile_texts(values: Overview) -> dict[str, TileText]:
    """Return what each tile says."""
    return {
        "active_people": _count_tile(values.active_people),
        "engaged": _time_tile(values.engaged),
        "productivity": _productivity_tile(values),
        "unclassified": _unclassified_tile(values),
        "idle": _time_tile(values.idle),
        "coverage": _share_tile(values.coverage),
    }


def _count_tile(figure: Figure) -> TileText:
    value = words.NOTHING if figure.value is None else words.count(figure.value)
    return TileText(value, words.change_of_count(figure.value, figure.previous), figure.daily)


def _time_tile(figure: Figure) -> TileText:
    return TileText(words.duration_short(figure.value), words.change_of_duration(figure.value, figure.previous), figure.daily)


def _share_tile(figure: Figure) -> TileText:
    return TileText(words.share(figure.value), words.change_of_share(figure.value, figure.previous), figure.daily)


def _productivity_tile(values: Overview) -> TileText:
    if values.productivity.value is not None:
        return _share_tile(values.productivity)
    return TileText(words.NOTHING, words.not_shown(values.coverage.value), values.productivity.daily)


def _unclassified_tile(values: Overview) -> TileText:
    """How much no rule names, and that something can be done about it."""
    seconds = sum(one.categories.unclassified for one in values.days)
    total = sum(one.categories.total for one in values.days)
    daily = [words.part_of(one.categories.unclassified, one.categories.total) for one in values.days]
    change = _("{time}, classify …").format(time=words.duration_short(seconds)) if seconds else _("everything has a rule")
    return TileText(words.share(words.part_of(seconds, total)), change, daily)


class OverviewTab(Tab[Overview]):
    """Attributes: `tiles`, `attention`, `chart`, `people`, `now` and `days` are the parts, top to bottom."""

    key = "overview"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._values: Overview | None = None
        theme, settings = services.theme, services.settings
        self._zone = services.choices.zone
        self.attention = AttentionList(theme)
        self.tiles = {key: Tile(key, theme) for key in TILES}
        self.people = people_model(lambda team: team_names(services.choices)(team), lambda: self._zone)
        self.now = now_model(lambda one: presence_icon(one, theme.colours.presences[one]), self._since)
        self.days = days_model()
        self._people_table = RowsTable("overview.people", _("People"), self.people, theme, settings, (0, Qt.SortOrder.AscendingOrder))
        self._now_table = RowsTable("overview.now", _("Active now"), self.now, theme, settings)
        self._days_table = RowsTable("overview.days", _("Days"), self.days, theme, settings, (0, Qt.SortOrder.AscendingOrder))
        self._people_place = SearchedTable(self._people_table, theme)
        self._now_place = SearchedTable(self._now_table, theme, Emptiness.NOBODY_NOW)
        self.chart = Chart(_("Chart of days"), theme, height=120)
        self._by = settings.text("overview/by", "presence")
        self._build()
        self._connect()

    # --- loading ------------------------------------------------------------------------------------------------------

    @staticmethod
    def load(api: Api, scope: Scope) -> Overview:
        """Ask the server for the overview of the scope."""
        return api.overview(scope.first, scope.last, scope.team, scope.person)

    def has_figures(self, values: Overview) -> bool:
        """Whether anything was recorded of anybody in these days."""
        recorded = (one.times.total - one.times.unknown - one.times.off for one in values.days)
        return any(recorded) or bool(values.now)

    def heading(self, values: Overview) -> str:
        """Days, comparison and zone."""
        return words.period(values.period)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        tiles = side_by_side(*((tile, 1) for tile in self.tiles.values()))
        upper = side_by_side((self._days_card(), 16), (self._now_card(), 13))
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(10)
        self._split.addWidget(upper)
        self._split.addWidget(self._people_card())
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([270, 290])
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.attention)
        layout.addWidget(tiles)
        layout.addWidget(self._split, 1)

    def _days_card(self) -> Card:
        card = Card(_("Days"))
        choices = (("presence", _("By presence")), ("category", _("By category")), ("table", _("Table")))
        self.switch = Segments(_("Show days"), choices, self._by)
        card.tools.addWidget(self.switch)
        self._days_pages = QStackedWidget()
        self._days_pages.addWidget(self.chart)
        self._days_pages.addWidget(self._days_table)
        card.body.addWidget(self._days_pages)
        return card

    def _now_card(self) -> Card:
        self._now_head = Card(_("Active now"))
        self._now_table.header().hide()
        self._now_head.body.addWidget(self._now_place)
        return self._now_head

    def _people_card(self) -> Card:
        card = Card(_("People"))
        card.note.setText(_("Enter or double-click shows one person's minutes"))
        card.tools.addWidget(ColumnsButton(self._people_table, self.services.theme))
        card.body.addWidget(self._people_place)
        return card

    def _connect(self) -> None:
        settings = self.services.settings
        state = settings.state("splitters/overview")
        if state is not None:
            self._split.restoreState(state)
        self._split.splitterMoved.connect(lambda *_: settings.put("splitters/overview", self._split.saveState()))
        self.switch.chosen.connect(self._choose)
        self.chart.picked.connect(self._open_day)
        self._people_table.opened.connect(self._open_person)
        self._now_table.opened.connect(self._open_person)
        for tile in self.tiles.values():
            tile.pressed.connect(self._open_tile)
        self.link(self.services.theme.changed, self._repaint)

    # --- showing ------------------------------------------------------------------------------------------------------

    def show(self, values: Overview) -> None:
        """Paint every part."""
        self.rank(self.people, self.now)
        self._values = values
        self._zone = values.period.zone
        self.attention.set_items(values.attention)
        for key, text in tile_texts(values).items():
            self.tiles[key].set_figure(text.value, text.change, text.daily)
        self.people.set_rows(values.people)
        self.now.set_rows(sorted(values.now, key=lambda one: (list(Presence).index(one.presence), words.fold(one.person.name))))
        self.days.set_rows(values.days)
        self._say_who_is_here(values.now)
        self._show_days()

    def search(self, text: str) -> tuple[int, int]:
        """Hide the people who do not match."""
        for model, place in ((self.people, self._people_place), (self.now, self._now_place)):
            model.search(text)
            place.judge(model, lambda: self.services.scope.update(search=""))
        return len(self.people.rows), self.people.total

    def _say_who_is_here(self, now: list[Now]) -> None:
        here = sum(one.presence in (Presence.ACTIVE, Presence.READING, Presence.MEETING) for one in now)
        self._now_head.note.setText(_("{here} of {all}").format(here=words.count(here), all=words.count(len(now))) if now else "")

    def _since(self, instant: int) -> str:
        return words.moment(instant, self._zone, self.services.choices.today)

    def _choose(self, by: str) -> None:
        self._by = by
        self.services.settings.put("overview/by", by)
        self._show_days()

    def _show_days(self) -> None:
        if self._values is None:
            return
        days = self._values.days
        self._days_pages.setCurrentWidget(self._days_table if self._by == "table" else self.chart)
        make = days_by_category if self._by == "category" else days_by_presence
        self.chart.show_chart(lambda look: make(days, look), words.chart_summary(days), self._explain)

    def _explain(self, place: int) -> str:
        bars = buckets(self._values.days) if self._values else []
        return "\n\n".join(words.chart_day(one) for one in bars[place].days) if 0 <= place < len(bars) else ""

    def _repaint(self) -> None:
        """Icons in the table are in the theme's colours."""
        if self._values is not None:
            self.now.set_rows(self.now.rows if not self._values else self._values.now)

    # --- opening ------------------------------------------------------------------------------------------------------

    def _open_day(self, place: int) -> None:
        bars = buckets(self._values.days) if self._values else []
        if 0 <= place < len(bars) and len(bars) > 1:
            self.services.scope.choose_days(bars[place].first, bars[place].last)

    def _open_person(self, row: PersonTimes | Now) -> None:
        """One person's minutes: the day itself, or the newest of the days that person was there."""
        scope = self.services.scope
        last = row.last if isinstance(row, PersonTimes) else row.seen
        if last is not None and scope.value.first != scope.value.last:
            day = words.local(last, self._zone).date()
            scope.update(person=row.person.id, first=day, last=day, preset=named(day, day, scope.today))
        else:
            scope.update(person=row.person.id)
        self.wanted.emit("timeline")

    def _open_tile(self, key: str) -> None:
        if key in OPENS:
            self.wanted.emit(OPENS[key])
        elif key == "unclassified":
            self.classify_wanted.emit("", "", "")
        else:
            self._people_table.setFocus()
