"""Administration: every change is checked against what was seen, holds at once, and is written down with before and after."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from werkzeug.test import TestResponse

from policy.roles import Role
from policy.summaries import (
    AuditLog,
    CodeMade,
    Codes,
    Devices,
    Notices,
    Overview,
    PersonEntry,
    Settings,
    UserEntry,
    UserMade,
    Users,
)
from policy.summaries import Office as Everybody
from policy.wire import EnrolRequest
from server.clock import now_ms
from server.models import AuditEntry, DirtyDay
from tests.events import ANITA, BORIS, activity, notice
from tests.server.asking import MONDAY, a_monday, answer, people_of, two_people
from tests.server.conftest import PASSWORD, Office

NIGHTS = {"zone": "Asia/Kolkata", "week": [[[1320, 1800]]] * 5 + [[], []]}


def ask(office: Office, method: str, path: str, body: Any, who: str = "olga") -> TestResponse:
    return office.post(f"/api/v1/{path}", who, body, method)


def good(office: Office, method: str, path: str, body: Any, who: str = "olga") -> Any:
    reply = ask(office, method, path, body, who)
    assert reply.status_code < 300, reply.text
    return reply.json


def refused(office: Office, method: str, path: str, body: Any, who: str = "olga") -> tuple[int, str]:
    reply = ask(office, method, path, body, who)
    assert reply.json["message"]
    return reply.status_code, reply.json["reason"]


def person(office: Office, name: str, who: str = "olga") -> PersonEntry:
    return next(one for one in answer(office, "people", Everybody, who).people if one.name == name)


def user(office: Office, name: str) -> UserEntry:
    return next(one for one in answer(office, "users", Users).users if one.name == name)


def deeds(office: Office, action: str) -> list[tuple[str, str | None, Any, Any]]:
    rows = [row for row in office.rows(AuditEntry) if row.action == action]
    return [(row.actor, row.subject, *(msgspec.json.decode(one) if one else None for one in (row.before, row.after))) for row in rows]


@pytest.mark.feature("B09")
def test_a_person_is_made_and_changed(office: Office) -> None:
    number = good(office, "POST", "people", {"name": "  Chitra ", "team": office.team("Sales"), "zone": "Asia/Dhaka"})["id"]
    made = person(office, "Chitra")
    assert (made.id, made.zone, made.hours, made.active, made.accounts) == (number, "Asia/Dhaka", None, True, [])
    change = {"person": number, "revision": made.revision, "name": "Chitra Sen", "team": office.team("Accounts"), "hours": NIGHTS}
    revision = good(office, "PATCH", "people", change)["revision"]
    changed = person(office, "Chitra Sen", "meera")
    assert (changed.revision, changed.team, changed.zone) == (revision, office.team("Accounts"), "Asia/Dhaka")
    assert changed.hours is not None
    assert changed.hours.week[0] == [(1320, 1800)]
    [(actor, subject, before, after)] = deeds(office, "changed person")
    assert (actor, subject, before["name"], after["name"]) == ("olga", f"person {number}", "Chitra", "Chitra Sen")
    assert (before["team_id"], after["team_id"]) == (office.team("Sales"), office.team("Accounts"))


def test_a_change_of_what_somebody_else_changed_is_refused(office: Office) -> None:
    office.enrol()
    seen = person(office, "anita").revision
    good(office, "PATCH", "people", {"person": person(office, "anita").id, "revision": seen, "name": "Anita Rao"})
    reply = ask(office, "PATCH", "people", {"person": person(office, "Anita Rao").id, "revision": seen, "name": "A. Rao"})
    assert (reply.status_code, reply.json["reason"], reply.json["expected"]) == (409, "stale", seen + 1)
    assert person(office, "Anita Rao").revision == seen + 1
    assert len(deeds(office, "changed person")) == 1


@pytest.mark.parametrize(
    "change",
    [{"team": 999}, {"zone": "Mars/Olympus"}, {"name": "\u202e \n"}, {"name": ""}, {"hours": {"zone": "UTC", "week": []}}, {"age": 7}],
)
def test_what_is_no_person_gets_a_sentence(office: Office, change: dict[str, Any]) -> None:
    office.enrol()
    one = person(office, "anita")
    assert refused(office, "PATCH", "people", {"person": one.id, "revision": one.revision} | change)[0] == 400
    assert refused(office, "PATCH", "people", {"person": 999, "revision": 1, "name": "x"}) == (404, "not_there")
    assert person(office, "anita") == one


def test_somebody_who_left_is_in_no_list(office: Office) -> None:
    two_people(office)
    one = person(office, "boris")
    good(office, "PATCH", "people", {"person": one.id, "revision": one.revision, "active": False})
    assert people_of(office).keys() == {"anita"}
    assert {row.person.name for row in answer(office, "overview", Overview).people} == {"anita"}


@pytest.mark.quality("S-23")
def test_a_manager_reads_own_people_and_it_reads_no_figures(office: Office) -> None:
    two_people(office)
    assert [one.name for one in answer(office, "people", Everybody, "meera").people] == ["anita"]
    assert [one.name for one in answer(office, "people", Everybody, "meera").teams] == ["Accounts"]
    assert {one.name for one in answer(office, "people", Everybody, "ivan").people} == {"anita", "boris"}
    assert office.get("/api/v1/overview", "ivan", **MONDAY).status_code == 403


def test_two_accounts_of_one_person_become_one(office: Office) -> None:
    two_people(office)
    before = answer(office, "overview", Overview)
    anita, boris = person(office, "anita"), person(office, "boris")
    assert [one.unassigned for one in (*anita.accounts, *boris.accounts)] == [True, True]
    good(office, "POST", "accounts/link", {"account": boris.accounts[0].id, "person": anita.id})
    office.rebuild()
    linked = person(office, "anita")
    assert {(one.name, one.unassigned) for one in linked.accounts} == {(ANITA, False), (BORIS, False)}
    assert person(office, "boris").active is False
    after = answer(office, "overview", Overview)
    assert [(one.person.name, one.times.engaged) for one in after.people] == [("anita", before.people[0].times.engaged)]  # the same minutes
    assert office.rows(DirtyDay) == []
    assert deeds(office, "linked account") == [("olga", f"person {anita.id}", boris.id, anita.id)]
    assert refused(office, "POST", "accounts/link", {"account": 999, "person": anita.id}) == (404, "not_there")
    assert refused(office, "POST", "accounts/link", {"account": linked.accounts[0].id, "person": 999})[0] == 400


def test_saying_that_an_account_is_whose_it_is_assigns_it(office: Office) -> None:
    office.enrol()
    one = person(office, "anita")
    good(office, "POST", "accounts/link", {"account": one.accounts[0].id, "person": one.id})
    assert person(office, "anita").accounts[0].unassigned is False


@pytest.mark.feature("P03")
def test_a_new_zone_cuts_the_days_anew(office: Office) -> None:
    office.deliver(office.enrol(), a_monday())
    office.rebuild()
    one = person(office, "anita")
    good(office, "PATCH", "people", {"person": one.id, "revision": one.revision, "zone": "America/New_York"})
    assert office.rows(DirtyDay) != []
    office.rebuild()
    sunday = {"from": "2025-11-16", "to": "2025-11-16"}  # nine in Kolkata is Sunday evening in New York
    assert answer(office, "overview", Overview, **sunday).people[0].times.engaged > 0


def test_teams_are_made_and_renamed(office: Office) -> None:
    number = good(office, "POST", "teams", {"name": "Night desk"})["id"]
    assert refused(office, "POST", "teams", {"name": "Night desk"}) == (409, "taken")
    good(office, "PATCH", "teams", {"team": number, "revision": 1, "name": "Desk"})
    assert refused(office, "PATCH", "teams", {"team": number, "revision": 1, "name": "x"}) == (409, "stale")
    assert refused(office, "PATCH", "teams", {"team": number, "revision": 2, "name": "Sales"}) == (409, "taken")
    assert {(one.name, tuple(one.managers)) for one in answer(office, "people", Everybody).teams} == {
        ("Accounts", ("meera",)),
        ("Desk", ()),
        ("Sales", ("sunil",)),
    }


def test_a_pc_is_moved_and_revoked(office: Office) -> None:
    pc = office.enrol()
    [one] = answer(office, "devices", Devices).devices
    good(office, "PATCH", "devices", {"device": one.device, "revision": one.revision, "team": office.team("Sales")}, "ivan")
    assert answer(office, "devices", Devices).devices[0].team == office.team("Sales")
    assert refused(office, "PATCH", "devices", {"device": one.device, "revision": one.revision, "team": None}) == (409, "stale")
    assert office.deliver(pc, [notice()]).status_code == 200
    good(office, "POST", "devices/revoke", {"device": one.device}, "ivan")
    assert office.deliver(pc, [activity()], first=2).status_code == 403
    assert refused(office, "POST", "devices/revoke", {"device": one.device}) == (404, "not_there")
    assert [(actor, subject) for actor, subject, *_ in deeds(office, "revoked device")] == [("ivan", one.device)]


def enrol(office: Office, code: str, account: str = ANITA) -> int:
    body = msgspec.json.encode(EnrolRequest(code, "PC-9", "Windows 11", account, "0.1.0"))
    return office.client.post("/api/v1/enrol", data=body).status_code


def test_a_code_lets_in_until_it_is_revoked(office: Office) -> None:
    wish = {"team": office.team("Sales"), "uses": 2, "hours": 2}
    made = msgspec.convert(good(office, "POST", "codes", wish, "ivan"), CodeMade)
    assert enrol(office, made.code) == 201
    [row] = answer(office, "codes", Codes).codes
    assert (row.id, row.uses, row.uses_at_first, row.made_by, row.revoked) == (made.id, 1, 2, "ivan", False)
    assert made.code.split("-")[1] not in office.get("/api/v1/codes").text
    good(office, "POST", "codes/revoke", {"code": made.id})
    assert enrol(office, made.code) == 401
    assert refused(office, "POST", "codes/revoke", {"code": made.id}) == (404, "not_there")


def test_a_code_for_a_person_is_theirs(office: Office) -> None:
    number = good(office, "POST", "people", {"name": "Chitra"})["id"]
    assert refused(office, "POST", "codes", {"person": number, "uses": 2})[0] == 400
    assert refused(office, "POST", "codes", {"person": 999})[0] == 400
    assert enrol(office, good(office, "POST", "codes", {"person": number})["code"], "MERIDIAN\\c.sen") == 201
    assert [one.name for one in person(office, "Chitra").accounts] == ["MERIDIAN\\c.sen"]


@pytest.mark.quality("S-04")
def test_a_new_user_chooses_the_password_by_a_link_that_works_once(office: Office) -> None:
    made = msgspec.convert(good(office, "POST", "users", {"name": "nina", "role": "manager", "teams": [office.team("Sales")]}), UserMade)
    assert made.link is not None
    assert user(office, "nina").waiting
    assert sign_in(office, "nina", "!").status_code == sign_in(office, "nina", "").status_code == 401
    assert office.client.get(made.link).status_code == 200
    assert office.client.post(made.link, data={"password": "short"}).status_code == 400
    page = office.client.post(made.link, data={"password": PASSWORD})
    assert (page.status_code, "nina" in page.text) == (200, True)
    assert office.client.get(made.link).status_code == office.client.post(made.link, data={"password": PASSWORD}).status_code == 401
    assert sign_in(office, "nina", PASSWORD).json["teams"] == [office.team("Sales")]
    assert (user(office, "nina").waiting, user(office, "nina").sessions) == (False, 1)


def sign_in(office: Office, name: str, password: str) -> TestResponse:
    return office.client.post("/api/v1/sign-in", json={"user": name, "password": password})


@pytest.mark.quality("S-20")
def test_a_change_of_role_holds_from_the_next_request(office: Office) -> None:
    two_people(office)
    one = user(office, "meera")
    good(office, "PATCH", "users", {"user": one.id, "revision": one.revision, "teams": [office.team("Sales")]})
    assert [row.person.name for row in answer(office, "overview", Overview, "meera").people] == ["boris"]
    good(office, "PATCH", "users", {"user": one.id, "revision": one.revision + 1, "role": "it"})
    assert office.get("/api/v1/overview", "meera", **MONDAY).status_code == 403
    good(office, "PATCH", "users", {"user": one.id, "revision": one.revision + 2, "disabled": True})
    assert office.get("/api/v1/devices", "meera").status_code == 401
    good(office, "PATCH", "users", {"user": one.id, "revision": one.revision + 3, "disabled": False})
    assert office.get("/api/v1/devices", "meera").status_code == 401  # the old session stays ended
    first = deeds(office, "changed user")[0]
    assert (first[0], first[1], first[2]["teams"], first[3]["teams"]) == (
        "olga",
        "meera",
        [office.team("Accounts")],
        [office.team("Sales")],
    )


def test_there_is_always_an_owner(office: Office) -> None:
    one = user(office, "olga")
    for change in ({"disabled": True}, {"role": "it"}):
        assert refused(office, "PATCH", "users", {"user": one.id, "revision": one.revision} | change) == (409, "last_owner")
    other = user(office, "ivan")
    good(office, "PATCH", "users", {"user": other.id, "revision": other.revision, "role": "owner"})
    good(office, "PATCH", "users", {"user": one.id, "revision": one.revision, "role": "it"}, "ivan")
    assert office.get("/api/v1/users").status_code == 403


@pytest.mark.parametrize(
    "wish", [{"role": "manager"}, {"role": "king"}, {"role": "manager", "teams": [999]}, {"role": "it", "person": 999}]
)
def test_what_is_no_user_gets_a_sentence(office: Office, wish: dict[str, Any]) -> None:
    assert refused(office, "POST", "users", {"name": "nina"} | wish)[0] == 400
    assert refused(office, "POST", "users", {"name": "olga", "role": "it"})[0] == 409
    assert len(answer(office, "users", Users).users) == len(Office.CAST)


@pytest.mark.quality("S-20")
def test_a_reset_password_ends_every_session(office: Office) -> None:
    one = user(office, "meera")
    reply = good(office, "POST", "users/password", {"user": one.id, "password": "another long one"})
    assert reply["link"] is None
    assert office.get("/api/v1/choices", "meera").status_code == 401
    assert (sign_in(office, "meera", PASSWORD).status_code, sign_in(office, "meera", "another long one").status_code) == (401, 200)
    good(office, "POST", "users/sign-out", {"user": user(office, "sunil").id})
    assert office.get("/api/v1/choices", "sunil").status_code == 401
    assert deeds(office, "reset password") == [("olga", "meera", None, None)]


def test_ones_own_password_needs_the_old_one(office: Office) -> None:
    assert refused(office, "POST", "password", {"old": "not this one", "new": "another long one"}, "anita")[0] == 401
    assert refused(office, "POST", "password", {"old": PASSWORD, "new": "short"}, "anita")[0] == 400
    good(office, "POST", "password", {"old": PASSWORD, "new": "another long one"}, "anita")
    assert sign_in(office, "anita", "another long one").status_code == 200


def test_settings_are_changed_by_name_and_conflicts_are_shown(office: Office) -> None:
    before = answer(office, "settings", Settings)
    assert (before.organisation.name, before.conflicts) == ("Test office", [])
    changes = {"titles": "off", "profile": "india", "retention": {"audit": 30}}
    after = msgspec.convert(good(office, "PATCH", "settings", {"revision": before.organisation.revision, "changes": changes}), Settings)
    assert (after.organisation.titles, after.organisation.zone) == ("off", "Asia/Kolkata")
    assert any("audit are kept 30 days" in sentence for sentence in after.conflicts)
    assert answer(office, "settings", Settings, "ivan") == after
    assert refused(office, "PATCH", "settings", {"revision": before.organisation.revision, "changes": {"titles": "full"}}) == (409, "stale")
    [(_, subject, was, is_now)] = deeds(office, "changed settings")
    assert (subject, was["titles"], is_now["titles"]) == ("profile, retention, titles", "redacted", "off")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"colour": "red"},
        {"revision": 7},
        {"zone": "Mars"},
        {"titles": "loud"},
        {"hours": {"zone": "UTC", "week": []}},
        {"sample_every": 0},
        {"denied": [{"kind": "app"}]},
        {"retention": {"audit": 0}},
        {"thresholds": {"keys": -1}},
        {"ask_below": -1},
    ],
)
def test_what_is_no_setting_gets_a_sentence(office: Office, changes: dict[str, Any]) -> None:
    before = answer(office, "settings", Settings)
    assert refused(office, "PATCH", "settings", {"revision": before.organisation.revision, "changes": changes})[0] == 400
    assert answer(office, "settings", Settings) == before


def test_the_notice_says_who_answered(office: Office) -> None:
    office.deliver(office.enrol(), [notice()])
    office.enrol("Sales", BORIS, "PC-2")
    found = answer(office, "notices", Notices, "clara")
    assert {(one.account, one.answer, one.language) for one in found.answers} == {(ANITA, "acknowledged", "en"), (BORIS, None, None)}
    assert found.texts.keys() == {"en", "hi", "bn"}


@pytest.mark.quality("P-06")
def test_the_audit_log_is_read_page_by_page_and_reading_is_an_entry(office: Office) -> None:
    people = two_people(office)
    for _ in range(3):
        office.get("/api/v1/overview", "meera", person=people["anita"], **MONDAY)
    looks = answer(office, "audit", AuditLog, "clara", person=people["anita"], action="looked at")
    assert [(one.who, one.action) for one in looks.rows] == [("meera", "looked at overview")] * 3
    assert answer(office, "audit", AuditLog, who="clara").rows[0].action == "looked at the audit log"
    walked, after = [], {}
    until = now_ms() + 1
    while True:
        page = answer(office, "audit", AuditLog, limit=4, until=until, who="olga", **after)
        walked += [one.id for one in page.rows]
        if page.next is None:
            break
        after = {"cursor": page.next}
    assert walked == sorted(walked, reverse=True)
    assert len(set(walked)) == len(walked)
    assert office.get("/api/v1/audit", cursor="nonsense").status_code == 400


def test_roles_are_words_everybody_knows() -> None:
    assert {role.value for role in Role} == {"owner", "manager", "compliance", "it", "employee"}
