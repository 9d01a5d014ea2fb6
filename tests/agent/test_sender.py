"""Every answer the server can give, and every way it can fail to, against a real HTTPS server on loopback."""

from __future__ import annotations

import gzip
import random
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import msgspec
import pytest

from agent.outcomes import Acked, Bad, Busy, Cloned, NoNotice, Revoked, Rewind, TooLarge, Unknown, outcome_of, seconds_of
from agent.sender import Sending
from agent.transport import Answer
from policy.events import LOST_IN_PLACE, Activity, Gap, Notice, Session
from policy.wire import AgentPolicy
from tests.agent.builders import START, span, waiting
from tests.agent.conftest import Half, make_half
from tests.agent.far_server import FarServer

ANSWER = Notice(START, "OFFICE\\ada", "1", "en", "acknowledged")


def keys_at(half: Half, epoch: str | None = None) -> list[int]:
    events = half.far.book.events(epoch or half.buffer.facts.epoch)
    return [event.keys for event in events if isinstance(event, Activity)]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(409, b'{"reason":"hole","expected":7}'), Rewind(7)),
        (Answer(409, b'{"expected":7}'), Rewind(7)),
        (Answer(409, b'{"reason":"cloned"}'), Cloned()),
        (Answer(409, b'{"reason":"else"}'), Unknown("status 409 else")),
        (Answer(409, b'{"expected":-1}'), Unknown("status 409")),
        (Answer(401, b""), Revoked()),
        (Answer(403, b'{"reason":"revoked"}'), Revoked()),
        (Answer(403, b'{"reason":"no_notice"}'), NoNotice()),
        (Answer(403, b"<html>"), Unknown("status 403")),
        (Answer(413, b""), TooLarge()),
        (Answer(400, b'{"reason":"malformed","message":"event 3"}'), Bad("event 3")),
        (Answer(429, b"", "12"), Busy(12.0)),
        (Answer(503, b"", "nan"), Busy(None)),
        (Answer(503, b"", "soon"), Busy(None)),
        (Answer(500, b"\xff\xfe"), Unknown("status 500")),
        (Answer(302, b""), Unknown("status 302")),
        (Answer(204, b""), Unknown("status 204")),
    ],
)
def test_each_answer_means_one_thing(answer: Answer, outcome: object) -> None:
    assert outcome_of(answer, START / 1000) == outcome


def test_only_a_well_formed_ack_is_an_ack() -> None:
    assert isinstance(outcome_of(Answer(200, b'{"acked":3,"refused":[],"policy":1,"server_time":5}'), 0), Acked)
    for body in (b"", b"{}", b'{"acked":"3","refused":[],"policy":1,"server_time":5}', b"<html>ok</html>"):
        assert isinstance(outcome_of(Answer(200, body), 0), Unknown)


def test_retry_after_is_seconds_or_a_date_and_never_longer_than_an_hour() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert seconds_of(format_datetime(now + timedelta(seconds=90), usegmt=True), now.timestamp()) == 90
    assert seconds_of("999999", 0) == 3600
    assert seconds_of("-5", 0) == 0


@pytest.mark.feature("G01", "G07")
def test_it_delivers_in_order_and_deletes_what_was_acknowledged(half: Half) -> None:
    half.buffer.append([span(n) for n in range(1_200)], START)
    half.drain(3)
    assert keys_at(half) == list(range(1_200))
    assert half.sender.sending is Sending.ONLINE
    assert [len(batch.events) for batch in half.far.book.batches] == [500, 500, 200]
    assert {(batch.machine, batch.boot, batch.protocol) for batch in half.far.book.batches} == {("machine-1", "boot-1", 1)}
    assert waiting(half.buffer) == {}


def test_it_waits_for_the_next_turn_once_everything_is_delivered(half: Half) -> None:
    assert half.sender.step() == 60
    half.buffer.append([span(1)], START)
    assert half.sender.step() == 60


@pytest.mark.feature("G01")
def test_it_keeps_the_batch_when_the_server_is_away(half: Half) -> None:
    half.buffer.append([span(1)], START)
    half.far.stop()
    waits = [half.sender.step() for _ in range(12)]
    assert half.sender.sending is Sending.OFFLINE
    assert half.buffer.facts.buffered == 1
    assert 0.5 <= waits[0] <= 1.0
    assert max(waits) <= 300
    assert waits[-1] >= 150, "each failure waits longer, up to the longest"
    half.far.start()
    half.drain(1)
    assert keys_at(half) == [1]


@pytest.mark.quality("R-01")
def test_lost_acks_make_duplicates_on_the_wire_and_none_in_the_store(half: Half) -> None:
    chance = random.Random(5)
    half.far.interfere = lambda body: "lose the ack" if chance.random() < 0.4 else None
    for first in range(0, 600, 20):
        half.buffer.append([span(n) for n in range(first, first + 20)], START)
        half.sender.step_safely()
    half.drain(40)
    assert keys_at(half) == list(range(600))
    assert half.far.book.duplicates >= 20, "the path must have run"


def test_an_answer_that_is_cut_short_counts_as_no_answer(half: Half) -> None:
    for pieces in ({"Content-Length": "5000"}, {"Content-Length": "5000", "Connection": "close"}, {"Content-Encoding": "gzip"}):
        half.far.interfere = lambda body, headers=pieces: (200, b'{"acked":', headers)  # type: ignore[misc]
        half.sender._transport.timeouts = (1, 0.5)
        half.buffer.append([span(1)], START)
        half.sender.step()
        assert half.sender.sending in (Sending.OFFLINE, Sending.REFUSED)
        assert half.buffer.facts.acked == 0
    half.far.interfere = lambda body: None
    half.drain(2)


@pytest.mark.parametrize("answer", [(500, b""), (302, b"", {"Location": "http://example.org"}), (200, b"<html>"), (418, b"{}"), (204, b"")])
def test_whatever_it_does_not_understand_keeps_and_counts(half: Half, answer: tuple[int, bytes]) -> None:
    half.far.interfere = lambda body: answer
    half.buffer.append([span(1)], START)
    assert half.sender.step() > 0.4
    assert half.sender.sending is Sending.REFUSED
    assert half.stats.counts["answer unknown"] == 1
    assert half.buffer.facts.buffered == 1


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_a_hole_rewinds_to_the_number_the_server_expects(half: Half) -> None:
    half.buffer.append([span(n) for n in range(10)], START)
    half.far.book.high[half.buffer.facts.epoch] = 4  # it has 1 to 4 already; the ack was lost in another life
    half.far.interfere = lambda body: (409, b'{"reason":"hole","expected":5}') if b'"first":1,' in body else None
    half.drain(2)
    assert keys_at(half) == list(range(4, 10))


@pytest.mark.quality("R-05")
def test_a_server_that_lost_what_it_acknowledged_gets_a_new_epoch_and_a_declaration(half: Half) -> None:
    half.buffer.append([span(n) for n in range(20)], START)
    half.drain()
    old = half.buffer.facts.epoch
    half.far.book.high[old] = 15
    half.buffer.append([span(n) for n in range(20, 30)], START)
    half.drain(3)
    epoch = half.buffer.facts.epoch
    assert epoch != old
    gap = half.far.book.events(epoch)[0]
    assert (gap.what, gap.reason, gap.lost) == ("epoch", "server_lost_it", 5)
    assert keys_at(half) == list(range(20, 30))


@pytest.mark.quality("R-06")
def test_an_older_copy_of_the_whole_folder_is_found_by_the_servers_answer(tmp_path: Path, far: FarServer) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    half = make_half(home, far)
    half.buffer.append([span(n) for n in range(5)], START)
    half.buffer.close()
    shutil.copytree(home, copy)
    half = make_half(home, far)
    half.buffer.append([span(n) for n in range(5, 50)], START)
    half.drain()
    old = half.buffer.facts.epoch
    half.buffer.close()
    restored = make_half(copy, far)
    restored.buffer.append([span(n) for n in range(100, 110)], START)
    restored.drain(3)
    epoch = restored.buffer.facts.epoch
    assert epoch != old
    assert keys_at(restored, old) == list(range(50))
    assert [key for key in keys_at(restored, epoch) if key >= 100] == list(range(100, 110)), "nothing new was taken for a repetition"
    restored.buffer.close()


@pytest.mark.quality("R-19")
def test_a_cloned_pc_stops_sending_and_says_so(tmp_path: Path, far: FarServer) -> None:
    home, clone = tmp_path / "home", tmp_path / "clone"
    home.mkdir()
    half = make_half(home, far)
    half.buffer.append([span(1)], START)
    half.drain()
    half.buffer.close()
    shutil.copytree(home, clone)
    other = make_half(clone, far, machine="machine-2")
    other.buffer.append([span(2)], START)
    other.sender.step()
    assert other.sender.sending is Sending.CLONED
    assert "enrol" in (other.sender.last_error or "")
    asked = len(far.book.batches)
    other.sender.step()
    assert len(far.book.batches) == asked, "it asks no more"
    assert other.buffer.facts.buffered == 1
    assert keys_at(other) == [1]
    other.buffer.close()


@pytest.mark.parametrize("answer", [(401, b"{}"), (403, b'{"reason":"revoked"}')])
@pytest.mark.quality("S-20")
def test_a_revoked_device_stops_sending_and_goes_on_recording(half: Half, answer: tuple[int, bytes]) -> None:
    half.far.interfere = lambda body: answer
    half.buffer.append([span(1)], START)
    half.sender.step()
    half.sender.step()
    assert half.sender.sending is Sending.REVOKED
    assert len([path for _, path, _ in half.far.requests if path == "/api/v1/ingest"]) == 1
    assert half.buffer.append([span(2)], START) == [2]


# --- the notice -------------------------------------------------------------------------------------------------------


@pytest.mark.feature("N04")
def test_a_notice_goes_ahead_of_what_needs_it(half: Half) -> None:
    half.far.book.needs_notice = True
    half.buffer.append([Session(START, "OFFICE\\ada", "agent_start"), ANSWER, span(1)], START)
    half.drain(3)
    assert keys_at(half) == [1]


@pytest.mark.feature("N04")
def test_without_an_answer_it_holds_everything_and_asks_again_only_slowly(half: Half) -> None:
    half.far.book.needs_notice = True
    half.buffer.append([span(1)], START)
    waits = [half.sender.step() for _ in range(2)]
    assert half.sender.sending is Sending.NO_NOTICE
    assert "notice" in (half.sender.last_error or "")
    assert waits[-1] >= 60
    assert half.buffer.facts.buffered == 1


@pytest.mark.feature("N04")
def test_an_answer_the_server_forgot_is_put_in_front_once(half: Half) -> None:
    half.far.book.needs_notice = True
    half.answers.append(ANSWER)
    half.buffer.append([span(1), span(2)], START)
    half.drain(6)
    assert keys_at(half) == [1, 2]
    kinds = [type(event).__name__ for event in half.far.book.events(half.buffer.facts.epoch)]
    assert kinds == ["Gap", "Notice", "Activity", "Activity"]


@pytest.mark.feature("N04")
def test_a_server_that_never_takes_the_notice_is_not_asked_in_a_hurry(half: Half) -> None:
    half.far.interfere = lambda body: (403, b'{"reason":"no_notice"}')
    half.answers.append(ANSWER)
    half.buffer.append([ANSWER, span(1)], START)
    waits = [half.sender.step() for _ in range(12)]
    assert sum(wait >= 60 for wait in waits) >= 4
    assert half.stats.counts["epoch notice_first"] <= 1


# --- size and poison --------------------------------------------------------------------------------------------------


def test_too_large_halves_until_it_fits_and_grows_again(half: Half) -> None:
    half.far.interfere = lambda body: (413, b"") if body.count(b'"kind"') > 100 else None
    half.buffer.append([span(n) for n in range(400)], START)
    half.drain(40)
    assert keys_at(half) == list(range(400))
    assert max(len(batch.events) for batch in half.far.book.batches) <= 100


@pytest.mark.quality("R-20")
@pytest.mark.parametrize("place", [0, 1, 7, 14, 15])
@pytest.mark.parametrize("status", [400, 413])
def test_one_poisonous_event_is_declared_at_its_number_and_the_rest_arrives(half: Half, place: int, status: int) -> None:
    half.far.interfere = lambda body: (status, b'{"reason":"malformed"}') if b'"title":"poison"' in body else None
    half.buffer.append([span(n, "poison" if n == place else "fine") for n in range(16)], START)
    half.drain(30)
    epoch = half.buffer.facts.epoch
    assert keys_at(half) == [n for n in range(16) if n != place]
    gap = half.far.book.stored[epoch, place + 1]
    assert (gap.what, gap.reason, gap.lost) == (LOST_IN_PLACE, "poison" if status == 400 else "too_large", 1)
    assert half.far.book.high[epoch] == 16


@pytest.mark.quality("R-20")
def test_a_server_that_refuses_everything_costs_no_event(half: Half) -> None:
    half.far.interfere = lambda body: (400, b'{"reason":"protocol"}')
    half.buffer.append([span(n) for n in range(16)], START)
    for _ in range(20):
        half.sender.step()
    assert half.sender.sending is Sending.REFUSED
    assert list(waiting(half.buffer).values()) == [span(n) for n in range(16)]
    half.far.interfere = lambda body: None
    half.drain(8)
    assert keys_at(half) == list(range(16))


def test_a_quarantined_event_is_counted_and_does_not_hold_the_others(half: Half) -> None:
    half.buffer.append([span(1), span(2)], START)
    half.far.interfere = lambda body: half.far.book.ingest(body.replace(b'"keys":1,', b'"keys":-1,'))
    half.drain(1)
    assert keys_at(half) == [2]
    assert sum(count for reason, count in half.stats.counts.items() if reason.startswith("quarantined")) == 1


# --- pace -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_with_jitter(half: Half, status: int) -> None:
    half.far.interfere = lambda body: (status, b"", {"Retry-After": "20"})
    half.buffer.append([span(1)], START)
    waits = {half.sender.step() for _ in range(5)}
    assert all(20 <= wait <= 25 for wait in waits)
    assert len(waits) > 1
    assert half.sender.sending is Sending.BUSY


def test_a_slow_answer_is_given_up_and_what_was_sent_is_kept(tmp_path: Path, far: FarServer) -> None:
    half = make_half(tmp_path, far)
    half.sender._transport.timeouts = (0.5, 0.3)
    far.interfere = lambda body: time.sleep(1.0)
    half.buffer.append([span(1)], START)
    began = time.monotonic()
    half.sender.step()
    assert time.monotonic() - began < 0.9
    assert half.sender.sending is Sending.OFFLINE
    assert half.buffer.facts.buffered == 1
    half.buffer.close()


def test_the_running_sender_wakes_for_news_and_stops_when_told(half: Half) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=half.sender.run, args=(stop,))
    thread.start()
    half.buffer.append([span(1)], START)
    half.sender.wake.set()
    deadline = time.monotonic() + 5
    while half.buffer.facts.buffered and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    half.sender.wake.set()
    thread.join(5)
    assert not thread.is_alive()
    assert keys_at(half) == [1]


# --- policy and bytes -------------------------------------------------------------------------------------------------


@pytest.mark.feature("H11")
def test_a_newer_policy_is_fetched_once_and_an_older_one_never(half: Half) -> None:
    half.far.book.policy = AgentPolicy(revision=4, notice="1", send_every=5)
    half.buffer.append([span(1)], START)
    assert half.sender.step() == 5
    half.buffer.append([span(2)], START)
    half.sender.step()
    half.far.book.policy = AgentPolicy(revision=2, notice="1", send_every=1)
    half.buffer.append([span(3)], START)
    half.sender.step()
    assert [policy.revision for policy in half.policies] == [4]


@pytest.mark.quality("S-18")
@pytest.mark.parametrize(
    "body",
    [
        b'{"revision":9,"notice":"1","collect_screenshots":true}',
        b'{"revision":9,"notice":"1","sample_every":1e9}',
        b'{"revision":9,"notice":"1","work_hours":{"zone":"Mars/Olympus","week":[[],[],[],[],[],[],[]]}}',
        b"[]",
    ],
)
def test_a_policy_that_asks_for_what_nobody_agreed_to_is_not_used(half: Half, body: bytes) -> None:
    real = half.far.answer
    half.far.answer = lambda method, path, headers, sent: (200, body) if path == "/api/v1/policy" else real(method, path, headers, sent)  # type: ignore[method-assign]
    half.far.book.policy = AgentPolicy(revision=9, notice="1")
    half.buffer.append([span(1)], START)
    half.sender.step()
    assert half.policies == []
    assert "policy" in (half.sender.last_error or "")
    assert half.buffer.facts.buffered == 0


@pytest.mark.feature("G07", "Q21")
def test_sixty_spans_are_small_on_the_wire(half: Half) -> None:
    sizes: list[int] = []
    half.far.interfere = lambda body: sizes.append(len(gzip.compress(body)))
    half.buffer.append([span(n, title=f"Report {n * 7919 % 100}") for n in range(60)], START)
    half.drain(1)
    assert sizes[0] / 60 < 45


def test_a_batch_is_its_own_canonical_encoding(half: Half) -> None:
    bodies: list[bytes] = []
    half.far.interfere = lambda body: bodies.append(body)
    half.buffer.append([span(1, "“ü” \u202e 🙂"), Gap(START, START, "a", "b", 1)], START)
    half.drain(1)
    assert msgspec.json.encode(half.far.book.batches[0]) == bodies[0]
