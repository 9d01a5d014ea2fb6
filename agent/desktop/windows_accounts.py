"""Who is signed in to which session of this Windows PC, and files that only one of them may read."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform == "win32":
    import os

    import ntsecuritycon
    import pywintypes
    import win32security
    import win32ts

    _SYSTEM, _ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"

    def own_session() -> int:
        """Return the session this process runs in."""
        return int(win32ts.ProcessIdToSessionId(os.getpid()))

    def accounts_by_session() -> dict[int, str]:
        """Return {session: DOMAIN\\user} of everybody who is signed in; nobody when Windows does not say."""
        found: dict[int, str] = {}
        try:
            for session in win32ts.WTSEnumerateSessions(win32ts.WTS_CURRENT_SERVER_HANDLE):
                number = session["SessionId"]
                if user := _asked(number, win32ts.WTSUserName):
                    found[number] = f"{_asked(number, win32ts.WTSDomainName)}\\{user}"
        except pywintypes.error:
            return {}
        return found

    def _asked(session: int, what: int) -> str:
        return str(win32ts.WTSQuerySessionInformation(win32ts.WTS_CURRENT_SERVER_HANDLE, session, what) or "")

    def close_to(file: Path, account: str) -> None:
        """Let nobody but `account` read the file, and only the system and administrators change it; OSError when that fails."""
        rules = win32security.ACL()
        try:
            for identity in (_SYSTEM, _ADMINISTRATORS):
                full = ntsecuritycon.FILE_ALL_ACCESS
                rules.AddAccessAllowedAce(win32security.ACL_REVISION, full, win32security.ConvertStringSidToSid(identity))
            reader = win32security.LookupAccountName(None, account)[0]
            rules.AddAccessAllowedAce(win32security.ACL_REVISION, ntsecuritycon.FILE_GENERIC_READ, reader)
            kept = win32security.DACL_SECURITY_INFORMATION | win32security.PROTECTED_DACL_SECURITY_INFORMATION
            win32security.SetNamedSecurityInfo(str(file), win32security.SE_FILE_OBJECT, kept, None, None, rules, None)
        except pywintypes.error as fault:
            raise OSError(f"{file.name} cannot be closed to others: {fault.strerror}") from None

else:

    def own_session() -> int:
        """Return the only one there is to ask about."""
        return 0

    def accounts_by_session() -> dict[int, str]:
        """Return nothing: there are no such sessions here."""
        return {}

    def close_to(file: Path, account: str) -> None:
        """Refuse: there are no such rules here."""
        raise OSError("This is not Windows.")
