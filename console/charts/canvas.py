"""Shows one chart of reports.charts in the window; painted by Qt, so that new figures are on the screen within a few milliseconds."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QPainter

from console.charts.painted import Painted
from console.charts.plots import Plot, places_of, plot_of
from console.theme import Theme
from reports.charts import Bars, Look, Spec, Split

Make = Callable[[Look], Spec]
Explain = Callable[[int], str]


class Chart(Painted):
    """Shows what a spec says; `picked` carries the number of the column, row or part."""

    def __init__(self, label: str, theme: Theme, height: int = 160) -> None:
        super().__init__(label, theme, height)
        self._make: Make = lambda look: Split(())
        self._explain: Explain = lambda place: ""
        self.spec: Spec = Split(())

    def show_chart(self, make: Make, summary: str, explain: Explain | None = None) -> None:
        """Show this; `make` is asked again when the theme changes, `explain` says what a place is."""
        self._make = make
        self._explain = explain or (lambda place: "")
        self.spec = make(self.look)
        self.renew(summary)

    def restyle(self) -> None:
        """Make the chart anew in the theme's colours."""
        self.spec = self._make(self.look)
        self.update()

    def _plot(self, box: QRectF | None = None) -> Plot:
        return plot_of(self.spec, self.look, self.small(), box or QRectF(self.rect()))

    def paint_on(self, painter: QPainter, box: QRectF) -> None:
        """Paint it."""
        self._plot(box).paint(painter, self.lit)

    def places(self) -> int:
        """Columns, rows or parts."""
        return places_of(self.spec)

    def place_at(self, point: QPointF) -> int | None:
        """Which of them is under the point."""
        return self._plot().place_at(point)

    def box_of(self, place: int) -> QRectF:
        """Where it is painted."""
        plot = self._plot()
        return plot.slot(min(place, len(plot.rows) - 1) if isinstance(self.spec, Bars) and hasattr(plot, "rows") else place)

    def explanation(self, place: int) -> str:
        """What it says."""
        return self._explain(place) if place < self.places() else ""
