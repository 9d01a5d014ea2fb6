"""An alert goes into a case: an open one or a new one, in words that stay, and both places say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from msgspec.structs import replace

from console.dialogs.add_to_case import AddToCaseDialog
from console.models import evidence as told
from console.models.alerts import cases, for_a_case
from console.services import Services
from console.trouble import Refused
from console.window import Window
from policy.summaries import AlertCase, CaseLink, CaseLinkWish, CaseWish
from tests.console.conftest import wait_for
from tests.console.fakes import ZONE, every_alert
from tests.console.office import FakeOffice
from tests.console.test_administration import dialog_of


@pytest.fixture
def office(services: Services) -> FakeOffice:
    made = FakeOffice("compliance")
    services.api = made  # type: ignore[assignment]
    return made


@pytest.fixture
def tab(services: Services, office: FakeOffice) -> Iterator:
    window = Window(services)
    window.show()
    window.open("alerts")
    wait_for(lambda: not window.current.waiting)
    yield window.current.tab
    window.close()


def opened(tab) -> AddToCaseDialog:
    tab.table.selectRow(tab.alerts.place_of("burst 3"))
    tab.to_case.click()
    dialog = dialog_of(AddToCaseDialog)
    wait_for(lambda: dialog.case.count() == 2)  # a new one, and the open one
    return dialog


@pytest.mark.feature("L03")
def test_an_alert_is_put_into_the_open_case_with_what_it_said(tab, office: FakeOffice) -> None:
    dialog = opened(tab)
    assert dialog.case.currentText() == "Deleted drafts of Meridian" and not dialog._new.isVisible()
    note = dialog.note.toPlainText()
    assert note.startswith("64 files were deleted by Priyanka Chatterjee within a minute.") and note.endswith("Alert: burst 3")
    dialog.note.setPlainText(f"{note}\nAsked her on Monday.")
    dialog.save.click()
    wait_for(lambda: bool(office.told) and not dialog.isVisible())
    assert office.told == [("cases/links", CaseLinkWish(1, alert="burst 3", note=f"{note}\nAsked her on Monday."))]


@pytest.mark.feature("L03")
def test_a_new_case_is_begun_once_however_often_the_rest_is_tried(tab, office: FakeOffice) -> None:
    dialog = opened(tab)
    dialog.case.setCurrentIndex(0)
    assert dialog._new.isVisible()
    dialog.save.click()
    assert dialog.message.text() == "Write a name."
    dialog.title.setText("Drafts of Meridian")
    dialog.save.click()
    assert dialog.message.text() == "Say in a few words why." and office.told == []
    dialog.reason.setText("A client asks")
    answer = office.replies["cases/links"]

    def refused(_wish: object) -> None:
        raise Refused("The server could not answer.")

    office.replies["cases/links"] = refused
    dialog.save.click()
    wait_for(lambda: dialog.message.text() == "The server could not answer.")
    office.replies["cases/links"] = answer
    dialog.save.click()
    wait_for(lambda: not dialog.isVisible())
    link = CaseLinkWish(3, alert="burst 3", note=for_a_case(every_alert()[0], ZONE))
    assert [wish for _route, wish in office.told] == [CaseWish("Drafts of Meridian", "A client asks"), link, link]


def test_a_case_that_points_at_it_already_is_said_and_not_offered_again(services: Services, office: FakeOffice, tab) -> None:
    one = replace(every_alert()[0], cases=[AlertCase(1, "Deleted <b>drafts</b>", True), AlertCase(2, "A lost laptop", False)])
    assert cases(one) == "In the cases: Deleted <b>drafts</b>, A lost laptop (closed)"
    assert cases(replace(one, cases=one.cases[:1])) == "In the case: Deleted <b>drafts</b>"
    tab._explain(one)
    assert tab._cases.isVisibleTo(tab.body) and tab._cases.text() == cases(one)
    dialog = AddToCaseDialog(services, one, ZONE, lambda _told: None, None)
    wait_for(lambda: not services.tasks.waiting(dialog, "cases"))
    assert dialog.case.count() == 1
    dialog.reject()
    dialog.deleteLater()


def test_who_keeps_no_cases_is_offered_none(window: Window) -> None:
    window.open("alerts")
    wait_for(lambda: not window.current.waiting)
    assert not window.current.tab.to_case.isVisibleTo(window.current.tab.body)


def test_a_case_keeps_of_a_finding_no_figures_of_anybodys_day() -> None:
    unusual = next(one for one in every_alert() if one.kind == "unusual")
    kept = for_a_case(unusual, ZONE)
    assert "unlike their others" in kept and unusual.id in kept
    assert "3.1" not in kept and "usual 0.2" not in kept


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("burst person 3 1763629200000 deleted", "Alert: many files at once  ·  Priyanka Chatterjee  ·  Thu 20 Nov 14:30"),
        ("unusual person 9 2025-11-19", f"Alert: an unusual day  ·  {{nine}}  ·  {date(2025, 11, 19):%a} 19 Nov"),
        ("watched person 77 1763629200000 S:\\Board\\**", "Alert: events at a watched path  ·  person 77  ·  Thu 20 Nov 14:30"),
        ("lost d11", "Alert: lost d11"),
        ("=cmd person x", "Alert: =cmd person x"),
    ],
)
def test_a_case_says_what_an_alert_is_about(services: Services, key: str, words: str) -> None:
    nine = told.person_name(9, services.choices)
    assert told.link(CaseLink(1, 1, "clara", "alert", alert=key), services.choices) == words.replace("{nine}", nine)
