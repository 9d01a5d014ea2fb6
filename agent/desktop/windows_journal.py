"""Reads Windows' System log; what its entries mean is `agent/journal.py`."""

from __future__ import annotations

import sys
import time

from agent.desktop.base import Change
from agent.journal import query_since, read_changes

AT_ONCE = 64
MOST_ENTRIES = 4_096

if sys.platform == "win32":
    import pywintypes
    import win32api
    import win32evtlog
    import win32security

    def read_journal(since: int) -> list[Change]:
        """Return what happened after the instant `since`; nothing when the log cannot be read."""
        age = max(0, time.time_ns() // 1_000_000 - since)
        try:
            found = win32evtlog.EvtQuery("System", win32evtlog.EvtQueryForwardDirection, query_since(age))
            return read_changes(_rendered(found), since, _own_sid())
        except pywintypes.error:
            return []

    def _rendered(found: object) -> list[str]:
        entries: list[str] = []
        while len(entries) < MOST_ENTRIES and (some := win32evtlog.EvtNext(found, AT_ONCE)):
            entries += [win32evtlog.EvtRender(one, win32evtlog.EvtRenderEventXml) for one in some]
        return entries

    def _own_sid() -> str:
        token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32security.TOKEN_QUERY)
        return str(win32security.ConvertSidToStringSid(win32security.GetTokenInformation(token, win32security.TokenUser)[0]))

else:

    def read_journal(since: int) -> list[Change]:
        """Return nothing: there is no such log here."""
        return []
