"""Evidence packs, cases, watch lists and documents: asked for with a reason, saved where one wants, never changed afterwards."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET
from PyQt5.QtWidgets import QApplication, QDialog

from console.dialogs.edit import ConfirmDialog
from console.dialogs.evidence import EvidenceDialog
from console.dialogs.pages.cases import CaseDialog, NotesDialog
from console.dialogs.pages.watch import WatchDialog
from console.models.files import FileQuestion
from console.services import Services
from console.trouble import Refused
from console.widgets.plain import PlainLabel
from console.window import Window
from policy.summaries import (
    CaseChange,
    CaseNoteWish,
    CaseWish,
    EvidencePacks,
    EvidenceWish,
    FileFilters,
    WatchListChange,
    WatchListEnd,
    WatchListWish,
)
from tests.console.conftest import wait_for
from tests.console.office import FakeOffice, packs
from tests.console.test_administration import dialog_of, pressed


@pytest.fixture
def office(services: Services) -> FakeOffice:
    made = FakeOffice("compliance")
    services.api = made  # type: ignore[assignment]
    return made


def texts_of(dialog: QDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(PlainLabel))


@pytest.mark.feature("L03")
def test_a_pack_is_asked_for_from_what_the_file_audit_shows(services: Services, office: FakeOffice) -> None:
    window = Window(services)
    window.show()
    services.scope.update(team=1)
    window.open("files")
    tab = window.current.tab
    wait_for(lambda: not window.current.waiting)
    tab.fields.put(FileQuestion(path="S:\\Clients\\**", action="deleted"))
    wait_for(lambda: tab._shown is not None and tab._shown.question.narrowed and not window.current.waiting)
    tab.pack.click()
    dialog = dialog_of(EvidenceDialog)
    wait_for(lambda: dialog.case.count() == 2)  # the open one, and none
    assert "S:\\Clients\\**" in texts_of(dialog) and "Accounts" in texts_of(dialog)
    dialog.save.click()
    assert dialog.message.text() == "Say in a few words why."
    dialog.reason.setText("Asked by the auditor")
    dialog.case.setCurrentIndex(1)
    dialog.save.click()
    wait_for(lambda: bool(office.told))
    first, last = services.scope.value.first, services.scope.value.last
    filters = FileFilters(first, last, team=1, path="S:\\Clients\\**", action="deleted")
    assert office.told == [("evidence", EvidenceWish(filters, "Asked by the auditor", 1, "en"))]
    assert msgspec.json.decode(msgspec.json.encode(filters), type=FileFilters) == filters
    wait_for(window.toast.isVisible)
    assert "Evidence packs" in window.toast.text()
    window.close()


def test_a_manager_is_offered_no_pack(window: Window) -> None:
    window.open("files")
    wait_for(lambda: not window.current.waiting)
    assert not window.current.tab.pack.isVisibleTo(window.current.tab.body)


@pytest.mark.feature("L03")
def test_a_finished_pack_is_saved_and_the_key_that_checks_it_is_shown(opened, office: FakeOffice, tmp_path: Path) -> None:
    page = opened("evidence").current
    assert [page.model.data(page.model.index(row, 2)) for row in range(3)] == ["is being made", "1,204 events", "could not be made"]
    assert page.check.text().endswith(f"verify-pack FILE --key {'cd' * 32}")
    page.copy.click()
    assert QApplication.clipboard().text() == "cd" * 32
    page.save_to(page.values.packs[1], tmp_path / "pack.zip")
    wait_for(lambda: "Saved as" in page.banner.text())
    assert (tmp_path / "pack.zip").read_bytes() == b"%PDF evidence/2/zip"
    page.save_to(page.values.packs[1], tmp_path / "no such folder" / "pack.zip")
    wait_for(lambda: page.banner.text() == "The file could not be written.")


def test_a_pack_that_is_being_made_is_looked_at_again(opened, office: FakeOffice) -> None:
    page = opened("evidence").current
    assert page._again.isActive()
    office.answers["evidence"] = lambda: EvidencePacks(packs().packs[1:], "cd" * 32)
    page._again.setInterval(1)
    page._again.start()
    wait_for(lambda: page.model.total == 2)
    assert not page._again.isActive()


@pytest.mark.feature("L03")
def test_a_case_is_opened_with_a_reason_written_to_and_closed(opened, office: FakeOffice) -> None:
    page = opened("cases").current
    page.new.click()
    dialog = dialog_of(CaseDialog)
    dialog.title.setText("A missing folder")
    dialog.save.click()
    assert dialog.message.text() == "Say in a few words why." and office.told == []
    dialog.reason.setText("The client asks")
    dialog.save.click()
    wait_for(lambda: len(office.told) == 1 and not dialog.isVisible())
    page.open_row(page.values.cases[0])
    wait_for(lambda: any(isinstance(one, NotesDialog) and one.isVisible() for one in QApplication.topLevelWidgets()))
    notes = dialog_of(NotesDialog)
    assert "Priyanka says: a <b>clean-up</b>." in texts_of(notes)
    assert "Evidence pack 2" in texts_of(notes) and "S:\\Clients\\**" in texts_of(notes)
    notes.note.setPlainText("Restored from the backup.")
    office.refusal = Refused("This case is closed.", "409 closed")
    notes.save.click()
    wait_for(lambda: notes.message.text() == "This case is closed.")
    assert notes.note.toPlainText() == "Restored from the backup."
    office.refusal = None
    notes.save.click()
    wait_for(lambda: len(office.told) == 3 and not notes.isVisible())
    page.table.selectRow(page.model.place_of(1))
    pressed(page, "Close the case")
    wait_for(lambda: page.banner.text() == "The case is closed.")
    note = CaseNoteWish(1, "Restored from the backup.")
    assert [wish for _route, wish in office.told] == [
        CaseWish("A missing folder", "The client asks"), note, note, CaseChange(1, 4, UNSET, "closed"),
    ]  # fmt: skip


@pytest.mark.feature("L03")
def test_a_watch_list_is_made_changed_in_what_is_new_and_ended_after_a_question(opened, office: FakeOffice) -> None:
    page = opened("watch").current
    assert page.besides.text() == "Organisation watches besides: S:\\Board\\**"
    page.new.click()
    dialog = dialog_of(WatchDialog)
    dialog.name.setText("Sticks")
    dialog.kind.setCurrentIndex(1)
    dialog.save.click()
    assert dialog.message.text() == "Write at least one path."
    dialog.patterns.setPlainText(" F:\\** \n\n/media/**")
    dialog.save.click()
    wait_for(lambda: len(office.told) == 1 and not dialog.isVisible())
    page.open_row(page.values.lists[0])
    dialog = dialog_of(WatchDialog)
    assert not dialog.kind.isEnabled()
    dialog.patterns.setPlainText("S:\\HR\\**")
    dialog.save.click()
    wait_for(lambda: len(office.told) == 2 and not dialog.isVisible())
    page.table.selectRow(page.model.place_of(2))
    pressed(page, "Watch no more")
    asked = dialog_of(ConfirmDialog)
    assert len(office.told) == 2
    asked.save.click()
    wait_for(lambda: len(office.told) == 3)
    assert [wish for _route, wish in office.told] == [
        WatchListWish("Sticks", "removable", ["F:\\**", "/media/**"]), WatchListChange(1, 3, UNSET, ["S:\\HR\\**"]), WatchListEnd(2, 1),
    ]  # fmt: skip


def test_a_document_is_made_where_it_is_wanted_and_open_points_are_said(opened, office: FakeOffice, tmp_path: Path) -> None:
    page = opened("documents").current
    assert page.model.total == 4
    assert "Nobody is named for data protection." in page.points.text() and "Cabinet 3" in page.points.text()
    page.save_to("it-usage-policy-en.pdf", tmp_path / "policy.pdf")
    wait_for(lambda: "Saved as" in page.banner.text())
    assert (tmp_path / "policy.pdf").read_bytes() == b"%PDF documents/it-usage-policy-en.pdf"
