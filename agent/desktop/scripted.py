"""A desktop that plays a script: for tests and for the demonstration company."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.desktop.base import NOTHING, Change, Window
from agent.spans import Input
from policy.events import Call


@dataclass
class Scene:
    """What is to be seen from `at` (monotonic milliseconds) on, and the input of every second of it."""

    at: int
    window: Window = NOTHING
    input: Input = field(default_factory=Input)
    idle_ms: int = 0
    call: Call | None = None
    changes: tuple[Change, ...] = ()
    in_view: tuple[Window, ...] = ()
    address: str | None = None
    away: bool = False
    attached: bool = True


class ScriptedDesktop:
    """Shows, whenever it is asked, the newest scene that has begun."""

    def __init__(self, scenes: list[Scene], mono: Callable[[], int], account: str = "DEMO\\ada") -> None:
        self.account = account
        self.log: list[Change] = []
        self._scenes = sorted(scenes, key=lambda scene: scene.at)
        self._mono = mono
        self._told: set[int] = set()

    def start(self) -> None:
        """Nothing has to begin."""

    def close(self) -> None:
        """Nothing has to end."""

    def window(self) -> Window:
        """Return the window of the scene."""
        return self._scene().window

    def take_input(self) -> Input:
        """Return the input of one second of the scene."""
        return self._scene().input

    def forget_input(self) -> None:
        """Nothing is on its way in a script."""

    def idle_ms(self) -> int:
        """Return the idle time of the scene."""
        return self._scene().idle_ms

    def call(self) -> Call | None:
        """Return the call evidence of the scene."""
        return self._scene().call

    def in_view(self) -> list[Window]:
        """Return the other windows of the scene."""
        return list(self._scene().in_view)

    def address(self) -> str | None:
        """Return the address bar of the scene."""
        return self._scene().address

    def away(self) -> bool:
        """Return whether the scene's screen is locked."""
        return self._scene().away

    def attached(self) -> bool:
        """Return whether the scene's session is at the screen."""
        return self._scene().attached

    def journal(self, since: int) -> list[Change]:
        """Return what was put into the log."""
        return [change for change in self.log if change.at > since]

    def session_changes(self) -> list[Change]:
        """Return the changes of every scene that began since this was last asked."""
        begun = [scene for scene in self._scenes if scene.at <= self._mono() and scene.at not in self._told]
        self._told |= {scene.at for scene in begun}
        return [change for scene in begun for change in scene.changes]

    def boot(self) -> tuple[str, int]:
        """Return one boot for every script."""
        return "scripted", 1_763_600_000_000

    def machine(self) -> str:
        """Return one machine for every script."""
        return "scripted machine"

    def _scene(self) -> Scene:
        now = self._mono()
        return next((scene for scene in reversed(self._scenes) if scene.at <= now), self._scenes[0])
