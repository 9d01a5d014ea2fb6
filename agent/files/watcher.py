"""Watches one folder: what the system tells is settled, and what it lost is looked for and declared."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from watchdog.events import (
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from agent.clock import Moment
from agent.files.listing import Listing
from agent.files.observers import open_observer
from agent.files.raw import Raw, Settled, What
from agent.files.settle import Settler

MOST_WAITING = 250_000
"""So many untaken changes are more than memory should hold: they count as lost, and the folder is rescanned."""
KINDS: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileDeletedEvent, FileMovedEvent),
    *(DirDeletedEvent, DirMovedEvent),
]
LATE_MS = 15_000
"""So long after a rescan the system may still tell what the rescan already found."""
WHATS = {"created": What.CREATED, "modified": What.MODIFIED, "deleted": What.DELETED, "moved": What.MOVED}


class Seen(NamedTuple):
    """What one look at a watched folder gives: changes told, changes found by a rescan, and the gap it closes, if any."""

    told: list[Settled]
    found: list[Settled]
    lost_since: int | None = None
    repaired: bool = True


class Watcher(FileSystemEventHandler):
    """Hears on watchdog's thread, is asked on the loop's."""

    def __init__(self, folder: Path, clock: Callable[[], Moment], observer: Callable[[Callable[[], None]], Any] = open_observer) -> None:
        """Begin to watch; raise OSError when the system does not let us."""
        self._root, self._clock = str(folder), clock
        self._heard: deque[Raw] = deque()
        self._guard = threading.Lock()
        self._lost_since: int | None = None
        self._last_good = clock().wall
        self._listing = Listing(self._root)
        self._settler = Settler(self._listing)
        self._found_till: dict[tuple[str, str], int] = {}
        if not os.path.isdir(self._root):  # noqa: PTH112 - texts as they are given: shares and long paths included
            raise OSError(f"{self._root} is not there")
        self._observer = observer(self.lose_count)
        self._observer.schedule(self, self._root, recursive=True, event_filter=KINDS)
        self._observer.start()
        self._listing.scan()

    def close(self) -> None:
        """Watch no more."""
        self._observer.stop()
        with contextlib.suppress(RuntimeError):
            self._observer.join(2)

    @property
    def is_alive(self) -> bool:
        """Whether the folder is still there and watched."""
        return bool(self._observer.is_alive()) and os.path.isdir(self._root)  # noqa: PTH112

    def lose_count(self) -> None:
        """Note that the system dropped changes; called on whichever thread notices."""
        with self._guard:
            if self._lost_since is None:
                self._lost_since = self._last_good

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take what the system tells."""
        what = WHATS.get(event.event_type)
        if what is None:
            return
        now = self._clock()
        if len(self._heard) >= MOST_WAITING:
            self._heard.clear()
            self.lose_count()
        path, to = os.fsdecode(event.src_path), os.fsdecode(event.dest_path) if what is What.MOVED else ""
        if not event.is_directory:
            self._heard.append(Raw(what, path, now.wall, now.mono, to))
        elif what is What.DELETED:
            self._heard.append(Raw(What.FOLDER_GONE, path, now.wall, now.mono))

    def look(self, now: Moment, *, to_the_end: bool = False) -> Seen:
        """Return what has settled; with what a rescan finds when the system lost count."""
        lost_since = self._taken_loss()
        self._take_heard()
        told = self._settler.take_all() if to_the_end or lost_since is not None else self._settler.take(now.mono)
        told = [change for change in told if not self._was_found(change, now.mono)]
        found = self._rescan(now) if lost_since is not None else []
        self._last_good = now.wall
        return Seen(told, found, lost_since, self._listing.whole)

    def _rescan(self, now: Moment) -> list[Settled]:
        found = self._listing.rescan(now.wall)
        self._found_till |= {(change.action, change.path): now.mono + LATE_MS for change in found}
        return found

    def _was_found(self, change: Settled, mono: int) -> bool:
        """A rescan sees changes that the system may still be telling; they are told once."""
        if not self._found_till:
            return False
        if all(till < mono for till in self._found_till.values()):
            self._found_till.clear()
        return self._found_till.pop((change.action, change.path), 0) >= mono

    def _taken_loss(self) -> int | None:
        with self._guard:
            lost, self._lost_since = self._lost_since, None
        return lost

    def _take_heard(self) -> None:
        while self._heard:
            raw = self._heard.popleft()
            if raw.what is What.FOLDER_GONE or (raw.what is What.DELETED and self._listing.has_folder(raw.path)):
                for path in self._listing.below(raw.path):
                    self._settler.add(raw._replace(what=What.DELETED, path=path))
            else:
                self._settler.add(raw)
