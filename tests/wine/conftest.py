"""Built once for all tests under wine: a Windows PC, a bundle, and an office whose server listens on loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from server.organisation import change_organisation
from server.store.db import database_url, writing_engine
from tests.real_server import ROOT, RealServer
from tests.wine.cpython import PACKAGES, fetch_cpython
from tests.wine.pc import MISSING, WHY, WindowsPc

KEPT = ROOT / ".venv" / "wine"
"""What was downloaded stays beside the environment that the tests run in."""

BUILD_SECONDS = 400.0
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
def bundle(testrun_uid: str) -> Iterator[Bundle]:
    """The bundle, built once for all processes of a test run; the last one that used it takes it away."""
    shared = Path(tempfile.gettempdir()) / f"workpulse-bundle-{testrun_uid}"
    own, lock = shared / "users" / str(os.getpid()), FileLock(f"{shared}.lock", timeout=BUILD_SECONDS)
    with lock:
        own.parent.mkdir(parents=True, exist_ok=True)
        own.touch()
        built = _found(shared) or _build(shared)
    yield built
    with lock:
        own.unlink()
        if not any(own.parent.iterdir()):
            shutil.rmtree(shared)
            Path(lock.lock_file).unlink()


def _found(shared: Path) -> Bundle | None:
    note = shared / "built.json"
    return Bundle(*(Path(one) for one in json.loads(note.read_text("utf-8")))) if note.exists() else None


def _build(shared: Path) -> Bundle:
    """Build it by the command IT uses."""
    cpython, digest = fetch_cpython(KEPT)
    command = [sys.executable, "-m", "agent.bundle", "build", "--python-embed", str(cpython), "--python-embed-sha256", digest]
    done = subprocess.run([*command, "--out", str(shared / "dist"), "--msi"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    portable, msi = (Path(line) for line in done.stdout.splitlines())
    shutil.unpack_archive(portable, shared / "unpacked")
    [tree] = (shared / "unpacked").iterdir()
    made = (portable, msi, tree, cpython)
    (shared / "built.json").write_text(json.dumps([str(one) for one in made]), "utf-8")
    return Bundle(*made)


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
