"""What Windows says of the session, as our words: locked, or shown to nobody, is away; sleep, wake and the end."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import Any

from agent.desktop.base import Change
from policy.events import SessionChange

WM_QUERYENDSESSION, WM_ENDSESSION, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE = 0x0011, 0x0016, 0x0218, 0x02B1
CONSOLE_CONNECT, CONSOLE_DISCONNECT, REMOTE_CONNECT, REMOTE_DISCONNECT, LOGON, LOGOFF, LOCK, UNLOCK = range(1, 9)
SUSPENDED, RESUMED = 0x4, 0x12
END_IS_LOGOFF, END_IS_FOR_AN_INSTALLER = 0x8000_0000, 0x1
_POWER: dict[int, SessionChange] = {SUSPENDED: "sleep", RESUMED: "wake"}
_SIGNED: dict[int, SessionChange] = {LOGON: "logon", LOGOFF: "logoff"}
_CURRENT_SERVER, _CURRENT_SESSION, _CONNECT_STATE, _ACTIVE = None, 0xFFFF_FFFF, 8, 0
_MAY_READ = 0x0001


class SessionWatch:
    """One session's state, from the messages about it.

    ```
    told        lock      disconnect      (another account works)      connect      unlock
    away     ---|=========================================================================|---
    changes     lock                                                                  unlock
    ```
    A session is away while it is locked or shown on no screen, so fast user switching and remote desktop never count twice.
    """

    def __init__(self, *, locked: bool = False, attached: bool = True) -> None:
        self.locked, self.attached = locked, attached
        self.closing = False
        """Whether an installer asks this program to end, so that it can replace its files; the session goes on."""

    @property
    def away(self) -> bool:
        """Whether nobody can see this session now."""
        return self.locked or not self.attached

    def hear(self, message: int, wparam: int, lparam: int, now: int) -> list[Change]:
        """Return what a window message changes."""
        if message == WM_WTSSESSION_CHANGE:
            return self._hear_session(wparam, now)
        if message == WM_POWERBROADCAST and wparam in _POWER:
            return [Change(_POWER[wparam], now)]
        if message == WM_ENDSESSION and wparam and lparam & END_IS_FOR_AN_INSTALLER:
            self.closing = True
            return []
        if message == WM_ENDSESSION and wparam:
            return [Change("logoff" if lparam & END_IS_LOGOFF else "shutdown", now)]
        return []

    def _hear_session(self, what: int, now: int) -> list[Change]:
        before = self.away
        if what in (LOCK, UNLOCK):
            self.locked = what == LOCK
        elif what in (CONSOLE_CONNECT, REMOTE_CONNECT, CONSOLE_DISCONNECT, REMOTE_DISCONNECT):
            self.attached = what in (CONSOLE_CONNECT, REMOTE_CONNECT)
        elif what in _SIGNED:
            return [Change(_SIGNED[what], now)]
        if self.away == before:
            return []
        return [Change("lock" if self.away else "unlock", now)]


def look_at_session(user: Any, terminal: Any) -> SessionWatch:
    """Return the state of this process's own session, for when no message has come yet."""
    return SessionWatch(locked=not _has_desktop(user), attached=_is_connected(terminal))


def _has_desktop(user: Any) -> bool:
    """A locked session's input goes to a desktop that this account may not open."""
    desktop = user.OpenInputDesktop(0, False, _MAY_READ)
    if desktop:
        user.CloseDesktop(desktop)
    return bool(desktop)


def _is_connected(terminal: Any) -> bool:
    answer, size = ctypes.c_void_p(), wintypes.DWORD()
    asked = terminal.WTSQuerySessionInformationW(
        _CURRENT_SERVER, _CURRENT_SESSION, _CONNECT_STATE, ctypes.byref(answer), ctypes.byref(size)
    )
    if not asked or not answer.value:
        return True
    state = ctypes.cast(answer, ctypes.POINTER(ctypes.c_int)).contents.value
    terminal.WTSFreeMemory(answer)
    return state == _ACTIVE
