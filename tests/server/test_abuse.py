"""Abuse: foreign host names, names that are paths, replayed and cut batches, forbidden calls; and that nothing calls home."""

from __future__ import annotations

import ast
import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from policy.summaries import Organisation
from server import jobs
from server.auth import Door
from server.clock import now_ms
from server.models import AuditEntry, Epoch, Quarantined, SessionEvent, Span
from server.routes import ROUTES
from tests.events import BORIS, activity, batch, notice
from tests.server.asking import MONDAY, two_people
from tests.server.conftest import Office, on_sqlite_only

ROOT = Path(__file__).resolve().parents[2]
EVIL_HOSTS = (
    *("evil.example", "evil.example:5050", "127.0.0.1.evil.example", "localhost.evil.example", "[::1].evil.example", "xn--80ak6aa92e.com"),
    *("192.0.2.66", "0x7f.1", "2130706433", "127.1", "[::ffff:192.0.2.66]", "localhost@evil.example", "user:pass@evil.example"),
    *("evil.example/", "evil.example/health", "evil.example?x", "evil.example#x", "evil.example%00", "evil.example\t", "a" * 300),
    *(
        "*",
        ".",
        "..",
        "-",
        "_",
        "localhost.",
        "LOCALHOST",
        "null",
        "file://evil.example",
        "javascript:alert(1)",
        "<script>",
        '"><img src=x>',
    ),
    *(
        "evil.example, localhost",
        "localhost, evil.example",
        "localhost evil.example",
        "'; DROP TABLE person; --",
        "${jndi:ldap://evil.example}",
    ),
)
EVIL_NAMES = (
    *(
        "..",
        "../../workpulse.db",
        "..\\..\\workpulse.db",
        "%2e%2e%2fworkpulse.db",
        "%252e%252e%252f",
        "....//....//etc/passwd",
        "/etc/passwd",
    ),
    *(
        "C:\\Windows\\win.ini",
        "C:workpulse.db",
        "\\\\server\\share\\x",
        "\\\\?\\C:\\x",
        "\\\\.\\PhysicalDrive0",
        "CON",
        "NUL.txt",
        "aux",
        "COM1",
    ),
    *("x.pdf:stream", "x.pdf::$DATA", "x" * 300, "x.pdf%00.png", "x.pdf\0", "~root", "$HOME", "workpulse.db", "tls/ca.key", "captures/key"),
    *("..;/", ".%00./", "%c0%ae%c0%ae/", "．．/", "‥/", "a" * 64 + "/../key", "0" * 64, "-rf", "|id", "`id`", "\u202egnp.exe"),
)


class Watch:
    """What Python opens and whom it calls while it is on; a hook cannot be taken off again."""

    def __init__(self) -> None:
        self.opened: list[str] | None = None
        self.called: list[Any] | None = None
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and self.opened is not None and isinstance(arguments[0], str | bytes):
            self.opened.append(os.fsdecode(arguments[0]))
        elif event in ("socket.connect", "socket.sendto", "socket.getaddrinfo") and self.called is not None:
            self.called.append((event, arguments[1] if event != "socket.getaddrinfo" else arguments[0]))


WATCH = Watch()


@contextmanager
def opened() -> Iterator[list[str]]:
    WATCH.opened = found = []
    try:
        yield found
    finally:
        WATCH.opened = None


@contextmanager
def called() -> Iterator[list[Any]]:
    WATCH.called = found = []
    try:
        yield found
    finally:
        WATCH.called = None


@pytest.mark.quality("S-06")
@on_sqlite_only
def test_a_foreign_host_name_is_repeated_nowhere_and_opens_nothing(office: Office) -> None:
    """A page of another name that was led to this address meets TLS with a name of ours; and what it could ask tells it nothing."""
    for host in EVIL_HOSTS:
        for path in ("/health", "/api/v1/choices", "/me", "/me/enter?key=x", "/first-owner?key=x", "/api/v1/openapi.json"):
            reply = office.client.get(path, headers={"Host": host.encode("ascii", "replace").decode(), "Origin": "https://evil.example"})
            assert reply.status_code in (200, 400, 401, 404), (host, path)
            assert reply.status_code != 200 or path in ("/health", "/api/v1/openapi.json")
            told = str(reply.headers) + reply.get_data(as_text=True)
            assert "evil.example" not in told
            assert "Access-Control" not in told
            assert "Location" not in reply.headers


@pytest.mark.quality("S-10")
@on_sqlite_only
def test_no_name_leads_to_a_file_that_is_not_meant(office: Office) -> None:
    pc = office.enrol()
    data = str(office.core.settings.data)
    routes = [route for route in ROUTES if "<" in route.path]
    assert len(routes) > 6
    with opened() as files:
        for route in routes:
            start = route.path.partition("<")[0]
            end = route.path.rpartition(">")[2]
            for name in EVIL_NAMES:
                headers = {"Authorization": f"Bearer {pc.token if Door.DEVICE in route.allow else office.tokens['olga']}"}
                body = None if route.method == "GET" else b"{}"
                reply = office.client.open(f"{start}{name}{end}", method=route.method, data=body, headers=headers)
                assert reply.status_code in (308, 400, 401, 403, 404, 405, 409, 413, 415), (route.path, name, reply.status_code)
    inside = [path for path in files if path.startswith(data)]
    assert not [
        path for path in inside if not path.startswith((f"{data}/workpulse.db", f"{data}/tls", f"{data}/captures", f"{data}/writer"))
    ]
    assert not [path for path in files if path.endswith(("ca.key", "passwd", "win.ini"))]


def state(office: Office) -> list[Any]:
    tables = (Span, SessionEvent, Quarantined)
    marks = [(row.name, row.high_water, row.stored, row.quarantined, row.lost) for row in office.rows(Epoch)]
    return [marks, *([tuple(row) for row in office.rows(table)] for table in tables)]


@pytest.mark.quality("S-19")
def test_a_captured_batch_changes_nothing_played_again_cut_reordered_or_by_another_pc(office: Office) -> None:
    pc, other = office.enrol(), office.enrol("Sales", BORIS, "PC-2")
    first, second, third = (batch([notice()]), batch([activity(0)], 2), batch([activity(1)], 3))
    assert [office.send(pc, body).status_code for body in (first, second)] == [200, 200]
    before = state(office)
    for body in (first, second):
        assert office.send(pc, body).status_code == 200  # acknowledged again, stored once
    whole = gzip.compress(third)
    for at in (0, 5, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        reply = office.client.post(
            "/api/v1/ingest", data=whole[:at], headers={"Authorization": f"Bearer {pc.token}", "Content-Encoding": "gzip"}
        )
        assert reply.status_code == 400
    assert office.send(pc, batch([activity(9)], 9)).status_code == 409  # a hole
    assert office.send(other, second).status_code in (401, 403, 409)  # an epoch of another PC's machine
    assert office.send(pc, second.replace(b'"m1"', b'"m2"')).status_code == 409  # the same buffer on another machine
    assert office.send("x" * 43, third).status_code == 401
    assert state(office) == before
    assert office.send(pc, third).status_code == 200
    assert len(office.rows(Span)) == 2


@pytest.mark.quality("P-16")
@on_sqlite_only
def test_nothing_the_server_does_by_itself_or_is_asked_calls_anybody_else(office: Office) -> None:
    two_people(office)
    with called() as calls:
        for job in jobs.timetable(office.core):
            if job.name != "find-unusual":  # a process of its own, with the same modules
                job.run(office.core, now_ms())
        for path in ("overview", "urls", "applications", "timeline", "inactivity", "bandwidth", "files", "alerts"):
            assert office.get(f"/api/v1/{path}", "olga", **MONDAY).status_code == 200
        office.get("/api/v1/documents/it-usage-policy.en.pdf")
    places = {str(where[0] if isinstance(where, tuple) else where) for _, where in calls}
    assert places <= {"127.0.0.1", "::1", "localhost"}


def test_the_watch_sees_a_call() -> None:
    """The test of the test above."""
    import socket

    with called() as calls, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
    assert calls == [("socket.connect", ("192.0.2.1", 9))]


@pytest.mark.quality("P-15")
@on_sqlite_only
def test_a_fresh_installation_records_the_least_and_an_increase_is_written_down(office: Office) -> None:
    fresh = Organisation()
    assert (fresh.capture_every, fresh.capture_teams, fresh.folders, fresh.watched_paths, fresh.denied) == (0.0, [], [], [], [])
    assert (fresh.titles, fresh.reports.recipients) == ("redacted", [])
    revision = office.get("/api/v1/settings").json["organisation"]["revision"]
    wish = {"revision": revision, "changes": {"titles": "full", "folders": ["S:\\Clients"]}}
    assert office.post("/api/v1/settings", "olga", wish, method="PATCH").status_code == 200
    [entry] = [row for row in office.rows(AuditEntry) if row.action == "changed settings"]
    assert (entry.actor, entry.before, entry.after) == (
        "olga",
        '{"folders":[],"titles":"redacted"}',
        '{"folders":["S:\\\\Clients"],"titles":"full"}',
    )


# --- what no module does ------------------------------------------------------------------------------------------------

FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "joblib", "yaml", "marshal", "shelve", "xmlrpc", "telnetlib", "ftplib"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "QLabel"}
MARKUP = ("reportlab", "Paragraph")
"""What would read a text as markup; reports write lines of text themselves."""
PLACES = {"QLabel": ("console/widgets/plain.py",), "compile": ()}


def forbidden(tree: ast.AST, path: str = "") -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name.partition(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom):
            package = (node.module or "").partition(".")[0]
            found += [package] if package in FORBIDDEN_MODULES else []
            found += [one.name for one in node.names if (package, one.name) == MARKUP]
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            found += [name] if name in FORBIDDEN_CALLS and path not in PLACES.get(name, ()) else []
            for word in node.keywords:
                if (word.arg, getattr(word.value, "value", None)) in (("shell", True), ("verify", False)):
                    found.append(f"{word.arg}={word.value.value}")  # type: ignore[attr-defined]
    return found


@pytest.mark.quality("S-16")
def test_no_module_unpickles_evaluates_starts_a_shell_or_trusts_any_certificate() -> None:
    found = {}
    for room in ("policy", "server", "agent", "console", "reports", "ml"):
        for path in sorted((ROOT / room).rglob("*.py")):
            where = path.relative_to(ROOT).as_posix()
            if names := forbidden(ast.parse(path.read_text("utf-8")), where):
                found[where] = names
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from joblib import load",
        "eval('1')",
        "run(x, shell=True)",
        "get(u, verify=False)",
        "QLabel('<b>')",
        "import yaml.x",
    ],
)
def test_the_look_for_forbidden_calls_sees_one(text: str) -> None:
    assert len(forbidden(ast.parse(text))) == 1
