"""One person's day as a band: above the presence, below the apps and sites, to the minute."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TypeVar

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen

from console import words
from console.charts.plots import LEFT, KeyLines, elided, fill
from console.charts.zoomed import Zoomed
from console.theme import Theme
from console.words import _
from policy.categories import Category
from policy.presence import Presence
from policy.summaries import Band, BandPart
from reports.charts import Look, Series

AWAY = (Presence.ASLEEP, Presence.OFF)
KEYS_SHOWN = tuple(one for one in Presence if one not in AWAY)
LEAST_TEXT = 26.0
LEAST_SIGNS = 4
"""A name cut to less says nothing."""
Stretch = TypeVar("Stretch", "BandPart", "Run")


@dataclass(frozen=True)
class Run:
    """Neighbouring parts with the same name in front, painted as one."""

    start: int
    end: int
    name: str
    category: Category | None


def runs_of(parts: list[BandPart]) -> list[Run]:
    """Return the parts with something in front, neighbours of one name joined."""
    runs: list[Run] = []
    for part in parts:
        if part.name is None:
            continue
        if runs and runs[-1].end == part.start and runs[-1].name == part.name:
            runs[-1] = Run(runs[-1].start, part.end, part.name, part.category)
        else:
            runs.append(Run(part.start, part.end, part.name, part.category))
    return runs


def part_in_words(part: BandPart, zone: str) -> str:
    """Say a stretch: when, how long, what the evidence says, what was in front."""
    when = f"{words.clock(part.start, zone)}–{words.clock(part.end, zone)}  ·  {words.duration((part.end - part.start) / 1000)}"
    lines = [when, words.presence(part.presence)]
    if part.name is not None:
        lines.append(f"{words.safe(part.name)}  ·  {words.category(part.category)}" if part.category else words.safe(part.name))
    lines += [words.safe(one, 120) for one in (part.site, part.app) if one and one != part.name]
    return "\n".join(lines)


class BandChart(Zoomed):
    """The two lanes of a day; a place is a part of the band."""

    def __init__(self, label: str, theme: Theme, height: int = 170) -> None:
        super().__init__(label, theme, height)
        self.parts: list[BandPart] = []
        self._starts: list[int] = []
        self._runs: list[Run] = []

    def show_band(self, band: Band, zone: str, summary: str) -> None:
        """Show this day; the first look is at the hours in which there was anything."""
        self.parts = band.parts
        self._starts = [part.start for part in band.parts]
        self._runs = runs_of(band.parts)
        seen = [part for part in band.parts if part.presence not in (*AWAY, Presence.UNKNOWN)]
        margin = 30 * 60_000
        first, last = (seen[0].start - margin, seen[-1].end + margin) if seen else (band.start, band.end)
        self.show_span(band.start, band.end, zone, first, last)
        self.renew(summary)

    # --- places -------------------------------------------------------------------------------------------------------

    def places(self) -> int:
        """Parts of the band."""
        return len(self.parts)

    def place_at(self, point: QPointF) -> int | None:
        """The part at this instant."""
        plot = self.inner()
        if not self.parts or not plot.left() <= point.x() <= plot.right() or not plot.top() <= point.y() <= plot.bottom():
            return None
        place = bisect_right(self._starts, self.instant_at(point.x(), plot)) - 1
        return place if place >= 0 else None

    def box_of(self, place: int) -> QRectF:
        """The part over both lanes."""
        plot, part = self.inner(), self.parts[place]
        left, right = (min(max(self.x_of(one, plot), plot.left()), plot.right()) for one in (part.start, part.end))
        return QRectF(left - 1, plot.top(), max(right - left, 3) + 2, plot.height())

    def explanation(self, place: int) -> str:
        """The part in words."""
        return part_in_words(self.parts[place], self.zone)

    def set_mark(self, place: int) -> None:
        """Bring the part into sight, then stand on it."""
        self.reveal(self.parts[place].start, self.parts[place].end)
        super().set_mark(place)

    # --- painting -----------------------------------------------------------------------------------------------------

    def _keys(self, width: float) -> KeyLines:
        look = self.look
        return KeyLines([look.presences[one] for one in KEYS_SHOWN], self.small(), width)

    def _names(self) -> float:
        metrics = QFontMetricsF(self.small())
        return max(metrics.horizontalAdvance(one) for one in (_("Presence"), _("In front"))) + 12

    def plot(self, box: QRectF) -> QRectF:
        """Between the key above and the clock below, right of the lanes' names."""
        line = QFontMetricsF(self.small()).height()
        return box.adjusted(self._names(), self._keys(box.width()).height + 2, -4, -line - 6)

    def paint_on(self, painter: QPainter, box: QRectF) -> None:
        """Paint both lanes."""
        look, plot = self.look, self.plot(box)
        self._keys(box.width()).paint(painter, box.topLeft(), look)
        gap = 6.0
        upper = QRectF(plot.left(), plot.top(), plot.width(), (plot.height() - gap) * 0.45)
        lower = QRectF(plot.left(), upper.bottom() + gap, plot.width(), plot.height() - gap - upper.height())
        for lane, name in ((upper, _("Presence")), (lower, _("In front"))):
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(box.left(), lane.top(), self._names(), lane.height()), LEFT, name)
            painter.fillRect(lane, QColor(self._theme.colours.hover))
        self.paint_clock(painter, plot, plot.bottom())
        painter.save()
        painter.setClipRect(plot)
        for part in self._in_sight(self.parts):
            self._paint_presence(painter, self._box(part, upper, plot), part.presence, look)
        for run in self._in_sight(self._runs):
            self._paint_run(painter, self._box(run, lower, plot).intersected(lower), run, look)
        self._paint_lit(painter, plot)
        painter.restore()

    def _in_sight(self, those: list[Stretch]) -> list[Stretch]:
        return [one for one in those if one.end > self.view[0] and one.start < self.view[1]]

    def _box(self, one: BandPart | Run, lane: QRectF, plot: QRectF) -> QRectF:
        left, right = self.x_of(one.start, plot), self.x_of(one.end, plot)
        return QRectF(left, lane.top(), max(right - left, 0.6), lane.height())

    def _paint_presence(self, painter: QPainter, box: QRectF, presence: Presence, look: Look) -> None:
        if presence in AWAY:
            painter.fillRect(QRectF(box.left(), box.bottom() - 3, box.width(), 3), QColor(look.grid))
        else:
            fill(painter, box, look.presences[presence], look.surface)

    def _paint_run(self, painter: QPainter, box: QRectF, run: Run, look: Look) -> None:
        series = look.categories[run.category] if run.category else Series("", look.muted)
        ground = QColor(series.colour)
        ground.setAlpha(64 if self._theme.colours.name == "light" else 84)
        painter.fillRect(box.adjusted(0, 0, -0.6 if box.width() > 2 else 0, 0), ground)
        painter.fillRect(QRectF(box.left(), box.bottom() - 4, box.width(), 4), QColor(series.colour))
        if box.width() >= LEAST_TEXT:
            painter.setPen(QColor(look.ink))
            metrics = QFontMetricsF(painter.font())
            text = elided(metrics, words.safe(run.name, 80), box.width() - 8)
            if len(text) >= min(len(run.name), LEAST_SIGNS):
                painter.drawText(box.adjusted(4, 0, -3, -4), LEFT, text)

    def _paint_lit(self, painter: QPainter, plot: QRectF) -> None:
        place = self._hover if self._hover is not None else self.mark
        if place is not None and place < len(self.parts):
            painter.setPen(QPen(QColor(self.look.ink), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.box_of(place).adjusted(1, 1, -1, -1))
