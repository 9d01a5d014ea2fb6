"""URL Report, Timeline & Heatmap, Inactivity Monitor and Bandwidth Usage: what they show adds up, drills down and leads back."""

from __future__ import annotations

import ast
import inspect
from datetime import date, timedelta
from itertools import pairwise, product
from types import ModuleType

import msgspec
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

import console.charts.band
import console.charts.minutes
import console.models.quiet
import console.tabs.inactivity
from console import definitions, words
from console.models import sites as site_texts
from console.models.traffic import amount, traffic_in_words
from console.pictures import settle
from console.scope import Preset
from console.services import Services
from console.tabs.timeline import newest
from console.trouble import ServerAway
from console.widgets.empty import Emptiness
from console.window import Window
from policy.presence import Presence
from policy.summaries import Traffic
from tests.console.conftest import wait_for
from tests.console.fakes import TODAY
from tests.console.test_window import press


def go(window: Window, key: str):
    """Open a tab and wait for its figures."""
    window.open(key)
    wait_for(lambda: not window.current.waiting)
    settle()
    assert window.current.state() == "figures"
    return window.current.tab


def one_day(services: Services, person: int = 2) -> None:
    """Look at one person's today."""
    services.scope.open_day(person, TODAY)


# --- URL Report ---------------------------------------------------------------------------------------------------------


@pytest.mark.feature("I02")
def test_the_time_in_browsers_is_accounted_for(window: Window) -> None:
    tab = go(window, "urls")
    values = window.current.values
    names, times, _shares = zip(*tab.parts.texts(), strict=True)
    assert names == ("At the sites listed below", "At 31 further sites", "Browser, site not known")
    assert sum(seconds for _name, seconds in site_texts.accounts(values)) == values.browsers + values.elsewhere
    assert times[2] == words.duration(values.without_site.engaged)
    assert tab._browsers.text().startswith(words.duration(values.browsers) + " in browsers")
    assert words.duration(values.categories.unclassified) in tab._unclassified.text()


@pytest.mark.feature("I02")
def test_the_row_without_a_site_is_in_the_table_and_sorts_by_value(window: Window) -> None:
    tab = go(window, "urls")
    names = [site_texts.site_name(row) for row in tab.sites.rows]
    assert "Browser, site not known" in names
    engaged = [row.engaged for row in tab.sites.rows]
    assert engaged == sorted(engaged, reverse=True)


def test_a_selected_site_has_its_own_hours(window: Window) -> None:
    tab = go(window, "urls")
    whole = sum(tab.chart.spec.totals)
    tab.table.selectRow(1)
    row = tab.sites.rows[1]
    assert tab.chart.spec.totals == row.by_hour
    assert whole > sum(row.by_hour)
    assert tab._chart_head.note.whole() == "Google Docs"
    tab.switch.choose("days")
    assert tab.chart.spec.totals == row.daily
    tab.table.clearSelection()
    tab.switch.choose("most")
    assert [bar.value for bar in tab.chart.spec.rows] == sorted((one.engaged for one in tab.sites.rows), reverse=True)[:12]


@pytest.mark.feature("I02", "I12", "I15")
def test_a_site_opens_its_people_and_a_person_becomes_the_scope(window: Window, services: Services) -> None:
    tab = go(window, "urls")
    tab.table.setFocus()
    tab.table.selectRow(0)
    QTest.keyClick(tab.table, Qt.Key.Key_Return)
    wait_for(lambda: tab.page.people.rows)
    assert tab._pages.currentWidget() is tab.page
    assert tab.page.chart.spec.totals == [sum(hour) for hour in zip(*(one.by_hour for one in tab.page.people.rows), strict=True)]
    tab.page.table.selectRow(2)
    assert tab.page.chart.spec.totals == tab.page.people.rows[2].by_hour
    wanted = tab.page.people.rows[2].person.id
    QTest.keyClick(tab.page.table, Qt.Key.Key_Return)
    wait_for(lambda: not window.current.waiting)
    assert services.scope.value.person == wanted
    assert tab._pages.currentIndex() == 0
    press(window, "Alt+Left")
    assert services.scope.value.person is None


def test_alt_left_leaves_a_site_before_it_leaves_the_tab(window: Window) -> None:
    tab = go(window, "urls")
    tab.open_site(tab.sites.rows[0])
    wait_for(lambda: tab.page.people.rows)
    press(window, "Alt+Left")
    assert tab._pages.currentIndex() == 0
    assert window.current.tab is tab
    press(window, "Alt+Left")
    assert window.current.tab.key == "overview"


def test_a_site_follows_the_scope_and_says_when_it_cannot(window: Window, services: Services) -> None:
    tab = go(window, "urls")
    tab.open_site(tab.sites.rows[0])
    wait_for(lambda: len(tab.page.people.rows) == 9)
    services.scope.update(team=2)
    wait_for(lambda: len(tab.page.people.rows) == 4)
    services.api.fault = ServerAway("The server did not answer.")  # type: ignore[attr-defined]
    tab.page.follow(msgspec.structs.replace(window.current.values.period, revision=99))
    wait_for(tab.page.banner.isVisible)
    assert "did not answer" in tab.page.banner.text()
    assert len(tab.page.people.rows) == 4


# --- Timeline & Heatmap -------------------------------------------------------------------------------------------------


@pytest.mark.feature("I04", "I15")
def test_from_everybody_to_a_minute_of_one_day_by_keys(window: Window, services: Services) -> None:
    tab = go(window, "timeline")
    table = tab._tables["people"]
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    wait_for(lambda: not window.current.waiting)
    assert services.scope.value.person == tab.people.rows[0].id
    days = tab._tables["days"]
    assert tab._next_pages.currentWidget() is tab._places["days"]
    days.setFocus()
    days.selectRow(0)
    QTest.keyClick(days, Qt.Key.Key_Return)
    wait_for(lambda: not window.current.waiting)
    assert services.scope.value.first == services.scope.value.last == TODAY
    assert tab._wide.currentIndex() == 1
    tab.band.setFocus()
    tab.band.set_mark(10)
    QTest.keyClick(tab.band, Qt.Key.Key_Right)
    assert tab._tables["parts"].chosen() == [tab.band.parts[11]]
    press(window, "Alt+Left")
    press(window, "Alt+Left")
    assert services.scope.value.person is None


@pytest.mark.feature("I04")
def test_a_cell_of_the_heatmap_opens_its_newest_day_and_hour(window: Window, services: Services) -> None:
    services.scope.update(person=3)
    tab = go(window, "timeline")
    tab.heatmap.picked.emit(2 * 24 + 10)
    wait_for(lambda: not window.current.waiting)
    assert services.scope.value.first == date(2025, 11, 19)
    hour = tab.band.start + 10 * 3_600_000
    assert tab.band.view[0] < hour < hour + 3_600_000 < tab.band.view[1]
    assert tab.band.view[1] - tab.band.view[0] < 2 * 3_600_000


def test_the_newest_day_of_a_weekday_is_in_the_period_or_there_is_none() -> None:
    first, last = date(2025, 11, 3), date(2025, 11, 20)
    assert newest(0, first, last) == date(2025, 11, 17)
    assert newest(3, first, last) == last
    assert newest(4, date(2025, 11, 19), last) is None
    for weekday in range(7):
        found = newest(weekday, first, last)
        assert found is not None
        assert found.weekday() == weekday
        assert first <= found <= last < found + timedelta(days=7)


def test_a_bar_of_the_trend_opens_its_days(window: Window, services: Services) -> None:
    services.scope.choose(Preset.LAST_MONTH)
    tab = go(window, "timeline")
    tab.switch.choose("weeks")
    assert tab.chart.spec.totals == [one.engaged for one in window.current.values.weeks]
    week = window.current.values.weeks[1]
    tab.chart.picked.emit(1)
    assert (services.scope.value.first, services.scope.value.last) == (week.first, week.last)


def test_the_day_in_words_is_the_whole_day(window: Window, services: Services) -> None:
    one_day(services)
    tab = go(window, "timeline")
    parts = sorted(tab.parts.rows, key=lambda one: one.start)
    assert parts[0].start == window.current.values.band.start
    assert parts[-1].end == window.current.values.band.end
    assert all(one.end == other.start for one, other in pairwise(parts))
    for presence in Presence:
        seconds = sum(one.end - one.start for one in parts if one.presence is presence) // 1000
        if seconds:
            assert f"{words.presence(presence)} {words.duration(seconds)}" in tab._totals.whole()
    tab._tables["parts"].opened.emit(parts[7])
    assert tab.band.parts[tab.band.mark] == parts[7]


# --- Inactivity Monitor -------------------------------------------------------------------------------------------------


@pytest.mark.feature("I05")
def test_each_presence_is_kept_apart_and_adds_up(window: Window) -> None:
    tab = go(window, "inactivity")
    values = window.current.values
    for key in ("idle", "locked", "paused", "unknown"):
        total = sum(one.times.of(Presence(key)) for one in values.days)
        assert tab.tiles[key].texts()[0] == words.duration_short(total)
    part = {part.series.name: sum(part.values) for part in tab.chart.spec.parts}
    assert part["locked"] == sum(one.times.locked for one in values.days)


@pytest.mark.feature("I05")
def test_the_longest_stretch_is_first_and_opens_its_persons_day(window: Window, services: Services) -> None:
    tab = go(window, "inactivity")
    lengths = [one.end - one.start for one in tab.quiet.rows]
    assert lengths == sorted(lengths, reverse=True)
    row = tab.quiet.rows[0]
    tab._tables["quiet"].setFocus()
    tab._tables["quiet"].selectRow(0)
    QTest.keyClick(tab._tables["quiet"], Qt.Key.Key_Return)
    wait_for(lambda: not window.current.waiting)
    value = services.scope.value
    assert value.person == row.person.id
    assert value.first == value.last == words.local(row.start, "Asia/Kolkata").date()
    assert tab._pages.currentIndex() == 1


@pytest.mark.feature("I05")
@pytest.mark.quality("P-04")
def test_a_suggested_review_is_plotted_among_its_neighbours(window: Window, services: Services) -> None:
    one_day(services)
    tab = go(window, "inactivity")
    row = tab.review.rows[3]
    tab.switch.choose("table")
    tab._tables["review"].setFocus()
    tab._tables["review"].selectRow(3)
    QTest.keyClick(tab._tables["review"], Qt.Key.Key_Return)
    assert tab.minutes.isVisible()
    assert tab.minutes.minutes[tab.minutes.mark].start == row.start
    first, last = tab.minutes.view
    assert first < row.start < last
    assert last - first <= 40 * 60_000
    assert "look and ask" in tab.minutes.explanation(tab.minutes.mark)


def test_a_day_without_anything_to_review_says_so(window: Window, services: Services) -> None:
    tab = go(window, "inactivity")
    values = services.api.inactivity(TODAY, TODAY, None, 2)
    tab.show(msgspec.structs.replace(values, review=[], quiet=[]))
    tab.search("")
    assert tab._places["review"].nothing.reason is Emptiness.NO_REVIEW
    assert tab._places["quiet_near"].nothing.reason is Emptiness.NO_QUIET


def test_a_tile_orders_the_people_by_what_it_is_made_of(window: Window) -> None:
    tab = go(window, "inactivity")
    tab.tiles["unknown"].pressed.emit("unknown")
    seconds = [one.times.unknown for one in tab.people.rows]
    assert seconds == sorted(seconds, reverse=True)
    tab.tiles["review"].pressed.emit("review")
    assert tab.people.rows[0].person.id == 2


@pytest.mark.quality("P-04")
def test_no_word_of_these_tabs_judges_a_person() -> None:
    modules = (console.tabs.inactivity, console.tabs.timeline, console.models.quiet, console.charts.minutes, console.charts.band)
    shown = [text for module in modules for text in _shown_by(module)]
    keys = ("idle", "locked", "paused", "unknown", "quiet", "input", "review", "week_map")
    shown += [text for key in keys for text in definitions.definition(key).split("\n")]
    assert len(shown) > 60
    for word in ("lazy", "slack", "cheat", "unproductive", "suspicious", "fraud", "guilty", "violat", "misconduct", "wast", "not working"):
        assert [text for text in shown if word in text.lower()] == []


def _shown_by(module: ModuleType) -> list[str]:
    """Return every text a module hands to the translators."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    named = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id in ("_", "_n", "N_")]
    return [part.value for one in named for part in one.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]


# --- Bandwidth Usage ----------------------------------------------------------------------------------------------------


@pytest.mark.feature("I06")
def test_what_is_estimated_is_marked_wherever_it_is_in_a_sum(window: Window) -> None:
    tab = go(window, "bandwidth")
    values = window.current.values
    assert tab.tiles["received"].texts()[0].startswith("≈")
    assert tab.tiles["estimated"].texts()[0] == words.size(values.total.sent_estimated + values.total.received_estimated)
    cells = {row.name: tab.apps.data(tab.apps.index(place, 1)) for place, row in enumerate(tab.apps.rows)}
    assert cells["Windows Update"].startswith("≈")
    assert not cells["Google Chrome"].startswith("≈")
    tab.switch.choose("apps")
    written = {bar.name: bar.written for bar in tab.chart.spec.rows}
    assert written["Windows Update"].startswith("≈")
    assert amount(10, 0) == "10\u00a0B"
    assert traffic_in_words(Traffic(1, 2)) == "Received: 2\u00a0B\nSent: 1\u00a0B"


@pytest.mark.feature("I06")
def test_days_apps_and_people_tell_the_same_bytes(window: Window) -> None:
    tab = go(window, "bandwidth")
    values = window.current.values
    assert sum(one.traffic.total for one in tab.apps.rows) == values.total.total
    assert sum(one.traffic.total for one in tab.people.rows) == values.total.total
    assert tab.chart.spec.totals == [one.total for one in values.daily]
    tab.apps_table.selectRow(0)
    assert tab.chart.spec.totals == tab.apps.rows[0].daily


@pytest.mark.feature("I06", "I15")
def test_a_day_and_a_person_of_the_traffic_become_the_scope(window: Window, services: Services) -> None:
    tab = go(window, "bandwidth")
    tab.switch.choose("days")
    tab.chart.picked.emit(3)
    wait_for(lambda: not window.current.waiting)
    assert services.scope.value.first == services.scope.value.last == TODAY - timedelta(days=3)
    tab.people_table.selectRow(0)
    wanted = tab.people.rows[0].person.id
    QTest.keyClick(tab.people_table, Qt.Key.Key_Return)
    assert services.scope.value.person == wanted


# --- all four -----------------------------------------------------------------------------------------------------------


FOUR = ("urls", "timeline", "inactivity", "bandwidth")


@pytest.mark.parametrize("key", FOUR)
def test_no_scope_and_no_language_of_names_troubles_a_tab(key: str, window: Window, services: Services) -> None:
    for preset, person in product((Preset.LAST_MONTH, Preset.TODAY), (None, 2, 5, 6)):
        services.scope.choose(preset)
        services.scope.update(person=person)
        go(window, key)
        assert not window.grab().isNull()


@pytest.mark.parametrize("key", FOUR)
def test_every_chart_of_the_tab_says_itself_in_words(key: str, window: Window, services: Services) -> None:
    from console.charts.painted import Painted

    for scope in (Preset.LAST_7_DAYS, Preset.TODAY):
        services.scope.choose(scope)
        services.scope.update(person=2)
        tab = go(window, key)
        charts = [one for one in tab.body.findChildren(Painted) if one.isVisible()]
        assert charts
        for chart in charts:
            assert chart.accessibleName()
            assert len(chart.accessibleDescription()) > 15
            if chart.places():
                assert chart.explanation(0)
                assert chart.explanation(chart.places() - 1)


@pytest.mark.parametrize(("key", "table"), [("urls", "table"), ("bandwidth", "apps_table"), ("bandwidth", "people_table")])
def test_rows_are_copied_as_a_spreadsheet_takes_them(key: str, table: str, window: Window) -> None:
    tab = go(window, key)
    view = getattr(tab, table)
    view.selectRow(0)
    head, row = view.copied().split("\n")
    assert len(head.split("\t")) == len(row.split("\t")) >= 4


@pytest.mark.feature("I09")
@pytest.mark.parametrize("size", [(1024, 700), (1280, 720), (1600, 1000), (3840, 2160)])
def test_the_tabs_fit_their_window(size: tuple[int, int], window: Window, services: Services) -> None:
    window.resize(*size)
    for person in (None, 2):
        services.scope.choose(Preset.TODAY)
        services.scope.update(person=person)
        for key in FOUR:
            tab = go(window, key)
            assert (window.width(), window.height()) == size
            assert tab.body.minimumSizeHint().height() <= tab.body.height()
            assert tab.body.minimumSizeHint().width() <= tab.body.width()
