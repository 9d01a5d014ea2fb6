"""The whole program, once around: sign in, the window, sign out, sign in again, close; over a real server."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication

from console.app import Console, keep_log
from console.dialogs.sign_in import SignInDialog
from console.window import Window
from policy.summaries import SignInReply
from tests.console import fakes
from tests.console.far_server import Asked, Authority, FarServer, as_json

Step = tuple[Callable[[], object], Callable[[], object]]


@pytest.fixture
def log_restored() -> Iterator[None]:
    """The program's log and its last resort end with the test."""
    hook, handlers = sys.excepthook, list(logging.getLogger().handlers)
    yield
    sys.excepthook = hook
    for handler in [one for one in logging.getLogger().handlers if one not in handlers]:
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FarServer]:
    with FarServer(Authority(tmp_path / "ours")) as made:
        made.expired = False

        def overview(asked: Asked):
            if made.expired:
                return 401, {}, b'{"reason":"token","message":"Sign in again."}'
            return as_json(fakes.overview(*(date.fromisoformat(asked.query[key]) for key in ("from", "to"))))

        made.routes["POST", "/api/v1/sign-in"] = lambda asked: as_json(SignInReply("token", 1, "owner", []))
        made.routes["POST", "/api/v1/sign-out"] = lambda asked: as_json({})
        made.routes["GET", "/api/v1/choices"] = lambda asked: as_json(fakes.choices())
        made.routes["GET", "/api/v1/overview"] = overview
        yield made


def the(kind):
    """Return the visible window of this kind, if there is one."""
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)


class Person:
    """Acts as soon as what they wait for is on the screen."""

    def __init__(self, steps: list[Step]) -> None:
        self.left = steps
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(5)
        self._patience = 4000

    def _look(self) -> None:
        self._patience -= 1
        if self._patience < 0:
            QApplication.closeAllWindows()
        if self.left and self.left[0][0]():
            _, act = self.left.pop(0)
            act()
        if not self.left:
            self._timer.stop()


def signing_in(page: str) -> Callable[[], object]:
    return lambda: (dialog := the(SignInDialog)) and dialog._pages.currentWidget() is getattr(dialog, page)


def sign_in() -> None:
    dialog = the(SignInDialog)
    dialog.user.setText("owner")
    dialog.password.setText("a long password")
    dialog.sign_in.click()


def in_the_window(state: str) -> Callable[[], object]:
    return lambda: (window := the(Window)) and not the(SignInDialog) and window.current.state() == state and not window.current.waiting


def test_once_around(qapp, server: FarServer, tmp_path: Path, log_restored: None) -> None:
    def expire() -> None:
        server.expired = True
        the(Window).services.scope.update(team=2)

    def renew() -> None:
        server.expired = False
        sign_in()

    seen = []
    person = Person([
        (signing_in("_print_page"), lambda: the(SignInDialog).same.click()),
        (signing_in("_name_page"), sign_in),
        (in_the_window("figures"), expire),
        (signing_in("_name_page"), renew),
        (in_the_window("figures"), lambda: seen.append(the(Window).services.scope.value.team)),
        (in_the_window("figures"), lambda: the(Window).status.sign_out.click()),
        (signing_in("_name_page"), sign_in),
        (in_the_window("figures"), lambda: the(Window).close()),
    ])  # fmt: skip
    Console(tmp_path / "data", server.url).run()
    assert person.left == []
    assert seen == [2], "the scope survived the lost sign-in"
    assert len(server.bytes_of("/api/v1/sign-in")) == 3
    assert len(server.bytes_of("/api/v1/sign-out")) == 1
    assert (tmp_path / "data" / "console.ini").exists()
    assert "a long password" not in "".join(path.read_text(errors="replace") for path in (tmp_path / "data").iterdir() if path.is_file())


def test_a_mistake_in_the_window_is_logged_and_the_window_lives(qapp, tmp_path: Path, log_restored: None) -> None:
    keep_log(tmp_path)
    QTimer.singleShot(0, lambda: 1 // 0)
    lived = []
    QTimer.singleShot(20, lambda: lived.append(1))
    while not lived:
        QApplication.processEvents()
    assert "ZeroDivisionError" in (tmp_path / "console.log").read_text()
