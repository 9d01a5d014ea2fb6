"""The symbol in the tray: always there while the agent runs, it says what the agent does and lets the person decide.

Nothing can hide it: no option, no policy field and no argument of the program reaches this module. When it goes away it is
put back, and until it is back nothing is recorded.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from functools import partial
from typing import Protocol

from agent.log import log
from agent.symbol import Face, Item, Shown, Symbol
from agent.words import say
from policy.notice import LANGUAGES

GOODBYE_SECONDS = 1.0
AGAIN_SECONDS = 2.0
ASKED_EVERY_SECONDS = 10.0
"""How often the desktop is asked whether the symbol is still there."""


class Wishes(Protocol):
    """What the person can ask for from the tray."""

    def language(self) -> str: ...

    def state(self) -> str: ...

    def sent_lately(self) -> int: ...

    def page(self, name: str) -> str: ...

    def my_page(self, place: str) -> str: ...

    def act(self, what: str, form: dict[str, str]) -> str: ...


class Tray:
    """Keeps the symbol on the tray, on a thread of its own."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._symbol: Symbol | None = None
        self._shown = Shown.NOT_YET
        self._face: tuple[Face, float] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tray", daemon=True)

    def start(self) -> None:
        """Show the symbol."""
        self._thread.start()

    def is_up(self) -> bool:
        """Return whether the symbol can be seen, as far as this desktop has a place for it; only then may anything be recorded."""
        return self._shown is not Shown.NOT_YET and self._thread.is_alive()

    def update(self) -> None:
        """Show the state as it is now, and from time to time see that the symbol is there; may be called from any thread."""
        symbol, face, now = self._symbol, self._seen(), time.monotonic()
        before = self._face
        if symbol is None or self._shown is not Shown.YES or (before and before[0] == face and now - before[1] < ASKED_EVERY_SECONDS):
            return
        self._face = (face, now)
        try:
            symbol.show()
        except OSError:
            self._shown = Shown.NOT_YET
            symbol.close()

    def close(self) -> None:
        """Take the symbol away: the agent ends."""
        self._closing.set()
        if self._symbol is not None:
            self._symbol.close()
        self._thread.join(GOODBYE_SECONDS)

    # --- the symbol's thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing.is_set():
            self._show_once()
            self._shown = Shown.NOT_YET
            self._closing.wait(AGAIN_SECONDS)

    def _show_once(self) -> None:
        try:
            self._symbol = new_symbol(self._seen, self._menu)
            if not self._closing.is_set():
                self._symbol.run(self._told)
        except Exception as fault:  # noqa: BLE001 - whatever a desktop does to it, the symbol is put back
            log.warning("the symbol is not on the tray", why=type(fault).__name__)
        if not self._closing.is_set():
            log.info("the symbol went away and is put back")

    def _told(self, shown: Shown) -> None:
        self._shown = shown
        if shown is Shown.NO_TRAY:
            log.info("this desktop has no tray")

    # --- what it shows -----------------------------------------------------------------------------------------------

    def _seen(self) -> Face:
        state = self._wishes.state()
        return Face(state, f"WorkPulse: {say(state, self._wishes.language())}")

    def _menu(self) -> tuple[Item, ...]:
        wishes, language, state = self._wishes, self._wishes.language(), self._wishes.state()
        pausing = {"paused": "resume", "recording": "pause", "offline": "pause", "outside_hours": "pause"}.get(state)
        languages = tuple(Item(name, partial(self._do, "language", language=code)) for code, name in LANGUAGES.items())
        return (
            Item(say(state, language)),
            Item(),
            Item(f"{say('sent_lately', language)} ({wishes.sent_lately()})", _opener(partial(wishes.page, "sent"))),
            *((Item(say(pausing, language), partial(self._do, pausing)),) if pausing else ()),
            Item(say("notice", language), _opener(partial(wishes.page, "notice")), default=True),
            Item(say("my_page", language), _opener(partial(wishes.my_page, ""))),
            Item(say("who_looked", language), _opener(partial(wishes.my_page, "#looks"))),
            Item(say("language", language), items=languages),
        )

    def _do(self, what: str, **form: str) -> None:
        self._wishes.act(what, form)
        self.update()


def new_symbol(face: Callable[[], Face], menu: Callable[[], tuple[Item, ...]]) -> Symbol:
    """Return a symbol for this PC's tray, not shown yet."""
    if sys.platform == "win32":
        from agent.desktop.windows_symbol import WindowsSymbol

        return WindowsSymbol(face, menu)
    from agent.desktop.linux_symbol import LinuxSymbol  # macOS has no desktop to see, and never comes here

    return LinuxSymbol(face, menu)


def _opener(address: Callable[[], str]) -> Callable[[], None]:
    """Return what opens a page, beside the tray's own thread: the server may be slow to say where the page is."""

    def open_page() -> None:
        with contextlib.suppress(OSError):
            if found := address():  # an empty address is one that nobody can give now
                webbrowser.open(found)

    return lambda: threading.Thread(target=open_page, name="page", daemon=True).start()
