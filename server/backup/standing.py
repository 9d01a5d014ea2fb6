"""How the nightly backups stand, by one rule: for whoever runs the server to see, and as an alert where they do not."""

from __future__ import annotations

from pathlib import PurePath

from sqlalchemy import Connection

from policy.summaries import Alert, AlertStatus, BackupFile, Backups, BackupState, BackupTrouble, Severity
from server.audit_log import audit
from server.backup import facts
from server.backup.facts import Outcome, Seen
from server.backup.sealed_stream import CIPHER
from server.backup.timetable import HOUR_MS, next_due
from server.office import By
from server.organisation import AnySession, organisation
from server.refusals import ConflictError
from server.settings import Settings

LATE_MS = 36 * HOUR_MS
GONE = "the newest backup is not in its folder any more, or not whole"


def state_of(told: Outcome | None, found: Seen | None, now: int) -> BackupState:
    """Return how nightly backups that are wanted stand."""
    if told is None:
        return BackupState.AWAITED
    if told.trouble is not None or not _is_there(told, found):
        return BackupState.FAILED
    return BackupState.LATE if told.good is None or now - told.good >= LATE_MS else BackupState.FINE


def _is_there(told: Outcome, found: Seen | None) -> bool:
    return found is None or found.name != told.name or found.there


def missing(session: AnySession, now: int) -> list[Alert]:
    """Return what owners should read: nightly backups are wanted, but the newest good one is not there or older than it should be.

    The alert's subject is the kind of trouble, and what is the matter the server's words for it.
    """
    told = facts.outcome(session)
    state = state_of(told, facts.seen(session), now)
    if told is None or state is BackupState.FINE:
        return []
    kind, words = (told.trouble.kind, told.trouble.told) if told.trouble else (BackupTrouble.GONE, GONE)
    subject, what = (kind.value, words) if state is BackupState.FAILED else ("", "")
    return [Alert("backup nightly", "backup", Severity.HIGH, subject, 1, told.good, AlertStatus.OPEN, what=what)]


def backups(session: AnySession, settings: Settings, now: int) -> Backups:
    """Return how the nightly backups stand."""
    told, found = facts.outcome(session), facts.seen(session)
    if not settings.backup_folder:
        return Backups(BackupState.OFF, None, facts.trial(session), None, None, None, "", "", CIPHER, settings.backup_hour, 0, 0, None)
    newest = BackupFile(told.name, told.good, told.bytes, _is_there(told, found)) if told and told.good is not None else None
    return Backups(
        state_of(told, found, now),
        newest,
        facts.trial(session),
        told.failure if told else None,
        next_due(told, now, organisation(session).zone, settings.backup_hour),
        facts.wish(session),
        _name(settings.backup_folder),
        _name(settings.backup_key_file),
        CIPHER,
        settings.backup_hour,
        settings.backup_keep,
        settings.backup_days,
        found.kept if told and found and found.name == told.name else None,
    )


def _name(path: str) -> str:
    """Return what a folder or file is called, without the way to it."""
    return PurePath(path).name or path


def ask_for(connection: Connection, settings: Settings, by: By) -> None:
    """Have a backup made within seconds; raise ConflictError where the server was given no folder for them."""
    if not settings.backup_folder:
        raise ConflictError("the server was started without a folder for backups", reason="no_backups")
    facts.note_wish(connection, by.now)
    audit.record(connection, by.deed("asked for a backup", "backup"), by.now)
