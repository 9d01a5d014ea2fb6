"""Pictures that wait for delivery: sealed in the data folder, each under its own name."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from agent.folder import write_whole
from agent.sealing import Sealer, UnopenedError

MOST_WAITING = 200
"""More than so many wait only if the server has been away for days; then the oldest go."""


class CaptureStore:
    """A folder of sealed pictures."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder, self._sealer = folder, sealer

    def keep(self, content: bytes) -> str:
        """Seal a picture and return its name."""
        name = hashlib.sha256(content).hexdigest()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(self._folder / name, self._sealer.seal(content, name.encode()))
        for old in self._waiting()[:-MOST_WAITING]:
            old.unlink(missing_ok=True)
        return name

    def first(self) -> tuple[str, bytes] | None:
        """Return the picture that has waited longest; one that no longer opens is dropped."""
        for path in self._waiting():
            with contextlib.suppress(UnopenedError, OSError):
                return path.name, self._sealer.open(path.read_bytes(), path.name.encode())
            path.unlink(missing_ok=True)
        return None

    def drop(self, name: str) -> None:
        """Forget a picture."""
        (self._folder / name).unlink(missing_ok=True)

    def clear(self) -> int:
        """Forget every picture; return how many there were."""
        waiting = self._waiting()
        for path in waiting:
            path.unlink(missing_ok=True)
        return len(waiting)

    def _waiting(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted((path for path in self._folder.iterdir() if len(path.name) == 64), key=lambda path: path.stat().st_mtime_ns)
