"""The first run: a server is found or named, compared, signed in to, in the language chosen on the way; another server is a hard stop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QDialog

from console.dialogs.wizard import Wizard
from console.discovery import Found
from console.i18n.language import Language, Usage, use
from console.preferences import preferences_of
from console.servers import KnownServer, KnownServers, fingerprint_of, groups_of
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from policy.summaries import SignInReply
from tests.console import fakes
from tests.console.conftest import wait_for
from tests.console.far_server import Authority, FarServer, as_json


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def server(authority: Authority) -> Iterator[FarServer]:
    with FarServer(authority) as made:
        made.routes["POST", "/api/v1/sign-in"] = lambda asked: as_json(SignInReply("token", 1, "owner", []))
        made.routes["GET", "/api/v1/choices"] = lambda asked: as_json(fakes.choices())
        yield made


@pytest.fixture
def wizard(qapp, server: FarServer, settings: Settings, tmp_path: Path, monkeypatch) -> Iterator[Wizard]:
    """The wizard on a network where this server has announced itself."""
    monkeypatch.setattr("console.dialogs.wizard.look_around", lambda: [Found("office-pc", server.url, "ab" * 32)])
    tasks = Tasks()
    made = Wizard(KnownServers(tmp_path / "known"), tasks, Theme(ThemeChoice.LIGHT), settings)
    made.show()
    wait_for(lambda: made.found.count() == 1)
    yield made
    made.close()
    made.deleteLater()
    assert tasks.finish()
    use(Usage())


def at(wizard: Wizard, page: str) -> bool:
    return wizard._pages.currentWidget() is getattr(wizard, page)


def test_from_the_network_to_the_window(wizard: Wizard, server: FarServer, authority: Authority, settings: Settings) -> None:
    assert wizard.address.text() == server.url, "the only server there is, is suggested"
    wizard.test.click()
    wait_for(lambda: bool(wizard.tested.text()))
    assert groups_of(fingerprint_of(authority.pem))[:19] in wizard.tested.text()
    assert at(wizard, "_server_page"), "a test goes no further"
    wizard.go_on.click()
    wait_for(lambda: at(wizard, "_print_page"))
    assert "".join(wizard.fingerprint.text().split()) == fingerprint_of(authority.pem).upper(), "its own, not the announced one"
    wizard.same.click()
    wizard.user.setText("owner")
    wizard.password.setText("a long password")
    wizard.sign_in.click()
    wait_for(lambda: at(wizard, "_looks_page"))
    assert "Kaveri Textiles" in wizard.welcome.text()
    wizard.test_all.click()
    wait_for(lambda: "12 people in 3 teams" in wizard.outcome.text())
    wizard.open_now.click()
    assert wizard.result() == QDialog.DialogCode.Accepted
    assert wizard.api is not None and wizard.choices is not None and settings.text("user") == "owner"


def test_a_pasted_fingerprint_is_compared_by_the_console(wizard: Wizard, authority: Authority) -> None:
    wizard.go_on.click()
    wait_for(lambda: at(wizard, "_print_page"))
    wizard.given.setText("00" * 32)
    assert not wizard.same.isEnabled() and "not" in wizard.verdict.text()
    wizard.given.setText(fingerprint_of(authority.pem))
    assert wizard.same.isEnabled() and wizard.verdict.text() == "It is the same fingerprint."


def test_the_language_changes_in_the_middle_and_nothing_typed_is_lost(wizard: Wizard, settings: Settings) -> None:
    wizard.go_on.click()
    wait_for(lambda: at(wizard, "_print_page"))
    wizard.same.click()
    wizard.user.setText("owner")
    wizard.speak(Language.HINDI)
    assert at(wizard, "_name_page") and wizard.user.text() == "owner"
    assert wizard.sign_in.text() == "साइन इन करें" and wizard.windowTitle() == "WorkPulse – आरंभिक तैयारी"
    assert preferences_of(settings).usage.language is Language.HINDI
    wizard.speak(Language.ENGLISH)
    assert wizard.sign_in.text() == "Sign in"


def test_another_server_at_a_known_address_is_a_hard_stop_with_both_fingerprints(
    wizard: Wizard, server: FarServer, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    wizard._known.remember(KnownServer(server.url, "s", other.pem))
    wizard.go_on.click()
    wait_for(lambda: at(wizard, "_stop_page"))
    assert groups_of(fingerprint_of(other.pem)) in wizard.stop_text.text()
    assert groups_of(fingerprint_of(authority.pem)) in wizard.stop_text.text()
    assert server.bytes_of("/api/v1/sign-in") == []


def test_where_nothing_answers_the_address_can_be_typed(wizard: Wizard) -> None:
    wizard._show_found([])
    assert not wizard.found.isVisible() and "write its address" in wizard.looking.text()
    wizard.address.setText("ftp://nowhere")
    wizard.test.click()
    assert "https" in wizard.tested.text()
