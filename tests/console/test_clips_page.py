"""Administration, Clips of screens: asked for with a reason, decided by a second person, offered to nobody who may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from console.api import Api, connect
from console.dialogs.administration import AdministrationWindow, pages_of
from console.dialogs.clips import AskClipDialog, DecideClipDialog
from console.models.clips import explained
from console.servers import KnownServers
from console.services import Services
from console.trouble import Refused, ServerAway
from policy.roles import Role
from policy.summaries import ClipDecision, Clips, ClipWish, Settings
from server.models import AuditEntry
from tests.console import fakes
from tests.console.conftest import wait_for
from tests.console.office import ORGANISATION, FakeOffice, clips
from tests.console.screens import RAHUL, ScreensOffice
from tests.console.test_administration import dialog_of, pressed
from tests.console.test_pictures_page import real  # noqa: F401 - a fixture
from tests.server.asking import people_of
from tests.server.conftest import PASSWORD, Office
from tests.server.test_clips import USER, ready

WHY = "a client reports card numbers read out, case 12"


def enabled(page: Any) -> set[str]:
    return {button.text() for button, _fits in page._for_chosen if button.isEnabled()}


def asking(page: Any) -> AskClipDialog:
    pressed(page, "Ask for a clip …")
    made: AskClipDialog = dialog_of(AskClipDialog)
    return made


@pytest.mark.feature("T02")
def test_only_who_may_ask_and_approve_has_the_page() -> None:
    assert [role for role in Role if "clips" in [page.key for page in pages_of(role)]] == [Role.OWNER, Role.COMPLIANCE]


@pytest.mark.feature("T02")
def test_each_clip_says_where_it_stands_and_only_one_that_waits_for_the_viewer_is_decided(opened, office: FakeOffice) -> None:
    page = opened("clips").current
    assert [page.model.data(page.model.index(row, 0)) for row in range(7)] == [
        *["waits for approval"] * 2,
        "approved",
        "taken",
        "refused",
        *["expired"] * 2,
    ]
    assert page.model.data(page.model.index(0, 2)) == "=<b>asked</b> by ‹U+202E›the client, case 14"
    offered, said = [], []
    for row in range(7):
        page.table.selectRow(row)
        offered.append(enabled(page))
        said.append(page.what.text())
    assert offered == [{"Approve …", "Refuse …"}, *[set()] * 6]
    for text, told in zip(
        said,
        ("your answer", "neither who asked", "takes it once", "19 pictures were", "Refused by olga", "locked", "Nobody answered"),
        strict=True,
    ):
        assert told in text


@pytest.mark.feature("T02")
def test_a_yes_is_read_before_it_is_given_and_enter_does_not_give_it(opened, office: FakeOffice) -> None:
    page = opened("clips").current
    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    dialog = dialog_of(DecideClipDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(lambda: not dialog.isVisible())
    assert office.told == [], "Enter is no yes"
    pressed(page, "Approve …")
    dialog = dialog_of(DecideClipDialog)
    dialog.save.click()
    wait_for(lambda: page.banner.text() == "The clip is approved.")
    assert office.told == [("clips/decision", ClipDecision(7, True))]
    pressed(page, "Refuse …")
    dialog_of(DecideClipDialog).save.click()
    wait_for(lambda: page.banner.text() == "The clip is refused.")
    assert office.told[1:] == [("clips/decision", ClipDecision(7, False))]


@pytest.mark.feature("T02")
def test_somebody_was_quicker_is_said_and_the_list_asked_for_anew(opened, office: FakeOffice) -> None:
    page = opened("clips").current
    page.table.selectRow(0)
    pressed(page, "Approve …")
    dialog = dialog_of(DecideClipDialog)
    office.refusal = Refused("Somebody else changed this meanwhile.", "409 stale")
    office.answers["clips"] = lambda: replace(clips(), clips=[replace(clips().clips[0], open=False)])
    dialog.save.click()
    wait_for(lambda: page.model.total == 1)
    assert dialog.isVisible() and dialog.message.text() == "Somebody else changed this meanwhile."
    dialog.reject()
    assert enabled(page) == set()


@pytest.mark.feature("T02")
def test_a_wish_names_a_person_a_length_within_the_limit_and_a_sentence(opened, office: FakeOffice) -> None:
    page = opened("clips").current
    dialog = asking(page)
    assert (dialog.seconds.minimum(), dialog.seconds.value(), dialog.seconds.maximum()) == (5, 20, 30)
    assert [dialog.person.itemData(place) for place in range(dialog.person.count())] == [None, 1, 2]
    for person, reason, said in ((None, WHY, "Choose a person."), (RAHUL.id, "because", "Say why")):
        dialog.person.setCurrentIndex(dialog.person.findData(person))
        dialog.reason.setText(reason)
        dialog.save.click()
        assert said in dialog.message.text() and office.told == []
    dialog.reason.setText(WHY)
    office.refusal = Refused("This person has not agreed to this, or withdrew.")
    dialog.save.click()
    wait_for(lambda: "has not agreed" in dialog.message.text())
    assert dialog.reason.text() == WHY and dialog.save.isEnabled()
    office.refusal = None
    dialog.save.click()
    wait_for(lambda: "It waits, at most a day" in page.banner.text())
    assert office.told[-1] == ("clips", ClipWish(RAHUL.id, WHY, 20))


@pytest.mark.feature("T02")
@pytest.mark.parametrize(("longest", "people", "said"), [(0, [], "off in your office"), (30, [], "nobody in a team"), (30, [RAHUL], "")])
def test_where_nobody_can_be_asked_about_the_page_says_why(opened, office: FakeOffice, longest: int, people: list, said: str) -> None:
    office.answers["clips"] = lambda: Clips([], longest, people)
    page = opened("clips").current
    assert page.empty.text() == "Nobody has asked for a clip." and page.empty.isVisible()
    assert said in page.standing.text() and page.standing.isVisible() == bool(said)
    assert page.new.isEnabled() == (not said)


@pytest.mark.feature("T02")
def test_what_was_loaded_stays_while_the_server_is_away(opened, office: FakeOffice) -> None:
    page = opened("clips").current
    office.fault = ServerAway("The server did not answer.")
    page.refresh()
    wait_for(page.banner.isVisible)
    assert page.banner.text() == "The server did not answer." and page.model.total == 7


@pytest.mark.feature("T02")
def test_beside_the_pictures_one_is_asked_for_of_the_person_chosen_there(opened, services: Services) -> None:
    office = ScreensOffice()
    services.api = office  # type: ignore[assignment]
    page = opened("pictures").current
    assert page.ask_clip.isHidden(), "clips are off"
    office.answers["settings"] = lambda: Settings(replace(ORGANISATION, clip_seconds=10), [])
    page.refresh()
    wait_for(page.ask_clip.isVisible)
    assert not page.ask_clip.isEnabled()
    page.person.setCurrentIndex(page.person.findData(RAHUL.id))
    page.ask_clip.click()
    dialog = dialog_of(AskClipDialog)
    assert (dialog.person.currentData(), dialog.seconds.maximum()) == (RAHUL.id, 10)
    dialog.reason.setText(WHY)
    dialog.save.click()
    wait_for(lambda: "Clips of screens" in page.banner.text())
    assert office.told == [("clips", ClipWish(RAHUL.id, WHY, 10))]
    assert [one for one in office.asked if str(one[0]).startswith("people/")] == [], "asking for one looks at nothing"


def test_a_name_is_never_markup_nor_turns_the_line() -> None:
    one = replace(clips().clips[4], decided_by="<b>o</b>\u202egnp")
    assert "\u202e" not in explained(one, fakes.ZONE)


# --- over a real server, by HTTPS -------------------------------------------------------------------------------------------


def signed_in(services: Services, met: Any, known: KnownServers, who: str) -> tuple[AdministrationWindow, Any, Api]:
    """The page as this user finds it."""
    api = Api(met, known)
    api.sign_in(who, PASSWORD)
    services.api = api  # type: ignore[assignment]
    services.choices = api.choices()
    window = AdministrationWindow(services)
    window.show()
    window.open("clips")
    page: Any = window.current
    wait_for(lambda: page.values is not None, 30_000)
    return window, page, api


def left(window: AdministrationWindow, api: Api) -> None:
    """Close the window, and what was opened for it."""
    window.close()
    window.deleteLater()
    api.sign_out()
    api._session.close()


@pytest.mark.feature("T02", "N05")
@pytest.mark.quality("P-06", "S-23")
def test_one_asks_and_another_approves_over_https(services: Services, real: tuple[Office, str], tmp_path: Path) -> None:  # noqa: F811
    office, url = real
    ready(office)
    person, known = people_of(office)[USER], KnownServers(tmp_path / "console")
    met = connect(url, known)
    known.remember(met)
    window, page, api = signed_in(services, met, known, "clara")
    dialog = asking(page)
    assert dialog.seconds.maximum() == 10
    dialog.person.setCurrentIndex(dialog.person.findData(person))
    dialog.reason.setText(WHY)
    dialog.save.click()
    wait_for(lambda: page.model.total == 1, 30_000)
    page.table.selectRow(0)
    assert page.model.data(page.model.index(0, 0)) == "waits for approval" and enabled(page) == set()
    left(window, api)
    window, page, api = signed_in(services, met, known, "olga")
    page.table.selectRow(0)
    pressed(page, "Approve …")
    dialog_of(DecideClipDialog).save.click()
    wait_for(lambda: page.model.data(page.model.index(0, 0)) == "approved", 30_000)
    assert enabled(page) == set()
    left(window, api)
    deeds = [(row.actor, row.detail, row.reason) for row in office.rows(AuditEntry) if row.action == "looked at the screen"]
    assert deeds == [("clara", "asked for clip 1, 10 s", WHY), ("olga", "approved clip 1, 10 s", WHY)]
    assert ("olga", f"person {person}") in [
        (row.actor, row.subject) for row in office.rows(AuditEntry) if row.action.endswith("list of clips")
    ]


@pytest.mark.feature("T02")
def test_what_the_server_refuses_is_said_in_the_readers_words(services: Services, real: tuple[Office, str], tmp_path: Path) -> None:  # noqa: F811
    office, url = real
    ready(office)
    office.enrol("Accounts", "boris", "PC-2")
    boris, known = people_of(office)["boris"], KnownServers(tmp_path / "console")
    met = connect(url, known)
    known.remember(met)
    window, page, api = signed_in(services, met, known, "clara")
    dialog = asking(page)
    dialog.person.setCurrentIndex(dialog.person.findData(boris))
    dialog.reason.setText(WHY)
    dialog.save.click()
    wait_for(lambda: dialog.message.isVisible(), 30_000)
    assert dialog.message.text() == "This person has not agreed to this, or withdrew."
    dialog.reject()
    left(window, api)
    assert [row.action for row in office.rows(AuditEntry)].count("looked at the screen") == 0
