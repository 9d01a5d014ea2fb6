"""Who did what to which file, from entries 4663 and 5145 of Windows' Security log; nothing but files is looked at.

4663 is written on the PC that has the file, for folders with an audit rule; 5145 on a file server, for every share. Both
name the account, which no watcher can.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agent.eventlog import LogEntry, read_entry
from policy.events import App, File, FileAction
from policy.redaction import clean

READ, WRITE, APPEND, DELETE = 0x1, 0x2, 0x4, 0x1_0000
SAME_MS = 2_000
LONGEST_PATH = 4_096
_OPENED_ENTRY, _SHARE_ENTRY = 4663, 5145


class Deed(NamedTuple):
    """One access, as the log tells it."""

    at: int
    account: str
    action: FileAction
    path: str
    process: App | None


def read_deed(entry: LogEntry) -> Deed | None:
    """Return what an entry says was done to a file; None for anything else, and for what the PC's own account did."""
    values = entry.values
    if entry.number not in (_OPENED_ENTRY, _SHARE_ENTRY) or values.get("ObjectType") != "File":
        return None
    user, action = values.get("SubjectUserName", ""), _action(values.get("AccessMask", ""))
    path = values.get("ObjectName", "") if entry.number == _OPENED_ENTRY else _share_path(entry)
    if not user or user.endswith("$") or action is None or path is None or path.endswith("\\") or not path:
        return None
    process = values.get("ProcessName", "").rpartition("\\")[2].lower() or None
    account = f"{values.get('SubjectDomainName') or entry.computer.split('.')[0].upper()}\\{user}"
    return Deed(entry.at, account, action, clean(path, LONGEST_PATH), process)


def read_deeds(entries: Iterable[str]) -> list[Deed]:
    """Return the accesses in the rendered `entries`; what one program does to one file within two seconds is one."""
    deeds = sorted(filter(None, (read_deed(entry) for entry in map(read_entry, entries) if entry)), key=lambda deed: deed.at)
    last: dict[tuple[str, str, str], int] = {}
    kept: list[Deed] = []
    for deed in deeds:
        key = (deed.account, deed.action, deed.path.casefold())
        if deed.at - last.get(key, -SAME_MS) >= SAME_MS:
            kept.append(deed)
        last[key] = deed.at
    return kept


def as_event(deed: Deed) -> File:
    """Return a deed as it is recorded."""
    return File(at=deed.at, account=deed.account, action=deed.action, path=deed.path, source="audit_log", process=deed.process)


def _action(mask: str) -> FileAction | None:
    """What the rights asked for were used for; rights to look at names and properties are no access to a file."""
    try:
        rights = int(mask, 16)
    except ValueError:
        return None
    if rights & DELETE:
        return "deleted"
    if rights & (WRITE | APPEND):
        return "modified"
    return "opened" if rights & READ else None


def _share_path(entry: LogEntry) -> str | None:
    """Return \\\\SERVER\\Share\\path; what is asked of the pipes of IPC$ is no file."""
    share, within = entry.values.get("ShareName", "").rpartition("\\")[2], entry.values.get("RelativeTargetName", "")
    if not share or share.upper() == "IPC$" or within in ("", "\\"):
        return None
    return f"\\\\{entry.computer.split('.')[0].upper()}\\{share}\\{within}"
