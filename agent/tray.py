"""The symbol in the tray: always there while the agent runs, it says what the agent does and lets the person decide.

Nothing can hide it: no option, no policy field and no argument of the program reaches this module.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import webbrowser
from collections.abc import Callable
from typing import Any, Protocol

from agent.log import log
from agent.words import say
from policy.notice import LANGUAGES

SIZE = 64
COLOURS = {"recording": "#1f9d55", "offline": "#d98e04", "paused": "#6b7280", "outside_hours": "#6b7280"}
STOPPED_COLOUR = "#c0392b"
WM_QUERYENDSESSION = 0x0011
GOODBYE_SECONDS = 0.5
"""X11's tray hears of its end only with its next event; the symbol goes with the process."""


class Wishes(Protocol):
    """What the person can ask for from the tray."""

    def language(self) -> str: ...

    def state(self) -> str: ...

    def sent_lately(self) -> int: ...

    def page(self, name: str) -> str: ...

    def my_page(self, place: str) -> str: ...

    def act(self, what: str, form: dict[str, str]) -> str: ...


class Tray:
    """The symbol on a thread of its own; where a desktop has no tray, the agent says its state elsewhere and goes on."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._icon: Any = None
        self._shown = ""
        self._thread = threading.Thread(target=self._run, name="tray", daemon=True)

    def start(self) -> None:
        """Show the symbol."""
        self._thread.start()

    def update(self) -> None:
        """Show the state as it is now; may be called from any thread."""
        state, icon = self._wishes.state(), self._icon
        if icon is None or state == self._shown:
            return
        self._shown = state
        with contextlib.suppress(Exception):  # a tray that went away comes back by itself
            icon.icon, icon.title = picture(state), f"WorkPulse: {say(state, self._wishes.language())}"
            icon.update_menu()

    def close(self) -> None:
        """Take the symbol away: the agent ends."""
        if self._icon is not None:
            with contextlib.suppress(Exception):
                self._icon.stop()
        self._thread.join(GOODBYE_SECONDS)

    def _run(self) -> None:
        try:
            self._icon = self._made()
            self.update()
            self._icon.run()
        except Exception as fault:  # noqa: BLE001 - pystray's back ends raise whatever their desktops do
            log.warning("this desktop shows no tray", why=type(fault).__name__)

    def _made(self) -> Any:
        if sys.platform.startswith("linux"):
            os.environ.setdefault("PYSTRAY_BACKEND", "xorg")  # the others need libraries that no wheel brings
        logging.getLogger("pystray").addHandler(logging.NullHandler())  # a desktop without a tray is no news on the terminal
        logging.getLogger("pystray").propagate = False
        import pystray  # on first use: it and Pillow cost 10 MB that doctor, status and the rest need not pay

        state = self._wishes.state()
        icon = pystray.Icon("WorkPulse", picture(state), f"WorkPulse: {say(state, self._wishes.language())}", self._menu(pystray))
        if sys.platform == "win32":  # its window answers 0 to what it does not know, and to this that means: do not sign out
            icon._message_handlers[WM_QUERYENDSESSION] = lambda _wparam, _lparam: 1
        return icon

    def _menu(self, pystray: Any) -> Any:
        item, wishes = pystray.MenuItem, self._wishes

        def words(what: str) -> Callable[[object], str]:
            return lambda _: say(what, wishes.language())

        def do(what: str, **form: str) -> Callable[[], None]:
            return lambda: self._do(what, form)

        languages = pystray.Menu(*(item(name, do("language", language=code)) for code, name in LANGUAGES.items()))
        return pystray.Menu(
            item(lambda _: say(wishes.state(), wishes.language()), None, enabled=False),
            pystray.Menu.SEPARATOR,
            item(lambda _: f"{say('sent_lately', wishes.language())} ({wishes.sent_lately()})", lambda: _open(wishes.page("sent"))),
            item(words("pause"), do("pause"), visible=lambda _: wishes.state() in ("recording", "offline", "outside_hours")),
            item(words("resume"), do("resume"), visible=lambda _: wishes.state() == "paused"),
            item(words("notice"), lambda: _open(wishes.page("notice")), default=True),
            item(words("my_page"), lambda: _open(wishes.my_page(""))),
            item(words("who_looked"), lambda: _open(wishes.my_page("#looks"))),
            item(words("language"), languages),
        )

    def _do(self, what: str, form: dict[str, str]) -> None:
        self._wishes.act(what, form)
        self.update()


def picture(state: str) -> Any:
    """Return the symbol: a pulse in the colour of the state, and two bars while paused."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((2, 2, SIZE - 3, SIZE - 3), fill=COLOURS.get(state, STOPPED_COLOUR))
    if state == "paused":
        draw.rectangle((21, 18, 28, 46), fill="white")
        draw.rectangle((36, 18, 43, 46), fill="white")
    else:
        draw.line([(8, 34), (21, 34), (28, 16), (36, 48), (43, 34), (56, 34)], fill="white", width=5, joint="curve")
    return image


def _open(address: str) -> None:
    """Open a page; an empty address is one that nobody can give now."""
    if address:
        webbrowser.open(address)
