"""The store's shape through time: alembic revisions, and the calls that apply them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from server.db import Turn, is_postgresql, refuse_unfit, take_turn, writing_engine
from server.guards import guard


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the store to `revision`; an empty store gets every table."""
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the store back to `revision`."""
    _run(url, lambda config: command.downgrade(config, revision))


def make_revision(url: str, number: str, message: str) -> None:
    """Write revision file `number` from the difference between the store and the models; read it before committing it."""
    _run(url, lambda config: command.revision(config, message, autogenerate=True, rev_id=number))


def _run(url: str, act: Callable[[Config], object]) -> None:
    """Act within one transaction on one connection: a migration that is killed leaves the old shape or the new one."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = writing_engine(url)
    try:
        with engine.begin() as connection:
            refuse_unfit(connection)
            if is_postgresql(connection):
                connection.execute(text("SET LOCAL lock_timeout = 0"))  # a migration may take long, and another server waits for it
            take_turn(connection, Turn.MIGRATION)
            config.attributes["connection"] = connection
            act(config)
            guard(connection)
    finally:
        engine.dispose()
