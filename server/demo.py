"""The demo: a real server on its own data folder, filled with an invented company through the real ingest route."""

from __future__ import annotations

import gzip
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec
import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import Connection, func, select

from policy.events import Event
from policy.roles import Role
from policy.wire import MAX_EVENTS, Ack, Batch, EnrolReply, EnrolRequest
from policy.worktime import local_day
from server import enrolment, migrations, users
from server.clock import now_ms
from server.core import own_identity
from server.invented import company, incidents
from server.invented.company import Employee
from server.models import DirtyDay
from server.organisation import change_organisation
from server.settings import Settings, load
from server.store.db import database_url, writing_engine
from server.store.opened import reading_engine
from server.tls import SERVER_NAME, Identity

SEED = 2026
OWNER = "owner"
ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
LEDGER_SECONDS = 600
LIVE_SECONDS = 20


def run_demo(data: Path | None, port: int | None, people: int, weeks: int, *, console: bool, stay: bool) -> None:
    """Set the company up, open the console (or make its pictures), and keep its people at work until stopped."""
    folder = data or Path(tempfile.mkdtemp(prefix="workpulse-demo-"))
    settings = load({"data": folder, "host": "127.0.0.1", "port": port or _free_port()})
    identity = own_identity(settings)
    here = datetime.now(ZoneInfo(company.ZONE))
    staff = company.staff(people, here.weekday(), here.hour * 60 + here.minute)
    password = secrets.token_urlsafe(9)
    codes = _found(settings, identity, staff, password)
    server = _start_server(settings)
    try:
        office = _Office(settings, identity, staff, codes)
        office.wait_until_open(server)
        office.fill(weeks)
        _wait_for_ledger(settings)
        _say(settings, identity, password)
        _report(settings)
        shown = _show(settings, identity, password, wait=not stay) if console else None
        if stay:
            office.keep_working(server, shown)
    except KeyboardInterrupt:
        pass
    finally:
        _stop(server)


def _found(settings: Settings, identity: Identity, staff: list[Employee], password: str) -> list[str]:
    """Make the organisation, its owner and one enrolment code for each PC; return the codes."""
    url = database_url(settings.data, None)
    migrations.upgrade(url)
    hashed = users.new_password_hash(password)

    def found(connection: Connection) -> list[str]:
        now = now_ms()
        asked = {"watched_paths": incidents.WATCHED, "denied": incidents.DENIED}
        change_organisation(connection, name=company.ORGANISATION, zone=company.ZONE, dpia=company.ASSESSMENT, **asked)
        users.add_user(connection, OWNER, Role.OWNER, hashed, now)
        return [enrolment.make_code(connection, identity.fingerprint, now, team=one.team, person=one.name) for one in staff]

    engine = writing_engine(url)
    try:
        with engine.begin() as connection:
            return found(connection)
    finally:
        engine.dispose()


def _start_server(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(ROOT / "server"), "--data", str(settings.data), "--host", settings.host, "--port", str(settings.port)]
    return subprocess.Popen([*command, "--ledger-every", "0.5"], stdout=subprocess.DEVNULL)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


class _OurName(HTTPAdapter):
    """Checks the server's certificate for its fixed name, whatever address it was reached under."""

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        """Hand the name to urllib3."""
        super().init_poolmanager(*args, server_hostname=SERVER_NAME, assert_hostname=SERVER_NAME, **kwargs)  # type: ignore[arg-type]


class _Office:
    """The invented company's PCs, speaking to the server as agents do."""

    def __init__(self, settings: Settings, identity: Identity, staff: list[Employee], codes: list[str]) -> None:
        self._url = f"https://127.0.0.1:{settings.port}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(identity.ca)
        self._session.mount("https://", _OurName())
        self._staff = staff
        self._codes = codes
        self._pcs: list[_PC] = []
        self._sent_until = 0

    def wait_until_open(self, server: subprocess.Popen[bytes]) -> None:
        """Return when the server answers; raise ClickException when it ended instead."""
        for _ in range(START_SECONDS * 10):
            if server.poll() is not None:
                raise click.ClickException(f"the server ended at once with {server.returncode}; see its log in the data folder")
            try:
                self._session.get(f"{self._url}/health", timeout=5).raise_for_status()
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                return
        raise click.ClickException(f"the server did not answer within {START_SECONDS} s")

    def fill(self, weeks: int) -> None:
        """Enrol every PC and deliver everything its agent would have recorded until now."""
        now = now_ms()
        today = local_day(now, company.ZONE)
        first = today - timedelta(days=weeks * 7)
        with click.progressbar(list(zip(self._staff, self._codes, strict=True)), label="inventing", file=sys.stderr) as each:
            for one, code in each:
                pc = _PC(self._session, self._url, one, code)
                self._pcs.append(pc)
                recorded = company.events_of(one, first, today, SEED)
                beginning = (local_day(now, company.ZONE) - first).days * 86_400_000
                pc.deliver([company.consent(one, now - beginning - 86_400_000), *_until(recorded, now)])
        self._sent_until = now

    def keep_working(self, server: subprocess.Popen[bytes], shown: subprocess.Popen[bytes] | None) -> None:
        """Deliver what happens from now on, until the server ends, the console is closed or Ctrl+C."""
        while server.poll() is None and (shown is None or shown.poll() is None):
            time.sleep(LIVE_SECONDS)
            since, now = self._sent_until, now_ms()
            today = local_day(now, company.ZONE)
            for pc in self._pcs:
                recorded = company.events_of(pc.employee, today - timedelta(days=1), today, SEED)
                fresh = [event for event in _until(recorded, now) if _instant(event) > since]
                if fresh:
                    pc.deliver(fresh)
            self._sent_until = now


class _PC:
    """One enrolled PC of the demo."""

    def __init__(self, session: requests.Session, url: str, employee: Employee, code: str) -> None:
        self.employee = employee
        self._session = session
        self._url = url
        self._epoch = secrets.token_hex(8)
        self._next = 1
        wanted = EnrolRequest(code, employee.hostname, "Windows 11 Pro", employee.account, company.AGENT_VERSION)
        reply = session.post(f"{url}/api/v1/enrol", data=msgspec.json.encode(wanted), timeout=30)
        reply.raise_for_status()
        token = msgspec.json.decode(reply.content, type=EnrolReply).token
        self._headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip"}

    def deliver(self, events: list[Event]) -> None:
        """Send events in batches and see each acknowledged."""
        for at in range(0, len(events), MAX_EVENTS // 2):
            self._send(events[at : at + MAX_EVENTS // 2])

    def _send(self, events: list[Event]) -> None:
        batch = Batch(
            protocol=1,
            epoch=self._epoch,
            first=self._next,
            machine=f"invented {self.employee.hostname}",
            sent_at=now_ms(),
            boot="invented",
            monotonic_ms=time.monotonic_ns() // 1_000_000,
            events=[msgspec.Raw(msgspec.json.encode(event)) for event in events],
        )
        body = gzip.compress(msgspec.json.encode(batch), 6)
        reply = self._session.post(f"{self._url}/api/v1/ingest", data=body, headers=self._headers, timeout=60)
        reply.raise_for_status()
        ack = msgspec.json.decode(reply.content, type=Ack)
        self._next += len(events)
        if ack.acked != self._next - 1 or ack.refused:
            raise click.ClickException(f"the server refused invented events: {ack.refused[:3]}")


def _until(events: Iterator[Event], now: int) -> Iterator[Event]:
    return (event for event in events if _instant(event) <= now)


def _instant(event: Event) -> int:
    """Return when an event was complete."""
    moment: int = getattr(event, "end", 0) or getattr(event, "at", 0)
    return moment


def _wait_for_ledger(settings: Settings) -> None:
    engine = reading_engine(database_url(settings.data, None))
    try:
        for _ in range(LEDGER_SECONDS * 5):
            with engine.connect() as connection:
                if not connection.execute(select(func.count()).select_from(DirtyDay)).scalar_one():
                    return
            time.sleep(0.2)
        raise click.ClickException("the ledger was not finished in time")
    finally:
        engine.dispose()


def _say(settings: Settings, identity: Identity, password: str) -> None:
    click.echo(f"address      https://127.0.0.1:{settings.port}")
    click.echo(f"fingerprint  {identity.fingerprint}")
    click.echo(f"sign in      {OWNER} / {password}")
    click.echo(f"data         {settings.data}")


def _report(settings: Settings) -> None:
    """Make a sample of the weekly report beside the company's data, and say where it is."""
    command = [sys.executable, str(ROOT / "server"), "report", "--data", str(settings.data), "--out", str(settings.data / "sample-report")]
    made = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    for name, path in zip(("report", "workbook"), made.stdout.split("\n"), strict=False):
        click.echo(f"{name:<12} {path}")


def _show(settings: Settings, identity: Identity, password: str, *, wait: bool) -> subprocess.Popen[bytes] | None:
    """Open the console; on a machine without a display save pictures of its tabs instead and say where."""
    url = f"https://127.0.0.1:{settings.port}"
    command = [sys.executable, str(ROOT / "console"), "--data", str(settings.data / "console")]
    if not wait and (os.name == "nt" or sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return subprocess.Popen([*command, "--server", url])
    pictures = settings.data / "pictures"
    command += [
        "pictures",
        "--out",
        str(pictures),
        "--server",
        url,
        "--user",
        OWNER,
        "--password-stdin",
        "--fingerprint",
        identity.fingerprint,
    ]
    subprocess.run(command, input=password.encode() + b"\n", stdout=sys.stderr.fileno(), check=True)
    click.echo(f"pictures     {pictures}")
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
