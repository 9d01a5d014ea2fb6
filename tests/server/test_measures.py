"""Legal holds and restrictions: in force with a reason until they end, and then it is as if they had never been."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from policy.events import MINUTE_MS
from policy.retention import Retention
from policy.summaries import Measures, PersonRights, Rhythm
from server import findings, jobs
from server.clock import now_ms
from server.models import AuditEntry, FileEvent, LedgerDay, LedgerPage, Quarantined, Span
from server.organisation import change_organisation, organisation
from server.people import visible_people
from server.queries.report import COMPANY, Scope, Wanted, report
from server.refusals import NotThereError
from server.rights import retention
from tests.events import BORIS, activity, file, notice
from tests.server.asking import MONDAY, WEEK, become, people_of, two_people
from tests.server.conftest import Office, on_sqlite_only

TABS = ("overview", "applications", "timeline", "inactivity", "bandwidth", "urls", "files", "alerts")
DAY_MS = 86_400_000


def order(office: Office, person: int, kind: str, who: str = "clara", **changes: Any) -> int:
    made = office.post("/api/v1/measures", who, {"person": person, "kind": kind, "reason": "they asked for it"} | changes)
    assert made.status_code == 201, made.text
    return int(made.json["id"])


def end(office: Office, measure: int) -> int:
    return office.post("/api/v1/measures/end", "clara", {"measure": measure, "reason": "it is settled"}).status_code


@pytest.mark.quality("P-12")
def test_who_is_restricted_is_in_no_view_report_or_finding_but_their_own(office: Office) -> None:
    people = two_people(office)
    become(office, "anita", people["anita"])
    before = {tab: office.get(f"/api/v1/{tab}", **WEEK).text for tab in TABS}
    assert any("anita" in text for text in before.values())
    measure = order(office, people["anita"], "restriction")
    assert [tab for tab in TABS if "anita" in office.get(f"/api/v1/{tab}", **WEEK).text] == []
    assert {
        office.get(f"/api/v1/{tab}", who, person=people["anita"], **MONDAY).status_code for tab in TABS for who in ("olga", "meera")
    } == {403}
    assert "anita" not in office.get("/api/v1/choices").text
    assert [one.person.name for one in made_report(office).overview.people] == ["boris"]
    with pytest.raises(NotThereError), office.core.readers.connect() as connection:
        report(connection, Wanted(Rhythm.WEEK, date(2025, 11, 17), Scope("team", 99)), office.core.rules, office.core.thresholds, now_ms())
    with office.core.readers.connect() as connection:
        assert [one.name for one in visible_people(connection, findings.EVERYBODY)] == ["boris"]
    assert office.get("/api/v1/me", "anita", **MONDAY).json["overview"]["people"][0]["person"]["name"] == "anita"
    assert len(office.rows(Span)) == 2 * 110
    assert end(office, measure) == 204
    assert end(office, measure) == 404
    told = {tab: office.get(f"/api/v1/{tab}", **WEEK).json for tab in TABS}
    assert [tab for tab in TABS if _plain(told[tab]) != _plain(msgspec.json.decode(before[tab]))] == []


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in ("period", "attention", "now")}


def made_report(office: Office) -> Any:
    wanted = Wanted(Rhythm.WEEK, date(2025, 11, 17), COMPANY)
    with office.core.readers.connect() as connection:
        return report(connection, wanted, office.core.rules, office.core.thresholds, now_ms())


@on_sqlite_only
@pytest.mark.quality("P-12")
def test_their_requests_still_reach_whoever_decides(office: Office) -> None:
    from sqlalchemy import insert

    from server.models import PersonRequest

    people = two_people(office)
    order(office, people["anita"], "restriction")
    asked = {"person_id": people["anita"], "kind": "grievance", "text": "no", "at": 5, "due": 6, "state": "open"}
    office.core.writer.do(lambda connection: connection.execute(insert(PersonRequest).values(**asked)))
    assert [one["person"]["name"] for one in office.get("/api/v1/requests").json["requests"]] == ["anita"]
    rights = msgspec.json.decode(office.get(f"/api/v1/people/{people['anita']}/rights", "clara").data, type=PersonRights)
    assert (rights.restricted, rights.held, rights.requests_open, len(rights.measures)) == (True, False, 1, 1)
    assert [one["restricted"] for one in office.get("/api/v1/people").json["people"]] == [True, False]


@on_sqlite_only
def test_what_is_ordered_says_why_and_stands_in_the_log(office: Office) -> None:
    people = two_people(office, rebuilt=False)
    for wrong in ({"reason": " "}, {"person": 99}, {"until": 5}, {"kind": "dislike"}):
        wish = {"person": people["anita"], "kind": "hold", "reason": "a lawsuit"} | wrong
        assert office.post("/api/v1/measures", "clara", wish).status_code in (400, 404), wrong
    first = order(office, people["anita"], "hold", reason="a lawsuit")
    order(office, people["anita"], "hold", reason="another one", until=now_ms() + 100_000)
    order(office, people["boris"], "restriction")
    again = office.post("/api/v1/measures", "clara", {"person": people["boris"], "kind": "restriction", "reason": "again"})
    assert (again.status_code, again.json["reason"]) == (409, "restricted")
    shown = msgspec.json.decode(office.get("/api/v1/measures").data, type=Measures).measures
    assert [(one.kind.value, one.person.name, one.reason) for one in shown] == [
        ("restriction", "boris", "they asked for it"),
        ("hold", "anita", "another one"),
        ("hold", "anita", "a lawsuit"),
    ]
    end(office, first)
    jobs.end_measures(office.core, now_ms() + 200_000)
    shown = msgspec.json.decode(office.get("/api/v1/measures").data, type=Measures).measures
    assert [one.person.name for one in shown] == ["boris"]
    deeds = [(row.actor, row.action, row.subject) for row in office.rows(AuditEntry) if row.action.startswith(("ordered", "ended"))]
    anita, boris = (f"person {people[name]}" for name in ("anita", "boris"))
    assert deeds == [
        ("clara", "ordered hold", anita),
        ("clara", "ordered hold", anita),
        ("clara", "ordered restriction", boris),
        ("clara", "ended hold", anita),
        ("server", "ended hold", anita),
    ]


@pytest.mark.quality("P-05", "P-13")
def test_retention_takes_nothing_of_whom_a_hold_is_on_and_everything_once_it_ends(office: Office) -> None:
    long_ago = (now_ms() - 500 * DAY_MS) // MINUTE_MS * MINUTE_MS
    for number, account in enumerate(("MERIDIAN\\anita", BORIS)):
        events: list[Any] = [
            notice(at=long_ago - 1, account=account),
            file(at=long_ago, account=account),
            {"kind": "file", "account": account},
        ]
        events += [activity(start=long_ago + minute * MINUTE_MS, account=account) for minute in range(10)]
        pc = office.enrol(account=account, hostname=f"PC-{number}")
        assert office.deliver(pc, events, epoch=str(number) * 16, machine=str(number)).status_code == 200
    while office.rebuild():
        pass
    people = people_of(office)
    measure = order(office, people["anita"], "hold")
    jobs.purge(office.core, now_ms())
    assert (len(office.rows(Span)), len(office.rows(FileEvent))) == (10, 1)
    assert {row.person_id for row in office.rows(LedgerDay)} == {people["anita"]}
    end(office, measure)
    retention.purge(office.core.readers, office.core.writer, now_ms())
    assert [office.rows(table) for table in (Span, FileEvent, LedgerDay, LedgerPage)] == [[], [], [], []]
    told = [row.after for row in office.rows(AuditEntry) if row.action == retention.PURGED]
    assert [msgspec.json.decode(one)["span"] for one in told] == [10, 10]


@on_sqlite_only
def test_what_was_refused_is_kept_as_a_count_when_its_period_is_over(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), {"kind": "activity", "title": "secret"}])
    office.core.writer.do(lambda connection: change_organisation(connection, retention=Retention(spans=1)))
    retention.purge(office.core.readers, office.core.writer, now_ms() + 3 * DAY_MS)
    [row] = office.rows(Quarantined)
    assert row.body == b""
    assert row.reason
    with office.core.readers.connect() as connection:
        assert organisation(connection).retention.spans == 1
