"""Changing what the organisation decides, with what follows from it."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from policy.retention import conflicts
from policy.summaries import Organisation, Settings, SettingsWish
from policy.works_council import broken
from server.audit_log import audit
from server.days import dirty, network_days
from server.models import LedgerDay
from server.office import By
from server.organisation import AnySession, change_organisation, organisation, spans_from
from server.refusals import BadRequestError, ConflictError
from server.store.db import Turn, take_turn

CUTS_DAYS = ("thresholds",)
"""What the ledger was made with: where it changes, every day whose spans are whole is made anew."""


def settings(session: AnySession) -> Settings:
    """Return the organisation's choices, and where they are not as their profile asks."""
    ours = organisation(session)
    return Settings(ours, conflicts(ours.retention, ours.profile, ours.limits))


def change(connection: Connection, wish: SettingsWish, by: By) -> Settings:
    """Store changed choices; raise ConflictError when somebody changed them since, BadRequestError when a value is not allowed."""
    take_turn(connection, Turn.ORGANISATION)
    before = organisation(connection)
    if wish.revision != before.revision:
        raise ConflictError("somebody changed the settings since you looked", reason="stale", expected=before.revision)
    unknown = wish.changes.keys() - set(Organisation.__struct_fields__) | wish.changes.keys() & {"revision"}
    if unknown or not wish.changes:
        told = f"there is no setting {', '.join(sorted(unknown))}" if unknown else "nothing was to be changed"
        raise BadRequestError(told, reason=None if unknown else "nothing_new")
    try:
        after = change_organisation(connection, **wish.changes)
    except ValueError as fault:
        raise BadRequestError(str(fault)) from None
    _refuse_locked(after)
    _follow(connection, before, after, by.now)
    was, is_now = ({name: msgspec.to_builtins(getattr(one, name)) for name in sorted(wish.changes)} for one in (before, after))
    audit.record(connection, by.deed("changed settings", ", ".join(sorted(wish.changes)), was, is_now), by.now)
    return Settings(after, conflicts(after.retention, after.profile, after.limits))


def _refuse_locked(after: Organisation) -> None:
    """Raise BadRequestError when the agreement with the works council does not allow a choice."""
    locks = broken(after)
    if locks:
        told = "; ".join(f"{lock.sentence} ({lock.setting})" for lock in locks)
        raise BadRequestError(f"locked by the agreement with the works council {after.works_council!r}: {told}", reason="locked")


def _follow(connection: Connection, before: Organisation, after: Organisation, now: int) -> None:
    if before.zone != after.zone:
        network_days.note_zone(connection, after.zone, now)
    if all(getattr(before, name) == getattr(after, name) for name in CUTS_DAYS) and before.zone == after.zone:
        return
    whole = LedgerDay.start >= spans_from(connection)
    days = connection.execute(select(LedgerDay.person_id, LedgerDay.day).where(whole))
    dirty.put(connection, [(row.person_id, row.day) for row in days])
