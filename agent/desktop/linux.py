"""A Linux desktop through X11: the active window by EWMH, idle time by the screen saver, input as bare counts."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from math import hypot
from pathlib import Path
from typing import Any

import psutil
from Xlib import X, error
from Xlib.ext import record, screensaver

from agent.account import current_account
from agent.desktop.base import NOTHING, UNKNOWN_APP, Change, DesktopGoneError, InputCounter, SeenWithoutLog, Window
from agent.desktop.linux_display import BlindDisplay
from agent.desktop.linux_log import read_wtmp
from agent.desktop.occlusion import Rect, seen
from agent.spans import Input
from policy.events import Call, SessionChange

SLEEP_MS = 5_000
"""A suspension shorter than this is not worth an event."""
REST_SECONDS = 0.45
EVENT_BYTES = 32
WHEEL_BUTTONS = range(4, 8)


ATOMS = ("_NET_ACTIVE_WINDOW", "_NET_WM_PID", "_NET_WM_NAME", "_NET_CLIENT_LIST_STACKING", "_NET_WM_STATE", "_NET_WM_STATE_HIDDEN")


class LinuxDesktop(SeenWithoutLog):
    """The X display that DISPLAY names."""

    def __init__(self) -> None:
        try:
            self._display = BlindDisplay()
        except (error.DisplayError, error.XauthError, OSError) as fault:
            raise DesktopGoneError(f"There is no X11 desktop to see ({fault}). Is DISPLAY set, and is this an X session?") from None
        self.account = current_account()
        self._root = self._display.screen().root
        self._names = {name: self._display.intern_atom(name) for name in ATOMS}
        self._saver = self._display.query_extension("MIT-SCREEN-SAVER") is not None
        self._counter = InputCounter()
        self._recorders: list[_Recorder] = []
        self._pointer: tuple[int, int] | None = None
        self._app_of_pid = (0, UNKNOWN_APP)
        self._saver_on = False
        self._slept = _slept_ms()

    def start(self) -> None:
        """Begin to count input."""
        if not self._display.has_extension("RECORD"):
            raise DesktopGoneError("This X server cannot count input: it has no RECORD extension.")
        self._listen()

    def close(self) -> None:
        """Stop counting and leave the display."""
        self._stop_listening()
        with contextlib.suppress(error.ConnectionClosedError, OSError):
            self._display.close()

    def window(self) -> Window:
        """Return the window in front; UNKNOWN_APP when there is none or it vanishes while being asked."""
        try:
            wid = self._value(self._root, "_NET_ACTIVE_WINDOW")
            if not wid:
                return NOTHING
            return self._described(wid[0])
        except (error.ConnectionClosedError, OSError) as fault:
            raise DesktopGoneError(f"The X11 desktop is gone: {fault}") from None
        except error.XError:
            return NOTHING

    def in_view(self) -> list[Window]:
        """Return the windows that can be seen beside the one in front."""
        try:
            front = self._value(self._root, "_NET_ACTIVE_WINDOW")
            stack = list(reversed(self._value(self._root, "_NET_CLIENT_LIST_STACKING") or []))
            shown = [(wid, place) for wid in stack if (place := self._place(wid))]
            visible = [shown[at][0] for at in seen([place for _, place in shown])]
            return [self._described(wid) for wid in visible if not front or wid != front[0]]
        except (error.ConnectionClosedError, OSError) as fault:
            raise DesktopGoneError(f"The X11 desktop is gone: {fault}") from None
        except error.XError:  # a window closed while it was asked
            return []

    def away(self) -> bool:
        """Return whether the screen saver covers the screen."""
        saver = self._ask_saver()
        return bool(saver and saver.state == screensaver.StateOn)

    def journal(self, since: int) -> list[Change]:
        """Return boots and shutdowns that the system noted after the instant `since`."""
        return read_wtmp(Path("/var/log/wtmp"), since)

    def take_input(self) -> Input:
        """Return how much input there was since this was last asked; the pointer's way is its net movement."""
        return self._counter.take() + Input(pointer_px=self._pointer_moved())

    def forget_input(self) -> None:
        """Drop what was counted, and what a recorder that rests has not read yet: it is read out, and another one begins."""
        self._stop_listening()
        self.take_input()
        try:
            self._listen()
        except (error.ConnectionClosedError, error.DisplayError, OSError) as fault:
            raise DesktopGoneError(f"The X11 desktop is gone: {fault}") from None

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

    def _listen(self) -> None:
        kinds = ((X.KeyRelease, count_keys), (X.ButtonPress, count_buttons))
        self._recorders = [_Recorder(self._display, kind, count, self._counter.add) for kind, count in kinds]
        for recorder in self._recorders:
            recorder.start()

    def _stop_listening(self) -> None:
        for recorder in self._recorders:
            recorder.stop()

    def _pointer_moved(self) -> int:
        try:
            seen = self._root.query_pointer()
        except (error.ConnectionClosedError, OSError) as fault:
            raise DesktopGoneError(f"The X11 desktop is gone: {fault}") from None
        before, self._pointer = self._pointer, (seen.root_x, seen.root_y)
        return round(hypot(seen.root_x - before[0], seen.root_y - before[1])) if before else 0

    def _described(self, wid: int) -> Window:
        window = self._display.create_resource_object("window", wid)
        pid = self._value(window, "_NET_WM_PID")
        return Window(self._app(pid[0]) if pid else _class_of(window), self._title(window))

    def _place(self, wid: int) -> Rect | None:
        """Return where a window is on the screen, None when it is hidden."""
        window = self._display.create_resource_object("window", wid)
        if self._names["_NET_WM_STATE_HIDDEN"] in (self._value(window, "_NET_WM_STATE") or []):
            return None
        size, corner = window.get_geometry(), window.translate_coords(self._root, 0, 0)
        return Rect(-corner.x, -corner.y, size.width - corner.x, size.height - corner.y)

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


class _Recorder(threading.Thread):
    """Hears one type of input event from the X server's RECORD extension and hands on how the raw bytes add up.

    It rests between two looks, so that a fast typist costs five wake-ups a second and not one per key.
    """

    def __init__(self, control: Any, event_type: int, count: Callable[[bytes], Input], tell: Callable[[Input], None]) -> None:
        super().__init__(name=f"input-counts-{event_type}", daemon=True)
        self._count, self._tell = count, tell
        self._begun = threading.Event()
        self._rested = time.monotonic()
        self._control, self._data = control, BlindDisplay()  # each connection costs half a megabyte
        wanted: dict[str, Any] = dict.fromkeys(("core_requests", "core_replies", "delivered_events", "errors"), (0, 0))
        wanted |= dict.fromkeys(("ext_requests", "ext_replies"), (0, 0, 0, 0)) | dict.fromkeys(("client_started", "client_died"), False)
        self._context = self._control.record_create_context(0, [record.AllClients], [wanted | {"device_events": (event_type, event_type)}])
        self._control.sync()

    def run(self) -> None:
        """Hear until `stop`, or until the display is gone; the sampling thread notices the latter by itself."""
        with contextlib.suppress(error.ConnectionClosedError, error.XError, OSError):
            self._data.record_enable_context(self._context, self._heard)

    def stop(self) -> None:
        """Hear what is still on its way, and stop."""
        self._begun.wait(2)  # what was not begun yet cannot be ended
        with contextlib.suppress(error.ConnectionClosedError, error.XError, OSError):
            self._control.record_disable_context(self._context)
            self._control.sync()
            self.join(2)
            self._control.record_free_context(self._context)
        with contextlib.suppress(error.ConnectionClosedError, OSError):
            self._data.close()

    def _heard(self, reply: Any) -> None:
        self._begun.set()
        if reply.category == record.FromServer:
            self._tell(self._count(reply.data))
        if time.monotonic() - self._rested > REST_SECONDS:
            time.sleep(REST_SECONDS)
            self._rested = time.monotonic()


def count_keys(events: bytes) -> Input:
    """Count the events; what is in them, and so which key it was, is not looked at.

    They are releases: a key counts once however long it is held down.
    """
    return Input(keys=len(events) // EVENT_BYTES)


def count_buttons(events: bytes) -> Input:
    """Count presses of buttons and turns of wheels, which X11 numbers as buttons 4 to 7."""
    buttons = events[1::EVENT_BYTES]
    turns = sum(button in WHEEL_BUTTONS for button in buttons)
    return Input(clicks=len(buttons) - turns, scrolls=turns)


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
