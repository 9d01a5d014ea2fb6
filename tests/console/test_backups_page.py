"""The page of backups: each state is said as it is, nothing is called fine that is not, and who may has one made now."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PyQt5.QtWidgets import QApplication

from console.models.alerts import about, sentence
from console.models.backups import SET_UP, trouble
from console.services import Services
from policy.summaries import Alert, AlertStatus, BackupFailure, Backups, BackupState, BackupTrouble, Severity
from tests.console.conftest import wait_for
from tests.console.office import FakeOffice, at, backups

OFF = Backups(BackupState.OFF, None, None, None, None, None, "", "", "AES-256-GCM", 2, 0, 0, None)


def test_a_night_that_came_about_is_told_in_every_fact(opened, office: FakeOffice) -> None:
    page = opened("backups").current
    assert page.heading.text() == "The newest backup is in order"
    facts = page.facts()
    assert facts["Newest backup"] == "Thu 20 Nov 02:00  ·  62.4\u00a0MB"
    assert facts["Where"].startswith("workpulse-20251119T203000Z.wpbackup in the folder workpulse-copies")
    assert facts["Last tried out"] == "Sun 2 Nov 02:00  ·  all sound  ·  an older one"
    assert facts["How often"] == "each night at 02:00"
    assert facts["How many are kept"] == "14 in the folder  ·  at most 14, none longer than 30 days"
    assert "AES-256-GCM" in facts["Encrypted"] and "backup.key" in facts["Encrypted"]
    assert "In the server's own words: the key file /media/<b>stick</b>/backup.key cannot be read" in facts["Last failure"]
    assert page.command.isHidden()


def test_where_none_is_set_up_it_says_what_to_type(opened, office: FakeOffice) -> None:
    office.answers["backups"] = lambda: OFF
    page = opened("backups").current
    assert page.heading.text() == "No nightly backup is set up"
    assert page.command.isVisible() and page.facts() == {} and not page.now_button.isEnabled()
    page.copy.click()
    assert QApplication.clipboard().text() == SET_UP == page.command.text()


@pytest.mark.parametrize(
    ("changes", "heading", "told"),
    [
        ({"state": BackupState.AWAITED, "newest": None}, "The first backup is not made yet", "within a minute"),
        ({"state": BackupState.LATE}, "The newest backup is too old", "was off"),
        (
            {"state": BackupState.FAILED, "failure": BackupFailure(at(2), BackupTrouble.FOLDER, "no room")},
            "The last backup did not come about",
            "folder could not be written to",
        ),
        (
            {"state": BackupState.FAILED, "newest": replace(backups().newest, there=False)},
            "The newest backup is not where it was put",
            "not in its folder any more",
        ),
    ],
)
def test_what_is_not_fine_is_said_with_what_helps(opened, office: FakeOffice, changes: dict, heading: str, told: str) -> None:
    office.answers["backups"] = lambda: replace(backups(), **changes)
    page = opened("backups").current
    assert page.heading.text() == heading
    assert told in page.sentence.text()


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("it", True), ("compliance", False)])
def test_who_runs_the_server_has_one_made_now(services: Services, opened, office: FakeOffice, role: str, may: bool) -> None:
    office.who = replace(office.who, role=role)
    page = opened("backups").current
    assert page.now_button.isVisible() is may
    if may:
        office.answers["backups"] = lambda: replace(backups(), asked=at(5))
        page._again.setInterval(1)
        page.now_button.click()
        wait_for(lambda: page.values.asked is not None)
        assert [route for route, _body in office.told] == ["backups"]
        assert not page.now_button.isEnabled() and "is being made" in page.facts()["Next one"]
        office.answers["backups"] = lambda: replace(backups(), failure=None)
        wait_for(lambda: page.facts()["Last failure"] == "none so far")
        assert page.now_button.isEnabled() and not page._again.isActive()


@pytest.mark.parametrize("kind", list(BackupTrouble))
def test_the_alert_says_the_same_as_the_page(kind: BackupTrouble) -> None:
    one = Alert("backup nightly", "backup", Severity.HIGH, kind.value, 1, None, AlertStatus.OPEN, what="in English")
    assert sentence(one) == f"The backups are not in order. {trouble(kind)}"
    assert "Administration, Backups" in about(one)
    late = replace(one, subject="", what="")
    assert sentence(late) == "The backups are not in order. The newest one is too old."
