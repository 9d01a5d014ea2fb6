"""Hosts one matplotlib chart in the window: drawn when seen, redrawn with the theme, explained under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.backend_bases import MouseEvent
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QCursor, QResizeEvent, QShowEvent, QWheelEvent
from PyQt5.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from console.theme import Theme
from console.widgets.plain import show_tip
from reports.charts import Look, new_figure

RESIZE_PAUSE_MS = 120

Draw = Callable[[Axes, Look], None]
Explain = Callable[[float, float], str]


class _Canvas(FigureCanvasQTAgg):
    """The canvas lets the wheel pass, so that a page under the pointer still scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Not ours."""
        event.ignore()


class Chart(QWidget):
    """Shows what a draw function paints; `picked` carries the data coordinates of a click.

    Attributes:
        drawn: how often it was really painted, which tests watch.
    """

    picked = pyqtSignal(float, float)

    def __init__(self, label: str, theme: Theme, height: int = 160) -> None:
        super().__init__()
        self._theme = theme
        self._draw: Draw | None = None
        self._explain: Explain = lambda x, y: ""
        self._due = False
        self.drawn = 0
        self.figure = new_figure(theme.look)
        self.canvas = _Canvas(self.figure)
        self.canvas.setAccessibleName(label)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setMinimumHeight(10)
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.canvas.mpl_connect("motion_notify_event", self._pointed)
        self.canvas.mpl_connect("button_press_event", self._clicked)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(RESIZE_PAUSE_MS)
        self._resized.timeout.connect(self._redraw)
        theme.changed.connect(self._redraw)

    def show_chart(self, draw: Draw, summary: str, explain: Explain | None = None) -> None:
        """Show this; `summary` says it to those who cannot see it, `explain` says what is at a place."""
        self._draw = draw
        self._explain = explain or (lambda x, y: "")
        self.canvas.setAccessibleDescription(summary)
        self._redraw()

    def _redraw(self) -> None:
        self._due = True
        if self.isVisible():
            self._paint()

    def _paint(self) -> None:
        self._due = False
        look = self._theme.look
        self.figure.clear()
        self.figure.set_facecolor(look.surface)
        if self._draw is not None:
            self._draw(self.figure.add_subplot(), look)
        self.drawn += 1
        self.canvas.draw_idle()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Paint what came while nobody looked."""
        super().showEvent(event)
        if self._due:
            self._paint()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The canvas stretches at once; what depends on the width (the key, the labels) follows when the hand rests."""
        super().resizeEvent(event)
        self._resized.start()

    def explanation(self, x: float, y: float) -> str:
        """Return what is said of a place in the chart."""
        return self._explain(x, y)

    def _pointed(self, event: MouseEvent) -> None:
        text = ""
        if event.inaxes is not None and event.xdata is not None and event.ydata is not None:
            text = self._explain(float(event.xdata), float(event.ydata))
        show_tip(QCursor.pos(), text, self.canvas)

    def _clicked(self, event: MouseEvent) -> None:
        if event.inaxes is not None and event.xdata is not None and event.ydata is not None:
            self.picked.emit(float(event.xdata), float(event.ydata))
