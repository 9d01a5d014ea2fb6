"""The server's two processes: they start on either system's terms, end together, and leave the folder free."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.agent.screen import wait_for
from tests.real_server import RealServer


def test_a_worker_that_inherits_nothing_serves_as_well(tmp_path: Path) -> None:
    server = RealServer(tmp_path, program=Path(__file__).parent / "spawning_server.py", ledger_every=0.3)
    server.start()
    try:
        assert len(server.processes()) >= 2
        with server.session() as session:
            assert session.get(f"{server.url}/health", timeout=10).json()["status"] == "ok"
    finally:
        server.stop()


@pytest.mark.quality("R-22")
def test_a_killed_watcher_takes_its_worker_with_it_and_another_server_may_start(tmp_path: Path) -> None:
    server = RealServer(tmp_path)
    server.start()
    watcher, *others = server.processes()
    os.kill(watcher.pid, signal.SIGKILL)
    assert server.process is not None
    server.process.communicate(timeout=10)
    wait_for(lambda: not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in others), 5)
    server.start()
    server.stop()


def test_told_to_stop_it_stops_soon_and_in_order(tmp_path: Path) -> None:
    server = RealServer(tmp_path)
    server.start()
    started = time.monotonic()
    server.stop()
    assert server.process is not None
    assert server.process.returncode == 0
    assert time.monotonic() - started < 15
    assert "Traceback" not in server.log()
