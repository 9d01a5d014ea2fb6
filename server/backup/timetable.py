"""The nightly backup: when it is due, and what became of it."""

from __future__ import annotations

import logging
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import Connection

from policy.summaries import BackupFailure, BackupTrouble
from policy.worktime import day_bounds, local_day
from server.audit_log import audit
from server.backup import copies, facts
from server.backup.facts import Outcome, Seen
from server.backup.sealed_stream import MAGIC, SealError
from server.backup.stores import BackupError
from server.organisation import organisation
from server.refusals import RefusalError
from server.settings import Settings
from server.store.opened import Store

log = logging.getLogger(__name__)

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
AGAIN_MS = HOUR_MS


def due_since(now: int, zone: str, hour: int) -> int:
    """Return the newest instant at which a nightly backup was due."""
    today = local_day(now, zone)
    due = day_bounds(today, zone)[0] + hour * HOUR_MS
    return due if due <= now else day_bounds(local_day(day_bounds(today, zone)[0] - 1, zone), zone)[0] + hour * HOUR_MS


def next_due(told: Outcome | None, now: int, zone: str, hour: int) -> int:
    """Return when the next backup is made: one that is missing at once or an hour after the last try, else the next night's."""
    since = due_since(now, zone, hour)
    if told is None or (told.good or 0) < since:
        return told.tried + AGAIN_MS if told is not None and told.trouble is not None else since
    today = day_bounds(local_day(now, zone), zone)
    return next(due for due in (start + hour * HOUR_MS for start in today) if due > now)


def run_if_due(store: Store, now: int) -> Path | None:
    """Make the nightly backup when it is due or wanted, and delete the ones that are over; return it."""
    settings = store.settings
    with store.readers.connect() as connection:
        before, wanted, zone = facts.outcome(connection), facts.wish(connection), organisation(connection).zone
    if not settings.backup_folder:
        if before is not None:
            store.writer.do(lambda connection: facts.note_outcome(connection, None))
        return None
    due = due_since(now, zone, settings.backup_hour)
    if wanted is None and before and ((before.good or 0) >= due or (before.trouble and now - before.tried < AGAIN_MS)):
        return None
    return _run(store, before, now)


def _run(store: Store, before: Outcome | None, now: int) -> Path | None:
    settings, folder = store.settings, Path(store.settings.backup_folder)
    try:
        made = copies.make_backup(settings, folder, copies.secret_from(settings.backup_key_file), now)
        gone = copies.rotate(folder, settings.backup_keep, settings.backup_days, now)
        size = made.stat().st_size
    except (BackupError, SealError, RefusalError, OSError) as trouble:
        log.error("the nightly backup was not made: %s", trouble)
        _note_failure(store, before, BackupFailure(now, kind_of(trouble), str(trouble)[:500]))
        return None
    except Exception as ours:  # told and tried again in an hour, like any other: it must not be made anew every few seconds
        _note_failure(store, before, BackupFailure(now, BackupTrouble.OTHER, f"{type(ours).__name__}; it is in the log"))
        raise
    log.info("backup %s made, %d old ones deleted", made.name, len(gone))
    good = Outcome(now, now, before.failure if before else None, made.name, size)
    store.writer.do(lambda connection: _note_good(connection, good, len(gone), now))
    look(store)
    return made


def _note_failure(store: Store, before: Outcome | None, failure: BackupFailure) -> None:
    told = before or Outcome(None, failure.at)
    failed = replace(told, tried=failure.at, failure=failure)
    store.writer.do(lambda connection: facts.note_outcome(connection, failed))


def kind_of(trouble: Exception) -> BackupTrouble:
    """Return what kind of trouble kept a backup from being made."""
    if isinstance(trouble, BackupError):
        return trouble.kind
    if isinstance(trouble, SealError):
        return BackupTrouble.KEY
    return BackupTrouble.FOLDER if isinstance(trouble, OSError) else BackupTrouble.OTHER


def _note_good(connection: Connection, told: Outcome, gone: int, now: int) -> None:
    facts.note_outcome(connection, told)
    audit.record(connection, audit.Deed("server", "made a backup", detail=f"{told.name}, {gone} older ones deleted"), now)


def look(store: Store) -> None:
    """Note whether the newest nightly backup still lies in its folder, and how many do: a request never waits for a far folder."""
    with store.readers.connect() as connection:
        told, known = facts.outcome(connection), facts.seen(connection)
    if told is None or not told.name or not store.settings.backup_folder:
        return
    found = seen_in(store.settings, told)
    if found != known:
        store.writer.do(lambda connection: facts.note_seen(connection, found))


def seen_in(settings: Settings, told: Outcome) -> Seen:
    """Return what lies in the folder."""
    folder = Path(settings.backup_folder)
    return Seen(told.name, _is_whole(folder / told.name, told.bytes), len(copies.backups_in(folder)))


def _is_whole(path: Path, size: int) -> bool:
    """Whether a backup can be read, is as long as it was and begins as one; only a trial says more."""
    try:
        with path.open("rb") as file:
            return path.stat().st_size == size and file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False
