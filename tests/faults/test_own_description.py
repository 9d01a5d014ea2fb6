"""Requests made from the server's own description, right and wrong ones: no fault of ours, no answer that is not described."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real_server import RealServer

EXAMPLES = int(os.environ.get("WORKPULSE_EXAMPLES", "1"))
"""Of each operation, beside the cases that are always tried; 60 make 8,500 requests."""
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance,negative_data_rejection,ignored_auth,use_after_free"
SIGNS_US_OUT = "sign-out|password"
PASSWORD = "long enough password"


@pytest.mark.quality("S-07")
@pytest.mark.timeout(120 + 20 * EXAMPLES)
def test_what_the_description_allows_and_forbids_is_answered_as_it_says(tmp_path: Path) -> None:
    server = RealServer(tmp_path / "server")
    server.start()
    try:
        server.command("user", "add", "olga", "--role", "owner", "--password-stdin", stdin=f"{PASSWORD}\n")
        with server.session() as session:
            signed = session.post(f"{server.url}/api/v1/sign-in", json={"user": "olga", "password": PASSWORD}, timeout=20)
        told = attack(server, signed.json()["token"], tmp_path)
    finally:
        server.stop()
    tried = re.search(r"([\d,]+) generated, ([\d,]+) passed", told.stdout)
    assert told.returncode == 0, told.stdout
    assert tried is not None
    print(f"\n{tried[0]}")
    assert tried[1] == tried[2]
    assert int(tried[1].replace(",", "")) > 1_000
    assert "a fault of ours" not in server.log()


def attack(server: RealServer, token: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/api/v1/openapi.json", "-H", f"Authorization: Bearer {token}"]
    command += ["--tls-verify", str(server.data / "tls" / "ca.pem"), "--checks", CHECKS, "--max-examples", str(EXAMPLES), "--seed", "1"]
    command += ["--exclude-path-regex", SIGNS_US_OUT, "--suppress-health-check", "all", "--no-color"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
