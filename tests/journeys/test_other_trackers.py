"""The two other trackers' own clients, over real TLS, against the running server: only address and token are theirs to change."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.journeys import tracker_client
from tests.real_server import RealServer

INDIA = timezone(timedelta(hours=5, minutes=30))
REPORT = """curl -X POST -H "Content-Type: application/json" -d '{"user":"testuser","state":"working","ts":"2024-01-01T12:00:00Z"}' \
http://localhost:5050/api/report"""
HOURS = 'curl -X GET "http://localhost:5050/api/reports/real_work_hours?username=testuser&start_date=2024-01-01&end_date=2024-01-31"'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A running server that also speaks to Windows 10's own programs."""
    made = RealServer(tmp_path_factory.mktemp("server"), tls_minimum="1.2", ledger_every=0.5)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def code(server: RealServer) -> str:
    """An enrolment code for both PCs."""
    return server.command("enrol-code", "--uses", "2")


def enrolled(server: RealServer, code: str, account: str) -> str:
    """Return the token of a PC whose user has read the notice and agreed."""
    wanted = {
        "code": code,
        "hostname": f"PC-{account}",
        "os": "Windows 11",
        "account": account,
        "agent_version": "-",
    }
    with server.session() as session:
        token = str(session.post(f"{server.url}/api/v1/enrol", json=wanted).json()["token"])
    with server.session(token) as session:
        reply = session.post(f"{server.url}/api/notice", json={"user": account, "answer": "acknowledged"})
        assert reply.status_code == 201
    return token


def curl(server: RealServer, line: str, token: str) -> tuple[int, Any]:
    """Run a documented line with nothing but the address and the token changed; return status and answer."""
    words = shlex.split(line.replace("http://localhost:5050", f"{server.url}/t/{token}"))
    trust = ["--silent", "--cacert", str(server.data / "tls" / "ca.pem"), "--write-out", "\n%{http_code}"]
    done = subprocess.run([words[0], *trust, *words[1:]], capture_output=True, text=True, check=True, timeout=30)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


@pytest.mark.feature("A01", "A02", "A03", "A25", "B05", "B06")
def test_the_documented_curl_lines_work_over_tls(server: RealServer, code: str) -> None:
    token = enrolled(server, code, "testuser")
    assert curl(server, REPORT, token) == (201, {"success": True})
    for minute in (10, 20, 30, 40):
        assert curl(server, REPORT.replace("12:00", f"12:{minute}"), token)[0] == 201
    server.command("process-real-hours")
    status, answer = curl(server, HOURS, token)
    assert (status, answer["success"]) == (200, True)
    [row] = answer["data"]
    assert row.keys() == {"id", "username", "work_date", "real_hours_counted", "last_processed_event_id"}
    assert (row["username"], row["work_date"], row["real_hours_counted"]) == ("testuser", "2024-01-01", 1)
    plain = subprocess.run(["curl", "--silent", server.url.replace("https", "http")], capture_output=True, check=False, timeout=30)
    assert plain.returncode != 0  # no word of plain HTTP is spoken


@pytest.mark.feature("A04", "A05", "A06", "A07", "A08", "F07", "G07", "P02")
def test_the_telemetry_trackers_client_delivers_even_what_piled_up_while_the_server_was_away(
    server: RealServer, code: str, tmp_path: Path
) -> None:
    token = enrolled(server, code, "john.doe")
    noon = datetime(2026, 2, 18, 12, 0, tzinfo=INDIA)
    samples = [tracker_client.sample("john.doe", noon + timedelta(seconds=at), keys=1) for at in range(3 * 3600)]
    buffer = tmp_path / "buffer.json"
    buffer.write_text("".join(json.dumps(one) + "\n" for one in samples), "utf-8")
    environment = os.environ | {
        "BACKEND_URL": f"https://localhost:{server.port}/t/{token}",
        "REQUESTS_CA_BUNDLE": str(server.data / "tls" / "ca.pem"),
        "BUFFER_FILE": str(buffer),
        "USER_ID": "john.doe",
    }
    subprocess.run([sys.executable, tracker_client.__file__, "3"], env=environment, check=True, timeout=60)
    assert buffer.read_text("utf-8") == ""
    with server.session(token) as session:
        day = session.get(f"{server.url}/summary/today", params={"user_id": "john.doe", "date": "2026-02-18"}).json()
        assert day == {"productive": 10800, "non_productive": 0, "total_seconds": 10800, "total_buckets": 180}
        today = session.get(f"{server.url}/apps", params={"user_id": "john.doe"}).json()
        assert [row["app_name"] for row in today] == ["Visual Studio Code"]
        assert len(session.get(f"{server.url}/daily", params={"user_id": "john.doe", "days": 7}).json()) == 7
        assert "john.doe" in session.get(f"{server.url}/dashboard/john.doe").text


@pytest.mark.feature("A21", "N07", "N08")
def test_without_the_token_or_the_authority_nobody_gets_in(server: RealServer) -> None:
    with server.session() as session:
        assert session.post(f"{server.url}/track", json={"events": []}).status_code == 401
    with pytest.raises(requests.exceptions.SSLError):
        requests.post(f"{server.url}/track", json={"events": []}, timeout=10)


@pytest.mark.feature("A25")
@pytest.mark.parametrize(("newest", "heard"), [("1.1", False), ("1.2", True), ("1.3", True)])
def test_windows_10s_own_programs_are_spoken_to_where_that_is_switched_on(server: RealServer, newest: str, heard: bool) -> None:
    trust = ["--silent", "--cacert", str(server.data / "tls" / "ca.pem"), "--tls-max", newest]
    done = subprocess.run(["curl", *trust, f"{server.url}/health"], capture_output=True, check=False, timeout=30)
    assert (done.returncode == 0) is heard
