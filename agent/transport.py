"""HTTPS to exactly one server: its own certificate authority, its fixed name, TLS 1.3, no proxy, no redirect."""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from policy.wire import DEFAULT_PORT

SERVER_NAME = "workpulse-server"
"""The name in the server's certificate; the address may change, the name does not."""
MOST_ANSWER_BYTES = 1 << 20
JSON = {"Content-Type": "application/json"}


class AwayError(ConnectionError):
    """No answer: the server is away, or it is not our server. Nothing was delivered."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    retry_after: str | None = None


class Transport:
    """One kept connection to the server in `url`, trusted only through the authority in `authority`.

    It is the standard library's own client: a more comfortable one costs every employee's PC ten megabytes.
    """

    def __init__(self, url: str, authority: Path, token: str | None = None, timeouts: tuple[float, float] = (5.0, 30.0)) -> None:
        parts = urlsplit(url)
        self.timeouts = timeouts
        self._host, self._port = parts.hostname or "", parts.port or DEFAULT_PORT
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_verify_locations(cadata=authority.read_text("ascii"))
        self._headers = {"User-Agent": "workpulse-agent", "Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._kept: _Connection | None = None

    def get(self, path: str) -> Answer:
        """Return the answer to GET; raise AwayError when there is none."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Return the answer to POST; raise AwayError when there is none."""
        return self._ask("POST", path, body, headers)

    def put(self, path: str, body: bytes) -> Answer:
        """Return the answer to PUT; raise AwayError when there is none."""
        return self._ask("PUT", path, body, {"Content-Type": "application/octet-stream"})

    def close(self) -> None:
        """Let the connection go."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Ask over the kept connection; one that the server closed meanwhile is opened again, once."""
        if self._kept is not None:
            try:
                return self._exchange(self._kept, method, path, body, headers)
            except (OSError, HTTPException):
                self.close()
        try:
            self._kept = _Connection(self._host, self._port, self._context, self.timeouts)
            return self._exchange(self._kept, method, path, body, headers)
        except (OSError, HTTPException, ValueError) as fault:
            self.close()
            raise AwayError(_in_short(fault)) from None

    def _exchange(self, connection: _Connection, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection.be_patient(self.timeouts)
        connection.request(method, path, body, self._headers | headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.read(MOST_ANSWER_BYTES), response.headers.get("Retry-After"))
        if not response.isclosed():  # more than anybody should answer: the rest is not waited for
            self.close()
        return answer


class _Connection(HTTPSConnection):
    """Connects only to a server whose certificate our authority signed for SERVER_NAME, whatever its address."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext, timeouts: tuple[float, float]) -> None:
        super().__init__(host, port, context=context, timeout=timeouts[0])
        self._pinned = context

    def connect(self) -> None:
        """Open the connection and check who is there."""
        plain = socket.create_connection((self.host, self.port), self.timeout)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock = self._pinned.wrap_socket(plain, server_hostname=SERVER_NAME)
        except BaseException:
            plain.close()
            raise

    def be_patient(self, timeouts: tuple[float, float]) -> None:
        """Wait for the connection as long as the first of `timeouts` says, and for answers as long as the second."""
        self.timeout = timeouts[0]
        if self.sock is None:
            self.connect()
        self.sock.settimeout(timeouts[1])


def normalised_url(server: str) -> str:
    """Return `server` as https://host:port; raise ValueError with a sentence when it cannot be one."""
    parts = urlsplit(server if "//" in server else f"https://{server}")
    if parts.scheme != "https":
        raise ValueError(f"{server} is not an https address; the agent sends nothing in the clear.")
    if not parts.hostname or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"{server} is not a server address; write https://HOST:{DEFAULT_PORT}.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}:{parts.port or DEFAULT_PORT}"


def _in_short(fault: Exception) -> str:
    """The kind of trouble and its innermost cause, without the request in it."""
    cause: BaseException = fault
    while (inner := getattr(cause, "reason", None) or cause.__cause__ or cause.__context__) and isinstance(inner, BaseException):
        cause = inner
    return f"{type(fault).__name__}: {cause}"[:300]
