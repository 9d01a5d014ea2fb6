"""Putting a backup back, whole or not at all; and trying one out, which is the only proof that it is one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, cast

import msgspec

from policy.categories import load_rule_book
from server import migrations
from server.audit_log import keeping
from server.backup.copies import DATA, DATABASE, MANIFEST, Facts, Hashing, Manifest, Secret, described
from server.backup.sealed_stream import SealedReader, SealError
from server.backup.stores import BackupError, put_back, scratch_database
from server.days.doctor import Finding, examine
from server.organisation import organisation
from server.store.opened import reading_engine
from server.tls import identity

COPY_BYTES = 1 << 20
DAYS_COMPARED = 14


class Restored(NamedTuple):
    """A backup that was put back: what it said of itself, where its data folder is, and the URL of its store."""

    manifest: Manifest
    data: Path
    url: str


def restore(file: Path, secret: Secret, to: Path, uri: str = "") -> Restored:
    """Make the data folder `to`, which must not hold anything, out of a backup; raise BackupError and leave nothing when it cannot be."""
    to = to.absolute()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BackupError(f"{to} is not empty: nothing was put back")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as name:
        made = unpack(file, secret, Path(name), uri)
        with contextlib.suppress(FileNotFoundError):
            to.rmdir()
        made.data.replace(to)
    return Restored(made.manifest, to, made.url if uri else made.url.replace(made.data.as_posix(), to.as_posix()))


def verify(file: Path, secret: Secret, scratch: Path, uri: str, now: int) -> Iterator[Finding]:
    """Put a backup back into a folder of its own below `scratch`, look the store over, and remove it again; yield what was found."""
    scratch.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backup-", dir=scratch)))
        database = stack.enter_context(scratch_database(uri)) if uri else ""
        made = unpack(file, secret, folder, database)
        yield Finding("backup file", len(made.manifest.files), [])
        yield from _look_over(made, now)


def unpack(file: Path, secret: Secret, folder: Path, uri: str) -> Restored:
    """Unpack a backup below `folder`, prove every file by its digest and put the store together; raise BackupError for any doubt."""
    try:
        with file.open("rb") as source:
            found, manifest = _read_all(SealedReader(source, secret.value), folder)
    except OSError as fault:
        raise BackupError(f"{file} cannot be read, or there is no room for it: {fault.strerror or fault}") from None
    except (SealError, tarfile.TarError, msgspec.MsgspecError, EOFError) as fault:
        raise BackupError(f"{file.name}: {fault}") from None
    if found != manifest.files:
        raise BackupError(f"{file.name}: what is in it is not what it says is in it")
    if manifest.revision not in migrations.revisions():
        raise BackupError(f"{file.name} was made by WorkPulse {manifest.program}, which is newer than this program")
    data = folder / DATA
    data.mkdir(exist_ok=True, mode=0o700)
    url = put_back(manifest.store, folder / DATABASE, data, uri)
    return Restored(manifest, data, url)


def _read_all(source: SealedReader, folder: Path) -> tuple[dict[str, Facts], Manifest]:
    found: dict[str, Facts] = {}
    manifest: Manifest | None = None
    with tarfile.open(fileobj=cast(BinaryIO, source), mode="r|", bufsize=1 << 18) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                raise BackupError("there is something in it that is no file")
            if member.name == MANIFEST:
                manifest = msgspec.json.decode(content.read(), type=Manifest)
            else:
                found[member.name] = _put(cast(BinaryIO, content), folder, member.name)
    while source.read(COPY_BYTES):  # to the last chunk, which says that it is
        pass
    if manifest is None:
        raise BackupError("it does not say what is in it")
    return found, manifest


def _put(content: BinaryIO, folder: Path, name: str) -> Facts:
    """Write one file where its name says, which is below `folder` and nowhere else."""
    parts = PurePosixPath(name).parts
    if len(parts) < 2 or parts[0] not in (DATABASE, DATA) or ".." in parts or any("\\" in part or ":" in part for part in parts):
        raise BackupError(f"{name!r} does not belong into a backup")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    reading = Hashing(content)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(reading, file, COPY_BYTES)
        file.flush()
        os.fsync(file.fileno())
    return Facts(path.stat().st_size, reading.digest.hexdigest())


def _look_over(made: Restored, now: int) -> Iterator[Finding]:
    """Compare the store with what the backup says of it, then do as `doctor` and `verify-audit` do."""
    migrations.upgrade(made.url)
    engine = reading_engine(made.url)
    try:
        with engine.connect() as connection:
            _, entries, chain, rows = described(connection)
            thresholds = organisation(connection).thresholds
        told = made.manifest
        wrong = [f"{name}: {rows.get(name)} rows, not {many}" for name, many in told.rows.items() if rows.get(name, many) != many]
        wrong += [] if (entries, chain) == (told.entries, told.chain) else ["the audit log does not end where it ended"]
        yield Finding("rows and audit head", len(told.rows) + 1 - len(wrong), wrong)
        yield from examine(engine, load_rule_book(), thresholds, now, DAYS_COMPARED)
        authority = identity(made.data / "tls", [], datetime.fromtimestamp(now / 1000, UTC)).ca_pem
        faults = [f"entry {one.entry}: {one.what}" for one in keeping.faults(engine, made.data, [authority])]
        yield Finding("audit log", entries - len(faults), faults)
    finally:
        engine.dispose()
