"""The whole way: a hand at real windows, the real agent, a server that is killed half way, and what the console shows.

```
windows   [xterm      )[mousepad   )[xcalc      )[xterm      )
server    ------------------ x kill -9 ..... up again ---------
agent     samples all the time, keeps what it cannot send
```
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication

from console.api import Api, connect
from console.app import services_of
from console.pictures import settle
from console.scope import Preset
from console.servers import KnownServers
from console.settings import Settings
from console.tasks import Tasks
from console.theme import Theme, ThemeChoice
from console.window import Window
from policy.summaries import AppTimes
from server.organisation import change_organisation
from server.store.db import database_url, writing_engine
from tests.agent.screen import Screen, wait_for
from tests.real_server import RealServer

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "long enough password"
STAY_SECONDS = 13
TOLERANCE_SECONDS = 2
MOST_MEMORY = 100_000_000


class Desk(Screen):
    """A screen on which programs are opened, brought to the front and used by hand."""

    def open_program(self, *command: str) -> str:
        """Open a program, wait until its window is in front, and return that window."""
        before = self._output("xdotool", "getactivewindow")
        self._start(list(command))
        wait_for(lambda: self._output("xdotool", "getactivewindow") not in (before, b""), 20)
        time.sleep(1)  # some programs put a second window in front at once
        return self._output("xdotool", "getactivewindow").decode().strip()

    def use(self, window: str, keys: int, clicks: int) -> None:
        """Bring a window to the front, type and click in its middle, and stay; well away from the moments of change."""
        self.act("windowactivate", "--sync", window, "mousemove", "--window", window, "60", "60")
        self.came = time.monotonic()
        time.sleep(2.5)
        if keys:
            self.act("type", "--delay", "30", "x" * keys)
        if clicks:
            self.act("click", "--repeat", str(clicks), "--delay", "60", "1")
        time.sleep(max(0.0, STAY_SECONDS - (time.monotonic() - self.came)))


class Agent:
    """`python agent` on a data folder of its own."""

    def __init__(self, data: Path, desk: Desk) -> None:
        self.data = data
        self.environment = desk.environment
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "agent"), *arguments, "--data", str(self.data)]
        result = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=60)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def start(self) -> None:
        command = [sys.executable, str(ROOT / "agent"), "run", "--data", str(self.data)]
        self.process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: self.status()["state"] == "recording", 30)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def memory(self) -> int:
        """Return what the agent and its helpers hold, in bytes."""
        assert self.process is not None
        program = psutil.Process(self.process.pid)
        return sum(one.memory_info().rss for one in (program, *program.children(recursive=True)))

    def status(self) -> dict[str, object]:
        return dict(json.loads(self.command("status", "--json")))


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def quick_sending(server: RealServer) -> None:
    """Let agents send every second, so that the test need not wait; the policy is what it would be in an office else."""
    server.command("init-db")
    engine = writing_engine(database_url(server.data, None))
    with engine.begin() as connection:
        change_organisation(connection, send_every=1.0, health_every=5.0, ask_below=0)  # an office of one
    engine.dispose()


@pytest.mark.feature("A22", "F04", "F06", "G01", "H09", "I01", "I03", "I09")
@pytest.mark.quality("R-12")
@pytest.mark.timeout(300)
def test_a_real_minute_of_work_reaches_the_console(tmp_path: Path, desk: Desk, qapp: QApplication) -> None:
    server = RealServer(tmp_path / "server", ledger_every=0.5)
    quick_sending(server)
    server.start()
    agent = Agent(tmp_path / "agent", desk)
    try:
        server.command("user", "add", "olga", "--role", "owner", "--password-stdin", stdin=f"{PASSWORD}\n")
        agent.command("enrol", "--server", server.url, "--code", server.command("enrol-code", "--team", "Accounts", "--person", "Anita"))
        agent.command("notice", "--answer", "acknowledged")
        windows = {
            "mousepad": desk.open_program("mousepad"),
            "xcalc": desk.open_program("xcalc"),
            "xterm": desk.open_program("xterm", "-e", "cat >/dev/null"),
        }
        started = time.monotonic()
        agent.start()
        stayed, keys, clicks = work(desk, windows, server)
        wait_for(lambda: agent.status()["buffered"] == 0, 60)
        assert agent.memory() < MOST_MEMORY
        agent.stop()
        before_and_after = time.monotonic() - started - sum(stayed.values())
        api = signed_in(server, tmp_path / "console")
        apps = shown_apps(api, set(windows), sum(stayed.values()))
        seen_in_the_window(api, qapp, tmp_path / "settings", apps)
        the_equation_holds(api, agent.status())
    finally:
        agent.stop()
        server.stop()
    for app in windows:
        recorded = apps[app].engaged + apps[app].idle
        print(f"\n{app}: in front {stayed[app]:.1f} s, shown {recorded} s; keys {keys[app]}, clicks {clicks[app]}")
        more = before_and_after if app == "xterm" else 0  # it is in front while the agent starts and stops
        assert -TOLERANCE_SECONDS <= recorded - stayed[app] <= more + TOLERANCE_SECONDS
        assert (apps[app].keys, apps[app].clicks) == (keys[app], clicks[app])


def work(desk: Desk, windows: dict[str, str], server: RealServer) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Use the windows in turn and return {app: seconds in front, keys, clicks}; the server is killed in the middle."""
    stayed: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    clicks: Counter[str] = Counter()
    # what is in front before the first change and after the last is the xterm's too
    plan = [("xterm", 47, 0), ("mousepad", 31, 0), ("xcalc", 0, 9), ("xterm", 23, 3)]
    changes = [time.monotonic()]
    for turn, (app, typed, clicked) in enumerate(plan):
        if turn == 2:
            server.kill()
        desk.use(windows[app], typed, clicked)
        if turn:
            changes.append(desk.came)
        keys[app] += typed
        clicks[app] += clicked
        if turn == 2:
            server.start()
    changes.append(time.monotonic())
    for (app, _, _), came, went in zip(plan, changes, changes[1:], strict=False):
        stayed[app] += went - came  # type: ignore[assignment]
    return stayed, keys, clicks


def signed_in(server: RealServer, folder: Path) -> Api:
    known = KnownServers(folder)
    found = connect(server.url, known)
    known.remember(found)
    api = Api(found, known)
    api.sign_in("olga", PASSWORD)
    return api


def shown_apps(api: Api, expected: set[str], seconds: float) -> dict[str, AppTimes]:
    """Return {app: its times} once the ledger has caught up."""
    today = api.choices().today
    found: dict[str, AppTimes] = {}

    def complete() -> bool:
        found.update({one.app: one for one in api.applications(today, today).apps})
        return expected <= found.keys() and sum(one.engaged + one.idle for one in found.values()) >= seconds - TOLERANCE_SECONDS

    wait_for(complete, 30)
    time.sleep(1.5)  # the agent's last events are rebuilt too
    complete()
    return found


def seen_in_the_window(api: Api, qapp: QApplication, folder: Path, apps: dict[str, AppTimes]) -> None:
    """Open the console's window offscreen and read its table: every app is there with its keys and its time in words."""
    from console import words

    tasks = Tasks()
    services = services_of(api, api.choices(), tasks, Theme(ThemeChoice.LIGHT), Settings(folder))
    services.scope.choose(Preset.TODAY)
    window = Window(services)
    try:
        window.show()
        window.open("applications")
        frame = window.frames["applications"]
        deadline = time.monotonic() + 30
        while (frame.waiting or frame.state() == "blank") and time.monotonic() < deadline:
            qapp.processEvents()
        settle()
        assert frame.state() == "figures"
        model = frame.tab.apps
        headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
        rows = [[model.data(model.index(row, column)) for column in range(model.columnCount())] for row in range(model.rowCount())]
        shown = {row[0]: dict(zip(headings, row, strict=True)) for row in rows}
        for one in apps.values():
            assert words.duration(one.engaged) in shown[one.name].values(), (shown, one)
    finally:
        window.close()
        tasks.finish()


def the_equation_holds(api: Api, status: dict[str, object]) -> None:
    """recorded = stored + quarantined + lost + buffered: the agent's own count against the server's."""
    [device] = api.devices().devices
    assert status["recorded"] == device.stored + device.quarantined + device.lost + int(str(status["buffered"]))
    assert device.balanced, msgspec.json.encode(device)
    assert (device.quarantined, device.lost) == (0, 0)


def test_the_agent_says_what_it_lacks_before_it_records(tmp_path: Path, desk: Desk) -> None:
    environment = desk.environment | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(ROOT / "agent"), "run", "--data", str(tmp_path)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode != 0
    assert "enrol" in (result.stdout + result.stderr)
    assert "Traceback" not in result.stderr
