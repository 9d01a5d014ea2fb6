"""The question that every tab asks: the same days and people everywhere, and a sentence for what is none."""

from __future__ import annotations

from itertools import product

import pytest

from server.models import AuditEntry
from tests.server.asking import MONDAY, two_people
from tests.server.conftest import Office

TABS = ("overview", "urls", "applications", "timeline", "inactivity", "bandwidth", "files", "alerts")

NONE_AT_ALL = (
    {},
    {"from": "2025-11-17"},
    {"from": "2025-11-18", "to": "2025-11-17"},
    {"from": "2020-01-01", "to": "2025-11-17"},
    {"from": "9999-12-31", "to": "9999-12-31"},
    MONDAY | {"team": "1 or 1=1"},
    MONDAY | {"person": "-1"},
)


def test_a_question_that_is_none_gets_a_sentence_at_every_tab(office: Office) -> None:
    for tab, query in product(TABS, NONE_AT_ALL):
        reply = office.get(f"/api/v1/{tab}", **query)
        assert (reply.status_code, bool(reply.json["message"])) == (400, True), (tab, query)


def test_every_tab_answers_about_an_office_without_anybody(office: Office) -> None:
    for tab, days in product(TABS, (MONDAY, {"from": "2025-01-01", "to": "2025-12-31"})):
        assert office.get(f"/api/v1/{tab}", **days).status_code == 200, tab


@pytest.mark.quality("S-23")
def test_no_tab_shows_a_manager_another_team(office: Office) -> None:
    people, sales = two_people(office), office.team("Sales")
    for tab in TABS:
        assert office.get(f"/api/v1/{tab}", "meera", person=people["anita"], **MONDAY).status_code == 200, tab
        for query in ({"person": people["boris"]}, {"person": 999_999}, {"team": sales}, {"team": sales, "person": people["anita"]}):
            assert office.get(f"/api/v1/{tab}", "meera", **query, **MONDAY).status_code == 403, (tab, query)
        assert "boris" not in office.get(f"/api/v1/{tab}", "meera", **MONDAY).text, tab


def test_a_look_at_one_person_is_written_down_at_every_tab(office: Office) -> None:
    person = two_people(office)["anita"]
    for tab in TABS:
        office.get(f"/api/v1/{tab}", "meera", person=person, **MONDAY)
    looks = [(row.actor, row.action, row.subject, row.detail) for row in office.rows(AuditEntry) if row.action.startswith("looked")]
    assert looks == [("meera", f"looked at {tab}", f"person {person}", "2025-11-17 to 2025-11-17, anita") for tab in TABS]


@pytest.mark.feature("I14")
def test_the_same_question_has_the_same_answer(office: Office) -> None:
    two_people(office)
    for tab in TABS:
        first, second = (office.get(f"/api/v1/{tab}", **MONDAY) for _ in range(2))
        assert first.headers["ETag"] == second.headers["ETag"], tab
