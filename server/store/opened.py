"""The store with what every process that works on it has open: a writer, readers, the rule book; opened once, closed once."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine

from policy.categories import RuleBook, load_rule_book
from policy.presence import Thresholds
from policy.readiness import make_types_ready
from server.organisation import organisation
from server.settings import Settings
from server.store.db import database_url, engine_options, is_postgresql, prepare_reader, writing_engine
from server.store.election import Election
from server.store.turnstile import AnyTurnstile, NoTurnstile, Turnstile
from server.store.writer import Writer


class Store:
    """What jobs work with; the tables must be there already."""

    def __init__(self, settings: Settings) -> None:
        make_types_ready()  # before the writer's, the jobs' and the requests' threads
        self.settings = settings
        self.url = database_url(settings.data, settings.database_uri or None)
        self._writing = writing_engine(self.url)
        self._turnstile: AnyTurnstile = NoTurnstile() if is_postgresql(self._writing) else Turnstile(settings.data)
        self.writer = Writer(self._writing, self._turnstile)
        self.election = Election(self.url)
        self.readers = reading_engine(self.url)
        self.rules: RuleBook = load_rule_book()

    @property
    def thresholds(self) -> Thresholds:
        """Where the lines between presences are, by the organisation's settings as they stand."""
        with self.readers.connect() as connection:
            return organisation(connection).thresholds

    def close(self) -> None:
        """Finish what is being written and let go of the store."""
        self.election.close()
        self.writer.close()
        self._turnstile.close()
        self._writing.dispose()
        self.readers.dispose()


def reading_engine(url: str) -> Engine:
    """Return an engine whose connections cannot write."""
    engine = create_engine(url, **engine_options(url))
    prepare_reader(engine)
    return engine
