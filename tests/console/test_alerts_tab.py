"""Alerts: read in words, dealt with singly or in bulk, undone, and followed to their evidence; quiet otherwise."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from PyQt5.QtCore import QItemSelectionModel, Qt
from PyQt5.QtTest import QTest

from console.models.alerts import Snooze, about, amount, evidence, feature, reason, sentence, snoozed_until
from console.preferences import Preferences
from console.services import Services
from console.trouble import Refused
from console.window import Window
from ml.features import FEATURES
from policy.summaries import Alert, AlertAction, AlertStatus, AlertWish, Reason, Severity, SignInReply
from tests.console.conftest import wait_for
from tests.console.fakes import PEOPLE, TODAY, ZONE, every_alert

SELECT = QItemSelectionModel.SelectionFlags(QItemSelectionModel.SelectionFlag.Select) | QItemSelectionModel.SelectionFlag.Rows


@pytest.fixture
def tab(window: Window):
    window.open("alerts")
    wait_for(lambda: not window.current.waiting)
    return window.current.tab


def shown(tab) -> list[str]:
    return [tab.alerts.data(tab.alerts.index(row, 1)) for row in range(tab.alerts.rowCount())]


@pytest.mark.feature("I08", "K03")
def test_each_kind_has_a_sentence_that_accuses_nobody(tab) -> None:
    texts = " ".join(shown(tab))
    assert "64 files were deleted by Priyanka Chatterjee within a minute." in texts
    assert "engaged time 20:00 to 24:00 3.1\u00a0h, usual 0.2\u00a0h" in texts
    assert "sunil looked at 23 people within an hour." in texts
    assert not any(word in texts.lower() for word in ("violation", "suspicious", "guilty", "misconduct", "threat"))


@pytest.mark.feature("I08")
def test_the_reasons_are_observed_against_usual(tab) -> None:
    tab.table.selectRow(tab.alerts.place_of("unusual 9"))
    cells = [[label.text().replace("\u00a0", " ") for label in line] for line in tab._cells if line[0].isVisibleTo(tab.body)]
    assert cells[:4] == [
        ["", "observed", "usual"],
        ["engaged time 20:00 to 24:00", "3.1 h", "0.2 h"],
        ["data sent", "812 MB", "24.5 MB"],
        ["sites never visited before", "9", "–"],
    ]
    assert "Unusual is not misconduct" in tab._about.text()
    assert tab._sure.text().replace("\u00a0", " ") == "confidence 82 %  ·  coverage 97 %  ·  found by isolation forest 3"


def test_every_feature_a_finding_can_name_has_words() -> None:
    names = {one.name for one in FEATURES}
    said_alike = {"keys_a_minute", "clicks_a_minute", "breaks_an_hour"}  # their names are words already
    assert {name for name in names if feature(name) == name.replace("_", " ")} <= said_alike
    assert all(amount(1.5, one.unit) for one in FEATURES)
    assert reason(Reason("engaged", 9, None, "h")) == "engaged time 9\u00a0h, nothing usual is known yet"


def test_severity_is_a_word_and_a_shape_and_chooses_what_is_shown(tab) -> None:
    model = tab.alerts
    assert [model.data(model.index(row, 0)) for row in (0, 2, 8)] == ["High", "Medium", "Low"]
    assert all(model.data(model.index(row, 0), Qt.ItemDataRole.DecorationRole) is not None for row in range(9))
    tab.levels.choose("high")
    assert len(shown(tab)) == 2
    tab.levels.choose("all")
    assert len(shown(tab)) == 9


@pytest.mark.feature("I08")
def test_several_are_acknowledged_at_once_and_it_can_be_undone(window: Window, tab, services: Services) -> None:
    tab.table.selectAll()
    tab.acknowledge.click()
    wait_for(lambda: tab.alerts.total == 0)
    assert window.toast.text() == "9 alerts are acknowledged."
    wait_for(lambda: window.current.state() == "figures" or window.current.empty.reason is not None)
    window.toast.press("Undo")
    wait_for(lambda: tab.alerts.total == 9)
    assert {wish.action for wish in services.api.marks.values()} == {AlertAction.REOPEN}  # type: ignore[attr-defined]


def test_what_is_dealt_with_is_shown_on_demand_and_can_be_opened_again(tab, services: Services) -> None:
    tab.table.selectRow(0)
    tab.expect.click()
    wait_for(lambda: tab.alerts.total == 8)
    tab.handled.click()
    wait_for(lambda: tab.alerts.total == 9)
    tab.table.selectRow(tab.alerts.place_of("burst 3"))
    assert tab.reopen.isVisibleTo(tab.body)
    assert tab.chosen()[0].status is AlertStatus.EXPECTED
    tab.reopen.click()
    wait_for(lambda: services.api.marks["burst 3"].action is AlertAction.REOPEN)  # type: ignore[attr-defined]


def test_a_snooze_ends_at_nine_in_the_morning_of_the_organisation() -> None:
    assert date(2025, 11, 20) == TODAY
    ends = {choice: datetime.fromtimestamp(snoozed_until(choice, TODAY, ZONE) / 1000, ZoneInfo(ZONE)) for choice in Snooze}
    assert {ends[choice].time() for choice in Snooze} == {time(9)}
    assert [ends[choice].date().isoformat() for choice in Snooze] == ["2025-11-21", "2025-11-24", "2025-12-20"]


def test_a_note_is_kept(tab, services: Services) -> None:
    tab.table.selectRow(0)
    tab.note.setText("asked her: a clean-up of old drafts")
    tab.keep.click()
    wait_for(lambda: "burst 3" in services.api.marks)  # type: ignore[attr-defined]
    assert services.api.marks["burst 3"].note == "asked her: a clean-up of old drafts"  # type: ignore[attr-defined]


def test_a_refresh_keeps_what_is_selected_and_what_is_being_written(window: Window, tab, services: Services) -> None:
    for place in (1, 2):
        tab.table.selectionModel().select(tab.alerts.index(place, 0), SELECT)
    wanted = [one.id for one in tab.chosen()]
    tab.note.setFocus()
    QTest.keyClicks(tab.note, "asked her")
    services.api.marks["burst 3"] = AlertWish("burst 3", AlertAction.ACKNOWLEDGE)  # type: ignore[attr-defined]
    window.refresh()
    wait_for(lambda: tab.alerts.total == 8)
    assert len(wanted) == 3 and [one.id for one in tab.chosen()] == wanted[1:]
    tab.table.selectRow(0)
    QTest.keyClicks(tab.note, "we know")
    services.api.marks["coverage 7"] = AlertWish("coverage 7", AlertAction.ACKNOWLEDGE)  # type: ignore[attr-defined]
    window.refresh()
    wait_for(lambda: tab.alerts.total == 7)
    assert tab.note.text() == "we know"
    tab.table.selectRow(3)
    assert tab.note.text() == ""


@pytest.mark.feature("I08")
def test_what_the_person_says_stands_beside_the_finding_word_for_word(tab) -> None:
    place = tab.alerts.place_of("unusual 9")
    tab.table.selectRow(place)
    text = tab._answer.text()
    assert text.startswith("What ") and text.endswith("\nI closed the quarter with <b>Priya</b>.")
    signs = [tab.alerts.data(tab.alerts.index(row, 3), Qt.ItemDataRole.DecorationRole) is not None for row in range(9)]
    assert signs == [row == place for row in range(9)]
    tab.table.selectRow(0)
    assert not tab._answer.isVisibleTo(tab.body)
    assert tab.search("closed the quarter") == (1, 9)


def test_a_refusal_is_said_and_the_list_stays(window: Window, tab, services: Services) -> None:
    tab.table.selectRow(0)
    services.api.fault = Refused("This is the owner's.")  # type: ignore[attr-defined]
    tab.acknowledge.click()
    wait_for(lambda: window.toast.isVisible())
    assert window.toast.text() == "This is the owner's."
    assert tab.alerts.total == 9


@pytest.mark.feature("I08")
def test_the_evidence_opens_the_right_tab_person_day_and_search(window: Window, tab, services: Services) -> None:
    tab.table.selectRow(tab.alerts.place_of("burst 3"))
    tab.evidence.click()
    assert window.current.tab.key == "files"
    scope, question = services.scope.value, window.current.tab.fields.question
    assert (scope.person, scope.first, scope.last) == (3, TODAY, TODAY)
    assert (question.action, question.until - question.since) == ("deleted", 59_999)
    wait_for(lambda: not window.current.waiting)
    tabs = {one.kind: found.tab for one in every_alert() if (found := evidence(one, ZONE))}
    assert tabs == {"burst": "files", "watched": "files", "unusual": "timeline", "unauthorised": "urls", "coverage": "inactivity"}


def test_files_carried_to_a_removable_drive_are_told_and_lead_to_the_very_minute() -> None:
    at = every_alert()[0].since
    one = Alert("carried 2", "carried", Severity.HIGH, "Rahul Verma", 240, at, AlertStatus.OPEN, what="E:\\**", person=PEOPLE[1])
    assert sentence(one) == "240 files came to E:\\** within a minute, by Rahul Verma."
    assert "A backup for the firm does that too" in about(one)
    found = evidence(one, ZONE)
    assert found is not None and found.files is not None and at is not None
    assert (found.tab, found.person, found.files.path) == ("files", 2, "E:\\**")
    assert (found.files.since, found.files.until) == (at, at + 59_999)


def test_compliance_reads_the_alerts_about_files_and_nobodys_requests(services: Services) -> None:
    services.api.who = SignInReply("token", 0, "compliance", [])  # type: ignore[misc]
    window = Window(services)
    window.show()
    window.open("alerts")
    wait_for(lambda: not window.current.waiting)
    tab = window.current.tab
    assert window.current.state() == "figures"
    assert tab.acknowledge.isVisibleTo(tab.body) and not tab.asked.isVisibleTo(tab.body)
    assert [key for key, one in window.rail.buttons.items() if not one.isHidden()] == ["files", "alerts"]
    window.close()


def test_the_badge_counts_what_deserves_reading_and_low_ones_wait(window: Window) -> None:
    window.refresh()
    wait_for(lambda: window.rail.buttons["alerts"].badge == 7)
    assert window.rail.buttons["alerts"].accessibleName() == "Alerts & Anomalies, 7 to read"


def test_desktop_messages_are_off_until_wanted_and_keep_quiet_hours(window: Window, services: Services) -> None:
    window.refresh()
    wait_for(lambda: window.rail.buttons["alerts"].badge == 7)
    assert window.news.messenger.said == []
    assert not Preferences().may_notify(time(11))
    assert Preferences(notify=True).may_notify(time(11)) and not Preferences(notify=True).may_notify(time(23))
    services.settings.put("alerts/known", "5")
    services.settings.put("notify", "yes")
    services.settings.put("quiet/from", "00:00")
    services.settings.put("quiet/to", "00:00")
    window.news.look()
    wait_for(lambda: window.news.messenger.said)
    assert window.news.messenger.said == ["2 new alerts to read."]
    window.news.look()
    wait_for(lambda: not services.tasks.waiting(window.news, "count"))
    assert len(window.news.messenger.said) == 1


def test_every_sentence_is_made_of_what_the_server_says() -> None:
    assert all(sentence(one) for one in every_alert())
    assert {one.severity for one in every_alert()} == set(Severity)
