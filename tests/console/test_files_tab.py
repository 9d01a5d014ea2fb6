"""The file audit: searched by conditions that are seen, paged in constant memory, and turned to a file, a person, a PC."""

from __future__ import annotations

from datetime import datetime

import pytest

from console.models.files import FileQuestion, chips, size
from console.models.pages import KEPT_PAGES, WAITING, PagesModel
from console.models.rows import Column
from console.services import Services
from console.tabs.files import PAGE, folder_of
from console.trouble import ServerAway
from console.window import Window
from policy.summaries import SignInReply
from tests.console.conftest import wait_for
from tests.console.fakes import MOST_FILE_EVENTS, ZONE, file_event


@pytest.fixture
def tab(window: Window):
    window.open("files")
    wait_for(lambda: not window.current.waiting)
    return window.current.tab


def settled(window: Window) -> None:
    tab, tasks = window.frames["files"].tab, window.services.tasks
    wait_for(lambda: not window.current.waiting and not tasks.waiting(tab, "page"))


def long_model() -> PagesModel[int]:
    column: Column[int] = Column("n", "N", lambda one: f"row {one}", lambda one: one)
    return PagesModel([column], identity=lambda one: one, name=lambda one: f"row {one}")


def test_a_million_rows_keep_only_some_pages_in_memory() -> None:
    model, wanted = long_model(), []
    model.page_wanted.connect(wanted.append)
    model.begin(range(1000), "1")
    for number in range(1, 1000):
        model.add(range(number * 1000, number * 1000 + 1000), str(number + 1) if number < 999 else None)
    assert model.rowCount() == model.total == 1_000_000
    assert len(model._pages) == KEPT_PAGES
    assert not model.canFetchMore()
    assert model.data(model.index(999_999, 0)) == "row 999999"
    assert model.data(model.index(5, 0)) == WAITING
    assert model.data(model.index(6, 0)) == WAITING
    assert (wanted, model.cursor_of(0), model.cursor_of(17)) == ([0], None, "17")
    model.fill(0, range(1000))
    assert model.data(model.index(5, 0)) == "row 5"
    assert len(model._pages) == KEPT_PAGES


def test_an_empty_page_is_not_the_end_and_short_pages_keep_their_places() -> None:
    model = long_model()
    model.begin([], "a")
    assert model.rowCount() == 0 and model.canFetchMore()
    model.add([7, 8], "b")
    model.add([], "c")
    model.add([9], None)
    assert [model.data(model.index(row, 0)) for row in range(model.rowCount())] == ["row 7", "row 8", "row 9"]
    assert (model.cursor_of(0), model.cursor_of(1), model.following) == ("a", "c", None)


def test_a_search_among_held_rows_never_pulls_in_the_rest() -> None:
    model, more = long_model(), []
    model.more_wanted.connect(lambda: more.append(1))
    model.begin(range(300), "x")
    model.search("row 29")
    assert model.rowCount() == 13 and not model.canFetchMore()
    model.fetchMore()
    assert more == []
    model.search("")
    assert model.rowCount() == 300 and model.canFetchMore()


@pytest.mark.feature("I07")
def test_scrolling_brings_older_pages_until_the_end(window: Window, tab) -> None:
    assert tab.events.total == PAGE
    while tab.events.canFetchMore():
        tab.events.fetchMore()
        settled(window)
    assert tab.events.total == MOST_FILE_EVENTS
    assert tab.fields.count.text() == "1,000 events in all"


@pytest.mark.feature("I07")
def test_conditions_are_asked_of_the_server_and_shown_as_chips(window: Window, tab, services: Services) -> None:
    tab.fields.path.setText("payroll")
    tab.fields.action.setCurrentIndex(tab.fields.action.findData("deleted"))
    tab.fields.search.click()
    settled(window)
    asked = [one for one in services.api.asked if one[0] == "files"][-1]  # type: ignore[attr-defined]
    assert dict(asked[6]) == {"path": "payroll", "action": "deleted"}
    assert tab.fields.chips.texts() == ["path: payroll", "action: deleted"]
    assert all(row.action == "deleted" and "payroll" in row.path.lower() for row in tab.events.rows)
    tab.fields.chips.buttons["action"].click()
    settled(window)
    assert tab.fields.chips.texts() == ["path: payroll"]
    assert {row.action for row in tab.events.rows} > {"deleted"}


@pytest.mark.feature("I07")
def test_one_turns_from_a_row_to_its_file_its_folder_its_person_and_its_pc(window: Window, tab, services: Services) -> None:
    row = tab.events.rows[0]
    entries = {entry.text(): entry for entry in tab.pivot_menu(row).actions()}
    entries["Everything on this file"].trigger()
    assert tab.fields.question == FileQuestion(path=row.path)
    entries["Everything in this folder"].trigger()
    assert tab.fields.question.path == folder_of(row.path)
    entries["Everything on this PC"].trigger()
    assert tab.fields.question == FileQuestion(host=row.host)
    entries["Everything by this person"].trigger()
    assert (services.scope.value.person, tab.fields.question) == (row.person.id, FileQuestion())
    settled(window)


def test_a_folder_becomes_a_pattern_for_what_is_below_it() -> None:
    assert folder_of(r"S:\HR\Offers\x.docx") == r"S:\HR\Offers\**"
    assert folder_of("/home/a[1]*/x") == "/home/a[1]?/**"
    assert folder_of("name") == "/**"


@pytest.mark.feature("I07")
def test_names_bursts_and_gaps_are_beside_the_events(window: Window, tab) -> None:
    assert tab.bursts.total == 2 and tab.gaps.total == 1
    tab.fields.put(FileQuestion(path="S:\\Clients\\Meridian\\2025\\invoice 1184.xlsx"))
    settled(window)
    assert tab.renames.total == 1
    tab._lists["bursts"].opened.emit(tab.bursts.rows[0])
    question = tab.fields.question
    assert (question.action, question.until - question.since) == ("deleted", 59_999)
    settled(window)


def test_the_time_is_local_and_utc(tab) -> None:
    row = tab.events.rows[0]
    keys = [column.key for column in tab.events.columns]
    model = tab.events
    assert model.data(model.index(0, keys.index("time"))) == "20 Nov 14:00:00"
    assert model.data(model.index(0, keys.index("utc"))) == "2025-11-20 08:30:00Z"
    tab._table.selectRow(0)
    assert "20 Nov 14:00:00  ·  2025-11-20 08:30:00Z" in [label.whole() for label in tab._facts]
    assert row.person.name in tab._facts[1].whole()


def test_a_stretch_of_time_is_chosen_in_the_organisations_zone(tab) -> None:
    tab.fields._use_time(datetime(2025, 11, 20, 14, 5), datetime(2025, 11, 20, 14, 0))
    question = tab.fields.question
    assert question.since == 1763627400000 and question.until == 1763627400000 + 5 * 60_000 + 59_999
    assert [text for _key, text in chips(question, ZONE)] == ["since 20 Nov 14:00:00", "until 20 Nov 14:05:59"]


def test_newer_events_wait_while_somebody_reads_further_down(window: Window, tab, services: Services) -> None:
    tab.events.fetchMore()
    settled(window)
    assert tab.events.total == 2 * PAGE
    services.api._kept.clear()  # type: ignore[attr-defined]
    window.refresh()
    settled(window)
    assert tab.events.total == 2 * PAGE and tab.newer.isVisibleTo(tab.body)
    tab.newer.click()
    assert tab.events.total == PAGE


def test_a_page_that_does_not_come_is_said_and_asked_again(window: Window, tab, services: Services) -> None:
    services.api.fault = ServerAway("The server did not answer.")  # type: ignore[attr-defined]
    tab.events.fetchMore()
    settled(window)
    assert tab.fields.count.text() == "The server did not answer."
    assert tab.events.total == PAGE
    services.api.fault = None  # type: ignore[attr-defined]
    tab.events.fetchMore()
    settled(window)
    assert tab.events.total == 2 * PAGE


def test_a_search_can_be_stopped_and_keeps_what_was_found(window: Window, tab) -> None:
    tab.events.fetchMore()
    tab.fields.stop.click()
    assert not window.services.tasks.waiting(tab, "page")
    assert tab.events.total == PAGE
    assert tab.fields.count.text() == "stopped; 250 events so far"


def test_a_search_of_the_window_offers_to_search_everything(window: Window, tab, services: Services) -> None:
    services.scope.update(search="scan")
    assert 0 < tab.events.rowCount() < PAGE
    assert tab.widen.isVisibleTo(tab.body)
    tab.widen.click()
    settled(window)
    assert tab.fields.question.path == "scan" and services.scope.value.search == ""


@pytest.mark.feature("N10")
def test_compliance_sees_only_the_file_audit_and_the_alerts_about_files(services: Services) -> None:
    services.api.who = SignInReply("t", 0, "compliance", [])
    window = Window(services)
    window.show()
    wait_for(lambda: not window.current.waiting)
    assert window.current.tab.key == "files" and window.current.state() == "figures"
    assert [key for key, button in window.rail.buttons.items() if button.isVisibleTo(window)] == ["files", "alerts"]
    window.open("overview")
    assert window.current.tab.key == "files"
    assert {asked[0] for asked in services.api.asked} <= {"files", "choices", "alerts"}  # type: ignore[attr-defined]
    window.close()


def test_sizes_read_well() -> None:
    assert [size(value).replace("\u00a0", " ") for value in (None, 0, 999, 1500, 4_200_000, 3 * 10**12)] == [
        "–", "0 B", "999 B", "1.5 kB", "4.2 MB", "3 TB",
    ]  # fmt: skip
    assert file_event(3) == file_event(3)
