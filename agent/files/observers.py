"""watchdog's observers, made to say when the system lost count of changes; by themselves they only log it, or not even that."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from watchdog.observers.api import BaseObserver

if sys.platform == "win32":
    import queue

    from watchdog.observers.read_directory_changes import WindowsApiEmitter
    from watchdog.observers.winapi import DirectoryChangeReader

    class _NoticingQueue(queue.Queue[Any]):
        """Windows says that its buffer overflowed by giving nothing: an empty answer, after the first which says "started"."""

        def __init__(self, lost_count: Callable[[], None]) -> None:
            super().__init__()
            self._lost_count, self._started = lost_count, False

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            if self._started and not item[0]:
                self._lost_count()
            self._started = True
            super().put(item, block, timeout)

    class _Reader(DirectoryChangeReader):
        def __init__(self, path: str, *, recursive: bool, lost_count: Callable[[], None]) -> None:
            super().__init__(path, recursive=recursive)
            self._buf_queue = _NoticingQueue(lost_count)

    def open_observer(lost_count: Callable[[], None]) -> BaseObserver:
        """Return an observer of this system that calls `lost_count` when changes were lost."""

        class Emitter(WindowsApiEmitter):
            def on_thread_start(self) -> None:
                with self._lock:
                    reader = _Reader(self.watch.path, recursive=self.watch.is_recursive, lost_count=lost_count)
                    self._reader = reader
                reader.start()

        return BaseObserver(Emitter, timeout=1.0)

elif sys.platform.startswith("linux"):
    import os

    from watchdog.observers.inotify import InotifyEmitter, InotifyObserver, InotifyWatchGroup

    def open_observer(lost_count: Callable[[], None]) -> BaseObserver:
        """Return an observer of this system that calls `lost_count` when changes were lost."""

        class Group(InotifyWatchGroup):
            def on_queue_overflow(self) -> None:
                lost_count()
                super().on_queue_overflow()

        class Emitter(InotifyEmitter):
            def on_thread_start(self) -> None:
                self._inotify = Group(
                    self._inotify_fd,
                    os.fsencode(self.watch.path),
                    is_recursive=self.watch.is_recursive,
                    event_mask=self.get_event_mask_from_filter(),
                    follow_symlink=self.watch.follow_symlink,
                )

        observer = InotifyObserver(timeout=1.0)
        observer._emitter_class = Emitter
        return observer

else:

    def open_observer(lost_count: Callable[[], None]) -> BaseObserver:
        """Refuse: nobody has tried it on this system."""
        raise OSError("files are watched on Windows and Linux only")
