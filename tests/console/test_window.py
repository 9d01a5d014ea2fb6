"""The window: keys, ways back, memory, and every control named for those who cannot see it."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from PyQt5 import sip
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QPushButton,
    QShortcut,
    QToolButton,
    QWidget,
)

from console.pictures import settle
from console.scope import Preset
from console.services import Services
from console.theme import ThemeChoice
from console.trouble import NotAllowed
from console.window import NARROW_BELOW, TABS, Window
from tests.console.conftest import wait_for
from tests.console.fakes import PEOPLE, TODAY

CONTROLS = (QAbstractButton, QAbstractItemView, QComboBox, QDateEdit, QLineEdit)


def press(window: Window, keys: str) -> None:
    """Do what the window's shortcut does."""
    found = [one for one in window.findChildren(QShortcut) if one.key().toString() == keys]
    assert len(found) == 1, keys
    found[0].activated.emit()


def our_own(widget: QWidget) -> bool:
    """Whether it is a control of ours and not a part Qt makes inside one (a list's popup, a field's little buttons)."""
    ancestors, one = [], widget.parent()
    while one is not None:
        ancestors.append(one)
        one = one.parent()
    inside = any(isinstance(one, (QComboBox, QDateEdit, QLineEdit, QAbstractItemView)) for one in ancestors)
    return isinstance(widget, CONTROLS) and not inside and not widget.objectName().startswith("qt_")


def test_every_control_has_a_name(window: Window) -> None:
    for tab in TABS:
        window.open(tab.key)
        wait_for(lambda: not window.current.waiting)
    ours = [one for one in window.findChildren(QWidget) if our_own(one)]
    nameless = [one for one in ours if not one.accessibleName() and not (isinstance(one, QAbstractButton) and one.text())]
    assert [f"{type(one).__name__} in {type(one.parent()).__name__}" for one in nameless] == []
    assert len(ours) > 30
    assert all(menu.accessibleName() for button in window.findChildren(QToolButton) if (menu := button.menu()) is not None)


def test_every_chart_says_in_words_what_it_shows(window: Window) -> None:
    window.open("applications")
    wait_for(lambda: not window.current.waiting)
    for key in ("overview", "applications"):
        assert window.frames[key].tab.chart.accessibleName()
        assert len(window.frames[key].tab.chart.accessibleDescription()) > 40


def test_the_tab_key_walks_from_the_tabs_over_the_scope_to_the_figures(window: Window) -> None:
    order, one = [], window.rail.buttons["overview"]
    for _ in range(3000):
        order.append(one)
        one = one.nextInFocusChain()
        if one is window.rail.buttons["overview"]:
            break
    bar, tab = window.bar, window.frames["overview"].tab
    first = [window.rail.buttons["overview"], bar.presets, bar.before, bar.days, bar.after, bar.teams, bar.people, bar.search]
    then = [bar.reset, bar.refresh, tab.tiles["active_people"], tab.tiles["coverage"], tab.switch.buttons["presence"]]
    wanted = [*first, *then, window.status.sign_out]
    places = [order.index(one) for one in wanted]
    assert places == sorted(places)


@pytest.mark.feature("I09")
def test_ctrl_and_a_number_opens_each_tab(window: Window) -> None:
    for place, tab in enumerate(TABS, 1):
        press(window, f"Ctrl+{place}")
        assert window.current.tab.key == tab.key
        assert window.rail.buttons[tab.key].isChecked()


def test_f5_asks_again_and_esc_clears_the_search(window: Window, services: Services) -> None:
    before = len(services.api.asked)  # type: ignore[attr-defined]
    press(window, "F5")
    wait_for(lambda: not window.current.waiting and not services.tasks.waiting(window, "choices"))
    asked = {one[0] for one in services.api.asked[before:]} - {"alerts"}  # type: ignore[attr-defined]
    assert asked == {"overview", "choices"}  # the badge of the alerts tab asks when it likes
    press(window, "Ctrl+F")
    QTest.keyClicks(window.bar.search, "lindq")
    wait_for(lambda: services.scope.value.search == "lindq")
    assert window.current.found.text() == "1 of 12"
    press(window, "Esc")
    assert services.scope.value.search == ""
    assert window.current.found.text() == ""


@pytest.mark.feature("I12", "I15")
def test_a_person_opens_by_enter_and_alt_left_leads_back(window: Window, services: Services) -> None:
    tab = window.frames["overview"].tab
    table = tab._people_table
    table.setFocus()
    table.selectRow(0)
    first = tab.people.rows[0].person.id
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert window.current.tab.key == "timeline"
    wait_for(lambda: not window.current.waiting)
    assert services.scope.value.person == first
    assert services.scope.value.first == services.scope.value.last
    assert window.bar.people.currentText() == next(one.name for one in PEOPLE if one.id == first)
    tab.tiles["engaged"].pressed.emit("engaged")
    assert window.current.tab.key == "applications"
    press(window, "Alt+Left")
    assert window.current.tab.key == "timeline"
    assert services.scope.value.person == first
    press(window, "Alt+Left")
    press(window, "Alt+Left")
    assert (window.current.tab.key, services.scope.value.person) == ("overview", None)
    wait_for(lambda: not window.current.waiting)
    assert tab.people.total == 12


def test_a_bar_of_the_chart_opens_its_day(window: Window, services: Services) -> None:
    chart = window.frames["overview"].tab.chart
    chart.picked.emit(2)
    assert services.scope.value.first == services.scope.value.last == date(2025, 11, 16)
    assert "Mon 17 Nov" in chart.explanation(3)


def test_the_scope_bar_shows_and_changes_the_scope(window: Window, services: Services) -> None:
    bar = window.bar
    assert bar.presets.currentText() == "Last 7 days"
    assert bar.days.text() == "14–20 Nov 2025"
    assert not bar.after.isEnabled()
    bar.before.click()
    assert (services.scope.value.first, services.scope.value.last) == (date(2025, 11, 7), date(2025, 11, 13))
    bar.after.click()
    assert services.scope.value.preset is Preset.LAST_7_DAYS
    bar.teams.setCurrentIndex(bar.teams.findText("Support"))
    bar.teams.activated.emit(bar.teams.currentIndex())
    assert services.scope.value.team == 2
    assert bar.people.count() == 5
    bar.pick_days()
    bar.picker._use()
    bar.reset.click()
    assert services.scope.value.team is None
    assert services.scope.value.preset is Preset.THIS_WEEK


def test_a_name_typed_into_the_list_of_people_is_taken(window: Window, services: Services) -> None:
    line = window.bar.people.lineEdit()
    line.setText("meera iyer")
    line.editingFinished.emit()
    assert services.scope.value.person == 10
    line.setText("nobody of that name")
    line.editingFinished.emit()
    assert services.scope.value.person == 10
    assert window.bar.people.currentText() == "Meera Iyer"


def test_columns_order_theme_window_and_tab_are_remembered(window: Window, services: Services, qapp) -> None:
    table = window.frames["overview"].tab._people_table
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    next(one for one in table.column_menu().actions() if one.text() == "Coverage").trigger()
    window.rail.theme_chosen.emit(ThemeChoice.DARK)
    window.open("applications")
    window.resize(1300, 820)
    window.close()
    again = Window(services)
    table = again.frames["overview"].tab._people_table
    assert table.header().sortIndicatorSection() == 2
    assert table.header().isSectionHidden(5)
    assert again.current.tab.key == "applications"
    assert (again.width(), again.height()) == (1300, 820)
    assert services.settings.text("theme") == "dark"
    again.close()


def test_the_smallest_window_shows_everything_beside_each_other(window: Window) -> None:
    window.resize(1024, 700)
    settle()
    assert (window.width(), window.height()) == (1024, 700)
    assert window.width() < NARROW_BELOW
    for widget in (window.bar.refresh, window.bar.often, window.status.sign_out, *window.frames["overview"].tab.tiles.values()):
        right = widget.mapTo(window, widget.rect().topRight()).x()
        assert right <= 1024
    heads = window.frames["overview"].tab._people_table.header()
    assert heads.length() <= window.frames["overview"].tab._people_table.viewport().width()


@pytest.mark.quality("P-18")
def test_it_asks_for_the_impact_assessment_until_one_is_noted(window: Window, services: Services) -> None:
    pages: list[str] = []
    window.page_wanted.connect(pages.append)
    assert not window.banner.isVisibleTo(window)
    window.take_choices(msgspec.structs.replace(services.choices, assessed=False))
    assert window.banner.isVisibleTo(window)
    assert "impact assessment" in window.banner.text()
    for button in window.banner.findChildren(QPushButton):
        if button.text() in ("Documents", "Settings"):
            button.click()
    assert pages == ["documents", "organisation"]
    window.take_choices(msgspec.structs.replace(services.choices, assessed=True))
    assert not window.banner.isVisibleTo(window)


def test_selection_and_place_survive_a_refresh(window: Window, services: Services) -> None:
    table, tab = window.frames["overview"].tab._people_table, window.frames["overview"].tab
    table.selectRow(4)
    chosen = tab.people.rows[4].person.id
    services.scope.choose(Preset.LAST_MONTH)
    wait_for(lambda: not window.current.waiting)
    assert tab.people.rows[table.currentIndex().row()].person.id == chosen


def test_every_selected_row_stays_selected_when_others_come_and_go(window: Window, services: Services) -> None:
    table, tab = window.frames["overview"].tab._people_table, window.frames["overview"].tab
    table.selectAll()
    before = {one.person.id for one in table.chosen()}
    tab.people.set_rows(tab.people.rows[3:])
    assert {one.person.id for one in table.chosen()} == {one.person.id for one in tab.people.rows} < before
    tab.people.search("no such name")
    assert table.chosen() == []


def test_choosing_a_row_chooses_it_whichever_key_is_held(window: Window) -> None:
    table = window.frames["overview"].tab._people_table
    table.selectRow(4)
    QTest.keyPress(table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    try:
        assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
        for place in (4, 2, 2):
            table.selectRow(place)
            assert [index.row() for index in table.selectionModel().selectedRows()] == [place]
    finally:
        QTest.keyRelease(table, Qt.Key.Key_Control)


def test_selected_rows_are_copied_as_a_sheet_takes_them(window: Window) -> None:
    table = window.frames["overview"].tab._people_table
    table.selectRow(0)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    QTest.keyRelease(table, Qt.Key.Key_Control)  # or Qt takes it for held in every test after this one
    head, line = QApplication.clipboard().text().split("\n")
    assert head.split("\t")[:3] == ["Name", "Team", "Engaged"]
    assert line.split("\t")[0] == "Ananya Sharma"
    assert len(line.split("\t")) == 8


def test_the_refresh_interval_may_be_turned_off_and_is_remembered(window: Window, services: Services) -> None:
    assert window._timer.interval() == 30_000
    off = next(one for one in window.bar.often.menu().actions() if one.text() == "Off")
    off.trigger()
    assert not window._timer.isActive()
    assert services.settings.text("refresh") == "0"


@pytest.mark.feature("I14", "P05")
def test_the_tab_in_view_refreshes_by_itself(window: Window, services: Services) -> None:
    before = len(services.api.asked)  # type: ignore[attr-defined]
    window._timer.setInterval(1)
    wait_for(lambda: len(services.api.asked) > before)  # type: ignore[attr-defined]
    assert {asked[0] for asked in services.api.asked[before:]} <= {"overview", "choices", "alerts"}  # type: ignore[attr-defined]


def test_a_lost_sign_in_is_asked_for_once_and_the_scope_stays(window: Window, services: Services) -> None:
    asked = []
    window.sign_in_wanted.connect(lambda: asked.append(1))
    services.scope.update(team=2)
    wait_for(lambda: not window.current.waiting)
    services.api.fault = NotAllowed("expired", signed_out=True)  # type: ignore[attr-defined]
    window.refresh()
    wait_for(lambda: asked and not window.current.waiting)
    window.refresh()
    wait_for(lambda: not window.current.waiting)
    settle()
    assert asked == [1]
    services.api.fault = None  # type: ignore[attr-defined]
    window.signed_in_again(same_person=True)
    wait_for(lambda: not window.current.waiting)
    assert services.scope.value.team == 2
    assert window.current.state() == "figures"


def test_new_choices_are_offered_and_midnight_moves_today(window: Window, services: Services) -> None:
    services.scope.choose(Preset.TODAY)
    window.take_choices(msgspec.structs.replace(services.choices, today=TODAY + timedelta(days=1), people=PEOPLE[:2]))
    assert services.scope.value.first == TODAY + timedelta(days=1)
    assert window.bar.people.count() == 3


def test_the_status_line_says_how_fresh_who_and_whether_connected(window: Window) -> None:
    assert window.status.updated.text().startswith("Updated ")
    assert window.status.connection.text() == "Connected"
    assert window.status.who.text() == "meera  ·  Manager"


@pytest.mark.feature("I01")
def test_the_tiles_say_what_the_figures_say(window: Window) -> None:
    tiles = window.frames["overview"].tab.tiles
    texts = {key: tuple(text.replace("\u00a0", " ") for text in tile.texts()) for key, tile in tiles.items()}
    assert texts["active_people"] == ("12", "▲ up 1")
    assert texts["productivity"] == ("66 %", "▲ up 3 points")
    assert texts["coverage"] == ("94 %", "no change")
    assert texts["unclassified"] == ("6 %", "26.6 h, classify …")
    assert tiles["idle"].toolTip()


def test_attention_shows_two_and_then_all(window: Window) -> None:
    attention = window.frames["overview"].tab.attention
    assert len(attention.sentences()) == 2
    attention.more.click()
    assert len(attention.sentences()) == 5
    attention.more.click()
    assert len(attention.sentences()) == 2


@pytest.mark.feature("I03", "D09")
def test_the_split_adds_up_and_always_shows_the_unclassified(window: Window) -> None:
    window.open("applications")
    wait_for(lambda: not window.current.waiting)
    texts = window.current.tab.split.texts()
    assert len(texts) == 4
    assert sum(int(share.replace("\u00a0%", "")) for _, share in texts) in (99, 100, 101)
    assert texts[2][0].replace("\u00a0", " ") == "3 h 6 min"


def test_the_days_can_be_read_as_a_table(window: Window) -> None:
    tab = window.frames["overview"].tab
    tab.switch.choose("table")
    assert tab._days_pages.currentWidget() is tab._days_table
    assert tab.days.total == 7
    tab.switch.choose("category")
    assert tab._days_pages.currentWidget() is tab.chart


def test_what_outlives_a_window_forgets_it(services: Services) -> None:
    """Theme and scope live on after signing out; a deleted window must not be called by them."""
    first = Window(services)
    first.show()
    wait_for(lambda: not first.current.waiting)
    first.close()
    sip.delete(first)
    services.theme.choose(ThemeChoice.DARK)
    services.scope.choose(Preset.TODAY)
    settle()
