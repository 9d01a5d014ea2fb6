"""Listing the pictures of one person's screen: who may, that it is a look, what became of each, and her own page."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from werkzeug.test import TestResponse

from policy.events import Capture
from policy.summaries import Pictures, PictureState
from policy.wire import EnrolReply
from server import jobs
from server.captures import CaptureStore
from server.clock import now_ms
from server.models import AuditEntry
from tests.events import MONDAY_NINE, agreed, batch
from tests.server.asking import MONDAY, become, people_of
from tests.server.conftest import ANITA, Office, on_sqlite_only
from tests.server.test_clips import USER, WHY, approve, ask, frame, ready
from tests.server.test_compat_agent_server import a_picture
from tests.server.test_own_page import browser, show

MINUTE = 60_000
REASON = "case 7, the leaked price list"


def take(office: Office, pc: EnrolReply, colour: int, at: int, *, deliver: bool = True, seq: int | None = None, **changes: Any) -> str:
    """Announce a picture and deliver it; return its name."""
    content = a_picture(colour, "WEBP")
    name = hashlib.sha256(content).hexdigest()
    told = Capture(**({"at": at, "account": ANITA, "sha256": name, "media": "image/webp", "bytes": len(content)} | WHAT | changes))
    assert office.send(pc, batch([told], seq or colour + 2)).status_code == 200
    if deliver:
        reply = office.client.put(f"/api/v1/captures/{name}", data=content, headers={"Authorization": f"Bearer {pc.token}"})
        assert reply.status_code == 204, reply.text
    return name


WHAT = {"width": 64, "height": 36, "reason": "policy"}


@pytest.fixture
def pc(office: Office) -> EnrolReply:
    """Anita's PC; she agreed to pictures, and three were taken that Monday."""
    made = office.enrol()
    assert office.send(made, batch([agreed()])).status_code == 200
    for minute in range(3):
        take(office, made, minute, MONDAY_NINE + minute * 10 * MINUTE)
    return made


def asked(office: Office, person: int, who: str = "clara", **query: Any) -> TestResponse:
    return office.get(f"/api/v1/people/{person}/pictures", who, **(MONDAY | query))


def listed(office: Office, person: int, who: str = "clara", **query: Any) -> Pictures:
    reply = asked(office, person, who, **query)
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.data, type=Pictures)


def unlock(office: Office, person: int) -> None:
    assert office.post("/api/v1/unlock", "clara", {"reason": REASON, "person": person}).status_code == 200


def looks(office: Office) -> list[tuple[str, str, str, str | None]]:
    rows = [row for row in office.rows(AuditEntry) if row.action.startswith("looked at") and "picture" in row.action]
    return [(row.actor, row.action, row.detail, row.reason) for row in rows]


@on_sqlite_only
@pytest.mark.feature("T01", "N10")
@pytest.mark.quality("S-21", "P-06")
def test_who_may_open_a_picture_may_list_them_and_nobody_else(office: Office, pc: EnrolReply) -> None:
    person = people_of(office)["anita"]
    assert asked(office, person).json["reason"] == "reason_needed", "compliance says why first"
    for who in ("olga", "meera", "sunil", "ivan", "anita"):
        assert asked(office, person, who).status_code == 403, who
    assert asked(office, 999_999).status_code == 403, "whether there is such a person is not told"
    become(office, "meera", person)
    own = listed(office, person, "meera")
    assert len(own.pictures) == 3, "a manager may see their own, by nobody's leave"
    assert looks(office) == [], "nothing was shown to anybody else, and nobody looks at themselves"
    unlock(office, person)
    assert listed(office, person) == own
    assert looks(office) == [("clara", "looked at list of pictures", "2025-11-17 to 2025-11-17", REASON)]
    for one in own.pictures:
        assert office.get(f"/api/v1/captures/{one.sha256}", "clara").status_code == 200, "what is listed opens"
    assert [found[1] for found in looks(office)][1:] == ["looked at picture of the screen"] * 3


@on_sqlite_only
@pytest.mark.feature("T01", "N05")
@pytest.mark.quality("P-06", "S-21")
def test_the_person_sees_who_listed_and_opened_their_pictures_and_why(office: Office, pc: EnrolReply) -> None:
    person = people_of(office)["anita"]
    unlock(office, person)
    newest = listed(office, person).pictures[0]
    reply = office.get(f"/api/v1/captures/{newest.sha256}", "clara")
    assert (reply.mimetype, reply.headers["Cache-Control"], reply.headers["X-Content-Type-Options"]) == (
        "image/webp",
        "no-store",
        "nosniff",
    )
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    page = show(browser(office, pc)).text
    assert "list of pictures · 2025-11-17 to 2025-11-17" in page
    assert f"picture of the screen · {datetime.fromtimestamp(newest.at / 1000, UTC).isoformat(timespec='seconds')}" in page
    assert page.count(REASON) == 2


@pytest.mark.feature("T01")
def test_the_list_is_newest_first_and_goes_on_where_it_ended(office: Office, pc: EnrolReply) -> None:
    person = people_of(office)["anita"]
    same = MONDAY_NINE + 20 * MINUTE
    take(office, pc, 3, same)
    unlock(office, person)
    whole = listed(office, person)
    assert [one.at for one in whole.pictures] == [same, same, MONDAY_NINE + 10 * MINUTE, MONDAY_NINE] and whole.next is None
    walked, cursor = [], None
    while True:
        page = listed(office, person, limit=1, **({"cursor": cursor} if cursor else {}))
        walked += page.pictures
        cursor = page.next
        if cursor is None:
            break
    assert walked == whole.pictures, "each once, though two were taken in one instant"
    assert [found[2] for found in looks(office)[1:]] == ["2025-11-17 to 2025-11-17", *["2025-11-17 to 2025-11-17, a further page"] * 3]
    assert listed(office, person, **{"from": "2025-11-18", "to": "2025-11-18"}).pictures == []
    for bad in ({"cursor": "x"}, {"limit": 0}, {"from": "2025-11-18"}, {"cursor": "WzEsMl0"}):
        assert asked(office, person, **bad).status_code == 400, bad
    assert asked(office, "x").status_code == 400  # type: ignore[arg-type]


@pytest.mark.feature("T01", "N12")
@pytest.mark.quality("P-05")
def test_a_picture_that_is_not_here_says_whether_it_was_deleted_or_never_came(office: Office, pc: EnrolReply) -> None:
    from msgspec.structs import replace

    person, data = people_of(office)["anita"], office.core.settings.data
    lost = take(office, pc, 3, MONDAY_NINE + 40 * MINUTE, deliver=False)
    unlock(office, person)
    before = {one.sha256: one.state for one in listed(office, person).pictures}
    assert before.pop(lost) is PictureState.NOT_RECEIVED and set(before.values()) == {PictureState.KEPT}
    old, crowded, kept = (one.sha256 for one in reversed(listed(office, person).pictures) if one.state == "kept")
    for name, age in ((old, 15 * 86_400), (crowded, 100), (kept, 50)):
        os.utime(data / "captures" / f"{name}.sealed", (0, now_ms() / 1000 - age))
    office.core.settings = replace(office.core.settings, captures_mib=0)
    (data / "captures" / f"{kept}.sealed").rename(data / "captures" / "aside")
    jobs.purge_captures(office.core, now_ms())
    (data / "captures" / "aside").rename(data / "captures" / f"{kept}.sealed")
    after = {one.sha256: one.state for one in listed(office, person).pictures}
    assert after == {
        old: PictureState.DELETED,
        crowded: PictureState.CROWDED_OUT,
        kept: PictureState.KEPT,
        lost: PictureState.NOT_RECEIVED,
    }
    assert [office.get(f"/api/v1/captures/{name}", "clara").status_code for name in (old, crowded, lost, kept)] == [404, 404, 404, 200]
    assert not CaptureStore(data).has(old)


@on_sqlite_only
@pytest.mark.feature("T02")
def test_a_clip_is_told_with_who_asked_who_agreed_and_why(office: Office) -> None:
    pc = ready(office)
    number, person = ask(office).json["id"], people_of(office)[USER]
    approve(office, number)
    at = now_ms() + 10
    assert [frame(office, pc, number, place, at + place * 1000) for place in range(3)] == [204] * 3
    unlock(office, person)
    day = datetime.fromtimestamp(at / 1000, UTC).date()
    told = listed(office, person, **{"from": day.isoformat(), "to": (day + timedelta(days=2)).isoformat()})
    assert [one.clip for one in told.pictures] == [number] * 3
    [clip] = told.clips
    assert (clip.id, clip.reason, clip.asked_by, clip.approved_by) == (number, WHY, "clara", "olga")
    page = show(browser(office, pc, USER), "/me/pictures").text
    assert WHY in page and page.count("/me/pictures/") == 3


@on_sqlite_only
@pytest.mark.feature("T01")
def test_a_reason_that_names_another_persons_clip_tells_nothing_of_it(office: Office, pc: EnrolReply) -> None:
    person = people_of(office)["anita"]
    other = office.enrol("Sales", "boris", "PC-2")
    assert other
    take(office, pc, 7, MONDAY_NINE + MINUTE, deliver=False, seq=5, reason="clip 1")
    unlock(office, person)
    told = listed(office, person)
    assert told.clips == [] and {one.clip for one in told.pictures} == {None}


@on_sqlite_only
@pytest.mark.feature("T01", "I13")
@pytest.mark.quality("S-21", "P-06")
def test_her_own_page_lists_her_pictures_and_opens_them_and_no_others(office: Office, pc: EnrolReply) -> None:
    client = browser(office, pc)
    assert 'href="/me/pictures?lang=en"' in show(client).text
    reply = show(client, "/me/pictures")
    names = re.findall(r'href="/me/pictures/([0-9a-f]{64})\?lang=en"', reply.text)
    assert len(names) == 3 and "09:20:00" in reply.text and "taken from time to time" in reply.text
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"] and "<img" not in reply.text
    opened = show(client, f"/me/pictures/{names[0]}")
    assert (opened.status_code, opened.mimetype, opened.data) == (200, "image/webp", a_picture(2, "WEBP"))
    assert opened.headers["Cache-Control"] == "no-store"
    boris = office.enrol("Sales", "boris", "PC-2")
    office.send(boris, batch([agreed(account="boris")], epoch="b" * 16, machine="m2"))
    his = browser(office, boris, "boris")
    assert show(his, f"/me/pictures/{names[0]}").status_code == 404
    assert "There is no picture of your screen." in show(his, "/me/pictures").text
    assert show(office.app.test_client(), f"/me/pictures/{names[0]}").status_code == 401
    assert looks(office) == [], "she looked at herself"
    for query in ({"day": "2025-11-17"}, {"day": "x"}, {"day": "1999-01-01"}):
        assert len(re.findall("/me/pictures/[0-9a-f]{64}", show(client, "/me/pictures", **query).text)) == 3
    assert show(client, "/me/pictures", cursor="x").status_code == 400
    for language, word in (("hi", "मेरी स्क्रीन की तस्वीरें"), ("bn", "আমার পর্দার ছবি")):
        assert word in show(client, "/me/pictures", lang=language).text
