"""The server's processes: they start on either system's terms, end together, and leave the folder free."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from policy.wire import EnrolReply, EnrolRequest
from server.companion import following_pause
from tests.agent.screen import wait_for
from tests.events import MONDAY_NINE, activity, batch, notice
from tests.real_server import ROOT, RealServer


def timekeeper(server: RealServer) -> psutil.Process:
    """The process that keeps the timetable."""
    [found] = [process for process in server.processes() if "server.timekeeper" in process.cmdline()]
    return found


def test_a_worker_that_inherits_nothing_serves_as_well(tmp_path: Path) -> None:
    server = RealServer(tmp_path, program=Path(__file__).parent / "spawning_server.py", ledger_every=0.3)
    server.start()
    try:
        assert timekeeper(server).is_running()
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


@pytest.mark.quality("R-22")
def test_a_killed_timekeeper_is_started_again_and_days_are_rebuilt(tmp_path: Path) -> None:
    server = RealServer(tmp_path, ledger_every=0.2)
    server.start()
    try:
        first = timekeeper(server)
        os.kill(first.pid, signal.SIGKILL)
        wanted = EnrolRequest(server.command("enrol-code"), "PC-1", "Linux", "TEST\\person", "0.1.0")
        with server.session() as session:
            reply = session.post(f"{server.url}/api/v1/enrol", data=msgspec.json.encode(wanted), timeout=20)
            session.headers["Authorization"] = f"Bearer {msgspec.json.decode(reply.content, type=EnrolReply).token}"
            events = [notice(account="TEST\\person"), activity(start=MONDAY_NINE, account="TEST\\person")]
            assert session.post(f"{server.url}/api/v1/ingest", data=batch(events), timeout=20).status_code == 200
        wait_for(lambda: ledger_days(tmp_path) == 1, 20)
        assert timekeeper(server).pid != first.pid
        assert "PASS  timetable" in server.command("doctor")
    finally:
        server.stop()


def ledger_days(data: Path) -> int:
    connection = sqlite3.connect(data / "workpulse.db")
    try:
        return int(connection.execute("SELECT count(*) FROM ledger_day").fetchone()[0])
    finally:
        connection.close()


def test_a_process_that_dies_again_and_again_is_started_less_and_less_often() -> None:
    pauses = [1.0]
    for _ in range(8):
        pauses.append(following_pause(pauses[-1], lived=0.5))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert following_pause(60, lived=3600) == 1


def test_the_process_of_the_timetable_needs_no_web_server_and_the_one_of_the_network_no_numbers(tmp_path: Path) -> None:
    for module, unwanted in (("server.timekeeper", {"flask", "granian", "spectree"}), ("server.app", {"sklearn", "matplotlib", "scipy"})):
        program = f"import sys, {module}; print(*(name for name in {sorted(unwanted)} if name in sys.modules))"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
        assert done.stdout.strip() == ""
