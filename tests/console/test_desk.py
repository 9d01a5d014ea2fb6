"""What stands behind the lower end of the rail: one window of each, chosen by role, and a language that changes with the window open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication

from console.app import set_letters, take_preferences
from console.desk import Desk
from console.dialogs.administration import AdministrationWindow
from console.dialogs.settings import SettingsDialog
from console.i18n.language import Language, Usage, in_use, use
from console.pictures import settle
from console.servers import KnownServer
from console.services import Services
from console.window import Window
from policy.summaries import SignInReply
from tests.console.conftest import wait_for
from tests.console.far_server import Authority
from tests.console.office import FakeOffice


@pytest.fixture
def office(services: Services, tmp_path: Path) -> FakeOffice:
    made = FakeOffice()
    made.server = KnownServer("https://office-pc:5050", "s-1", Authority(tmp_path / "ca").pem)
    services.api = made  # type: ignore[assignment]
    return made


@pytest.fixture
def desk(services: Services, office: FakeOffice, tmp_path: Path) -> Iterator[Desk]:
    window = Window(services)
    made = Desk(window, tmp_path)
    window.show()
    wait_for(lambda: not window.current.waiting)
    yield made
    made.close()
    window.close()
    window.deleteLater()
    settle()
    use(Usage())
    set_letters(100)


def test_each_of_them_opens_once(desk: Desk) -> None:
    for key in ("settings", "help", "about", "administration", "password"):
        desk.open(key)
        first = desk.shown(key)
        desk.open(key)
        assert desk.shown(key) is first and first is not None and first.isVisible()
        first.close()
        settle()
        assert desk.shown(key) is None


def test_who_administers_nothing_is_not_offered_it(desk: Desk, office: FakeOffice) -> None:
    assert not desk._window.rail.administration.isHidden()
    office.who = SignInReply("token", 1, "employee", [])
    desk.take_role()
    assert desk._window.rail.administration.isHidden()


def test_it_comes_for_the_administration_and_gets_it_at_once(desk: Desk, office: FakeOffice) -> None:
    office.who = SignInReply("token", 1, "it", [])
    desk.take_role()
    wait_for(lambda: isinstance(desk.shown("administration"), AdministrationWindow))
    assert "devices" in [kind.key for kind in desk.shown("administration")._kinds]  # type: ignore[union-attr]


def test_a_language_is_chosen_and_the_window_asked_for_anew(desk: Desk, services: Services) -> None:
    heard = []
    desk.rebuild_wanted.connect(lambda: heard.append(1))
    desk.open("settings")
    dialog = desk.shown("settings")
    assert isinstance(dialog, SettingsDialog)
    dialog.language.setCurrentIndex(dialog.language.findData(Language.BENGALI))
    dialog.language.activated.emit(dialog.language.currentIndex())
    wait_for(lambda: bool(heard))
    take_preferences(services.settings, services.theme)
    assert in_use().language is Language.BENGALI
    again = Window(services)
    again.show()
    wait_for(lambda: not again.current.waiting)
    assert again.rail.buttons["overview"].accessibleName() == "সারসংক্ষেপ"
    again.close()
    again.deleteLater()


def test_larger_letters_hold_for_the_next_window(desk: Desk, services: Services) -> None:
    usual = QApplication.font().pointSizeF()
    services.settings.put("font", "200")
    take_preferences(services.settings, services.theme)
    assert QApplication.font().pointSizeF() == pytest.approx(usual * 2)
    set_letters(100)
    assert QApplication.font().pointSizeF() == pytest.approx(usual), "the base does not drift"


def test_diagnostics_leave_out_everybody_known_to_the_window(desk: Desk, services: Services) -> None:
    made = desk.diagnose()
    for private in (services.api.user, services.choices.organisation, services.choices.people[0].name, "office-pc"):
        assert private not in made
