"""The folder of report files: each is written whole or not at all, and named by what it holds."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from server.refusals import NotThereError

FOLDER = "reports"
PART = ".part"
KINDS = ("pdf", "xlsx")
LEFT_OVER_MS = 3_600_000
"""A file that is nobody's after so long was left by a process that died, or was quicker than its entry in the store."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there: whoever reads sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}{PART}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


class ReportFolder:
    """The report files of one server, in its data folder."""

    def __init__(self, data: Path) -> None:
        self.path = data / FOLDER

    def put(self, stem: str, kind: str, content: bytes) -> str:
        """Keep a file and return its digest; the same content put twice is one file."""
        digest = hashlib.sha256(content).hexdigest()
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self.place(stem, kind, digest), content)
        return digest

    def get(self, stem: str, kind: str, digest: str) -> bytes:
        """Return a file; raise NotThereError when it is not here, or not as it was made."""
        try:
            content = self.place(stem, kind, digest).read_bytes()
        except OSError:
            raise NotThereError("this file is not on this server any more: make the report again", reason="file_gone") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotThereError("this file is not as it was made: make the report again", reason="file_gone")
        return content

    def place(self, stem: str, kind: str, digest: str) -> Path:
        """Return where a file lies."""
        return self.path / f"{stem}-{digest[:12]}.{kind}"

    def remove(self, stem: str, kind: str, digest: str) -> None:
        """Delete a file."""
        self.place(stem, kind, digest).unlink(missing_ok=True)

    def tidy(self, known: set[str], now: int) -> int:
        """Delete what is nobody's and old; return how many."""
        gone = 0
        for path in self.path.glob("*"):
            with contextlib.suppress(OSError):
                if path.name not in known and now - path.stat().st_mtime * 1000 > LEFT_OVER_MS:
                    path.unlink()
                    gone += 1
        return gone
