"""The input of one person's day minute by minute: keys, clicks, scrolls and pointer each on a lane of its own, and what was quiet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from console import words
from console.charts.plots import LEFT, RIGHT, KeyLines, fill
from console.charts.zoomed import MINUTE, Zoomed
from console.theme import Theme
from console.words import _
from policy.presence import Presence
from policy.summaries import InputMinute, Quiet, Review

QUIET_KEYS = (Presence.IDLE, Presence.LOCKED, Presence.PAUSED, Presence.UNKNOWN)
QUIET_LANE = 12.0


@dataclass(frozen=True)
class Lane:
    """One kind of input."""

    name: str
    value: Callable[[InputMinute], int]


def lanes() -> tuple[Lane, ...]:
    """Return the four kinds, in the language in use."""
    return (
        Lane(_("Keys"), lambda one: one.keys),
        Lane(_("Clicks"), lambda one: one.clicks),
        Lane(_("Scrolls"), lambda one: one.scrolls),
        Lane(_("Pointer"), lambda one: one.pointer_px),
    )


def minute_in_words(minute: InputMinute, review: Review | None, zone: str) -> str:
    """Say one minute, and if its review is suggested with which numbers and what that does not mean."""
    counts = _("{keys} keys · {clicks} clicks · {scrolls} scrolls · pointer {pixels} px").format(
        keys=words.count(minute.keys),
        clicks=words.count(minute.clicks),
        scrolls=words.count(minute.scrolls),
        pixels=words.count(minute.pointer_px),
    )
    head = f"{words.clock(minute.start, zone)}\n{counts}"
    return head if review is None else f"{head}\n\n{review_in_words(review)}"


def review_in_words(review: Review) -> str:
    """Say the evidence of one minute and no conclusion."""
    return "\n".join(
        (
            _("Review suggested: the input of this minute was unusually regular."),
            _("{zero} of {samples} seconds without input · {distinct} different counts · the same in {repeats} minutes running").format(
                zero=words.count(review.zero_samples), samples=words.count(review.samples),
                distinct=words.count(review.distinct_counts), repeats=words.count(review.repeats),
            ),
            _("A jammed key, a cat or a tool can do that. It changes no total; look and ask."),
        )
    )  # fmt: skip


class MinutesChart(Zoomed):
    """Four lanes of bars and a lane of quiet stretches; a place is a minute with evidence."""

    def __init__(self, label: str, theme: Theme, height: int = 190) -> None:
        super().__init__(label, theme, height)
        self.minutes: Sequence[InputMinute] = ()
        self.review: Mapping[int, Review] = {}
        self.quiet: Sequence[Quiet] = ()
        self._starts: list[int] = []

    def show_minutes(
        self,
        minutes: Sequence[InputMinute],
        review: Sequence[Review],
        quiet: Sequence[Quiet],
        bounds: tuple[int, int],
        zone: str,
        summary: str,
    ) -> None:
        """Show these minutes of the day within `bounds`; the first look is at those with evidence."""
        self.minutes, self.quiet = minutes, quiet
        self.review = {one.start: one for one in review}
        self._starts = [one.start for one in minutes]
        margin = 20 * MINUTE
        first, last = (minutes[0].start - margin, minutes[-1].start + margin) if minutes else bounds
        self.show_span(*bounds, zone, first, last)
        self.renew(summary)

    # --- places -------------------------------------------------------------------------------------------------------

    def places(self) -> int:
        """Minutes with evidence."""
        return len(self.minutes)

    def place_of(self, start: int) -> int | None:
        """The minute that starts then."""
        place = bisect_left(self._starts, start)
        return place if place < len(self._starts) and self._starts[place] == start else None

    def place_at(self, point: QPointF) -> int | None:
        """The minute at this instant, or the nearest one within three pixels."""
        plot = self.inner()
        if not self.minutes or not plot.contains(point):
            return None
        instant = self.instant_at(point.x(), plot)
        near = max(self.instant_at(point.x() + 3, plot) - instant, 0)
        place = max(bisect_right(self._starts, instant) - 1, 0)
        choices = [one for one in (place, place + 1) if one < len(self._starts)]
        return min(choices, key=lambda one: self._away(one, instant)) if any(self._away(one, instant) <= near for one in choices) else None

    def _away(self, place: int, instant: float) -> float:
        start = self._starts[place]
        return max(start - instant, instant - start - MINUTE, 0.0)

    def box_of(self, place: int) -> QRectF:
        """The minute over all lanes."""
        plot, start = self.inner(), self._starts[place]
        left, right = self.x_of(start, plot), self.x_of(start + MINUTE, plot)
        return QRectF(left - 1, plot.top(), max(right - left, 3) + 2, plot.height())

    def explanation(self, place: int) -> str:
        """The minute in words."""
        return minute_in_words(self.minutes[place], self.review.get(self._starts[place]), self.zone)

    def set_mark(self, place: int) -> None:
        """Bring the minute into sight, then stand on it."""
        self.reveal(self._starts[place], self._starts[place] + MINUTE)
        super().set_mark(place)

    # --- painting -----------------------------------------------------------------------------------------------------

    def _keys(self, width: float) -> KeyLines:
        look = self.look
        return KeyLines([look.presences[one] for one in QUIET_KEYS], self.small(), width)

    def plot(self, box: QRectF) -> QRectF:
        """Between the key above and the clock below, right of the lanes' names."""
        metrics = QFontMetricsF(self.small())
        left = max(metrics.horizontalAdvance(one.name) for one in lanes()) + metrics.horizontalAdvance("00,000 px") + 16
        return box.adjusted(left, self._keys(box.width()).height + 2, -4, -metrics.height() - 6)

    def paint_on(self, painter: QPainter, box: QRectF) -> None:
        """Paint the lanes from the top, the quiet stretches below them."""
        look, plot = self.look, self.plot(box)
        self._keys(box.width()).paint(painter, box.topLeft(), look)
        those = lanes()
        height = (plot.height() - QUIET_LANE - 4) / len(those)
        self._paint_review(painter, plot)
        shown = self._in_sight()
        for number, lane in enumerate(those):
            inner = QRectF(plot.left(), plot.top() + number * height + 3, plot.width(), height - 3)
            self._paint_lane(painter, lane, inner, box, shown)
        self.paint_clock(painter, QRectF(plot.left(), plot.bottom() - 3, plot.width(), 3), plot.bottom())
        self._paint_quiet(painter, QRectF(plot.left(), plot.bottom() - QUIET_LANE, plot.width(), QUIET_LANE), look.surface)
        self._paint_lit(painter)

    def _in_sight(self) -> Sequence[InputMinute]:
        first, last = self.view
        return self.minutes[bisect_left(self._starts, first - MINUTE) : bisect_right(self._starts, last)]

    def _paint_lane(self, painter: QPainter, lane: Lane, inner: QRectF, box: QRectF, shown: Sequence[InputMinute]) -> None:
        look = self.look
        most = max((lane.value(one) for one in shown), default=0)
        painter.setPen(QPen(QColor(look.grid), 1))
        painter.drawLine(QPointF(inner.left(), inner.bottom() + 0.5), QPointF(inner.right(), inner.bottom() + 0.5))
        names = QRectF(box.left(), inner.top(), inner.left() - box.left() - 8, inner.height())
        painter.setPen(QColor(look.ink))
        painter.drawText(names, LEFT, lane.name)
        painter.setPen(QColor(look.muted))
        painter.drawText(names, RIGHT, words.count(most))
        colour = QColor(look.presences[Presence.ACTIVE].colour)
        width = max(MINUTE / (self.view[1] - self.view[0]) * inner.width() - 0.5, 1.0)
        for one in shown:
            value = lane.value(one)
            if value and most:
                tall = max(value / most * (inner.height() - 2), 1.0)
                bar = QRectF(self.x_of(one.start, inner), inner.bottom() - tall, width, tall)
                painter.fillRect(bar.intersected(inner), colour)

    def _paint_review(self, painter: QPainter, plot: QRectF) -> None:
        """Mark suggested minutes with a ground and a small sign above, so that they are found without colours too."""
        ground, edge = QColor(self._theme.colours.warn_soft), QColor(self._theme.colours.warn_edge)
        for start in self.review:
            left = self.x_of(start, plot)
            if plot.left() <= left <= plot.right():
                width = max(MINUTE / (self.view[1] - self.view[0]) * plot.width(), 2.0)
                painter.fillRect(QRectF(left, plot.top(), width, plot.height() - QUIET_LANE - 4), ground)
                middle = left + width / 2
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(edge)
                top = plot.top() - 3
                painter.drawPolygon(QPolygonF([QPointF(middle - 4, top - 3), QPointF(middle + 4, top - 3), QPointF(middle, top + 4)]))

    def _paint_quiet(self, painter: QPainter, lane: QRectF, ground: str) -> None:
        look = self.look
        painter.save()
        painter.setClipRect(lane)
        for one in self.quiet:
            left, right = self.x_of(one.start, lane), self.x_of(one.end, lane)
            box = QRectF(left, lane.top(), max(right - left, 1), lane.height())
            fill(painter, box, look.presences[one.presence], ground)
        painter.restore()

    def _paint_lit(self, painter: QPainter) -> None:
        place = self._hover if self._hover is not None else self.mark
        if place is not None and place < len(self.minutes):
            painter.setPen(QPen(QColor(self.look.ink), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.box_of(place))
