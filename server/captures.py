"""Pictures of screens at rest: each sealed under its own name in the data folder, for as long as retention says, no longer."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select, update

from policy.summaries import PictureState
from server.models import CaptureEvent
from server.refusals import BadRequestError, NotThereError
from server.rights.measures import held_accounts, held_people

NONCE_BYTES = 12
KEY_BYTES = 32
AT_ONCE = 500
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Due(NamedTuple):
    """Names of pictures whose period is over, and of those for which there is no more room."""

    period: list[str]
    room: list[str]


class Purged(NamedTuple):
    """How many pictures were deleted because their period was over, and how many because there was no more room for them."""

    period: int
    room: int


class CaptureStore:
    """One folder; a picture is opened only by the key in it and only under its own name."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "captures"

    def put(self, sha256: str, content: bytes) -> None:
        """Keep a picture; raise BadRequestError when it is not the one its name says."""
        if not SHA256.fullmatch(sha256) or hashlib.sha256(content).hexdigest() != sha256:
            raise BadRequestError("this is not the picture of that name", reason="hash")
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + AESGCM(self._key()).encrypt(nonce, content, sha256.encode())
        _write(self._place(sha256), sealed)

    def get(self, sha256: str) -> bytes:
        """Return a picture; raise NotThereError when it never came, was deleted, or does not open."""
        try:
            if not SHA256.fullmatch(sha256):
                raise FileNotFoundError
            sealed = self._place(sha256).read_bytes()
            return AESGCM(self._key()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], sha256.encode())
        except (FileNotFoundError, InvalidTag, ValueError):
            raise NotThereError("there is no such picture") from None

    def has(self, sha256: str) -> bool:
        """Return whether a picture is here."""
        return self._place(sha256).exists()

    def drop(self, sha256: str) -> None:
        """Delete a picture; one that is not here is deleted already."""
        if SHA256.fullmatch(sha256):
            self._place(sha256).unlink(missing_ok=True)

    def purge(self, before: int, most_bytes: int = 1 << 62, held: Collection[str] = ()) -> Purged:
        """Delete what is due by now; return how many why."""
        return self.delete(self.due(before, most_bytes, held))

    def due(self, before: int, most_bytes: int = 1 << 62, held: Collection[str] = ()) -> Due:
        """Return what came before the instant `before`, and of the rest the oldest until `most_bytes` are left.

        Those that a legal hold is on stay, and take no room of the others'.
        """
        files = [(path, path.stat()) for path in self._folder.glob("*.sealed") if path.stem not in held]
        old = [path.stem for path, stat in files if stat.st_mtime * 1000 < before]
        kept = sorted((one for one in files if one[1].st_mtime * 1000 >= before), key=lambda one: one[1].st_mtime_ns)
        beyond, room = [], sum(stat.st_size for _, stat in kept) - most_bytes
        for path, stat in kept:
            if room <= 0:
                break
            beyond.append(path.stem)
            room -= stat.st_size
        return Due(old, beyond)

    def delete(self, due: Due) -> Purged:
        """Delete these pictures; return how many why."""
        for name in due.period + due.room:
            self._place(name).unlink(missing_ok=True)
        return Purged(len(due.period), len(due.room))

    def _place(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.sealed"

    def _key(self) -> bytes:
        """Return the key, made with the first picture."""
        path = self._folder / "key"
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):  # another thread was first
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(KEY_BYTES))
        return path.read_bytes()


def held_names(connection: Connection, now: int) -> set[str]:
    """Return the names of the pictures of everybody whose record is held."""
    accounts = held_accounts(connection, held_people(connection, now))
    return (
        set(connection.execute(select(CaptureEvent.sha256).where(CaptureEvent.account_id.in_(accounts))).scalars()) if accounts else set()
    )


def note_gone(connection: Connection, due: Due) -> None:
    """Write down of pictures that are about to be deleted why they are, so that nobody takes them for never delivered."""
    for names, why in ((due.period, PictureState.DELETED), (due.room, PictureState.CROWDED_OUT)):
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            connection.execute(update(CaptureEvent).where(CaptureEvent.sha256.in_(some)).values(gone=why.value))


def is_announced(connection: Connection, device: int, sha256: str) -> bool:
    """Return whether the device said that it took this picture; it says so only of an account that was told of pictures."""
    said = select(CaptureEvent.sha256).where((CaptureEvent.device_id == device) & (CaptureEvent.sha256 == sha256)).limit(1)
    return connection.execute(said).first() is not None


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(f".new-{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
