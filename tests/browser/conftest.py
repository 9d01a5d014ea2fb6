"""One browser for all tests here, and an office that it reaches over TLS on loopback."""

from __future__ import annotations

import base64
import hashlib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.chromium import PROGRAM, Chromium
from tests.server.conftest import Office


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()) and not PROGRAM:
            item.add_marker(pytest.mark.skip(reason="no chromium here (Debian: apt install chromium)"))


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


class Served(Office):
    """An office whose application answers at `url`."""

    url = ""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The office, with the certificate it would have as a server."""
    office = Served(tmp_path_factory.mktemp("office"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(office.core.identity.chain, office.core.identity.key)
    server = make_server("127.0.0.1", 0, office.app, threaded=True, request_handler=Silent, ssl_context=context)
    office.url = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield office
    server.shutdown()
    thread.join(10)
    server.server_close()
    office.close()


@pytest.fixture(scope="session")
def chromium(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """The browser; of all keys that no authority vouches for it believes the office's alone."""
    leaf = x509.load_pem_x509_certificate(Path(served.core.identity.chain).read_bytes())
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    made = Chromium(tmp_path_factory.mktemp("browser") / "profile", base64.b64encode(hashlib.sha256(key).digest()).decode())
    yield made
    made.close()
