"""For every test: Qt draws where nobody sees it, whether or not there is a display; and one PostgreSQL for all who ask."""

import os
from collections.abc import Iterator

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(scope="session")
def postgres() -> Iterator[object]:
    """A PostgreSQL server for the whole session; started at the first test that needs it."""
    from tests.postgres import NOT_INSTALLED, QUICK, Postgres, installed

    if not installed():
        pytest.skip(NOT_INSTALLED)
    server = Postgres(*QUICK)
    try:
        server.start()
        yield server
    finally:
        server.stop()
