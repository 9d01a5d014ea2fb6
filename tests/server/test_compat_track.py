"""The telemetry tracker's client: what it posts, and the figures it reads."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from policy.wire import EnrolReply
from server.clock import now_ms
from server.compat.figures import text_of
from server.compat.track import MOST_SAMPLES
from server.models import AuditEntry, Site, Span, Title
from server.organisation import change_organisation
from tests.server.conftest import Office
from tests.server.test_compat_report import post

EXAMPLE = {
    "user_id": "john.doe",
    "timestamp": "2026-02-18T14:30:00+05:30",
    "app_name": "Code",
    "window_title": "main.py - my-project",
    "keystroke_count": 42,
    "mouse_clicks": 3,
    "mouse_distance": 1200.5,
    "idle_seconds": 0.8,
    "distraction_visible": False,
}
DAY = {"user_id": "john.doe", "date": "2026-02-18"}


def john(office: Office) -> EnrolReply:
    pc = office.enrol(account="john.doe")
    assert post(office, pc.token, "/api/notice", {"user": "john.doe", "answer": "consented"}).status_code == 201
    return pc


def minute(at: int, **changes: Any) -> list[dict[str, Any]]:
    return [EXAMPLE | {"timestamp": text_of(at + second * 1000), "keystroke_count": 1} | changes for second in range(60)]


def track(office: Office, pc: EnrolReply, *events: dict[str, Any]) -> TestResponse:
    return post(office, pc.token, "/track", {"events": list(events)})


@pytest.mark.feature("A04", "P02", "B07")
def test_the_documented_example_is_stored_at_its_instant(office: Office) -> None:
    pc = john(office)
    reply = track(office, pc, EXAMPLE)
    assert (reply.status_code, reply.json) == (201, {"ingested": 1})
    [span] = office.rows(Span)
    assert (span.start, span.keys, span.clicks, span.pointer_px, span.idle_ms) == (1_771_405_200_000, 42, 3, 1200, 800)


@pytest.mark.feature("A04", "N03")
def test_titles_are_redacted_before_they_are_stored_and_sites_are_read_first(office: Office) -> None:
    pc = john(office)
    track(office, pc, EXAMPLE | {"app_name": "Google Chrome", "window_title": "Rahul's salary - YouTube - Google Chrome"})
    assert [row.text for row in office.rows(Site)] == ["youtube.com"]
    assert "Rahul" not in " ".join(row.text for row in office.rows(Title))


@pytest.mark.feature("N03")
@pytest.mark.parametrize(
    ("mode", "kept"), [("full", ["Rahul's plan - YouTube - Google Chrome"]), ("redacted", ["YouTube · Google Chrome"]), ("off", [])]
)
def test_each_title_mode_keeps_what_it_says(office: Office, mode: str, kept: list[str]) -> None:
    office.core.writer.do(lambda connection: change_organisation(connection, titles=mode))
    pc = john(office)
    track(office, pc, EXAMPLE | {"app_name": "Google Chrome", "window_title": "Rahul's plan - YouTube - Google Chrome"})
    assert [row.text for row in office.rows(Title)] == kept
    assert [row.text for row in office.rows(Site)] == ["youtube.com"]


@pytest.mark.feature("A04", "P02", "P04")
def test_no_offset_loses_an_event(office: Office) -> None:
    pc = john(office)
    offsets = ("+05:30", "+05:45", "+14:00", "-08:00", "-09:30", "+00:00", "Z", "")
    times = [f"2026-02-{day}T{hour:02}:{minute:02}" for day in (17, 18) for hour in (0, 5, 18, 23) for minute in (0, 29, 30, 59)]
    told = [f"{time}:{7 * number:02}{offset}" for number, offset in enumerate(offsets) for time in times]  # no two in one second
    assert track(office, pc, *(EXAMPLE | {"timestamp": text} for text in told)).json == {"ingested": len(told)}
    days = [office.get("/summary/today", user_id="john.doe", date=f"2026-02-{day}").json for day in (16, 17, 18, 19)]
    assert sum(day["total_seconds"] for day in days) == len(told)


@pytest.mark.feature("A04")
def test_samples_that_come_again_count_once(office: Office) -> None:
    pc, at = john(office), 1_771_405_200_000
    events = minute(at)
    for first, last in ((0, 10), (0, 10), (0, 25), (20, 60), (0, 60)):
        assert track(office, pc, *events[first:last]).status_code == 201
    assert sum(row.samples for row in office.rows(Span)) == 60
    assert sum(row.keys for row in office.rows(Span)) == 60


@pytest.mark.feature("A04", "A24")
def test_a_bad_batch_is_refused_whole_with_what_is_wrong(office: Office) -> None:
    pc = john(office)
    for fault in ({"timestamp": "yesterday"}, {"keystroke_count": -1}, {"user_id": ""}, {"mouse_distance": "far"}):
        reply = track(office, pc, EXAMPLE, EXAMPLE | fault)
        assert reply.status_code == 400
        assert reply.json["error"]
        assert reply.json["details"][0].startswith("events[1]")
    assert post(office, pc.token, "/track", {"events": 5}).json.keys() == {"error", "details"}
    assert post(office, pc.token, "/track", {"events": [{}] * (MOST_SAMPLES + 1)}).status_code == 413
    assert office.client.post("/track", json={"events": [EXAMPLE]}).status_code == 401
    assert track(office, pc, EXAMPLE | {"user_id": "a stranger"}).json["reason"] == "no_notice"
    assert office.rows(Span) == []


@pytest.mark.feature("A04")
def test_a_flood_is_told_to_wait(office: Office) -> None:
    pc = john(office)
    office.core.limits.take_batch = _never  # type: ignore[method-assign]
    reply = track(office, pc, EXAMPLE)
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "10")
    assert office.client.get(f"/t/{pc.token}/summary/today", query_string=DAY).status_code == 429


def _never(device: int, now: int) -> None:
    from server.refusals import TooManyError

    raise TooManyError("this device sends too often", retry_after=10)


@pytest.mark.feature("A05", "A06", "A07", "A13", "D01")
def test_the_figures_are_those_of_the_minutes(office: Office) -> None:
    pc, at = john(office), 1_771_405_200_000
    video = {"app_name": "Google Chrome", "window_title": "Cats - YouTube - Google Chrome"}
    track(office, pc, *minute(at), *minute(at + 60_000), *minute(at + 120_000, **video))
    today = office.get("/summary/today", **DAY)
    assert today.json == {"productive": 120, "non_productive": 60, "total_seconds": 180, "total_buckets": 3}
    apps = office.get("/apps", **DAY).json
    assert [(row["app_name"], row["category"], row["total_seconds"]) for row in apps] == [
        ("Visual Studio Code", "productive", 120),
        ("youtube.com", "unproductive", 60),
    ]
    assert apps[1]["states"] == {"productive": 0, "non_productive": 60}
    week = office.get("/daily", user_id="john.doe").json
    assert len(week) == 7
    assert week[0].keys() == {"date", "productive", "non_productive", "total_seconds", "total_buckets"}


@pytest.mark.feature("A12", "A13", "A05")
def test_rankings_are_of_those_one_may_see_and_not_of_very_few(office: Office) -> None:
    pc, at = john(office), now_ms() // 60_000 * 60_000 - 120_000
    video = {"app_name": "Google Chrome", "window_title": "Cats - YouTube - Google Chrome"}
    track(office, pc, *minute(at, **video))
    track(office, pc, *minute(1_771_405_200_000), *minute(1_771_405_260_000, **video))
    [row] = office.get("/admin/leaderboard", date="2026-02-18").json
    assert row == {
        "user_id": "john.doe",
        "productive_sec": 60,
        "non_productive_sec": 60,
        "total_sec": 120,
        "productive_pct": 50.0,
        "non_productive_pct": 50.0,
    }
    assert office.get("/admin/leaderboard", "meera").status_code == 403
    found = office.get("/admin/user/john.doe/non-productive-apps", "meera", days=2)
    assert found.json == [{"app_name": "youtube.com", "seconds": 60}]
    assert office.get("/admin/user/john.doe/non-productive-apps", "sunil").status_code == 403
    looks = [(row.actor, row.action) for row in office.rows(AuditEntry) if row.action.startswith("looked")]
    assert ("meera", "looked at non-productive apps") in looks


@pytest.mark.feature("N10", "A08")
def test_a_pcs_token_opens_the_figures_of_its_only_user_and_of_nobody_else(office: Office) -> None:
    pc = john(office)
    other = office.enrol(account="mary", hostname="PC-2")
    mine = {"Authorization": f"Bearer {pc.token}"}
    assert office.client.get("/summary/today", query_string=DAY, headers=mine).status_code == 200
    assert office.client.get(f"/t/{pc.token}/summary/today", query_string=DAY).status_code == 200
    assert office.client.get(f"/t/{other.token}/summary/today", query_string=DAY).status_code == 403
    assert office.client.get(f"/t/{pc.token}/api/v1/policy").status_code == 404
    post(office, pc.token, "/api/notice", {"user": "mary", "answer": "acknowledged"})
    assert office.client.get("/summary/today", query_string=DAY, headers=mine).status_code == 403


@pytest.mark.feature("A10", "A09")
def test_the_store_tells_its_real_size(office: Office) -> None:
    pc = john(office)
    track(office, pc, EXAMPLE)
    figures = office.get("/db-stats", "ivan").json
    assert (figures["total_events"], figures["oldest_event"]) == (1, "2026-02-18T09:00:00+00:00")
    assert figures["retention_days"] == 90
    assert figures["estimated_size_mb"] > 0.1
    assert office.client.get("/health").json["status"] == "ok"


@pytest.mark.feature("A08", "N10", "I11")
def test_the_page_is_whole_in_itself_and_shows_nothing_as_markup(office: Office) -> None:
    pc = john(office)
    track(office, pc, *minute(now_ms() // 60_000 * 60_000 - 60_000, app_name="<img src=x>"))
    page = office.client.get(f"/t/{pc.token}/dashboard/john.doe")
    assert (page.status_code, page.mimetype, page.headers["Refresh"]) == (200, "text/html", "30")
    for foreign in ("<img", "<script", "http:", "https:", "src=", "href=", pc.token):
        assert foreign not in page.text.replace("&lt;img src=x&gt;", "")
    assert "0 h 01 min" in page.text
    assert "<strong>100 %</strong>Productive" in page.text
    assert office.get("/dashboard/john.doe", "meera").status_code == 200
    assert office.get("/dashboard/john.doe", "sunil").status_code == 403


@pytest.mark.feature("A11")
def test_the_owner_cleans_up_what_has_outlived_its_period(office: Office) -> None:
    pc = john(office)
    old, new = now_ms() - 91 * 86_400_000, now_ms() - 3_600_000
    track(office, pc, EXAMPLE | {"timestamp": text_of(old)}, EXAMPLE | {"timestamp": text_of(new)})
    assert office.post("/cleanup", "meera", {}).status_code == 403
    assert office.post("/cleanup", "olga", {"days": 14}).status_code == 400
    reply = office.post("/cleanup", "olga", {"days": 90})
    assert reply.json["retention_days"] == 90
    assert reply.json["deleted"] >= 1
    assert [row.start for row in office.rows(Span)] == [new]
    assert "cleaned up" in [row.action for row in office.rows(AuditEntry)]
