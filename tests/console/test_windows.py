"""Every window in every language, light and dark, at 100 and at 200 %: drawn, named, reachable by keyboard, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QPushButton, QWidget

from console.app import set_letters
from console.dialogs.administration import AdministrationWindow
from console.i18n.language import Language, Usage, use
from console.pictures import settle
from console.services import Services
from console.theme import ThemeChoice
from tests.console.office import FakeOffice
from tests.console.windows import WINDOWS, clipped, controls_of, nameless

SMALLEST = (1024, 700)
NAMES = pytest.mark.parametrize("name", WINDOWS)


@pytest.fixture(autouse=True)
def as_before(qapp) -> Iterator[None]:
    """Whatever a test chose, the next one starts in English at 100 %."""
    yield
    use(Usage())
    set_letters(100)


@pytest.fixture
def services(services: Services) -> Services:
    """The services of an owner, with administration."""
    services.api = FakeOffice()  # type: ignore[assignment]
    return services


@pytest.fixture(autouse=True)
def quiet_network(monkeypatch) -> None:
    """The wizard looks around the network when it opens; here nobody is there."""
    monkeypatch.setattr("console.dialogs.wizard.look_around", list)


@pytest.fixture
def shown(services: Services, tmp_path: Path) -> Iterator:
    """Shows a window and takes it away again."""
    made: list[QWidget] = []

    def show(name: str) -> QWidget:
        window = WINDOWS[name](services, tmp_path)
        made.append(window)
        if isinstance(window, AdministrationWindow):
            window.resize(*SMALLEST)
        window.show()
        settle()
        return window

    yield show
    for window in made:
        window.close()
        window.deleteLater()
    settle()


@NAMES
def test_every_control_has_a_name_and_tab_comes_to_it_on_its_way_round(shown, name: str) -> None:
    """Everything a person can use is on the way of the Tab key, once."""
    window = shown(name)
    assert nameless(window) == []
    unreachable = [one for one in controls_of(window) if isinstance(one, QPushButton) and one.focusPolicy() & Qt.FocusPolicy.TabFocus == 0]
    assert unreachable == []
    wanted = {one for one in controls_of(window) if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus}
    met, at = set(), window
    while (at := at.nextInFocusChain()) is not window:
        met.add(at)
    assert wanted <= met


@pytest.mark.parametrize(("language", "percent"), [(Language.HINDI, 100), *((one, 200) for one in Language)])
@NAMES
def test_nothing_is_cut_off(shown, name: str, language: Language, percent: int) -> None:
    use(Usage(language))
    set_letters(percent)
    window = shown(name)
    assert window.width() <= SMALLEST[0] and window.height() <= SMALLEST[1]
    assert clipped(window) == []


@NAMES
def test_it_is_drawn_in_both_themes(shown, services: Services, name: str) -> None:
    window = shown(name)
    for theme in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        services.theme.choose(theme)
        settle()
        picture = window.grab().toImage()
        colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)}
        assert services.theme.colours.window.lower() in colours and len(colours) > 5, theme
