"""A real HTTPS server on loopback with a certificate authority of its own, for what the console must accept and refuse."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.api import SERVER_NAME
from policy.summaries import Health

Answer = tuple[int, dict[str, str], bytes]
Route = Callable[["Asked"], Answer]


class Authority:
    """A CA that signs one server certificate."""

    def __init__(self, folder: Path, name: str = SERVER_NAME, signed_by: Authority | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = _certificate("WorkPulse CA", self.key.public_key(), "WorkPulse CA", self.key, authority=True)
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        signer = signed_by or self
        leaf_key = ec.generate_private_key(ec.SECP256R1())
        leaf = _certificate(name, leaf_key.public_key(), "WorkPulse CA", signer.key, authority=False)
        self.chain = folder / "server.pem"
        secret = leaf_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.chain.write_bytes(secret + leaf.public_bytes(serialization.Encoding.PEM))


def _certificate(name, key, issuer, issuer_key, *, authority: bool):
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Asked:
    """One request as it came."""

    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.path, self.headers, self.body = method, urlsplit(target).path, headers, body
        self.query = {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}


class FarServer:
    """Serves routes by (method, path); `asked` is everything that reached it."""

    def __init__(
        self, authority: Authority, port: int = 0, ca_shown: str | None = None, tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ) -> None:
        self.asked: list[Asked] = []
        self.connections: list[ssl.SSLSocket] = []
        health = msgspec.json.encode(Health("ok", "s-1", ca_shown or authority.pem))
        self.routes: dict[tuple[str, str], Route] = {("GET", "/health"): lambda asked: (200, {}, health)}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.chain)
        context.maximum_version = tls
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def _handler(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def setup(self) -> None:
                super().setup()
                outer.connections.append(self.connection)

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = Asked(self.command, self.path, dict(self.headers), body)
                outer.asked.append(asked)
                route = outer.routes.get((asked.method, asked.path))
                status, headers, answer = route(asked) if route else (404, {}, b'{"reason":"nowhere","message":"No such route."}')
                self.send_response(status)
                for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = handle_one  # noqa: N815

            def log_message(self, *_anything) -> None:
                """Quiet."""

        return Handler

    def __enter__(self) -> FarServer:
        self._thread.start()
        self._server.handle_error = lambda *_: None  # a refused handshake is what some tests are about
        return self

    def __exit__(self, *_fault: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        for connection in self.connections:  # a server that stops also ends what it kept alive
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def bytes_of(self, path: str) -> list[Asked]:
        """Return the requests of one path."""
        return [one for one in self.asked if one.path == path]


def as_json(value: object, **headers: str) -> Answer:
    """Return a 200 with this value."""
    return (
        200,
        {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}},
        msgspec.json.encode(value),
    )
