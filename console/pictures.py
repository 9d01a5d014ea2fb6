"""Pictures of every tab from a real server: the same window, drawn where nobody sees it, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PyQt5.QtCore import QElapsedTimer, QEvent, QEventLoop
from PyQt5.QtWidgets import QApplication

from console.services import Services
from console.tabs.frame import TabFrame
from console.theme import ThemeChoice
from console.widgets.empty import Emptiness
from console.window import Window

SIZE = (1280, 800)
LONGEST_MS = 60_000
DAYS = ("timeline", "inactivity")
"""The tabs that show one person's day to the minute."""


class NotShown(Exception):  # noqa: N818 - a state of the picture, not a fault
    """A tab did not come to show its figures; the text says what it showed instead."""


def take_pictures(services: Services, folder: Path, size: tuple[int, int] = SIZE) -> Iterator[Path]:
    """Yield the path of each picture as it is saved: overview-light.png, …, and of one person's day timeline-day-light.png, …"""
    folder.mkdir(parents=True, exist_ok=True)
    window = Window(services)
    window.bar.interval_changed.emit(0)
    window.resize(*size)
    window.show()
    try:
        for key in window.frames:
            yield from _both_themes(window, key, folder / key)
        choices = services.choices
        if choices.people and choices.latest is not None:
            services.scope.open_day(choices.people[0].id, choices.latest)
            for key in DAYS:
                yield from _both_themes(window, key, folder / f"{key}-day")
    finally:
        window.close()


def _both_themes(window: Window, key: str, name: Path) -> Iterator[Path]:
    window.open(key)
    _wait_for(window.frames[key])
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        window.services.theme.choose(choice)
        settle()
        path = name.with_name(f"{name.name}-{choice.value}.png")
        if not window.grab().save(str(path)):
            raise OSError(f"the picture could not be written: {path}")
        yield path


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
