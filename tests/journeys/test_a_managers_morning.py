"""The console as a manager uses it, driven by real keys and clicks on a real screen, against a real server that dies and returns.

```
sign in -> scope -> tile -> person -> minute -> why -> classify a site -> every tab agrees -> export -> server away -> back -> sign out
```
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import openpyxl
import pytest
from sqlalchemy import select

from policy.wire import EnrolReply, EnrolRequest
from server.models import AuditEntry
from server.organisation import change_organisation
from server.store.db import database_url, writing_engine
from tests.agent.screen import MISSING, WHY, Screen, wait_for
from tests.events import ANITA, BORIS, activity, batch, notice
from tests.journeys.morning import REASON
from tests.real_server import ROOT, RealServer

PASSWORD = "long enough password"
ZONE = "Asia/Kolkata"
UNKNOWN_SITE = "intranet-of-nobody.example"
PRIVATE = 300  # seconds to wait for the child


@pytest.fixture
def screen() -> Iterator[Screen]:
    if MISSING:
        pytest.skip(WHY)
    made = Screen("1366x900")
    yield made
    made.close()


def yesterday_nine() -> int:
    """Return 09:00 of yesterday in the office, as the wire has it."""
    nine = datetime.now(ZoneInfo(ZONE)).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
    return int(nine.timestamp() * 1000)


def a_day(account: str, nine: int) -> list[object]:
    """Return an hour of Excel, ten minutes at a site nobody knows, and ten at one everybody knows."""

    def minutes(start: int, end: int, **what: object) -> list[object]:
        return [activity(start=nine + minute * 60_000, account=account, **what) for minute in range(start, end)]

    return [
        notice(at=nine - 60_000, account=account),
        *minutes(0, 60),
        *minutes(60, 70, app="chrome.exe", site=UNKNOWN_SITE),
        *minutes(70, 80, app="chrome.exe", site="github.com"),
    ]


def office_with_a_day(server: RealServer) -> None:
    """Make the office, its people, a manager of both teams, and everybody's yesterday."""
    server.command("init-db")
    engine = writing_engine(database_url(server.data, None))
    with engine.begin() as connection:
        change_organisation(connection, zone=ZONE, name="Meridian Traders")
    engine.dispose()
    codes = {
        name: server.command("enrol-code", "--team", team, "--person", name) for name, team in (("Anita", "Accounts"), ("Boris", "Sales"))
    }
    server.command(
        "user", "add", "meera", "--role", "manager", "--team", "Accounts", "--team", "Sales", "--password-stdin", stdin=f"{PASSWORD}\n"
    )
    server.start()
    with server.session() as session:
        for place, (name, account) in enumerate((("Anita", ANITA), ("Boris", BORIS))):
            wanted = EnrolRequest(codes[name].split()[-1], f"PC-{place}", "Windows 11", account, "0.1.0")
            reply = session.post(f"{server.url}/api/v1/enrol", data=msgspec.json.encode(wanted), timeout=20)
            device = msgspec.json.decode(reply.content, type=EnrolReply)
            body = batch(a_day(account, yesterday_nine()), epoch=f"{place}" * 16, machine=f"m{place}")
            headers = {"Authorization": f"Bearer {device.token}", "Content-Encoding": "gzip"}
            sent = session.post(f"{server.url}/api/v1/ingest", data=gzip.compress(body), headers=headers, timeout=20)
            assert sent.status_code == 200, sent.text


class Child:
    """The console with its hand, in a process of its own."""

    def __init__(self, server: RealServer, screen: Screen, folder: Path) -> None:
        command = [sys.executable, "-W", "error::ResourceWarning", "-m", "tests.journeys.morning", server.url, str(folder), PASSWORD]
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        environment = screen.environment | {"QT_QPA_PLATFORM": "xcb", "XDG_RUNTIME_DIR": str(runtime)}
        self.steps: dict[str, dict[str, object]] = {}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
        )

    def until(self, step: str) -> dict[str, object]:
        """Read what the console saw, until this step."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            seen = json.loads(line)
            self.steps[seen["step"]] = seen
            print(line.strip()[:900])
            if seen["step"] == step:
                return seen
            if seen["step"] == "stuck":
                break
        self._process.kill()
        raise AssertionError(f"never came to “{step}”: {self.steps}\n{self._process.communicate()[1][-3000:]}")

    def end(self) -> str:
        """Wait for the end and return what went to standard error."""
        _rest, complaints = self._process.communicate(timeout=60)
        assert self._process.returncode == 0, complaints
        return complaints

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.mark.feature("I01", "I03", "I08", "I09", "I12", "I15")
@pytest.mark.quality("R-01")
@pytest.mark.timeout(PRIVATE)
def test_a_managers_morning(tmp_path: Path, screen: Screen) -> None:
    server = RealServer(tmp_path / "server", ledger_every=0.5)
    office_with_a_day(server)
    wait_for(lambda: engaged_of(server) == 2 * 80 * 60, 60)
    child = Child(server, screen, tmp_path)
    try:
        seen = child.until("kill")
        assert seen["step"] == "kill"
        server.kill()
        (tmp_path / "exports" / "killed").touch()
        child.until("away")
        server.start()
        (tmp_path / "exports" / "back").touch()
        child.until("ended")
        complaints = child.end()
    finally:
        child.kill()
        server.stop()
    steps = child.steps
    assert len(steps["signed in"]["tabs"]) == 8  # type: ignore[arg-type]
    assert (steps["minute"]["engaged"], steps["minute"]["total"]) == (80 * 60, 86_400)
    agrees_everywhere(steps)
    exported_exactly(tmp_path / "exports" / "applications.xlsx", steps)
    assert steps["away"]["state"] == "figures" and steps["away"]["sign"] == "Not connected"
    assert (steps["back"]["state"], steps["back"]["sign"]) == ("figures", "Connected")
    nothing_complained(tmp_path / "console", complaints)
    everything_is_in_the_audit_log(server)


def engaged_of(server: RealServer) -> int:
    """Return the engaged seconds that the ledger has by now."""
    from server.models import LedgerDay

    engine = writing_engine(database_url(server.data, None))
    with engine.connect() as connection:
        columns = [LedgerDay.active, LedgerDay.reading, LedgerDay.meeting]
        rows = connection.execute(select(*columns)).all()
    engine.dispose()
    return sum(sum(row) for row in rows)


def agrees_everywhere(steps: dict[str, dict[str, object]]) -> None:
    """The site's ten minutes of the manager's first team moved in every tab, and all tabs tell the same time, to the second."""
    engaged, agree = 2 * 80 * 60, steps["agree"]
    overview = steps["overview"]
    assert (steps["preview"]["site"], steps["preview"]["seconds"]) == (UNKNOWN_SITE, 2 * 600)
    assert (overview["productive"], overview["unclassified"], overview["engaged"]) == (600, 600, engaged)
    assert agree["applications"] == [engaged, overview["all_productive"]] == [engaged, engaged - 600]
    assert agree["urls"] == [2 * 1200, 2 * 600 + 600] and agree["browsers"] == 2 * 1200
    assert agree["timeline"] == agree["inactivity"] == engaged


def exported_exactly(path: Path, steps: dict[str, dict[str, object]]) -> None:
    """The Excel file holds the seconds that the tab showed."""
    sheet = openpyxl.load_workbook(path)["Applications"]
    rows = list(sheet.iter_rows(values_only=True))
    column = next(place for place, heading in enumerate(rows[0]) if str(heading).startswith("Engaged"))
    seconds = sum(round(_seconds(row[column])) for row in rows[1:])
    assert seconds == steps["exported"]["engaged"] == 2 * 80 * 60


def _seconds(value: object) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if hasattr(value, "hour"):
        return value.hour * 3600 + value.minute * 60 + value.second  # type: ignore[attr-defined]
    return float(str(value)) * 86_400


def nothing_complained(folder: Path, complaints: str) -> None:
    """Neither Python nor Qt wrote a warning, and the console's own log is empty."""
    assert [line for line in complaints.splitlines() if line.strip()] == []
    log = folder / "console.log"
    assert not log.exists() or log.read_text("utf-8") == ""


def everything_is_in_the_audit_log(server: RealServer) -> None:
    engine = writing_engine(database_url(server.data, None))
    with engine.connect() as connection:
        mine = select(AuditEntry.action, AuditEntry.reason).where(AuditEntry.actor == "meera")
        actions, reasons = zip(*connection.execute(mine), strict=True)
    engine.dispose()
    assert "looked at timeline" in actions
    assert "looked at applications and exported it" in actions
    assert any("rule" in action for action in actions)
    assert [reason for action, reason in zip(actions, reasons, strict=True) if action == "gave a reason to look"] == [REASON, REASON]
    assert {reason for action, reason in zip(actions, reasons, strict=True) if action == "looked at applications"} == {REASON}
