"""Charts as vector drawings on a page: what the specs of reports.charts say becomes bars and words, hatched for grey paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor

from reports.charts import Bars, Columns, Look, Series, Spec, Split
from reports.lettering import cut, width_of, write

SIZE = 7.0
HATCH_GAP = 3.2
MOST_WRITTEN = 14
"""Up to so many columns each has its total written above it."""
LABEL_SHARE = 0.26


@dataclass(frozen=True)
class Box:
    """Where on the page, in points; y is the lower edge."""

    x: float
    y: float
    width: float
    height: float


def paint(canvas: Any, spec: Spec, box: Box, look: Look) -> None:
    """Paint any chart."""
    if isinstance(spec, Columns):
        _paint_columns(canvas, spec, box, look)
    elif isinstance(spec, Bars):
        _paint_bars(canvas, spec, box, look)
    else:
        _paint_split(canvas, spec, box, look)


# --- stacked columns ----------------------------------------------------------------------------------------------------


def _paint_columns(canvas: Any, spec: Columns, box: Box, look: Look) -> None:
    key = _paint_key(canvas, [part.series for part in spec.parts], box, look)
    room = max((width_of(spec.write(tick), SIZE) for tick in spec.ticks), default=0) + 5
    plot = Box(box.x + room, box.y + 12, box.width - room, box.height - 12 - key - 10)
    scale = plot.height / max(spec.top, *spec.ticks, 1e-9)
    _paint_ticks(canvas, spec, plot, scale, look)
    step = plot.width / max(len(spec.names), 5)
    written = len(spec.names) <= MOST_WRITTEN
    every = max(1, -(-len(spec.names) // 14))
    for place, name in enumerate(spec.names):
        left, floor = plot.x + step * (place + 0.16), plot.y
        for part in spec.parts:
            height = part.values[place] * scale
            _fill(canvas, part.series, Box(left, floor, step * 0.68, height), look)
            floor += height
        middle = left + step * 0.34
        if place % every == 0:
            write(canvas, middle, box.y + 2, name, SIZE, look.muted, side="middle")
        if written and spec.totals[place]:
            write(canvas, middle, floor + 2, spec.write(spec.totals[place]), 6.2, look.ink, side="middle")


def _paint_ticks(canvas: Any, spec: Columns, plot: Box, scale: float, look: Look) -> None:
    canvas.setLineWidth(0.4)
    for tick in spec.ticks:
        height = plot.y + tick * scale
        canvas.setStrokeColor(HexColor(look.grid))
        canvas.line(plot.x, height, plot.x + plot.width, height)
        write(canvas, plot.x - 4, height - 2.2, spec.write(tick), SIZE, look.muted, side="right")


def _paint_key(canvas: Any, series: list[Series], box: Box, look: Look) -> float:
    """Write what each part is called above the chart, and return how much room that took."""
    if len(series) < 2:
        return 0.0
    x, y = box.x, box.y + box.height - 8
    for one in series:
        wide = 15 + width_of(one.name, SIZE) + 8
        if x + wide > box.x + box.width and x > box.x:
            x, y = box.x, y - 11
        _fill(canvas, one, Box(x, y, 9, 7), look)
        write(canvas, x + 13, y + 1, one.name, SIZE, look.muted)
        x += wide
    return box.y + box.height - y + 2


# --- lying bars and one divided bar -------------------------------------------------------------------------------------


def _paint_bars(canvas: Any, spec: Bars, box: Box, look: Look) -> None:
    if not spec.rows:
        return
    step, labels = box.height / len(spec.rows), box.width * LABEL_SHARE
    amounts = max(width_of(bar.written, SIZE) for bar in spec.rows) + 6
    scale = (box.width - labels - amounts) / (max(bar.value for bar in spec.rows) or 1)
    for place, bar in enumerate(spec.rows):
        y = box.y + box.height - step * (place + 1)
        write(canvas, box.x, y + step / 2 - 2.4, cut(bar.name, labels - 6, SIZE), SIZE, look.ink)
        _fill(canvas, bar.series, Box(box.x + labels, y + step * 0.17, bar.value * scale, step * 0.66), look)
        write(canvas, box.x + labels + bar.value * scale + 4, y + step / 2 - 2.4, bar.written, SIZE, look.muted)


def _paint_split(canvas: Any, spec: Split, box: Box, look: Look) -> None:
    shown = [(series, value) for series, value in spec.parts if value > 0]
    total = sum(value for _series, value in shown)
    if not total:
        return
    key = _paint_key(canvas, [series for series, _value in shown], box, look)
    x, height = box.x, box.height - key
    for series, value in shown:
        wide = box.width * value / total
        _fill(canvas, series, Box(x, box.y, wide, height), look)
        x += wide


# --- one part -----------------------------------------------------------------------------------------------------------


def _fill(canvas: Any, series: Series, box: Box, look: Look) -> None:
    if box.height <= 0.05 or box.width <= 0.05:
        return
    canvas.saveState()
    canvas.setFillColor(HexColor(series.colour))
    canvas.setStrokeColor(HexColor(look.surface))
    canvas.setLineWidth(0.4)
    canvas.rect(box.x, box.y, box.width, box.height, stroke=1, fill=1)
    if series.hatch:
        _hatch(canvas, series.hatch, box, look)
    canvas.restoreState()


def _hatch(canvas: Any, hatch: str, box: Box, look: Look) -> None:
    """Lay white lines or dots over a part."""
    frame = canvas.beginPath()
    frame.rect(box.x, box.y, box.width, box.height)
    canvas.clipPath(frame, stroke=0, fill=0)
    canvas.setStrokeColor(HexColor(look.surface))
    canvas.setLineWidth(0.7)
    if hatch[0] == ".":
        canvas.setLineCap(1)
        canvas.setDash(0.1, HATCH_GAP)
        for place in range(int(box.height / HATCH_GAP) + 1):
            y = box.y + (place + 0.5) * HATCH_GAP
            canvas.line(box.x + (place % 2 + 0.5) * HATCH_GAP / 2, y, box.x + box.width, y)
        return
    for rising in [True] if hatch[0] == "/" else [False] if hatch[0] == "\\" else [True, False]:
        lines = []
        for place in range(int((box.width + box.height) / HATCH_GAP) + 1):
            start = box.x - box.height + place * HATCH_GAP
            ends = (box.y, box.y + box.height) if rising else (box.y + box.height, box.y)
            lines.append((start, ends[0], start + box.height, ends[1]))
        canvas.lines(lines)
