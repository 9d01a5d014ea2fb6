"""What is in the watched folders, kept as small as can be, so that a rescan can tell what nobody told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from stat import S_ISREG

from agent.files.raw import Raw, Settled, What, is_lock

MOST_FILES = 200_000
"""Of more files no list is kept; then a lost count is declared and not repaired."""

Stamp = tuple[int, int]
"""What tells one state of a file from another: its number on the disk, and its size and time in one."""


class Listing:
    """The files below one folder: {folder: {name: stamp}}; the stamp is None once a change was told."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.whole = True
        self._folders: dict[str, dict[str, Stamp | None]] = {}

    def __contains__(self, path: object) -> bool:
        folder, name = os.path.split(str(path))
        return name in self._folders.get(folder, ())

    def __len__(self) -> int:
        return sum(len(files) for files in self._folders.values())

    def scan(self) -> dict[str, dict[str, Stamp | None]]:
        """Read what is there now and keep it; return what was known before."""
        before, self._folders = self._folders, {}
        count = 0
        for folder, files in _walk(self.root):
            count += len(files)
            if count > MOST_FILES:
                self.whole, self._folders = False, {}
                return before
            self._folders[folder] = files
        self.whole = True
        return before

    def follow(self, raw: Raw) -> None:
        """Keep up with one change."""
        if raw.what in (What.DELETED, What.MOVED):
            folder, name = os.path.split(raw.path)
            self._folders.get(folder, {}).pop(name, None)
        if raw.what is not What.DELETED and self.whole:
            folder, name = os.path.split(raw.to or raw.path)
            self._folders.setdefault(folder, {})[name] = None

    def has_folder(self, path: str) -> bool:
        """Return whether `path` is known to be a folder; Windows tells of a folder's end as if it were a file's."""
        return path in self._folders

    def below(self, folder: str) -> list[str]:
        """Return the files known below a folder that is gone, and forget them."""
        gone = [known for known in self._folders if known == folder or known.startswith(folder + os.sep)]
        return [_joined(known, name) for known in gone for name in self._folders.pop(known)]

    def rescan(self, at: int) -> list[Settled]:
        """Return what changed without a word, as of the instant `at`."""
        before = self.scan()
        if not self.whole:
            return []
        gone = {_joined(folder, name): stamp for folder, name, stamp in _missing(before, self._folders)}
        new = {_joined(folder, name): stamp for folder, name, stamp in _missing(self._folders, before)}
        by_stamp = {stamp: path for path, stamp in gone.items() if stamp is not None and stamp[0]}
        settled: list[Settled] = []
        for path, stamp in new.items():
            old = by_stamp.pop(stamp, None) if stamp is not None and stamp[0] else None
            settled.append(Settled("renamed", old, at, path) if old is not None else Settled("created", path, at))
            if old is not None:
                del gone[old]
        settled += [Settled("deleted", path, at) for path in gone]
        settled += [Settled("modified", path, at) for path in _changed(before, self._folders)]
        return [change for change in settled if not is_lock(change.path)]


def _joined(folder: str, name: str) -> str:
    return os.path.join(folder, name)  # noqa: PTH118 - texts as the system gives them, for each of many files


def _walk(root: str) -> Iterator[tuple[str, dict[str, Stamp | None]]]:
    """Every folder below `root` with its files; one that cannot be read is left out."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        files: dict[str, Stamp | None] = {}
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif (stamp := _stamp(entry)) is not None:
                        files[entry.name] = stamp
        except OSError:
            continue
        yield folder, files


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns ^ found.st_size) if S_ISREG(found.st_mode) else None


def _missing(
    ours: dict[str, dict[str, Stamp | None]], theirs: dict[str, dict[str, Stamp | None]]
) -> Iterator[tuple[str, str, Stamp | None]]:
    for folder, files in ours.items():
        known = theirs.get(folder, {})
        for name, stamp in files.items():
            if name not in known:
                yield folder, name, stamp


def _changed(before: dict[str, dict[str, Stamp | None]], now: dict[str, dict[str, Stamp | None]]) -> Iterator[str]:
    for folder, files in now.items():
        known = before.get(folder, {})
        for name, stamp in files.items():
            if name in known and known[name] is not None and known[name] != stamp:
                yield _joined(folder, name)
