"""Taking the agent off a PC: a real one that runs, a real server that is told, and nothing left."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.agent.screen import MISSING, WHY, Screen, wait_for
from tests.real_server import ROOT, RealServer


@pytest.mark.feature("H02", "H08")
@pytest.mark.skipif(bool(MISSING), reason=WHY)
def test_it_ends_the_agent_tells_the_server_and_leaves_nothing(tmp_path: Path) -> None:
    server, screen, data = RealServer(tmp_path / "server"), Screen(), tmp_path / "home" / "agent"
    environment = screen.environment | {"XDG_CONFIG_HOME": str(tmp_path / "home" / "config")}

    def agent(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "agent"), *arguments, "--data", str(data)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done

    running: subprocess.Popen[bytes] | None = None
    try:
        server.start()
        agent("enrol", "--server", server.url, "--code", server.command("enrol-code"))
        agent("notice", "--answer", "acknowledged")
        agent("autostart", "on")
        entry = (tmp_path / "home" / "config" / "autostart" / "workpulse-agent.desktop").read_text("utf-8")
        assert f"Exec={sys.executable} {ROOT / 'agent'} run --data {data}\n" in entry
        running = subprocess.Popen([sys.executable, str(ROOT / "agent"), "run", "--data", str(data)], env=environment)
        wait_for(lambda: json.loads(agent("status", "--json").stdout)["state"] == "recording", 30)
        said = agent("uninstall").stderr
        assert running.wait(20) == 0
        assert "The server was told. 0 events were not sent." in said
        assert [path for path in (tmp_path / "home").rglob("*") if path.is_file() or path.name == "agent"] == []
        assert revoked_devices(server) == 1
        assert "No server was told" in agent("uninstall").stderr, "twice does no harm"
    finally:
        if running is not None and running.poll() is None:
            running.kill()
            running.wait()
        server.stop()
        screen.close()


def revoked_devices(server: RealServer) -> int:
    with contextlib.closing(sqlite3.connect(f"{(server.data / 'workpulse.db').as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM device WHERE revoked IS NOT NULL").fetchone()[0])


def test_a_folder_that_is_no_agents_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    command = [sys.executable, str(ROOT / "agent"), "uninstall", "--data", str(tmp_path)]
    assert subprocess.run(command, env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path)}, check=False, timeout=60).returncode == 0
    assert (tmp_path / "thesis.docx").read_text() == "years of work"
