"""Which windows there are on a Windows desktop, whose they are, and which of them can be seen."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

from agent.desktop.base import NOTHING, UNKNOWN_APP, Window
from agent.desktop.occlusion import Rect, seen
from agent.desktop.windows_api import Libraries, window_visitor

PROCESS_QUERY_LIMITED_INFORMATION = 0x1000
LONGEST_PATH = 32_768
LONGEST_TITLE = 4_096
CLOAKED = 14
STORE_FRAME = "applicationframehost.exe"
STORE_WINDOW = "Windows.UI.Core.CoreWindow"
REMEMBERED = 256


class _Shown(NamedTuple):
    handle: int
    title: str
    place: Rect


class View:
    """Asks Windows for windows; programs are remembered by process and its start is not checked, so only for a while."""

    def __init__(self, libraries: Libraries) -> None:
        self._user, self._kernel, self._compositor = libraries.user, libraries.kernel, libraries.compositor
        self._apps: dict[int, str] = {}

    def front(self) -> Window:
        """Return the window in front; UNKNOWN_APP on the lock screen, at secure prompts and for elevated apps."""
        handle = self._user.GetForegroundWindow()
        return Window(self._app_of(handle, fresh=True), self._title_of(handle)) if handle else NOTHING

    def front_handle(self) -> int:
        """Return the handle of the window in front, 0 when there is none."""
        return int(self._user.GetForegroundWindow() or 0)

    def others(self) -> list[Window]:
        """Return the windows that can be seen beside the one in front, on whichever monitor."""
        front, shown = self.front_handle(), self._shown()
        visible = (shown[place] for place in seen([one.place for one in shown]))
        return [Window(self._app_of(one.handle), one.title) for one in visible if one.handle != front]

    def _shown(self) -> list[_Shown]:
        """Return every window that is on the screen and not only in name, topmost first."""
        found: list[_Shown] = []

        def visit(handle: int, _: int) -> bool:
            if self._user.IsWindowVisible(handle) and not self._user.IsIconic(handle) and not self._is_cloaked(handle):
                place = wintypes.RECT()
                self._user.GetWindowRect(handle, ctypes.byref(place))
                rect = Rect(place.left, place.top, place.right, place.bottom)
                title = self._title_of(handle)
                if rect.area and title:
                    found.append(_Shown(handle, title, rect))
            return True

        self._user.EnumWindows(window_visitor(visit), 0)
        return found

    def _is_cloaked(self, handle: int) -> bool:
        """Windows of other virtual desktops and of suspended store apps are visible in name only."""
        cloaked = wintypes.DWORD()
        failed = self._compositor.DwmGetWindowAttribute(handle, CLOAKED, ctypes.byref(cloaked), ctypes.sizeof(cloaked))
        return not failed and cloaked.value != 0

    def _title_of(self, handle: int) -> str:
        title = ctypes.create_unicode_buffer(LONGEST_TITLE)
        self._user.GetWindowTextW(handle, title, LONGEST_TITLE)
        return title.value

    def _app_of(self, handle: int, *, fresh: bool = False) -> str:
        """Return the program of a window; a store app's window belongs to a frame, so look at the window within."""
        app = self._app(self._process_of(handle), fresh=fresh)
        if app != STORE_FRAME:
            return app
        within = self._user.FindWindowExW(handle, None, STORE_WINDOW, None)
        return self._app(self._process_of(within), fresh=fresh) if within else app

    def _process_of(self, handle: int) -> int:
        pid = wintypes.DWORD()
        self._user.GetWindowThreadProcessId(handle, ctypes.byref(pid))
        return pid.value

    def _app(self, pid: int, *, fresh: bool) -> str:
        if fresh or pid not in self._apps:
            if len(self._apps) >= REMEMBERED:
                self._apps.clear()
            self._apps[pid] = executable_of(self._kernel, pid) or UNKNOWN_APP
        return self._apps[pid]


def executable_of(kernel: Any, pid: int) -> str:
    """Return the file name of a process's program, in lower case; nothing when Windows does not say."""
    process = kernel.OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
    if not process:
        return ""
    try:
        size = wintypes.DWORD(LONGEST_PATH)
        path = ctypes.create_unicode_buffer(LONGEST_PATH)
        if not kernel.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(size)):
            return ""
        return PureWindowsPath(path.value).name.lower()
    finally:
        kernel.CloseHandle(process)
