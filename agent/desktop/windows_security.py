"""Follows Windows' Security log; what its entries mean is `agent/auditlog.py`. Reading it takes an administrator or SYSTEM."""

from __future__ import annotations

import sys

from agent.desktop.base import DesktopGoneError
from agent.machine.trail import Feed, FeedLostError

QUERY = "*[System[(EventID=4663 or EventID=5145)]]"
AT_ONCE, MOST = 64, 8_192

if sys.platform == "win32":
    import pywintypes
    import win32event
    import win32evtlog

    class SecurityFeed:
        """A subscription that starts now."""

        def __init__(self) -> None:
            self._came = win32event.CreateEvent(None, True, True, None)
            try:
                flags = win32evtlog.EvtSubscribeToFutureEvents
                self._found = win32evtlog.EvtSubscribe("Security", flags, SignalEvent=self._came, Query=QUERY)
            except pywintypes.error as fault:
                raise DesktopGoneError(f"The Security log cannot be read: {fault.strerror}") from None

        def take(self) -> list[str]:
            """Return what came since this was last asked."""
            if win32event.WaitForSingleObject(self._came, 0) != win32event.WAIT_OBJECT_0:
                return []
            win32event.ResetEvent(self._came)
            entries: list[str] = []
            try:
                while len(entries) < MOST and (some := win32evtlog.EvtNext(self._found, AT_ONCE)):
                    entries += [win32evtlog.EvtRender(one, win32evtlog.EvtRenderEventXml) for one in some]
            except pywintypes.error as fault:
                raise FeedLostError(fault.strerror) from None
            if len(entries) >= MOST:
                win32event.SetEvent(self._came)  # there is more, and the system only tells of what comes next
            return entries

        def close(self) -> None:
            """Let it go."""
            self._found.Close()

    def open_security_log() -> Feed:
        """Follow the log from now on; DesktopGoneError when this account may not."""
        return SecurityFeed()

else:

    def open_security_log() -> Feed:
        """Refuse: there is no such log here."""
        raise DesktopGoneError("The machine role reads Windows' Security log; there is none here.")
