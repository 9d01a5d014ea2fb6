"""Clips: off by default, for a stated reason, agreed on by two people, told to the person, bounded, sealed, opened with a reason."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from policy.events import Capture
from policy.purposes import Purpose
from policy.summaries import ClipAsked, Clips, ClipState
from policy.wire import AgentPolicy, EnrolReply
from server import clips
from server.captures import CaptureStore
from server.clock import now_ms
from server.models import AuditEntry, Clip
from tests.events import batch, notice
from tests.server.asking import become, people_of
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_compat_agent_server import USER, a_picture, allow_pictures, answer

WHY = "a client reports card numbers read out, case 12"


def ask(office: Office, who: str = "clara", **changes: Any) -> TestResponse:
    person = people_of(office)[USER]
    return office.post("/api/recordings/", who, {"person": person, "reason": WHY, "seconds": 5} | changes)


def approve(office: Office, number: int, who: str = "olga") -> TestResponse:
    return office.post(f"/api/recordings/{number}/approve/", who, {})


def policy(office: Office, pc: EnrolReply, account: str = USER) -> AgentPolicy:
    reply = office.client.get("/api/v1/policy", query_string={"account": account}, headers={"Authorization": f"Bearer {pc.token}"})
    return msgspec.json.decode(reply.data, type=AgentPolicy)


def frame(office: Office, pc: EnrolReply, number: int, colour: int, at: int) -> int:
    """Deliver one picture of a clip as an agent does, and return the status of the picture itself."""
    content = a_picture(colour, "WEBP")
    name = hashlib.sha256(content).hexdigest()
    told = Capture(at, USER, name, "image/webp", len(content), 64, 36, f"clip {number}")
    assert office.send(pc, batch([told], colour + 1, epoch="c" * 16)).status_code == 200
    return office.client.put(f"/api/v1/captures/{name}", data=content, headers={"Authorization": f"Bearer {pc.token}"}).status_code


def ready(office: Office) -> EnrolReply:
    pc = office.enrol(account=USER)
    allow_pictures(office, clip_seconds=10)
    answer(office, pc)
    return pc


@pytest.mark.feature("T02", "A18", "B08")
def test_a_clip_goes_from_a_reason_to_pictures_that_open_with_a_reason(office: Office) -> None:
    pc = ready(office)
    asked = ask(office)
    assert (asked.status_code, asked.json["status"], asked.json["reason"]) == (201, "asked", WHY)
    number, before = asked.json["id"], policy(office, pc)
    assert before.clip is msgspec.UNSET
    assert frame(office, pc, number, 0, now_ms()) == 403, "nothing is recorded before somebody else agreed"
    assert approve(office, number).json["status"] == "approved"
    order = policy(office, pc)
    assert order.clip
    assert (order.clip.id, order.clip.reason, order.clip.seconds) == (number, WHY, 5)
    assert order.revision > before.revision, "its agent asks for the policy anew"
    assert policy(office, pc, "somebody else").clip is msgspec.UNSET
    at = now_ms() + 10
    assert [frame(office, pc, number, second + 1, at + second * 1000) for second in range(3)] == [204, 204, 204]
    assert policy(office, pc).clip is msgspec.UNSET, "once"
    told = office.get(f"/api/recordings/{number}/", "clara").json
    assert (told["status"], len(told["frames"]), told["asked_by"], told["approved_by"]) == ("recorded", 3, "clara", "olga")
    image = told["frames"][1]["image"]
    assert office.get(image, "clara").json["reason"] == "reason_needed"
    assert office.get(image, "olga").status_code == 404, "owners approve, they do not watch"
    office.post("/api/v1/unlock", "clara", {"reason": WHY, "person": told["person"]["id"]})
    assert office.get(image, "clara").mimetype == "image/webp"
    sealed = list((office.core.settings.data / "captures").glob("*.sealed"))
    assert len(sealed) == 3
    assert CaptureStore(office.core.settings.data).purge(now_ms() + 1).period == 3, "short-lived, as every picture is"


@pytest.mark.feature("T02", "N05")
@pytest.mark.quality("P-06")
def test_the_person_sees_who_asked_who_approved_and_why(office: Office) -> None:
    ready(office)
    number = ask(office, "olga").json["id"]
    assert approve(office, number, "clara").status_code == 200
    person = people_of(office)[USER]
    become(office, "anita", person)
    looks = office.get("/api/v1/me", "anita", **{"from": "2025-11-17", "to": "2025-11-17"}).json["looks"]
    assert [(look["who"], look["what"], look["reason"]) for look in looks[:2]] == [
        ("clara", "the screen", WHY),
        ("olga", "the screen", WHY),
    ]
    assert [row["id"] for row in office.get("/api/recordings/", "anita").json] == [number]
    assert office.get("/api/recordings/", "meera").status_code == 403


@pytest.mark.feature("T02")
def test_nobody_records_alone_by_default_without_telling_or_without_a_reason(office: Office) -> None:
    pc = office.enrol(account=USER)
    assert ask(office).json["reason"] == "clips_off"
    allow_pictures(office)
    assert ask(office).json["reason"] == "clips_off"
    answer(office, pc)
    allow_pictures(office, clip_seconds=10)
    assert ask(office).json["reason"] == "no_notice", "who answered a notice without clips was not told of them"
    again = notice(at=now_ms(), account=USER, version=policy(office, pc).notice, answer="consented")
    assert office.send(pc, batch([again], 2, epoch="e" * 16)).status_code == 200
    for bad in ({"reason": "because"}, {"reason": " " * 20}, {"seconds": 11}, {"seconds": 0}, {"reason": "x" * 201}):
        assert ask(office, **bad).status_code == 400, bad
    assert ask(office, person=9_999).status_code == 404
    number = ask(office).json["id"]
    assert approve(office, number, "clara").json["reason"] == "four_eyes"
    for who in ("meera", "ivan", "anita"):
        assert ask(office, who).status_code == 403
        assert approve(office, number, who).status_code == 403
    become(office, "olga", people_of(office)[USER])
    assert approve(office, number).json["reason"] == "four_eyes"
    become(office, "olga", None)
    allow_pictures(office, clip_seconds=10, works_council="BV 2026-3")
    assert ask(office).json["reason"] == "locked"
    allow_pictures(office, clip_seconds=10, works_council="")
    told = notice(at=now_ms() + 1, account=USER, answer="withdrawn")
    assert office.send(pc, batch([told], 3, epoch="e" * 16)).status_code == 200
    assert approve(office, number).json["reason"] == "no_notice", "who withdrew meanwhile is not recorded"


@on_sqlite_only
@pytest.mark.feature("T02")
@pytest.mark.quality("P-08")
def test_with_clips_alone_consent_to_pictures_is_asked_for_too(office: Office) -> None:
    pc = office.enrol(account=USER)
    allow_pictures(office, every=0.0, clip_seconds=10)
    answer(office, pc, "acknowledged")
    told = policy(office, pc)
    assert told.notice.endswith("+clips+pictures")
    assert Purpose.SCREENSHOTS in told.withholds, "the agent asks for what is withheld and would be used"
    assert ask(office).json["reason"] == "no_notice"
    agreed = notice(at=now_ms(), account=USER, version=told.notice, answer="consented")
    assert office.send(pc, batch([agreed], 2, epoch="e" * 16)).status_code == 200
    assert ask(office).status_code == 201


@pytest.mark.feature("T02")
def test_a_clip_has_an_end_in_time_and_in_pictures(office: Office) -> None:
    pc = ready(office)
    number = ask(office).json["id"]
    approve(office, number)
    assert approve(office, number).json["reason"] == "stale"
    at = now_ms() + 10
    got = [frame(office, pc, number, place, at + place * 1000) for place in range(8)]
    assert got == [204] * 6 + [403] * 2, "five seconds have six pictures, and no more"
    other = office.enrol("Sales", "boris", "PC-2")
    office.send(other, batch([notice(account="boris", version=policy(office, other).notice)], epoch="d" * 16))
    late = ask(office).json["id"]
    office.core.writer.do(lambda connection: connection.execute(update(Clip).where(Clip.id == late).values(until=now_ms() - 1)))
    assert approve(office, late).json["reason"] == "stale"
    assert {row["id"]: row["status"] for row in office.get("/api/recordings/", "clara").json} == {number: "recorded", late: "expired"}
    with office.core.readers.connect() as connection:
        assert clips.due(connection, USER, now_ms()) is None
    assert office.get("/api/recordings/777/", "clara").status_code == 404
    assert [row.action for row in office.rows(AuditEntry)].count("looked at the screen") == 3


def listed(office: Office, who: str = "clara") -> list[ClipAsked]:
    return msgspec.json.decode(office.get("/api/v1/clips", who).data, type=Clips).clips


def decide(office: Office, clip: int, who: str, *, agree: bool) -> TestResponse:
    return office.post("/api/v1/clips/decision", who, {"clip": clip, "agree": agree})


@pytest.mark.feature("T02")
@pytest.mark.quality("S-23")
def test_the_list_says_where_each_clip_stands_and_whose_word_it_waits_for(office: Office) -> None:
    pc = ready(office)
    person = people_of(office)[USER]
    made = office.post("/api/v1/clips", "clara", {"person": person, "reason": WHY, "seconds": 5})
    assert made.status_code == 201
    number, later = made.json["id"], ask(office, "olga").json["id"]
    told = office.get("/api/v1/clips", "clara").json
    assert (told["longest"], [one["id"] for one in told["people"]]) == (10, [person])
    assert {one.id: (one.state, one.asked_by, one.open) for one in listed(office)} == {
        number: (ClipState.ASKED, "clara", False),
        later: (ClipState.ASKED, "olga", True),
    }
    assert {one.id: one.open for one in listed(office, "olga")} == {number: True, later: False}
    assert decide(office, number, "olga", agree=True).status_code == 204
    assert decide(office, later, "clara", agree=False).status_code == 204
    assert frame(office, pc, later, 0, now_ms() + 10) == 403, "what was refused is not recorded"
    assert frame(office, pc, number, 1, now_ms() + 10) == 204
    taken, no = sorted(listed(office), key=lambda one: one.id)
    assert (taken.state, taken.decided_by, taken.pictures, taken.open) == (ClipState.RECORDED, "olga", 1, False)
    assert taken.taken and taken.decided and taken.taken >= taken.decided
    assert (no.state, no.decided_by, no.pictures, no.taken, no.open) == (ClipState.REFUSED, "clara", 0, None, False)
    allow_pictures(office, clip_seconds=0)
    off = office.get("/api/v1/clips", "olga").json
    assert (off["longest"], off["people"], len(off["clips"])) == (0, [], 2)


@pytest.mark.feature("T02")
@pytest.mark.quality("P-06")
def test_no_is_for_a_second_person_too_once_and_the_person_reads_it(office: Office) -> None:
    pc = ready(office)
    person = people_of(office)[USER]
    number = ask(office).json["id"]
    assert decide(office, number, "clara", agree=False).json["reason"] == "four_eyes"
    become(office, "olga", person)
    assert decide(office, number, "olga", agree=False).json["reason"] == "four_eyes"
    assert not listed(office, "olga")[0].open
    become(office, "olga", None)
    assert decide(office, number, "olga", agree=False).status_code == 204
    for agree in (True, False):
        assert decide(office, number, "olga", agree=agree).json["reason"] == "stale"
    assert decide(office, 777, "olga", agree=False).status_code == 404
    assert policy(office, pc).clip is msgspec.UNSET
    become(office, "anita", person)
    looks = office.get("/api/v1/me", "anita", **{"from": "2025-11-17", "to": "2025-11-17"}).json["looks"]
    assert [(look["who"], look["what"], look["reason"]) for look in looks[:2]] == [
        ("olga", "the screen", WHY),
        ("clara", "the screen", WHY),
    ]


@pytest.mark.feature("T02")
@pytest.mark.quality("P-12")
def test_of_whom_a_restriction_holds_no_clip_is_asked_for_or_approved(office: Office) -> None:
    ready(office)
    person = people_of(office)[USER]
    number = ask(office).json["id"]
    wish = {"person": person, "kind": "restriction", "reason": "she objects"}
    assert office.post("/api/v1/measures", "clara", wish).status_code == 201
    again = office.post("/api/v1/clips", "clara", {"person": person, "reason": WHY, "seconds": 5})
    assert again.status_code == 404
    assert decide(office, number, "olga", agree=True).status_code == 404
    assert office.get("/api/v1/clips", "olga").json["people"] == []
    assert listed(office) == []
