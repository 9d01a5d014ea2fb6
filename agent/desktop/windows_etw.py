"""Follows the kernel's own entries about the network (ETW), live: one session that this program starts, reads and stops.

It takes SYSTEM or an administrator. What the entries mean is `agent/traffic.py`; of each, the first eight bytes are read.
"""

from __future__ import annotations

import ctypes
import threading
import time
import uuid
from ctypes import wintypes
from typing import Any

from agent.desktop.base import UNKNOWN_APP, DesktopGoneError
from agent.desktop.windows_api import kernel_library, last_error, library, trace_callback
from agent.desktop.windows_view import executable_of
from agent.traffic import HEAD, PROVIDER, Moved, Owner, Tally, TrafficLostError

NAME = "WorkPulse bytes"
REAL_TIME, TRACED_GUID, BY_COUNTER = 0x100, 0x2_0000, 1
AS_RECORDS = 0x1000_0000
QUERY, STOP, ENABLE = 0, 1, 1
INFORMATION = 4
IPV4, IPV6 = 0x10, 0x20
ALREADY_THERE = 183
NO_TRACE = 0xFFFF_FFFF_FFFF_FFFF
BUFFER_KILOBYTES, FLUSHED_EVERY_SECONDS = 64, 1
REMEMBERED_SECONDS = 30.0
"""A process number may be given to another program; so long it is believed to be the same."""


class Guid(ctypes.Structure):
    """A GUID as Windows lays it out."""

    _fields_ = (("bytes", ctypes.c_ubyte * 16),)

    @classmethod
    def of(cls, text: str) -> Guid:
        """Return the one that `text` names."""
        return cls((ctypes.c_ubyte * 16)(*uuid.UUID(text).bytes_le))


class Properties(ctypes.Structure):
    """EVENT_TRACE_PROPERTIES, with room for the session's name behind it."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("provider", ctypes.c_uint32),
        ("context", ctypes.c_uint64),
        ("stamp", ctypes.c_int64),
        ("guid", Guid),
        ("clock", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("buffer_kilobytes", ctypes.c_uint32),
        ("least_buffers", ctypes.c_uint32),
        ("most_buffers", ctypes.c_uint32),
        ("most_file", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("flush_seconds", ctypes.c_uint32),
        ("enabled", ctypes.c_uint32),
        ("age", ctypes.c_int32),
        ("buffers", ctypes.c_uint32),
        ("free", ctypes.c_uint32),
        ("entries_lost", ctypes.c_uint32),
        ("written", ctypes.c_uint32),
        ("log_buffers_lost", ctypes.c_uint32),
        ("live_buffers_lost", ctypes.c_uint32),
        ("thread", ctypes.c_void_p),
        ("file_offset", ctypes.c_uint32),
        ("name_offset", ctypes.c_uint32),
        ("name", ctypes.c_uint16 * 128),
    )


class Record(ctypes.Structure):
    """EVENT_RECORD: of its head only the number of the entry."""

    _fields_ = (
        ("head", ctypes.c_ubyte * 40),
        ("number", ctypes.c_uint16),
        ("rest_of_head", ctypes.c_ubyte * 42),
        ("extended", ctypes.c_uint16),
        ("length", ctypes.c_uint16),
        ("more", ctypes.c_void_p),
        ("payload", ctypes.c_void_p),
        ("context", ctypes.c_void_p),
    )


class LogFile(ctypes.Structure):
    """EVENT_TRACE_LOGFILEW: where to read from, and who is called."""

    _fields_ = (
        ("file", ctypes.c_wchar_p),
        ("session", ctypes.c_wchar_p),
        ("at", ctypes.c_int64),
        ("read", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("entry", ctypes.c_uint64 * 11),
        ("header", ctypes.c_uint64 * 35),
        ("each_buffer", ctypes.c_void_p),
        ("size", ctypes.c_uint32),
        ("filled", ctypes.c_uint32),
        ("lost", ctypes.c_uint32),
        ("each_entry", ctypes.c_void_p),
        ("kernel", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
    )


class EtwFeed:
    """Counts from when it is made until it is closed."""

    def __init__(self) -> None:
        """Start the session; raise DesktopGoneError with the reason when Windows does not let us."""
        self._calls = declared(library("advapi32"))
        self._tally = Tally(Owners().owner_of)
        self._lost = 0
        self._session = self._started()
        self._heard = trace_callback(self._hear, Record)
        try:
            provider = ctypes.byref(Guid.of(PROVIDER))
            self._ask("EnableTraceEx2", self._session, provider, ENABLE, INFORMATION, IPV4 | IPV6, 0, 0, None)
            self._trace = self._opened()
        except DesktopGoneError:
            self._stop()
            raise
        self._thread = threading.Thread(target=self._follow, name="bytes", daemon=True)
        self._thread.start()

    def take(self) -> dict[int, Moved]:
        """Return what moved since this was last asked, by session."""
        properties = blank()
        status = self._calls.ControlTraceW(self._session, None, ctypes.byref(properties), QUERY)
        lost, before = properties.entries_lost + properties.live_buffers_lost, self._lost
        self._lost = lost
        moved = self._tally.take()
        if status or not self._thread.is_alive():
            raise TrafficLostError(f"the count ended ({status})")
        if lost > before:
            raise TrafficLostError(f"{lost - before} entries or buffers were dropped")
        return moved

    def close(self) -> None:
        """End the session."""
        self._calls.CloseTrace(self._trace)
        self._stop()
        self._thread.join(2)

    def _started(self) -> int:
        """Start the session anew; one of a program that was killed still runs, and is stopped first."""
        self._stop()
        handle, properties = ctypes.c_uint64(), blank()
        self._ask("StartTraceW", ctypes.byref(handle), NAME, ctypes.byref(properties))
        return handle.value

    def _opened(self) -> int:
        wanted = LogFile(session=NAME, mode=REAL_TIME | AS_RECORDS, each_entry=ctypes.cast(self._heard, ctypes.c_void_p))
        trace = int(self._calls.OpenTraceW(ctypes.byref(wanted)))
        if trace == NO_TRACE:
            raise DesktopGoneError(f"Windows does not count bytes for us: OpenTraceW ({last_error()}).")
        return trace

    def _ask(self, name: str, *arguments: Any) -> None:
        status = getattr(self._calls, name)(*arguments)
        if status:
            raise DesktopGoneError(f"Windows does not count bytes for us: {name} ({status}).")

    def _stop(self) -> None:
        self._calls.ControlTraceW(0, NAME, ctypes.byref(blank()), STOP)

    def _follow(self) -> None:
        """Hear until the session ends; Windows calls `_hear` on this thread."""
        self._calls.ProcessTrace(ctypes.byref(ctypes.c_uint64(self._trace)), 1, None, None)

    def _hear(self, record: Any) -> None:
        entry = record.contents
        if entry.payload and entry.length >= HEAD.size:
            self._tally.add(entry.number, ctypes.string_at(entry.payload, HEAD.size))


class Owners:
    """Whose a process is: its session and its program, asked once in a while and while it still runs."""

    def __init__(self) -> None:
        self._kernel = kernel_library()
        self._known: dict[int, Owner | None] = {}
        self._since = time.monotonic()

    def owner_of(self, process: int) -> Owner | None:
        """Return the owner; None for a process that has ended already."""
        if time.monotonic() - self._since > REMEMBERED_SECONDS:
            self._known.clear()
            self._since = time.monotonic()
        if process not in self._known:
            self._known[process] = self._asked(process)
        return self._known[process]

    def _asked(self, process: int) -> Owner | None:
        session = wintypes.DWORD()
        if not self._kernel.ProcessIdToSessionId(process, ctypes.byref(session)):
            return None
        return Owner(session.value, executable_of(self._kernel, process) or UNKNOWN_APP)


def blank() -> Properties:
    """Return the properties of our session, as every call about it wants them."""
    made = Properties(size=ctypes.sizeof(Properties), clock=BY_COUNTER, flags=TRACED_GUID, mode=REAL_TIME)
    made.buffer_kilobytes, made.flush_seconds = BUFFER_KILOBYTES, FLUSHED_EVERY_SECONDS
    made.name_offset = Properties.name.offset
    return made


def declared(calls: Any) -> Any:
    """Say how the functions take what they take; by default ctypes cuts handles to 32 bits."""
    word, handle, pointer = wintypes.ULONG, ctypes.c_uint64, ctypes.c_void_p
    calls.StartTraceW.argtypes = (pointer, wintypes.LPCWSTR, pointer)
    calls.ControlTraceW.argtypes = (handle, wintypes.LPCWSTR, pointer, word)
    calls.EnableTraceEx2.argtypes = (handle, pointer, word, ctypes.c_ubyte, handle, handle, word, pointer)
    calls.OpenTraceW.argtypes = (pointer,)
    calls.ProcessTrace.argtypes = (pointer, word, pointer, pointer)
    calls.CloseTrace.argtypes = (handle,)
    for name in ("StartTraceW", "ControlTraceW", "EnableTraceEx2", "ProcessTrace", "CloseTrace"):
        getattr(calls, name).restype = word
    calls.OpenTraceW.restype = handle
    return calls
