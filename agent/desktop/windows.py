"""A Windows desktop through the system's own calls; the modules `windows_*` beside it are its parts."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from math import hypot

import psutil

from agent.account import current_account
from agent.desktop.base import Change, DesktopGoneError, InputCounter, Window
from agent.desktop.windows_address import AddressBar
from agent.desktop.windows_api import Libraries, machine_value, user_subkeys, user_value
from agent.desktop.windows_hooks import Hooks
from agent.desktop.windows_journal import read_journal
from agent.desktop.windows_listener import Listener
from agent.desktop.windows_session import look_at_session
from agent.desktop.windows_view import View
from agent.spans import Input
from policy.events import Call

CONSENT_STORE = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore"


class _LastInput(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint32), ("tick", ctypes.c_uint32))


def ticks_between(earlier: int, later: int) -> int:
    """Return the milliseconds from one tick count to a later one; the count has 32 bits and wraps every 49.7 days."""
    return (later - earlier) & 0xFFFF_FFFF


class WindowsDesktop:
    """The desktop of the signed-in account."""

    def __init__(self) -> None:
        libraries = Libraries()
        self._user, self._kernel = libraries.user, libraries.kernel
        self.account = current_account()
        self._counter = InputCounter()
        self._changes: list[Change] = []
        self._watch = look_at_session(libraries.user, libraries.terminal)
        self._listener = Listener(libraries, self._watch, self._counter.add, self._changes.append)
        self._hooks: Hooks | None = None
        self._view = View(libraries)
        self._bar = AddressBar()
        self._pointer: tuple[int, int] | None = None

    def start(self) -> None:
        """Begin to count input and to hear of lock, sleep and the end of the session."""
        self._listener.start()
        if not self._listener.counts_input:
            self._hooks = Hooks(self._counter.add)
            self._hooks.start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.stop()
        if self._hooks is not None:
            self._hooks.stop()
        self._bar.close()

    def window(self) -> Window:
        """Return the window in front."""
        return self._view.front()

    def in_view(self) -> list[Window]:
        """Return the windows that can be seen beside the one in front."""
        return self._view.others()

    def address(self) -> str | None:
        """Return what the address bar in front shows."""
        return self._bar.read(self._view.front_handle())

    def take_input(self) -> Input:
        """Return how much input there was since this was last asked; the pointer's way is its net movement."""
        return self._counter.take() + Input(pointer_px=self._pointer_moved())

    def forget_input(self) -> None:
        """Drop what was counted; Windows tells of each input at once, so nothing is on its way."""
        self.take_input()

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

    def away(self) -> bool:
        """Return whether the session is locked, or shown to nobody."""
        return self._watch.away

    def attached(self) -> bool:
        """Return whether the session is shown on some screen."""
        return self._watch.attached

    def session_changes(self) -> list[Change]:
        """Return what Windows told since this was last asked; raise DesktopGoneError when an installer wants this program ended."""
        if self._watch.closing:
            raise DesktopGoneError("An installer is about to replace the agent.")
        told = self._changes[:]
        del self._changes[: len(told)]
        return told

    def journal(self, since: int) -> list[Change]:
        """Return what the System log knows of since the instant `since`."""
        return read_journal(since)

    def boot(self) -> tuple[str, int]:
        """Return the second this PC started as its name, and as an instant."""
        started = identity_of_pc()[1]
        return started, int(started) * 1000

    def machine(self) -> str:
        """Return the installation's id and the firmware's id of the board."""
        return identity_of_pc()[0]

    def _pointer_moved(self) -> int:
        point = wintypes.POINT()
        if not self._user.GetCursorPos(ctypes.byref(point)):
            return 0
        before, self._pointer = self._pointer, (point.x, point.y)
        return round(hypot(point.x - before[0], point.y - before[1])) if before else 0


def identity_of_pc() -> tuple[str, str]:
    """Return the installation's and the board's ids as one text, and the second this PC started."""
    installation = machine_value(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")
    board = machine_value(r"SYSTEM\HardwareConfig", "LastConfig")
    return f"{installation}|{board}", str(int(psutil.boot_time()))


def _device_in_use(device: str) -> bool:
    """Whether an app uses the device now: the system writes 0 as the time it was released."""
    path = f"{CONSENT_STORE}\\{device}"
    apps = [*user_subkeys(path), *user_subkeys(f"{path}\\NonPackaged")]
    return any(user_value(app, "LastUsedTimeStop") == 0 for app in apps)
