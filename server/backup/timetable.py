"""The nightly backup: when it is due, what became of it, and what an owner reads when it did not come about."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from policy.summaries import Alert, AlertStatus, Severity
from policy.worktime import day_bounds, local_day
from server.audit_log import audit
from server.backup import copies
from server.backup.sealed_stream import SealError
from server.backup.stores import BackupError
from server.organisation import AnySession, organisation, read_fact, write_fact
from server.refusals import RefusalError
from server.store.opened import Store

log = logging.getLogger(__name__)

FACT = "backup"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
LATE_MS = 36 * HOUR_MS
AGAIN_MS = HOUR_MS


class Outcome(Struct, frozen=True):
    """What became of the nightly backups: the newest good one, the newest try, and what went wrong with it."""

    good: int | None
    tried: int
    trouble: str = ""


def outcome(session: AnySession) -> Outcome | None:
    """Return what became of the nightly backups; None before the first."""
    stored = read_fact(session, FACT)
    return msgspec.json.decode(stored, type=Outcome) if stored else None


def due_since(now: int, zone: str, hour: int) -> int:
    """Return the newest instant at which a nightly backup was due."""
    today = local_day(now, zone)
    due = day_bounds(today, zone)[0] + hour * HOUR_MS
    return due if due <= now else day_bounds(local_day(day_bounds(today, zone)[0] - 1, zone), zone)[0] + hour * HOUR_MS


def run_if_due(store: Store, now: int) -> Path | None:
    """Make the nightly backup when it is due, and delete the ones that are over; return it."""
    settings = store.settings
    with store.readers.connect() as connection:
        before, zone = outcome(connection), organisation(connection).zone
    if not settings.backup_folder:
        if before is not None:  # nobody wants them any more: nothing is missing
            store.writer.do(lambda connection: write_fact(connection, FACT, b""))
        return None
    due = due_since(now, zone, settings.backup_hour)
    if before and ((before.good or 0) >= due or (before.trouble and now - before.tried < AGAIN_MS)):
        return None
    return _run(store, before, now)


def _run(store: Store, before: Outcome | None, now: int) -> Path | None:
    settings, folder = store.settings, Path(store.settings.backup_folder)
    try:
        made = copies.make_backup(settings, folder, copies.secret_from(settings.backup_key_file), now)
        gone = copies.rotate(folder, settings.backup_keep, settings.backup_days, now)
    except (BackupError, SealError, RefusalError) as trouble:
        log.error("the nightly backup was not made: %s", trouble)
        failed = Outcome(before.good if before else None, now, str(trouble)[:500])
        store.writer.do(lambda connection: _note(connection, failed))
        return None
    log.info("backup %s made, %d old ones deleted", made.name, len(gone))
    store.writer.do(lambda connection: _note_good(connection, made, len(gone), now))
    return made


def _note(connection: Connection, told: Outcome) -> None:
    write_fact(connection, FACT, msgspec.json.encode(told))


def _note_good(connection: Connection, made: Path, gone: int, now: int) -> None:
    _note(connection, Outcome(now, now))
    audit.record(connection, audit.Deed("server", "made a backup", detail=f"{made.name}, {gone} older ones deleted"), now)


def missing(session: AnySession, now: int) -> list[Alert]:
    """Return what owners should read: nightly backups are wanted, but the newest good one is older than it should be."""
    told = outcome(session)
    since = told.good if told else None
    if told is None or (not told.trouble and since is not None and now - since < LATE_MS):
        return []
    return [Alert("backup nightly", "backup", Severity.HIGH, "", 1, since, AlertStatus.OPEN, what=told.trouble)]
