"""A line of text above every window of a Windows screen; no setting for notifications can keep it away."""

from __future__ import annotations

import ctypes
import time
from ctypes import wintypes

from agent.desktop.base import DesktopGoneError
from agent.desktop.windows_api import library

TOPMOST, TOOL_WINDOW, NO_ACTIVATE = 0x8, 0x80, 0x0800_0000
POPUP, VISIBLE, BORDER = 0x8000_0000, 0x1000_0000, 0x0080_0000
CENTERED, CENTERED_VERTICALLY = 0x1, 0x200
WIDTH, HEIGHT = 760, 48
SCREEN_WIDTH, REMOVE, PER_MONITOR_AWARE = 0, 1, 2


class WindowsSign:
    """A static text control as a window of its own."""

    def __init__(self, text: str) -> None:
        self._user = library("user32")
        self._user.CreateWindowExW.restype = wintypes.HWND
        self._user.DestroyWindow.argtypes = self._user.UpdateWindow.argtypes = self._user.IsWindowVisible.argtypes = (wintypes.HWND,)
        try:
            library("shcore").SetProcessDpiAwareness(PER_MONITOR_AWARE)  # else the picture is of a part of the screen
        except (OSError, AttributeError):  # an older Windows
            self._user.SetProcessDPIAware()
        left = max(0, (self._user.GetSystemMetrics(SCREEN_WIDTH) - WIDTH) // 2)
        style = POPUP | VISIBLE | BORDER | CENTERED | CENTERED_VERTICALLY
        kind, hint = TOPMOST | TOOL_WINDOW | NO_ACTIVATE, wintypes.DWORD(style)
        self._window = self._user.CreateWindowExW(kind, "STATIC", text, hint, left, 0, WIDTH, HEIGHT, None, None, None, None)
        if not self._window:
            raise DesktopGoneError("Windows shows no announcement.")
        self._user.UpdateWindow(self._window)

    def stay(self, seconds: float) -> None:
        """Show it for `seconds`."""
        message = wintypes.MSG()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            while self._user.PeekMessageW(ctypes.byref(message), None, 0, 0, REMOVE):
                self._user.DispatchMessageW(ctypes.byref(message))
            time.sleep(0.05)
        if not self._user.IsWindowVisible(self._window):
            raise DesktopGoneError("The announcement is not on the screen.")

    def close(self) -> None:
        """Take it away."""
        self._user.DestroyWindow(self._window)
