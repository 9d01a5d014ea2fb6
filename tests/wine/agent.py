"""The Windows agent of a bundle, wherever it lies on the test's PC, and what of it has reached the server."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from tests.agent.screen import wait_for
from tests.real_server import RealServer
from tests.wine.pc import PATIENCE_SECONDS, WindowsPc, end, what_is_there


class WindowsAgent:
    """`wpagent` and WorkPulseAgent.exe in one folder."""

    def __init__(self, pc: WindowsPc, folder: Path) -> None:
        self.pc, self.folder = pc, folder
        self.program: subprocess.Popen[str] | None = None

    def command(self, *arguments: str, fails: bool | None = False) -> str:
        """Run the command-line program and return what it says, on either channel."""
        done = self.pc.wine(str(self.folder / "wpagent.exe"), *arguments, fails=fails)
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> None:
        """Start the one without a console, as a double-click does."""
        self.program = self.pc.start(str(self.folder / "WorkPulseAgent.exe"), *arguments)

    def status(self, data: str = "") -> dict[str, Any]:
        """Return what `status --json` says, of which nothing else may be on standard output."""
        of = ["--data", data] if data else []
        found: dict[str, Any] = json.loads(self.pc.wine(str(self.folder / "wpagent.exe"), "status", "--json", *of).stdout)
        return found

    def wait_for(self, seconds: float = PATIENCE_SECONDS, **expected: Any) -> None:
        """Wait until `status` says what is expected, as long as the program runs."""
        wait_for(lambda: self._has_ended() or expected.items() <= self.status().items(), seconds)
        if self._has_ended():
            assert self.program is not None
            code, said = self.program.returncode, what_is_there(self.program)
            self.kill()
            raise AssertionError(f"it ended with {code}: {said}")

    def _has_ended(self) -> bool:
        return self.program is not None and self.program.poll() is not None

    def looks_again(self) -> None:
        """Wait until it has counted what was done so far: with each health event it has looked at the window before."""
        before = self.status()["recorded"]
        wait_for(lambda: bool(self.status()["recorded"] > before), PATIENCE_SECONDS)

    def kill(self) -> None:
        """Kill it as a crash would, or bury one that ended."""
        if self.program is not None:
            end(self.program)
            self.program = None

    def ended(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until it has ended by itself and return its exit code."""
        assert self.program is not None
        code = self.program.wait(seconds)
        self.kill()
        return code


def arrived(server: RealServer, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of `query` from the server's database, read beside the running server."""
    with contextlib.closing(sqlite3.connect(f"{(server.data / 'workpulse.db').as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def spans(server: RealServer) -> list[dict[str, Any]]:
    """Return what was recorded of windows, oldest first."""
    names = ("app", "title", "keys", "clicks", "scrolls", "pointer_px", "idle_ms", "length_ms", "start")
    joined = "FROM span JOIN app ON app.id = app_id LEFT JOIN title ON title.id = title_id ORDER BY start"
    rows = arrived(server, f"SELECT app.text, title.text, {', '.join(names[2:])} {joined}")
    return [dict(zip(names, row, strict=True)) for row in rows]


def changes(server: RealServer) -> list[str]:
    """Return what was recorded of the session, in the order in which it was."""
    return [change for [change] in arrived(server, "SELECT change FROM session_event ORDER BY epoch_id, seq")]


def files(server: RealServer) -> list[tuple[str, str, str | None]]:
    """Return (action, path, new path) of what was recorded of files, oldest first."""
    joined = "FROM file_event JOIN path AS old ON old.id = path_id LEFT JOIN path AS new ON new.id = new_path_id"
    return [(row[0], row[1], row[2]) for row in arrived(server, f"SELECT action, old.text, new.text {joined} ORDER BY epoch_id, seq")]
