"""The real server in a process of its own, over real TLS on loopback, to be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import requests
from requests.adapters import HTTPAdapter

from server.tls import SERVER_NAME

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60


class OurName(HTTPAdapter):
    """Checks the certificate for the server's fixed name."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, server_hostname=SERVER_NAME, assert_hostname=SERVER_NAME, **kwargs)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RealServer:
    """`python server` on a data folder and a port of its own; with a `database_uri`, on PostgreSQL."""

    def __init__(self, data: Path, *, program: Path = ROOT / "server", database_uri: str = "", **options: Any) -> None:
        self.data = data
        self.environment = os.environ | {"DATABASE_URI": database_uri}
        self.program = program
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.options = [argument for name, value in options.items() for argument in (f"--{name.replace('_', '-')}", str(value))]
        self.process: subprocess.Popen[str] | None = None

    def twin(self, data: Path) -> RealServer:
        """Return another server of the same office: the same database and certificate authority, a data folder of its own."""
        shutil.copytree(self.data / "tls", data / "tls")
        return RealServer(data, program=self.program, database_uri=self.environment["DATABASE_URI"])

    def command(self, *arguments: str, stdin: str | None = None) -> str:
        """Run another command of the server's on the same data folder and return what it printed."""
        command = [sys.executable, str(ROOT / "server"), *arguments, "--data", str(self.data)]
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS, env=self.environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, str(self.program), "--data", str(self.data), "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, *self.options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment
        )
        self.wait_until_open()

    def wait_until_open(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {self.process.communicate()[0]}\n{self.log()}")
            try:
                with self.session() as session:
                    session.get(f"{self.url}/health", timeout=5).raise_for_status()
                return
            except (requests.ConnectionError, OSError):  # OSError: the CA is not made yet
                time.sleep(0.05)
        raise AssertionError(f"the server did not answer\n{self.log()}")

    def session(self, token: str | None = None) -> requests.Session:
        """Return a client that verifies this server fully."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.data / "tls" / "ca.pem")
        session.mount("https://", OurName())
        if token:
            session.headers["Authorization"] = f"Bearer {token}"
        return session

    def processes(self) -> list[psutil.Process]:
        """The watching process and its worker."""
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def kill(self) -> None:
        """Kill the server as a power cut would: no warning, the watcher first, then whatever it left."""
        assert self.process is not None
        for process in self.processes():
            try:
                os.kill(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._finish()

    def stop(self) -> None:
        """Ask it to end and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self._finish()

    def _finish(self) -> None:
        assert self.process is not None
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise

    def log(self) -> str:
        path = self.data / "logs" / "server.log"
        return path.read_text("utf-8")[-4000:] if path.exists() else "(no log)"
