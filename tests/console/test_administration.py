"""Administration: each role sees its pages, a change is told once with what was seen, can be undone, and a refusal loses nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QApplication, QDialog

from console.dialogs.administration import has_pages, pages_of
from console.dialogs.edit import ConfirmDialog
from console.dialogs.pages.accounts import AccountDialog
from console.dialogs.pages.clients import ClientDialog
from console.dialogs.pages.codes import CodeDialog, OnceDialog
from console.dialogs.pages.people import PersonDialog
from console.dialogs.pages.reports import ReportDialog
from console.dialogs.pages.requests import RequestDialog, RequestsPage
from console.dialogs.pages.rules import RuleDialog
from console.dialogs.pages.users import UserDialog
from console.dialogs.reason import ReasonDialog
from console.models.alerts import Evidence
from console.services import Services
from console.trouble import NotAllowed, ReasonNeeded, Refused, ServerAway
from console.widgets.plain import PlainLabel
from policy.categories import Category
from policy.purposes import Bases, Basis, Purpose
from policy.roles import Role
from policy.summaries import (
    AccountLink,
    ClientRule,
    CodeWish,
    Decision,
    DeviceRevoke,
    Devices,
    PersonChange,
    ReportChoices,
    ReportWish,
    Rhythm,
    RuleWish,
    Settings,
    UndoWish,
    UnlockWish,
    UserWish,
)
from tests.console import fakes
from tests.console.conftest import wait_for
from tests.console.office import ORGANISATION, FakeOffice, at, devices


def dialog_of(kind: type[QDialog]):
    """Return the open dialog of this kind."""
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


def pressed(page, name: str) -> None:
    """Press the button of this name that acts on the chosen row, or at the upper end."""
    buttons = [one for one, _fits in page._for_chosen] + page._busy
    next(one for one in buttons if one.text() == name).click()


RECORDS = "evidence cases watch{} organisation notices documents audit"


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        (
            Role.OWNER,
            "people teams accounts requests rights erasures rules clients devices codes users backups reports " + RECORDS.format(" clips"),
        ),
        (Role.MANAGER, "people teams requests rules reports"),
        (Role.COMPLIANCE, "rights erasures backups " + RECORDS.format(" pictures clips")),
        (Role.IT, "people teams accounts devices codes backups organisation notices"),
        (Role.EMPLOYEE, ""),
    ],
)
def test_each_role_sees_what_the_server_lets_it_use(role: Role, keys: str) -> None:
    assert [page.key for page in pages_of(role)] == keys.split()
    assert has_pages(role) == bool(keys)


def test_a_person_is_changed_with_the_revision_that_was_seen_and_only_in_what_is_new(opened, office: FakeOffice) -> None:
    page = opened("people").current
    PersonDialog(page, page.values.people[0]).open()
    dialog = dialog_of(PersonDialog)
    dialog.name.setText("Ananya S. Rao")
    dialog.save.click()
    wait_for(lambda: bool(office.told) and not dialog.isVisible())
    (route, wish), *_rest = office.told
    assert (route, wish.person, wish.revision, wish.name, wish.team, wish.hours) == ("people", 1, 3, "Ananya S. Rao", UNSET, UNSET)


def test_a_refusal_stays_in_the_dialog_with_all_that_was_typed(opened, office: FakeOffice) -> None:
    page = opened("people").current
    office.refusal = Refused("Somebody else changed this meanwhile.", "409 stale")
    PersonDialog(page, page.values.people[0]).open()
    dialog = dialog_of(PersonDialog)
    dialog.name.setText("Ananya S. Rao")
    dialog.save.click()
    wait_for(lambda: dialog.message.isVisible())
    assert dialog.message.text() == "Somebody else changed this meanwhile."
    assert dialog.isVisible() and dialog.name.text() == "Ananya S. Rao" and dialog.save.isEnabled()
    dialog.reject()


def test_an_hour_that_is_none_is_said_before_anything_is_sent(opened, office: FakeOffice) -> None:
    page = opened("people").current
    PersonDialog(page, page.values.people[8]).open()
    dialog = dialog_of(PersonDialog)
    dialog.hours.days[1].setText("nine to five")
    dialog.save.click()
    assert "Tuesday" in dialog.message.text() and "nine to five" in dialog.message.text()
    assert office.told == []
    dialog.reject()


def test_stopping_a_recording_can_be_undone(opened, office: FakeOffice) -> None:
    page = opened("people").current
    page.table.selectRow(page.model.place_of(1))
    pressed(page, "Stop recording")
    wait_for(lambda: "not recorded any more" in page.banner.text())
    page._undo(page._activity_back(1, True, type("Answer", (), {"revision": 4})()))
    wait_for(lambda: len(office.told) == 2)
    assert [(wish.active, wish.revision) for _route, wish in office.told] == [(False, 3), (True, 4)]
    assert all(isinstance(wish, PersonChange) for _route, wish in office.told)


def test_requests_stand_with_the_late_one_first_and_are_answered_once_in_words(
    opened, office: FakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RequestsPage, "now", lambda _page: at(12))
    page = opened("requests").current
    assert page.sum.text() == "2 requests wait for an answer, 1 is late."
    assert [page.model.data(page.model.index(row, 0)) for row in range(3)] == ["late", "waits for an answer", "accepted"]
    page.open_row(next(one for one in page.values.requests if one.id == 3))
    dialog = dialog_of(RequestDialog)
    dialog.save.click()
    assert dialog.message.text() == "Choose whether you accept or decline." and office.told == []
    dialog.verdict.setCurrentIndex(2)
    dialog.save.click()
    assert dialog.message.text() == "Say in a few words why."
    dialog.answer.setPlainText("The bank was on Monday, this is Thursday.")
    dialog.save.click()
    wait_for(lambda: bool(office.told) and not dialog.isVisible())
    assert office.told == [("requests", Decision(3, False, "The bank was on Monday, this is Thursday."))]
    assert "They see it on their page" in page.banner.text()


def test_what_somebody_asked_and_what_was_answered_are_shown_as_they_were_written(opened) -> None:
    page = opened("requests").current
    for number, said in ((3, "I was at the bank for the firm, with <b>no PC</b>."), (1, "You are right, the rule is changed.")):
        dialog = RequestDialog(page, next(one for one in page.values.requests if one.id == number))
        assert said in "\n".join(label.text() for label in dialog.findChildren(PlainLabel))
        assert dialog.save.isHidden() == (number == 1)
        dialog.deleteLater()


def test_the_contested_day_opens_in_the_timeline(opened) -> None:
    window = opened("requests")
    asked: list[Evidence] = []
    window.evidence_wanted.connect(asked.append)
    window.current.table.selectRow(window.current.model.place_of(3))
    pressed(window.current, "Show the day")
    assert asked == [Evidence("timeline", 1, fakes.TODAY)]


def test_a_report_about_one_person_opens_once_a_reason_is_given(opened, office: FakeOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened("reports").current
    shown: list[Path] = []
    monkeypatch.setattr(page, "_show_file", shown.append)
    office.fault = ReasonNeeded("These figures open only with a reason.")
    page._open(next(one for one in page.values.files if one.scope.kind == "person"), "pdf")
    wait_for(lambda: any(isinstance(one, ReasonDialog) and one.isVisible() for one in QApplication.topLevelWidgets()))
    dialog = dialog_of(ReasonDialog)
    office.fault = None
    dialog.reason.setText("She asked me to look at it")
    dialog.save.click()
    wait_for(lambda: bool(shown))
    assert office.told == [("unlock", UnlockWish("She asked me to look at it", None, 5))]
    page._opened.extend(shown)


def test_an_account_is_given_to_a_person(opened, office: FakeOffice) -> None:
    page = opened("accounts").current
    assert page.model.row_at(0).account.unassigned, "what nobody has claimed stands first"
    page.open_row(page.model.row_at(0))
    dialog = dialog_of(AccountDialog)
    dialog.person.setCurrentIndex(dialog.person.findData(3))
    dialog.save.click()
    wait_for(lambda: bool(office.told))
    assert office.told[0] == ("accounts/link", AccountLink(12, 3))


def test_a_code_is_shown_once_and_copied(opened, office: FakeOffice) -> None:
    page = opened("codes").current
    page.new.click()
    dialog = dialog_of(CodeDialog)
    dialog.uses.setValue(5)
    dialog.team.setCurrentIndex(dialog.team.findData(2))
    dialog.save.click()
    wait_for(lambda: any(isinstance(one, OnceDialog) for one in QApplication.topLevelWidgets()))
    assert office.told[0] == ("codes", CodeWish(2, None, 5, 24.0))
    once = dialog_of(OnceDialog)
    once.copy()
    assert QApplication.clipboard().text() == "ABCD-EFGH-JKLM"
    once.close()
    assert "ABCD-EFGH-JKLM" not in "".join(column.text(row) for row in page.model.rows for column in page.model.columns)


def test_only_a_code_that_still_opens_can_be_revoked(opened) -> None:
    page = opened("codes").current
    revoke = page._for_chosen[0][0]
    for number, wanted in ((3, True), (2, False), (1, False)):
        page.table.selectRow(page.model.place_of(number))
        assert revoke.isEnabled() is wanted


def test_a_pc_is_revoked_after_its_name_was_typed(opened, office: FakeOffice) -> None:
    page = opened("devices").current
    page.table.selectRow(page.model.place_of("d2"))
    pressed(page, "Revoke")
    dialog = dialog_of(ConfirmDialog)
    assert not dialog.save.isEnabled()
    dialog.typed.setText("ACC-PC-01")
    assert not dialog.save.isEnabled()
    dialog.typed.setText("ACC-PC-02")
    dialog.save.click()
    wait_for(lambda: bool(office.told))
    assert office.told == [("devices/revoke", DeviceRevoke("d2"))]


def test_the_delivery_equation_is_told_in_words(opened) -> None:
    page = opened("devices").current
    page.table.selectRow(page.model.place_of("d2"))
    assert "91,204 recorded = 91,170 stored + 14 set aside + 6 lost + 14 waiting" in page.equation.text()
    assert "The sums agree" in page.equation.text()
    page.table.selectRow(page.model.place_of("d4"))
    assert "do not agree" in page.equation.text()


def test_a_new_user_gets_a_link_that_is_shown_once(opened, office: FakeOffice) -> None:
    page = opened("users").current
    page.new.click()
    dialog = dialog_of(UserDialog)
    dialog.name.setText("asha")
    dialog.teams.item(1).setCheckState(2)
    dialog.save.click()
    wait_for(lambda: any(isinstance(one, OnceDialog) and one.isVisible() for one in QApplication.topLevelWidgets()))
    assert office.told[0] == ("users", UserWish("asha", Role.MANAGER, [2], None))
    once = dialog_of(OnceDialog)
    assert once.shown.text() == "https://office-pc:5050/set-password?key=abc"
    once.close()


def test_a_rule_is_tried_saved_and_undone(opened, office: FakeOffice) -> None:
    page = opened("rules").current
    page.new.click()
    dialog = dialog_of(RuleDialog)
    dialog.try_it()
    assert office.told == [], "without a pattern there is nothing to try"
    dialog.pattern.setText("ledgerpro.exe")
    dialog.try_it()
    wait_for(lambda: bool(dialog.effect.text()))
    assert "from Unclassified to Productive" in dialog.effect.text() and "LedgerPro 2019" in dialog.effect.text()
    dialog.save.click()
    wait_for(lambda: "past too" in page.banner.text())
    assert office.told[-1] == ("rules", RuleWish("app", "ledgerpro.exe", Category.PRODUCTIVE, None))
    page.banner._buttons.itemAt(0).widget().click()
    wait_for(lambda: office.told[-1][0] == "rules/undo")
    assert office.told[-1][1] == UndoWish(5)


def test_a_manager_makes_rules_for_their_teams_only(services: Services, office: FakeOffice, opened) -> None:
    office.who = FakeOffice("manager").who
    page = opened("rules").current
    page.new.click()
    dialog = dialog_of(RuleDialog)
    assert [dialog.team.itemData(at) for at in range(dialog.team.count())] == [1, 2, 3]
    dialog.reject()


def test_of_the_settings_only_what_was_changed_is_sent(opened, office: FakeOffice) -> None:
    page = opened("organisation").current
    assert not page.save.isEnabled()
    page.name.setText("Kaveri Mills")
    page.kept.days["files"].setValue(30)
    page.profile.setCurrentIndex(page.profile.findData("india"))
    page._judge()
    assert "File audit" in page.conflict.text() and "365" in page.conflict.text(), "a conflict is shown, not guessed"
    page.save.click()
    wait_for(lambda: bool(office.told))
    wish = office.told[0][1]
    assert wish.revision == ORGANISATION.revision
    assert set(wish.changes) == {"name", "profile", "retention"}
    assert wish.changes["retention"]["files"] == 30


def test_what_cannot_be_read_keeps_the_settings_from_being_saved(opened, office: FakeOffice) -> None:
    page = opened("organisation").current
    page.denied.setPlainText("utorrent.exe")
    assert not page.save.isEnabled() and "begin with app or site" in page.banner.text()
    page.denied.setPlainText("app utorrent.exe")
    assert page.save.isEnabled() and not page.banner.isVisible()
    page.discard.click()
    assert page.denied.toPlainText() == "" and not page.save.isEnabled()


def test_new_values_do_not_take_away_what_is_being_typed(opened) -> None:
    page = opened("organisation").current
    page.name.setText("Half a na")
    page.refresh()
    wait_for(lambda: not page.services.tasks.waiting(page, "load"))
    assert page.name.text() == "Half a na"


def test_compliance_reads_the_settings_and_changes_none(office: FakeOffice, opened) -> None:
    office.who = FakeOffice("compliance").who
    page = opened("organisation").current
    assert not page.name.isEnabled() and not page.save.isVisible()


def test_the_audit_log_grows_by_older_pages(opened, office: FakeOffice) -> None:
    page = opened("audit").current
    assert page.model.total == 3 and "Rahul Verma" in page.columns()[3].text(page.model.row_at(0))
    page.who.setText("meera")
    page.more.click()
    wait_for(lambda: any(("cursor", "7") in one for one in office.asked))
    assert page.model.total == 3, "entries met before are not shown twice"
    page.table.selectRow(1)
    assert '{"team":3}' in page.whole.text()


def test_a_server_that_is_away_is_said_and_what_is_shown_stays(opened, office: FakeOffice) -> None:
    page = opened("people").current
    office.fault = ServerAway("The server did not answer.")
    page.refresh()
    wait_for(lambda: page.banner.isVisible())
    assert page.model.total == 12 and page.banner.text() == "The server did not answer."


def test_a_lost_sign_in_is_told_to_the_window(opened, office: FakeOffice) -> None:
    window = opened("people")
    heard = []
    window.signed_out.connect(lambda: heard.append(1))
    office.fault = NotAllowed("Sign in again.", signed_out=True)
    window.refresh()
    wait_for(lambda: bool(heard))


@pytest.mark.feature("J01", "J03")
def test_a_report_is_opened_from_a_private_copy_that_goes_with_the_window(opened, office: FakeOffice, monkeypatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(Path(url.toLocalFile())) or True)
    window = opened("reports")
    page = window.current
    page.table.selectRow(page.model.place_of(4))
    assert "refused 2 of the addresses" in page.trouble.text()
    pressed(page, "Open PDF to read or print")
    wait_for(lambda: bool(shown))
    assert shown[0].suffix == ".pdf" and shown[0].read_bytes() == b"%PDF reports/4/pdf"
    window.close()
    assert not shown[0].parent.exists()


def test_only_a_report_that_is_made_can_be_opened(opened) -> None:
    page = opened("reports").current
    open_pdf = page._for_chosen[0][0]
    for number, wanted in ((4, True), (3, True), (2, False), (1, False)):
        page.table.selectRow(page.model.place_of(number))
        assert open_pdf.isEnabled() is wanted


def test_any_period_is_made_again(opened, office: FakeOffice) -> None:
    page = opened("reports").current
    page.table.selectRow(page.model.place_of(3))
    pressed(page, "Make again")
    wait_for(lambda: bool(office.told))
    first = page.values.files[1].first
    assert office.told == [("reports", ReportWish(Rhythm.WEEK, first, 2, None, "en"))]
    wait_for(page.new.isEnabled)
    page.new.click()
    dialog = dialog_of(ReportDialog)
    dialog.rhythm.setCurrentIndex(dialog.rhythm.findData(Rhythm.MONTH))
    dialog.language.setCurrentIndex(dialog.language.findData("hi"))
    dialog.save.click()
    wait_for(lambda: len(office.told) == 2)
    assert office.told[1] == ("reports", ReportWish(Rhythm.MONTH, fakes.TODAY, None, None, "hi"))


def test_a_mail_that_did_not_go_out_is_said_with_the_servers_words(opened, office: FakeOffice) -> None:
    page = opened("reports").current
    office.refusal = Refused("The mail did not go out.", "409 not_sent", "the mail server's certificate is not trusted")
    pressed(page, "Send a test mail")
    wait_for(lambda: page.banner.isVisible())
    assert "did not go out" in page.banner.text()
    assert office.told[0][0] == "reports/test-mail"


@pytest.mark.quality("S-13")
def test_a_hostile_name_is_only_a_name(opened, office: FakeOffice) -> None:
    fleet = devices()
    hostile = "=cmd|'/c calc'!A1<img src=http://x/>\u202egpj\nx"
    one = msgspec.structs.replace(fleet.devices[0], hostname=hostile)
    office.answers["devices"] = lambda: Devices(fleet.made_at, [one])
    page = opened("devices").current
    page.table.selectRow(0)
    shown = page.columns()[0].text(page.model.row_at(0))
    assert "\u202e" not in shown and "\n" not in shown and "<img" in shown
    assert "\u202e" not in page.equation.text()


def test_report_choices_are_sent_when_one_of_them_changes_and_a_bad_address_is_said(opened, office: FakeOffice) -> None:
    page = opened("organisation").current
    assert page.changes() == {}
    page.reports.recipients.setPlainText("owner@kaveri.example\nnot an address")
    assert page.banner.text() == "“not an address” is no mail address." and not page.save.isEnabled()
    page.reports.recipients.setPlainText("owner@kaveri.example\n\naccounts@kaveri.example ")
    page.reports.daily.setChecked(True)
    page.reports.hour.setValue(7)
    page.save.click()
    wait_for(lambda: bool(office.told))
    (route, wish), *_rest = office.told
    sent = msgspec.convert(wish.changes["reports"], ReportChoices)
    assert (route, set(wish.changes)) == ("settings", {"reports"})
    assert sent == ReportChoices(daily=True, hour=7, recipients=["owner@kaveri.example", "accounts@kaveri.example"])


def test_what_an_agreement_with_the_works_council_does_not_allow_is_said_while_it_is_typed(opened) -> None:
    page = opened("organisation").current
    assert not page.broken.isVisibleTo(page)
    page.works_council.setText("Agreement of 3 May")
    assert "The agreement asks for: recording only in work hours." in page.broken.text()
    page.only.setChecked(True)
    page.ask_below.setValue(5)
    page.ask_for_person.setChecked(True)
    assert page.broken.text() == ""
    page.titles.setCurrentIndex(page.titles.findData("full"))
    page.titles.activated.emit(page.titles.currentIndex())
    assert page.broken.text() == "The agreement asks for: window titles not in full."


@pytest.mark.feature("J06")
def test_a_rule_for_a_client_is_made_changed_in_its_place_and_removed(opened, office: FakeOffice) -> None:
    first, last = ClientRule("acme", "A-1", "Acme Ltd"), ClientRule("zeta", "Z-1")
    office.answers["settings"] = lambda: Settings(msgspec.structs.replace(ORGANISATION, client_rules=[first, last]), [])
    page = opened("clients").current
    page.open_row(first)
    dialog = dialog_of(ClientDialog)
    dialog.token.setText("zeta")
    dialog.code.setText("Z-1")
    dialog.save.click()
    assert dialog.message.text() == "There is a rule for these words and this code already."
    dialog.token.setText("=acme ltd")
    dialog.billable.setChecked(False)
    dialog.save.click()
    wait_for(lambda: len(office.told) == 1 and not dialog.isVisible())
    page.table.selectRow(page.model.place_of(("zeta", "Z-1")))
    pressed(page, "Remove")
    wait_for(lambda: "removed" in page.banner.text())
    page.new.click()
    dialog = dialog_of(ClientDialog)
    dialog.save.click()
    assert dialog.message.text() == "Write the words and the code."
    dialog.token.setText("beta")
    dialog.code.setText("B-1")
    dialog.save.click()
    wait_for(lambda: len(office.told) == 3)
    sent = [msgspec.convert(wish.changes["client_rules"], list[ClientRule]) for _route, wish in office.told]
    assert sent[0] == [ClientRule("=acme ltd", "Z-1", "Acme Ltd", billable=False), last]
    assert sent[1] == [first]
    assert sent[2] == [first, last, ClientRule("beta", "B-1")]


@pytest.mark.quality("P-18")
def test_what_a_record_rests_on_and_how_long_it_may_be_kept_are_chosen_and_a_contradiction_is_said(opened, office: FakeOffice) -> None:
    page = opened("organisation").current
    box = page.bases.choices[Purpose.NETWORK]
    box.setCurrentIndex(box.findData(Basis.CONSENT))
    box.activated.emit(box.currentIndex())
    page.bases.note.setText("Nobody asks who refused")
    page.profile.setCurrentIndex(page.profile.findData("eu"))
    page.profile.activated.emit(page.profile.currentIndex())
    assert page.conflict.text() == ""
    page.kept.days["captures"].setValue(60)
    assert page.conflict.text() == "Pictures of screens, days: 60 is longer than the 30 that the chosen rules allow."
    page.kept.least["captures"].setValue(45)
    assert "at least 45 and at most 30 are asked for; decide which rule goes first" in page.conflict.text()
    page.save.click()
    wait_for(lambda: bool(office.told))
    changes = office.told[0][1].changes
    assert changes == {
        "bases": msgspec.to_builtins(Bases(network=Basis.CONSENT)), "consent_note": "Nobody asks who refused", "profile": "eu",
        "retention": msgspec.to_builtins(msgspec.structs.replace(ORGANISATION.retention, captures=60)),
        "limits": {"floors": {"captures": 45}, "ceilings": {}},
    }  # fmt: skip


@pytest.mark.quality("P-01")
def test_what_each_purpose_rests_on_and_who_withheld_it_is_shown(opened) -> None:
    page = opened("notices").current
    page.switch.choose("purposes")
    assert page.standing_table.isVisibleTo(page) and not page.text.isVisibleTo(page) and not page.card.isVisibleTo(page)
    place = page.standing.place_of(Purpose.SCREENSHOTS)
    shown = [page.standing.data(page.standing.index(place, column)) for column in range(5)]
    assert shown == ["Pictures of screens", "Consent: nothing without a yes", "8 people", "4 people", "12"]
    page.switch.choose("hi")
    assert "WorkPulse क्या दर्ज करता है" in page.text.toPlainText() and not page.standing_table.isVisibleTo(page)
