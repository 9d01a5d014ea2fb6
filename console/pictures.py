"""Pictures of every tab from a real server: the same window, drawn where nobody sees it, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from PyQt5.QtCore import QElapsedTimer, QEvent, QEventLoop
from PyQt5.QtGui import QImage, QImageWriter
from PyQt5.QtWidgets import QApplication

from console.api import Api
from console.i18n.language import Language, Usage, use
from console.scope import Scope
from console.services import Services
from console.tabs.frame import TabFrame
from console.theme import ThemeChoice
from console.widgets.empty import Emptiness
from console.window import Window
from policy.summaries import DayParts, PersonParts

SIZE = (1280, 800)
LONGEST_MS = 60_000
DAYS = ("timeline", "inactivity")
"""The tabs that show one person's day to the minute."""
THEMES = (ThemeChoice.LIGHT, ThemeChoice.DARK)
DARK_TOO = ("overview", "timeline")
"""The tabs that the documents show dark as well."""


class NotShown(Exception):  # noqa: N818 - a state of the picture, not a fault
    """A tab did not come to show its figures; the text says what it showed instead."""


def take_pictures(services: Services, folder: Path, size: tuple[int, int] = SIZE) -> Iterator[Path]:
    """Yield the path of each picture as it is saved: overview-light.png, …, and of one person's day timeline-day-light.png, …"""
    with _shown(services, folder, size) as window:
        for key in window.frames:
            yield from _in_themes(window, key, folder / key)
        yield from _days(window, folder, THEMES)


def take_documents_pictures(services: Services, folder: Path, size: tuple[int, int] = SIZE) -> Iterator[Path]:
    """Yield the path of each picture that the documents show: every tab light, a person's day, two dark, one in Hindi."""
    with _shown(services, folder, size) as window:
        for key in window.frames:
            yield from _in_themes(window, key, folder / key, THEMES if key in DARK_TOO else THEMES[:1])
        yield from _days(window, folder, THEMES[:1])
    use(Usage(Language.HINDI))
    try:
        with _shown(services, folder, size) as window:
            yield from _in_themes(window, "overview", folder / "overview-hindi", THEMES[:1])
    finally:
        use(Usage())


@contextmanager
def _shown(services: Services, folder: Path, size: tuple[int, int]) -> Iterator[Window]:
    folder.mkdir(parents=True, exist_ok=True)
    window = Window(services)
    window.bar.interval_changed.emit(0)
    window.resize(*size)
    window.show()
    try:
        yield window
    finally:
        window.close()


def _days(window: Window, folder: Path, themes: Sequence[ThemeChoice]) -> Iterator[Path]:
    """Yield pictures of one person's day, and leave the scope as it was."""
    scope = window.services.scope
    before = scope.value
    for key in DAYS:
        found = _worth_a_picture(window.services.api, before, by_review=key == "inactivity")
        if found is not None:
            scope.open_day(*found)
            yield from _in_themes(window, key, folder / f"{key}-day", themes)
    scope.set(before)


def _worth_a_picture(api: Api, scope: Scope, *, by_review: bool) -> tuple[int, date] | None:
    """Return a person and a day: one with minutes to look at again where that is asked for, else a long one."""

    def worth(one: DayParts | PersonParts) -> tuple[int, int]:
        return one.review_minutes if by_review else 0, one.times.engaged

    people = api.inactivity(scope.first, scope.last, scope.team, scope.person).people
    if not people:
        return None
    person = max(people, key=worth).person.id
    return person, max(api.inactivity(scope.first, scope.last, person=person).days, key=worth).day


def _in_themes(window: Window, key: str, name: Path, themes: Sequence[ThemeChoice] = THEMES) -> Iterator[Path]:
    window.open(key)
    _wait_for(window.frames[key])
    for choice in themes:
        window.services.theme.choose(choice)
        settle()
        yield _saved(window, name.with_name(f"{name.name}-{choice.value}.png"))
    window.services.theme.choose(THEMES[0])


def _saved(window: Window, path: Path) -> Path:
    """Write what the window shows, as small as PNG goes."""
    writer = QImageWriter(str(path), b"png")
    writer.setCompression(100)
    if not writer.write(window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)):
        raise OSError(f"the picture could not be written: {path}")
    return path


def _wait_for(frame: TabFrame) -> None:
    clock = QElapsedTimer()
    clock.start()
    while frame.waiting or frame.state() == "blank":
        if clock.elapsed() > LONGEST_MS:
            raise NotShown("the server did not answer in time")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    if frame.state() not in ("figures", Emptiness.ALL_QUIET.value):
        raise NotShown(": ".join(part for part in (frame.tab.key, *frame.empty.texts(), frame.banner.text()) if part))


def settle() -> None:
    """Let layouts, style sheets and charts come to rest."""
    for _round in range(6):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
