"""How the server is started: for trying out, for real, with the PC; what it makes by itself, and what room it takes."""

from __future__ import annotations

import ast
import configparser
import importlib.metadata
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from server.settings import OPTIONS
from server.tls import identity
from tests.real_server import RealServer, free_port

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000


@pytest.mark.feature("Q02")
@pytest.mark.skipif(sys.platform == "win32", reason="a shell script; on Windows it is `python server`")
def test_for_trying_out_it_serves_this_pc_only_and_keeps_its_data_in_the_project(tmp_path: Path) -> None:
    port = free_port()
    shutil.copy(ROOT / "start_app.sh", tmp_path)
    (tmp_path / "server").symlink_to(ROOT / "server")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [tmp_path / "start_app.sh", "dev", "--port", str(port)]
    environment = os.environ | {"PATH": path}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().split() == ["address", f"https://127.0.0.1:{port}"]
        wait_until_answered(f"https://localhost:{port}/health", tmp_path / "instance" / "tls" / "ca.pem")
        assert (tmp_path / "instance" / "workpulse.db").exists()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    wrong = subprocess.run([tmp_path / "start_app.sh", "quickly"], env=environment, capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr.split()[0]) == (2, "usage:")


def wait_until_answered(url: str, ca: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            assert requests.get(url, verify=str(ca), timeout=5).status_code == 200
            return
        except (requests.ConnectionError, OSError):
            time.sleep(0.1)
    raise AssertionError("it did not answer")


@pytest.mark.feature("Q05", "B02", "B03", "C03")
def test_the_commands_may_be_given_again_and_again(tmp_path: Path) -> None:
    server = RealServer(tmp_path / "new" / "folder")
    server.command("init-db")
    made = content_of(server.data / "workpulse.db")
    server.command("init-db")
    assert content_of(server.data / "workpulse.db") == made
    assert server.command("process-real-hours") == "0"


def content_of(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as connection:
        return list(connection.iterdump())


@pytest.mark.feature("N16")
def test_every_installation_makes_its_own_keys_and_none_is_packaged(tmp_path: Path) -> None:
    one, other = (identity(tmp_path / name, [], datetime(2026, 11, 20, tzinfo=UTC)) for name in ("one", "other"))
    assert one.fingerprint != other.fingerprint
    assert one.ca_key.read_bytes() != other.ca_key.read_bytes()
    assert not [
        option for option in OPTIONS if re.search("secret|password$", option.name)
    ]  # a password comes from a file, never as a value
    sources = [path for room in ("agent", "console", "policy", "server") for path in (ROOT / room).rglob("*") if path.is_file()]
    assert not [path for path in sources if b"PRIVATE KEY-----" in path.read_bytes() and path.suffix != ".py"]


@pytest.mark.feature("Q13")
def test_the_linux_service_starts_the_server_as_nobody_else_and_again_when_it_ends() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / "docs" / "workpulse-server.service", "utf-8")
    program, script, *arguments = unit["Service"]["ExecStart"].split()
    assert (program, script) == ("/opt/workpulse/.venv/bin/python", "/opt/workpulse/server")
    assert {word.removeprefix("--") for word in arguments if word.startswith("--")} <= {option.name for option in OPTIONS}
    assert arguments[1] == f"/var/lib/{unit['Service']['StateDirectory']}"
    assert (unit["Service"]["User"], unit["Service"]["Restart"], unit["Service"]["NoNewPrivileges"]) == ("workpulse", "always", "yes")


@pytest.mark.feature("Q11")
@pytest.mark.parametrize("room", ["agent", "console", "ml", "policy", "reports", "server", "tests"])
def test_every_file_is_python_3_11(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        ast.parse(path.read_text("utf-8"), str(path), feature_version=(3, 11))


@pytest.mark.feature("Q10", "H09")
@pytest.mark.parametrize(("name", "most"), [("requirements-agent.txt", 150), ("requirements-server.txt", 750)])
def test_what_is_installed_has_its_room(name: str, most: int) -> None:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    packages = {re.split(r"[=\[ ;]", line)[0] for line in lines if line}
    total = sum(size_of(package) for package in packages)
    print(f"\n{name}: {total / MEGABYTE:.0f} MB")
    assert total < most * MEGABYTE


def size_of(package: str) -> int:
    try:
        return sum(file.size or 0 for file in importlib.metadata.distribution(package).files or ())
    except importlib.metadata.PackageNotFoundError:
        return 0  # of another platform
