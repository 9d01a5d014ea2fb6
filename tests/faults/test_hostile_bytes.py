"""Hostile bytes against the real server: never a 5xx, never an unbounded read, and the honest stream goes on unharmed."""

from __future__ import annotations

import gzip
import random
import socket
import ssl
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import requests

from policy.wire import MAX_INFLATED_BYTES, MAX_SENT_BYTES, EnrolReply, EnrolRequest
from tests.events import ANITA, activity, batch, file, gap, health, network, notice, session
from tests.real_server import RealServer
from tests.server.test_doors import VARIANTS

MUTATIONS = 10_000
MEBIBYTE = 1 << 20


class Target:
    """A running server, an enrolled PC with its own honest stream, and how much memory the worker takes."""

    def __init__(self, server: RealServer) -> None:
        self.server = server
        self.sent = 0
        self.honest = server.session(self.enrol("PC-honest"))
        self.token = ""
        self.be_another_pc()

    def be_another_pc(self) -> None:
        """Send from a fresh device, since each may send only so often."""
        self.token = self.enrol("PC-hostile")
        self.client = self.server.session(self.token)

    def enrol(self, hostname: str) -> str:
        wanted = EnrolRequest(self.server.command("enrol-code"), hostname, "Linux", ANITA, "0.1.0")
        with self.server.session() as session:
            reply = session.post(f"{self.server.url}/api/v1/enrol", data=msgspec.json.encode(wanted), timeout=20)
        return msgspec.json.decode(reply.content, type=EnrolReply).token

    def post(self, body: bytes, encoding: str = "") -> requests.Response:
        return self.client.post(f"{self.server.url}/api/v1/ingest", data=body, headers={"Content-Encoding": encoding}, timeout=30)

    def the_honest_stream_goes_on(self) -> None:
        events = [notice(), activity()] if not self.sent else [activity(self.sent)]
        body = batch(events, self.sent + 1, epoch="f" * 16)
        reply = self.honest.post(f"{self.server.url}/api/v1/ingest", data=body, timeout=30)
        assert reply.status_code == 200, reply.text
        self.sent += len(events)
        assert reply.json()["acked"] == self.sent

    def resident(self) -> int:
        return max(process.memory_info().rss for process in self.server.processes())


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    server = RealServer(tmp_path_factory.mktemp("hostile"))
    server.start()
    yield Target(server)
    server.stop()


def mutate(body: bytes, chance: random.Random) -> bytes:
    """Return `body` with one to four wounds of the kinds that parsers die of."""
    wounded = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(wounded)) if wounded else 0
        kind = chance.randrange(8)
        if kind == 0:
            wounded[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del wounded[at : at + chance.randint(1, 40)]
        elif kind == 2:
            wounded[at:at] = chance.choice(GRIT)
        elif kind == 3:
            wounded[at:at] = wounded[at : at + chance.randint(1, 60)]
        elif kind == 4:
            wounded = bytearray(wounded[:at])
        elif kind == 5:
            wounded[at : at + 8] = wounded[at : at + 8][::-1]
        elif kind == 6:
            wounded = wounded.replace(chance.choice(DIGITS), chance.choice(NUMBERS), 1)
        else:
            wounded = wounded.replace(chance.choice(WORDS), chance.choice(WORDS), chance.randint(1, 3))
    return bytes(wounded)


GRIT = (
    b"\0",
    b"\xff\xfe",
    b"\xc0\xaf",
    b'"',
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"[" * 50,
    b"}",
    b"]",
    b"null",
    b"NaN",
    b"-",
    b"e9",
    b",",
    b":",
    b'"kind":',
)
DIGITS = tuple(b"%d" % digit for digit in range(10))
NUMBERS = (b"-1", b"9" * 30, b"1e400", b"0.5", b"true", b"null", b'"7"', b"00", b"9223372036854775808", b"1E-9")
WORDS = (
    b"activity",
    b"session",
    b"network",
    b"file",
    b"gap",
    b"health",
    b"notice",
    b"start",
    b"end",
    b"account",
    b"kind",
    b"events",
    b"first",
    b"epoch",
    b"at",
)


@pytest.mark.quality("S-08")
@pytest.mark.timeout(600)
def test_ten_thousand_mutated_batches_never_make_it_stumble(target: Target) -> None:
    chance = random.Random(2026)
    good = [notice(), activity(), session(0, "lock"), network(), file(), gap(), health()]
    statuses: Counter[int] = Counter()
    before = target.resident()
    for number in range(MUTATIONS):
        if number % 1000 == 0:
            target.be_another_pc()
        body = mutate(batch(good, epoch=f"{number:016x}", machine="m"), chance)
        encoding = "gzip" if number % 3 == 0 else ""
        if encoding:
            body = gzip.compress(body, 1) if number % 2 else mutate(gzip.compress(body, 1), chance)
        reply = target.post(body, encoding)
        statuses[reply.status_code] += 1
        assert reply.status_code in (200, 400, 403, 409, 413, 415), (number, reply.status_code, reply.text)
    print("\n", dict(statuses), f"grew by {(target.resident() - before) / MEBIBYTE:.1f} MiB")
    assert statuses[200] > 500
    assert statuses[400] > 500
    target.the_honest_stream_goes_on()


def bomb(gibibytes: int) -> bytes:
    """Return gzip that promises `gibibytes` of spaces in about a megabyte."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * (16 * MEBIBYTE)
    return b"".join(squeezer.compress(block) for _ in range(gibibytes * 64)) + squeezer.flush()


@pytest.mark.quality("S-08")
def test_a_gibibyte_in_a_megabyte_is_refused_in_bounded_memory(target: Target) -> None:
    body = bomb(1)
    assert len(body) <= MAX_SENT_BYTES + 64 * 1024
    body = body[:MAX_SENT_BYTES]
    target.the_honest_stream_goes_on()
    before, highest = target.resident(), 0
    for _ in range(10):
        reply = target.post(body, "gzip")
        assert reply.status_code == 413, reply.text
        highest = max(highest, target.resident())
    print(f"\ngrew by {(highest - before) / MEBIBYTE:.1f} MiB over a limit of {MAX_INFLATED_BYTES / MEBIBYTE:.0f} MiB inflated")
    assert highest - before < 32 * MEBIBYTE
    target.the_honest_stream_goes_on()


@pytest.mark.quality("S-08")
@pytest.mark.parametrize("with_length", [True, False], ids=["content-length", "chunked"])
def test_ten_megabytes_are_not_read(target: Target, with_length: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(160):
            yield b"[" * 65536

    before = target.resident()
    body = b"".join(pieces()) if with_length else pieces()
    try:
        status = target.client.post(f"{target.server.url}/api/v1/ingest", data=body, timeout=30).status_code
    except requests.ConnectionError:  # refused while still sending: as good
        status = 413
    assert status == 413
    assert target.resident() - before < 32 * MEBIBYTE
    target.the_honest_stream_goes_on()


def raw_exchange(server: RealServer, sent: bytes, *, patience: float = 10) -> bytes:
    context = ssl.create_default_context(cafile=str(server.data / "tls" / "ca.pem"))
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=patience)
    with context.wrap_socket(plain, server_hostname="workpulse-server") as secured:
        secured.sendall(sent)
        received = b""
        try:
            while b"\r\n\r\n" not in received and (chunk := secured.recv(65536)):
                received += chunk
        except (TimeoutError, OSError):
            pass  # closed or silent: what came until then is what counts
        return received


@pytest.mark.quality("S-08")
def test_two_lengths_at_once_are_no_request(target: Target) -> None:
    head = f"POST /api/v1/ingest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {target.token}\r\n"
    answer = raw_exchange(
        target.server,
        (head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/devices HTTP/1.1\r\n\r\n").encode(),
        patience=3,
    )
    assert b" 200 " not in answer.partition(b"\r\n")[0]
    assert b" 500 " not in answer.partition(b"\r\n")[0]
    target.the_honest_stream_goes_on()


@pytest.mark.quality("S-02")
@pytest.mark.parametrize("path", VARIANTS)
def test_no_spelling_of_a_path_on_the_wire_opens_a_door(target: Target, path: str) -> None:
    """The test client tidies paths up before it sends them; here they go out as they are."""
    line = f"GET {path.replace(' ', '%20')}?from=2025-11-17&to=2025-11-17 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    status = raw_exchange(target.server, line.encode(), patience=5).partition(b"\r\n")[0].split(b" ")[1:2]
    assert status in ([], [b"400"], [b"401"], [b"404"], [b"405"]), (path, status)


@pytest.mark.quality("S-08", "S-27")
def test_slow_and_silent_callers_do_not_keep_others_waiting(target: Target) -> None:
    context = ssl.create_default_context(cafile=str(target.server.data / "tls" / "ca.pem"))
    held: list[socket.socket] = []
    try:
        for number in range(100):
            plain = socket.create_connection(("127.0.0.1", target.server.port), timeout=10)
            held.append(plain)
            if number % 2:  # half of them never say a word; the others drip a body without a credential
                secured = context.wrap_socket(plain, server_hostname="workpulse-server")
                held[-1] = secured
                secured.sendall(b"POST /api/v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        started = time.monotonic()
        for _ in range(5):
            target.the_honest_stream_goes_on()
        assert time.monotonic() - started < 10
    finally:
        for connection in held:
            connection.close()


@pytest.mark.quality("S-17")
def test_it_speaks_no_older_tls_and_no_plain_http(target: Target) -> None:
    context = ssl.create_default_context(cafile=str(target.server.data / "tls" / "ca.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", target.server.port), timeout=10) as plain, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(plain, server_hostname="workpulse-server")
    with pytest.raises(requests.RequestException):
        requests.get(f"http://127.0.0.1:{target.server.port}/health", timeout=5)


@pytest.mark.quality("R-22")
def test_a_second_server_on_the_same_folder_refuses_in_clear_words(target: Target, tmp_path: Path) -> None:
    second = RealServer(target.server.data)
    started = time.monotonic()
    with pytest.raises(AssertionError, match="another server is running on"):
        second.start()
    print(f"\nrefused after {time.monotonic() - started:.1f} s, interpreter and imports included")
    other = RealServer(tmp_path)
    other.port = target.server.port
    with pytest.raises(AssertionError, match=f"port {target.server.port} on 127.0.0.1 cannot be used"):
        other.start()
    target.the_honest_stream_goes_on()
