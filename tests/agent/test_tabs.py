"""Sites from the browsers' own extension: who may tell them, and which window they belong to."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.listener import Listener, open_listener
from agent.tabs import BELIEVED_MS, MOST_TABS, Tab, Tabs

EXCHANGE = json.loads((Path(__file__).parent / "fixtures" / "extension_exchange.json").read_text("utf-8"))
CHROME = "chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"
BUCKET = "aw-watcher-web-chrome"


class Heard:
    """A listener with a clock and a switch in the test's hand."""

    def __init__(self) -> None:
        self.tabs, self.mono, self.may = Tabs(), 1_000, True
        self.listener = Listener(0, self.tabs, lambda: self.mono, lambda: self.may)
        self.listener.start()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.port, timeout=5)
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        connection.request(method, path, content, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        found = answer.status, answer.read(), dict(answer.getheaders())
        connection.close()
        return found

    def beat(self, url: str, title: str, **more: Any) -> int:
        data = {"url": url, "title": title, "audible": False, "incognito": False, "tabCount": 3} | more
        body = {"data": data, "duration": 0, "timestamp": "2026-11-20T09:00:00.000Z"}
        return self.ask("POST", f"/api/0/buckets/{BUCKET}/heartbeat?pulsetime=80", body, Origin=CHROME)[0]

    def url(self, title: str, app: str = "chrome.exe") -> str | None:
        return self.tabs.url_of(app, title, self.mono)


@pytest.fixture
def heard() -> Iterator[Heard]:
    made = Heard()
    made.ask("POST", f"/api/0/buckets/{BUCKET}", {"client": "aw-client-web", "type": "web.tab.current", "hostname": "unknown"})
    yield made
    made.listener.close()


@pytest.mark.feature("F05", "F14")
def test_the_extensions_own_exchange_is_understood() -> None:
    made = Heard()
    for step in EXCHANGE["steps"]:
        host = f"127.0.0.1:{made.listener.port}"
        status, _, headers = made.ask(step["method"], step["path"], step.get("body"), **step["headers"], Host=host)
        assert status == step["status"], step
        if "Origin" in step["headers"]:
            assert headers["Access-Control-Allow-Origin"] == step["headers"]["Origin"]
    assert made.url("Monday plan - Google Docs - Google Chrome") == "https://docs.google.com/document/d/1AbC/edit?tab=t.0"
    assert made.url("Cat videos - YouTube — Mozilla Firefox", "firefox.exe") == "https://www.youtube.com/watch?v=secret"
    assert "bank" not in repr(made.tabs.__dict__), "what is said of a private window is not even remembered"
    made.listener.close()


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:5600", "null", "file://", "chrome-extension:"])
def test_a_page_is_refused_whatever_it_calls_itself(heard: Heard, origin: str) -> None:
    body = {"data": {"url": "https://made-up.example/", "title": "Made up"}, "duration": 0, "timestamp": "2026"}
    status, _, headers = heard.ask("POST", f"/api/0/buckets/{BUCKET}/heartbeat?pulsetime=1", body, Origin=origin)
    assert status == 403
    assert "Access-Control-Allow-Origin" not in headers
    assert heard.ask("OPTIONS", "/api/0/info", Origin=origin)[0] == 403
    assert heard.url("Made up - Google Chrome") is None


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5600", "127.0.0.1.evil.example", "", "127.0.0.1:1"])
def test_a_name_that_was_made_to_mean_this_pc_is_refused(heard: Heard, host: str) -> None:
    assert heard.ask("GET", "/api/0/info", Host=host)[0] == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/0/buckets/other-watcher", b"{}", 400),
        ("POST", "/api/0/buckets/aw-watcher-web-" + "x" * 200, b"{}", 400),
        ("POST", f"/api/0/buckets/{BUCKET}/heartbeat", b"[]", 400),
        ("POST", f"/api/0/buckets/{BUCKET}/heartbeat", b"\xff", 400),
        ("POST", f"/api/0/buckets/{BUCKET}/heartbeat", b"[" * 5_000, 400),
        ("POST", "/api/0/buckets/aw-watcher-web-none/heartbeat", b"{}", 404),
        ("GET", "/api/0/buckets/aw-watcher-web-none", None, 404),
        ("GET", "/api/0/export", None, 404),
        ("GET", "/", None, 404),
        ("POST", f"/api/0/buckets/{BUCKET}/heartbeat", b"x" * 70_000, 403),
    ],
)
def test_whatever_else_is_asked_has_an_answer_and_no_effect(heard: Heard, method: str, path: str, body: bytes | None, status: int) -> None:
    assert heard.ask(method, path, body)[0] == status
    assert heard.beat("https://example.com/", "Still here") == 200


def test_what_was_told_cannot_be_read_back(heard: Heard) -> None:
    heard.beat("https://docs.example/secret-page", "A page")
    for path in ("/api/0/buckets/", f"/api/0/buckets/{BUCKET}", "/api/0/info", f"/api/0/buckets/{BUCKET}/events"):
        assert b"secret" not in heard.ask("GET", path, Origin=CHROME)[1]


def test_it_listens_on_this_pc_only(heard: Heard) -> None:
    assert heard.listener._http.server_address[0] == "127.0.0.1"


@pytest.mark.feature("N06")
def test_nothing_is_remembered_while_nothing_may_be_recorded(heard: Heard) -> None:
    heard.may = False
    assert heard.beat("https://example.com/private-life", "Private life") == 200
    heard.may = True
    assert heard.url("Private life - Google Chrome") is None


def test_a_taken_port_is_no_trouble_and_zero_means_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert open_listener(other.getsockname()[1], Tabs(), lambda: 0, lambda: True) is None
    assert open_listener(0, Tabs(), lambda: 0, lambda: True) is None


@pytest.mark.parametrize(
    ("tab", "window", "app", "fits"),
    [
        ("Home", "Home - Google Chrome", "chrome.exe", True),
        ("Home", "Home - Google Chrome - Work", "chrome.exe", True),
        ("Home", "Home - YouTube - Google Chrome", "chrome.exe", False),
        ("Home", "Homework - Google Chrome", "chrome.exe", False),
        ("(3) Inbox", "(4) Inbox - Google Chrome", "chrome.exe", True),
        ("Inbox", "(1) Inbox - Google Chrome", "chrome.exe", True),
        ("12:03 Focus", "12:02 Focus - Google Chrome", "chrome.exe", True),
        ("Home", "Home - Work - Microsoft\u200b Edge", "msedge.exe", True),
        ("Home", "Home and 3 more pages - Work - Microsoft\u200b Edge", "msedge.exe", True),
        ("Home", "Home - YouTube - Work - Microsoft\u200b Edge", "msedge.exe", False),
        ("Home", "Home — Mozilla Firefox", "firefox.exe", False),
        ("Home", "Home - Google Chrome (Incognito)", "chrome.exe", False),
        ("", " - Google Chrome", "chrome.exe", False),
        ("Home", "Home - Thorium Browser", "thorium.exe", False),
    ],
)
def test_a_tab_belongs_to_the_window_that_shows_it(tab: str, window: str, app: str, fits: bool) -> None:
    tabs = Tabs()
    tabs.tell("aw-watcher-web-edge" if app == "msedge.exe" else BUCKET, Tab(tab, "https://example.com/", 0, "1"))
    assert (tabs.url_of(app, window, 1) is not None) is fits


def test_the_longest_title_wins_and_an_old_one_is_forgotten() -> None:
    tabs = Tabs()
    tabs.tell(BUCKET, Tab("Inbox", "https://mail.example/", 0, "1"))
    tabs.tell(BUCKET, Tab("Inbox", "https://other.example/", 0, "0"))
    assert tabs.url_of("chrome.exe", "Inbox - Google Chrome", BELIEVED_MS) == "https://mail.example/"
    assert tabs.url_of("chrome.exe", "Inbox - Google Chrome", BELIEVED_MS + 1) is None
    for number in range(MOST_TABS + 10):
        tabs.tell(BUCKET, Tab(f"Page {chr(0x4E00 + number)}", "https://x.example/", 0, "1"))
    assert len(tabs._told) == MOST_TABS
    tabs.forget()
    assert tabs._told == {}
