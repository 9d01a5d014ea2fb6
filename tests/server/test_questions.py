"""The question that every tab asks: the same days and people everywhere, and a sentence for what is none."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from policy.categories import Category
from policy.roles import Role, Viewer
from policy.summaries import RuleWish
from server import rules
from server.models import AuditEntry, Person
from server.organisation import change_organisation, note_ledger_revision
from server.queries import applications, bandwidth, inactivity, overview, revision, site_people, timeline, urls
from tests.server.asking import MONDAY, two_people
from tests.server.conftest import Office

OWNER = Viewer(0, "olga", Role.OWNER)
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
        assert (first.data, _bytes_of(first)) == (second.data, _bytes_of(second)), tab


def _bytes_of(reply: TestResponse) -> str:
    """Return the part of the tag that is about the answer's bytes; the other may hold the minute."""
    return reply.headers["ETag"].rpartition(".")[2]


FIGURES = ("overview", "urls", "urls/people", "applications", "timeline", "inactivity", "bandwidth")


def _again(office: Office, tab: str, tag: str, **query: object) -> TestResponse:
    headers = {"Authorization": f"Bearer {office.tokens['olga']}", "If-None-Match": tag}
    return office.client.get(f"/api/v1/{tab}", query_string=query, headers=headers)


@pytest.mark.feature("I14")
def test_an_unchanged_answer_is_told_without_reading_a_figure_and_the_look_is_written_down(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = two_people(office)["anita"]
    monkeypatch.setattr(revision, "MINUTE_MS", 10**15)
    tags = {tab: office.get(f"/api/v1/{tab}", person=person, **MONDAY).headers["ETag"] for tab in FIGURES}
    looks = len(office.rows(AuditEntry))
    read: list[str] = []
    for module in (overview, urls, site_people, applications, timeline, inactivity, bandwidth):
        name = "sites" if module is urls else module.__name__.rpartition(".")[2]
        monkeypatch.setattr(module, name, lambda *_, name=name, **__: read.append(name))
    for tab, tag in tags.items():
        reply = _again(office, tab, tag, person=person, **MONDAY)
        assert (reply.status_code, reply.data, reply.headers["ETag"]) == (304, b"", tag), tab
    assert read == []
    assert len(office.rows(AuditEntry)) == looks + len(FIGURES)


def test_after_a_minute_the_same_bytes_are_not_sent_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    two_people(office)
    tag = office.get("/api/v1/urls", **MONDAY).headers["ETag"]
    monkeypatch.setattr(revision, "PROGRAM", "another program")
    reply = _again(office, "urls", tag, **MONDAY)
    assert reply.status_code == 304
    assert reply.headers["ETag"] != tag
    assert _bytes_of(reply) == tag.rpartition(".")[2]


CHANGES = {
    "a rule": lambda connection, person: rules.save(connection, OWNER, RuleWish("app", "excel.exe", Category.UNPRODUCTIVE), 1, ""),
    "a name": lambda connection, person: connection.execute(update(Person).where(Person.id == person).values(name="anita b")),
    "a zone": lambda connection, person: connection.execute(update(Person).where(Person.id == person).values(zone="Europe/Berlin")),
    "a team": lambda connection, person: connection.execute(update(Person).where(Person.id == person).values(team_id=None)),
    "hours": lambda connection, person: change_organisation(connection, hours={"zone": "UTC", "week": [[]] * 7}),
    "the ledger": lambda connection, person: note_ledger_revision(connection, 10**13),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_an_answer_is_made_of_makes_it_another_one(office: Office, change: Any) -> None:
    person = two_people(office)["anita"]
    tag = office.get("/api/v1/overview", **MONDAY).headers["ETag"]
    office.core.writer.do(lambda connection: change(connection, person))
    assert _again(office, "overview", tag, **MONDAY).headers["ETag"].partition(".")[0] != tag.partition(".")[0]


def test_nobody_is_told_that_anothers_answer_is_theirs(office: Office) -> None:
    two_people(office)
    tag = office.get("/api/v1/overview", "olga", **MONDAY).headers["ETag"]
    headers = {"Authorization": f"Bearer {office.tokens['meera']}", "If-None-Match": tag}
    reply = office.client.get("/api/v1/overview", query_string=MONDAY, headers=headers)
    assert (reply.status_code, "boris" in reply.text) == (200, False)
