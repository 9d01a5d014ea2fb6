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

    _SYSTEM, _ADMINISTRATORS, _USERS = "S-1-5-18", "S-1-5-32-544", "S-1-5-32-545"

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
        try:
            rules = _for_the_system(0)
            reader = win32security.LookupAccountName(None, account)[0]
            rules.AddAccessAllowedAce(win32security.ACL_REVISION, ntsecuritycon.FILE_GENERIC_READ, reader)
            _apply(file, rules)
        except pywintypes.error as fault:
            raise OSError(f"{file.name} cannot be closed to others: {fault.strerror}") from None

    def close_folder(folder: Path, *, may_be_entered: bool) -> None:
        """Make a folder that only the system and administrators write to, and in which others at most find a file by its name."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            rules = _for_the_system(win32security.OBJECT_INHERIT_ACE | win32security.CONTAINER_INHERIT_ACE)
            if may_be_entered:
                everybody = win32security.ConvertStringSidToSid(_USERS)
                rules.AddAccessAllowedAce(
                    win32security.ACL_REVISION, ntsecuritycon.FILE_TRAVERSE | ntsecuritycon.FILE_READ_ATTRIBUTES, everybody
                )
            _apply(folder, rules)
        except pywintypes.error as fault:
            raise OSError(f"{folder.name} cannot be closed to others: {fault.strerror}") from None

    def _for_the_system(inherited: int) -> win32security.ACL:
        rules = win32security.ACL()
        for identity in (_SYSTEM, _ADMINISTRATORS):
            sid = win32security.ConvertStringSidToSid(identity)
            rules.AddAccessAllowedAceEx(win32security.ACL_REVISION, inherited, ntsecuritycon.FILE_ALL_ACCESS, sid)
        return rules

    def _apply(path: Path, rules: win32security.ACL) -> None:
        kept = win32security.DACL_SECURITY_INFORMATION | win32security.PROTECTED_DACL_SECURITY_INFORMATION
        win32security.SetNamedSecurityInfo(str(path), win32security.SE_FILE_OBJECT, kept, None, None, rules, None)

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

    def close_folder(folder: Path, *, may_be_entered: bool) -> None:
        """Refuse: there are no such rules here."""
        raise OSError("This is not Windows.")
