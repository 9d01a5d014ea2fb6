"""The administration window over a real server: every page loads, changes arrive, are undone, and stand in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.api import Api, connect
from console.app import services_of
from console.dialogs.add_to_case import AddToCaseDialog
from console.dialogs.administration import AdministrationWindow, pages_of
from console.dialogs.pages.codes import CodeDialog, OnceDialog
from console.dialogs.pages.teams import TeamDialog
from console.i18n.language import Language, Usage, _, use
from console.models.alerts import for_a_case
from console.servers import KnownServers
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from console.trouble import Refused
from policy.roles import Role
from policy.summaries import Alert, AlertStatus, Case, CaseLinkWish, Made, Overview, PersonWish, Severity, TeamWish
from server.backup.copies import make_key_file
from tests.console.conftest import qapp, wait_for
from tests.console.test_administration import dialog_of
from tests.real_server import RealServer

__all__ = ["qapp"]
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[RealServer]:
    key, copies = tmp_path_factory.mktemp("stick") / "backup.key", tmp_path_factory.mktemp("copies")
    made = RealServer(tmp_path_factory.mktemp("office"), announce="no", backup_folder=copies, backup_key_file=key)
    make_key_file(key)
    made.command("user", "add", "olga", "--role", "owner", "--password-stdin", stdin=f"{PASSWORD}\n")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def window(qapp, server: RealServer, tmp_path: Path) -> Iterator[AdministrationWindow]:
    known, tasks = KnownServers(tmp_path / "known"), Tasks()
    met = connect(server.url, known)
    known.remember(met)
    api = Api(met, known)
    api.sign_in("olga", PASSWORD)
    services = services_of(api, api.choices(), tasks, Theme(ThemeChoice.LIGHT), Settings(tmp_path / "console"))
    made = AdministrationWindow(services)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    assert tasks.finish(10_000)
    api.sign_out()


def page_of(window: AdministrationWindow, key: str):
    """Open a page and wait for its values."""
    window.open(key)
    page = window.pages[key]
    wait_for(lambda: page.values is not None or page.banner.isVisible(), 20_000)
    assert page.values is not None, page.banner.text()
    return page


def settled(page) -> None:
    """Wait until nothing of a page is under way."""
    tasks = page.services.tasks
    wait_for(lambda: not tasks.waiting(page, "load") and not tasks.waiting(page, "change"), 20_000)


def test_every_page_understands_the_server(window: AdministrationWindow) -> None:
    for kind in pages_of(Role.OWNER):
        page_of(window, kind.key)


def test_a_backup_is_made_now_and_the_page_sees_it_come(window: AdministrationWindow) -> None:
    page = page_of(window, "backups")
    page._again.setInterval(200)

    def first_is_there() -> bool:
        if not page.services.tasks.waiting(page, "load") and page.values.newest is None:
            page.refresh()
        return page.values.newest is not None and page.now_button.isEnabled()

    wait_for(first_is_there, 60_000)
    before = page.values.newest
    page.now_button.click()
    wait_for(lambda: page.values.asked is not None or page.values.newest != before, 20_000)
    wait_for(lambda: page.values.newest != before and page.values.asked is None, 60_000)
    assert page.heading.text() == "The newest backup is in order"
    assert page.facts()["How many are kept"].startswith("2 in the folder")
    log = page_of(window, "audit")
    assert {("server", "made a backup"), ("olga", "asked for a backup")} <= {(row.who, row.action) for row in log.values.rows}


def test_a_team_is_made_renamed_and_named_back(window: AdministrationWindow) -> None:
    page = page_of(window, "teams")
    for one, name in ((None, "Sales"), ("Sales", "Sales and support")):
        row = next((team for team in page.values.teams if team.name == one), None)
        TeamDialog(page, row).open()
        dialog = dialog_of(TeamDialog)
        dialog.name.setText(name)
        dialog.save.click()
        wait_for(lambda name=name: name in {team.name for team in page.values.teams}, 20_000)
    page.banner._buttons.itemAt(0).widget().click()
    wait_for(lambda: {team.name for team in page.values.teams} == {"Sales"}, 20_000)


def test_a_code_is_made_shown_and_revoked_and_all_of_it_is_in_the_audit_log(window: AdministrationWindow) -> None:
    page = page_of(window, "codes")
    page.new.click()
    dialog_of(CodeDialog).save.click()
    wait_for(lambda: len(page.values.codes) == 1, 20_000)
    once = dialog_of(OnceDialog)
    assert len(once.shown.text()) >= 8
    once.close()
    page.table.selectRow(0)
    page._for_chosen[0][0].click()
    wait_for(lambda: page.values.codes[0].revoked, 20_000)
    log = page_of(window, "audit")
    assert {"made enrolment code", "revoked enrolment code"} <= {row.action for row in log.values.rows}


def test_settings_are_saved_undone_and_refused_when_somebody_was_faster(window: AdministrationWindow) -> None:
    page = page_of(window, "organisation")
    before = page.values.organisation.name
    page.name.setText("Kaveri Textiles")
    page.hours.days[5].setText("9-13")
    page.save.click()
    wait_for(lambda: page._shown is not None and page._shown.organisation.name == "Kaveri Textiles", 20_000)
    assert page._shown.organisation.hours.week[5] == [(540, 780)]
    settled(page)
    page.banner._buttons.itemAt(0).widget().click()
    wait_for(lambda: page._shown.organisation.name == before, 20_000)
    settled(page)
    stale = page._shown
    page.name.setText("First")
    page.save.click()
    wait_for(lambda: page._shown.organisation.name == "First", 20_000)
    settled(page)
    page._fill(stale)
    page.name.setText("Second")
    page.save.click()
    wait_for(lambda: "Somebody else changed this" in page.banner.text(), 20_000)


def test_a_refusal_is_told_in_the_readers_language_and_the_servers_english_only_where_it_says_more(window: AdministrationWindow) -> None:
    api = window.services.api
    office = page_of(window, "people").values
    use(Usage(Language.HINDI))
    try:
        with pytest.raises(Refused) as nameless:
            api.tell("teams", TeamWish(" "), Made)
        with pytest.raises(Refused) as nowhere:
            api.tell("people", PersonWish("Asha", zone="Mars/Base"), Made)
        with pytest.raises(Refused) as long:
            api.ask("overview", Overview, {"from": "2024-01-01", "to": "2025-11-20"})
        assert nameless.value.whole() == _("Write a name.") != "Write a name."
        assert nowhere.value.whole() == _("There is no such time zone.")
        sentence, told = long.value.whole().split("\n")
        assert sentence == _("These days cannot be asked for.") and not sentence.isascii()
        assert told == _("In the server's own words: {words}").format(
            words="from must not be after to, and at most 400 days may be asked for"
        )
        assert told in long.value.details and not told.startswith("In")
    finally:
        use(Usage())
    assert office == page_of(window, "people").values


def test_an_alert_goes_into_a_case_and_the_case_tells_it(window: AdministrationWindow) -> None:
    page = page_of(window, "cases")
    alert = Alert(
        "burst person 1 1763629200000 deleted", "burst", Severity.HIGH, "anita", 25, 1_763_629_200_000, AlertStatus.OPEN, "deleted"
    )
    said: list[str] = []
    dialog = AddToCaseDialog(window.services, alert, "Asia/Kolkata", said.append, window)
    dialog.open()
    wait_for(lambda: not window.services.tasks.waiting(dialog, "cases"), 20_000)
    dialog.title.setText("Drafts")
    dialog.reason.setText("A client asks")
    dialog.save.click()
    wait_for(lambda: said == ["The alert is in the case."], 20_000)
    page.refresh()
    wait_for(lambda: len(page.values.cases) == 1, 20_000)
    found = window.services.api.ask(f"cases/{page.values.cases[0].id}", Case)
    assert [one.alert for one in found.links] == [alert.id]
    assert [one.text for one in found.notes] == [for_a_case(alert, "Asia/Kolkata")]
    assert found.notes[0].text.startswith("25 files were deleted by anita within a minute.")
    with pytest.raises(Refused) as again:
        window.services.api.tell("cases/links", CaseLinkWish(found.case.id, alert=alert.id, note="once more"), Made)
    assert again.value.whole() == "This case points at it already."
