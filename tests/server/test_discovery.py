"""Being found on the LAN: announced where others can reach the server, found by a console, and silent otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from zeroconf import ServiceInfo

from console.discovery import found_of, look_around
from policy.discovery import SERVICE, read_announcement
from server.discovery import Announcer, is_announced, service_of
from server.settings import load
from server.tls import Identity, identity


@pytest.fixture(scope="module")
def ours(tmp_path_factory) -> Identity:
    return identity(tmp_path_factory.mktemp("tls"), [], datetime.now(UTC))


@pytest.fixture
def announced(ours: Identity, tmp_path: Path) -> Iterator[Announcer]:
    made = Announcer(load({"data": tmp_path, "host": "127.0.0.1", "port": 5999, "announce": "yes"}, {}), ours)
    made.start()
    made.wait(10)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("announce", "host", "wanted"),
    [
        ("auto", "0.0.0.0", True),
        ("auto", "192.168.1.20", True),
        ("auto", "127.0.0.1", False),
        ("auto", "127.0.0.2", False),
        ("auto", "::1", False),
        ("auto", "localhost", False),
        ("no", "0.0.0.0", False),
        ("yes", "127.0.0.1", True),
    ],
)
def test_a_server_is_announced_where_others_can_reach_it(announce: str, host: str, wanted: bool) -> None:
    assert is_announced(load({"announce": announce, "host": host}, {})) is wanted


def test_another_word_than_these_three_is_refused() -> None:
    with pytest.raises(ValueError, match="announce must be"):
        load({"announce": "maybe"}, {})


def test_a_console_finds_the_server_with_its_fingerprint_and_loses_it_again(announced: Announcer, ours: Identity) -> None:
    found = [one for one in look_around(1.5, ["127.0.0.1"]) if one.fingerprint == ours.fingerprint]
    assert [one.url for one in found] == ["https://127.0.0.1:5999"]
    announced.close()
    assert ours.fingerprint not in {one.fingerprint for one in look_around(0.5, ["127.0.0.1"])}


def test_one_that_is_not_announced_does_not_open_the_network(ours: Identity, tmp_path: Path) -> None:
    quiet = Announcer(load({"data": tmp_path, "announce": "no"}, {}), ours)
    quiet.start()
    quiet.wait(1)
    assert quiet._zeroconf is None
    quiet.close()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {b"protocol": b"1"},
        {b"protocol": b"2", b"fingerprint": b"a" * 64, b"id": b"a"},
        {b"protocol": b"1", b"fingerprint": b"a" * 63, b"id": b"a"},
        {b"protocol": b"1", b"fingerprint": b"<img src=x>".ljust(64), b"id": b"a"},
        {b"protocol": b"1", b"fingerprint": b"\xff" * 64, b"id": b"a"},
        {b"protocol": b"1", b"fingerprint": b"a" * 64, b"id": None},
    ],
)
def test_an_announcement_made_to_mislead_is_not_offered(fields: dict[bytes, bytes | None]) -> None:
    assert read_announcement(fields) is None


def test_an_announcement_without_an_address_is_not_offered(ours: Identity, tmp_path: Path) -> None:
    whole = service_of(load({"data": tmp_path, "port": 5050}, {}), ours, ["192.168.1.20"])
    assert found_of(whole) is not None
    assert found_of(ServiceInfo(SERVICE, whole.name, port=5050, properties=whole.properties)) is None
