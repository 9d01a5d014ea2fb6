"""What a running server is made of: its store, identity, limits and what it has learned; opened once, closed once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import BoundedSemaphore

from server import migrations
from server.enrolment import KnownDevices
from server.limits import Limits
from server.settings import Settings
from server.store.db import database_url
from server.store.dictionary import Dictionaries
from server.store.move import refuse_half_moved
from server.store.opened import Store
from server.tls import Identity, identity

DECODED_AT_ONCE = 2
"""Batches that are decoded at the same time: more would only take turns at the interpreter, and keep the writer waiting for its own."""


class Core(Store):
    """Everything below the routes that lives as long as the server does."""

    def __init__(self, settings: Settings) -> None:
        self.identity = own_identity(settings)
        migrations.upgrade(database_url(settings.data, settings.database_uri or None))
        super().__init__(settings)
        with self.readers.connect() as connection:
            refuse_half_moved(connection)
        self.limits = Limits()
        self.dictionaries = Dictionaries()
        self.devices = KnownDevices(self.readers)
        self.decoding = BoundedSemaphore(DECODED_AT_ONCE)


def own_identity(settings: Settings) -> Identity:
    """Return the certificates of this server, made at the first call."""
    settings.data.mkdir(parents=True, exist_ok=True)
    names = [name.strip() for name in settings.names.split(",")]
    if settings.host not in ("0.0.0.0", "::"):  # noqa: S104 — the two addresses that mean every address are no names
        names.append(settings.host)
    return identity(Path(settings.data) / "tls", names, datetime.now(UTC))
