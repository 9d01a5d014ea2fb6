"""S-17: to anybody but our own server the agent says nothing: not one byte of application data."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from agent.transport import AwayError, Transport, normalised_url
from tests.agent.far_server import Identity, make_authority, make_identity

OURS = make_authority()
TRUSTED = OURS[0].public_bytes(serialization.Encoding.PEM).decode()


class Eavesdropper:
    """Takes one connection, in TLS or not, and keeps every byte of application data it is sent."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.heard = b""
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            client, _ = self._socket.accept()
            client.settimeout(2)
            with self._context.wrap_socket(client, server_side=True) if self._context else client as open_client:
                while chunk := open_client.recv(65_536):
                    self.heard += chunk
                    if self._context and b"the-batch" in self.heard:
                        open_client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        return
        except OSError:
            return

    def close(self) -> None:
        self._thread.join(4)
        self._socket.close()


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[..., Eavesdropper]]:
    made: list[Eavesdropper] = []

    def start(identity: Identity | None, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> Eavesdropper:
        context = None
        if identity:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.maximum_version = newest
            context.load_cert_chain(identity.write(tmp_path))
        made.append(Eavesdropper(context))
        return made[-1]

    yield start
    for eavesdropper in made:
        eavesdropper.close()


def speak(to: Eavesdropper, folder: Path) -> None:
    authority = folder / "ca.pem"
    authority.write_text(TRUSTED)
    transport = Transport(f"https://127.0.0.1:{to.port}", authority, "the-token", (2, 2))
    try:
        transport.post("/api/v1/ingest", b"the-batch", {})
    finally:
        transport.close()
        to.close()


def test_our_own_server_is_spoken_to(listen: Callable[..., Eavesdropper], tmp_path: Path) -> None:
    ours = listen(make_identity(OURS))
    speak(ours, tmp_path)
    assert b"the-batch" in ours.heard
    assert b"the-token" in ours.heard


@pytest.mark.quality("S-17")
@pytest.mark.parametrize(
    "identity",
    [
        pytest.param(lambda: make_identity(make_authority()), id="wrong authority"),
        pytest.param(lambda: make_identity(make_authority("WorkPulse test CA")), id="wrong authority of the same name"),
        pytest.param(lambda: make_identity(OURS, name="another-server"), id="right authority, wrong name"),
        pytest.param(lambda: make_identity(OURS, valid=timedelta(minutes=-1)), id="expired"),
        pytest.param(lambda: make_identity(OURS, valid=timedelta(days=60)), id="not valid yet"),
    ],
)
def test_another_server_hears_nothing(listen: Callable[..., Eavesdropper], tmp_path: Path, identity: Callable[[], Identity]) -> None:
    stranger = listen(identity())
    with pytest.raises(AwayError, match=r"(?i)certificate"):
        speak(stranger, tmp_path)
    assert stranger.heard == b""


@pytest.mark.quality("S-17")
def test_an_older_tls_hears_nothing(listen: Callable[..., Eavesdropper], tmp_path: Path) -> None:
    old = listen(make_identity(OURS), ssl.TLSVersion.TLSv1_2)
    with pytest.raises(AwayError):
        speak(old, tmp_path)
    assert old.heard == b""


@pytest.mark.quality("S-17")
def test_a_plain_text_server_hears_no_more_than_a_greeting(listen: Callable[..., Eavesdropper], tmp_path: Path) -> None:
    plain = listen(None)
    with pytest.raises(AwayError):
        speak(plain, tmp_path)
    assert plain.heard[:1] == b"\x16", "a TLS handshake record"
    assert b"the-" not in plain.heard
    assert b"POST" not in plain.heard


@pytest.mark.quality("S-17")
def test_the_environment_cannot_make_it_trust_more(
    listen: Callable[..., Eavesdropper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = make_identity(make_authority())
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(theirs.authority_pem + TRUSTED)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(bundle))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    stranger = listen(theirs)
    with pytest.raises(AwayError, match=r"(?i)certificate"):
        speak(stranger, tmp_path)
    assert stranger.heard == b""


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("192.168.1.10", "https://192.168.1.10:5050"),
        ("office-pc:6000", "https://office-pc:6000"),
        ("https://office-pc", "https://office-pc:5050"),
        ("https://[fe80::1]:5051/", "https://[fe80::1]:5051"),
    ],
)
def test_a_server_address_may_be_short(given: str, url: str) -> None:
    assert normalised_url(given) == url


@pytest.mark.parametrize("given", ["http://office-pc:5050", "ftp://x", "https://", "https://u:p@x", "https://x/path", "https://x:99999"])
def test_an_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normalised_url(given)
