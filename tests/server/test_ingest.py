"""The ingest route: stored once, refused into quarantine, declared lost; the high-water mark moves with the rows."""

from __future__ import annotations

import gzip
import zlib

import msgspec
import pytest

from policy.summaries import Devices
from policy.wire import MAX_EVENTS, MAX_INFLATED_BYTES, MAX_SENT_BYTES, Ack
from server.models import (
    AccountDevice,
    CaptureEvent,
    Device,
    DirtyDay,
    Epoch,
    FileEvent,
    GapEvent,
    HealthEvent,
    NetworkSpan,
    NoticeEvent,
    Quarantined,
    SessionEvent,
    Span,
    Title,
)
from tests.events import BORIS, MONDAY_NINE, activity, agreed, batch, file, gap, health, network, notice, session
from tests.server.conftest import Office


def ack_of(response: object) -> Ack:
    return msgspec.json.decode(response.data, type=Ack)  # type: ignore[attr-defined]


@pytest.mark.feature("A04", "A21", "A22")
def test_it_stores_every_kind_of_event(office: Office) -> None:
    pc = office.enrol()
    capture = {
        "kind": "capture", "at": MONDAY_NINE, "account": "MERIDIAN\\anita", "sha256": "0" * 64, "media": "image/png", "bytes": 5,
        "width": 4, "height": 3, "reason": "policy",
    }  # fmt: skip
    reply = office.deliver(pc, [agreed(), activity(), session(0, "logon"), network(), file(), gap(), health(), capture])
    assert reply.status_code == 200, reply.text
    assert ack_of(reply).acked == 8
    assert ack_of(reply).refused == []
    for table in (NoticeEvent, Span, SessionEvent, NetworkSpan, FileEvent, GapEvent, HealthEvent, CaptureEvent):
        assert len(office.rows(table)) == 1, table


@pytest.mark.feature("N04")
@pytest.mark.parametrize("event", [activity(), network(), file()], ids=lambda event: type(event).__name__)
def test_nothing_of_a_person_without_a_notice_is_stored(office: Office, event: object) -> None:
    pc = office.enrol()
    reply = office.deliver(pc, [event])
    assert (reply.status_code, reply.json["reason"]) == (403, "no_notice")
    assert office.rows(Span) == office.rows(NetworkSpan) == office.rows(FileEvent) == office.rows(Epoch) == []
    assert office.rows(Device)[0].refused_no_notice == 1


def test_a_notice_of_one_account_does_not_cover_another(office: Office) -> None:
    pc = office.enrol()
    assert office.deliver(pc, [notice(), activity(account=BORIS)]).json["reason"] == "no_notice"


def test_after_a_withdrawal_nothing_more_is_stored(office: Office) -> None:
    pc = office.enrol()
    assert office.deliver(pc, [notice(), activity()]).status_code == 200
    assert office.deliver(pc, [notice(at=MONDAY_NINE + 60_000, answer="withdrawn")], first=3).status_code == 200
    assert office.deliver(pc, [activity(2)], first=4).json["reason"] == "no_notice"
    assert len(office.rows(Span)) == 1


def test_sent_twice_is_stored_once(office: Office) -> None:
    pc = office.enrol()
    events = [notice(), activity(0), activity(1)]
    assert ack_of(office.deliver(pc, events)).acked == 3
    assert ack_of(office.deliver(pc, events)).acked == 3
    assert ack_of(office.deliver(pc, [*events, activity(2)])).acked == 4
    assert len(office.rows(Span)) == 3
    assert office.rows(Epoch)[0].duplicates == 6


def test_a_hole_says_what_was_expected(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice()])
    reply = office.deliver(pc, [activity()], first=5)
    assert (reply.status_code, reply.json["expected"]) == (409, 2)
    assert office.rows(Span) == []


@pytest.mark.quality("R-19")
def test_the_same_epoch_from_another_machine_is_a_clone(office: Office) -> None:
    pc, copy = office.enrol(), office.enrol(hostname="PC-2")
    assert office.deliver(pc, [notice()]).status_code == 200
    for sender, machine in ((pc, "m2"), (copy, "m1"), (copy, "m2")):
        reply = office.deliver(sender, [activity()], first=2, machine=machine)
        assert (reply.status_code, reply.json["reason"]) == (409, "cloned")
    assert office.deliver(pc, [activity()], first=2).status_code == 200


@pytest.mark.quality("R-20")
def test_a_refused_event_is_quarantined_and_blocks_nothing_at_any_position(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice()])
    for position in range(5):
        events: list[object] = [activity(position * 10 + at) for at in range(5)]
        events[position] = {"kind": "activity", "start": 1}
        ack = ack_of(office.deliver(pc, events, first=2 + position * 5))
        assert ack.acked == 1 + (position + 1) * 5
        assert [refusal.seq for refusal in ack.refused] == [2 + position * 6]
    assert len(office.rows(Quarantined)) == 5
    assert len(office.rows(Span)) == 20
    assert all(row.reason and row.body for row in office.rows(Quarantined))


BAD_EVENTS = {
    "unknown kind": b'{"kind":"keystrokes","text":"hello"}',
    "unknown field": msgspec.json.encode(msgspec.to_builtins(activity()) | {"key_text": "a"}),
    "key twice": msgspec.json.encode(session(0, "lock")).replace(b'"kind"', b'"kind":"session","kind"', 1),
    "ends before it starts": msgspec.json.encode(msgspec.to_builtins(activity()) | {"end": MONDAY_NINE - 1}),
    "longer than a minute": msgspec.json.encode(msgspec.to_builtins(activity()) | {"end": MONDAY_NINE + 60_001}),
    "negative count": msgspec.json.encode(msgspec.to_builtins(activity()) | {"keys": -1}),
    "count as text": msgspec.json.encode(msgspec.to_builtins(activity()) | {"keys": "12"}),
    "count with a fraction": msgspec.json.encode(msgspec.to_builtins(activity()) | {"keys": 1.5}),
    "5,000 digits": msgspec.json.encode(activity(keys=7)).replace(b'"keys":7', b'"keys":' + b"9" * 5000),
    "private with a title": msgspec.json.encode(msgspec.to_builtins(activity(private=True)) | {"title": "secret"}),
    "a URL as site": msgspec.json.encode(msgspec.to_builtins(activity()) | {"site": "https://bank.example/?token=1"}),
    "too large": msgspec.json.encode(msgspec.to_builtins(file()) | {"path": "x" * 20_000}),
    "nested deep": b'{"kind":' + b"[" * 500 + b"]" * 500 + b"}",
    "not an object": b"7",
    "null": b"null",
}


@pytest.mark.quality("S-08")
@pytest.mark.parametrize("name", BAD_EVENTS)
def test_a_bad_event_ends_in_quarantine_with_its_reason(office: Office, name: str) -> None:
    pc = office.enrol()
    reply = office.deliver(pc, [notice(), BAD_EVENTS[name], activity()])
    assert reply.status_code == 200, reply.text
    assert [refusal.seq for refusal in ack_of(reply).refused] == [2]
    assert len(office.rows(Span)) == 1
    assert office.rows(Quarantined)[0].body == BAD_EVENTS[name]


GOOD = batch([notice(), activity()])
BAD_BODIES = {
    "empty": (b"", 400),
    "not JSON": (b"hello", 400),
    "not UTF-8": (b'{"protocol":1,"epoch":"\xff\xfe"}', 400),
    "UTF-16": (GOOD.decode().encode("utf-16"), 400),
    "a byte-order mark": (b"\xef\xbb\xbf" + GOOD, 400),
    "NaN": (GOOD.replace(b'"monotonic_ms":5', b'"monotonic_ms":NaN'), 400),
    "1e999": (GOOD.replace(b'"monotonic_ms":5', b'"monotonic_ms":1e999'), 400),
    "NaN in an event": (GOOD.replace(b'"keys":40', b'"keys":NaN'), 400),
    "a lone surrogate": (batch([notice(), activity(title="TTT")]).replace(b"TTT", b"\\ud800"), 400),
    "cut short": (GOOD[:-10], 400),
    "something after it": (GOOD + b"{}", 400),
    "a key twice": (GOOD.replace(b'"first":1', b'"first":1,"first":1'), 400),
    "an unknown field": (GOOD.replace(b'"first":1', b'"first":1,"extra":1'), 400),
    "a field missing": (GOOD.replace(b'"first":1,', b""), 400),
    "another protocol": (GOOD.replace(b'"protocol":1', b'"protocol":2'), 400),
    "first is zero": (GOOD.replace(b'"first":1', b'"first":0'), 400),
    "first is negative": (GOOD.replace(b'"first":1', b'"first":-1'), 400),
    "an epoch of other letters": (batch([], epoch="Z" * 16), 400),
    "depth of 100,000": (b'{"events":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "a million keys": (b"{" + b",".join(b'"%d":0' % at for at in range(1_000_000)) + b"}", 413),
    "too many events": (batch([b"{}"] * (MAX_EVENTS + 1)), 413),
    "NUL": (b"\0" * 100, 400),
    "an array": (b"[]", 400),
}


@pytest.mark.quality("S-08")
@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_refused_and_the_stream_goes_on(office: Office, name: str) -> None:
    pc = office.enrol()
    body, status = BAD_BODIES[name]
    reply = office.send(pc, body, encoding="")
    assert reply.status_code == status, reply.text
    assert reply.json["reason"] in ("malformed", "too_large")
    assert office.send(pc, GOOD).status_code == 200


@pytest.mark.quality("S-08")
def test_the_encodings_of_a_hostile_sender(office: Office) -> None:
    pc = office.enrol()
    bomb = gzip.compress(b" " * (MAX_INFLATED_BYTES + 1))
    for body, encoding, status in (
        (bomb, "gzip", 413),
        (gzip.compress(GOOD)[:-5], "gzip", 400),
        (gzip.compress(GOOD) + b"x", "gzip", 400),
        (gzip.compress(GOOD) + gzip.compress(GOOD), "gzip", 400),
        (GOOD, "gzip", 400),
        (zlib.compress(GOOD), "deflate", 415),
        (GOOD, "br", 415),
        (b"x" * (MAX_SENT_BYTES + 1), "", 413),
    ):
        headers = {"Authorization": f"Bearer {pc.token}", "Content-Encoding": encoding}
        reply = office.client.post("/api/v1/ingest", data=body, headers=headers)
        assert reply.status_code == status, (encoding, reply.text)
    assert office.send(pc, GOOD).status_code == 200


def test_an_anonymous_body_is_not_even_read(office: Office) -> None:
    class Untouched:
        def read(self, *_: int) -> bytes:
            raise AssertionError("the body was read before the caller was known")

        readline = readlines = __iter__ = read

    reply = office.client.post("/api/v1/ingest", data=b"x" * 10, environ_overrides={"wsgi.input": Untouched()})
    assert reply.status_code == 401


@pytest.mark.quality("S-20")
def test_a_revoked_device_is_told_so_at_once(office: Office) -> None:
    from server import enrolment

    pc = office.enrol()
    assert office.deliver(pc, [notice()]).status_code == 200
    assert office.core.writer.do(lambda connection: enrolment.revoke(connection, pc.device_id, 1, "ivan"))
    reply = office.deliver(pc, [activity()], first=2)
    assert (reply.status_code, reply.json["reason"]) == (403, "revoked")


def test_a_wrong_token_and_a_viewers_token_are_no_device(office: Office) -> None:
    for token in ("", "nonsense", office.tokens["olga"]):
        assert office.send(token, GOOD).status_code == 401


def test_the_equation_holds_between_two_independent_counts(office: Office) -> None:
    pc = office.enrol()
    headers = {"Authorization": f"Bearer {pc.token}", "WorkPulse-Recorded": "15", "WorkPulse-Buffered": "15"}
    in_place = gap(what="event", reason="poison", lost=1)
    body = batch([notice(), activity(), {"kind": "nonsense"}, in_place, gap(lost=5)])
    assert office.client.post("/api/v1/ingest", data=body, headers=headers).status_code == 200
    # 15 numbers: 5 came (3 stored, 1 refused, 1 lost in its place), 10 are still there; 5 more never had a number
    assert equation_of(office) == {"recorded": 15, "stored": 3, "quarantined": 1, "lost": 1, "buffered": 10, "unrecorded": 5}
    device = office.get("/api/v1/devices", "ivan").json["devices"][0]
    assert device["refused"] == {"lost: poison": 1, "lost: buffer_full": 5, "refused: Invalid value 'nonsense' - at `$.kind`": 1}
    # the buffer breaks: a new epoch declares the ten
    renewed = batch([gap(what="epoch", reason="damaged", lost=10), activity(3)], epoch="b" * 16)
    headers |= {"WorkPulse-Recorded": "4", "WorkPulse-Buffered": "4"}
    assert office.client.post("/api/v1/ingest", data=renewed, headers=headers).status_code == 200
    assert equation_of(office) == {"recorded": 19, "stored": 5, "quarantined": 1, "lost": 11, "buffered": 2, "unrecorded": 5}


def equation_of(office: Office) -> dict[str, int]:
    device = msgspec.json.decode(office.get("/api/v1/devices", "ivan").data, type=Devices).devices[0]
    assert device.balanced
    return {name: getattr(device, name) for name in ("recorded", "stored", "quarantined", "lost", "buffered", "unrecorded")}


def test_days_are_marked_dirty_in_the_same_transaction(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), activity(0), activity(60 * 20)])
    assert [row.day.isoformat() for row in office.rows(DirtyDay)] == ["2025-11-17", "2025-11-18"]
    assert office.rebuild() == 2
    assert office.rows(DirtyDay) == []
    office.deliver(pc, [notice(), activity(0)])  # sent again: nothing new, nothing to rebuild
    assert office.rows(DirtyDay) == []


def test_what_an_agent_forgot_to_redact_is_scrubbed_here(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), activity(title="Return of ABCPE1234F\x00\x1b[31m")])
    stored = office.rows(Title)[0].text
    assert "ABCPE1234F" not in stored
    assert not any(ord(character) < 32 for character in stored)


def test_an_account_seen_on_a_second_pc_stays_one_person(office: Office) -> None:
    first, second = office.enrol(), office.enrol(hostname="PC-2")
    office.deliver(first, [notice(), activity()])
    office.deliver(second, [activity(5)], epoch="b" * 16, machine="m2")
    assert len({row.account_id for row in office.rows(Span)}) == 1
    assert len(office.rows(AccountDevice)) == 2
