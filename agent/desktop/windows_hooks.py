"""Counts input through pynput's hooks, for a Windows that refuses Raw Input; what the hooks say is thrown away at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent.spans import Input


class Hooks:
    """Two listeners that count."""

    def __init__(self, count: Callable[[Input], None]) -> None:
        # Imported only where it is needed: it hooks into the input path as soon as it is there, and few PCs need it.
        from pynput import keyboard, mouse

        def released(*_: object) -> None:
            count(Input(keys=1))

        def clicked(_x: int, _y: int, _button: object, went_down: bool) -> None:
            if went_down:
                count(Input(clicks=1))

        def scrolled(*_: object) -> None:
            count(Input(scrolls=1))

        self._listeners: list[Any] = [keyboard.Listener(on_release=released), mouse.Listener(on_click=clicked, on_scroll=scrolled)]

    def start(self) -> None:
        """Begin to count."""
        for listener in self._listeners:
            listener.start()

    def stop(self) -> None:
        """Stop counting."""
        for listener in self._listeners:
            listener.stop()
