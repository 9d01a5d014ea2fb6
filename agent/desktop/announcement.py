"""A line of text on the screen, above every window, that takes neither the focus nor a click; one for each system."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol

from agent.desktop.base import DesktopGoneError


class Sign(Protocol):
    """A text that is on the screen."""

    def stay(self, seconds: float) -> None:
        """Show it for `seconds`; raise DesktopGoneError when it cannot be seen."""

    def close(self) -> None:
        """Take it away."""


class Announcement:
    """A text on the screen from `with` to its end; raise DesktopGoneError when there is no screen to put it on."""

    def __init__(self, text: str) -> None:
        self._sign = _sign(text)

    def stay(self, seconds: float) -> None:
        """Show it for `seconds`."""
        self._sign.stay(seconds)

    def __enter__(self) -> Announcement:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._sign.close()


def _sign(text: str) -> Sign:
    if sys.platform == "win32":
        from agent.desktop.windows_announcement import WindowsSign

        return WindowsSign(text)
    if sys.platform.startswith("linux"):
        from agent.desktop.linux_announcement import LinuxSign

        return LinuxSign(text)
    raise DesktopGoneError("Nothing can be announced on this system.")
