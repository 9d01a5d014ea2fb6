"""What one Raw Input message counts: of a key only its up/down flag is read, of a mouse only its button flags.

The fields that say which key are not even named here.
"""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import Any

from agent.spans import Input

RIDEV_INPUTSINK, RIDEV_REMOVE, RID_INPUT = 0x100, 0x1, 0x10000003
DESKTOP_PAGE, MOUSE, KEYBOARD = 0x01, 0x02, 0x06
RIM_TYPEMOUSE, RIM_TYPEKEYBOARD = 0, 1
KEY_WENT_UP = 0x1
BUTTONS_WENT_DOWN = (0x0001, 0x0004, 0x0010, 0x0040, 0x0100)
WHEELS_TURNED = (0x0400, 0x0800)


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


def register(user: Any, window: int) -> bool:
    """Ask for the input of the whole session to be told to `window`; return whether Windows agreed."""
    return _register(user, RIDEV_INPUTSINK, window)


def unregister(user: Any) -> None:
    """Ask for no more input."""
    _register(user, RIDEV_REMOVE, None)


def _register(user: Any, flags: int, target: int | None) -> bool:
    devices = (_RawDevice * 2)(_RawDevice(DESKTOP_PAGE, MOUSE, flags, target), _RawDevice(DESKTOP_PAGE, KEYBOARD, flags, target))
    return bool(user.RegisterRawInputDevices(devices, 2, ctypes.sizeof(_RawDevice)))


def read_one(user: Any, handle: int) -> Input:
    """Return what the message behind `handle` counts."""
    raw = RawInput()
    size = wintypes.UINT(ctypes.sizeof(raw))
    copied = user.GetRawInputData(wintypes.HANDLE(handle), RID_INPUT, ctypes.byref(raw), ctypes.byref(size), ctypes.sizeof(_RawHeader))
    return count_raw(raw) if 0 < copied <= ctypes.sizeof(raw) else Input()


def count_raw(message: RawInput) -> Input:
    """Return what one Raw Input message counts: a key that went up, buttons that went down, wheels that turned."""
    if message.header.type == RIM_TYPEKEYBOARD:
        return Input(keys=1) if message.body.keyboard.flags & KEY_WENT_UP else Input()
    if message.header.type == RIM_TYPEMOUSE:
        flags = message.body.mouse.button_flags
        return Input(clicks=sum(bool(flags & bit) for bit in BUTTONS_WENT_DOWN), scrolls=sum(bool(flags & bit) for bit in WHEELS_TURNED))
    return Input()
