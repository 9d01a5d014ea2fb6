"""The small interface between the collectors and a PC, and the values that cross it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, Protocol

from agent.spans import Input
from policy.events import Call, SessionChange

UNKNOWN_APP = "unknown"
"""What is in front when the system does not say: the lock screen, a secure prompt, a window of a higher privilege."""


class DesktopGoneError(RuntimeError):
    """There is no desktop to see, or no longer."""


@dataclass(frozen=True)
class Window:
    """The window in front: the executable's file name in lower case, the title as the app wrote it, the address if known."""

    app: str
    title: str = ""
    url: str | None = None


NOTHING = Window(UNKNOWN_APP)


class Change(NamedTuple):
    """The session changed at instant `at`."""

    change: SessionChange
    at: int


class Desktop(Protocol):
    """One PC as one signed-in account sees it. Nothing here can return a key, a sound or a picture."""

    account: str

    def start(self) -> None:
        """Begin to count input."""

    def close(self) -> None:
        """Let everything go."""

    def window(self) -> Window:
        """Return the window in front."""

    def take_input(self) -> Input:
        """Return how much input there was since this was last asked."""

    def forget_input(self) -> None:
        """Drop what was counted until now, and what of it is still on its way: it was not to be recorded."""

    def idle_ms(self) -> int:
        """Return how long there has been no input."""

    def call(self) -> Call | None:
        """Return which of microphone and camera some app has in use, by the system's own indicator."""

    def in_view(self) -> list[Window]:
        """Return the windows that can be seen beside the one in front."""

    def address(self) -> str | None:
        """Return the address that the browser in front shows, where the system can be asked for it."""

    def away(self) -> bool:
        """Return whether this account's screen is locked, or shows another account: there is nothing to look at."""

    def attached(self) -> bool:
        """Return whether this account's session is the one at the screen, or at the far end of a remote desktop."""

    def session_changes(self) -> list[Change]:
        """Return what changed since this was last asked."""

    def journal(self, since: int) -> list[Change]:
        """Return what the system's own log knows of since the instant `since`: also of when no agent ran."""

    def boot(self) -> tuple[str, int]:
        """Return a name of this boot, and its instant."""

    def machine(self) -> str:
        """Return a text that differs between PCs and stays with one."""


class SeenWithoutLog:
    """What a desktop answers that has no log, no address bar and one session to ask about."""

    def in_view(self) -> list[Window]:
        """Return nothing beside the window in front."""
        return []

    def address(self) -> str | None:
        """Return nothing; the title must do."""
        return None

    def away(self) -> bool:
        """Return that somebody may be there."""
        return False

    def attached(self) -> bool:
        """Return that there is only one session."""
        return True

    def journal(self, since: int) -> list[Change]:
        """Return nothing."""
        return []


class InputCounter:
    """Counts from an input thread, taken by the sampling thread; it is told that something happened, never what."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._counted = Input()

    def add(self, counted: Input) -> None:
        """Count more."""
        with self._guard:
            self._counted += counted

    def take(self) -> Input:
        """Return what was counted since this was last asked."""
        with self._guard:
            counted, self._counted = self._counted, Input()
        return counted
