"""The settings, the notice with its answers, and the audit log."""

from __future__ import annotations

from policy.summaries import AuditLog, Notices, Settings, SettingsWish
from server import settings_change
from server.auth import Ask
from server.queries import records
from server.routes.question import LONGEST_CURSOR

LONGEST_WORD = 128


def show_settings(ask: Ask) -> Settings:
    """What the organisation decides, and what its retention profile says to that."""
    return settings_change.settings(ask.session)


def change_settings(ask: Ask) -> Settings:
    """Change what the organisation decides; agents hear of it with their next batch."""
    wish = ask.body(SettingsWish)
    return ask.change(lambda connection, by: settings_change.change(connection, wish, by))


def show_notices(ask: Ask) -> Notices:
    """What people are told, and who answered what."""
    return records.notices(ask.session)


def show_audit(ask: Ask) -> AuditLog:
    """Who looked at whom, changed, exported or was refused what; reading it is written down too."""
    who, action = ask.text("who", LONGEST_WORD), ask.text("action", LONGEST_WORD)
    asked = records.Asked(who, action, ask.number("person"), ask.number("since"), ask.number("until"))
    cursor, limit = ask.text("cursor", LONGEST_CURSOR), ask.rows()
    if not cursor:
        told = {"who": who, "action": action, "person": ask.number("person")}
        ask.note_look("the audit log", ", ".join(f"{name} {value}" for name, value in told.items() if value is not None))
    return records.audit_log(ask.session, asked, cursor, limit)
