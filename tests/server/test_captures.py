"""Pictures of screens: announced first, sealed at rest, gone after their period."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import msgspec
import pytest
from werkzeug.test import TestResponse

from policy.events import Capture, Notice
from policy.wire import EnrolReply
from server import jobs
from server.captures import CaptureStore
from server.clock import now_ms
from server.models import AuditEntry
from server.refusals import NotThereError
from tests.events import batch
from tests.server.conftest import ANITA, Office

PICTURE = b"RIFF\x00\x00\x00\x00WEBP" + bytes(range(256)) * 40
NAME = hashlib.sha256(PICTURE).hexdigest()
AT = 1_763_629_200_000


def put(office: Office, device: EnrolReply, content: bytes = PICTURE, name: str = NAME) -> TestResponse:
    return office.client.put(f"/api/v1/captures/{name}", data=content, headers={"Authorization": f"Bearer {device.token}"})


def announced(office: Office, account: str = ANITA) -> EnrolReply:
    device = office.enrol(account=account)
    told = Notice(AT, account, "2026-11+pictures", "en", "consented")
    taken = Capture(AT, account, NAME, "image/webp", len(PICTURE), 1600, 900, "policy")
    assert (
        office.send(
            device, batch([msgspec.to_builtins(told) | {"kind": "notice"}, msgspec.to_builtins(taken) | {"kind": "capture"}])
        ).status_code
        == 200
    )
    return device


@pytest.mark.feature("T01")
def test_a_picture_that_was_announced_is_kept_sealed_and_opens_again(office: Office) -> None:
    device = announced(office)
    assert put(office, device).status_code == 204
    assert put(office, device).status_code == 204, "sent twice is kept once"
    data = office.core.settings.data
    store = CaptureStore(data)
    assert store.get(NAME) == PICTURE
    files = [path for path in (data / "captures").rglob("*") if path.suffix == ".sealed"]
    assert len(files) == 1
    assert PICTURE[20:60] not in files[0].read_bytes()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (data / "captures").iterdir())


@pytest.mark.feature("T01")
def test_a_picture_that_nobody_announced_is_refused(office: Office) -> None:
    device = announced(office)
    other = office.enrol(account="OFFICE\\boris", hostname="PC-2")
    assert put(office, other).status_code == 404
    assert put(office, device, b"another picture", hashlib.sha256(b"another picture").hexdigest()).status_code == 404
    assert put(office, device, b"not what its name says").json["reason"] == "hash"  # type: ignore[index]
    for name in ("..%2f..%2fkey", "x" * 64, NAME.upper(), NAME + "0"):
        assert put(office, device, PICTURE, name).status_code in (400, 404)
    assert put(office, device, bytes((1 << 20) + 1)).status_code == 413
    assert not (office.core.settings.data / "captures").exists()


@pytest.mark.feature("N12", "T01")
def test_a_picture_is_gone_after_its_period(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    store.put(NAME, PICTURE)
    place = tmp_path / "captures" / f"{NAME}.sealed"
    os.utime(place, (AT / 1000, AT / 1000))
    assert store.purge(AT) == (0, 0)
    assert store.purge(AT + 1) == (1, 0)
    with pytest.raises(NotThereError):
        store.get(NAME)


@pytest.mark.feature("T03", "T01")
def test_where_there_is_no_more_room_the_oldest_pictures_go_first_and_are_counted_apart(office: Office) -> None:
    from msgspec.structs import replace

    store = CaptureStore(office.core.settings.data)
    names = []
    for number in range(4):
        content = PICTURE + bytes([number]) * 400_000
        names.append(hashlib.sha256(content).hexdigest())
        store.put(names[-1], content)
        os.utime(office.core.settings.data / "captures" / f"{names[-1]}.sealed", (number + 1_000, now_ms() / 1000 - 100 + number))
    old = now_ms() / 1000 - 15 * 86_400
    os.utime(office.core.settings.data / "captures" / f"{names[0]}.sealed", (old, old))
    office.core.settings = replace(office.core.settings, captures_mib=1)
    jobs.purge_captures(office.core, now_ms())
    assert [store.has(name) for name in names] == [False, False, True, True]
    [entry] = [row for row in office.rows(AuditEntry) if row.action == "cleaned up pictures"]
    assert json.loads(entry.after) == {"period": 1, "room": 1}
    jobs.purge_captures(office.core, now_ms())
    assert len([row for row in office.rows(AuditEntry) if row.action == "cleaned up pictures"]) == 1


def test_a_picture_moved_to_another_name_or_changed_does_not_open(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    store.put(NAME, PICTURE)
    place = tmp_path / "captures" / f"{NAME}.sealed"
    place.with_name(f"{'a' * 64}.sealed").write_bytes(place.read_bytes())
    sealed = place.read_bytes()
    place.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    for name in (NAME, "a" * 64, "b" * 64, "../key"):
        with pytest.raises(NotThereError):
            store.get(name)
