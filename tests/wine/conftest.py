"""Built once for all tests under wine: a Windows PC, a bundle, and an office whose server listens on loopback."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.db import database_url, writing_engine
from server.organisation import change_organisation
from tests.real_server import ROOT, RealServer
from tests.wine.cpython import PACKAGES, fetch_cpython
from tests.wine.pc import MISSING, WHY, WindowsPc

KEPT = ROOT / ".venv" / "wine"
"""What was downloaded stays beside the environment that the tests run in."""

WATCHED = "C:\\Work"


@dataclass(frozen=True)
class Bundle:
    """What the builder built, and the CPython it was built from."""

    portable: Path
    msi: Path
    tree: Path
    cpython: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = WHY if MISSING else "" if sys.version_info[:2] in PACKAGES else "needs Python 3.11 or 3.12, as the Windows Python is one of these"
    for item in items:
        if why and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder that is gone afterwards: a prefix has 700 MB, and pytest would keep three."""
    folder = Path(tempfile.mkdtemp(prefix="workpulse-wine-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def bundle(place: Path) -> Bundle:
    """The bundle, built by the command IT uses."""
    cpython, digest = fetch_cpython(KEPT)
    command = [sys.executable, "-m", "agent.bundle", "build", "--python-embed", str(cpython), "--python-embed-sha256", digest]
    done = subprocess.run([*command, "--out", str(place / "dist"), "--msi"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    portable, msi = (Path(line) for line in done.stdout.splitlines())
    shutil.unpack_archive(portable, place / "unpacked")
    [tree] = (place / "unpacked").iterdir()
    return Bundle(portable, msi, tree, cpython)


@pytest.fixture(scope="session")
def pc(place: Path) -> Iterator[WindowsPc]:
    made = WindowsPc(place)
    yield made
    made.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RealServer]:
    """A server that rebuilds its ledger at once, whose agents send every second."""
    server = RealServer(tmp_path / "server", ledger_every=0.5)
    server.command("init-db")
    engine = writing_engine(database_url(server.data, None))
    with engine.begin() as connection:
        change_organisation(connection, send_every=1.0, health_every=5.0, folders=[WATCHED])
    engine.dispose()
    server.start()
    yield server
    server.stop()
