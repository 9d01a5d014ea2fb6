"""Charts of the browser pages: plain SVG made here, without script, coloured by the page's own style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

WIDTH, HEIGHT = 640, 190
LEFT, FOOT, TOP = 44, 22, 8
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
HOUR = 3600
MOST_LINES = 5
CHART = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>')
LINE = Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/><text class="tick" x="{}" y="{:.1f}">{}</text>')
RECT = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
LABEL = Markup('<text class="below" x="{:.1f}" y="{}">{}</text>')
GROUP = Markup("<g><title>{}</title>{}{}</g>")


class Bar(NamedTuple):
    """Two bars side by side: what stands below them, what they say when pointed at, and the seconds of each."""

    label: str
    told: str
    seconds: int
    other: int


def bars(shown: Sequence[Bar], told: str) -> Markup:
    """Return bars over a scale of hours; `told` says in words what the chart is, for whoever does not see it."""
    most = max((max(one.seconds, one.other) for one in shown), default=0)
    step = next((one for one in STEPS if most <= one * MOST_LINES * HOUR), STEPS[-1]) * HOUR
    top = max(step, -(-most // step) * step)
    lines = Markup("").join(_line(at, top) for at in range(0, top + 1, step))
    width = (WIDTH - LEFT) / max(1, len(shown))
    drawn = Markup("").join(_bar(one, LEFT + at * width, width, top) for at, one in enumerate(shown))
    return CHART.format(WIDTH, HEIGHT, told, lines, drawn)


def _line(seconds: int, top: int) -> Markup:
    y = _y(seconds, top)
    return LINE.format(LEFT, WIDTH, y, y, LEFT - 6, y + 4, f"{seconds // HOUR} h")


def _bar(one: Bar, x: float, width: float, top: int) -> Markup:
    each, base = width * 0.4, _y(0, top)
    rects = Markup("").join(
        RECT.format(kind, x + width * 0.1 + place * each, _y(seconds, top), each, base - _y(seconds, top))
        for place, (kind, seconds) in enumerate((("whole", one.seconds), ("other", one.other)))
        if seconds > 0
    )
    label = LABEL.format(x + width / 2, HEIGHT - 6, one.label)
    return GROUP.format(one.told, rects, label)


def _y(seconds: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - FOOT) * (1 - min(seconds, top) / top)
