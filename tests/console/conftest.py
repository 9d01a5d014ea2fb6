"""Qt without a screen, and a window over hand-written answers."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication, QDesktopWidget, QWidget

from console.app import make_application, services_of
from console.dialogs.administration import AdministrationWindow
from console.scope import Preset
from console.services import Services
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from console.window import Window
from tests.console.fakes import FakeApi
from tests.console.office import FakeOffice


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as the console makes it."""
    return make_application()


KEPT: set[QWidget] = set()
"""Windows that several tests share; whoever puts one here takes it away again."""


@pytest.fixture(autouse=True)
def no_widget_outlives_its_test() -> Iterator[None]:
    """A style sheet is worked out for every widget there is: a few that were left behind make each later test slower."""
    yield
    if not isinstance(QApplication.instance(), QApplication):
        return
    for widget in QApplication.topLevelWidgets():
        if widget.parent() is None and widget not in KEPT and not isinstance(widget, QDesktopWidget):
            widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def no_key_stays_held() -> Iterator[None]:
    """QTest leaves Ctrl held after Ctrl+C, and every later test's choosing of rows would take it for a hand at the keyboard."""
    yield
    assert int(QApplication.keyboardModifiers()) == int(Qt.KeyboardModifier.NoModifier), "let go of it with QTest.keyRelease"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "console")


@pytest.fixture
def services(qapp: QApplication, settings: Settings) -> Iterator[Services]:
    """Everything a tab needs, over a FakeApi, on the last seven days."""
    theme, tasks, api = Theme(ThemeChoice.LIGHT), Tasks(), FakeApi()
    theme.apply()
    made = services_of(api, api.choices(), tasks, theme, settings)
    made.scope.choose(Preset.LAST_7_DAYS)
    api.asked.clear()
    yield made
    assert tasks.finish()


@pytest.fixture
def window(services: Services) -> Iterator[Window]:
    """A shown window whose first tab has its figures."""
    made = Window(services)
    made.resize(1280, 800)
    made.show()
    wait_for(lambda: not made.current.waiting)
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)  # else every later style sheet is for this window too


def wait_for(done, milliseconds: int = 5000) -> None:
    """Let Qt work until `done()`; fail when it never is."""
    from PyQt5.QtCore import QElapsedTimer

    clock = QElapsedTimer()
    clock.start()
    while not done():
        assert clock.elapsed() < milliseconds, "it never came"
        QApplication.processEvents()


@pytest.fixture
def office(services: Services) -> FakeOffice:
    """The server that administration asks."""
    made = FakeOffice()
    services.api = made  # type: ignore[assignment]
    return made


@pytest.fixture
def opened(services: Services, office: FakeOffice) -> Iterator[Callable[[str], AdministrationWindow]]:
    """Opens the window at a page that has its values."""
    made: list[AdministrationWindow] = []

    def open_at(key: str) -> AdministrationWindow:
        window = AdministrationWindow(services)
        made.append(window)
        window.show()
        window.open(key)
        wait_for(lambda: window.current is not None and window.current.key == key and window.current.values is not None)
        return window

    yield open_at
    for window in made:
        window.close()
        window.deleteLater()
