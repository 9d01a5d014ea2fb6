"""For every test: Qt draws where nobody sees it, one PostgreSQL for all who ask, and what came of it is taken down."""

import os
from collections.abc import Iterator

import pytest

from tests.outcomes import Outcomes

os.environ["QT_QPA_PLATFORM"] = "offscreen"


def pytest_configure(config: pytest.Config) -> None:
    """Take down what comes of the tests that show a feature."""
    config.pluginmanager.register(Outcomes(config), "workpulse-outcomes")


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
