"""A small HTTPS server on loopback that keeps the wire contract, misbehaves when told to, and remembers what it saw."""

from __future__ import annotations

import gzip
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from policy.events import NEEDS_NOTICE, Notice
from policy.wire import Ack, AgentPolicy, Batch, EnrolReply, MalformedError, Refusal, decode_batch, decode_event

TOKEN = "token-of-this-device"
SECRET = "abcdefghijklmnop"


@dataclass
class Identity:
    """A certificate and its key, and the authority that signed it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    authority: x509.Certificate

    @property
    def authority_pem(self) -> str:
        return self.authority.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        return self.authority.fingerprint(hashes.SHA256()).hex()

    def write(self, folder: Path) -> Path:
        path = folder / "leaf.pem"
        key = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(key + self.certificate.public_bytes(serialization.Encoding.PEM) + self.authority_pem.encode())
        return path


def make_authority(name: str = "WorkPulse test CA") -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    return _sign(called, called, key, key, timedelta(days=30), [(constraints, True)]), key


def make_identity(
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
    name: str = "workpulse-server",
    valid: timedelta = timedelta(days=1),
) -> Identity:
    certificate, signer = authority or make_authority()
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return Identity(_sign(subject, certificate.subject, key, signer, valid, [(names, False)]), key, certificate)


def _sign(subject: x509.Name, issuer: x509.Name, key: Any, signer: Any, valid: timedelta, extensions: list[Any]) -> x509.Certificate:
    end = datetime.now(UTC) + valid
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), end - timedelta(days=40), end)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())


@dataclass
class Book:
    """What the server knows: every number of every epoch, and what it was asked to do wrong."""

    high: dict[str, int] = field(default_factory=dict)
    stored: dict[tuple[str, int], Any] = field(default_factory=dict)
    quarantined: dict[tuple[str, int], str] = field(default_factory=dict)
    machines: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    duplicates: int = 0
    needs_notice: bool = False
    policy: AgentPolicy = field(default_factory=lambda: AgentPolicy(revision=1, notice="1"))

    def ingest(self, body: bytes) -> tuple[int, bytes]:
        batch = decode_batch(body)
        self.batches.append(batch)
        if self.machines.setdefault(batch.epoch, batch.machine) != batch.machine:
            return 409, b'{"reason":"cloned"}'
        high = self.high.get(batch.epoch, 0)
        if batch.first > high + 1:
            return 409, json.dumps({"reason": "hole", "expected": high + 1}).encode()
        return self._store(batch, high)

    def _store(self, batch: Batch, high: int) -> tuple[int, bytes]:
        refused, answered, rows = [], dict(self.answered), {}
        for seq, raw in enumerate(batch.events, batch.first):
            if seq <= high:
                self.duplicates += 1
                continue
            try:
                event = decode_event(bytes(raw))
            except MalformedError as fault:
                refused.append(Refusal(seq, str(fault)))
                continue
            if isinstance(event, Notice):
                answered[event.account] = event.answer
            if self.needs_notice and isinstance(event, NEEDS_NOTICE) and answered.get(event.account, "withdrawn") == "withdrawn":
                return 403, b'{"reason":"no_notice","message":"nobody answered"}'
            rows[batch.epoch, seq] = event
        self.stored |= rows
        self.answered = answered
        self.quarantined |= {(batch.epoch, refusal.seq): refusal.reason for refusal in refused}
        self.high[batch.epoch] = max(high, batch.first + len(batch.events) - 1)
        return 200, msgspec.json.encode(Ack(self.high[batch.epoch], refused, self.policy.revision, 1))

    def events(self, epoch: str) -> list[Any]:
        return [self.stored[key] for key in sorted(self.stored) if key[0] == epoch]


Answer = tuple[int, bytes] | tuple[int, bytes, dict[str, str]]
Interference = Callable[[bytes], Answer | str | None]


class FarServer:
    """Runs until closed. `interfere` sees each ingest body first: it may answer itself, drop the connection or lose the ack."""

    def __init__(self, folder: Path, identity: Identity | None = None) -> None:
        self.identity = identity or make_identity()
        self.book = Book()
        self.interfere: Interference = lambda body: None
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.port = 0
        self._folder = folder
        self.start()

    def start(self, port: int = 0) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.identity.write(self._folder))
        self._http = _Server(("127.0.0.1", port or self.port), _handler(self), context)
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.close_clients()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def code(self) -> str:
        return f"WP1-{SECRET}-{self.identity.fingerprint[:20]}"

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | str:
        self.requests.append((method, path, headers))
        if path == "/health":
            return 200, json.dumps({"status": "ok", "server_id": "far", "ca": self.identity.authority_pem}).encode()
        if path == "/api/v1/enrol":
            return self._enrol(json.loads(body))
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, b'{"reason":"token"}'
        if path.partition("?")[0] == "/api/v1/policy":
            return 200, msgspec.json.encode(self.book.policy)
        assert (method, path, headers["Content-Encoding"]) == ("POST", "/api/v1/ingest", "gzip")
        return self._ingest(gzip.decompress(body))

    def _ingest(self, body: bytes) -> Answer | str:
        interference = self.interfere(body)
        if interference == "lose the ack":
            self.book.ingest(body)
            return "hang up"
        return interference if interference is not None else self.book.ingest(body)

    def _enrol(self, request: dict[str, str]) -> Answer:
        if request["code"] != self.code:
            return 403, b'{"reason":"code","message":"This code is not known or used up."}'
        return 201, msgspec.json.encode(EnrolReply("device-1", TOKEN, "far", self.book.policy))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: Any, context: ssl.SSLContext) -> None:
        self._context = context
        self._clients: list[socket.socket] = []
        super().__init__(address, handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            with self._context.wrap_socket(request, server_side=True) as secure:
                self._clients.append(secure)
                secure.settimeout(10)
                self.RequestHandlerClass(secure, client_address, self)
        except (OSError, ValueError):
            pass

    def close_clients(self) -> None:
        for client in self._clients:
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None: ...


def _handler(far: FarServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, body: bytes) -> None:
            answer = far.answer(self.command, self.path, dict(self.headers), body)
            if isinstance(answer, str):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, content, *more = answer
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None: ...

    return Handler
