"""The ZIP of an evidence pack, written from front to back and signed at its very end, in memory that does not grow."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import msgspec

from server.evidence.key import EvidenceKey
from server.evidence.manifest import MARK, SIGNATURE_DIGITS, SIGNED_FILE, Content

PIECE = 1 << 20


class Sink:
    """One file of the archive, hashed as it is written."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._hash, self._encoder = target, hashlib.sha256(), msgspec.json.Encoder()
        self._bytes, self.lines, self._waiting = 0, 0, bytearray()

    def write(self, content: bytes) -> None:
        """Write some bytes."""
        self._hash.update(content)
        self._target.write(content)
        self._bytes += len(content)

    def line(self, value: Any) -> None:
        """Write a value as a line of JSON; lines go out some at a time."""
        self._waiting += self._encoder.encode(value) + b"\n"
        self.lines += 1
        if len(self._waiting) > 65_536:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self.write(bytes(self._waiting))
            self._waiting.clear()

    def content(self) -> Content:
        """Return what the file holds."""
        return Content(self._bytes, self._hash.hexdigest(), self.lines or None)


class Archive:
    """A ZIP that is written from front to back and remembers what each of its files holds."""

    def __init__(self, path: Path, made: int) -> None:
        self._path, self._moment = path, datetime.fromtimestamp(made / 1000, UTC)
        self.contents: dict[str, Content] = {}

    def __enter__(self) -> Archive:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        self._zip.comment = MARK + b"0" * SIGNATURE_DIGITS
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._zip.close()
        finally:
            self._file.close()

    @contextmanager
    def open(self, name: str) -> Iterator[Sink]:
        """Begin a file of the archive."""
        entry = zipfile.ZipInfo(name, self._moment.timetuple()[:6])
        entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
        with self._zip.open(entry, "w", force_zip64=True) as target:
            sink = Sink(target)
            yield sink
            sink.flush()
        self.contents[name] = sink.content()

    def add(self, name: str, content: bytes) -> None:
        """Add a file."""
        with self.open(name) as target:
            target.write(content)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file that lies elsewhere, a piece at a time."""
        with self.open(name) as target, path.open("rb") as source:
            for piece in _pieces(source):
                target.write(piece)


def _pieces(source: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: source.read(PIECE), b"")


def sign_file(path: Path, key: EvidenceKey) -> str:
    """Put the signature of all before it at the file's end, and return the digest of the whole file."""
    body = hashlib.sha256()
    with path.open("r+b") as file:
        left = path.stat().st_size - SIGNATURE_DIGITS
        while left:
            piece = file.read(min(PIECE, left))
            body.update(piece)
            left -= len(piece)
        signature = key.sign(SIGNED_FILE + body.digest()).hex().encode()
        file.seek(-SIGNATURE_DIGITS, os.SEEK_END)
        file.write(signature)
        file.flush()
        os.fsync(file.fileno())
    body.update(signature)
    return body.hexdigest()
