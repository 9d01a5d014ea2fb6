"""The employee's page: opened once from their own PC, true to the manager's figures, and where they contest, ask and withdraw."""

from __future__ import annotations

import random
import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import Client, TestResponse

from policy.notice.assessment import CHOICES
from policy.presence import Presence
from policy.summaries import Overview, PersonRequests
from policy.wire import EnrolReply
from server.app import HEADERS
from server.models import AuditEntry, PageLink, PageSession, PersonRequest, Span
from server.pages.words import WORDS
from tests.events import ANITA, BORIS, activity, notice, session
from tests.server.asking import MONDAY, QUIET, WEEK, answer, people_of, two_people
from tests.server.conftest import Office, on_sqlite_only

DAY = "2025-11-17"
HERE = "https://localhost"
FORM_KEY = re.compile(r'name="form_key" value="([0-9a-f]{64})"')
CONTEST = {"kind": "contest", "day": DAY, "start": "11:05", "end": "11:10", "text": "I was on the telephone"}


def link(office: Office, device: EnrolReply | str, account: str = ANITA) -> TestResponse:
    token = device if isinstance(device, str) else device.token
    return office.client.post("/api/v1/page-link", json={"account": account}, headers={"Authorization": f"Bearer {token}"})


def browser(office: Office, device: EnrolReply, account: str = ANITA) -> Client:
    """A browser that the symbol of a PC has opened."""
    made = link(office, device, account)
    assert made.status_code == 200, made.text
    client = office.app.test_client()
    assert client.get(made.json["path"], base_url=HERE).status_code == 303
    return client


def show(client: Client, path: str = "/me", **query: Any) -> TestResponse:
    return client.get(path, query_string=query, base_url=HERE)


def send(client: Client, path: str, **fields: Any) -> TestResponse:
    key = FORM_KEY.search(show(client, "/me/ask").text)
    assert key
    return client.post(path, data={"form_key": key[1]} | fields, base_url=HERE)


def seconds(page: str, place: str, name: str) -> int:
    found = re.search(rf'<dd id="{place}-{name}"><data value="(\d+)">', page)
    assert found, (place, name)
    return int(found[1])


@pytest.fixture
def anita(office: Office) -> EnrolReply:
    """Anita's PC, which has delivered her answer to the notice and one hour of work."""
    pc = office.enrol()
    events = [notice(), *(activity(minute) for minute in range(60)), session(60, "lock"), session(480, "shutdown")]
    assert office.deliver(pc, events).status_code == 200
    office.rebuild()
    return pc


def test_the_link_opens_the_page_once_and_only_for_a_while(office: Office, anita: EnrolReply) -> None:
    path = link(office, anita).json["path"]
    first, second = office.app.test_client(), office.app.test_client()
    opened = first.get(path, base_url=HERE)
    cookie = opened.headers["Set-Cookie"]
    assert all(part in cookie for part in ("__Host-workpulse=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Domain" not in cookie
    assert show(first).status_code == 200
    assert (second.get(path, base_url=HERE).status_code, show(second).status_code) == (401, 401)
    late = link(office, anita).json["path"]
    office.core.writer.do(lambda connection: connection.execute(update(PageLink).values(expires=1)))
    assert second.get(late, base_url=HERE).status_code == 401
    office.core.writer.do(lambda connection: connection.execute(update(PageSession).values(expires=1)))
    assert show(first).status_code == 401


def test_a_newer_link_closes_the_one_before(office: Office, anita: EnrolReply) -> None:
    older, newer = (link(office, anita).json["path"] for _ in range(2))
    assert office.app.test_client().get(older, base_url=HERE).status_code == 401
    assert office.app.test_client().get(newer, base_url=HERE).status_code == 303


def test_a_pc_gets_no_link_for_somebody_who_never_used_it(office: Office, anita: EnrolReply) -> None:
    other = office.enrol("Sales", BORIS, "PC-2")
    assert [link(office, pc, account).status_code for pc in (anita, other) for account in (ANITA, BORIS)] == [200, 404, 404, 200]
    assert link(office, office.tokens["olga"]).status_code == 401


def test_a_page_session_opens_nothing_else_and_ends_when_left(office: Office, anita: EnrolReply) -> None:
    client = browser(office, anita)
    cookie = client.get_cookie("__Host-workpulse")
    assert cookie
    bearer = {"Authorization": f"Bearer {cookie.value}"}
    assert client.get("/api/v1/me", query_string=MONDAY, base_url=HERE, headers=bearer).status_code == 401
    assert send(client, "/me/leave").status_code == 200
    client.set_cookie("__Host-workpulse", cookie.value, secure=True)
    assert show(client).status_code == 401


@pytest.mark.feature("I13")
@pytest.mark.parametrize("seed", range(3))
def test_the_page_has_exactly_the_managers_figures(office: Office, seed: int) -> None:
    """Random people and days: every presence and category of the day and of the week."""
    chance = random.Random(seed)
    pcs = {"anita": (office.enrol(), ANITA), "boris": (office.enrol("Sales", BORIS, "PC-2"), BORIS)}
    for number, (pc, account) in enumerate(pcs.values()):
        assert office.deliver(pc, a_random_week(chance, account), epoch=str(number) * 16, machine=f"m{number}").status_code == 200
    while office.rebuild():
        pass
    people, compared = people_of(office), 0
    for name, (pc, account) in pcs.items():
        client = browser(office, pc, account)
        manager = {"anita": "meera", "boris": "sunil"}[name]
        for day in chance.sample(range(17, 24), 3):
            date = f"2025-11-{day}"
            page = show(client, day=date).text
            for place, period in (("day", {"from": date, "to": date}), ("week", WEEK)):
                theirs = answer(office, "overview", Overview, manager, person=people[name], **period).people[0]
                expected = {one.value: theirs.times.of(one) for one in Presence}
                expected |= {one: getattr(theirs.categories, one) for one in ("productive", "neutral", "unproductive")}
                assert {one: seconds(page, place, one) for one in expected} == expected, (name, date, place)
                compared += sum(amount > 0 for amount in expected.values())
    assert compared > 40


def a_random_week(chance: random.Random, account: str) -> list[Any]:
    events: list[Any] = [notice(account=account)]
    minute = 0
    while minute < 6 * 1440:
        minute += chance.choice((1, 10, 300, 900))
        if chance.random() < 0.3:
            events.append(session(minute, chance.choice(("lock", "unlock", "sleep", "wake", "shutdown", "boot")), account=account))
        for _ in range(chance.randint(5, 40)):
            still = QUIET if chance.random() < 0.3 else {}
            events.append(activity(minute, account=account, app=chance.choice(("excel.exe", "steam.exe", "unheard.exe")), **still))
            minute += 1
    return events


@pytest.mark.quality("P-06")
def test_a_manager_s_look_is_on_the_page_and_ones_own_is_not(office: Office, anita: EnrolReply) -> None:
    client = browser(office, anita)
    show(client, day=DAY)
    answer(office, "timeline", object, "meera", person=people_of(office)["anita"])
    page = show(client, day=DAY).text
    assert re.findall(r"<td>(meera|person \d+)</td>", page) == ["meera"]


@on_sqlite_only
def test_nothing_from_a_pc_or_a_person_is_markup(office: Office) -> None:
    pc = office.enrol(account="X\\<b>eve</b>")
    evil = "<script>alert(1).exe"
    account = "X\\<b>eve</b>"
    assert office.deliver(pc, [notice(account=account), *(activity(one, account=account, app=evil) for one in range(9))]).status_code == 200
    office.rebuild()
    client = browser(office, pc, account)
    assert send(client, "/me/ask", **CONTEST | {"text": "</p><img src=x onerror=1>{{ 7*7 }}"}).status_code == 303
    page = show(client, day=DAY).text
    assert "&lt;script&gt;" in page.lower()
    assert "{{ 7*7 }}" in page
    assert not re.search(r"<(script|img|b)\b", page, re.IGNORECASE)


@on_sqlite_only
@pytest.mark.quality("S-21")
def test_the_page_loads_nothing_and_may_be_framed_by_nobody(office: Office, anita: EnrolReply) -> None:
    client = browser(office, anita)
    for path in ("/me", "/me/ask", "/me/notice"):
        reply = show(client, path)
        assert "unsafe-inline" not in reply.headers["Content-Security-Policy"]
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert all(reply.headers[name] == HEADERS[name] for name in ("Cache-Control", "X-Frame-Options"))
        assert not re.search(r"https?://|\bsrc=|<link|<script|style=\"", reply.text)
    assert '<meta http-equiv="refresh" content="30">' in show(client).text
    assert "refresh" not in show(client, "/me/ask").text  # what is being written must not be lost


@pytest.mark.parametrize(
    ("query", "headers", "language", "word"),
    [
        ({"lang": "hi"}, {}, "hi", "क्या करें"),
        ({}, {"Accept-Language": "bn-IN,bn;q=0.9,en;q=0.5"}, "bn", "কী করবেন"),
        ({"lang": "xx"}, {"Accept-Language": "fr"}, "en", "What to do"),
    ],
    ids=["asked for", "the browser's", "neither"],
)
@on_sqlite_only
def test_a_link_that_is_used_up_says_what_to_do_in_one_s_language(
    office: Office, query: dict[str, str], headers: dict[str, str], language: str, word: str
) -> None:
    client = office.app.test_client()
    for path in ("/me/enter", "/me", "/me/ask", "/me/notice"):
        reply = client.get(path, query_string={"key": "used"} | query, headers=headers, base_url=HERE)
        assert (reply.status_code, reply.mimetype) == (401, "text/html")
        assert f'<html lang="{language}">' in reply.text
        assert word in unescape(reply.text)
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert 'http-equiv="refresh"' not in reply.text


@on_sqlite_only
@pytest.mark.quality("P-15")
def test_what_the_office_changed_about_watching_is_told_to_whom_it_is_about(office: Office, anita: EnrolReply) -> None:
    def change(**changes: Any) -> None:
        revision = office.get("/api/v1/settings").json["organisation"]["revision"]
        reply = office.post("/api/v1/settings", "olga", {"revision": revision, "changes": changes}, method="PATCH")
        assert reply.status_code == 200, reply.text

    client = browser(office, anita)
    told = re.compile(r'<section id="changes">(.*?)</section>', re.DOTALL)

    def shown(**query: Any) -> list[str]:
        found = told.search(unescape(show(client, "/me/notice", **query).text))
        assert found
        return [" ".join(one.split()).partition(": ")[2] for one in re.findall(r"<p>(.*?)</p>", found[1], re.DOTALL)]

    assert shown() == [""], "nothing"
    for changes in ({"titles": "full"}, {"capture_every": 600.0}, {"capture_every": 900.0}, {"titles": "off", "name": "Another"}):
        change(**changes)
    assert shown() == [
        "titles of windows – less than before",
        "pictures of the screen – otherwise than before",
        "pictures of the screen – more than before",
        "titles of windows – more than before",
    ]
    assert shown(lang="hi")[0] == "विंडो के शीर्षक – पहले से कम"


def test_every_choice_that_watches_has_a_word() -> None:
    assert {f"change_{name}" for name in CHOICES} <= set(WORDS)


def test_the_link_carries_the_language_of_the_newest_answer(office: Office) -> None:
    pc = office.enrol()
    assert "lang=" not in link(office, pc).json["path"]
    office.deliver(pc, [notice(language="bn")])
    path = link(office, pc).json["path"]
    assert path.endswith("&lang=bn")
    client = office.app.test_client()
    assert client.get(path, base_url=HERE).status_code == 303
    assert "কী করবেন" in unescape(client.get(path, base_url=HERE).text)


@on_sqlite_only
def test_each_language_has_every_word(office: Office, anita: EnrolReply) -> None:
    client = browser(office, anita)
    titles = {"en": "Who looked at me", "hi": "मुझे किसने", "bn": "কে আমাকে দেখেছে"}
    for language, words in (("hi", "आपत्ति करें"), ("bn", "আপত্তি করুন"), ("en", "Contest or ask")):
        page = unescape(show(client, lang=language).text)
        assert f'<html lang="{language}">' in page
        assert words in page, titles[language]


@pytest.mark.feature("N15")
def test_a_contest_keeps_both_versions_and_the_manager_decides(office: Office, anita: EnrolReply) -> None:
    client = browser(office, anita)
    before = office.rows(Span)
    assert send(client, "/me/ask", **CONTEST).headers["Location"].endswith("#requests")
    shown = answer(office, "requests", PersonRequests, "meera")
    [one] = shown.requests
    assert (shown.open, shown.late, one.person.name, one.text, one.state) == (1, 0, "anita", "I was on the telephone", "open")
    assert (one.start, one.end) == (1_763_357_700_000, 1_763_358_000_000)
    assert one.recorded
    assert (one.recorded["active"], one.recorded["locked"]) == (3600, 420 * 60)
    assert answer(office, "requests", PersonRequests, "sunil").requests == []
    wish = {"request": one.id, "accept": True, "answer": "The telephone list agrees"}
    assert [office.post("/api/v1/requests", who, wish).status_code for who in ("sunil", "meera", "meera")] == [404, 204, 409]
    [kept] = office.rows(PersonRequest)
    assert (kept.text, kept.state, kept.answer, kept.actor) == ("I was on the telephone", "accepted", "The telephone list agrees", "meera")
    assert kept.recorded
    assert office.rows(Span) == before
    assert "The telephone list agrees" in show(client).text
    assert {"asked for contest", "accepted contest"} <= {row.action for row in office.rows(AuditEntry)}


def test_a_grievance_has_a_date_and_is_not_the_managers_to_read(office: Office, anita: EnrolReply) -> None:
    assert send(browser(office, anita), "/me/ask", kind="grievance", text="My manager looks at me all day").status_code == 303
    assert answer(office, "requests", PersonRequests, "meera").requests == []
    [one] = answer(office, "requests", PersonRequests).requests
    assert one.due - one.at == 30 * 86_400_000
    wish = {"request": one.id, "accept": True, "answer": "I shall speak to her"}
    assert office.post("/api/v1/requests", "meera", wish).status_code == 404
    office.core.writer.do(lambda connection: connection.execute(update(PersonRequest).values(due=1)))
    assert answer(office, "requests", PersonRequests).late == 1


@on_sqlite_only
@pytest.mark.parametrize(
    "wrong",
    [{"text": " "}, {"kind": "raise"}, {"end": "11:00"}, {"day": "17.11."}, {"start": ""}, {"day": "0001-01-01"}, {"day": "9999-12-31"}],
    ids=str,
)
def test_a_request_that_is_none_is_refused_on_the_form(office: Office, anita: EnrolReply, wrong: dict[str, str]) -> None:
    refused = send(browser(office, anita), "/me/ask", **CONTEST | wrong)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert office.rows(PersonRequest) == []


@on_sqlite_only
@pytest.mark.parametrize("path", ["/me/ask", "/me/withdraw", "/me/leave"])
def test_a_form_from_elsewhere_does_nothing(office: Office, anita: EnrolReply, path: str) -> None:
    client = browser(office, anita)
    for key in ("", "0" * 64, "ü"):
        assert client.post(path, data=CONTEST | {"form_key": key}, base_url=HERE).status_code == 403
    assert (office.rows(PersonRequest), len(office.rows(PageSession))) == ([], 1)
    assert office.deliver(anita, [activity(500)], first=64).status_code == 200


@pytest.mark.quality("P-09")
def test_after_a_withdrawal_the_server_takes_nothing_more(office: Office, anita: EnrolReply) -> None:
    client = browser(office, anita)
    assert send(client, "/me/withdraw").status_code == 303
    refused = office.deliver(anita, [activity(500)], first=64)
    assert (refused.status_code, refused.json["reason"]) == (403, "no_notice")
    assert "withdrew" in [row.action for row in office.rows(AuditEntry)]
    again = office.deliver(anita, [notice(at=4_000_000_000_000), activity(500)], first=64)
    assert again.status_code == 200, again.text


def test_two_people_never_see_each_other(office: Office) -> None:
    two_people(office)
    client = browser(office, office.enrol(hostname="PC-3"))
    assert "boris" not in show(client, day=DAY).text
    send(client, "/me/ask", **CONTEST)
    other = browser(office, office.enrol("Sales", BORIS, "PC-4"), BORIS)
    assert "telephone" not in show(other, day=DAY).text
