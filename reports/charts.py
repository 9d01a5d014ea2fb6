"""Charts drawn on matplotlib axes from the figures of policy.summaries; colours, fonts and words are passed in.

So the PDF and both themes of the console share them. No pyplot: it would keep every figure alive.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from policy.categories import Category
from policy.presence import Presence
from policy.summaries import AppTimes, Categories, DayTimes

SHOWN_PRESENCES = (Presence.ACTIVE, Presence.READING, Presence.MEETING, Presence.IDLE, Presence.LOCKED, Presence.PAUSED)
"""The others (asleep, off, unknown) are the night: they would hide the day."""

MOST_BARS = 62
TOP = 12
HATCH_WIDTH = 0.6
LONGEST_LABEL = 26
PREFERRED_FAMILIES = ("Segoe UI", "Inter", "Noto Sans", "DejaVu Sans")
SCRIPT_FAMILIES = (
    "Noto Sans Devanagari",
    "Lohit Devanagari",
    "Noto Sans Bengali",
    "Lohit Bengali",
    "Nirmala UI",
    "Mangal",
    "Vrinda",
)
_SCRIPT_FILES = re.compile(r"(NotoSans(Devanagari|Bengali)-Regular|Lohit-(Devanagari|Bengali)|Nirmala|mangal|vrinda)\.(ttf|ttc|otf)$", re.I)


@dataclass(frozen=True)
class Series:
    """How one part is drawn; the hatch and the order tell it apart where colour cannot."""

    name: str
    colour: str
    hatch: str = ""


@dataclass(frozen=True)
class Look:
    """Everything about a chart that is not a figure."""

    ink: str
    muted: str
    grid: str
    surface: str
    presences: Mapping[Presence, Series]
    categories: Mapping[Category, Series]
    unclassified: Series
    hours: Callable[[float], str]
    duration: Callable[[float], str]
    day: Callable[[date], str]
    families: tuple[str, ...]
    size: float = 8.0


@dataclass(frozen=True)
class Bucket:
    """One bar of a chart of days: a single day, or a week when there are too many days."""

    first: date
    last: date
    days: tuple[DayTimes, ...]


@functools.cache
def font_families() -> tuple[str, ...]:
    """Return the families to draw with, a Latin one first and then what this PC has for Devanagari and Bengali.

    matplotlib's own list is cached on disk and misses fonts installed since, so the scripts' files are added by name.
    """
    known = set(fontManager.get_font_names())
    if not known & set(SCRIPT_FAMILIES):
        for path in font_manager.findSystemFonts():
            if _SCRIPT_FILES.search(path):
                fontManager.addfont(path)
        known = set(fontManager.get_font_names())
    latin = next((name for name in PREFERRED_FAMILIES if name in known), "DejaVu Sans")
    return (latin, *(name for name in SCRIPT_FAMILIES if name in known), *(("DejaVu Sans",) if latin != "DejaVu Sans" else ()))


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


def buckets(days: Sequence[DayTimes]) -> list[Bucket]:
    """Return the bars for these days: each day, or whole weeks from Monday when there are more than MOST_BARS."""
    if len(days) <= MOST_BARS:
        return [Bucket(one.day, one.day, (one,)) for one in days]
    weeks: dict[tuple[int, int], list[DayTimes]] = {}
    for one in days:
        weeks.setdefault(one.day.isocalendar()[:2], []).append(one)
    return [Bucket(week[0].day, week[-1].day, tuple(week)) for week in weeks.values()]


def draw_days_by_presence(axes: Axes, days: Sequence[DayTimes], look: Look) -> None:
    """Draw one stacked bar for each day: how its time divides by presence."""
    bars = buckets(days)
    parts = [(look.presences[one], [sum(day.times.of(one) for day in bar.days) for bar in bars]) for one in SHOWN_PRESENCES]
    _stack(axes, bars, parts, look)


def draw_days_by_category(axes: Axes, days: Sequence[DayTimes], look: Look) -> None:
    """Draw one stacked bar for each day: how its engaged time divides by category, the unclassified part apart."""
    bars = buckets(days)
    parts = [(series, [sum(value(day.categories) for day in bar.days) for bar in bars]) for series, value in _parts(look)]
    _stack(axes, bars, parts, look)


def draw_top_apps(axes: Axes, apps: Sequence[AppTimes], look: Look, top: int = TOP) -> None:
    """Draw the apps with most engaged time as horizontal bars, longest on top, each with its time written out."""
    _prepare(axes, look)
    most = sorted(apps, key=lambda one: (-one.engaged, one.name))[:top]
    rows = range(len(most) - 1, -1, -1)
    for row, app in zip(rows, most, strict=True):
        series = look.categories[app.category] if app.classified else look.unclassified
        axes.barh(
            row,
            app.engaged,
            height=0.66,
            color=series.colour,
            hatch=series.hatch,
            edgecolor=look.surface,
            hatch_linewidth=HATCH_WIDTH,
            linewidth=0,
        )
        _write(
            axes.annotate(look.duration(app.engaged), (app.engaged, row), (5, 0), textcoords="offset points", va="center"), look, look.muted
        )
    axes.set_yticks(list(rows), [printable(app.name, look.families) for app in most])
    axes.set_xlim(0, max((app.engaged for app in most), default=1) * 1.18 or 1)
    axes.set_ylim(-0.6, max(len(most), 1) - 0.4)
    axes.xaxis.set_visible(False)
    _write_ticks(axes, look, look.ink)


def draw_category_split(axes: Axes, categories: Categories, look: Look) -> None:
    """Draw all engaged time as one bar of its categories, the unclassified part always in sight."""
    _prepare(axes, look)
    axes.set_axis_off()
    start = 0
    for series, value in _parts(look):
        seconds = value(categories)
        axes.barh(
            0,
            seconds,
            left=start,
            color=series.colour,
            hatch=series.hatch,
            edgecolor=look.surface,
            hatch_linewidth=HATCH_WIDTH,
            linewidth=1,
        )
        start += seconds
    axes.set_xlim(0, max(start, 1))
    axes.set_ylim(-0.4, 0.4)


def _parts(look: Look) -> list[tuple[Series, Callable[[Categories], int]]]:
    return [
        (look.categories[Category.PRODUCTIVE], lambda one: one.productive),
        (look.categories[Category.NEUTRAL], lambda one: one.neutral - one.unclassified),
        (look.unclassified, lambda one: one.unclassified),
        (look.categories[Category.UNPRODUCTIVE], lambda one: one.unproductive),
    ]


def _stack(axes: Axes, bars: Sequence[Bucket], parts: Sequence[tuple[Series, list[int]]], look: Look) -> None:
    _prepare(axes, look)
    floor = [0.0] * len(bars)
    for series, heights in parts:
        if not any(heights):
            continue
        axes.bar(
            range(len(bars)),
            heights,
            0.68,
            floor,
            color=series.colour,
            hatch=series.hatch,
            edgecolor=look.surface,
            hatch_linewidth=HATCH_WIDTH,
            linewidth=0.4,
            label=series.name,
        )
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    _hour_axis(axes, max(floor, default=0), look)
    _day_axis(axes, bars, look)
    _legend(axes, look)


def _prepare(axes: Axes, look: Look) -> None:
    axes.set_facecolor(look.surface)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def _hour_axis(axes: Axes, highest: float, look: Look) -> None:
    step = next((one for one in (0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000) if highest / 3600 / one <= 4.5), None)
    if step is not None and highest:
        axes.set_yticks([number * step * 3600 for number in range(int(highest / 3600 / step) + 2)])
    else:
        axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: look.hours(seconds)))
    axes.yaxis.grid(True, color=look.grid, linewidth=0.8)
    axes.set_ylim(0, highest * 1.06 or 3600)


def _day_axis(axes: Axes, bars: Sequence[Bucket], look: Look) -> None:
    every = max(1, -(-len(bars) // 12))
    places = range(0, len(bars), every)
    axes.set_xticks(list(places), [look.day(bars[place].first) for place in places])
    axes.set_xlim(-0.6, max(len(bars), 5) - 0.4)
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
    text.set_fontfamily(list(look.families))
    text.set_fontsize(look.size)
    text.set_color(colour)
    text.set_parse_math(False)
