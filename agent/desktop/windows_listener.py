"""One hidden window on its own thread, told of input, lock, remote desktop, sleep and the end of the session."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

from agent.desktop import windows_input
from agent.desktop.base import Change, DesktopGoneError
from agent.desktop.windows_api import Libraries, window_procedure
from agent.desktop.windows_session import WM_ENDSESSION, SessionWatch
from agent.spans import Input

WM_DESTROY, WM_CLOSE, WM_INPUT = 0x0002, 0x0010, 0x00FF
NOTIFY_FOR_THIS_SESSION = 0
FAREWELL_SECONDS = 4.0
"""Windows gives every program five at the end of a session."""
PATIENCE_SECONDS = 60.0
"""At logon everything starts at once, and a window may take its time; whether there is one is known the moment it is."""


class Listener(threading.Thread):
    """Hears until it is stopped."""

    def __init__(self, libraries: Libraries, watch: SessionWatch, count: Callable[[Input], None], tell: Callable[[Change], None]) -> None:
        super().__init__(name="session-and-input", daemon=True)
        self.counts_input = False
        self._user, self._kernel, self._terminal = libraries.user, libraries.kernel, libraries.terminal
        self._watch, self._count, self._tell = watch, count, tell
        self._window = 0
        self._ready = threading.Event()
        self._farewell = threading.Event()

    def start(self) -> None:
        """Return once the window listens."""
        super().start()
        if not self._ready.wait(PATIENCE_SECONDS) or not self._window:
            raise DesktopGoneError("Windows gave no window to listen with.")

    def stop(self) -> None:
        """Close the window, which ends the thread."""
        self._farewell.set()
        if self._window:
            self._user.PostMessageW(self._window, WM_CLOSE, 0, 0)
            self.join(2)

    def run(self) -> None:
        """Make the window and pass its messages on until it is closed."""
        procedure = window_procedure(self._heard)
        self._window = make_window(self._user, self._kernel, procedure)
        if self._window:
            self.counts_input = windows_input.register(self._user, self._window)
            self._terminal.WTSRegisterSessionNotification(self._window, NOTIFY_FOR_THIS_SESSION)
        self._ready.set()
        message = wintypes.MSG()
        while self._window and self._user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            self._user.DispatchMessageW(ctypes.byref(message))

    def _heard(self, window: int, message: int, wparam: int, lparam: int) -> int:
        if message == WM_INPUT:
            self._count(windows_input.read_one(self._user, lparam))
        elif message == WM_DESTROY:
            windows_input.unregister(self._user)
            self._terminal.WTSUnRegisterSessionNotification(window)
            self._user.PostQuitMessage(0)
            return 0
        else:
            for change in self._watch.hear(message, wparam, lparam, time.time_ns() // 1_000_000):
                self._tell(change)
            if message == WM_ENDSESSION and wparam:
                self._farewell.wait(FAREWELL_SECONDS)  # Windows ends the process as soon as this returns
        return int(self._user.DefWindowProcW(window, message, wparam, lparam))


def make_window(user: Any, kernel: Any, procedure: Any, name: str = "WorkPulseAgent") -> int:
    """Make a window that is never shown; it must be a real top-level one, or the end of the session is not told."""

    class WindowClass(ctypes.Structure):
        _fields_ = (
            ("style", wintypes.UINT),
            ("procedure", type(procedure)),
            ("class_extra", ctypes.c_int),
            ("window_extra", ctypes.c_int),
            ("instance", wintypes.HINSTANCE),
            ("icon", wintypes.HANDLE),
            ("cursor", wintypes.HANDLE),
            ("background", wintypes.HANDLE),
            ("menu", wintypes.LPCWSTR),
            ("name", wintypes.LPCWSTR),
        )

    instance = kernel.GetModuleHandleW(None)
    made = WindowClass(procedure=procedure, instance=instance, name=name)
    user.RegisterClassW(ctypes.byref(made))
    handle = user.CreateWindowExW(0, made.name, "WorkPulse agent", 0, 0, 0, 0, 0, None, None, wintypes.HINSTANCE(instance), None)
    return int(handle or 0)
