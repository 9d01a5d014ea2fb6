"""The store's shape through time: alembic revisions, and the calls that apply them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from server.store.db import Turn, is_postgresql, refuse_unfit, take_turn, writing_engine
from server.store.guards import guard
from server.store.partitions import make_rest

HERE = Path(__file__).parent


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the store to `revision`; an empty store gets every table."""
    if revision != "head" or not _is_newest(url):
        _run(url, lambda command, config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the store back to `revision`."""
    _run(url, lambda command, config: command.downgrade(config, revision))


def make_revision(url: str, number: str, message: str) -> None:
    """Write revision file `number` from the difference between the store and the models; read it before committing it."""
    _run(url, lambda command, config: command.revision(config, message, autogenerate=True, rev_id=number))


def newest_revision() -> str:
    """Return the revision that the models are."""
    return max(path.stem.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def revisions() -> set[str]:
    """Return the numbers of every revision this program knows."""
    return {path.stem.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py")}


def _is_newest(url: str) -> bool:
    """Return whether there is nothing to do, which a start should find out without alembic's third of a second and 20 MB."""
    newest = newest_revision()
    engine = writing_engine(url)
    try:
        with engine.begin() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            is_newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [newest]
            if is_newest:
                guard(connection)
            return is_newest
    finally:
        engine.dispose()


def _run(url: str, act: Callable[[Any, Any], object]) -> None:
    """Act within one transaction on one connection: a migration that is killed leaves the old shape or the new one."""
    from alembic import command  # heavy, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    engine = writing_engine(url)
    try:
        with engine.begin() as connection:
            refuse_unfit(connection)
            if is_postgresql(connection):
                connection.execute(text("SET LOCAL lock_timeout = 0"))  # a migration may take long, and another server waits for it
            take_turn(connection, Turn.MIGRATION)
            config.attributes["connection"] = connection
            act(command, config)
            make_rest(connection)
            guard(connection)
    finally:
        engine.dispose()
