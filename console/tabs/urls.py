"""The URL Report: sites with the time at each, at which hours, by whom; and the browsers' time without a site."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QStackedWidget, QToolButton

from console import words
from console.api import Api
from console.charts.canvas import Chart
from console.models import sites as texts
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import divided, side_by_side, stack_in
from console.tabs.site import SitePage
from console.widgets.card import Card
from console.widgets.partslist import PartsList
from console.widgets.plain import Kind, PlainLabel, set_tip
from console.widgets.segments import Segments
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.words import _
from policy.presence import Presence
from policy.summaries import Sites, SiteTimes
from reports.charts import TOP, Columns, Look, Series, Split, hour_ticks, most_used, sites_by_hour, stacked, top_uses


class UrlsTab(Tab[Sites]):
    """Attributes: `sites` is the table's model, `chart` the hours, the sites used most or the days, `page` one site's people."""

    key = "urls"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._values: Sites | None = None
        theme, settings = services.theme, services.settings
        self.sites = texts.sites_model(lambda: texts.all_time(self._values) if self._values else 0)
        self.table = RowsTable("urls.sites", _("Sites"), self.sites, theme, settings, (2, Qt.SortOrder.DescendingOrder))
        self._place = SearchedTable(self.table, theme)
        self.chart = Chart(_("Chart of sites"), theme, height=130)
        self.bar = Chart(_("Bar of time in browsers"), theme, height=30)
        self.bar.setFixedHeight(30)
        self.parts = PartsList(theme)
        self._browsers = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        self._unclassified = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        self._by = settings.text("urls/by", "hours")
        self.page = SitePage(services)
        self._build()

    @staticmethod
    def load(api: Api, scope: Scope) -> Sites:
        """Ask the server for the sites of the scope."""
        return api.urls(scope.first, scope.last, scope.team, scope.person)

    def has_figures(self, values: Sites) -> bool:
        """Whether any browser or site was in front."""
        return bool(values.sites) or bool(values.without_site.engaged)

    def heading(self, values: Sites) -> str:
        """Days, comparison and zone."""
        return words.period(values.period)

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        upper = side_by_side((self._accounts_card(), 10), (self._chart_card(), 16))
        self._pages = QStackedWidget()
        self._pages.addWidget(divided("urls", self.services.settings, upper, self._table_card(), (25, 34)))
        self._pages.addWidget(self.page)
        stack_in(self.body, (self._pages, 1))
        self.table.opened.connect(self.open_site)
        selection = self.table.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(lambda *_: self._show_chart())
        self.sites.modelReset.connect(self._show_chart)
        self.page.left.connect(self._leave_site)
        self.page.person_wanted.connect(self._open_person)

    def _accounts_card(self) -> Card:
        card = Card(_("Time in browsers"))
        card.body.addWidget(self.bar)
        card.body.addWidget(self.parts)
        card.body.addStretch(1)
        card.body.addWidget(self._browsers)
        card.body.addWidget(self._unclassified)
        return card

    def _chart_card(self) -> Card:
        self._chart_head = Card("")
        choices = (("hours", _("By hour")), ("most", _("Most used")), ("days", _("By day")))
        self.switch = Segments(_("Show sites"), choices, self._by)
        self.switch.chosen.connect(self._choose)
        self._chart_head.tools.addWidget(self.switch)
        self._chart_head.body.addWidget(self.chart)
        self.chart.picked.connect(self._pick)
        return self._chart_head

    def _table_card(self) -> Card:
        card = Card(_("All sites"))
        card.note.setText(_("Enter or double-click shows who was there and when"))
        self.classify = QToolButton()
        self.classify.setObjectName("quiet")
        self.classify.setText(_("Classify …"))
        set_tip(self.classify, _("Say what the selected site counts as; without a selection, what is unclassified is listed"))
        self.classify.clicked.connect(lambda _checked=False: self._classify())
        card.tools.addWidget(self.classify)
        card.tools.addWidget(ColumnsButton(self.table, self.services.theme))
        card.body.addWidget(self._place)
        return card

    # --- showing ------------------------------------------------------------------------------------------------------

    def show(self, values: Sites) -> None:
        """Paint every part."""
        self.rank(self.page.people)
        self._values = values
        rows = [*values.sites, values.without_site] if values.without_site.engaged else values.sites
        self.sites.set_rows(rows)
        accounts = texts.accounts(values)
        values_of = [part for _name, part in accounts]
        self.bar.show_chart(
            lambda look: Split(tuple(zip(_series(look), values_of, strict=True))),
            _spoken(accounts),
            lambda place: _spoken([accounts[place]]),
        )
        self.parts.show_parts(_series, accounts)
        self._browsers.setText(texts.browsers_in_words(values))
        self._unclassified.setText(texts.unclassified_in_words(values))
        self._show_chart()
        self.page.follow(values.period)

    def _classify(self) -> None:
        index = self.table.currentIndex()
        rows = self.sites.rows_at([index.row()] if index.isValid() and index.row() < self.sites.rowCount() else [])
        site = rows[0].site if rows else ""
        self.classify_wanted.emit("site" if site else "", site, rows[0].name if site else "")

    def search(self, text: str) -> tuple[int, int]:
        """Hide the sites that do not match."""
        self.sites.search(text)
        self._place.judge(self.sites, lambda: self.services.scope.update(search=""))
        self._show_chart()
        return len(self.sites.rows), self.sites.total

    def _choose(self, by: str) -> None:
        self._by = by
        self.services.settings.put("urls/by", by)
        self._show_chart()

    def _chosen(self) -> list[SiteTimes]:
        """Return the selected sites, all shown ones when none is."""
        return self.table.chosen() or self.sites.rows

    def _show_chart(self) -> None:
        if self._values is None:
            return
        rows, some = self._chosen(), self.table.chosen()
        about = texts.site_name(some[0]) if len(some) == 1 else _("{n} sites").format(n=words.count(len(some))) if some else _("all sites")
        self._chart_head.note.setText(about)
        if self._by == "most":
            self._chart_head.title.setText(_("Most used"))
            self._show_most(most_used(rows))
        elif self._by == "days":
            self._chart_head.title.setText(_("Days"))
            self._show_days(rows)
        else:
            self._chart_head.title.setText(_("Hours of the day"))
            self.chart.show_chart(
                lambda look: sites_by_hour(rows, look), texts.hours_in_words(rows), lambda hour: texts.hour_in_words(rows, hour)
            )

    def _show_most(self, most: list[SiteTimes]) -> None:
        summary = "; ".join(f"{texts.site_name(one)} {words.duration(one.engaged)}" for one in most)
        named = [_named(one) for one in most]
        self.chart.show_chart(lambda look: top_uses(named, look, TOP), summary, lambda place: texts.use_in_words(most[place]))

    def _show_days(self, rows: list[SiteTimes]) -> None:
        assert self._values is not None
        days, sums = self._values.days, [sum(values) for values in zip(*(one.daily for one in rows), strict=True)]
        spoken = [f"{words.day(day)}: {words.duration(seconds)}" for day, seconds in zip(days, sums, strict=False)]

        def make(look: Look) -> Columns:
            return stacked([look.day(day) for day in days], [(look.plain(_("engaged")), sums)], hour_ticks, look.hours)

        self.chart.show_chart(make, "; ".join(spoken), lambda place: spoken[place])

    # --- opening ------------------------------------------------------------------------------------------------------

    def _pick(self, place: int) -> None:
        """A site's bar selects its row, a day's column becomes the scope."""
        if self._values is None:
            return
        if self._by == "days" and len(self._values.days) > 1:
            self.services.scope.choose_days(self._values.days[place], self._values.days[place])
        elif self._by == "most":
            self.open_site(most_used(self._chosen())[place])

    def open_site(self, row: SiteTimes) -> None:
        """Show who was at a site and at which hours."""
        if self._values is None:
            return
        self.page.open(row, self._values.period)
        self._pages.setCurrentWidget(self.page)
        self.page.table.setFocus()

    def back(self) -> bool:
        """Leave a site's page; whether there was one to leave."""
        was = self._pages.currentWidget() is self.page
        if was:
            self.page.close_site()
            self._pages.setCurrentIndex(0)
            self.table.setFocus()
        return was

    def _leave_site(self) -> None:
        self.back()

    def _open_person(self, person: int) -> None:
        self.back()
        self.services.scope.update(person=person)

    def close(self) -> None:
        """Let go of the site's page too."""
        self.page.close_site()
        super().close()


def _series(look: Look) -> tuple[Series, Series, Series]:
    """Return how the three parts of the browsers' time are drawn."""
    return (
        look.plain(_("sites listed")),
        Series(_("further sites"), look.presences[Presence.READING].colour, "////"),
        Series(_("site not known"), look.unclassified.colour, "...."),
    )


def _spoken(accounts: Sequence[tuple[str, int]]) -> str:
    return "\n".join(f"{name}: {words.duration(seconds)}" for name, seconds in accounts)


def _named(one: SiteTimes) -> SiteTimes:
    """Return the site under the name it is shown by."""
    return structs.replace(one, name=texts.site_name(one))
