"""A Linux desktop through X11: the active window by EWMH, idle time by the screen saver, input as bare counts."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import hypot
from pathlib import Path
from typing import Any

import psutil
from Xlib import X, error
from Xlib.display import Display
from Xlib.ext import screensaver

from agent.account import current_account
from agent.desktop.base import NOTHING, UNKNOWN_APP, Change, DesktopGoneError, InputCounter, Window
from agent.spans import Input
from policy.events import Call, SessionChange

SLEEP_MS = 5_000
"""A suspension shorter than this is not worth an event."""


class LinuxDesktop:
    """The X display that DISPLAY names."""

    def __init__(self) -> None:
        try:
            self._display = Display()
        except (error.DisplayError, error.XauthError, OSError) as fault:
            raise DesktopGoneError(f"There is no X11 desktop to see ({fault}). Is DISPLAY set, and is this an X session?") from None
        self.account = current_account()
        self._root = self._display.screen().root
        self._names = {name: self._display.intern_atom(name) for name in ("_NET_ACTIVE_WINDOW", "_NET_WM_PID", "_NET_WM_NAME")}
        self._saver = self._display.query_extension("MIT-SCREEN-SAVER") is not None
        self._counter = InputCounter()
        self._listeners: list[Any] = []
        self._app_of_pid = (0, UNKNOWN_APP)
        self._saver_on = False
        self._slept = _slept_ms()

    def start(self) -> None:
        """Begin to count input."""
        self._listeners = _listeners(self._counter.add)
        for listener in self._listeners:
            listener.start()
            listener.wait()

    def close(self) -> None:
        """Stop counting and leave the display."""
        for listener in self._listeners:
            listener.stop()
            listener.join(2)
        self._display.close()

    def window(self) -> Window:
        """Return the window in front; UNKNOWN_APP when there is none or it vanishes while being asked."""
        try:
            wid = self._value(self._root, "_NET_ACTIVE_WINDOW")
            if not wid:
                return NOTHING
            window = self._display.create_resource_object("window", wid[0])
            pid = self._value(window, "_NET_WM_PID")
            return Window(self._app(pid[0]) if pid else _class_of(window), self._title(window))
        except (error.ConnectionClosedError, OSError) as fault:
            raise DesktopGoneError(f"The X11 desktop is gone: {fault}") from None
        except error.XError:
            return NOTHING

    def take_input(self) -> Input:
        """Return how much input there was since this was last asked."""
        return self._counter.take()

    def idle_ms(self) -> int:
        """Return how long there has been no input; 0 when this display does not say."""
        saver = self._ask_saver()
        return int(saver.idle) if saver else 0

    def call(self) -> Call | None:
        """Return whether some app records sound, by the kernel's own indicator; cameras are not looked at here."""
        for status in Path("/proc/asound").glob("card*/pcm*c/sub*/status"):
            try:
                if "RUNNING" in status.read_text("ascii"):
                    return "microphone"
            except OSError:
                continue
        return None

    def session_changes(self) -> list[Change]:
        """Return sleep and wake by the clock that runs on in sleep, lock and unlock by the screen saver."""
        now = time.time_ns() // 1_000_000
        return self._sleep_changes(now) + self._lock_changes(now)

    def boot(self) -> tuple[str, int]:
        """Return the kernel's name of this boot, and its instant."""
        return _text_of("/proc/sys/kernel/random/boot_id") or str(int(psutil.boot_time())), int(psutil.boot_time() * 1000)

    def machine(self) -> str:
        """Return the installation's id and what the firmware says of the board."""
        return "|".join(_text_of(path) for path in ("/etc/machine-id", "/sys/class/dmi/id/board_name", "/sys/class/dmi/id/product_uuid"))

    def _value(self, window: Any, name: str) -> Any:
        found = window.get_full_property(self._names[name], X.AnyPropertyType)
        return found.value if found else None

    def _title(self, window: Any) -> str:
        value = self._value(window, "_NET_WM_NAME")
        if value is None:
            found = window.get_full_property(self._display.intern_atom("WM_NAME"), X.AnyPropertyType)
            value = found.value if found else b""
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    def _app(self, pid: int) -> str:
        if self._app_of_pid[0] != pid:
            self._app_of_pid = (pid, _executable_of(pid))
        return self._app_of_pid[1]

    def _ask_saver(self) -> Any:
        try:
            return screensaver.query_info(self._root) if self._saver else None
        except (error.ConnectionClosedError, OSError) as fault:
            raise DesktopGoneError(f"The X11 desktop is gone: {fault}") from None

    def _lock_changes(self, now: int) -> list[Change]:
        saver = self._ask_saver()
        on = bool(saver and saver.state == screensaver.StateOn)
        if on == self._saver_on:
            return []
        self._saver_on = on
        change: SessionChange = "lock" if on else "unlock"
        return [Change(change, now)]

    def _sleep_changes(self, now: int) -> list[Change]:
        slept, before = _slept_ms(), self._slept
        self._slept = slept
        return [Change("sleep", now - (slept - before)), Change("wake", now)] if slept - before > SLEEP_MS else []


def _listeners(count: Callable[[Input], None]) -> list[Any]:
    """Listeners that tell how often, and throw away what they are handed about which key."""
    from pynput import keyboard, mouse  # needs a display when it is imported

    pointer: list[tuple[int, int]] = []

    def key_went_up(*_: object) -> None:  # once per key, however long it was held down
        count(Input(keys=1))

    def clicked(_x: int, _y: int, _button: object, pressed: bool) -> None:
        if pressed:
            count(Input(clicks=1))

    def scrolled(*_: object) -> None:
        count(Input(scrolls=1))

    def moved(x: int, y: int) -> None:
        if pointer and pointer[0] != (x, y):
            count(Input(pointer_px=round(hypot(x - pointer[0][0], y - pointer[0][1]))))
        pointer[:] = [(x, y)]

    return [keyboard.Listener(on_release=key_went_up), mouse.Listener(on_click=clicked, on_scroll=scrolled, on_move=moved)]


def _executable_of(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        try:
            name = Path(process.exe()).name
        except psutil.AccessDenied:
            name = ""
        return (name or process.name()).lower() or UNKNOWN_APP
    except psutil.Error:
        return UNKNOWN_APP


def _class_of(window: Any) -> str:
    names = window.get_wm_class()
    return names[-1].lower() if names else UNKNOWN_APP


def _slept_ms() -> int:
    """The clock that counts sleep, minus the one that does not."""
    return (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)) // 1_000_000


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text("ascii").strip()
    except OSError:
        return ""
