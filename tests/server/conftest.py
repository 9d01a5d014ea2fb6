"""A small office for the server's tests: two teams, a cast of viewers, and a PC that can deliver."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Table, select
from werkzeug.test import TestResponse

from policy.roles import Role
from policy.wire import EnrolReply, EnrolRequest
from server import enrolment, users
from server.app import make_app
from server.clock import now_ms
from server.core import Core
from server.days import ledger
from server.models import Team
from server.organisation import change_organisation
from server.settings import load
from tests.events import ANITA, batch
from tests.postgres import Postgres

PASSWORD = "correct horse battery"
HASHED = users.new_password_hash(PASSWORD)  # once: it is slow on purpose


class Office:
    """A server's core and its application, with the people of the tests.

    Anita is in Accounts, which Meera leads. Boris is in Sales, which Sunil leads. Olga owns, Ivan is IT, Clara compliance.
    """

    CAST = {  # name: role, teams led
        "olga": (Role.OWNER, ()),
        "meera": (Role.MANAGER, ("Accounts",)),
        "sunil": (Role.MANAGER, ("Sales",)),
        "clara": (Role.COMPLIANCE, ()),
        "ivan": (Role.IT, ()),
        "anita": (Role.EMPLOYEE, ()),
    }

    def __init__(self, data: Path, database_uri: str = "", twin: Office | None = None) -> None:
        self.core = Core(load({"data": data, "database_uri": database_uri}, {}))
        self.app = make_app(self.core)
        self.client = self.app.test_client()
        if twin is None:
            self.core.writer.do(self._found)
        self.tokens = twin.tokens if twin else {name: self._token(name) for name in self.CAST}

    def close(self) -> None:
        with self.app.app_context():
            self.app.extensions["sqlalchemy"].engine.dispose()
        self.core.close()

    def code(self, team: str = "Accounts", **options: Any) -> str:
        fingerprint = self.core.identity.fingerprint
        return self.core.writer.do(lambda connection: enrolment.make_code(connection, fingerprint, now_ms(), team=team, **options))

    def enrol(self, team: str = "Accounts", account: str = ANITA, hostname: str = "PC-1") -> EnrolReply:
        wanted = EnrolRequest(self.code(team), hostname, "Windows 11", account, "0.1.0")
        reply = self.client.post("/api/v1/enrol", data=msgspec.json.encode(wanted))
        assert reply.status_code == 201, reply.text
        return msgspec.json.decode(reply.data, type=EnrolReply)

    def deliver(self, device: EnrolReply | str, events: list[Any], first: int = 1, **changes: Any) -> TestResponse:
        return self.send(device, batch(events, first, **changes))

    def send(self, device: EnrolReply | str, body: bytes, *, encoding: str = "gzip") -> TestResponse:
        token = device if isinstance(device, str) else device.token
        headers = {"Authorization": f"Bearer {token}"} | ({"Content-Encoding": encoding} if encoding else {})
        return self.client.post("/api/v1/ingest", data=gzip.compress(body) if encoding == "gzip" else body, headers=headers)

    def get(self, path: str, who: str = "olga", /, **query: Any) -> TestResponse:
        return self.client.get(path, query_string=query, headers={"Authorization": f"Bearer {self.tokens[who]}"})

    def post(self, path: str, who: str, body: Any, /, method: str = "POST", **query: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        return self.client.open(path, method=method, query_string=query, data=msgspec.json.encode(body), headers=headers)

    def rebuild(self) -> int:
        core = self.core
        return ledger.rebuild(core.readers, core.writer, core.rules, core.thresholds, now_ms())

    def rows(self, table: Any) -> list[Any]:
        return self.rows_of(table.__table__)

    def rows_of(self, table: Table) -> list[Any]:
        with self.core.readers.connect() as connection:
            return list(connection.execute(select(*table.columns).order_by(*table.primary_key.columns)))

    def team(self, name: str) -> int:
        with self.core.readers.connect() as connection:
            return connection.execute(select(Team.id).where(Team.name == name)).scalar_one()

    def _found(self, connection: Connection) -> None:
        change_organisation(connection, name="Test office", zone="Asia/Kolkata", ask_below=0)  # teams of one; test_trust asks
        for name, (role, teams) in self.CAST.items():
            users.add_user(connection, name, role, HASHED, now_ms(), teams=teams)

    def _token(self, name: str) -> str:
        def sign_in(connection: Connection) -> str:
            user = connection.execute(select(users.User.id).where(users.User.name == name)).scalar_one()
            return users.sign_in(connection, user, now_ms(), None).token

        return self.core.writer.do(sign_in)


on_sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For long tables of cases that do not depend on the store, and for what concerns its file; every other test runs on both."""


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """What DATABASE_URI says: empty for SQLite, else the address of a fresh PostgreSQL database with every table."""
    if request.param == "sqlite":
        yield ""
        return
    yield request.getfixturevalue("database")


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """A fresh PostgreSQL database with every table."""
    url = postgres.migrated_database()
    yield url
    postgres.drop(url)


@pytest.fixture
def twins(tmp_path: Path, database: str) -> Iterator[tuple[Office, Office]]:
    """Two servers of one office, on one PostgreSQL database."""
    first = Office(tmp_path / "one", database)
    second = Office(tmp_path / "two", database, twin=first)
    yield first, second
    first.close()
    second.close()


@pytest.fixture
def office(tmp_path: Path, store: str) -> Iterator[Office]:
    made = Office(tmp_path, store)
    yield made
    made.close()
