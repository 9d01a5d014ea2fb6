"""What happens to files in the folders the policy names; where the system loses count that is found again, and declared."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.clock import Moment
from agent.desktop.base import Desktop
from agent.log import log
from policy.events import Event, File, FileAction, FileSource, Gap
from policy.redaction import clean
from policy.wire import AgentPolicy

if TYPE_CHECKING:
    from agent.files.raw import Settled
    from agent.files.watcher import Watcher

RETRY_MS = 60_000
LONGEST_PATH = 4_096
ACTIONS: dict[str, FileAction] = {"created": "created", "modified": "modified", "deleted": "deleted", "renamed": "renamed"}


class FileChanges:
    """One watcher for each folder; a folder that is not there is declared, and tried again once a minute."""

    name = "files"
    every = 2.0

    def __init__(self, policy: AgentPolicy, clock: Callable[[], Moment]) -> None:
        self._folders, self._clock = list(policy.folders), clock
        self._watchers: dict[str, Watcher] = {}
        self._missing: dict[str, tuple[int, int]] = {}
        self._open = False

    def obey(self, policy: AgentPolicy) -> None:
        """Watch the folders of the new policy from the next look on."""
        self._folders = list(policy.folders)

    def begin(self, desktop: Desktop, now: Moment) -> None:
        """What happened before is not told: the folders are listed anew."""
        self._close_all()
        self._missing.clear()
        self._open = True

    def collect(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return what has settled since the last look."""
        events = self._match_policy(desktop.account, now)
        for watcher in self._watchers.values():
            events += self._look(watcher, desktop.account, now)
        return events

    def finish(self, desktop: Desktop, now: Moment) -> Sequence[Event]:
        """Return what is still unsettled, and watch no more."""
        events: list[Event] = []
        for watcher in self._watchers.values():
            events += self._look(watcher, desktop.account, now, to_the_end=True)
        events += [_gap(since, now.wall, "not_watched") for since, _ in self._missing.values()]
        self._close_all()
        self._missing.clear()
        return events

    def _match_policy(self, account: str, now: Moment) -> list[Event]:
        events: list[Event] = []
        for folder in [known for known, watcher in self._watchers.items() if known not in self._folders or not watcher.is_alive]:
            watcher = self._watchers.pop(folder)
            events += self._look(watcher, account, now, to_the_end=True)
            watcher.close()
        for folder in self._folders:
            if folder not in self._watchers and self._missing.get(folder, (0, 0))[1] <= now.mono:
                events += self._watch(folder, now)
        return events

    def _watch(self, folder: str, now: Moment) -> list[Event]:
        # Imported with the first folder: watchdog costs memory that a PC without watched folders need not spend.
        from agent.files.watcher import Watcher

        missing = self._missing.pop(folder, None)
        try:
            self._watchers[folder] = Watcher(_place(folder), self._clock)
        except OSError as fault:
            log.warning("a folder cannot be watched", number=self._folders.index(folder), why=type(fault).__name__, code=fault.errno)
            self._missing[folder] = (missing[0] if missing else now.wall, now.mono + RETRY_MS)
            return [] if missing else [_gap(now.wall, now.wall, "not_watched")]
        return [_gap(missing[0], now.wall, "not_watched")] if missing else []

    def _look(self, watcher: Watcher, account: str, now: Moment, *, to_the_end: bool = False) -> list[Event]:
        seen = watcher.look(now, to_the_end=to_the_end)
        events: list[Event] = [_event(change, account, "watcher") for change in seen.told]
        if seen.lost_since is not None:
            events.append(_gap(seen.lost_since, now.wall, "overflow" if seen.repaired else "overflow_not_rescanned"))
            events += [_event(change, account, "rescan") for change in seen.found]
        return events

    def _close_all(self) -> None:
        for watcher in self._watchers.values():
            watcher.close()
        self._watchers.clear()


def _place(folder: str) -> Path:
    """A policy may say %USERPROFILE% or ~."""
    return Path(os.path.expandvars(folder)).expanduser()


def _gap(since: int, until: int, reason: str) -> Gap:
    """How many changes are missing nobody knows, so `lost` stays 0; the time between is what counts."""
    return Gap(start=min(since, until), end=until, what="files", reason=reason, lost=0)


def _event(change: Settled, account: str, source: FileSource) -> File:
    return File(
        at=change.at,
        account=account,
        action=ACTIONS[change.action],
        path=clean(change.path, LONGEST_PATH) or "?",
        source=source,
        new_path=(clean(change.new_path, LONGEST_PATH) or "?") if change.new_path is not None else None,
        bytes=_size(change.path) if change.action in ("created", "modified") else None,
    )


def _size(path: str) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return os.stat(path).st_size  # noqa: PTH116 - called for each of many changes
    return None
