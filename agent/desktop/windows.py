"""A Windows desktop through the system's own calls; the only module that uses ctypes.

Keyboards and mice are read as a Raw Input sink: of a key message only its type and its up/down flag, of a mouse message
only its button flags. The fields that say which key are not even named here.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from ctypes import wintypes
from math import hypot
from pathlib import PureWindowsPath
from typing import Any

import psutil

from agent.account import current_account
from agent.desktop.base import NOTHING, UNKNOWN_APP, Change, DesktopGoneError, InputCounter, Window
from agent.spans import Input
from policy.events import Call, SessionChange

PROCESS_QUERY_LIMITED_INFORMATION = 0x1000
LONGEST_PATH = 32_768
LONGEST_TITLE = 4_096
WM_DESTROY, WM_CLOSE, WM_QUERYENDSESSION, WM_ENDSESSION = 0x0002, 0x0010, 0x0011, 0x0016
WM_INPUT, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE = 0x00FF, 0x0218, 0x02B1
RIDEV_INPUTSINK, RIDEV_REMOVE, RID_INPUT = 0x100, 0x1, 0x10000003
DESKTOP_PAGE, MOUSE, KEYBOARD = 0x01, 0x02, 0x06
RIM_TYPEMOUSE, RIM_TYPEKEYBOARD = 0, 1
KEY_WENT_UP = 0x1
BUTTONS_WENT_DOWN = (0x0001, 0x0004, 0x0010, 0x0040, 0x0100)
WHEELS_TURNED = (0x0400, 0x0800)
NOTIFY_FOR_THIS_SESSION = 0
POWER_WORDS: dict[int, SessionChange] = {0x4: "sleep", 0x12: "wake"}
_CONSOLE_WORDS: dict[int, SessionChange] = {0x1: "unlock", 0x2: "lock", 0x3: "unlock", 0x4: "lock"}
SESSION_WORDS = _CONSOLE_WORDS | {0x5: "logon", 0x6: "logoff", 0x7: "lock", 0x8: "unlock"}
"""Connecting to a session counts as unlock and leaving it as lock, at the console and by remote desktop."""
END_IS_LOGOFF = 0x8000_0000
FAREWELL_SECONDS = 3.0
_CONSENT_STORE = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore"


class _RawHeader(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("device", wintypes.HANDLE),
        ("wparam", ctypes.c_size_t),
    )


class _RawKeyboard(ctypes.Structure):
    """Only whether a key went up is named; the bytes around it say which key, and stay nameless and unread."""

    _fields_ = (("_unread_before", ctypes.c_byte * 2), ("flags", ctypes.c_uint16), ("_unread_after", ctypes.c_byte * 12))


class _RawMouse(ctypes.Structure):
    _fields_ = (
        ("_unread_before", ctypes.c_byte * 4),
        ("button_flags", ctypes.c_uint16),
        ("_unread_after", ctypes.c_byte * 18),
    )


class _RawBody(ctypes.Union):
    _fields_ = (("keyboard", _RawKeyboard), ("mouse", _RawMouse))


class RawInput(ctypes.Structure):
    """One Raw Input message."""

    _fields_ = (("header", _RawHeader), ("body", _RawBody))


class _RawDevice(ctypes.Structure):
    _fields_ = (("page", ctypes.c_uint16), ("usage", ctypes.c_uint16), ("flags", ctypes.c_uint32), ("target", wintypes.HWND))


class _LastInput(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint32), ("tick", ctypes.c_uint32))


def count_raw(message: RawInput) -> Input:
    """Return what one Raw Input message counts: a key that went up, buttons that went down, wheels that turned."""
    if message.header.type == RIM_TYPEKEYBOARD:
        return Input(keys=1) if message.body.keyboard.flags & KEY_WENT_UP else Input()
    if message.header.type == RIM_TYPEMOUSE:
        flags = message.body.mouse.button_flags
        return Input(clicks=sum(bool(flags & bit) for bit in BUTTONS_WENT_DOWN), scrolls=sum(bool(flags & bit) for bit in WHEELS_TURNED))
    return Input()


def ticks_between(earlier: int, later: int) -> int:
    """Return the milliseconds from one tick count to a later one; the count has 32 bits and wraps every 49.7 days."""
    return (later - earlier) & 0xFFFF_FFFF


class WindowsDesktop:
    """The desktop of the signed-in account."""

    def __init__(self) -> None:
        self._user, self._kernel = _library("user32"), _library("kernel32")
        _declare(self._user, self._kernel)
        self.account = current_account()
        self._counter = InputCounter()
        self._changes: list[Change] = []
        self._listener = _Listener(self._user, self._kernel, self._counter.add, self._changes.append)
        self._pointer: tuple[int, int] | None = None

    def start(self) -> None:
        """Begin to count input and to hear of lock, sleep and the end of the session."""
        self._listener.start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.stop()

    def window(self) -> Window:
        """Return the window in front; UNKNOWN_APP on the lock screen, at secure prompts and for elevated apps."""
        handle = self._user.GetForegroundWindow()
        if not handle:
            return NOTHING
        pid = wintypes.DWORD()
        self._user.GetWindowThreadProcessId(handle, ctypes.byref(pid))
        title = ctypes.create_unicode_buffer(LONGEST_TITLE)
        self._user.GetWindowTextW(handle, title, LONGEST_TITLE)
        return Window(self._executable_of(pid.value), title.value)

    def take_input(self) -> Input:
        """Return how much input there was since this was last asked; the pointer's way is its net movement."""
        return self._counter.take() + Input(pointer_px=self._pointer_moved())

    def idle_ms(self) -> int:
        """Return how long there has been no input in this session."""
        last = _LastInput(size=ctypes.sizeof(_LastInput))
        if not self._user.GetLastInputInfo(ctypes.byref(last)):
            return 0
        return ticks_between(last.tick, self._kernel.GetTickCount())

    def call(self) -> Call | None:
        """Return which devices Windows itself shows as in use by some app."""
        microphone, camera = _device_in_use("microphone"), _device_in_use("webcam")
        if microphone and camera:
            return "both"
        return "microphone" if microphone else "camera" if camera else None

    def session_changes(self) -> list[Change]:
        """Return what Windows told since this was last asked."""
        told = self._changes[:]
        del self._changes[: len(told)]
        return told

    def boot(self) -> tuple[str, int]:
        """Return the second this PC started as its name, and as an instant."""
        started = int(psutil.boot_time())
        return str(started), started * 1000

    def machine(self) -> str:
        """Return the installation's id and the firmware's id of the board."""
        installation = _registry_value(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")
        board = _registry_value(r"SYSTEM\HardwareConfig", "LastConfig")
        return f"{installation}|{board}"

    def _executable_of(self, pid: int) -> str:
        process = self._kernel.OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
        if not process:
            return UNKNOWN_APP
        try:
            size = wintypes.DWORD(LONGEST_PATH)
            path = ctypes.create_unicode_buffer(LONGEST_PATH)
            if not self._kernel.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(size)):
                return UNKNOWN_APP
            return PureWindowsPath(path.value).name.lower() or UNKNOWN_APP
        finally:
            self._kernel.CloseHandle(process)

    def _pointer_moved(self) -> int:
        point = wintypes.POINT()
        if not self._user.GetCursorPos(ctypes.byref(point)):
            return 0
        before, self._pointer = self._pointer, (point.x, point.y)
        return round(hypot(point.x - before[0], point.y - before[1])) if before else 0


class _Listener(threading.Thread):
    """One hidden window on its own thread that hears Raw Input, session, power and end-of-session messages."""

    def __init__(self, user: Any, kernel: Any, count: Callable[[Input], None], tell: Callable[[Change], None]) -> None:
        super().__init__(name="input-counts", daemon=True)
        self._user, self._kernel, self._count, self._tell = user, kernel, count, tell
        self._terminal = _library("wtsapi32")
        self._window = 0
        self._ready = threading.Event()
        self._farewell = threading.Event()

    def start(self) -> None:
        """Return once the window listens."""
        super().start()
        if not self._ready.wait(5) or not self._window:
            raise DesktopGoneError("Windows gave no window to count input with.")

    def stop(self) -> None:
        """Close the window, which ends the thread."""
        self._farewell.set()
        if self._window:
            self._user.PostMessageW(self._window, WM_CLOSE, 0, 0)
            self.join(2)

    def run(self) -> None:
        """Make the window and pass its messages on until it is closed."""
        procedure = _window_procedure(self._heard)
        self._window = _make_window(self._user, self._kernel, procedure)
        if self._window:
            self._listen(RIDEV_INPUTSINK, self._window)
            self._terminal.WTSRegisterSessionNotification(wintypes.HWND(self._window), NOTIFY_FOR_THIS_SESSION)
        self._ready.set()
        message = wintypes.MSG()
        while self._window and self._user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            self._user.DispatchMessageW(ctypes.byref(message))

    def _listen(self, flags: int, target: int | None) -> None:
        devices = (_RawDevice * 2)(_RawDevice(DESKTOP_PAGE, MOUSE, flags, target), _RawDevice(DESKTOP_PAGE, KEYBOARD, flags, target))
        self._user.RegisterRawInputDevices(devices, 2, ctypes.sizeof(_RawDevice))

    def _heard(self, window: int, message: int, wparam: int, lparam: int) -> int:
        now = time.time_ns() // 1_000_000
        if message == WM_INPUT:
            self._count_one(lparam)
        elif message == WM_WTSSESSION_CHANGE and wparam in SESSION_WORDS:
            self._tell(Change(SESSION_WORDS[wparam], now))
        elif message == WM_POWERBROADCAST and wparam in POWER_WORDS:
            self._tell(Change(POWER_WORDS[wparam], now))
        elif message == WM_ENDSESSION and wparam:
            self._tell(Change("logoff" if lparam & END_IS_LOGOFF else "shutdown", now))
            self._farewell.wait(FAREWELL_SECONDS)  # Windows ends the process as soon as this returns
        elif message == WM_DESTROY:
            self._listen(RIDEV_REMOVE, None)
            self._terminal.WTSUnRegisterSessionNotification(wintypes.HWND(window))
            self._user.PostQuitMessage(0)
            return 0
        return int(self._user.DefWindowProcW(window, message, wparam, lparam))

    def _count_one(self, handle: int) -> None:
        raw = RawInput()
        size = wintypes.UINT(ctypes.sizeof(raw))
        copied = self._user.GetRawInputData(
            wintypes.HANDLE(handle), RID_INPUT, ctypes.byref(raw), ctypes.byref(size), ctypes.sizeof(_RawHeader)
        )
        if 0 < copied <= ctypes.sizeof(raw):
            self._count(count_raw(raw))


def _declare(user: Any, kernel: Any) -> None:
    """Say which calls take and give handles; by default ctypes cuts them to 32 bits."""
    handle, word = wintypes.HWND, wintypes.DWORD
    user.GetForegroundWindow.restype = handle
    user.GetWindowThreadProcessId.argtypes = (handle, ctypes.POINTER(word))
    user.GetWindowTextW.argtypes = (handle, wintypes.LPWSTR, ctypes.c_int)
    user.DefWindowProcW.argtypes = (handle, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
    user.DefWindowProcW.restype = ctypes.c_ssize_t
    user.PostMessageW.argtypes = (handle, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
    user.CreateWindowExW.restype = handle
    user.GetRawInputData.restype = wintypes.UINT
    kernel.OpenProcess.argtypes = (word, wintypes.BOOL, word)
    kernel.OpenProcess.restype = wintypes.HANDLE
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    kernel.QueryFullProcessImageNameW.argtypes = (wintypes.HANDLE, word, wintypes.LPWSTR, ctypes.POINTER(word))
    kernel.GetTickCount.restype = word
    kernel.GetModuleHandleW.restype = wintypes.HMODULE


def _make_window(user: Any, kernel: Any, procedure: Any) -> int:
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
    made = WindowClass(procedure=procedure, instance=instance, name="WorkPulseAgent")
    user.RegisterClassW(ctypes.byref(made))
    handle = user.CreateWindowExW(0, made.name, "WorkPulse agent", 0, 0, 0, 0, 0, None, None, wintypes.HINSTANCE(instance), None)
    return int(handle or 0)


if sys.platform == "win32":
    import winreg

    def _library(name: str) -> Any:
        return ctypes.WinDLL(name, use_last_error=True)

    def _window_procedure(heard: Callable[[int, int, int, int], int]) -> Any:
        kind = ctypes.WINFUNCTYPE(ctypes.c_ssize_t, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
        return kind(heard)

    def _registry_value(path: str, name: str) -> str:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                return str(winreg.QueryValueEx(key, name)[0])
        except OSError:
            return ""

    def _device_in_use(device: str) -> bool:
        """Whether an app uses the device now: the system writes 0 as the time it was released."""
        path = f"{_CONSENT_STORE}\\{device}"
        return any(_unreleased(app) for app in [*_subkeys(path), *_subkeys(f"{path}\\NonPackaged")])

    def _subkeys(path: str) -> list[str]:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
                return [f"{path}\\{winreg.EnumKey(key, index)}" for index in range(winreg.QueryInfoKey(key)[0])]
        except OSError:
            return []

    def _unreleased(path: str) -> bool:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
                return bool(winreg.QueryValueEx(key, "LastUsedTimeStop")[0] == 0)
        except OSError:
            return False

else:

    def _library(name: str) -> Any:
        raise DesktopGoneError("This is not Windows.")

    def _window_procedure(heard: Callable[[int, int, int, int], int]) -> Any:
        raise DesktopGoneError("This is not Windows.")

    def _registry_value(path: str, name: str) -> str:
        raise DesktopGoneError("This is not Windows.")

    def _device_in_use(device: str) -> bool:
        raise DesktopGoneError("This is not Windows.")
