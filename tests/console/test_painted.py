"""Charts on the screen: same values as on paper, every place said in words and reached by keys, and foreign names only text."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy
import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QImage, QMouseEvent
from PyQt5.QtSvg import QSvgRenderer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from console.charts.band import BandChart, runs_of
from console.charts.canvas import Chart
from console.charts.heatmap import Heatmap
from console.charts.minutes import MinutesChart
from console.charts.plots import BarsPlot, ColumnsPlot
from console.pictures import settle
from console.theme import DARK, LIGHT, Theme, ThemeChoice, look_of
from policy.categories import Category
from policy.presence import Presence
from policy.summaries import AppTimes
from policy.worktime import day_bounds
from reports.charts import (
    Bars,
    Columns,
    byte_ticks,
    days_by_presence,
    days_of_traffic,
    draw,
    hour_ticks,
    most_used,
    new_figure,
    sites_by_hour,
    stretches_worked,
    top_traffic,
    top_uses,
    traffic_days,
)
from tests.console import fake_days, fakes
from tests.console.fakes import PEOPLE, TODAY

LOOK = look_of(LIGHT)
FIRST = TODAY - timedelta(days=6)
PERIOD = fakes.period(FIRST, TODAY)
SITES = fake_days.sites(PERIOD, PEOPLE)
RHYTHM = fake_days.timeline(PERIOD, PEOPLE)
TRAFFIC = fake_days.bandwidth(PERIOD, PEOPLE, True)
QUIET = fake_days.inactivity(PERIOD, PEOPLE)


@pytest.fixture
def theme(qapp) -> Theme:
    made = Theme(ThemeChoice.LIGHT)
    made.apply()
    return made


@pytest.fixture
def chart(theme: Theme):
    made = Chart("Chart", theme)
    made.resize(640, 260)
    made.show()
    yield made
    made.deleteLater()


def image_of(widget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def pixels(widget, colour: str) -> int:
    """Count the pixels of exactly this colour."""
    image = image_of(widget)
    bits = image.constBits()
    bits.setsize(image.byteCount())
    flat = numpy.frombuffer(bits, numpy.uint32) & 0xFFFFFF
    return int((flat == int(colour[1:], 16)).sum())


SPECS = {
    "sites by hour": lambda look: sites_by_hour(SITES.sites, look),
    "sites": lambda look: top_uses(SITES.sites, look),
    "worked": lambda look: stretches_worked(RHYTHM.weeks, look),
    "traffic": lambda look: days_of_traffic(traffic_days(TRAFFIC), look),
    "apps' traffic": lambda look: top_traffic(TRAFFIC.apps, look),
    "quiet": lambda look: days_by_presence(QUIET.days, look),
}


@pytest.mark.feature("I09")
@pytest.mark.parametrize("name", SPECS)
def test_screen_and_paper_show_the_same_values(name: str, chart: Chart) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    spec = SPECS[name](LOOK)
    chart.show_chart(SPECS[name], name)
    assert chart.spec == spec
    figure = new_figure(LOOK)
    FigureCanvasAgg(figure)
    draw(figure.add_subplot(), spec, LOOK)
    axes = figure.axes[0]
    if isinstance(spec, Columns):
        heights = [tuple(bar.get_height() for bar in group) for group in axes.containers]
        assert heights == [part.values for part in spec.parts]
        assert [label.get_text() for label in axes.get_yticklabels()] == [spec.write(tick) for tick in spec.ticks]
    else:
        assert isinstance(spec, Bars)
        assert [group[0].get_width() for group in axes.containers] == [bar.value for bar in spec.rows]


def test_a_column_is_as_high_as_its_value(chart: Chart) -> None:
    chart.show_chart(SPECS["worked"], "")
    plot = chart._plot()
    assert isinstance(plot, ColumnsPlot)
    image, colour = image_of(chart), LOOK.presences[Presence.MEETING].colour
    for place, stretch in enumerate(RHYTHM.weeks):
        middle = int(plot.slot(place).center().x())
        lit = [y for y in range(image.height()) if image.pixelColor(middle, y).name().upper() == colour]
        wanted = stretch.meeting / plot._top * plot.plot.height()
        assert abs(len(lit) - wanted) <= 2


def test_each_part_of_a_split_and_each_bar_has_its_place(chart: Chart) -> None:
    chart.show_chart(SPECS["sites"], "", lambda place: f"row {place}")
    plot = chart._plot()
    assert isinstance(plot, BarsPlot)
    assert chart.place_at(plot.slot(3).center()) == 3
    assert chart.explanation(3) == "row 3"
    assert chart.place_at(QPointF(-5, -5)) is None


def test_the_keys_walk_over_the_places_and_enter_picks_one(chart: Chart) -> None:
    picked: list[int] = []
    chart.picked.connect(picked.append)
    chart.show_chart(SPECS["traffic"], "all days", lambda place: f"day {place}")
    chart.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(chart, key)
    assert chart.mark == 1
    assert chart.accessibleDescription() == "day 1\nall days"
    QTest.keyClick(chart, Qt.Key.Key_Return)
    QTest.keyClick(chart, Qt.Key.Key_End)
    QTest.keyClick(chart, Qt.Key.Key_Space)
    assert picked == [1, 6]
    chart.show_chart(lambda look: days_of_traffic(traffic_days(TRAFFIC)[:2], look), "two days")
    assert chart.mark is None


def test_a_click_picks_the_column_under_it(chart: Chart) -> None:
    picked: list[int] = []
    chart.picked.connect(picked.append)
    chart.show_chart(SPECS["traffic"], "")
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.box_of(4).center().toPoint())
    assert picked == [4]


def test_a_chart_is_painted_in_the_theme_of_now(chart: Chart, theme: Theme) -> None:
    chart.show_chart(SPECS["worked"], "")
    assert pixels(chart, LIGHT.presences[Presence.ACTIVE]) > 500
    theme.choose(ThemeChoice.DARK)
    assert pixels(chart, DARK.presences[Presence.ACTIVE]) > 500
    assert pixels(chart, LIGHT.presences[Presence.ACTIVE]) == 0


def test_names_below_never_stand_on_one_another(chart: Chart) -> None:
    first = date(2025, 10, 1)
    days = fake_days.timeline(fakes.period(first, first + timedelta(days=30)), PEOPLE).days
    spec = stretches_worked(days, LOOK)
    written: list[tuple[float, float]] = []

    class Painter:
        def drawText(self, box, flags, text):
            written.append((box.left(), box.right()))

        def setPen(self, pen):
            pass

    chart.show_chart(lambda look: spec, "")
    for width in (200, 333, 640, 1400):
        written.clear()
        chart.resize(width, 200)
        plot = chart._plot()
        assert isinstance(plot, ColumnsPlot)
        plot._paint_names(Painter())  # type: ignore[arg-type]
        assert written
        assert all(right <= left + 0.01 for (_, right), (left, _) in pairwise(written))


@pytest.mark.quality("S-13")
@pytest.mark.parametrize("name", ["<img src='file:///x.png'>", "&amp;&File", "x" * 40_000, "line\nline\x00", "\u202egpj.exe", "$x$ %s {0}"])
def test_a_hostile_name_is_painted_as_text(name: str, chart: Chart) -> None:
    app = AppTimes("a", name, Category.NEUTRAL, True, 100, 0, 0, 1, 1, 1, 1, [100])
    chart.show_chart(lambda look: top_uses([app], look), "")
    assert b"<img" not in chart.svg()
    assert QSvgRenderer(chart.svg()).isValid()
    assert pixels(chart, LIGHT.categories[Category.NEUTRAL]) > 100


def test_a_picture_of_a_chart_can_be_saved(chart: Chart) -> None:
    chart.show_chart(SPECS["traffic"], "")
    image = QImage.fromData(chart.png())
    assert (image.width(), image.height()) == (1280, 520)
    renderer = QSvgRenderer(chart.svg())
    assert renderer.isValid()
    assert renderer.viewBox().size() == chart.size()


@pytest.mark.parametrize(("highest", "last"), [(0, 0), (50, 60), (3_600, 3_600), (200_000, 216_000), (9e8, 9e8)])
def test_hours_have_few_round_ticks_that_reach_the_top(highest: float, last: float) -> None:
    ticks = hour_ticks(highest)
    assert len(ticks) <= 6
    assert ticks[0] == 0
    assert ticks[-1] >= min(highest, last)


def test_bytes_have_few_round_ticks() -> None:
    for highest in (3, 999, 1_000, 7.3e6, 4.1e9, 8e15):
        ticks = byte_ticks(highest)
        assert 2 <= len(ticks) <= 6
        assert ticks[-1] >= highest * 0.8


def test_the_most_used_are_those_with_most_time() -> None:
    assert [one.engaged for one in most_used(SITES.sites, 4)] == sorted((one.engaged for one in SITES.sites), reverse=True)[:4]


# --- heatmap ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def heatmap(theme: Theme):
    made = Heatmap("Hours", theme)
    made.resize(700, 260)
    made.show_week(RHYTHM, "the week")
    made.show()
    yield made
    made.deleteLater()


def test_a_cell_is_stronger_the_more_of_its_room_was_engaged(heatmap: Heatmap) -> None:
    image = image_of(heatmap)
    seen = [
        (
            cell.share,
            image.pixelColor(heatmap.box_of(place).center().toPoint()).blue()
            - image.pixelColor(heatmap.box_of(place).center().toPoint()).red(),
        )
        for place, cell in enumerate(heatmap.cells)
        if cell.share is not None
    ]
    ordered = [strength for _share, strength in sorted(seen)]
    assert all(stronger >= weaker - 1 for weaker, stronger in pairwise(ordered))  # rounding of colours
    assert ordered[-1] > ordered[0] + 100


def test_the_keys_walk_by_hours_and_by_days(heatmap: Heatmap) -> None:
    heatmap.setFocus()
    heatmap.set_mark(0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(heatmap, key)
    assert heatmap.mark == 26
    assert heatmap.explanation(26).startswith("Tue 02:00")
    QTest.keyClick(heatmap, Qt.Key.Key_Up)
    QTest.keyClick(heatmap, Qt.Key.Key_Up)
    assert heatmap.mark == 2


def test_hours_that_these_days_do_not_have_are_said_so(theme: Theme) -> None:
    made = Heatmap("Hours", theme)
    made.show_week(fake_days.timeline(fakes.period(TODAY, TODAY), PEOPLE), "")
    assert made.explanation(0) == "Mon 00:00–01:00\nnot in these days"
    assert "engaged: 0\u00a0%" in made.explanation(3 * 24)


# --- band ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def band(theme: Theme):
    made = BandChart("Band", theme)
    made.resize(900, 220)
    made.show_band(fake_days.band(PEOPLE[1], TODAY), fakes.ZONE, "a day")
    made.show()
    yield made
    made.deleteLater()


@pytest.mark.feature("I04")
def test_every_instant_of_the_day_belongs_to_the_part_that_is_painted_there(band: BandChart) -> None:
    plot = band.inner()
    for part in band.parts:
        if part.end > band.view[0] and part.start < band.view[1]:
            x = band.x_of((max(part.start, band.view[0]) + min(part.end, band.view[1])) / 2, plot)
            place = band.place_at(QPointF(x, plot.center().y()))
            assert place is not None
            assert band.parts[place] is part


def test_zooming_keeps_the_instant_under_the_pointer(band: BandChart) -> None:
    plot = band.inner()
    before = band.instant_at(500, plot)
    band.zoom(0.5, before)
    assert abs(band.instant_at(500, plot) - before) < 1
    assert band.zoomed
    for _ in range(40):
        band.zoom(0.5)
    assert band.view[1] - band.view[0] == pytest.approx(10 * 60_000)
    QTest.keyClick(band, Qt.Key.Key_0)
    assert band.view == (band.start, band.end)
    assert not band.zoomed


def test_the_view_never_leaves_the_day(band: BandChart) -> None:
    band.zoom(0.2)
    for key in (Qt.Key.Key_PageUp,) * 20:
        QTest.keyClick(band, key)
    assert band.view[0] == band.start
    for key in (Qt.Key.Key_PageDown,) * 40:
        QTest.keyClick(band, key)
    assert band.view[1] == band.end


def test_dragging_moves_the_day_and_picks_nothing(band: BandChart) -> None:
    picked: list[int] = []
    band.picked.connect(picked.append)
    band.zoom(0.3)
    before = band.view
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(band, left, pos=QPoint(500, 100))
    held = QMouseEvent(QEvent.Type.MouseMove, QPointF(400, 100), left, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(band, held)
    QTest.mouseRelease(band, left, pos=QPoint(400, 100))
    assert band.view[0] > before[0]
    assert picked == []


def test_a_part_says_its_times_presence_and_app(band: BandChart) -> None:
    place = next(place for place, part in enumerate(band.parts) if part.presence is Presence.MEETING)
    text = band.explanation(place)
    assert "in a meeting" in text
    assert "Microsoft Teams  ·  Productive" in text
    assert "ms-teams.exe" in text


def test_neighbours_with_one_name_are_one_run() -> None:
    parts = fake_days.band(PEOPLE[1], TODAY).parts
    runs = runs_of(parts)
    assert sum(run.end - run.start for run in runs) == sum(part.end - part.start for part in parts if part.name)
    assert all(one.end < other.start or one.name != other.name for one, other in pairwise(runs))


def test_a_refresh_keeps_what_somebody_zoomed_to(band: BandChart) -> None:
    band.zoom(0.2)
    view = band.view
    band.show_band(fake_days.band(PEOPLE[1], TODAY), fakes.ZONE, "again")
    assert band.view == view
    band.show_band(fake_days.band(PEOPLE[1], TODAY - timedelta(days=1)), fakes.ZONE, "another day")
    assert band.view != view


# --- minutes ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def minutes(theme: Theme):
    made = MinutesChart("Minutes", theme)
    made.resize(900, 260)
    values = fake_days.inactivity(fakes.period(TODAY, TODAY), [PEOPLE[1]])
    made.show_minutes(values.minutes or [], values.review or [], values.quiet, day_bounds(TODAY, fakes.ZONE), fakes.ZONE, "a day")
    made.show()
    yield made
    made.deleteLater()


def test_a_suggested_minute_shows_its_evidence_and_no_conclusion(minutes: MinutesChart) -> None:
    start = next(iter(minutes.review))
    place = minutes.place_of(start)
    assert place is not None
    text = minutes.explanation(place)
    assert "0 of 60 seconds without input · 1 different counts · the same in 1 minutes running" in text
    assert "It changes no total; look and ask." in text
    minutes.look_at(start - 600_000, start + 600_000)
    assert pixels(minutes, LIGHT.warn_edge) > 100
    assert pixels(minutes, LIGHT.warn_soft) > 500


def test_minutes_without_evidence_have_no_place(minutes: MinutesChart) -> None:
    minutes.look_at(minutes.start, minutes.end)
    plot = minutes.inner()
    night = minutes.start + 3 * 3_600_000
    assert minutes.place_at(QPointF(minutes.x_of(night, plot), plot.center().y())) is None
    first = minutes.minutes[0]
    assert minutes.place_at(QPointF(minutes.x_of(first.start + 30_000, plot), plot.center().y())) == 0


def test_every_kind_of_quiet_is_painted_apart(minutes: MinutesChart) -> None:
    for presence in (Presence.IDLE, Presence.LOCKED, Presence.PAUSED):
        assert pixels(minutes, LIGHT.presences[presence]) > 30
    assert {one.presence for one in minutes.quiet} == {Presence.IDLE, Presence.LOCKED, Presence.PAUSED, Presence.UNKNOWN}


def test_a_day_of_many_charts_settles(band: BandChart, minutes: MinutesChart, heatmap: Heatmap) -> None:
    settle()
    assert [one.drawn for one in (band, minutes, heatmap)] >= [1, 1, 1]
