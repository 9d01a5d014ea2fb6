"""The shared charts: what is drawn adds up, foreign names stay text, and Hindi and Bengali are shaped."""

from __future__ import annotations

import io
from datetime import date, timedelta

import numpy
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from console.theme import DARK, LIGHT, look_of
from policy.categories import Category
from policy.presence import Presence
from policy.summaries import AppTimes, Categories
from reports.charts import (
    SCRIPT_FAMILIES,
    SHOWN_PRESENCES,
    buckets,
    draw_category_split,
    draw_days_by_category,
    draw_days_by_presence,
    draw_top_apps,
    font_families,
    new_figure,
    printable,
)
from tests.console import fakes

LOOK = look_of(LIGHT)
WEEK = fakes.overview(date(2025, 11, 14), date(2025, 11, 20)).days
APPS = fakes.applications(date(2025, 11, 14), date(2025, 11, 20))


def drawn(draw, *figures, look=LOOK) -> tuple[Figure, numpy.ndarray]:
    figure = new_figure(look)
    canvas = FigureCanvasAgg(figure)
    figure.set_size_inches(7, 2.5)
    draw(figure.add_subplot(), *figures, look)
    canvas.draw()
    return figure, numpy.asarray(canvas.buffer_rgba())


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("draw", "figures"),
    [(draw_days_by_presence, WEEK), (draw_days_by_category, WEEK), (draw_top_apps, APPS.apps), (draw_category_split, APPS.categories)],
    ids=["presence", "category", "apps", "split"],
)
def test_every_chart_is_drawn_in_both_themes(draw, figures, colours) -> None:
    _, picture = drawn(draw, figures, look=look_of(colours))
    assert len(numpy.unique(picture.reshape(-1, 4), axis=0)) > 20


@pytest.mark.feature("I04")
def test_the_bars_of_a_day_add_up_to_its_shown_time() -> None:
    figure, _ = drawn(draw_days_by_presence, WEEK)
    axes = figure.axes[0]
    tops = [max(bar.get_y() + bar.get_height() for group in axes.containers for bar in [group[place]]) for place in range(len(WEEK))]
    assert tops == [sum(day.times.of(one) for one in SHOWN_PRESENCES) for day in WEEK]


def test_the_unclassified_part_is_always_in_the_split() -> None:
    figure, _ = drawn(draw_category_split, Categories(100, 50, 10, 20))
    widths = [group[0].get_width() for group in figure.axes[0].containers]
    assert widths == [100, 30, 20, 10]
    assert len({group[0].get_hatch() for group in figure.axes[0].containers}) == 3


def test_many_days_become_weeks_and_lose_nothing() -> None:
    first = date(2025, 1, 1)
    days = fakes.overview(first, first + timedelta(days=364)).days
    weeks = buckets(days)
    assert len(weeks) == 53
    assert [one for week in weeks for one in week.days] == days
    assert weeks[1].first.weekday() == 0
    assert len(buckets(days[:62])) == 62


def test_a_chart_of_nothing_is_drawn_without_complaint() -> None:
    for draw, nothing in ((draw_days_by_presence, []), (draw_top_apps, []), (draw_category_split, Categories())):
        drawn(draw, nothing)


@pytest.mark.feature("I03")
def test_the_longest_app_is_on_top_and_its_time_is_written_out() -> None:
    figure, _ = drawn(draw_top_apps, APPS.apps)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[0] == "Microsoft Excel"
    assert len(labels) == 12
    assert "11\u00a0h\u00a032\u00a0min" in [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.quality("S-13")
@pytest.mark.parametrize("name", ["$\\frac{1}{0}$", "a$b$c_", "😀 app", "x" * 40_000, "line\nline", "<b>bold</b>", "\x00\x07", "中文"])
def test_a_foreign_name_is_text_and_never_a_formula_or_a_warning(name: str) -> None:
    app = AppTimes("a", name, Category.NEUTRAL, False, 100, 0, 0, 1, 1, 1, 1, [100])
    figure, _ = drawn(draw_top_apps, [app])
    label = figure.axes[0].get_yticklabels()[0]
    assert len(label.get_text()) <= 26
    assert label.get_text()[:3] == printable(name, font_families())[:3]


def test_a_sign_no_font_has_says_so() -> None:
    assert printable("a\U0001f600b", ("DejaVu Sans",)) in ("a\ufffdb", "a\U0001f600b")
    assert printable("क", ("DejaVu Sans",)) == "\ufffd"


def test_hindi_and_bengali_are_shaped() -> None:
    """The conjunct क्ष is narrower than its two letters with a visible virama between them."""
    if not set(SCRIPT_FAMILIES) & set(font_families()):
        pytest.skip("no Devanagari or Bengali font on this PC")
    joined, apart = _width("क्षत्रिय ক্ষুদ্র"), _width("क्\u200cष" + "त्\u200cरिय ক্\u200cষুদ্\u200cর")
    assert joined < apart * 0.95


def _width(text: str) -> int:
    figure = Figure(figsize=(6, 1), dpi=100)
    figure.text(0.02, 0.4, text, fontfamily=list(font_families()), fontsize=24)
    place = io.BytesIO()
    FigureCanvasAgg(figure).print_png(place)
    ink = numpy.asarray(Image.open(place).convert("L")) < 128
    columns = numpy.flatnonzero(ink.any(axis=0))
    return int(columns[-1] - columns[0])


def test_every_presence_has_a_series() -> None:
    assert set(LOOK.presences) == set(Presence)
