"""The applications tab: programs used, the time in each, and how all of it divides by category."""

from __future__ import annotations

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QGridLayout, QSizePolicy, QSplitter, QToolButton, QVBoxLayout, QWidget

from console import definitions, words
from console.api import Api
from console.charts.canvas import Chart
from console.models.apps import apps_model
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.layout import side_by_side
from console.theme import Theme
from console.widgets.card import Card
from console.widgets.painting import paint_mark
from console.widgets.plain import Kind, PlainLabel, set_tip
from console.widgets.table import ColumnsButton, RowsTable, SearchedTable
from console.words import _
from policy.categories import Category
from policy.summaries import Applications, AppTimes, Categories
from reports.charts import TOP, category_split, most_used, top_uses


class Mark(QWidget):
    """The mark of a category beside its word."""

    def __init__(self, category: Category, classified: bool, theme: Theme) -> None:
        super().__init__()
        self._category, self._classified, self._theme = category, classified, theme
        self.setFixedSize(QSize(14, 14))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint it."""
        painter = QPainter(self)
        paint_mark(painter, QRectF(2.5, 2.5, 9, 9), self._category, self._classified, self._theme.colours)
        painter.end()


class SplitList(QWidget):
    """The category split in numbers: each category and, always, the unclassified part."""

    ROWS = ((Category.PRODUCTIVE, True), (Category.NEUTRAL, True), (Category.NEUTRAL, False), (Category.UNPRODUCTIVE, True))

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self._labels: list[tuple[PlainLabel, PlainLabel]] = []
        for row, (category, classified) in enumerate(self.ROWS):
            name = words.category(category) if classified else _("Unclassified")
            time, share = PlainLabel("", tone="muted"), PlainLabel("", Kind.STRONG)
            cells: tuple[QWidget, ...] = (Mark(category, classified, theme), PlainLabel(name), time, share)
            for column, widget in enumerate(cells):
                grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignVCenter)
            for label in (time, share):
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._labels.append((time, share))
        self.classify = QToolButton()
        self.classify.setObjectName("chip")
        self.classify.setText(_("Classify …"))
        set_tip(self.classify, definitions.definition("unclassified"))
        grid.addWidget(self.classify, self.ROWS.index((Category.NEUTRAL, False)), 4)

    def set_split(self, split: Categories) -> None:
        """Show these; neutral here is what a rule calls neutral, so that the four parts add up."""
        seconds = (split.productive, split.neutral - split.unclassified, split.unclassified, split.unproductive)
        for (time, share), value in zip(self._labels, seconds, strict=True):
            time.setText(words.duration(value))
            share.setText(words.share(words.part_of(value, split.total)))
        self.classify.setVisible(split.unclassified > 0)

    def texts(self) -> list[tuple[str, str]]:
        """Return time and share of each row as shown."""
        return [(time.text(), share.text()) for time, share in self._labels]


class ApplicationsTab(Tab[Applications]):
    """Attributes: `apps` is the table's model, `chart` the top twelve, `split` the categories in numbers."""

    key = "applications"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._values: Applications | None = None
        theme, settings = services.theme, services.settings
        self.apps = apps_model(lambda: self._values.categories.total if self._values else 0)
        self._table = RowsTable("applications.apps", _("Applications"), self.apps, theme, settings, (2, Qt.SortOrder.DescendingOrder))
        self._place = SearchedTable(self._table, theme)
        self.chart = Chart(_("Chart of the applications used most"), theme, height=150)
        self.bar = Chart(_("Bar of categories"), theme, height=34)
        self.bar.setFixedHeight(34)
        self.split = SplitList(theme)
        self._coverage = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        self._build()
        self._table.opened.connect(self._open)
        self.split.classify.clicked.connect(lambda _checked=False: self.classify_wanted.emit("", "", ""))

    @staticmethod
    def load(api: Api, scope: Scope) -> Applications:
        """Ask the server for the applications of the scope."""
        return api.applications(scope.first, scope.last, scope.team, scope.person)

    def has_figures(self, values: Applications) -> bool:
        """Whether any app was used."""
        return bool(values.apps)

    def heading(self, values: Applications) -> str:
        """Days, comparison and zone."""
        return words.period(values.period)

    def _build(self) -> None:
        upper = side_by_side((self._split_card(), 9), (self._chart_card(), 20))
        table = Card(_("All applications"))
        self.classify = QToolButton()
        self.classify.setObjectName("quiet")
        self.classify.setText(_("Classify …"))
        set_tip(self.classify, _("Say what the selected application counts as; without a selection, what is unclassified is listed"))
        self.classify.clicked.connect(self._classify)
        table.tools.addWidget(self.classify)
        table.tools.addWidget(ColumnsButton(self._table, self.services.theme))
        table.body.addWidget(self._place)
        divider = QSplitter(Qt.Orientation.Vertical)
        divider.setChildrenCollapsible(False)
        divider.setHandleWidth(10)
        divider.addWidget(upper)
        divider.addWidget(table)
        divider.setStretchFactor(0, 4)
        divider.setStretchFactor(1, 5)
        divider.setSizes([290, 350])
        self._remember(divider)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(divider)

    def _remember(self, divider: QSplitter) -> None:
        settings = self.services.settings
        state = settings.state("splitters/applications")
        if state is not None:
            divider.restoreState(state)
        divider.splitterMoved.connect(lambda *_: settings.put("splitters/applications", divider.saveState()))

    def _split_card(self) -> Card:
        card = Card(_("Categories"))
        card.body.addWidget(self.bar)
        card.body.addWidget(self.split)
        card.body.addStretch(1)
        card.body.addWidget(self._coverage)
        return card

    def _chart_card(self) -> Card:
        card = Card(_("Most used"))
        card.note.setText(_("engaged time, first {n}").format(n=TOP))
        card.body.addWidget(self.chart)
        return card

    def show(self, values: Applications) -> None:
        """Paint every part."""
        self._values = values
        self.apps.set_rows(values.apps)
        self.split.set_split(values.categories)
        self._coverage.setText(
            _("Coverage {share}. Unclassified time counts as neutral until a rule names the app.").format(
                share=words.share(values.coverage)
            )
        )
        self.bar.show_chart(
            lambda look: category_split(values.categories, look),
            words.categories(values.categories),
            lambda _place: words.categories(values.categories),
        )
        most = most_used(values.apps)
        self.chart.show_chart(lambda look: top_uses(values.apps, look), _summary(most), lambda place: _explain(most[place]))

    def _classify(self) -> None:
        index = self._table.currentIndex()
        rows = self.apps.rows_at([index.row()] if index.isValid() and index.row() < self.apps.rowCount() else [])
        self._open(rows[0]) if rows else self.classify_wanted.emit("", "", "")

    def _open(self, row: AppTimes) -> None:
        self.classify_wanted.emit("app", row.app, row.name)

    def search(self, text: str) -> tuple[int, int]:
        """Hide the apps that do not match."""
        self.apps.search(text)
        self._place.judge(self.apps, lambda: self.services.scope.update(search=""))
        return len(self.apps.rows), self.apps.total


def _summary(most: list[AppTimes]) -> str:
    return "; ".join(f"{words.safe(one.name, 60)} {words.duration(one.engaged)}" for one in most)


def _explain(one: AppTimes) -> str:
    category = words.app_category(one.category, one.classified)
    return f"{words.safe(one.name)}\n{category}: {words.duration(one.engaged)}, {words.people(one.people)}"
