"""Alerts as a list that can be walked, and what somebody sees of themselves, lookers included."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from policy.roles import Role
from policy.summaries import Alerts, Applications, Inactivity, Me, Overview, Severity
from server import users
from server.clock import now_ms
from server.people import add_person
from server.queries import me
from tests.events import BORIS, MONDAY_NINE, activity, gap, notice
from tests.server.asking import MONDAY, WEEK, a_monday, answer, become, people_of, two_people
from tests.server.conftest import HASHED, Office


def troubles(office: Office) -> None:
    """Two PCs of one name, one with a lost and a refused event, one that waits for its person."""
    lost = gap(what="event", lost=1, start=MONDAY_NINE - 5, end=MONDAY_NINE)
    office.deliver(office.enrol(), [*a_monday(), lost, {"kind": "x"}], sent_at=now_ms())
    office.deliver(office.enrol(), [notice(), {"kind": "x"}], epoch="2" * 16, machine="m2", sent_at=now_ms())
    office.deliver(office.enrol("Sales", BORIS, "PC-3"), [activity(account=BORIS)], epoch="b" * 16, machine="m3")
    office.rebuild()


@pytest.mark.feature("I08")
def test_alerts_are_what_needs_attention_the_most_severe_first(office: Office) -> None:
    troubles(office)
    found = answer(office, "alerts", Alerts).alerts
    told = [(one.kind, one.severity, one.subject, one.amount) for one in found]
    assert told[0] == ("lost", Severity.HIGH, "PC-1", 1)
    assert told[1:3] == [("quarantined", Severity.HIGH, "PC-1", 1)] * 2
    assert told[3][:3] == ("no_notice", Severity.MEDIUM, "PC-3")
    assert [one.kind for one in found[4:]] == ["coverage"]
    assert {(one.kind, one.subject, one.amount) for one in found} == {
        (one.kind, one.name, one.amount) for one in answer(office, "overview", Overview).attention
    }
    assert (found[0].since, found[3].since) == (MONDAY_NINE - 5, None)
    assert len({one.id for one in found}) == len(found)


def test_a_cursor_walks_the_alerts(office: Office) -> None:
    troubles(office)
    whole = answer(office, "alerts", Alerts, limit=500)
    assert whole.next is None
    for limit in (1, 2, len(whole.alerts)):
        assert walked(office, limit) == [one.id for one in whole.alerts]


def walked(office: Office, limit: int) -> list[str]:
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = answer(office, "alerts", Alerts, limit=limit, **after)
        assert len(page.alerts) <= limit
        found += [one.id for one in page.alerts]
        if page.next is None:
            return found
        after = {"cursor": page.next}


@pytest.mark.quality("S-23")
def test_alerts_are_about_ones_own_people(office: Office) -> None:
    troubles(office)
    assert {one.subject for one in answer(office, "alerts", Alerts, "meera").alerts} == {"PC-1", "anita"}
    assert {one.subject for one in answer(office, "alerts", Alerts, "sunil").alerts} == {"PC-3"}
    assert office.get("/api/v1/alerts", "sunil", person=people_of(office)["anita"], **MONDAY).status_code == 403


def test_a_question_about_alerts_that_is_none_gets_a_sentence(office: Office) -> None:
    for query in ({"cursor": "garbage"}, {"cursor": "WzFd"}, {"limit": "0"}, {"limit": "501"}, {"to": "x"}):
        reply = office.get("/api/v1/alerts", **(MONDAY | query))
        assert (reply.status_code, bool(reply.json["message"])) == (400, True), query


def test_somebody_sees_of_themselves_what_others_see(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    mine = answer(office, "me", Me, "anita")
    theirs = answer(office, "overview", Overview, person=people["anita"])
    assert mine.overview.people == theirs.people
    assert mine.overview.engaged == theirs.engaged
    assert mine.applications.apps == answer(office, "applications", Applications, person=people["anita"]).apps
    assert [one.person.name for one in mine.overview.people] == ["anita"]


def test_somebody_sees_who_looked_and_at_what(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    answer(office, "overview", Overview, "meera", person=people["anita"])
    answer(office, "inactivity", Inactivity, person=people["anita"], **WEEK)
    answer(office, "overview", Overview, person=people["boris"])
    answer(office, "overview", Overview)
    looks = answer(office, "me", Me, "anita").looks
    assert [(one.who, one.what, one.detail) for one in looks] == [
        ("olga", "inactivity", "2025-11-17 to 2025-11-23, anita"),
        ("meera", "overview", "2025-11-17 to 2025-11-17, anita"),
    ]
    assert all(abs(one.at - now_ms()) < 60_000 for one in looks)


@pytest.mark.quality("S-23")
def test_two_people_of_one_name_are_never_mixed(office: Office) -> None:
    def twins(connection: Connection) -> tuple[int, int]:
        return add_person(connection, "Anita Rao", None, now_ms()), add_person(connection, "Anita Rao", None, now_ms())

    one, other = office.core.writer.do(twins)
    answer(office, "overview", Overview, person=one)
    become(office, "anita", other)
    become(office, "clara", one)
    assert answer(office, "me", Me, "anita").looks == []
    assert [look.who for look in answer(office, "me", Me, "clara").looks] == ["olga"]


def test_a_name_that_looks_like_a_persons_number_is_no_look(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    number = f"person {people['anita']}"
    office.code(team=number)
    office.core.writer.do(lambda connection: users.add_user(connection, number, Role.IT, HASHED, now_ms()))
    assert answer(office, "me", Me, "anita").looks == []


def test_only_the_newest_looks_are_listed_and_the_others_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(me, "MOST_LOOKS", 2)
    people = two_people(office)
    become(office, "anita", people["anita"])
    for tab in ("urls", "timeline", "bandwidth"):
        office.get(f"/api/v1/{tab}", person=people["anita"], **MONDAY)
    found = answer(office, "me", Me, "anita")
    assert ([one.what for one in found.looks], found.truncated) == (["bandwidth", "timeline"], 1)


@pytest.mark.quality("S-23")
def test_nobody_reaches_anybody_else_through_their_own_page(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    found = answer(office, "me", Me, "anita", person=people["boris"], team=office.team("Sales"))
    assert [one.person.name for one in found.overview.people] == ["anita"]
    assert office.get("/api/v1/overview", "anita", person=people["anita"], **MONDAY).status_code == 403
    for who in ("olga", "ivan"):  # a sign-in that is nobody's
        reply = office.get("/api/v1/me", who, **MONDAY)
        assert (reply.status_code, reply.json["reason"]) == (403, "not_allowed")
    become(office, "ivan", people["boris"])
    assert [one.person.name for one in answer(office, "me", Me, "ivan").overview.people] == ["boris"]


def test_my_own_page_asks_for_days_too(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    for query in ({}, {"from": "2025-11-18", "to": "2025-11-17"}, {"from": "x", "to": "2025-11-17"}):
        assert office.get("/api/v1/me", "anita", **query).status_code == 400
