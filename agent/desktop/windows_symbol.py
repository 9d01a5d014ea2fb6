"""The symbol in Windows' notification area, and its menu, through the shell's own calls."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

from agent.desktop.windows_api import Libraries, library, window_procedure
from agent.desktop.windows_listener import make_window
from agent.symbol import Face, Item, Shown, pixels

SIZE = 32
CLASS = "WorkPulseSymbol"
TOLD, CLOSE = 0x8001, 0x0010
LEFT_UP, RIGHT_UP, KEYBOARD_MENU = 0x0202, 0x0205, 0x007B
ADD, MODIFY, REMOVE = 0, 1, 2
WITH_MESSAGE, WITH_ICON, WITH_TIP = 0x1, 0x2, 0x4
DISABLED, BETWEEN, OPENS = 0x1, 0x800, 0x10
RETURN_THE_CHOICE, BOTTOM, NOTHING = 0x100, 0x20, 0
ICON_FORMAT = 0x0003_0000


class _Notify(ctypes.Structure):
    _fields_ = (
        ("size", wintypes.DWORD),
        ("window", wintypes.HWND),
        ("number", wintypes.UINT),
        ("flags", wintypes.UINT),
        ("message", wintypes.UINT),
        ("icon", wintypes.HANDLE),
        ("tip", wintypes.WCHAR * 128),
        ("state", wintypes.DWORD),
        ("state_mask", wintypes.DWORD),
        ("info", wintypes.WCHAR * 256),
        ("version", wintypes.UINT),
        ("title", wintypes.WCHAR * 64),
        ("info_flags", wintypes.DWORD),
        ("guid", ctypes.c_byte * 16),
        ("balloon", wintypes.HANDLE),
    )


class WindowsSymbol:
    """A window nobody sees, on the thread that calls `run`; the shell tells it what is done to the symbol."""

    def __init__(self, face: Callable[[], Face], menu: Callable[[], tuple[Item, ...]]) -> None:
        self._face, self._menu = face, menu
        libraries = Libraries()
        self._user, self._kernel, self._shell = libraries.user, libraries.kernel, library("shell32")
        _declare(self._user, self._shell)
        self._window = 0
        self._icons: dict[str, int] = {}
        self._taskbar_came = int(self._user.RegisterWindowMessageW("TaskbarCreated"))

    def run(self, tell: Callable[[Shown], None]) -> None:
        """Show it until closed."""
        procedure = window_procedure(self._heard)
        self._window = make_window(self._user, self._kernel, procedure, CLASS)
        if not self._window:
            raise OSError("Windows gave no window for the symbol")
        try:
            self._place(ADD)
            tell(Shown.YES)
            message = wintypes.MSG()
            while self._user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                self._user.DispatchMessageW(ctypes.byref(message))
        finally:
            self._let_go()

    def show(self) -> None:
        """Show the face as it is now; OSError when the shell knows of no such symbol."""
        self._place(MODIFY)

    def close(self) -> None:
        """Take it away."""
        if self._window:
            self._user.PostMessageW(self._window, CLOSE, 0, 0)

    def _place(self, what: int) -> None:
        face = self._face()
        told = _Notify(size=ctypes.sizeof(_Notify), window=self._window, number=1, message=TOLD, tip=face.said[:127])
        told.flags, told.icon = WITH_MESSAGE | WITH_ICON | WITH_TIP, self._icon(face.state)
        if not self._shell.Shell_NotifyIconW(what, ctypes.byref(told)):
            raise OSError("the shell does not show the symbol")

    def _let_go(self) -> None:
        told = _Notify(size=ctypes.sizeof(_Notify), window=self._window, number=1)
        self._shell.Shell_NotifyIconW(REMOVE, ctypes.byref(told))
        self._user.DestroyWindow(self._window)
        self._user.UnregisterClassW(CLASS, self._kernel.GetModuleHandleW(None))  # else the next window would be told to a gone function
        self._window = 0
        for icon in self._icons.values():
            self._user.DestroyIcon(icon)
        self._icons.clear()

    def _icon(self, state: str) -> int:
        if state not in self._icons:
            content = icon_of(state)
            self._icons[state] = int(self._user.CreateIconFromResourceEx(content, len(content), True, ICON_FORMAT, SIZE, SIZE, 0) or 0)
        return self._icons[state]

    def _heard(self, window: int, message: int, wparam: int, lparam: int) -> int:
        if message == TOLD:
            self._told(lparam & 0xFFFF)
            return 0
        if message == self._taskbar_came:
            self._place_anew()
        elif message == CLOSE:
            self._user.PostQuitMessage(0)
            return 0
        return int(self._user.DefWindowProcW(window, message, wparam, lparam))

    def _told(self, what: int) -> None:
        if what == LEFT_UP:
            next(item.do for item in self._menu() if item.default and item.do)()
        elif what in (RIGHT_UP, KEYBOARD_MENU):
            self._offer()

    def _place_anew(self) -> None:
        """The taskbar is a new one: Explorer was started again."""
        try:
            self._place(ADD)
        except OSError:
            self.close()  # `run` returns, and the symbol is shown from the beginning

    def _offer(self) -> None:
        """Show the menu beside the pointer and do what is chosen."""
        choices: list[Item] = []
        menu = self._built(self._menu(), choices)
        point = wintypes.POINT()
        self._user.GetCursorPos(ctypes.byref(point))
        self._user.SetForegroundWindow(self._window)  # else a click beside the menu would not close it
        chosen = self._user.TrackPopupMenu(menu, RETURN_THE_CHOICE | BOTTOM, point.x, point.y, 0, self._window, None)
        self._user.PostMessageW(self._window, NOTHING, 0, 0)
        self._user.DestroyMenu(menu)
        if 0 < chosen <= len(choices) and (do := choices[chosen - 1].do):
            do()

    def _built(self, items: tuple[Item, ...], choices: list[Item]) -> int:
        menu = self._user.CreatePopupMenu()
        for item in items:
            choices.append(item)
            if item.items:
                self._user.AppendMenuW(menu, OPENS, self._built(item.items, choices), item.text)
            elif not item.text:
                self._user.AppendMenuW(menu, BETWEEN, 0, None)
            else:
                number = len(choices)
                self._user.AppendMenuW(menu, 0 if item.do else DISABLED, number, item.text)
                if item.default:
                    self._user.SetMenuDefaultItem(menu, number, False)
        return int(menu)


def icon_of(state: str) -> bytes:
    """Return the picture as an icon resource: a bitmap's header with twice the height, rows from the bottom, an empty mask."""
    picture, row = pixels(state, SIZE), SIZE * 4
    header = struct.pack("<IiiHHIIiiII", 40, SIZE, SIZE * 2, 1, 32, 0, len(picture), 0, 0, 0, 0)
    rows = [picture[at : at + row] for at in range(0, len(picture), row)]
    return header + b"".join(reversed(rows)) + bytes(SIZE * SIZE // 8)


def _declare(user: Any, shell: Any) -> None:
    """Say which calls take and give handles; by default ctypes cuts them to 32 bits."""
    handle, word = wintypes.HANDLE, wintypes.UINT
    user.RegisterWindowMessageW.argtypes = (wintypes.LPCWSTR,)
    user.CreateIconFromResourceEx.argtypes = (ctypes.c_char_p, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD, *(ctypes.c_int,) * 2, word)
    user.CreateIconFromResourceEx.restype = handle
    user.UnregisterClassW.argtypes = (wintypes.LPCWSTR, wintypes.HINSTANCE)
    user.DestroyIcon.argtypes = (handle,)
    user.CreatePopupMenu.restype = handle
    user.AppendMenuW.argtypes = (handle, word, ctypes.c_size_t, wintypes.LPCWSTR)
    user.SetMenuDefaultItem.argtypes = (handle, word, word)
    user.DestroyMenu.argtypes = (handle,)
    user.SetForegroundWindow.argtypes = (handle,)
    user.TrackPopupMenu.argtypes = (handle, word, *(ctypes.c_int,) * 3, handle, ctypes.c_void_p)
    shell.Shell_NotifyIconW.argtypes = (wintypes.DWORD, ctypes.c_void_p)
