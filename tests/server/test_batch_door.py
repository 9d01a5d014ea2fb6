"""The door of batches: it answers as Flask would, and what it remembers of a credential is proven with every batch."""

from __future__ import annotations

import gzip

import pytest
from werkzeug.test import Client

from policy.wire import MAX_INFLATED_BYTES, MAX_SENT_BYTES
from server import enrolment
from server.app import HEADERS
from server.clock import now_ms
from server.models import Span
from tests.events import activity, batch, notice
from tests.server.conftest import Office, on_sqlite_only

GOOD = gzip.compress(batch([notice(), activity()]))
REFUSED = {
    "nobody": ({}, GOOD),
    "another scheme": ({"Authorization": "Basic abc"}, GOOD),
    "a wrong token": ({"Authorization": "Bearer " + "x" * 43}, GOOD),
    "no gzip": ({"Authorization": "ours"}, b"{}"),
    "another encoding": ({"Authorization": "ours", "Content-Encoding": "br"}, b"{}"),
    "no batch": ({"Authorization": "ours"}, gzip.compress(b"[]")),
    "a bomb": ({"Authorization": "ours"}, gzip.compress(b" " * (MAX_INFLATED_BYTES + 1))),
    "too many bytes": ({"Authorization": "ours"}, b"x" * (MAX_SENT_BYTES + 1)),
    "a hole": ({"Authorization": "ours"}, gzip.compress(batch([notice()], 7))),
    "no notice": ({"Authorization": "ours"}, gzip.compress(batch([activity()]))),
}


@on_sqlite_only
@pytest.mark.parametrize("case", REFUSED)
def test_both_doors_refuse_alike(office: Office, case: str) -> None:
    told, body = REFUSED[case]
    headers = {"Content-Encoding": "gzip"} | told
    if headers.get("Authorization") == "ours":
        headers["Authorization"] = f"Bearer {office.enrol().token}"
    behind = office.app.wsgi_app._behind  # type: ignore[attr-defined]
    ours, flasks = (Client(door).post("/api/v1/ingest", data=body, headers=headers) for door in (office.app.wsgi_app, behind))
    assert (ours.status_code, ours.json) == (flasks.status_code, flasks.json)
    assert ours.status_code >= 400
    assert dict(ours.headers) == dict(flasks.headers)


def test_what_is_taken_has_the_same_headers_too(office: Office) -> None:
    reply = office.deliver(office.enrol(), [notice(), activity()])
    assert reply.status_code == 200
    assert {name: reply.headers[name] for name in HEADERS} == HEADERS
    assert reply.mimetype == "application/json"


@pytest.mark.quality("S-03")
def test_a_remembered_device_that_is_revoked_is_refused_at_once(office: Office) -> None:
    pc = office.enrol()
    assert office.deliver(pc, [notice(), activity()]).status_code == 200
    office.core.writer.do(lambda connection: enrolment.revoke(connection, pc.device_id, now_ms(), "ivan"))
    reply = office.deliver(pc, [activity(1)], first=3)
    assert (reply.status_code, reply.json["reason"]) == (403, "revoked")
    assert len(office.rows(Span)) == 1


def test_a_device_revoked_at_one_server_is_refused_at_the_other_at_once(twins: tuple[Office, Office]) -> None:
    first, second = twins
    pc = first.enrol()
    assert second.deliver(pc, [notice(), activity()]).status_code == 200
    first.core.writer.do(lambda connection: enrolment.revoke(connection, pc.device_id, now_ms(), "ivan"))
    reply = second.deliver(pc, [activity(1)], first=3)
    assert (reply.status_code, reply.json["reason"]) == (403, "revoked")


def test_a_device_that_floods_is_told_when_to_come_again(office: Office) -> None:
    pc = office.enrol()
    known = office.core.devices.of(pc.token)
    while True:
        try:
            office.core.limits.take_batch(known.id, now_ms())
        except Exception:
            break
    reply = office.deliver(pc, [notice()])
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "10")
