"""Start, end, sleep and wake of a PC, and sign-ins, from the entries of Windows' System log: also of when no agent ran."""

from __future__ import annotations

from collections.abc import Iterable

from agent.desktop.base import Change
from agent.eventlog import LogEntry, instant_of, read_entry
from policy.events import SessionChange

_KERNEL, _POWER, _WAKER, _SIGN = (
    "Microsoft-Windows-Kernel-General",
    "Microsoft-Windows-Kernel-Power",
    "Microsoft-Windows-Power-Troubleshooter",
    "Microsoft-Windows-Winlogon",
)
MEANINGS: dict[tuple[str, int], SessionChange] = {
    (_KERNEL, 12): "boot",
    (_KERNEL, 13): "shutdown",
    (_POWER, 42): "sleep",
    (_POWER, 107): "wake",
    (_POWER, 506): "sleep",  # modern standby: the screen goes off, the PC all but sleeps
    (_POWER, 507): "wake",
    (_WAKER, 1): "wake",
    (_SIGN, 7001): "logon",
    (_SIGN, 7002): "logoff",
}
SAME_MS = 60_000
"""Two entries of one meaning within this are one happening that two parts of Windows wrote down."""


def query_since(age: int) -> str:
    """Return the question, in the log's own language, for entries of these meanings of the last `age` milliseconds."""
    numbers = " or ".join(f"EventID={number}" for number in sorted({number for _, number in MEANINGS}))
    providers = " or ".join(f"@Name='{name}'" for name in sorted({name for name, _ in MEANINGS}))
    return f"*[System[Provider[{providers}] and ({numbers}) and TimeCreated[timediff(@SystemTime) <= {age}]]]"


def read_changes(entries: Iterable[str], since: int, sid: str) -> list[Change]:
    """Return what the rendered `entries` say, in order, each happening once; of sign-ins only those of the account `sid`."""
    told: list[Change] = []
    for entry in filter(None, map(read_entry, entries)):
        change = MEANINGS.get((entry.provider, entry.number))
        if change is None or (entry.provider == _SIGN and entry.values.get("UserSid") != sid):
            continue
        told.append(Change(change, _instant(entry)))
    return _once([change for change in sorted(told, key=lambda one: one.at) if change.at > since])


def _instant(entry: LogEntry) -> int:
    """The entry about a wake-up is written later than it happened, and says when that was."""
    woke = instant_of(entry.values.get("WakeTime", "")) if entry.provider == _WAKER else None
    return woke or entry.at


def _once(changes: list[Change]) -> list[Change]:
    kept: list[Change] = []
    for change in changes:
        if not any(one.change == change.change and change.at - one.at < SAME_MS for one in kept[-4:]):
            kept.append(change)
    return kept
