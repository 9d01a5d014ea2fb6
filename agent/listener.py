"""A listener on this PC only, speaking as much of ActivityWatch's API as its browser extension needs to tell us its tabs.

Only a browser extension or a program of this PC is answered, never a page: a page always names its origin. Nothing is
given out and nothing is stored; of an address only its site is ever recorded, and of a private window nothing is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

from agent import VERSION
from agent.account import hostname
from agent.log import log
from agent.tabs import Tab, Tabs

EXTENSIONS = ("chrome-extension://", "moz-extension://", "safari-web-extension://")
MOST_BODY_BYTES = 64 << 10
MOST_BUCKETS = 16
PATIENCE_SECONDS = 10
BUCKET_PREFIX = "aw-watcher-web-"
API = "/api/0/"


class TabSeen(Struct):
    """What the extension says of a tab; what else it says is not looked at."""

    url: str = ""
    title: str = ""
    incognito: bool = False


class Heartbeat(Struct):
    """One heartbeat of a bucket."""

    timestamp: str
    data: TabSeen


_heartbeat = msgspec.json.Decoder(Heartbeat)


class Reply(Exception):  # noqa: N818 - not a fault, the answer
    """What is answered, raised from wherever it is known."""

    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(status)
        self.status, self.body = status, body


class Listener:
    """Serves until closed; tells `tabs` while `may_listen` says so, and otherwise forgets what it hears."""

    def __init__(self, port: int, tabs: Tabs, mono: Callable[[], int], may_listen: Callable[[], bool]) -> None:
        """Bind the port; raise OSError when it is taken."""
        self.tabs, self.mono, self.may_listen = tabs, mono, may_listen
        self.buckets: dict[str, str] = {}
        self._http = _Server(("127.0.0.1", port), _handler(self))
        self.port = int(self._http.server_address[1])
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.5,), name="tabs", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering and let the port go."""
        if self._thread.is_alive():
            self._http.shutdown()
        self._http.server_close()

    # --- the API -----------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, body: bytes) -> Any:
        """Return the JSON to answer; raise Reply with another status."""
        if not path.startswith(API):
            raise Reply(404)
        parts = [unquote(part) for part in path.removeprefix(API).strip("/").split("/")]
        match method, parts:
            case "GET", ["info"]:
                return {"hostname": hostname(), "version": f"workpulse {VERSION}", "testing": False, "device_id": "workpulse"}
            case "GET", ["buckets"]:
                return {name: self._bucket(name) for name in self.buckets}
            case "GET", ["buckets", name] if name in self.buckets:
                return self._bucket(name)
            case "POST", ["buckets", name]:
                return self._make_bucket(name, body)
            case "POST", ["buckets", name, "heartbeat"] if name in self.buckets:
                return self._hear(name, body)
            case "GET", ["settings", *_]:
                return {}
        raise Reply(404)

    def _bucket(self, name: str) -> dict[str, Any]:
        made = self.buckets[name]
        return {"id": name, "name": None, "type": "web.tab.current", "client": "aw-client-web", "hostname": "unknown"} | {
            "created": made,
            "data": {},
        }

    def _make_bucket(self, name: str, body: bytes) -> Any:
        if not name.startswith(BUCKET_PREFIX) or len(name) > 128 or len(self.buckets) >= MOST_BUCKETS:
            raise Reply(400)
        if name in self.buckets:
            raise Reply(304)
        self.buckets[name] = "1970-01-01T00:00:00+00:00"
        return {}

    def _hear(self, name: str, body: bytes) -> Any:
        try:
            heard = _heartbeat.decode(body)
        except msgspec.DecodeError:
            raise Reply(400) from None
        seen = heard.data
        if seen.url and not seen.incognito and self.may_listen():
            self.tabs.tell(name, Tab(seen.title[:1024], seen.url[:2048], self.mono(), heard.timestamp[:40]))
        return {"id": None, "timestamp": heard.timestamp, "duration": 0, "data": {}}


def open_listener(port: int, tabs: Tabs, mono: Callable[[], int], may_listen: Callable[[], bool]) -> Listener | None:
    """Return a listener that answers, or None when it is switched off or another program has the port."""
    if port == 0:
        return None
    try:
        listener = Listener(port, tabs, mono, may_listen)
    except OSError as fault:
        log.warning("browsers cannot tell their sites: the port is taken", port=port, why=str(fault))
        return None
    listener.start()
    return listener


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False
    """On Windows reuse would let two programs have one port."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that went away is no trouble of ours."""


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE_SECONDS
        server_version, sys_version = "workpulse", ""

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def do_OPTIONS(self) -> None:
            origin = self.headers.get("Origin", "")
            if self._is_ours() and origin.startswith(EXTENSIONS):
                self._send(204, b"", origin)
            else:
                self._send(403, b"", "")

        def _serve(self) -> None:
            body = self._body()
            origin = self.headers.get("Origin", "")
            if body is None or not self._is_ours() or (origin and not origin.startswith(EXTENSIONS)):
                self.close_connection = True
                self._send(403, b"{}", "")
                return
            try:
                status, content = 200, listener.answer(self.command, urlsplit(self.path).path, body)
            except Reply as reply:
                status, content = reply.status, reply.body or {}
            self._send(status, b"" if status == 304 else msgspec.json.encode(content), origin)

        def _is_ours(self) -> bool:
            """A page may make its own name mean 127.0.0.1; then the host it asks for is that name, and not ours."""
            return self.headers.get("Host", "").lower() in (f"127.0.0.1:{listener.port}", f"localhost:{listener.port}")

        def _body(self) -> bytes | None:
            length = self.headers.get("Content-Length", "0")
            if "Transfer-Encoding" in self.headers or not length.isascii() or not length.isdigit() or int(length) > MOST_BODY_BYTES:
                return None
            return self.rfile.read(int(length))

        def _send(self, status: int, content: bytes, origin: str) -> None:
            self.send_response(status)
            if origin:
                self.send_header("Access-Control-Allow-Origin", origin)
                self.send_header("Access-Control-Allow-Headers", "Content-Type")
                self.send_header("Access-Control-Allow-Methods", "GET, POST")
                self.send_header("Access-Control-Allow-Private-Network", "true")
                self.send_header("Vary", "Origin")
            self.send_header("Content-Type", "application/json")
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Write no log: what browsers ask for holds addresses."""

    return Handler
