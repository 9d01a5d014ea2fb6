"""Employees and their reports as another system's project plan names them, over the people and the ledger there are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.events import Event
from server.models import AuditEntry, Person
from tests.events import ANITA, BORIS, MONDAY_NINE, activity, batch, notice, session
from tests.server.asking import a_monday, become, people_of, two_people
from tests.server.conftest import Office

MONDAY = {"start_date": "2025-11-17", "end_date": "2025-11-17"}
WORDS_THAT_JUDGE = ("lazy", "slack", "wasted", "poor", "bad", "violation", "not working,")


def report(office: Office, person: int, who: str = "meera", **days: str) -> Any:
    reply = office.get(f"/api/employees/{person}/report/", who, **(MONDAY | days))
    assert reply.status_code == 200, reply.text
    return reply.json


@pytest.mark.feature("B09")
def test_employees_are_made_changed_and_put_away(office: Office) -> None:
    shift = {"start": "22:00", "end": "06:00", "days": [1, 2, 3, 4, 5, 6]}
    asked = {"name": "Rahim Uddin", "team": "Night", "timezone": "Asia/Dhaka", "shift": shift}
    made = office.post("/api/employees/", "olga", asked)
    assert (made.status_code, made.json["shift"], made.json["active"]) == (201, shift, True)
    number = made.json["id"]
    changed = office.post(f"/api/employees/{number}/", "olga", {"team": "Sales", "shift": None}, method="PATCH").json
    assert (changed["team"], changed["timezone"], changed["shift"]["start"]) == ("Sales", "Asia/Dhaka", "09:00")
    assert office.get(f"/api/employees/{number}/", "sunil").json["name"] == "Rahim Uddin"
    assert office.get(f"/api/employees/{number}/", "meera").status_code == 404, "not of her team"
    assert office.post(f"/api/employees/{number}/", "olga", {}, method="DELETE").status_code == 204
    assert office.get(f"/api/employees/{number}/").json["active"] is False
    assert [row.active for row in office.rows(Person) if row.id == number] == [False]
    told = [(row.action, json.loads(row.after)) for row in office.rows(AuditEntry) if row.subject == f"person {number}"]
    assert told[-1] == ("changed person", {"active": False})
    for bad in ({}, {"name": ""}, {"name": "x", "timezone": "Mars"}, {"name": "x", "shift": {"start": "9"}}, {"name": "x", "pay": 1}):
        assert office.post("/api/employees/", "olga", bad).status_code == 400, bad
    assert office.post("/api/employees/999/", "olga", {"name": "x"}, method="PATCH").status_code == 404


@pytest.mark.feature("I15", "J04", "J12", "F19", "N15", "D13")
def test_a_report_has_the_tabs_figures_their_coverage_and_no_verdict(office: Office) -> None:
    people = two_people(office)
    told = report(office, people["anita"])
    [day] = told["days"]
    overview = office.get("/api/v1/overview", "meera", **{"from": "2025-11-17", "to": "2025-11-17", "person": people["anita"]}).json
    assert day["seconds"] == overview["people"][0]["times"]
    assert told["engaged_seconds"] == sum(day["seconds"][name] for name in ("active", "reading", "meeting"))
    assert [(row["name"], row["seconds"]) for row in told["websites"]] == [("github.com", 1200), ("youtube.com", 600)]
    assert sum(row["seconds"] for row in told["applications"]) == told["engaged_seconds"]
    assert told["coverage_percent"] is not None
    keys = day["keystroke_count"]
    assert keys == 40 * (60 + 20 + 5 + 10), "as many as the events tell of, and never which"
    assert day["typed_words_estimate"] == keys // 6 == told["typed_words_estimate"]
    assert any("estimate" in one or "never recorded" in one for one in told["notes"])
    text = json.dumps(told).lower()
    assert not [word for word in WORDS_THAT_JUDGE if word in text.replace("not the same as not working", "")]
    assert not {"title", "titles", "path", "url", "score", "rank"} & set(text.replace('"', " ").split())
    assert office.get(f"/api/employees/{people['anita']}/report/", "sunil", **MONDAY).status_code == 403
    assert ("meera", "looked at employee report") in [(row.actor, row.action) for row in office.rows(AuditEntry)]
    become(office, "anita", people["anita"])
    assert report(office, people["anita"], "anita") == told, "whoever it is about sees the same"
    assert office.get(f"/api/employees/{people['boris']}/report/", "anita", **MONDAY).status_code == 403


@pytest.mark.feature("F12", "I15")
def test_a_report_tells_when_the_pc_was_started_and_shut_down_by_the_days_asked_for(office: Office) -> None:
    pc = office.enrol()
    day = 24 * 60
    events: list[Event] = [
        notice(),
        session(-5, "boot"),
        session(0, "logon"),
        activity(0),
        session(8 * 60, "shutdown"),
        session(day - 3, "boot"),
        activity(day),
        session(day + 60, "shutdown"),
        session(day + 61, "boot"),
    ]
    assert office.deliver(pc, events).status_code == 200
    shared = [notice(account=BORIS), session(90, "boot", account=BORIS), session(91, "logon", account=BORIS)]
    assert office.send(pc, batch(shared, epoch="b" * 16)).status_code == 200  # type: ignore[arg-type]
    office.rebuild()
    anita = people_of(office)["anita"]
    [monday] = report(office, anita)["days"]
    assert (monday["boot_times"], monday["shutdown_times"]) == (["2025-11-17T03:25:00Z"], ["2025-11-17T11:30:00Z"])
    both = report(office, anita, end_date="2025-11-18")["days"]
    assert [len(one["boot_times"]) for one in both] == [1, 2]
    assert office.get(f"/api/employees/{anita}/report/", **(MONDAY | {"end_date": "2025-11-16"})).status_code == 400
    assert office.get(f"/api/employees/{anita}/report/", start_date="monday").status_code == 400
    assert len(office.get(f"/api/employees/{anita}/report/").json["days"]) == 7


@pytest.mark.feature("I15")
def test_the_days_of_a_report_are_the_persons_own(office: Office) -> None:
    assert office.deliver(office.enrol(), a_monday()).status_code == 200
    anita = people_of(office)["anita"]
    zone = {"timezone": "Pacific/Auckland"}
    assert office.post(f"/api/employees/{anita}/", "olga", zone, method="PATCH").json["timezone"] == "Pacific/Auckland"
    while office.rebuild():
        pass
    one, two = report(office, anita, end_date="2025-11-18")["days"]
    assert one["first_activity"] == "2025-11-17T03:30:00Z"
    assert MONDAY_NINE % 1000 == 0
    assert one["seconds"]["active"] > 0
    assert sum(one["seconds"].values()) == sum(two["seconds"].values()) == 86_400
    assert ANITA in office.get(f"/api/employees/{anita}/").json["usernames"]
