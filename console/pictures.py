"""Pictures of every tab from a real server: the same window, drawn where nobody sees it, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PyQt5.QtCore import QElapsedTimer, QEvent, QEventLoop
from PyQt5.QtWidgets import QApplication

from console.services import Services
from console.tabs.frame import TabFrame
from console.theme import ThemeChoice
from console.window import Window

SIZE = (1280, 800)
LONGEST_MS = 60_000


class NotShown(Exception):  # noqa: N818 - a state of the picture, not a fault
    """A tab did not come to show its figures; the text says what it showed instead."""


def take_pictures(services: Services, folder: Path, size: tuple[int, int] = SIZE) -> Iterator[Path]:
    """Yield the path of each picture as it is saved: overview-light.png, overview-dark.png, …"""
    folder.mkdir(parents=True, exist_ok=True)
    window = Window(services)
    window.bar.interval_changed.emit(0)
    window.resize(*size)
    window.show()
    try:
        for key, frame in window.frames.items():
            window.open(key)
            _wait_for(frame)
            for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
                services.theme.choose(choice)
                settle()
                path = folder / f"{key}-{choice.value}.png"
                if not window.grab().save(str(path)):
                    raise OSError(f"the picture could not be written: {path}")
                yield path
    finally:
        window.close()


def _wait_for(frame: TabFrame) -> None:
    clock = QElapsedTimer()
    clock.start()
    while frame.waiting or frame.state() == "blank":
        if clock.elapsed() > LONGEST_MS:
            raise NotShown("the server did not answer in time")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    if frame.state() != "figures":
        raise NotShown(": ".join(part for part in (frame.tab.key, *frame.empty.texts(), frame.banner.text()) if part))


def settle() -> None:
    """Let layouts, style sheets and charts come to rest."""
    for _round in range(6):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
