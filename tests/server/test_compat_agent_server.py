"""An agent-and-server tracker's client: its requests as it makes them, with only the address and the token changed."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Connection, update
from werkzeug.test import TestResponse

from policy.wire import EnrolReply
from server import jobs
from server.captures import CaptureStore
from server.clock import now_ms
from server.models import AuditEntry, CaptureEvent, Device, HealthEvent, Team
from server.organisation import change_organisation
from server.refusals import TooManyError
from tests.events import MONDAY_NINE, batch, notice, session
from tests.server.asking import become, people_of
from tests.server.conftest import Office, on_sqlite_only

ALWAYS = [[(0, 1440)]] * 7
USER = "anita"
MINUTE_MS = 60_000


class Client:
    """Makes the requests of the other tracker's agent: where it lets them be set, the address has the token in it."""

    def __init__(self, office: Office, pc: EnrolReply) -> None:
        self._office, self._base, self._token, self.session = office, f"/t/{pc.token}/api", "", 0

    def create_session(self, user: str = USER) -> TestResponse:
        told = {"agent_name": "WorkSight-Agent", "agent_version": "0.1.0", "hostname": "PC-1", "username": user, "ip_address": "10.0.0.7"}
        reply = self._office.client.post(f"{self._base}/sessions/", json=told)
        if reply.status_code == 201:
            self.session, self._token = reply.json["session_id"], reply.json["token"]
        return reply

    def heartbeat(self) -> TestResponse:
        return self._office.client.post(f"{self._base}/sessions/{self.session}/heartbeat/", headers=self._headers())

    def screenshot(self, at: int, content: bytes, **more: str) -> TestResponse:
        data = {"session_id": str(self.session), "captured_at": datetime.fromtimestamp(at / 1000, UTC).isoformat()} | more
        form = data | {"image": (io.BytesIO(content), "screenshot_20260210_161956.png")}
        return self._office.client.post(f"{self._base}/screenshots/", data=form, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def a_picture(colour: int = 0, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 36), (colour, 10, 10)).save(out, kind)
    return out.getvalue()


def allow_pictures(office: Office, every: float = 60.0, **more: Any) -> None:
    def change(connection: Connection) -> None:
        team = connection.execute(Team.__table__.select().where(Team.name == "Accounts")).one().id
        hours = {"zone": "UTC", "week": ALWAYS}
        change_organisation(connection, capture_every=every, capture_teams=[team], hours=hours, **more)

    office.core.writer.do(change)


def answer(office: Office, pc: EnrolReply, word: str = "consented", user: str = USER) -> None:
    version = office.client.get("/api/v1/policy", headers={"Authorization": f"Bearer {pc.token}"}).json["notice"]
    told = notice(at=now_ms() - 120_000, account=user, version=version, answer=word)
    assert office.send(pc, batch([told], epoch="e" * 16)).status_code == 200


def heard(office: Office, at: int) -> None:
    office.core.writer.do(lambda connection: connection.execute(update(Device).values(seen=at)))


def a_client(office: Office, *, pictures: bool = True) -> tuple[Client, EnrolReply]:
    pc = office.enrol(account=USER)
    if pictures:
        allow_pictures(office)
    answer(office, pc)
    client = Client(office, pc)
    assert client.create_session().status_code == 201
    return client, pc


@pytest.mark.feature("A19", "A15", "A16", "F11", "A21")
def test_the_client_runs_with_only_address_and_token_changed(office: Office) -> None:
    client, pc = a_client(office, pictures=False)
    assert client.heartbeat().json == {"status": "alive"}
    for path, rows in (("agents", 1), ("heartbeats", 0), ("sessions", 1), ("screenshots", 0)):
        assert len(office.client.get(f"/t/{pc.token}/api/{path}/").json) == rows, path
    assert office.client.get("/api/agents/", headers={"Authorization": f"Token {pc.token}"}).status_code == 200
    assert office.client.get("/api/agents/", headers={"Authorization": f"Basic {pc.token}"}).status_code == 401
    assert office.client.get("/api/sessions/").status_code == 401
    assert office.client.post("/api/sessions/", json={"username": USER}).status_code == 401
    assert office.client.get(f"/t/{pc.token}/api/recordings/").status_code == 404


@pytest.mark.feature("A19", "N04")
def test_a_client_may_not_begin_before_the_notice_is_answered(office: Office) -> None:
    pc = office.enrol(account=USER)
    assert Client(office, pc).create_session().json["reason"] == "no_notice"


@pytest.mark.feature("A16", "N07", "B08")
def test_registering_an_agent_gives_it_a_token_this_once(office: Office) -> None:
    asked = {"hostname": "PC-9", "agent_version": "0.1.0", "os": "Windows 11", "username": "boris"}
    made = office.post("/api/agents/", "ivan", asked)
    assert made.status_code == 201
    agent, token = made.json["id"], made.json["token"]
    assert "token" not in office.get(f"/api/agents/{agent}/", "ivan").json
    mine = {"Authorization": f"Bearer {token}"}
    [row] = office.client.get("/api/agents/", headers=mine).json
    assert (row["id"], row["hostname"], row["active"], row["online"]) == (agent, "PC-9", True, False)
    said = office.client.post("/api/agents/", json={"hostname": "PC-10", "agent_version": "0.2.0"}, headers=mine)
    assert (said.status_code, said.json["hostname"], said.json["os"], "token" in said.json) == (201, "PC-10", "Windows 11", False)
    assert office.post("/api/agents/", "ivan", {"hostname": "PC-9"}).status_code == 400
    assert office.post("/api/agents/", "meera", asked).status_code == 403
    other = office.enrol()
    assert office.client.get(f"/api/agents/{agent}/", headers={"Authorization": f"Bearer {other.token}"}).status_code == 404
    assert "enrolled" in [entry.action for entry in office.rows(AuditEntry)]


@pytest.mark.feature("A15", "B08", "F10", "F11", "A22")
def test_a_heartbeat_says_how_the_pc_is_and_comes_back_as_it_was(office: Office) -> None:
    pc = office.enrol()
    mine = {"Authorization": f"Bearer {pc.token}"}
    status = {"cpu_percent": 12.5, "rss_bytes": 5, "os": "Windows 11", "cpu_count": 4, "memory_bytes": 8 << 30, "disk_free_bytes": 9}
    sent = {"timestamp": "2026-02-11T11:15:32+05:30", "system_status": status}
    made = office.client.post("/api/heartbeats/", json=sent, headers=mine)
    assert (made.status_code, made.json["timestamp"]) == (201, "2026-02-11T05:45:32Z")
    assert status.items() <= made.json["system_status"].items()
    assert office.get(f"/api/heartbeats/{made.json['id']}/", "ivan").json == made.json
    later = office.client.post("/api/heartbeats/", json={}, headers=mine).json
    assert [row["id"] for row in office.get("/api/heartbeats/", "ivan").json] == [later["id"]], "the newest of each PC"
    both = office.get("/api/heartbeats/", "ivan", agent=made.json["agent"]).json
    assert [row["id"] for row in both] == [later["id"], made.json["id"]]
    other = {"Authorization": f"Bearer {office.enrol(account='x', hostname='PC-2').token}"}
    assert office.client.get(f"/api/heartbeats/{later['id']}/", headers=other).status_code == 404
    assert office.client.get("/api/heartbeats/", headers=other).json == []
    for bad in ({"timestamp": "now"}, {"timestamp": "1970-01-01T00:00:00Z"}, {"system_status": {"cpu_percent": -1}}):
        assert office.client.post("/api/heartbeats/", json=bad, headers=mine).status_code == 400
    assert office.client.put("/api/heartbeats/", json={}, headers=mine).status_code == 405


@pytest.mark.feature("A15", "F11")
def test_of_heartbeats_every_few_seconds_one_a_minute_is_kept(office: Office) -> None:
    client, _ = a_client(office, pictures=False)
    for _ in range(5):
        assert client.heartbeat().status_code == 200
    assert len(office.rows(HealthEvent)) == 0, "beginning the session was heard this minute"
    heard(office, now_ms() - MINUTE_MS)
    for _ in range(5):
        assert client.heartbeat().status_code == 200
    assert len(office.rows(HealthEvent)) == 1


@pytest.mark.feature("I16")
def test_a_pc_is_online_while_it_is_heard_in_every_zone(office: Office) -> None:
    client, _ = a_client(office, pictures=False)
    assert client.heartbeat().status_code == 200
    for zone in ("Asia/Kolkata", "America/New_York"):
        office.core.writer.do(lambda connection, zone=zone: change_organisation(connection, zone=zone))  # type: ignore[misc]
        for ago, online in ((0, True), (290_000, True), (301_000, False)):
            heard(office, now_ms() - ago)
            assert office.get("/api/agents/", "ivan").json[0]["online"] is online, (zone, ago)


@pytest.mark.feature("A19", "F16")
def test_sessions_are_from_sign_in_to_sign_out_with_locks_and_a_cut_where_the_pc_died(office: Office) -> None:
    pc = office.enrol()
    events = [
        notice(),
        session(-5, "boot"),
        session(0, "logon"),
        session(60, "lock"),
        session(90, "unlock"),
        session(120, "logoff"),
        session(130, "agent_start"),
        session(140, "lock"),
        session(200, "boot"),
        session(210, "logon"),
    ]
    assert office.deliver(pc, events).status_code == 200
    asked = {"start_date": "2025-11-17", "end_date": "2025-11-17"}
    rows = office.get("/api/sessions/", "meera", **asked).json
    minutes = lambda text: round((datetime.fromisoformat(text).timestamp() * 1000 - MONDAY_NINE) / MINUTE_MS)  # noqa: E731
    told = [(minutes(row["started_at"]), row["ended_at"] and minutes(row["ended_at"]), row["locked_seconds"]) for row in rows]
    assert told == [(210, None, 0), (130, 140, 0), (0, 120, 1800)]
    assert office.get("/api/sessions/", "sunil", **asked).json == []
    assert office.get("/api/sessions/", "clara", **asked).status_code == 403
    for days in ({"start_date": "2025-11-18", "end_date": "2025-11-17"}, {"end_date": "0001-01-01"}, {"start_date": "9999-12-31"}):
        assert office.get("/api/sessions/", "meera", **days).status_code == 400, days
    assert ("meera", "looked at sessions") not in [(row.actor, row.action) for row in office.rows(AuditEntry)], "a list names nobody apart"


@pytest.mark.feature("A17", "T01", "N11", "B08")
def test_a_picture_is_taken_in_by_the_rules_and_by_nothing_less(office: Office) -> None:
    client, pc = a_client(office)
    at = now_ms() - 1_000
    assert client.screenshot(at, a_picture()).json["reason"] == "not_announced"
    assert client.screenshot(at, b"MZ not a picture", announced="true").status_code == 400
    made = client.screenshot(at, a_picture(), announced="true")
    assert (made.status_code, made.json["status"]) == (201, "ok")
    [row] = office.client.get(f"/t/{pc.token}/api/screenshots/").json
    assert (row["id"], row["username"], row["media"], row["width"], row["height"]) == (made.json["id"], USER, "image/png", 64, 36)
    [event] = office.rows(CaptureEvent)
    assert CaptureStore(office.core.settings.data).get(event.sha256) == a_picture()
    assert client.screenshot(at + 10_000, a_picture(9), announced="true").status_code == 429, "more often would be a film"
    assert client.screenshot(at + 59_999, a_picture(9), announced="true").headers["Retry-After"] == "60"
    assert client.screenshot(at + 60_000, a_picture(9), announced="true").status_code == 201


NOTHING = [[]] * 7
FORBIDDEN: tuple[tuple[dict[str, Any], str], ...] = (
    ({"capture_every": 0.0}, "pictures_off"),
    ({"capture_teams": []}, "pictures_off"),
    ({"hours": {"zone": "UTC", "week": NOTHING}}, "outside_hours"),
)


@pytest.mark.feature("A17", "T01", "N06")
def test_no_picture_while_it_is_off_out_of_hours_away_or_withdrawn(office: Office) -> None:
    client, pc = a_client(office)
    for change, reason in FORBIDDEN:
        allow_pictures(office)
        office.core.writer.do(lambda connection, change=change: change_organisation(connection, **change))  # type: ignore[misc]
        reply = client.screenshot(now_ms(), a_picture(), announced="true")
        assert (reply.status_code, reply.json["reason"]) == (403, reason), change
    allow_pictures(office)
    for first, change in enumerate(("lock", "pause", "sleep"), 1):
        assert office.send(pc, batch([session(0, change, at=now_ms(), account=USER)], first, epoch="f" * 16)).status_code == 200
        assert client.screenshot(now_ms() + 1_000, a_picture(), announced="true").json["reason"] == "away", change
    back = [session(0, "unlock", at=now_ms() + 10, account=USER), notice(at=now_ms(), account=USER, answer="withdrawn")]
    assert office.send(pc, batch(back, 4, epoch="f" * 16)).status_code == 200  # type: ignore[arg-type]
    assert client.screenshot(now_ms() + 1_000, a_picture(), announced="true").json["reason"] == "no_notice"
    assert office.rows(CaptureEvent) == []


@on_sqlite_only
@pytest.mark.feature("A17")
@pytest.mark.quality("S-15")
def test_hostile_pictures_and_forms_are_refused_without_a_trace(office: Office) -> None:
    client, pc = a_client(office)
    bomb = a_picture()[:16] + (60_000).to_bytes(4, "big") * 2 + a_picture()[24:]
    gif = io.BytesIO()
    Image.new("P", (4, 4)).save(gif, "GIF")
    for content in (b"", bomb, gif.getvalue(), a_picture()[:20], b"<svg/>"):
        assert client.screenshot(now_ms(), content, announced="true").status_code == 400
    large = office.client.post(f"/t/{pc.token}/api/screenshots/", data=bytes(2 << 20), content_type="multipart/form-data; boundary=x")
    assert large.status_code == 413
    for form in (
        {},
        {"session_id": "x"},
        {"session_id": "-1"},
        {"username": USER, "announced": "true"},
        {"username": USER, "captured_at": "x"},
    ):
        reply = office.client.post(f"/t/{pc.token}/api/screenshots/", data=form)
        assert reply.status_code == 400, form
    assert office.client.post(f"/t/{pc.token}/api/screenshots/", data={"session_id": "99999"}).status_code == 404
    assert office.rows(CaptureEvent) == []
    assert not (Path(office.core.settings.data) / "captures").exists()


@pytest.mark.feature("A17", "T01", "N10")
@pytest.mark.quality("S-21", "P-06")
def test_a_picture_opens_for_compliance_with_a_reason_and_for_the_person_and_every_look_is_written_down(office: Office) -> None:
    client, _ = a_client(office)
    client.screenshot(now_ms() - 1_000, a_picture(), announced="true")
    person = people_of(office)[USER]
    [row] = office.get("/api/screenshots/", "clara").json
    image = row["image"]
    assert office.get(image, "clara").json["reason"] == "reason_needed"
    for who in ("olga", "meera", "ivan", "anita"):
        assert office.get(image, who).status_code == 404, "not theirs to open, whoever they are"
    assert office.post("/api/v1/unlock", "clara", {"reason": "suspected leak, case 12", "person": person}).status_code == 200
    opened = office.get(image, "clara")
    assert (opened.status_code, opened.mimetype, opened.data) == (200, "image/png", a_picture())
    assert opened.headers["Cache-Control"] == "no-store"
    looks = [row for row in office.rows(AuditEntry) if row.action == "looked at picture of the screen"]
    assert [(row.actor, row.subject, row.reason) for row in looks] == [("clara", f"person {person}", "suspected leak, case 12")]
    become(office, "anita", person)
    assert office.get(image, "anita").data == a_picture()
    assert [row["username"] for row in office.get("/api/screenshots/", "anita").json] == [USER]
    guessed = "/api/v1/captures/" + "a" * 64
    assert office.get(guessed, "clara").status_code == 404
    assert office.client.get(image).status_code == 401


@pytest.mark.feature("A17", "A14")
def test_deleting_a_picture_deletes_it_and_stays_in_the_audit_log(office: Office) -> None:
    client, pc = a_client(office)
    made = client.screenshot(now_ms() - 1_000, a_picture(), announced="true").json["id"]
    assert office.client.delete(f"/t/{pc.token}/api/screenshots/{made}/").status_code == 401
    assert office.post(f"/api/screenshots/{made}/", "meera", {}, method="DELETE").status_code == 403
    hold = {"person": people_of(office)[USER], "kind": "hold", "reason": "court case 4/26"}
    held = office.post("/api/v1/measures", "clara", hold)
    assert held.status_code == 201, held.text
    assert office.post(f"/api/screenshots/{made}/", "olga", {}, method="DELETE").json["reason"] == "held"
    jobs.purge_captures(office.core, now_ms() + 400 * 86_400_000)
    assert len(list((office.core.settings.data / "captures").glob("*.sealed"))) == 1, "nothing of theirs is deleted"
    ended = office.post("/api/v1/measures/end", "clara", {"measure": held.json["id"], "reason": "the case is closed"})
    assert ended.status_code == 204, ended.text
    assert office.post(f"/api/screenshots/{made}/", "olga", {}, method="DELETE").status_code == 204
    assert office.post(f"/api/screenshots/{made}/", "olga", {}, method="DELETE").status_code == 404
    assert office.rows(CaptureEvent) == []
    assert list((office.core.settings.data / "captures").glob("*.sealed")) == []
    assert "deleted a picture of the screen" in [row.action for row in office.rows(AuditEntry)]


@on_sqlite_only
@pytest.mark.feature("A15", "A24")
def test_a_flood_of_heartbeats_is_told_to_wait(office: Office) -> None:
    pc = office.enrol()
    mine = {"Authorization": f"Bearer {pc.token}"}
    for _ in range(1_300):
        try:
            office.core.limits.take_batch(1, now_ms())
        except TooManyError:
            break
    replies = [office.client.get(f"/api/{name}/", headers=mine) for name in ("agents", "heartbeats", "sessions", "screenshots")]
    for reply in (office.client.post("/api/heartbeats/", json={}, headers=mine), *replies):
        assert reply.status_code == 429
        assert reply.headers["Retry-After"] == "10"
