"""Debian's PostgreSQL, started for the tests as an ordinary user in a temporary folder, with a fresh database for each test."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

from server import migrations
from tests.real_server import free_port

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
PACKAGE_USER = "postgres"
"""Whom the Debian package makes for this: PostgreSQL refuses to run as root."""
NOT_INSTALLED = "PostgreSQL is not installed (Debian: apt-get install postgresql); `python tests` installs it as root"
PATIENCE_SECONDS = 60
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")
"""Nothing here outlives the tests; what is about survival uses a server with stock settings."""


def installed() -> bool:
    """Return whether the server's programs are there, not only the client."""
    return bool(PROGRAMS) and (PROGRAMS[-1] / "initdb").exists()


class Postgres:
    """One PostgreSQL server of our own on loopback."""

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="workpulse-postgres-"))
        self.port = free_port()
        self._settings = settings
        self._numbers = itertools.count(1)
        self._template = ""
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self.folder, PACKAGE_USER, PACKAGE_USER)
        self._run(
            "initdb", "-D", self._data, "-U", "workpulse", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync"
        ).check_returncode()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def url(self, database: str) -> str:
        return f"postgresql://workpulse@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it lets us in; after a kill this is also its recovery."""
        # A killed postmaster's children see that it is gone and end, a moment later; until then it would not start.
        options = [
            "-D",
            self._data,
            "-p",
            str(self.port),
            "-k",
            str(self.folder),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "max_connections=200",
        ]
        options += [part for setting in self._settings for part in ("-c", setting)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                self._process = self._begin(options)
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise AssertionError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        """End it at once and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(PATIENCE_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """Kill the postmaster as a power cut would; its children notice by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_a_backend(self) -> bool:
        """Kill one process that serves a client; PostgreSQL then throws everybody out and recovers. Return whether there was one."""
        assert self._process is not None
        for child in psutil.Process(self._process.pid).children():
            try:
                if " workpulse " in " ".join(child.cmdline()):
                    child.kill()
                    return True
            except psutil.NoSuchProcess:
                continue
        return False

    def empty_database(self, options: str = "") -> str:
        """Return the URL of a new database without a table."""
        return self._create("template0", options)

    def migrated_database(self) -> str:
        """Return the URL of a new database with every table, copied from one that was migrated once."""
        if not self._template:
            url = self.empty_database()
            migrations.upgrade(url.replace("postgresql://", "postgresql+psycopg://"))
            self._template = url.rpartition("/")[2]
        return self._create(self._template)

    def drop(self, url: str) -> None:
        """Drop a database, whoever still works on it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _create(self, template: str, options: str = "") -> str:
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {options}")
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            _as_ordinary_user([str(PROGRAMS[-1] / program), *arguments]), stdout=subprocess.DEVNULL, cwd=self.folder, check=False
        )

    def _begin(self, options: list[str]) -> subprocess.Popen[bytes]:
        command = _as_ordinary_user([str(PROGRAMS[-1] / "postgres"), *options])
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)


def _as_ordinary_user(command: list[str]) -> list[str]:
    """Return the command as somebody else than root would run it; should the tests be killed, it ends with them."""
    somebody = [f"--reuid={PACKAGE_USER}", f"--regid={PACKAGE_USER}", "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", "--pdeathsig=QUIT", *somebody, *command]
