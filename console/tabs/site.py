"""One site of the URL Report: who was there, and at which hours; a person opens as the scope."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from console import words
from console.charts.canvas import Chart
from console.models import sites as texts
from console.models.people import team_names
from console.models.siteuse import site_people_model
from console.services import Services
from console.tabs.layout import GAP, divided
from console.trouble import Trouble
from console.widgets.banner import Banner
from console.widgets.card import Card
from console.widgets.icons import icon
from console.widgets.plain import CuttingLabel, Kind
from console.widgets.table import ColumnsButton, RowsTable
from console.words import _
from policy.summaries import Period, SitePeople, SitePerson, SiteTimes
from reports.charts import Columns, Look, hour_ticks, stacked


class SitePage(QWidget):
    """Shown in place of the list of sites; asks the server for itself, because only one site is looked at a time.

    Signals:
        left: back to the list.
        person_wanted: the scope should be this person, by number.
    """

    left = pyqtSignal()
    person_wanted = pyqtSignal(int)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self._site: SiteTimes | None = None
        self._asked: tuple[object, ...] = ()
        theme = services.theme
        self.people = site_people_model(lambda team: team_names(services.choices)(team))
        self.table = RowsTable(
            "urls.people", _("People at this site"), self.people, theme, services.settings, (2, Qt.SortOrder.DescendingOrder)
        )
        self.chart = Chart(_("Chart of hours at this site"), theme, height=130)
        self.banner = Banner(theme)
        self._name = CuttingLabel("", Kind.HEADING)
        self._leave = QToolButton()
        self._build()

    def _build(self) -> None:
        self._leave.setObjectName("quiet")
        self._leave.setText(_("All sites"))
        self._leave.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._leave.setAccessibleName(_("Back to all sites (Alt+Left)"))
        self._leave.clicked.connect(self.left)
        self.services.theme.changed.connect(self._colour)
        self._colour()
        head = QHBoxLayout()
        head.addWidget(self._leave)
        head.addWidget(self._name, 1)
        hours, people = Card(_("Hours of the day")), Card(_("People"))
        hours.body.addWidget(self.chart)
        people.note.setText(_("Enter or double-click shows all sites of one person"))
        people.tools.addWidget(ColumnsButton(self.table, self.services.theme))
        people.body.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addWidget(self.banner)
        layout.addWidget(divided("site", self.services.settings, hours, people, (3, 4)), 1)
        self.table.opened.connect(lambda row: self.person_wanted.emit(row.person.id))
        selection = self.table.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(lambda *_: self._show_hours())

    def _colour(self) -> None:
        self._leave.setIcon(icon("previous", self.services.theme.colours.muted, self.services.theme.colours.ink))

    # --- asking -------------------------------------------------------------------------------------------------------

    def open(self, site: SiteTimes, period: Period) -> None:
        """Show this site; its hours are known already, its people are asked for."""
        self._site = site
        self._asked = ()
        self.people.set_rows([])
        self._say_name()
        self._show_hours()
        self.follow(period)

    def follow(self, period: Period) -> None:
        """Ask again when the figures are about other days or people, or have changed."""
        scope, site = self.services.scope.value.asked(), self._site
        if site is None or self._asked == (scope, site.site, period.revision):
            return
        self._asked = (scope, site.site, period.revision)
        ask = partial(self.services.api.site_people, scope.first, scope.last, scope.team, scope.person, site.site)
        self.services.tasks.run(self, "site", ask, self._arrived, self._failed)

    def close_site(self) -> None:
        """Forget the site."""
        self.services.tasks.drop(self, "site")
        self._site = None
        self._asked = ()

    def _arrived(self, values: SitePeople) -> None:
        self.banner.hide()
        self.people.set_rows(values.people)
        self._say_name()
        self._show_hours()

    def _failed(self, fault: Exception) -> None:
        """The frame around the tab meets the same trouble at its next question; here it is only said."""
        self._asked = ()
        sentence = fault.sentence if isinstance(fault, Trouble) else _("The people at this site could not be loaded.")
        self.banner.say("warn", sentence)

    # --- showing ------------------------------------------------------------------------------------------------------

    def _say_name(self) -> None:
        if self._site is not None:
            many = len(self.people.rows)
            name = texts.site_name(self._site)
            self._name.setText(f"{name}  ·  {words.people(many)}" if many else name)

    def _show_hours(self) -> None:
        chosen: list[SitePerson] = self.table.chosen() or self.people.rows
        known = [one.by_hour for one in chosen] or ([self._site.by_hour] if self._site else [])
        sums = [sum(hour) for hour in zip(*known, strict=True)] or [0] * 24
        names = [words.hour_of_day(hour) for hour in range(24)]

        def make(look: Look) -> Columns:
            return stacked([f"{hour:02}" for hour in range(24)], [(look.plain(_("engaged")), sums)], hour_ticks, look.hours)

        def explain(hour: int) -> str:
            most = sorted((one for one in chosen if one.by_hour[hour]), key=lambda one: -one.by_hour[hour])[:8]
            lines = [f"{words.person(one.person)}: {words.duration(one.by_hour[hour])}" for one in most]
            return "\n".join([f"{names[hour]}  ·  {words.duration(sums[hour])}", *lines])

        spoken = "; ".join(f"{name} {words.duration(seconds)}" for name, seconds in zip(names, sums, strict=True) if seconds)
        self.chart.show_chart(make, spoken or words.NOTHING, explain)
