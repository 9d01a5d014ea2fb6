"""Clients that only say whether their user works: their literal requests, and the real work hours made of them."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from werkzeug.test import TestResponse

from policy.notice import LANGUAGES
from policy.notice import text as notice_text
from policy.wire import EnrolReply
from server.models import Account, SessionEvent
from tests.events import ANITA, MONDAY_NINE, notice, session
from tests.server.conftest import Office

SECOND = 1000
CURL = """curl -X POST -H "Content-Type: application/json" -d '{"user":"testuser","state":"working","ts":"2024-01-01T12:00:00Z"}' """


def post(office: Office, token: str, path: str, body: Any) -> TestResponse:
    return office.client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})


def agreed(office: Office, user: str = ANITA) -> EnrolReply:
    pc = office.enrol(account=user)
    assert post(office, pc.token, "/api/notice", {"user": user, "answer": "acknowledged"}).json == {"success": True}
    return pc


def say(office: Office, pc: EnrolReply, state: str, seconds: float, user: str = ANITA) -> None:
    from server.compat.figures import text_of

    at = text_of(MONDAY_NINE + round(seconds * SECOND))
    reply = post(office, pc.token, "/api/report", {"user": user, "state": state, "ts": at})
    assert (reply.status_code, reply.json) == (201, {"success": True})


def hours(office: Office, **query: Any) -> list[dict[str, Any]]:
    office.rebuild()
    reply = office.get("/api/reports/real_work_hours", **query)
    assert reply.status_code == 200, reply.text
    assert reply.json["success"] is True
    return list(reply.json["data"])


@pytest.mark.feature("A01", "A02")
def test_the_literal_curl_line_works_with_only_the_address_changed(office: Office) -> None:
    pc = agreed(office, "testuser")
    words = shlex.split(CURL + f"http://localhost:5050/t/{pc.token}/api/report")
    body, content_type = words[words.index("-d") + 1], words[words.index("-H") + 1].partition(": ")[2]
    path = words[-1].removeprefix("http://localhost:5050")
    reply = office.client.post(path, data=body, content_type=content_type)
    assert (reply.status_code, reply.json) == (201, {"success": True})
    [row] = office.rows(SessionEvent)
    assert (row.change, row.at) == ("working", 1_704_110_400_000)


@pytest.mark.feature("A01")
def test_offsets_are_converted_missing_times_are_now_and_names_come_back_as_sent(office: Office) -> None:
    from server.clock import now_ms

    pc, before = agreed(office), now_ms()
    post(office, pc.token, "/api/report", {"user": ANITA, "state": "working", "ts": "2024-05-10T15:50:30+05:30"})
    post(office, pc.token, "/api/report", {"user": ANITA, "state": "stopped"})
    first, second = (row.at for row in office.rows(SessionEvent))
    assert first == 1_715_336_430_000
    assert before <= second <= now_ms()
    assert [row.name for row in office.rows(Account)] == [ANITA]
    assert hours(office, username=ANITA, start_date="2024-05-10")[0]["username"] == ANITA


@pytest.mark.feature("A01", "A21", "A24")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user": "x", "state": "idle"}, 400),
        ({"user": "x"}, 400),
        ({"user": "", "state": "working"}, 400),
        ({"user": ANITA, "state": "working", "ts": "noon"}, 400),
        ({"user": ANITA, "state": "working", "ts": "0001-01-01T00:00:00+14:00"}, 400),
        ({"user": "somebody else", "state": "working"}, 403),  # no answer to the notice
    ],
)
def test_what_cannot_be_stored_is_refused_in_json(office: Office, body: dict[str, str], status: int) -> None:
    pc = agreed(office)
    reply = post(office, pc.token, "/api/report", body)
    assert reply.status_code == status
    assert reply.json["reason"]
    assert post(office, "wrong", "/api/report", body).status_code == 401
    assert office.client.post("/api/report", json=body).status_code == 401
    assert office.rows(SessionEvent) == []


@pytest.mark.feature("A24")
def test_whatever_goes_wrong_is_said_in_json(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    pc = agreed(office)

    def fault(now: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(office.core.limits, "take_batch", lambda device, now: fault(now))
    replies = {
        400: office.get("/api/reports/real_work_hours", start_date="soon"),
        401: office.client.get("/daily"),
        403: office.get("/admin/leaderboard", "anita"),
        404: office.client.get("/no/such/thing"),
        405: office.client.delete("/api/report"),
        500: post(office, pc.token, "/api/report", {"user": ANITA, "state": "working"}),
    }
    assert {status: reply.status_code for status, reply in replies.items()} == {status: status for status in replies}
    assert all(reply.json["reason"] and reply.json["message"] for reply in replies.values())
    assert "secret" not in replies[500].text


@pytest.mark.feature("C01", "A03")
@pytest.mark.parametrize(("worked", "expected"), [(2399, 0), (2400, 1), (4799, 1), (4800, 2)])
def test_forty_unbroken_minutes_are_a_real_work_hour(office: Office, worked: int, expected: int) -> None:
    pc = agreed(office)
    for second in range(0, worked, 600):
        say(office, pc, "working", second)
    say(office, pc, "stopped", worked)
    [row] = hours(office, username=ANITA, start_date="2025-11-17")
    assert row.keys() == {"id", "username", "work_date", "real_hours_counted", "last_processed_event_id"}
    assert (row["username"], row["work_date"], row["real_hours_counted"]) == (ANITA, "2025-11-17", expected)


@pytest.mark.feature("A01", "P01")
def test_what_get_date_says_of_a_time_is_understood_to_the_millisecond(office: Office) -> None:
    pc = agreed(office)
    for text in ("2024-05-10T10:20:30.1234567Z", "2024-05-10T15:50:30.1234567+05:30", "2024-05-10T10:20:30.1234567"):
        assert post(office, pc.token, "/api/report", {"user": ANITA, "state": "working", "ts": text}).status_code == 201
    assert [row.at for row in office.rows(SessionEvent)] == [1_715_336_430_123] * 3


@pytest.mark.feature("F03")
def test_saying_the_same_again_and_again_is_no_more_work(office: Office) -> None:
    one, other = agreed(office, "one"), agreed(office, "other")
    for second in (0, 800, 1600, 2400):
        say(office, one, "working", second, "one")
    for second in sorted([*range(0, 2400, 60), *range(0, 2400, 60)]):
        say(office, other, "working", second, "other")
    for pc, user in ((one, "one"), (other, "other")):
        say(office, pc, "stopped", 2401, user)
        say(office, pc, "stopped", 2500, user)
    assert {row["username"]: row["real_hours_counted"] for row in hours(office)} == {"one": 1, "other": 1}


@pytest.mark.feature("B05", "B06")
def test_events_are_kept_as_said_and_a_day_has_one_row(office: Office) -> None:
    pc = agreed(office)
    for second, state in ((0, "working"), (600, "stopped"), (700, "working"), (800, "stopped")):
        say(office, pc, state, second)
        office.rebuild()
    said = [((row.at - MONDAY_NINE) // SECOND, row.change) for row in office.rows(SessionEvent)]
    assert said == [(0, "working"), (600, "lock"), (700, "working"), (800, "lock")]
    rows = [(row["username"], row["work_date"]) for row in hours(office)]
    assert len(rows) == len(set(rows))
    first = hours(office, username=ANITA, start_date="2025-11-17")[0]
    say(office, pc, "working", 900)
    assert hours(office, username=ANITA, start_date="2025-11-17")[0]["last_processed_event_id"] > first["last_processed_event_id"]


@pytest.mark.feature("C01")
@pytest.mark.parametrize(("silence", "expected"), [(900, 1), (901, 0)])
def test_a_long_silence_ends_a_block_at_the_last_sign_of_life(office: Office, silence: int, expected: int) -> None:
    pc = agreed(office)
    for second in (0, 600, 1200, 1200 + silence, 2400):
        say(office, pc, "working", second)
    say(office, pc, "stopped", 2400)
    assert hours(office, start_date="2025-11-17")[0]["real_hours_counted"] == expected


@pytest.mark.feature("C01")
def test_a_stop_breaks_however_short_it_is(office: Office) -> None:
    pc = agreed(office)
    for second, state in ((0, "working"), (800, "working"), (1500, "stopped"), (1502, "working"), (2300, "working"), (2500, "stopped")):
        say(office, pc, state, second)
    assert hours(office, start_date="2025-11-17")[0]["real_hours_counted"] == 0


@pytest.mark.feature("C02", "C03")
def test_day_by_day_or_all_at_once_in_any_order_gives_one_table(office: Office) -> None:
    stretch = [(second, "working") for second in range(0, 5000, 500)] + [(5000, "stopped")]
    one, other = agreed(office, "one"), agreed(office, "other")
    for second, state in stretch:
        say(office, one, state, second, "one")
        office.rebuild()
    for second, state in reversed(stretch):
        say(office, other, state, second, "other")
    first = hours(office)
    assert {row["username"]: row["real_hours_counted"] for row in first} == {"one": 2, "other": 2}
    assert hours(office) == first


@pytest.mark.feature("A03")
def test_the_days_asked_for_are_the_days_shown(office: Office) -> None:
    pc = agreed(office)
    for day in range(3):
        say(office, pc, "working", day * 86_400)
        say(office, pc, "stopped", day * 86_400 + 60)
    days = lambda **query: [row["work_date"] for row in hours(office, username=ANITA, **query)]  # noqa: E731
    assert days(start_date="2025-11-18") == ["2025-11-18"]
    assert days(start_date="2025-11-17", end_date="2025-11-18") == ["2025-11-17", "2025-11-18"]
    assert office.get("/api/reports/real_work_hours", start_date="17.11.2025").status_code == 400
    assert office.get("/api/reports/real_work_hours", start_date="2025-11-18", end_date="2025-11-17").status_code == 400
    assert office.get("/api/reports/real_work_hours", "sunil", username=ANITA).status_code == 403
    assert office.get("/api/reports/real_work_hours", "sunil").json["data"] == []


@pytest.mark.feature("N04")
def test_a_client_shows_the_notice_in_force_and_an_answer_to_another_one_is_none(office: Office) -> None:
    pc = office.enrol(account=ANITA)
    told = {language: office.client.get(f"/t/{pc.token}/api/notice", query_string={"language": language}).json for language in LANGUAGES}
    assert [one["language"] for one in told.values()] == list(LANGUAGES)
    assert [notice_text(language) for language in LANGUAGES] == [one["text"] for one in told.values()]
    [version] = {one["version"] for one in told.values()}
    answer = {"user": ANITA, "answer": "acknowledged"}
    assert post(office, pc.token, "/api/notice", answer | {"version": "2001-01"}).json["reason"] == "stale"
    assert post(office, pc.token, "/api/report", {"user": ANITA, "state": "working"}).json["reason"] == "no_notice"
    assert post(office, pc.token, "/api/notice", answer | {"version": version}).status_code == 201
    assert post(office, pc.token, "/api/report", {"user": ANITA, "state": "working"}).status_code == 201
    assert office.client.get(f"/t/{pc.token}/api/notice", query_string={"language": "xx"}).status_code == 400


@pytest.mark.feature("A01")
def test_no_door_takes_a_report_of_work_without_an_answer_to_the_notice(office: Office) -> None:
    pc = office.enrol()
    assert office.deliver(pc, [session(0, "working")]).json["reason"] == "no_notice"
    assert office.deliver(pc, [session(0, "working"), notice()]).json["reason"] == "no_notice"
    assert office.deliver(pc, [notice(), session(0, "working")]).status_code == 200
