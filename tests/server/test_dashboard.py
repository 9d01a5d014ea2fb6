"""The browser dashboard: who gets in, whose figures it shows, that they are the tabs' own, and that a look is written down."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from policy.summaries import Overview
from server.models import AuditEntry, SessionToken
from tests.events import BORIS, activity, notice
from tests.server.asking import MONDAY, answer, become, two_people
from tests.server.conftest import PASSWORD, Office, on_sqlite_only
from tests.server.test_consent import change

HERE = "https://localhost"
DAY = "2025-11-17"
FORM_KEY = re.compile(r'name="form_key" value="([0-9a-f]{64})"')


def sign_in(office: Office, user: str = "olga", password: str = PASSWORD, **headers: str) -> tuple[Client, TestResponse]:
    client = office.app.test_client()
    return client, client.post("/sign-in", data={"user": user, "password": password}, headers=headers, base_url=HERE)


def browser(office: Office, user: str = "olga") -> Client:
    client, reply = sign_in(office, user)
    assert (reply.status_code, reply.headers["Location"].partition("?")[0]) == (303, "/dashboard")
    return client


def show(client: Client, path: str = "/dashboard", **query: Any) -> TestResponse:
    return client.get(path, query_string={"day": DAY} | query, base_url=HERE)


def figures(page: str, place: str) -> list[int]:
    """Return the values within the element of that id: seconds and hours of day, week and month."""
    found = re.search(rf'id="{place}">(.*?)</(?:tr|section)>', page, re.DOTALL)
    assert found, place
    return [int(value) for value in re.findall(r'<data value="(\d+)">', found[1])]


@pytest.mark.feature("I10", "A20", "C04")
def test_the_window_s_users_sign_in_and_a_cookie_opens_only_these_pages(office: Office) -> None:
    client, reply = sign_in(office)
    cookie = reply.headers["Set-Cookie"]
    assert all(part in cookie for part in ("__Host-workpulse-dashboard=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Domain" not in cookie
    assert show(client).status_code == 200
    kept = client.get_cookie("__Host-workpulse-dashboard")
    assert kept
    bearer = {"Authorization": f"Bearer {kept.value}"}
    assert client.get("/api/v1/choices", base_url=HERE, headers=bearer).status_code == 401
    client.set_cookie("__Host-workpulse-dashboard", office.tokens["olga"], secure=True)
    assert show(client).status_code == 401, "a window's token is no session of a browser"


@on_sqlite_only
@pytest.mark.feature("A20")
def test_the_other_systems_addresses_lead_to_it(office: Office) -> None:
    client = browser(office)
    for path in ("/", "/admin/", "/monitoring/dashboard/"):
        assert client.get(path, base_url=HERE).headers["Location"] == "/dashboard"
        stranger = office.app.test_client().get(path, base_url=HERE)
        assert (stranger.status_code, stranger.mimetype) == (401, "text/html")
        assert 'action="/sign-in?lang=en"' in stranger.text


@on_sqlite_only
@pytest.mark.quality("S-05")
def test_wrong_passwords_are_counted_as_at_the_window(office: Office) -> None:
    answers = [sign_in(office, password="wrong wrong wrong")[1] for _ in range(11)]
    assert [one.status_code for one in answers] == [401] * 10 + [429]
    assert "The name or the password is not right" in answers[0].text
    assert sign_in(office)[1].status_code == 429
    assert "wrong wrong" not in answers[0].text


@on_sqlite_only
@pytest.mark.quality("S-03")
@pytest.mark.parametrize(
    ("user", "status", "names"), [("olga", 200, "ab"), ("meera", 200, "a"), ("sunil", 200, "b"), ("clara", 403, ""), ("ivan", 403, "")]
)
def test_everybody_sees_the_people_they_see_in_the_window(office: Office, user: str, status: int, names: str) -> None:
    people = two_people(office)
    page = show(browser(office, user))
    assert page.status_code == status
    shown = "".join(name[0] for name in sorted(people) if f'id="person-{people[name]}"' in page.text)
    assert shown == names
    other = {"meera": "boris", "sunil": "anita"}.get(user)
    if other:
        assert show(browser(office, user), person=people[other]).status_code == 403
        assert show(browser(office, user), team=office.team("Sales" if user == "meera" else "Accounts")).status_code == 403


@on_sqlite_only
@pytest.mark.feature("I13", "N10")
def test_an_employee_sees_themselves_and_no_ranking(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    client = browser(office, "anita")
    page = show(client).text
    assert f'id="person-{people["anita"]}"' in page
    assert "boris" not in page
    assert "view=leaderboard" not in page
    assert show(client, person=people["boris"]).status_code == 403
    assert "so few people" in show(client, view="leaderboard").text.lower()


@pytest.mark.feature("C04", "I10", "J04")
def test_its_figures_are_the_window_s_and_the_real_hours_those_of_the_other_system(office: Office) -> None:
    people = two_people(office)
    office.deliver(office.enrol(hostname="PC-9"), [notice(), *(activity(1440 + one) for one in range(90))], epoch="c" * 16, machine="m9")
    office.rebuild()
    page = show(browser(office)).text
    periods = (MONDAY, {"from": "2025-11-17", "to": "2025-11-23"}, {"from": "2025-11-01", "to": "2025-11-30"})
    for name, number in people.items():
        engaged = [answer(office, "overview", Overview, person=number, **period).people[0].times.engaged for period in periods]
        account = {"anita": "MERIDIAN\\anita", "boris": BORIS}[name]
        query = {"username": account, "start_date": "2025-11-01", "end_date": "2025-11-30"}
        rows = office.get("/api/reports/real_work_hours", **query).json["data"]
        of = {row["work_date"]: row["real_hours_counted"] for row in rows}
        hours = [of[DAY], sum(count for day, count in of.items() if "2025-11-17" <= day <= "2025-11-23"), sum(of.values())]
        assert figures(page, f"person-{number}") == [value for pair in zip(engaged, hours, strict=True) for value in pair]
    for place, name in enumerate(("day", "week", "month")):
        each = [figures(page, f"person-{number}")[2 * place : 2 * place + 2] for number in people.values()]
        assert figures(page, name) == [sum(column) for column in zip(*each, strict=True)]
    assert figures(page, "week")[1] > figures(page, "day")[1] > 0


@on_sqlite_only
@pytest.mark.quality("P-06", "S-23")
def test_a_look_at_one_person_is_written_down_and_one_at_oneself_is_not(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    page = show(browser(office, "meera"), person=people["anita"]).text
    assert "<h1>anita</h1>" in page
    show(browser(office, "anita"), person=people["anita"])
    show(browser(office, "meera"))
    looks = [(row.actor, row.subject, row.detail) for row in office.rows(AuditEntry) if row.action == "looked at dashboard"]
    assert looks == [("meera", f"person {people['anita']}", "2025-11-01 to 2025-11-30, anita")]


@on_sqlite_only
@pytest.mark.quality("P-19")
def test_where_a_reason_is_asked_for_the_figures_wait_for_it(office: Office) -> None:
    people = two_people(office)
    change(office, ask_for_person=True)
    client = browser(office, "meera")
    asked = show(client, person=people["anita"])
    assert asked.status_code == 403
    assert "Say why you look" in asked.text
    assert "<data" not in asked.text
    key = FORM_KEY.search(asked.text)
    action = re.search(r'action="(/dashboard/reason[^"]*)"', asked.text)
    assert key
    assert action
    where = unescape(action[1])
    assert client.post(where, data={"form_key": key[1], "reason": "  "}, base_url=HERE).status_code == 400
    assert client.post(where, data={"form_key": "0" * 64, "reason": "her question"}, base_url=HERE).status_code == 403
    given = client.post(where, data={"form_key": key[1], "reason": "her question"}, base_url=HERE)
    assert given.status_code == 303
    back = client.get(given.headers["Location"], base_url=HERE)
    assert (back.status_code, "<h1>anita</h1>" in back.text) == (200, True)
    assert [row.reason for row in office.rows(AuditEntry) if row.action == "looked at dashboard"] == ["her question"]


@on_sqlite_only
@pytest.mark.feature("A12", "I12")
def test_the_leaderboard_ranks_by_share_and_leaves_out_of_whom_too_little_is_known(office: Office) -> None:
    for number, (name, app) in enumerate([("cleo", "youtube.com"), ("dan", None), ("eve", None)]):
        account = f"MERIDIAN\\{name}"
        pc = office.enrol(account=account, hostname=f"PC-{number}")
        spans = [
            activity(minute, account=account, **({"app": "chrome.exe", "site": app} if app and minute > 200 else {}))
            for minute in range(30 if name == "eve" else 500)
        ]
        office.deliver(pc, [notice(account=account), *spans], epoch=str(number) * 16, machine=f"m{number}")
    while office.rebuild():
        pass
    page = show(browser(office, "meera"), view="leaderboard", span="day").text
    places = re.findall(r'<td class="n place">(.+?)</td>\s*<td class="who"><a [^>]*>(\w+)</a>', page)
    assert places == [("1", "dan"), ("2", "cleo"), ("–", "eve")]
    change(office, works_council="agreement of 2026")
    assert "nobody is ranked" in show(browser(office), view="leaderboard", span="day").text


@on_sqlite_only
@pytest.mark.feature("A12")
def test_a_manager_gets_no_ranking_of_two_and_the_owner_does(office: Office) -> None:
    two_people(office)
    assert "So few people are not ranked" in show(browser(office, "meera"), view="leaderboard").text
    assert "So few people" not in show(browser(office), view="leaderboard").text


@on_sqlite_only
def test_signing_out_and_forms_from_elsewhere(office: Office) -> None:
    client = browser(office)
    key = FORM_KEY.search(show(client).text)
    assert key
    assert client.post("/sign-out", data={"form_key": "0" * 64}, base_url=HERE).status_code == 403
    assert client.post("/sign-out", data={"form_key": key[1]}, base_url=HERE).status_code == 303
    assert show(client).status_code == 401
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert sign_in(office, **headers)[1].status_code == 403
    before = len(office.rows(SessionToken))
    good = ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": HERE}, {})
    assert [sign_in(office, **headers)[1].status_code for headers in good] == [303, 303, 303]
    assert len(office.rows(SessionToken)) == before + 3


@on_sqlite_only
@pytest.mark.quality("S-21")
def test_the_pages_load_nothing_and_refresh_every_minute(office: Office) -> None:
    two_people(office)
    client = browser(office)
    for page in (show(client), show(client, view="leaderboard"), office.app.test_client().get("/sign-in", base_url=HERE)):
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert not re.search(r"https?://|\bsrc=|<link|<script|style=\"|\bon\w+=", page.text)
        assert page.headers["Cache-Control"] == "no-store"
    assert '<meta http-equiv="refresh" content="60">' in show(client).text
    assert "refresh" not in office.app.test_client().get("/sign-in", base_url=HERE).text


@on_sqlite_only
def test_each_language_has_every_word(office: Office) -> None:
    two_people(office)
    client = browser(office)
    for language, words in (("hi", "वास्तविक कार्य घंटे"), ("bn", "প্রকৃত কর্মঘণ্টা"), ("en", "Real work hours")):
        page = unescape(show(client, lang=language).text)
        assert f'<html lang="{language}">' in page
        assert words in page
        assert f"lang={language}" in page
    assert "বাংলা" in client.get("/sign-in", headers={"Accept-Language": "hi"}, base_url=HERE).text


@on_sqlite_only
def test_nothing_from_a_pc_is_markup_and_a_day_that_is_none_is_today(office: Office) -> None:
    account = "X\\<script>alert(1)</script>"
    pc = office.enrol(account=account)
    office.deliver(pc, [notice(account=account), activity(account=account)])
    office.rebuild()
    client = browser(office)
    page = show(client).text
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    for day in ("0001-01-01", "9999-12-31", "yesterday", "'; DROP TABLE span; --", ""):
        assert show(client, day=day).status_code == 200
    for wrong in ({"person": "999999"}, {"person": "-1"}, {"team": "x"}):
        assert show(client, **wrong).status_code in (400, 403)


@on_sqlite_only
def test_an_empty_office_says_so(office: Office) -> None:
    assert "Nobody is recorded here yet." in show(browser(office)).text
