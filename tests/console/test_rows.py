"""The table model: raw values decide the order, search is Unicode-aware, places survive a refresh."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QPersistentModelIndex, Qt

from console.models.apps import apps_model
from console.models.people import people_model
from console.models.rows import PAINT_ROLE, RAW_ROLE, Column, RowsModel, Unit, as_copied
from console.services import Services
from console.widgets.table import RowsTable
from console.window import Window
from console.words import fold
from policy.summaries import PersonTimes
from tests.console import fakes
from tests.console.conftest import wait_for

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def model(rows: list[tuple[str, float | None]]) -> RowsModel[tuple[str, float | None]]:
    made: RowsModel[tuple[str, float | None]] = RowsModel(
        [
            Column("name", "Name", lambda row: row[0], lambda row: row[0]),
            Column("size", "Size", lambda row: f"{row[1]} x", lambda row: row[1], number=True),
        ],
        identity=lambda row: row[0],
        name=lambda row: row[0],
    )
    made.set_rows(rows)
    return made


def names(made: RowsModel) -> list[str]:
    return [made.data(made.index(place, 0)) for place in range(made.rowCount())]


def test_numbers_sort_by_value_and_not_by_text() -> None:
    made = model([("a", 99), ("b", 9), ("c", 930)])
    made.sort(1, UP)
    assert names(made) == ["b", "a", "c"]
    assert made.data(made.index(0, 1), RAW_ROLE) == 9


def test_equal_rows_are_ordered_by_name_either_way_and_unknown_ones_come_last() -> None:
    rows = [("d", None), ("b", 5.0), ("c", 5.0), ("a", 7.0)]
    made = model(rows)
    made.sort(1, UP)
    assert names(made) == ["b", "c", "a", "d"]
    made.sort(1, DOWN)
    assert names(made) == ["a", "b", "c", "d"]


@pytest.mark.quality("P-19")
def test_where_an_agreement_forbids_it_no_table_of_people_is_in_an_order_of_figures(services: Services) -> None:
    services.choices = msgspec.structs.replace(services.choices, ranked=False)
    window = Window(services)
    window.show()
    checked = 0
    for key in ("overview", "urls", "inactivity", "bandwidth"):
        window.open(key)
        wait_for(lambda: not window.current.waiting)
        if key == "urls":
            window.current.tab.open_site(window.current.tab.sites.rows[0])
            wait_for(lambda: window.current.tab.page.people.rows)
        for table in window.current.tab.body.findChildren(RowsTable):
            model = table.rows_model
            if not any(hasattr(row, "person") for row in model.rows[:1]):
                continue
            for column in range(len(model.columns)):
                model.sort(column, DOWN)
                arrow = model.headerData(column, Qt.Orientation.Horizontal)[-1] in "▲▼"
                assert arrow == (model.columns[column].unit is Unit.TEXT)
                if model.columns[column].unit is not Unit.TEXT and key != "inactivity":
                    told = [fold(row.person.name) for row in model.rows]
                    assert told == sorted(told), (key, model.columns[column].key)
            checked += 1
    assert checked >= 4
    window.close()


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=60))
def test_sorting_loses_no_row(values: list[float | None]) -> None:
    made = model([(f"{place:03}", value) for place, value in enumerate(values)])
    for order in (UP, DOWN):
        made.sort(1, order)
        shown = [row[1] for row in made.rows]
        known = [value for value in shown if value is not None]
        assert known == sorted(known, reverse=order == DOWN)
        assert sorted(names(made)) == [f"{place:03}" for place in range(len(values))]
        assert shown == known + [None] * (len(shown) - len(known))


@pytest.mark.parametrize("typed", ["LINDQVIST", "zoë", "ZOE\u0308", "lind zo"])
def test_search_ignores_case_and_composition_and_takes_words_in_any_order(typed: str) -> None:
    made = people_model(lambda team: "Support", lambda: fakes.ZONE)
    made.set_rows([fakes.person_times(one, 1, fakes.TODAY) for one in fakes.PEOPLE])
    made.search(typed)
    assert [row.person.name for row in made.rows] == ["Zoë Lindqvist"]
    assert made.total == 12


def test_new_values_keep_order_and_search() -> None:
    made = model([("a", 1), ("b", 2)])
    made.sort(1, DOWN)
    made.set_rows([("a", 5), ("b", 2), ("c", 9)])
    assert names(made) == ["c", "a", "b"]


def test_a_new_order_of_the_same_rows_moves_what_is_selected_with_them() -> None:
    made = model([("a", 1), ("b", 2), ("c", 3)])
    made.sort(1, UP)
    kept = QPersistentModelIndex(made.index(0, 0))
    made.set_rows([("a", 10), ("b", 2), ("c", 3)])
    assert kept.row() == 2
    assert made.data(made.index(kept.row(), 0)) == "a"


def test_unchanged_rows_do_not_reset_the_view() -> None:
    made, resets = model([("a", 1), ("b", 2)]), []
    made.modelReset.connect(lambda: resets.append(1))
    made.set_rows([("a", 3), ("b", 4)])
    assert resets == []
    made.set_rows([("a", 3)])
    assert resets == [1]


def test_the_header_says_which_way_it_is_sorted() -> None:
    made = model([("a", 1)])
    made.sort(1, DOWN)
    assert made.headerData(1, Qt.Orientation.Horizontal) == "Size ▼"
    assert made.headerData(0, Qt.Orientation.Horizontal) == "Name"


def test_a_share_that_is_not_shown_has_words_and_no_bar() -> None:
    made = people_model(lambda team: "Support", lambda: fakes.ZONE)
    made.set_rows([fakes.person_times(one, 1, fakes.TODAY) for one in fakes.PEOPLE])
    column = [one.key for one in made.columns].index("split")
    place = made.place_of(7)
    assert place is not None
    cell = made.index(place, column)
    assert made.data(cell) == "not shown (coverage 54\u00a0%)"
    assert made.data(cell, PAINT_ROLE) is None
    assert made.data(cell, RAW_ROLE) is None
    made.sort(column, DOWN)
    assert made.rows[-1].person.id == 7


def test_apps_sort_by_seconds_and_show_their_share() -> None:
    figures = fakes.applications(fakes.TODAY, fakes.TODAY)
    made = apps_model(lambda: figures.categories.total)
    made.set_rows(figures.apps)
    made.sort(2, DOWN)
    engaged = [row.engaged for row in made.rows]
    assert engaged == sorted(engaged, reverse=True)
    assert made.data(made.index(0, 3)) == "17\u00a0%"


@pytest.mark.quality("S-11")
def test_a_copied_cell_is_never_a_formula() -> None:
    assert as_copied([["a", "=cmd|' /C calc'!A0"], ["+1", "-x"], ["@SUM(1)", "two\nlines\tand a tab"]]) == (
        "a\t'=cmd|' /C calc'!A0\n'+1\t'-x\n'@SUM(1)\ttwo lines and a tab"
    )


def test_twenty_thousand_rows_sort_and_filter_at_once() -> None:
    one = fakes.person_times(fakes.PEOPLE[0], 1, fakes.TODAY)
    rows = [
        PersonTimes(type(one.person)(n, f"Person {n % 977:03}", 1), one.times, one.categories, (n * 7919 % 1000) / 1000, 0.9, None, None, 0)
        for n in range(20_000)
    ]
    made = people_model(lambda team: "Accounts", lambda: fakes.ZONE)
    made.set_rows(rows)
    started = time.perf_counter()
    made.sort(3, DOWN)
    made.search("person 12")
    assert time.perf_counter() - started < 2.0
    assert all("12" in row.person.name for row in made.rows)
