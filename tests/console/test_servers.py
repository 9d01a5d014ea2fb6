"""Known servers: addresses as people write them, fingerprints as people compare them, and the file they are kept in."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import pytest

from console.servers import KnownServer, KnownServers, groups_of, normal_url, same_fingerprint
from console.trouble import Refused
from tests.console.far_server import Authority


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("office-pc", "https://office-pc:5050"),
        (" 192.168.1.20:6000 ", "https://192.168.1.20:6000"),
        ("https://Office-PC:5050/", "https://office-pc:5050"),
        ("https://[fe80::1]", "https://[fe80::1]:5050"),
    ],
)
def test_an_address_may_be_written_short(typed: str, url: str) -> None:
    assert normal_url(typed) == url


@pytest.mark.parametrize("typed", ["", "http://office-pc", "https://a:b@host", "host:99999", "host/path", "https://", "file:///etc/passwd"])
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        normal_url(typed)
    assert refused.value.sentence.endswith(".")


def test_the_fingerprint_is_sha256_of_the_der(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = KnownServer("https://a:1", "s", authority.pem)
    assert server.fingerprint == hashlib.sha256(ssl.PEM_cert_to_DER_cert(authority.pem)).hexdigest()
    assert groups_of(server.fingerprint).replace(" ", "").lower() == server.fingerprint
    assert same_fingerprint(groups_of(server.fingerprint), server.fingerprint)
    assert same_fingerprint(":".join(server.fingerprint[i : i + 2] for i in range(0, 64, 2)), server.fingerprint)
    assert not same_fingerprint(server.fingerprint[:-2], server.fingerprint)
    assert not same_fingerprint("", server.fingerprint)
    assert not same_fingerprint("zz", server.fingerprint)


def test_the_server_used_last_comes_first_and_an_address_has_one_server(tmp_path: Path) -> None:
    known = KnownServers(tmp_path / "new")
    assert known.all() == []
    for server in (KnownServer("https://a:1", "s", "x"), KnownServer("https://b:1", "s", "x"), KnownServer("https://a:1", "t", "y")):
        known.remember(server)
    assert [(one.url, one.server_id) for one in KnownServers(tmp_path / "new").all()] == [("https://a:1", "t"), ("https://b:1", "s")]


def test_an_unreadable_list_is_refused_and_never_forgotten_silently(tmp_path: Path) -> None:
    (tmp_path / "console-servers.json").write_text("{")
    with pytest.raises(Refused, match="cannot be read"):
        KnownServers(tmp_path).find("https://a:1")
