"""Holds, restrictions, copies and erasures: ordered with a reason, shown before they happen, confirmed by typing the name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PyQt5.QtCore import QDate
from PyQt5.QtWidgets import QApplication

from console.dialogs.erasing import ErasureDialog
from console.dialogs.pages.rights import EndDialog, MeasureDialog
from console.trouble import Refused
from policy.summaries import (
    Erasures,
    ErasureWish,
    MeasureEnd,
    MeasureKind,
    MeasureWish,
    Obstacle,
    ObstacleKind,
    PersonRequest,
    PersonRequests,
    RequestKind,
    RequestState,
)
from tests.console.conftest import wait_for
from tests.console.fakes import PEOPLE, ZONE
from tests.console.office import DAY_MS, FakeOffice, at, erasure_ahead, erasures
from tests.console.test_administration import dialog_of, pressed

RAHUL = PEOPLE[1]


def choose(page, person: int) -> None:
    page.table.selectRow(page.model.place_of(person))


def enabled(page) -> set[str]:
    return {button.text() for button, _fits in page._for_chosen if button.isEnabled()}


@pytest.mark.quality("P-12")
def test_who_is_restricted_is_listed_here_although_no_view_shows_them(opened) -> None:
    page = opened("rights").current
    choose(page, 77)
    assert enabled(page) == {"Hold …", "End a measure …", "Save a copy …", "Erase …"}
    assert page.what.text().startswith("restriction, ordered by olga") and page.what.text().endswith("He objects")
    choose(page, 1)
    assert enabled(page) == {"Hold …", "Restrict …", "End a measure …", "Save a copy …"}  # what is held is not erased
    assert "Case <b>12</b> at the court" in page.what.text()
    choose(page, 2)
    assert page.what.text() == "" and "End a measure …" not in enabled(page)


@pytest.mark.quality("P-12")
def test_a_restriction_is_ordered_with_a_reason_and_may_end_by_itself(opened, office: FakeOffice) -> None:
    page = opened("rights").current
    choose(page, 2)
    pressed(page, "Restrict …")
    dialog = dialog_of(MeasureDialog)
    dialog.save.click()
    assert dialog.message.text() == "Say in a few words why." and office.told == []
    dialog.reason.setText("He objects to the figures")
    dialog.ends.setChecked(True)
    dialog.day.setDate(QDate(2025, 12, 31))
    dialog.save.click()
    wait_for(lambda: bool(office.told) and not dialog.isVisible())
    until = int(datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)
    assert office.told == [("measures", MeasureWish(2, MeasureKind.RESTRICTION, "He objects to the figures", until))]


def test_a_measure_is_ended_with_a_reason(opened, office: FakeOffice) -> None:
    page = opened("rights").current
    choose(page, 1)
    pressed(page, "End a measure …")
    dialog = dialog_of(EndDialog)
    dialog.reason.setText("The case is settled")
    dialog.save.click()
    wait_for(lambda: bool(office.told))
    assert office.told == [("measures/end", MeasureEnd(1, "The case is settled"))]


@pytest.mark.quality("P-11")
def test_a_copy_is_saved_and_grants_the_request_for_it(opened, office: FakeOffice, tmp_path: Path) -> None:
    asked = PersonRequest(8, RAHUL, RequestKind.COPY, "Please", at(9), at(9) + DAY_MS, RequestState.OPEN)
    office.answers["requests"] = lambda: PersonRequests([asked], 1, 0)
    page = opened("rights").current
    page.save_to(page.model.row_at(page.model.place_of(2)), tmp_path / "copy.zip")
    wait_for(lambda: "Saved as" in page.banner.text())
    assert (tmp_path / "copy.zip").read_bytes() == b"%PDF people/2/export?language=en&request=8"
    page.save_to(page.model.row_at(page.model.place_of(3)), tmp_path / "other.zip")
    wait_for(lambda: (tmp_path / "other.zip").exists() and (tmp_path / "other.zip").stat().st_size > 0)
    assert (tmp_path / "other.zip").read_bytes() == b"%PDF people/3/export?language=en"


@pytest.mark.quality("P-13")
def test_nobody_is_erased_before_everything_is_shown_and_the_name_is_typed(opened, office: FakeOffice) -> None:
    asked = PersonRequest(9, RAHUL, RequestKind.ERASURE, "Please", at(9), at(9) + DAY_MS, RequestState.OPEN)
    office.answers["requests"] = lambda: PersonRequests([asked], 1, 0)
    page = opened("rights").current
    choose(page, 2)
    pressed(page, "Erase …")
    dialog = dialog_of(ErasureDialog)
    dialog.typed.setText("Rahul Verma")
    wait_for(lambda: dialog._ahead is not None)
    told = dialog.takes.text()
    assert "48,211  what his PCs said" in told and "ACC-PC-02" in told and "This grants their request 9." in told
    assert "pictures" not in told and "The audit log keeps a number." in dialog.stays.text()
    dialog.typed.setText("rahul")
    assert not dialog.save.isEnabled()
    assert dialog.cancel.isDefault() and not dialog.save.isDefault()  # Enter erases nobody
    dialog.typed.setText("Rahul Verma")
    dialog.save.click()
    assert dialog.message.text() == "Say in a few words why." and office.told == []
    dialog.reason.setText("He asked for it")
    office.refusal = Refused("A hold keeps this record: nothing of it may be erased.", "409 hold")
    dialog.save.click()
    wait_for(dialog.message.isVisible)
    office.refusal = None
    dialog.save.click()
    wait_for(lambda: len(office.told) == 2 and not dialog.isVisible())
    assert office.told[1] == ("erasures", ErasureWish(2, "Rahul Verma", "He asked for it", 9))
    assert "goes on by itself" in page.banner.text()


@pytest.mark.quality("P-13")
@pytest.mark.parametrize("kind", list(ObstacleKind))
def test_what_stands_against_an_erasure_is_said_and_nothing_can_be_pressed(opened, office: FakeOffice, kind: ObstacleKind) -> None:
    office.answers["people/2/erasure"] = lambda: erasure_ahead(Obstacle(kind, "in English", at(9), "files"))
    page = opened("rights").current
    choose(page, 2)
    pressed(page, "Erase …")
    dialog = dialog_of(ErasureDialog)
    wait_for(lambda: dialog._ahead is not None)
    dialog.typed.setText("Rahul Verma")
    assert not dialog.save.isEnabled()
    assert "File audit, days" in dialog.against.text() and "until" in dialog.against.text()
    dialog.reject()


def test_compliance_erases_nobody(opened, office: FakeOffice) -> None:
    office.who = FakeOffice("compliance").who
    page = opened("rights").current
    choose(page, 2)
    assert "Erase …" not in {button.text() for button, _fits in page._for_chosen}


@pytest.mark.quality("P-13")
def test_an_erasure_is_followed_and_its_certificate_saved(opened, office: FakeOffice, tmp_path: Path) -> None:
    page = opened("erasures").current
    assert [page.model.data(page.model.index(row, 3)) for row in range(2)] == ["step 4 of 9", "finished"]
    assert page._again.isActive()
    page.save_to(page.values.erasures[1], tmp_path / "certificate.pdf")
    wait_for(lambda: (tmp_path / "certificate.pdf").exists())
    office.answers["erasures"] = lambda: Erasures(erasures().erasures[1:])
    page._again.setInterval(1)
    page._again.start()
    wait_for(lambda: page.model.total == 1)
    QApplication.processEvents()
    assert not page._again.isActive()
