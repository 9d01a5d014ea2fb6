"""What commands share: the options table, changes to the store, and trouble told in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import click
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from server import migrations
from server.backup.sealed_stream import SealError
from server.backup.stores import BackupError
from server.refusals import RefusalError
from server.serve import AlreadyRunningError
from server.settings import OPTIONS, Settings, load
from server.store.db import UnfitStoreError, database_url, writing_engine
from server.store.key_file import KeyUnreadableError
from server.store.move import CannotMoveError, refuse_half_moved
from server.store.opened import Store

Result = TypeVar("Result")


Command = TypeVar("Command", bound=Callable[..., Any])


def options(*names: str) -> Callable[[Command], Command]:
    """Add rows of the options table to a command."""

    def add(command: Command) -> Command:
        for option in reversed([option for option in OPTIONS if option.name in names]):
            command = click.option(f"--{option.name}", type=option.kind, help=option.help)(command)
        return command

    return add


class Commands(click.Group):
    """Every command, with the trouble a person can do something about in a sentence."""

    def invoke(self, context: click.Context) -> Any:
        """Run one."""
        with trouble_in_a_sentence():
            return super().invoke(context)


def settings_from(chosen: dict[str, Any]) -> Settings:
    """Return the settings; what is wrong with one is a sentence."""
    try:
        return load(chosen)
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None


def write(settings: Settings, work: Callable[[Connection], Result]) -> Result:
    """Run one change in a transaction of its own; a running server on the same store is not disturbed."""
    settings.data.mkdir(parents=True, exist_ok=True)
    url = database_url(settings.data, settings.database_uri or None)
    with trouble_in_a_sentence():
        migrations.upgrade(url)
        engine = writing_engine(url)
        try:
            with engine.begin() as connection:
                refuse_half_moved(connection)
                return work(connection)
        finally:
            engine.dispose()


@contextmanager
def trouble_in_a_sentence() -> Iterator[None]:
    """Turn what a person can do something about into a sentence on stderr."""
    try:
        yield
    except RefusalError as refusal:
        raise click.ClickException(refusal.message) from None
    except (UnfitStoreError, CannotMoveError, AlreadyRunningError, BackupError, SealError, KeyUnreadableError) as trouble:
        raise click.ClickException(str(trouble)) from None
    except OperationalError as away:
        raise click.ClickException(f"the database cannot be used: {away.orig}") from None


def with_data(settings: Settings, chosen: dict[str, Any]) -> Settings:
    """Options may stand before or after the command; what stands after it wins."""
    given = {name: value for name, value in chosen.items() if value is not None}
    return settings_from({field: getattr(settings, field) for field in Settings.__struct_fields__} | given)


@contextmanager
def opened(settings: Settings, chosen: dict[str, Any]) -> Iterator[Store]:
    """Open the store of a command, its tables brought up to date; what a person can do something about is a sentence."""
    settings = with_data(settings, chosen)
    write(settings, lambda connection: None)
    with trouble_in_a_sentence(), closing(Store(settings)) as store:
        yield store
