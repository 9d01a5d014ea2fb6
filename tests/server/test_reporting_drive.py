"""Reports into a folder of Google Drive: Google's own client, as published, against a server on this PC that answers as Drive does."""

from __future__ import annotations

import email
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from server.models import AuditEntry, ReportDelivery
from server.reporting.delivery import deliver, ways
from tests.server.asking import two_people
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_reporting import WEEK_AFTER, choose
from tests.server.test_reporting_mail import deliveries, report

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ROOT / "requirements-drive.txt"
HOME = ROOT / ".venv" / "drive"
FOLDER = "0AFolderOfTheCompany"
DELIVERY = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from googleapiclient import discovery_cache
from server.reporting.delivery import deliver
from server.settings import load
from server.store.opened import Store

described = discovery_cache.get_static_doc  # only the address is another one
discovery_cache.get_static_doc = lambda *names: described(*names).replace("https://www.googleapis.com/", sys.argv[2])
chosen = {"data": Path(sys.argv[3]), "drive_folder": sys.argv[4], "drive_key_file": sys.argv[5]}
store = Store(load(chosen, {}))
print(deliver(store, int(sys.argv[6])))
store.close()
"""


class Drive(ThreadingHTTPServer):
    """Answers like Google's token door and Drive's files; `files` is what it was given, `lost` the answers it will not give."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files: dict[str, tuple[str, bytes]] = {}
        self.sent: Counter[str] = Counter()
        self.asked: list[str] = []
        self.lost = 0
        self.url = f"http://127.0.0.1:{self.server_port}/"


class _Answers(BaseHTTPRequestHandler):
    server: Drive

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Authorization", ""))
        asked = parse_qs(urlsplit(self.path).query)["q"][0]
        there = [{"id": name} for name in self.server.files if f"name = '{name}' and '{FOLDER}' in parents" in asked]
        self._say(200, {"files": there})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            granted = parse_qs(body.decode())["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
            self._say(200 if granted else 400, {"access_token": "a token", "expires_in": 3600, "token_type": "Bearer"})
            return
        told, content = email.message_from_bytes(
            b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body, policy=default
        ).iter_parts()
        named = json.loads(told.get_payload(decode=True))
        assert named["parents"] == [FOLDER]
        self.server.sent[named["name"]] += 1
        self.server.files[named["name"]] = (content.get_content_type(), content.get_payload(decode=True))
        if self.server.lost:
            self.server.lost -= 1
            self._say(503, {"error": {"code": 503, "message": "the answer was lost"}})
        else:
            self._say(200, {"id": named["name"]})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing on the terminal."""


@pytest.fixture
def google() -> Iterator[Drive]:
    made = Drive()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def a_key(folder: Path, google: Drive) -> Path:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    account = {"type": "service_account", "client_email": "reports@office.example", "private_key": pem.decode(), "private_key_id": "1"}
    path = folder / "key.json"
    path.write_text(json.dumps(account | {"token_uri": google.url + "token", "project_id": "office"}), "utf-8")
    return path


def packages() -> str:
    """Where Google's client is installed, in an environment of its own made at the first call."""
    stamp = HOME / hashlib.sha256(NEEDED.read_bytes()).hexdigest()[:16]
    target, uv = HOME / "packages", shutil.which("uv")
    if not stamp.exists():
        install = [uv, "pip", "install", "-q"] if uv else [sys.executable, "-m", "pip", "install", "-q"]
        command = [*install, "--no-deps", "--target", str(target), "-r", str(NEEDED)]
        command += ["--python", sys.executable] if uv else []
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=240)
        except (subprocess.SubprocessError, OSError) as fault:
            pytest.skip(f"Google's client could not be installed: {fault}")
        stamp.touch()
    return str(target)


def send(office: Office, google: Drive, key: Path, now: int) -> int:
    """Deliver in a process of its own, which alone has Google's client; return how many reports went out."""
    arguments = [packages(), google.url, str(office.core.settings.data), FOLDER, str(key), str(now)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run([sys.executable, "-c", DELIVERY, *arguments], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.fixture
def week(office: Office, google: Drive, tmp_path: Path) -> Office:
    two_people(office)
    choose(office, teams=False)
    key = a_key(tmp_path, google)
    office.core.settings = msgspec.structs.replace(office.core.settings, drive_folder=FOLDER, drive_key_file=str(key))
    return office


@pytest.mark.feature("T03", "N01")
@on_sqlite_only  # the other process has the store by its folder
def test_googles_own_client_puts_both_files_into_the_folder_once_and_only_where_that_was_set_up(week: Office, google: Drive) -> None:
    row, key = report(week), Path(week.core.settings.drive_key_file)
    off = msgspec.structs.replace(week.core.settings, drive_folder="")
    with week.core.readers.connect() as connection:
        assert (ways(connection, week.core.settings), ways(connection, off)) == (["drive"], [])
    assert deliver(week.core, WEEK_AFTER) == 0
    assert "googleapiclient" not in sys.modules
    [told] = week.rows(ReportDelivery)
    assert "requirements-drive.txt" in told.trouble, "this process has no client of Google's"
    google.lost = 1
    assert send(week, google, key, told.next_try) == 0
    [told] = week.rows(ReportDelivery)
    assert (told.way, told.state) == ("drive", "waiting")
    assert "503" in told.trouble
    assert send(week, google, key, told.next_try) == 1
    assert deliveries(week) == [("drive", "sent", 3)]
    folder = week.core.settings.data / "reports"
    for kind, digest in (("pdf", row.pdf_sha256), ("xlsx", row.xlsx_sha256)):
        assert google.files[f"{row.stem}.{kind}"][1] == (folder / f"{row.stem}-{digest[:12]}.{kind}").read_bytes()
    assert google.sent == {f"{row.stem}.pdf": 1, f"{row.stem}.xlsx": 1}, "what was there already was not sent again"
    assert google.files[f"{row.stem}.pdf"][0] == "application/pdf"
    assert set(google.asked) == {"Bearer a token"}
    assert "sent a report by drive" in {one.action for one in week.rows(AuditEntry)}
