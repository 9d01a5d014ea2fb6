"""HTTPS to exactly one server: its own certificate authority, its fixed name, TLS 1.3, no proxy, no redirect."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

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
    """One kept connection to the server in `url`, trusted only through the authority in `authority`."""

    def __init__(self, url: str, authority: Path, token: str | None = None, timeouts: tuple[float, float] = (5.0, 30.0)) -> None:
        self._url = url.rstrip("/")
        self.timeouts = timeouts
        self._session = requests.Session()
        self._session.trust_env = False  # else REQUESTS_CA_BUNDLE overrules `verify`, and a proxy or .netrc steps in
        self._session.verify = str(authority)
        self._session.mount("https://", _PinnedAdapter(authority.read_text("ascii")))
        self._session.headers["User-Agent"] = "workpulse-agent"
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Answer:
        """Return the answer to GET; raise AwayError when there is none."""
        return self._ask("GET", path)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Return the answer to POST; raise AwayError when there is none."""
        return self._ask("POST", path, data=body, headers=headers)

    def put(self, path: str, body: bytes) -> Answer:
        """Return the answer to PUT; raise AwayError when there is none."""
        return self._ask("PUT", path, data=body, headers={"Content-Type": "application/octet-stream"})

    def close(self) -> None:
        """Let the connection go."""
        self._session.close()

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        try:
            with self._session.request(
                method, self._url + path, timeout=self.timeouts, allow_redirects=False, stream=True, **more
            ) as response:
                body = response.raw.read(MOST_ANSWER_BYTES, decode_content=True)
                return Answer(response.status_code, body, response.headers.get("Retry-After"))
        except (requests.RequestException, HTTPError, OSError, ValueError) as fault:
            raise AwayError(_in_short(fault)) from None


class _PinnedAdapter(HTTPAdapter):
    """Connects only to a server whose certificate our authority signed for SERVER_NAME, whatever its address."""

    def __init__(self, authority_pem: str) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_verify_locations(cadata=authority_pem)
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, ssl_context=self._context, server_hostname=SERVER_NAME)


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
