"""What people contest is counted in the report, and what nobody answers in time is told to the owner and to compliance."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from policy.presence import Thresholds
from policy.summaries import Alerts, PersonRequests, Report, Rhythm
from reports.contents import document_of
from server import jobs
from server.clock import now_ms
from server.models import AuditEntry, PersonRequest
from server.queries.report import Scope, Wanted, report
from server.rights import contest
from tests.server.asking import answer, people_of, two_people
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_own_page import CONTEST, browser, send

DAY_MS = 86_400_000


def made(office: Office, scope: Scope, day: str = "2025-11-19") -> Report:
    with office.core.readers.connect() as connection:
        return report(connection, Wanted(Rhythm.WEEK, date.fromisoformat(day), scope), office.core.rules, Thresholds(), now_ms())


@pytest.fixture
def contested(office: Office) -> PersonRequest:
    """Anita says that five minutes of Monday were a telephone call."""
    two_people(office)
    assert send(browser(office, office.enrol(hostname="PC-3")), "/me/ask", **CONTEST).status_code == 303
    [row] = office.rows(PersonRequest)
    return row  # type: ignore[no-any-return]


@pytest.mark.feature("J10")
@pytest.mark.quality("P-04")
def test_what_is_contested_is_in_the_report_of_its_week_for_whoever_may_see_the_person(office: Office, contested: PersonRequest) -> None:
    people = people_of(office)
    mine = [Scope("company"), Scope("team", office.team("Accounts")), Scope("person", people["anita"])]
    others = [Scope("team", office.team("Sales")), Scope("person", people["boris"])]
    assert [len(made(office, scope).contested or []) for scope in mine + others] == [1, 1, 1, 0, 0]
    assert made(office, Scope("company"), "2025-11-26").contested == []
    [one] = made(office, Scope("company")).contested or []
    assert (one.person.name, one.end - one.start, one.note, one.answer) == ("anita", 300_000, "I was on the telephone", None)


@on_sqlite_only
def test_the_section_counts_and_says_what_was_answered(office: Office, contested: PersonRequest) -> None:
    wish = {"request": contested.id, "accept": True, "answer": "The list agrees"}
    assert office.post("/api/v1/requests", "meera", wish).status_code == 204
    document = document_of(made(office, Scope("company")))
    [section] = [one for one in document.sections if one.key == "contested"]
    counts, table = section.blocks
    assert [row[1] for row in counts.rows] == ["1", "5\u00a0min", "1"]  # type: ignore[union-attr]
    assert table.rows[0][-2:] == ("I was on the telephone", "The list agrees")  # type: ignore[union-attr]


@on_sqlite_only
def test_nobody_of_a_team_too_small_is_named_by_what_they_contest(office: Office, contested: PersonRequest) -> None:
    from tests.server.test_consent import change

    change(office, ask_below=3)
    assert made(office, Scope("company")).contested == []


@on_sqlite_only
@pytest.mark.feature("J09")
@pytest.mark.quality("P-09")
def test_who_withholds_their_well_being_is_in_no_workload(office: Office) -> None:
    two_people(office)
    send(browser(office, office.enrol(hostname="PC-3")), "/me/purpose", purpose="wellbeing", answer="withdraw")
    assert [one.person.name for one in made(office, Scope("company")).workload] == ["boris"]


@on_sqlite_only
@pytest.mark.quality("P-20")
def test_a_request_past_its_date_is_an_alert_of_the_owner_until_it_is_answered(office: Office, contested: PersonRequest) -> None:
    def alerts(who: str = "olga") -> list[tuple[str, int, str | None]]:
        return [(one.subject, round(one.amount), one.what) for one in answer(office, "alerts", Alerts, who).alerts if one.kind == "overdue"]

    assert alerts() == []
    late = now_ms() - 3 * DAY_MS + 60_000
    office.core.writer.do(lambda connection: connection.execute(update(PersonRequest).values(due=late)))
    assert alerts() == [("anita", 3, "contest")]
    assert alerts("meera") == [], "a grievance may be about the manager"
    assert answer(office, "requests", PersonRequests).late == 1
    assert office.post("/api/v1/requests", "olga", {"request": contested.id, "accept": False, "answer": "No"}).status_code == 204
    assert alerts() == []


@pytest.mark.quality("P-20")
def test_compliance_reads_of_it_in_the_audit_log_once(office: Office, contested: PersonRequest) -> None:
    office.core.writer.do(lambda connection: connection.execute(update(PersonRequest).values(due=contested.at + 1)))
    noted = [
        office.core.writer.do(lambda connection, at=at: contest.note_overdue(connection, at)) for at in (1, now_ms() + 9, now_ms() + 99)
    ]
    assert noted == [0, 1, 0]
    [entry] = [row for row in office.rows(AuditEntry) if row.action == "request overdue"]
    assert (entry.subject, entry.detail) == (f"person {people_of(office)['anita']}", f"request {contested.id}")
    shown = office.get("/api/v1/audit", "clara", action="request overdue").json
    assert [row["subject"] for row in shown["rows"]] == [entry.subject]
    assert "note-overdue" in {job.name for job in jobs.timetable(office.core)}
