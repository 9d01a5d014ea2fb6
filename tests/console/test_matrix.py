"""Each tab × loading, empty, error, stale, full × light and dark × three languages: said, drawn, nothing cut off, nothing complained.

With WORKPULSE_PICTURES=FOLDER every one of them is saved there, to be looked at.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from PyQt5.QtCore import QPoint, QRect, qInstallMessageHandler
from PyQt5.QtWidgets import QScrollArea, QWidget

from console.app import services_of, set_letters
from console.i18n.language import Language, Usage, use
from console.pictures import settle
from console.scope import Preset
from console.services import Services
from console.settings import Settings
from console.tabs.frame import TabFrame
from console.theme import Theme, ThemeChoice
from console.trouble import Refused, ServerAway
from console.widgets.empty import EXPLANATIONS
from console.widgets.table import RowsTable
from console.window import SMALLEST, TABS, Window
from console.words import _, retry_in
from tests.console.fakes import TODAY, FakeApi
from tests.console.test_states import Later
from tests.console.windows import clipped, controls_of

PICTURES = os.environ.get("WORKPULSE_PICTURES", "")
ROOM = (SMALLEST[0] - 56, 560)
"""What the smallest window leaves a tab beside the narrow rail and between scope and status."""
LANGUAGES = pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
OF_NO_SCREEN = {"This plugin does not support propagateSizeHints()"}
"""What Qt says where there is no screen; on one it says nothing."""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    use(Usage())
    set_letters(100)


@contextmanager
def nothing_complains() -> Iterator[None]:
    """Qt's own warnings and ours are mistakes here."""
    said: list[str] = []
    root, heard = logging.getLogger(), logging.Handler(logging.WARNING)
    heard.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    before = qInstallMessageHandler(lambda _kind, _where, text: None if text in OF_NO_SCREEN else said.append(text))
    root.addHandler(heard)
    try:
        yield
    finally:
        root.removeHandler(heard)
        qInstallMessageHandler(before)
    assert said == []


def services_for(folder: Path, theme: Theme) -> Services:
    """Everything a tab needs, where answers come when they are let."""
    api = FakeApi()
    made = services_of(api, api.choices(), Later(), theme, Settings(folder))  # type: ignore[arg-type]
    made.scope.choose(Preset.LAST_7_DAYS)
    return made


def loading(frame: TabFrame) -> None:
    """The answer is awaited, for longer than a moment."""
    frame._still_loading()
    assert frame.state() == "blank" and frame._working.isVisible() and frame._loading.text() == _("Loading …")


def full(frame: TabFrame) -> None:
    """The figures are there."""
    frame.services.tasks.answer()  # type: ignore[attr-defined]
    assert frame.state() == "figures" and frame.banner.isHidden() and frame._subtitle.whole()
    assert any(table.rows_model.rowCount() for table in frame.tab.body.findChildren(RowsTable))


def stale(frame: TabFrame) -> None:
    """The server went away after the figures came."""
    frame.services.api.fault = ServerAway(_("The server at {url} did not answer.").format(url="https://office-pc:5050"))  # type: ignore[attr-defined]
    frame.refresh()
    frame.services.tasks.answer()  # type: ignore[attr-defined]
    assert frame.state() == "figures" and frame.banner.isVisible()
    assert "https://office-pc:5050" in frame.banner.text() and retry_in(5) in frame.banner.text()


def error(frame: TabFrame) -> None:
    """The first question was refused."""
    frame.services.api.fault = Refused(_("The server could not read what was sent; it may be another version."), "400 malformed")  # type: ignore[attr-defined]
    frame.services.tasks.answer()  # type: ignore[attr-defined]
    assert (frame.state(), frame.banner.isVisible()) == ("failed", True)
    assert frame.empty.texts() == (_("The figures could not be loaded"), frame.banner.text())


def empty(frame: TabFrame) -> None:
    """There are figures, but not of these days."""
    api = frame.services.api
    api.nothing, api.latest = True, TODAY - timedelta(days=30)  # type: ignore[attr-defined]
    frame.services.choices = api.choices()
    frame.services.tasks.answer()  # type: ignore[attr-defined]
    assert frame.empty.reason is not None and frame.state() == ("all_quiet" if frame.tab.key == "alerts" else "none_in_range")
    assert frame.empty.texts()[0] == _(EXPLANATIONS[frame.empty.reason].heading)
    assert frame.empty._button.isVisible() == (frame.tab.key != "alerts")


LIVES: tuple[tuple[Callable[[TabFrame], None], ...], ...] = ((loading, full, stale), (error,), (empty,))
"""What a tab goes through, each line by a tab of its own."""


@LANGUAGES
@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK], ids=lambda one: one.value)
def test_every_state_is_said_and_drawn_in_every_language_and_theme(qapp, tmp_path: Path, language: Language, choice: ThemeChoice) -> None:
    use(Usage(language))
    theme = Theme(choice)
    theme.apply()  # once: a style sheet is worked out for every widget there is
    cut: dict[str, list[str]] = {}
    with nothing_complains():
        for make in TABS:
            for life in LIVES:
                frame = TabFrame(make(services := services_for(tmp_path, theme)), services)
                frame.resize(*ROOM)
                frame.show()
                for state in life:
                    state(frame)
                    settle()
                    name = f"{make.key}-{state.__name__}-{language.value}-{choice.value}"
                    cut[name] = clipped(frame)
                    save(frame, name)
                frame.close_tab()
                frame.close()
                frame.deleteLater()
    assert {name: found for name, found in cut.items() if found} == {}


def save(widget: QWidget, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        assert widget.grab().save(str(Path(PICTURES) / f"{name}.png"))


@LANGUAGES
def test_with_letters_of_200_percent_in_the_smallest_window_everything_is_reached_by_scrolling(
    qapp, tmp_path: Path, language: Language
) -> None:
    use(Usage(language))
    set_letters(200)
    theme, found = Theme(ThemeChoice.LIGHT), {}
    theme.apply()
    services = services_for(tmp_path, theme)
    with nothing_complains():
        window = Window(services)
        window.resize(*SMALLEST)
        window.show()
        for tab in TABS:
            window.open(tab.key)
            while services.tasks.asked:  # type: ignore[attr-defined]
                services.tasks.answer()  # type: ignore[attr-defined]
            settle()
            assert (window.width(), window.height()) == SMALLEST
            found[tab.key] = beyond(window) + clipped(window.current) + clipped(window.bar)
            save(window, f"{tab.key}-200-{language.value}")
        window.close()
        window.deleteLater()
    assert {key: cut for key, cut in found.items() if cut} == {}


def beyond(window: Window) -> list[str]:
    """Controls that no scrolling brings into view."""
    page, body = window.current._body, window.current.tab.body
    found = [name_of(one) for one in controls_of(body) if one.isVisibleTo(body) and not reached(page, one)]
    around = [one for one in controls_of(window) if one.isVisible() and not body.isAncestorOf(one)]
    return found + [name_of(one) for one in around if not within(window, one) and not scrolled_by_another(window, one)]


def reached(page: QScrollArea, widget: QWidget) -> bool:
    """Whether a page scrolls so that all of a widget, or of a tall one its beginning, is seen at full width."""
    page.ensureWidgetVisible(widget, 0, 0)
    view = page.viewport()
    assert view is not None
    place = QRect(widget.mapTo(view, QPoint(0, 0)), widget.size())
    return place.left() >= 0 and place.right() <= view.width() and view.rect().intersects(place)


def within(window: QWidget, widget: QWidget) -> bool:
    return window.rect().contains(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()))


def scrolled_by_another(window: QWidget, widget: QWidget) -> bool:
    around = widget.parentWidget()
    while around is not None and around is not window:
        if isinstance(around, QScrollArea):
            return reached(around, widget)
        around = around.parentWidget()
    return False


def name_of(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}"
