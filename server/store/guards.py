"""What the store itself refuses: changing or deleting what is append-only, whoever asks.

A person with the database's password can take these away; then the chain shows what was done (`server/audit_log/chain.py`).
They are made anew whenever the store's shape is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from server.store.db import is_postgresql

NEVER_DELETED = "0"
PURGED = "COALESCE((SELECT MAX(through) FROM audit_purge), 0)"
APPEND_ONLY = {
    "audit_entry": PURGED,
    "audit_seal": NEVER_DELETED,
    "audit_purge": NEVER_DELETED,
    "case_note": NEVER_DELETED,
    "case_link": NEVER_DELETED,
}
"""Table: the newest id that may be deleted."""
REWRITABLE = {
    "audit_entry": "NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.action = OLD.action AND NEW.chain = OLD.chain"
    " AND NEW.own IS NOT NULL AND NEW.own = COALESCE(OLD.own, NEW.own) AND NEW.rewritten = (SELECT entries + 1 FROM audit_head)"
}
"""Table: which change is let through. The chain shows whether an entry vouches for it (`server/audit_log/chain.py`)."""

FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.id <= {newest} THEN RETURN OLD; END IF;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF {rewritable} THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
ON_POSTGRESQL = (
    FUNCTION,
    "CREATE OR REPLACE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
    "CREATE OR REPLACE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()",
)
ON_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS {table}_unchanged BEFORE UPDATE ON {table} WHEN ({rewritable}) IS NOT TRUE"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE DELETE ON {table} WHEN OLD.id > {newest}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
)
KNOWN = "SELECT 1 FROM pg_trigger WHERE tgname = :name"


def guard(connection: Connection) -> None:
    """Make the triggers that are missing."""
    there = set(inspect(connection).get_table_names())
    for table, newest in APPEND_ONLY.items():
        if table in there and not _is_guarded(connection, table):
            for statement in _statements(connection.dialect.name, table, newest):
                connection.execute(text(statement))


def statements(dialect: str) -> Iterator[str]:
    """Yield what makes every trigger in a store that has every table and no trigger."""
    for table, newest in APPEND_ONLY.items():
        yield from _statements(dialect, table, newest)


def _statements(dialect: str, table: str, newest: str) -> Iterator[str]:
    places = {"table": table, "newest": newest, "rewritable": REWRITABLE.get(table, "FALSE")}
    yield from (statement.format(**places) for statement in (ON_POSTGRESQL if dialect == "postgresql" else ON_SQLITE))


def _is_guarded(connection: Connection, table: str) -> bool:
    """Return whether PostgreSQL has them: making them again would wait for everybody who writes."""
    return is_postgresql(connection) and connection.execute(text(KNOWN), {"name": f"{table}_whole"}).first() is not None
