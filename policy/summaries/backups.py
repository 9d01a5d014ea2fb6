"""How the nightly backups stand: the newest one, the next one, and what went wrong with the last that did not come about."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class BackupState(StrEnum):
    """How they stand; `awaited` is set up, but the first was not made yet."""

    OFF = "off"
    AWAITED = "awaited"
    FINE = "fine"
    LATE = "late"
    FAILED = "failed"


class BackupTrouble(StrEnum):
    """Why there is no backup: its key, its folder, another one under way, PostgreSQL's programs, the store, or it went away afterwards."""

    KEY = "key"
    FOLDER = "folder"
    BUSY = "busy"
    PROGRAM = "program"
    STORE = "store"
    GONE = "gone"
    OTHER = "other"


class BackupFile(Struct, frozen=True):
    """The newest backup that was made, and whether it was still whole in its folder when that was last looked at."""

    name: str
    made: int
    bytes: int
    there: bool


class BackupTrial(Struct, frozen=True):
    """The newest time that `verify-backup` put a backup back to look it over: which one, when, and how many faults it found."""

    name: str
    at: int
    faults: int


class BackupFailure(Struct, frozen=True):
    """The newest failure, also where a later backup came about: `told` is what the server says of it, in English."""

    at: int
    kind: BackupTrouble
    told: str


class Backups(Struct, frozen=True):
    """Nightly backups: `due` is when the next is made, `kept` how many lie in the folder, `asked` since when one is wanted out of turn.

    `folder` and `key_file` are names without the path to them. `hour` is of the organisation's day; at most `keep` stay, none
    longer than `days`. Nothing but the `state` and the last trial holds where they are not set up.
    """

    state: BackupState
    newest: BackupFile | None
    trial: BackupTrial | None
    failure: BackupFailure | None
    due: int | None
    asked: int | None
    folder: str
    key_file: str
    cipher: str
    hour: int
    keep: int
    days: int
    kept: int | None
