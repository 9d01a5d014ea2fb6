"""What a running server is made of: its settings, identity, store, rule book and limits; opened once, closed once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine

from policy.categories import RuleBook, load_rule_book
from policy.presence import Thresholds
from server import migrations
from server.db import database_url, engine_options, is_postgresql, prepare_reader, writing_engine
from server.dictionary import Dictionaries
from server.election import Election
from server.limits import Limits
from server.move import refuse_half_moved
from server.settings import Settings
from server.tls import Identity, identity
from server.writer import Writer


class Core:
    """Everything below the routes that lives as long as the server does."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.identity = own_identity(settings)
        self.url = database_url(settings.data, settings.database_uri or None)
        migrations.upgrade(self.url)
        self._writing = writing_engine(self.url)
        self.writer = Writer(self._writing)
        # Where others may write too, jobs do so beside the batches instead of between them.
        self.background = Writer(self._writing) if is_postgresql(self._writing) else self.writer
        self.election = Election(self.url)
        self.readers = reading_engine(self.url)
        with self.readers.connect() as connection:
            refuse_half_moved(connection)
        self.rules: RuleBook = load_rule_book()
        self.thresholds = Thresholds()
        self.limits = Limits()
        self.dictionaries = Dictionaries()

    def close(self) -> None:
        """Finish what is being written and let go of the store."""
        self.election.close()
        self.writer.close()
        if self.background is not self.writer:
            self.background.close()
        self._writing.dispose()
        self.readers.dispose()


def own_identity(settings: Settings) -> Identity:
    """Return the certificates of this server, made at the first call."""
    settings.data.mkdir(parents=True, exist_ok=True)
    names = [name.strip() for name in settings.names.split(",")]
    if settings.host not in ("0.0.0.0", "::"):  # noqa: S104 — the two addresses that mean every address are no names
        names.append(settings.host)
    return identity(Path(settings.data) / "tls", names, datetime.now(UTC))


def reading_engine(url: str) -> Engine:
    """Return an engine whose connections cannot write."""
    engine = create_engine(url, **engine_options(url))
    prepare_reader(engine)
    return engine
