"""Charts drawn on matplotlib axes, for paper: what the specs say becomes bars and words. No pyplot: it would keep every figure alive."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

from policy.summaries import AppTimes, Categories, DayTimes
from reports.charts.days import days_by_category, days_by_presence
from reports.charts.look import BUNDLED_FAMILIES, FONTS, Look, Series
from reports.charts.specs import Bars, Columns, Split
from reports.charts.uses import TOP, category_split, top_uses

HATCH_WIDTH = 0.6
LONGEST_LABEL = 26
PREFERRED_FAMILIES = ("Segoe UI", "Inter", "Noto Sans", "DejaVu Sans")
SCRIPT_FAMILIES = BUNDLED_FAMILIES


@functools.cache
def font_families() -> tuple[str, ...]:
    """Return the families to draw with: a Latin one first, then those for Devanagari and Bengali that come with us.

    matplotlib's own list of fonts is cached on disk and knows nothing of ours, so their files are added by name.
    """
    for path in sorted(FONTS.glob("*.ttf")):
        fontManager.addfont(path)
    known = set(fontManager.get_font_names())
    latin = next((name for name in PREFERRED_FAMILIES if name in known), "DejaVu Sans")
    return (latin, *SCRIPT_FAMILIES, *(("DejaVu Sans",) if latin != "DejaVu Sans" else ()))


@functools.lru_cache(maxsize=32)
def _signs_of(families: tuple[str, ...]) -> frozenset[int]:
    paths = [font_manager.findfont(name, fallback_to_default=False) for name in families]
    return frozenset(code for path in paths for code in font_manager.get_font(path).get_charmap())


def printable(text: str, families: tuple[str, ...], longest: int = LONGEST_LABEL) -> str:
    """Return text as a label: one line, cut, and every sign no font has replaced by one that says so."""
    signs = _signs_of(families)
    cut = text[: longest - 1] + "…" if len(text) > longest else text
    return "".join(sign if ord(sign) in signs else " " if sign.isspace() else "\ufffd" for sign in cut)


def new_figure(look: Look) -> Figure:
    """Return an empty figure in the look's surface colour."""
    return Figure(facecolor=look.surface, layout="constrained")


def draw(axes: Axes, spec: Columns | Bars | Split, look: Look) -> None:
    """Draw any chart."""
    if isinstance(spec, Columns):
        draw_columns(axes, spec, look)
    elif isinstance(spec, Bars):
        draw_bars(axes, spec, look)
    else:
        draw_split(axes, spec, look)


def draw_days_by_presence(axes: Axes, days: Sequence[DayTimes], look: Look) -> None:
    """Draw one stacked bar for each day: how its time divides by presence."""
    draw_columns(axes, days_by_presence(days, look), look)


def draw_days_by_category(axes: Axes, days: Sequence[DayTimes], look: Look) -> None:
    """Draw one stacked bar for each day: how its engaged time divides by category, the unclassified part apart."""
    draw_columns(axes, days_by_category(days, look), look)


def draw_top_apps(axes: Axes, apps: Sequence[AppTimes], look: Look, top: int = TOP) -> None:
    """Draw the apps with most engaged time as horizontal bars, longest on top, each with its time written out."""
    draw_bars(axes, top_uses(apps, look, top), look)


def draw_category_split(axes: Axes, categories: Categories, look: Look) -> None:
    """Draw all engaged time as one bar of its categories, the unclassified part always in sight."""
    draw_split(axes, category_split(categories, look), look)


def draw_columns(axes: Axes, spec: Columns, look: Look) -> None:
    """Draw stacked upright bars with their axis, names and key."""
    _prepare(axes, look)
    floor = [0.0] * len(spec.names)
    for part in spec.parts:
        axes.bar(
            range(len(spec.names)), part.values, 0.68, floor, label=part.series.name, edgecolor=look.surface, linewidth=0.4,
            **_fill(part.series),
        )  # fmt: skip
        floor = [low + height for low, height in zip(floor, part.values, strict=True)]
    _value_axis(axes, spec, look)
    _name_axis(axes, spec.names, look)
    _legend(axes, look)


def draw_bars(axes: Axes, spec: Bars, look: Look) -> None:
    """Draw lying bars, the first on top, each with its value written behind it."""
    _prepare(axes, look)
    rows = range(len(spec.rows) - 1, -1, -1)
    for row, bar in zip(rows, spec.rows, strict=True):
        axes.barh(row, bar.value, height=0.66, edgecolor=look.surface, linewidth=0, **_fill(bar.series))
        written = axes.annotate(bar.written, (bar.value, row), (5, 0), textcoords="offset points", va="center")
        _write(written, look, look.muted)
    axes.set_yticks(list(rows), [printable(bar.name, _families(look)) for bar in spec.rows])
    axes.set_xlim(0, max((bar.value for bar in spec.rows), default=1) * 1.18 or 1)
    axes.set_ylim(-0.6, max(len(spec.rows), 1) - 0.4)
    axes.xaxis.set_visible(False)
    _write_ticks(axes, look, look.ink)


def draw_split(axes: Axes, spec: Split, look: Look) -> None:
    """Draw one bar divided into parts."""
    _prepare(axes, look)
    axes.set_axis_off()
    start = 0.0
    for series, value in spec.parts:
        axes.barh(0, value, left=start, edgecolor=look.surface, linewidth=1, **_fill(series))
        start += value
    axes.set_xlim(0, max(start, 1))
    axes.set_ylim(-0.4, 0.4)


def _fill(series: Series) -> dict[str, Any]:
    return {"color": series.colour, "hatch": series.hatch, "hatch_linewidth": HATCH_WIDTH}


def _families(look: Look) -> tuple[str, ...]:
    return look.families or font_families()


def _prepare(axes: Axes, look: Look) -> None:
    axes.set_facecolor(look.surface)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def _value_axis(axes: Axes, spec: Columns, look: Look) -> None:
    axes.set_yticks(spec.ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: spec.write(value)))
    axes.yaxis.grid(True, color=look.grid, linewidth=0.8)
    axes.set_ylim(0, spec.top or 1)


def _name_axis(axes: Axes, names: Sequence[str], look: Look) -> None:
    every = max(1, -(-len(names) // 12))
    places = range(0, len(names), every)
    axes.set_xticks(list(places), [names[place] for place in places])
    axes.set_xlim(-0.6, max(len(names), 5) - 0.4)
    _write_ticks(axes, look, look.muted)


def _legend(axes: Axes, look: Look) -> None:
    """Write the names above the bars, on as many lines as the figure's width needs.

    A line too long would make the layout shrink the bars until it fits.
    """
    handles, names = axes.get_legend_handles_labels()
    if not handles:
        return
    lines = _legend_lines(names, axes.figure.get_figwidth() * 72 - 30, look.size)  # type: ignore[union-attr]
    legend = axes.legend(
        handles, names, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=-(-len(names) // lines), frameon=False, borderaxespad=0.2,
        handlelength=1.0, handleheight=0.9, handletextpad=0.5, columnspacing=1.0,
    )  # fmt: skip
    for text in legend.get_texts():
        _write(text, look, look.muted)


def _legend_lines(names: Sequence[str], room: float, size: float) -> int:
    """Return how many lines the names need in `room` points: a letter is about 0.6 of the size wide, a key takes 3 letters."""
    return max(1, min(len(names), -(-int(sum(len(name) * 0.6 + 3 for name in names) * size) // max(int(room), 1))))


def _write_ticks(axes: Axes, look: Look, colour: str) -> None:
    for label in axes.get_yticklabels():
        _write(label, look, colour)
    for label in axes.get_xticklabels():
        _write(label, look, look.muted)


def _write(text: Text, look: Look, colour: str) -> None:
    """Give a text its fonts, and take `$` for a dollar: a window title is not a formula."""
    text.set_fontfamily(list(_families(look)))
    text.set_fontsize(look.size)
    text.set_color(colour)
    text.set_parse_math(False)
