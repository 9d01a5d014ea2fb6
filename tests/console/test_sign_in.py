"""Signing in over a real server: compare once, then never be asked again, and stop hard when it is another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtWidgets import QDialog, QLineEdit

from console.dialogs.sign_in import SignInDialog
from console.servers import KnownServers, groups_of
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from policy.summaries import SignInReply
from tests.console import fakes
from tests.console.conftest import wait_for
from tests.console.far_server import Asked, Authority, FarServer, as_json


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def known(tmp_path: Path) -> KnownServers:
    return KnownServers(tmp_path / "console")


@pytest.fixture
def ask(qapp, known: KnownServers, settings: Settings):
    tasks, theme = Tasks(), Theme(ThemeChoice.LIGHT)
    theme.apply()
    made: list[SignInDialog] = []

    def dialog(url: str = "") -> SignInDialog:
        one = SignInDialog(known, tasks, theme, settings, url)
        one.show()
        made.append(one)
        return one

    yield dialog
    for one in made:
        one.close()
        one.deleteLater()
    assert tasks.finish()


def serving(server: FarServer) -> FarServer:
    def sign_in(asked: Asked):
        if b'"right"' not in asked.body:
            return 401, {}, b'{"reason":"bad_password","message":"Name or password is wrong."}'
        return as_json(SignInReply("token", 1, "manager", [1]))

    server.routes["POST", "/api/v1/sign-in"] = sign_in
    server.routes["GET", "/api/v1/choices"] = lambda asked: as_json(fakes.choices())
    return server


def at(dialog: SignInDialog, page) -> bool:
    return dialog._pages.currentWidget() is page


@pytest.mark.feature("N07")
def test_the_first_time_the_fingerprint_is_compared_before_anything_is_typed(ask, authority: Authority, known: KnownServers) -> None:
    with serving(FarServer(authority)) as server:
        dialog = ask(server.url)
        wait_for(lambda: at(dialog, dialog._print_page))
        assert " ".join(dialog.fingerprint.text().split()) == groups_of(known.ca_file and _print_of(authority))
        assert known.find(server.url) is None
        dialog.same.click()
        assert at(dialog, dialog._name_page)
        assert known.find(server.url) is not None
        dialog.user.setText("meera")
        dialog.password.setText("right")
        dialog.sign_in.click()
        wait_for(lambda: dialog.result() == QDialog.DialogCode.Accepted)
        assert dialog.choices == fakes.choices()
        assert dialog.api is not None
        assert dialog.password.text() == ""
        again = ask()
        wait_for(lambda: at(again, again._name_page))
        assert again.user.text() == "meera"


def _print_of(authority: Authority) -> str:
    from console.servers import fingerprint_of

    return fingerprint_of(authority.pem)


def test_a_fingerprint_that_differs_is_not_kept(ask, authority: Authority, known: KnownServers) -> None:
    with serving(FarServer(authority)) as server:
        dialog = ask(server.url)
        wait_for(lambda: at(dialog, dialog._print_page))
        assert dialog.other.hasFocus() or not dialog.same.hasFocus()
        dialog.other.click()
        assert at(dialog, dialog._server_page)
        assert known.all() == []
        assert {one.path for one in server.asked} == {"/health"}


def test_a_wrong_password_is_said_and_may_be_tried_again(ask, authority: Authority) -> None:
    with serving(FarServer(authority)) as server:
        dialog = ask(server.url)
        wait_for(lambda: at(dialog, dialog._print_page))
        dialog.same.click()
        dialog.user.setText("meera")
        dialog.password.setText("wrong")
        dialog.sign_in.click()
        wait_for(lambda: dialog.message.text())
        assert dialog.message.text() == "Name or password is wrong."
        dialog.password.setText("right")
        dialog.sign_in.click()
        wait_for(lambda: dialog.api is not None)


@pytest.mark.quality("S-17")
def test_another_server_at_a_known_address_is_a_hard_stop(ask, authority: Authority, known: KnownServers, tmp_path: Path) -> None:
    with serving(FarServer(authority)) as server:
        port = server.port
        dialog = ask(server.url)
        wait_for(lambda: at(dialog, dialog._print_page))
        dialog.same.click()
    other = Authority(tmp_path / "other")
    with serving(FarServer(other, port=port)) as server:
        dialog = ask()
        wait_for(lambda: at(dialog, dialog._stop_page))
        assert groups_of(_print_of(authority)) in dialog.stop_text.text()
        assert groups_of(_print_of(other)) in dialog.stop_text.text()
        assert {one.path for one in server.asked} == {"/health"}


def test_nobody_at_home_is_a_sentence_and_not_a_crash(ask) -> None:
    dialog = ask("https://127.0.0.1:9")
    wait_for(lambda: dialog.message.text())
    assert "did not answer" in dialog.message.text()
    dialog.address.setText("http://x")
    dialog.go_on.click()
    assert "https" in dialog.message.text()


def test_every_field_has_a_name_and_the_password_is_hidden(ask) -> None:
    dialog = ask()
    assert all(field.accessibleName() for field in dialog.findChildren(QLineEdit))
    assert dialog.password.echoMode() == QLineEdit.EchoMode.Password
