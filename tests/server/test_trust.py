"""One door to everybody's figures; a reason where few are looked at; and whoever was looked at sees who, when and why."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import server
from policy.summaries import Me, Overview, Unlocked
from server.clock import now_ms
from server.models import AuditEntry
from server.organisation import change_organisation
from tests.server.asking import MONDAY, answer, become, people_of, two_people
from tests.server.conftest import Office

ROOM = Path(server.__file__).parent
TABS = ("overview", "urls", "applications", "timeline", "inactivity", "bandwidth", "files", "alerts", "unclassified", "why")
WHY = "Asked by Boris to check his Monday"
MAY_CHOOSE_PEOPLE = {
    *("routes/question.py", "routes/me.py", "routes/rules.py", "queries/report.py", "pages/own.py", "compat/report.py"),  # from the door
    *("compat/employee_report.py", "pages/dashboard.py", "evidence/wanted.py"),  # from the door as well, with a reason
    *(
        "queries/selection.py",
        "queries/now.py",
        "queries/choices.py",
        "queries/report_trend.py",
        "queries/dashboard.py",
    ),  # of people somebody else was given
    *("days/day_counts.py", "queries/day_facts.py"),  # the night's comparison of days, which shows nobody anything
}
"""Where a Selection is made; everything else is given one."""


def decide(office: Office, **changes: Any) -> None:
    office.core.writer.do(lambda connection: change_organisation(connection, **changes))


def unlock(office: Office, who: str, **about: Any) -> int:
    return office.post("/api/v1/unlock", who, {"reason": WHY} | about).status_code


def status(office: Office, tab: str, who: str, **query: Any) -> tuple[int, str]:
    reply = office.get(f"/api/v1/{tab}", who, figure="engaged", **(MONDAY | query))
    return reply.status_code, reply.json.get("reason", "") if reply.status_code != 200 else ""


def test_whose_figures_are_shown_is_settled_in_one_place() -> None:
    """Nobody but the door makes a Selection, and every tab's function takes one."""
    strays = []
    for path in sorted(ROOM.rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        made = any(isinstance(one.func, ast.Name) and one.func.id == "Selection" for one in calls)
        if made and path.relative_to(ROOM).as_posix() not in MAY_CHOOSE_PEOPLE:
            strays.append(path.name)
    assert strays == []


@pytest.mark.quality("S-23", "P-06")
def test_a_look_at_one_person_can_need_a_reason(office: Office) -> None:
    people = two_people(office)
    assert {status(office, tab, "meera", person=people["anita"])[0] for tab in TABS} == {200}
    decide(office, ask_for_person=True)
    for tab in TABS:
        assert status(office, tab, "meera", person=people["anita"]) == (403, "reason_needed"), tab
        assert status(office, tab, "meera")[0] == 200, tab
    assert unlock(office, "meera", person=people["boris"]) == 403
    assert unlock(office, "meera", person=people["anita"]) == 200
    assert {status(office, tab, "meera", person=people["anita"])[0] for tab in TABS} == {200}
    assert status(office, "overview", "olga", person=people["anita"]) == (403, "reason_needed")  # a reason is one's own


@pytest.mark.quality("P-06")
def test_whoever_was_looked_at_sees_who_when_and_why(office: Office) -> None:
    people = two_people(office)
    decide(office, ask_for_person=True)
    become(office, "anita", people["anita"])
    unlock(office, "meera", person=people["anita"])
    status(office, "timeline", "meera", person=people["anita"])
    looks = answer(office, "me", Me, "anita").looks
    assert [(one.who, one.what, one.reason) for one in looks] == [("meera", "timeline", WHY)]
    assert [row.reason for row in office.rows(AuditEntry) if row.action == "gave a reason to look"] == [WHY]


def test_figures_of_very_few_people_can_need_a_reason(office: Office) -> None:
    people = two_people(office)
    accounts, sales = office.team("Accounts"), office.team("Sales")
    decide(office, ask_below=2)
    assert status(office, "overview", "olga")[0] == 200  # two people
    for who, query in (("olga", {"team": accounts}), ("meera", {}), ("meera", {"team": accounts})):
        assert status(office, "overview", who, **query) == (403, "reason_needed")
    assert unlock(office, "meera", team=sales) == 403
    assert unlock(office, "meera", team=accounts) == 200
    assert status(office, "overview", "meera", team=accounts)[0] == 200
    become(office, "anita", people["anita"])
    assert [(one.who, one.reason) for one in answer(office, "me", Me, "anita").looks] == [("meera", WHY)]
    assert status(office, "overview", "meera", person=people["anita"])[0] == 200  # asked for by itself where the settings say so
    assert office.get("/api/v1/alerts/count", "meera", **MONDAY).status_code == 200  # a number of nobody's


def test_a_reason_opens_for_a_while(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    people = two_people(office)
    decide(office, ask_for_person=True, unlock_minutes=10)
    until = answer_of_unlock(office, people["anita"])
    assert 9 * 60_000 < until - now_ms() <= 10 * 60_000
    monkeypatch.setattr("server.auth.now_ms", lambda: until - 1)
    assert status(office, "overview", "meera", person=people["anita"])[0] == 200
    monkeypatch.setattr("server.auth.now_ms", lambda: until)
    assert status(office, "overview", "meera", person=people["anita"])[1] == "reason_needed"


def answer_of_unlock(office: Office, person: int) -> int:
    import msgspec

    reply = office.post("/api/v1/unlock", "meera", {"reason": WHY, "person": person})
    return msgspec.json.decode(reply.data, type=Unlocked).until


@pytest.mark.parametrize(
    "wish", [{}, {"reason": ""}, {"reason": "   \u202e  "}, {"reason": WHY, "team": 1, "person": 1}, {"reason": "x" * 513}]
)
def test_what_is_no_reason_gets_a_sentence(office: Office, wish: dict[str, Any]) -> None:
    office.enrol()
    reply = office.post("/api/v1/unlock", "olga", wish)
    assert (reply.status_code, bool(reply.json["message"])) == (400, True)


def test_nobody_gives_a_reason_for_a_look_at_themselves(office: Office) -> None:
    people = two_people(office)
    decide(office, ask_for_person=True, ask_below=5)
    become(office, "meera", people["anita"])
    assert status(office, "overview", "meera", person=people["anita"])[0] == 200
    assert answer(office, "me", Me, "meera").overview.people[0].person.name == "anita"


def test_the_look_is_on_the_disk_before_the_figures_are_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from server.queries import overview

    person = two_people(office)["anita"]
    real, seen = overview.overview, []

    def reading(session: Any, *others: Any) -> Overview:
        from sqlalchemy import func, select

        looks = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "looked at overview")
        seen.append(session.execute(looks).scalar_one())
        return real(session, *others)

    monkeypatch.setattr(overview, "overview", reading)
    assert status(office, "overview", "meera", person=person)[0] == 200
    assert seen == [1]


def test_own_work_hours_decide_what_was_expected(office: Office) -> None:
    from tests.server.test_administration import good
    from tests.server.test_administration import person as entry

    two_people(office)
    anita = entry(office, "anita")
    before = {one.person.name: one.coverage for one in answer(office, "overview", Overview).people}
    mornings = {"zone": "UTC", "week": [[[9 * 60, 11 * 60]]] * 7}
    good(office, "PATCH", "people", {"person": anita.id, "revision": anita.revision, "hours": mornings})
    after = {one.person.name: one.coverage for one in answer(office, "overview", Overview).people}
    assert after["boris"] == before["boris"]
    assert (after["anita"] or 0) > (before["anita"] or 0)
    assert people_of(office).keys() == {"anita", "boris"}


def test_changed_thresholds_make_the_days_anew(office: Office) -> None:
    two_people(office)
    before = answer(office, "overview", Overview)
    from tests.server.test_administration import good

    changes = {"thresholds": {"interactions": 1000, "keys": 1000, "clicks": 1000, "scrolls": 1000, "pointer_px": 100_000}}
    revision = office.get("/api/v1/settings").json["organisation"]["revision"]
    good(office, "PATCH", "settings", {"revision": revision, "changes": changes})
    while office.rebuild():
        pass
    after = answer(office, "overview", Overview)
    assert before.people[0].times.active > 0
    assert (after.people[0].times.active, after.people[0].times.total) == (0, before.people[0].times.total)
