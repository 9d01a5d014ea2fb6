"""Copies for emergencies: the store as it is at one instant, with what a server needs to be itself again, in one sealed file.

```
workpulse-20261121T020000Z.wpbackup     sealed stream of a tar: manifest.json, database/..., data/...
workpulse-20261121T020000Z.sha256       of the sealed file, to be checked without the key
```
A server goes on taking batches meanwhile. The file gets its name only when it is whole and on the disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct
from sqlalchemy import Connection, func, select, text

from policy.summaries import BackupTrouble
from server import VERSION
from server.audit_log import audit
from server.backup.sealed_stream import SealingWriter
from server.backup.stores import BackupError, snapshot
from server.models import metadata
from server.settings import Settings

NAME = re.compile(r"workpulse-(\d{8}T\d{6}Z)(-\d+)?\.wpbackup", re.ASCII)
MANIFEST, DATABASE, DATA = "manifest.json", "database", "data"
PART = ".part"
STAMP = "%Y%m%dT%H%M%SZ"
LEFT_OUT = re.compile(r"(workpulse\.db.*|.*\.lock|.*\.part|.*\.tmp|timetable\.alive|logs|backup-.*)", re.ASCII)
"""What of the data folder is not copied: the database (copied whole and consistent beside it), locks, logs, and what is half done."""


class Facts(Struct, frozen=True):
    """One file of a backup."""

    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds: when it was made of which kind of store, the rows of each table, and where the audit log ended."""

    format: int
    program: str
    made_at: int
    store: str
    revision: str
    entries: int
    chain: str
    rows: dict[str, int]
    files: dict[str, Facts]


class Secret(NamedTuple):
    """What seals a backup: a passphrase, or the content of a key file."""

    value: bytes


def secret_from(key_file: str, passphrase: str = "") -> Secret:
    """Return the secret that was chosen; raise BackupError when there is none, or two."""
    if bool(key_file) == bool(passphrase):
        told = "say what seals it: --key-file FILE (python server backup-key FILE makes one), or --passphrase-stdin"
        raise BackupError(told, BackupTrouble.KEY)
    if passphrase:
        return Secret(passphrase.encode())
    try:
        content = Path(key_file).read_bytes().strip()
    except OSError as fault:
        raise BackupError(f"the key file {key_file} cannot be read: {fault.strerror}", BackupTrouble.KEY) from None
    return Secret(content)


def make_key_file(path: Path) -> None:
    """Write a new key that seals backups, as a line of text, into a file that must not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{secrets.token_hex(32)}\n")


def make_backup(settings: Settings, target: Path, secret: Secret, now: int) -> Path:
    """Write a backup into the folder `target` and return its path; raise BackupError when it cannot be made."""
    with _alone(settings.data):
        path = _free_name(target, now)
        part = path.with_name(f"{path.name}.{os.getpid()}{PART}")
        try:
            target.mkdir(parents=True, exist_ok=True)
            _sweep(target)
            digest = _write(settings, part, secret, now)
            part.replace(path)
            path.with_suffix(".sha256").write_text(f"{digest}  {path.name}\n", "ascii")
        except OSError as fault:
            told = f"the backup cannot be written to {target}: {fault.strerror or fault}"
            raise BackupError(told, BackupTrouble.FOLDER) from None
        finally:
            part.unlink(missing_ok=True)
    return path


def backups_in(folder: Path) -> list[Path]:
    """Return the backups in a folder, the newest first."""
    try:
        found = [path for path in folder.iterdir() if NAME.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)


def made_at(path: Path) -> int:
    """Return the instant a backup was made, by its name."""
    found = NAME.fullmatch(path.name)
    assert found is not None
    return int(datetime.strptime(found[1], STAMP).replace(tzinfo=UTC).timestamp() * 1000)


def rotate(folder: Path, keep: int, days: int, now: int) -> list[Path]:
    """Delete all but the newest `keep` backups, and all older than `days`: what was erased must not live on in them. One always stays."""
    gone = []
    for place, path in enumerate(backups_in(folder)):
        if place and (place >= keep or now - made_at(path) > days * 86_400_000):
            path.unlink(missing_ok=True)
            path.with_suffix(".sha256").unlink(missing_ok=True)
            gone.append(path)
    return gone


# --- writing ------------------------------------------------------------------------------------------------------------


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Let no second backup of this store run at the same time."""
    lock = FileLock(data / "backup.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BackupError("another backup of this store is being made", BackupTrouble.BUSY) from None
    try:
        yield
    finally:
        lock.release()


def _free_name(target: Path, now: int) -> Path:
    stamp = f"{datetime.fromtimestamp(now / 1000, UTC):{STAMP}}"
    path, number = target / f"workpulse-{stamp}.wpbackup", 1
    while path.exists():
        number += 1
        path = target / f"workpulse-{stamp}-{number}.wpbackup"
    return path


def _sweep(target: Path) -> None:
    """Remove what a backup that was killed left behind."""
    for path in target.glob(f"workpulse-*.wpbackup.*{PART}"):
        path.unlink(missing_ok=True)


def _write(settings: Settings, part: Path, secret: Secret, now: int) -> str:
    """Write the sealed file and return its digest."""
    for left in settings.data.glob("backup-*"):
        _remove(left)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.data) as name:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            hashing = Hashing(file)
            sealing = SealingWriter(hashing, secret.value)
            with tarfile.open(fileobj=cast(BinaryIO, sealing), mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 18) as tar:
                _fill(settings, Path(name), tar, now)
            sealing.finish()
            file.flush()
            os.fsync(file.fileno())
    return hashing.digest.hexdigest()


def _remove(left: Path) -> None:
    """Remove a folder of copies that a backup which was killed left behind; the lock file is none."""
    if left.is_dir():
        for path in left.iterdir():
            path.unlink(missing_ok=True)
        left.rmdir()


def _fill(settings: Settings, scratch: Path, tar: tarfile.TarFile, now: int) -> None:
    facts: dict[str, Facts] = {}
    with snapshot(settings, scratch) as taken:
        manifest = Manifest(1, VERSION, now, taken.kind, *described(taken.connection), facts)
        for path in taken.files:
            with path.open("rb") as file:
                _add(tar, facts, f"{DATABASE}/{path.name}", file, path.stat().st_size)
    for path in _data_files(settings.data):
        with contextlib.suppress(FileNotFoundError):  # it outlived its period meanwhile
            content = path.read_bytes()
            _add(tar, facts, f"{DATA}/{path.relative_to(settings.data).as_posix()}", io.BytesIO(content), len(content))
    content = msgspec.json.encode(manifest)
    _add(tar, {}, MANIFEST, io.BytesIO(content), len(content))


def described(connection: Connection) -> tuple[str, int, str, dict[str, int]]:
    """Return what a store holds: its shape's revision, where the audit log ends, and the rows of each table."""
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    head = audit.head_of(connection)
    rows = {name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in metadata.tables.items()}
    return revision, head.entries, head.chain.hex(), rows


def _data_files(data: Path) -> list[Path]:
    top = [path for path in data.iterdir() if not LEFT_OUT.fullmatch(path.name)]
    inside = [
        path for folder in top if folder.is_dir() for path in folder.rglob("*") if path.is_file() and not LEFT_OUT.fullmatch(path.name)
    ]
    return sorted([path for path in top if path.is_file()] + [path for path in inside if not NAME.fullmatch(path.name)])


def _add(tar: tarfile.TarFile, facts: dict[str, Facts], name: str, content: BinaryIO, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    reading = Hashing(content)
    tar.addfile(info, reading)
    facts[name] = Facts(size, reading.digest.hexdigest())


class Hashing:
    """A file that knows the digest of what was read from it, or written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        """Write on."""
        self.digest.update(content)
        return self._file.write(content)

    def read(self, many: int = -1) -> bytes:
        """Read on."""
        content = self._file.read(many)
        self.digest.update(content)
        return content
