"""The Windows libraries the agent calls, and how their functions take and give what they do; elsewhere a refusal."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

from agent.desktop.base import DesktopGoneError

LRESULT = ctypes.c_ssize_t


class Libraries:
    """The libraries, opened once."""

    def __init__(self) -> None:
        self.user, self.kernel = library("user32"), kernel_library()
        self.terminal, self.compositor = library("wtsapi32"), library("dwmapi")
        _declare_user(self.user)
        self.terminal.WTSRegisterSessionNotification.argtypes = (wintypes.HWND, wintypes.DWORD)
        self.terminal.WTSUnRegisterSessionNotification.argtypes = (wintypes.HWND,)
        answer, size = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(wintypes.DWORD)
        self.terminal.WTSQuerySessionInformationW.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.c_int, answer, size)
        self.terminal.WTSFreeMemory.argtypes = (ctypes.c_void_p,)
        self.compositor.DwmGetWindowAttribute.argtypes = (wintypes.HWND, wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD)


def _declare_user(user: Any) -> None:
    """Say which calls take and give handles; by default ctypes cuts them to 32 bits."""
    handle, word = wintypes.HWND, wintypes.DWORD
    user.GetForegroundWindow.restype = handle
    user.GetWindowThreadProcessId.argtypes = (handle, ctypes.POINTER(word))
    user.GetWindowTextW.argtypes = (handle, wintypes.LPWSTR, ctypes.c_int)
    user.DefWindowProcW.argtypes = (handle, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
    user.DefWindowProcW.restype = LRESULT
    user.PostMessageW.argtypes = (handle, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
    user.CreateWindowExW.restype = handle
    user.DestroyWindow.argtypes = (handle,)
    user.GetRawInputData.restype = wintypes.UINT
    user.GetWindowRect.argtypes = (handle, ctypes.POINTER(wintypes.RECT))
    user.FindWindowExW.argtypes = (handle, handle, wintypes.LPCWSTR, wintypes.LPCWSTR)
    user.FindWindowExW.restype = handle
    user.OpenInputDesktop.restype = wintypes.HANDLE
    user.CloseDesktop.argtypes = (wintypes.HANDLE,)
    for one in (user.IsWindowVisible, user.IsIconic):
        one.argtypes = (handle,)


def kernel_library() -> Any:
    """Return kernel32."""
    kernel = library("kernel32")
    word, handle = wintypes.DWORD, wintypes.HANDLE
    kernel.OpenProcess.argtypes = (word, wintypes.BOOL, word)
    kernel.OpenProcess.restype = handle
    kernel.CloseHandle.argtypes = (handle,)
    kernel.QueryFullProcessImageNameW.argtypes = (handle, word, wintypes.LPWSTR, ctypes.POINTER(word))
    kernel.GetTickCount.restype = word
    kernel.GetModuleHandleW.restype = wintypes.HMODULE
    kernel.ProcessIdToSessionId.argtypes = (word, ctypes.POINTER(word))
    return kernel


if sys.platform == "win32":
    import winreg

    def library(name: str) -> Any:
        """Return the system library `name`."""
        return ctypes.WinDLL(name, use_last_error=True)

    def window_procedure(heard: Callable[[int, int, int, int], int]) -> Any:
        """Return `heard` as Windows calls it; keep the result as long as the window lives."""
        return ctypes.WINFUNCTYPE(LRESULT, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)(heard)

    def window_visitor(visit: Callable[[int, int], bool]) -> Any:
        """Return `visit` as EnumWindows calls it."""
        return ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)(visit)

    def trace_callback(heard: Callable[[Any], None], record: type[ctypes.Structure]) -> Any:
        """Return `heard` as ProcessTrace calls it; keep the result as long as the trace is open."""
        return ctypes.WINFUNCTYPE(None, ctypes.POINTER(record))(heard)

    def last_error() -> int:
        """Return why the last call on this thread failed."""
        return ctypes.get_last_error()

    def machine_value(path: str, name: str) -> str:
        """Return a text of the registry of this PC, empty when there is none."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                return str(winreg.QueryValueEx(key, name)[0])
        except OSError:
            return ""

    def user_value(path: str, name: str) -> Any:
        """Return a value of the registry of this account, None when there is none."""
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
                return winreg.QueryValueEx(key, name)[0]
        except OSError:
            return None

    def user_subkeys(path: str) -> list[str]:
        """Return the paths of the keys below `path` in the registry of this account."""
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
                return [f"{path}\\{winreg.EnumKey(key, index)}" for index in range(winreg.QueryInfoKey(key)[0])]
        except OSError:
            return []

else:

    def library(name: str) -> Any:
        """Refuse: there are no such libraries here."""
        raise DesktopGoneError("This is not Windows.")

    def window_procedure(heard: Callable[[int, int, int, int], int]) -> Any:
        """Refuse: there are no such windows here."""
        raise DesktopGoneError("This is not Windows.")

    def window_visitor(visit: Callable[[int, int], bool]) -> Any:
        """Refuse: there are no such windows here."""
        raise DesktopGoneError("This is not Windows.")

    def trace_callback(heard: Callable[[Any], None], record: type[ctypes.Structure]) -> Any:
        """Refuse: there are no such entries here."""
        raise DesktopGoneError("This is not Windows.")

    def last_error() -> int:
        """Refuse: there are no such calls here."""
        raise DesktopGoneError("This is not Windows.")

    def machine_value(path: str, name: str) -> str:
        """Refuse: there is no registry here."""
        raise DesktopGoneError("This is not Windows.")

    def user_value(path: str, name: str) -> Any:
        """Refuse: there is no registry here."""
        raise DesktopGoneError("This is not Windows.")

    def user_subkeys(path: str) -> list[str]:
        """Refuse: there is no registry here."""
        raise DesktopGoneError("This is not Windows.")
