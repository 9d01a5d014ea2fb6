"""A PC becomes a device only of the server its code names, and gives the code to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.enrolment import EnrolmentError, Machine, enrol, load_credentials, load_policy, parse_code
from agent.folder import Folder
from agent.keys import KeyUnreadableError, load_key, load_or_make_key
from agent.sealing import Sealer
from tests.agent.builders import KEY
from tests.agent.far_server import SECRET, TOKEN, FarServer, make_identity

PC = Machine("front-desk", "Linux 6", "front-desk\\ada", "0.1.0")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "agent").make()


@pytest.mark.feature("N07", "G06")
def test_enrolling_keeps_the_credentials_sealed(folder: Folder, far: FarServer) -> None:
    credentials = enrol(folder, Sealer(KEY), far.url, parse_code(far.code), PC)
    assert (credentials.device_id, credentials.token, credentials.url) == ("device-1", TOKEN, far.url)
    assert load_credentials(folder, Sealer(KEY)) == credentials
    assert load_credentials(folder, Sealer(bytes(32))) is None
    assert load_policy(folder) == far.book.policy
    on_disk = b"".join(path.read_bytes() for path in folder.root.iterdir())
    assert TOKEN.encode() not in on_disk
    assert SECRET.encode() not in on_disk
    assert [(method, path) for method, path, _ in far.requests] == [("GET", "/health"), ("POST", "/api/v1/enrol")]


@pytest.mark.quality("S-17")
def test_a_server_that_does_not_match_the_code_never_hears_the_secret(folder: Folder, far: FarServer) -> None:
    other = make_identity()
    with pytest.raises(EnrolmentError, match="not the server the code is for"):
        enrol(folder, Sealer(KEY), far.url, parse_code(f"WP1-{SECRET}-{other.fingerprint[:20]}"), PC)
    assert [path for _, path, _ in far.requests] == ["/health"]
    assert not folder.authority.exists()


@pytest.mark.quality("S-17")
def test_somebody_in_between_who_repeats_our_authority_cannot_go_on(folder: Folder, far: FarServer) -> None:
    """An attacker may hand out the true authority, but has no certificate that it signed."""
    true = make_identity()
    far.stop()
    shown = far.identity
    shown.authority, certificate = true.authority, shown.authority
    far.start()
    with pytest.raises(EnrolmentError, match="could not be verified"):
        enrol(folder, Sealer(KEY), far.url, parse_code(f"WP1-{SECRET}-{true.fingerprint[:20]}"), PC)
    assert [path for _, path, _ in far.requests] == ["/health"]
    assert certificate != true.authority


def test_the_whole_fingerprint_is_checked_when_given(folder: Folder, far: FarServer) -> None:
    pairs = ":".join(far.identity.fingerprint[n : n + 2].upper() for n in range(0, 64, 2))
    wrong = far.identity.fingerprint[:-1] + ("0" if far.identity.fingerprint[-1] != "0" else "1")
    with pytest.raises(EnrolmentError, match="not the server"):
        enrol(folder, Sealer(KEY), far.url, parse_code(far.code), PC, wrong)
    assert enrol(folder, Sealer(KEY), far.url, parse_code(far.code), PC, pairs).device_id == "device-1"


def test_a_used_code_is_refused_in_the_servers_words_and_changes_nothing(folder: Folder, far: FarServer) -> None:
    with pytest.raises(EnrolmentError, match="not known or used up"):
        enrol(folder, Sealer(KEY), far.url, parse_code(f"WP1-zzzzzzzz-{far.identity.fingerprint[:20]}"), PC)
    assert load_credentials(folder, Sealer(KEY)) is None
    assert not folder.authority.exists()


@pytest.mark.parametrize("text", ["", "WP1-", "WP2-abcd-0123456789abcdef0123", "WP1-ab-0123", "WP1-abcd1-0123456789abcdef0123", "a" * 500])
def test_what_is_no_code_is_refused_before_anything_is_asked(text: str) -> None:
    with pytest.raises(EnrolmentError, match="not an enrolment code"):
        parse_code(text)


@pytest.mark.parametrize("ca", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----"])
def test_a_server_without_a_certificate_authority_is_refused(folder: Folder, far: FarServer, ca: str) -> None:
    far.answer = lambda *_: (200, b'{"status":"ok","server_id":"x","ca":"' + ca.replace("\n", "\\n").encode() + b'"}')  # type: ignore[method-assign]
    with pytest.raises(EnrolmentError):
        enrol(folder, Sealer(KEY), far.url, parse_code(far.code), PC)


def test_a_key_is_made_once_is_private_and_an_unreadable_one_is_set_aside(folder: Folder) -> None:
    key = load_or_make_key(folder.key)
    assert load_or_make_key(folder.key) == key == load_key(folder.key)
    assert folder.key.stat().st_mode & 0o077 == 0
    folder.key.write_bytes(bytes(64))
    with pytest.raises(KeyUnreadableError):
        load_key(folder.key)
    assert load_or_make_key(folder.key) != key
    assert len(list(folder.root.glob("key.wrapped.unreadable-*"))) == 1
