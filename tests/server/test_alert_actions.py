"""What becomes of alerts, and the rules beside statistics: unauthorised use, bursts of files, watched paths, many looks."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, update

from policy.summaries import Alert, AlertCount, Alerts, AlertStatus, Reason, Severity
from server import file_rules
from server.clock import now_ms
from server.models import AuditEntry, Device, FileHit, Finding
from server.organisation import change_organisation
from server.rights.retention import purge
from tests.events import BORIS, MONDAY_NINE, file, gap, notice
from tests.server.asking import MONDAY, a_monday, answer, people_of, two_people
from tests.server.conftest import Office

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def lose(office: Office, many: int, pc: Any = None, first: int = 1) -> Any:
    pc = pc or office.enrol()
    lost = gap(what="event", lost=many, start=MONDAY_NINE - 5, end=MONDAY_NINE)
    assert office.deliver(pc, [notice(), lost], first=first, sent_at=now_ms()).status_code == 200
    return pc


def act(office: Office, alert: str, action: str, who: str = "olga", **more: Any) -> int:
    return office.post("/api/v1/alerts", who, {"alert": alert, "action": action} | more, **MONDAY).status_code


def shown(office: Office, kind: str, who: str = "olga", **query: Any) -> list[Alert]:
    return [one for one in answer(office, "alerts", Alerts, who, **query).alerts if one.kind == kind]


@pytest.mark.feature("I08")
def test_an_acknowledged_alert_is_out_of_the_way_and_not_gone(office: Office) -> None:
    lose(office, 3)
    [lost] = shown(office, "lost")
    assert act(office, lost.id, "acknowledge", "meera", note="disk was full") == 204
    assert shown(office, "lost") == []
    page = answer(office, "alerts", Alerts, all=1)
    [seen] = [one for one in page.alerts if one.kind == "lost"]
    assert (seen.status, seen.who, seen.note, page.hidden) == (AlertStatus.ACKNOWLEDGED, "meera", "disk was full", 0)
    assert answer(office, "alerts", Alerts).hidden == 1
    assert act(office, lost.id, "reopen") == 204
    assert [(one.status, one.note) for one in shown(office, "lost")] == [(AlertStatus.OPEN, "disk was full")]


def test_more_of_the_same_is_open_again(office: Office) -> None:
    pc = lose(office, 1)
    [lost] = shown(office, "lost")
    act(office, lost.id, "expect")
    assert shown(office, "lost", all=1)[0].status is AlertStatus.EXPECTED
    lose(office, 1, pc, first=3)
    assert [(one.amount, one.status, one.id) for one in shown(office, "lost")] == [(2, AlertStatus.OPEN, lost.id)]


def test_a_pc_that_fell_silent_again_is_open_again(office: Office) -> None:
    office.deliver(office.enrol(), a_monday(), sent_at=now_ms())
    heard(office, now_ms() - 5 * DAY_MS)
    [silent] = shown(office, "silent")
    act(office, silent.id, "acknowledge")
    assert shown(office, "silent") == []
    heard(office, now_ms() - 4 * DAY_MS)
    assert [one.id for one in shown(office, "silent")] == [silent.id]


def heard(office: Office, at: int) -> None:
    office.core.writer.do(lambda connection: connection.execute(update(Device).values(seen=at)))


def test_a_snooze_ends_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    lose(office, 1)
    [lost] = shown(office, "lost")
    until = now_ms() + 8 * HOUR_MS
    assert act(office, lost.id, "snooze") == 400
    assert act(office, lost.id, "snooze", until=now_ms() - 1) == 400
    assert act(office, lost.id, "snooze", until=until) == 204
    assert shown(office, "lost") == []
    assert [(one.status, one.until) for one in shown(office, "lost", all=1)] == [(AlertStatus.SNOOZED, until)]
    monkeypatch.setattr("server.auth.now_ms", lambda: until)
    assert [(one.status, one.until) for one in shown(office, "lost")] == [(AlertStatus.OPEN, None)]


def test_a_note_leaves_the_status(office: Office) -> None:
    lose(office, 1)
    [lost] = shown(office, "lost")
    act(office, lost.id, "note", note="asked IT")
    assert [(one.status, one.note) for one in shown(office, "lost")] == [(AlertStatus.OPEN, "asked IT")]
    act(office, lost.id, "acknowledge")
    act(office, lost.id, "note", note="a new disk is ordered")
    assert [(one.status, one.note) for one in shown(office, "lost", all=1)] == [(AlertStatus.ACKNOWLEDGED, "a new disk is ordered")]


@pytest.mark.quality("S-23")
def test_nobody_decides_about_anothers_alert(office: Office) -> None:
    lose(office, 1)
    [lost] = shown(office, "lost")
    assert act(office, lost.id, "acknowledge", "sunil") == 404
    assert act(office, "lost nothing", "acknowledge") == 404
    assert act(office, lost.id, "delete") == 400
    assert shown(office, "lost") == [lost]


def test_what_became_of_an_alert_is_written_down(office: Office) -> None:
    lose(office, 1)
    [lost] = shown(office, "lost")
    act(office, lost.id, "acknowledge", note="known")
    [row] = [row for row in office.rows(AuditEntry) if row.action.startswith("alert: ")]
    assert (row.actor, row.action, row.subject) == ("olga", "alert: acknowledge", lost.id)
    assert msgspec.json.decode(row.before)["status"] == "open"
    assert msgspec.json.decode(row.after) == {"status": "acknowledged", "until": None, "note": "known"}


def test_the_badge_counts_what_is_open(office: Office) -> None:
    lose(office, 1)
    office.rebuild()
    count = answer(office, "alerts/count", AlertCount)
    page = answer(office, "alerts", Alerts)
    assert (count.open, count.high) == (page.open, 1) == (len(page.alerts), 1)
    act(office, shown(office, "lost")[0].id, "acknowledge")
    after = answer(office, "alerts/count", AlertCount)
    assert (after.open, after.high) == (count.open - 1, 0)
    assert answer(office, "alerts/count", AlertCount, "sunil").high == 0


def decide(office: Office, **changes: Any) -> None:
    office.core.writer.do(lambda connection: change_organisation(connection, **changes))


@pytest.mark.feature("D11")
def test_unauthorised_apps_and_sites_are_alerts(office: Office) -> None:
    two_people(office)
    assert shown(office, "unauthorised") == []
    decide(office, denied=[{"kind": "app", "pattern": "EXCEL.EXE"}, {"kind": "site", "pattern": "youtube.com"}])
    found = {(one.subject, one.what, one.amount) for one in shown(office, "unauthorised")}
    used = {("excel.exe", 70 * 60), ("youtube.com", 600)}
    assert found == {(name, *use) for name in ("anita", "boris") for use in used}
    assert {one.subject for one in shown(office, "unauthorised", "meera")} == {"anita"}
    decide(office, denied=[{"kind": "app", "pattern": "excel"}, {"kind": "site", "pattern": "tube.com"}])
    assert {one.what for one in shown(office, "unauthorised")} == {"excel.exe"}


def office_files(office: Office, events: list[Any], account: str | None = None) -> None:
    about = {"account": account} if account else {}
    assert office.deliver(office.enrol(**about), [notice(**about), *events]).status_code == 200


def look(office: Office, now: int = MONDAY_NINE + DAY_MS) -> int:
    return file_rules.look(office.core.readers, office.core.writer, now)


@pytest.mark.feature("D11")
def test_a_mass_deletion_is_an_alert_and_a_programs_own_litter_is_none(office: Office) -> None:
    deleted = [file(at=MONDAY_NINE + at, action="deleted", path=f"S:\\Clients\\{at}.docx") for at in range(25)]
    litter = [file(at=MONDAY_NINE + 60_000 + at, action="deleted", path=f"C:\\Users\\a\\AppData\\Local\\Temp\\{at}.db") for at in range(80)]
    few = [file(at=MONDAY_NINE + 120_000 + at, action="renamed", path=f"S:\\{at}.x", new_path=f"S:\\{at}.y") for at in range(19)]
    office_files(office, [*deleted, *litter, *few])
    assert shown(office, "burst") == []
    look(office)
    [burst] = shown(office, "burst")
    assert (burst.subject, burst.what, burst.amount, burst.severity, burst.since) == ("anita", "deleted", 25, Severity.HIGH, MONDAY_NINE)
    assert look(office) == 0  # nothing new came


@pytest.mark.feature("D11")
def test_a_burst_that_comes_in_two_batches_is_one(office: Office) -> None:
    deleted = [file(at=MONDAY_NINE + at, action="deleted", path=f"S:\\{at}.docx") for at in range(30)]
    pc = office.enrol()
    office.deliver(pc, [notice(), *deleted[:15]])
    look(office)
    assert office.rows(FileHit) == []
    office.deliver(pc, deleted[15:], first=17)
    look(office)
    assert [one.amount for one in shown(office, "burst")] == [30]


@pytest.mark.feature("D11")
def test_a_watched_folder_that_is_touched_is_an_alert(office: Office) -> None:
    decide(office, watched_paths=["S:\\Board\\**"])
    inside = [file(at=MONDAY_NINE + at, action="opened", path=f"S:\\Board\\minutes {at}.docx") for at in range(3)]
    office_files(office, [*inside, file(path="S:\\Boarding\\x.docx")])
    look(office)
    [watched] = shown(office, "watched")
    assert (watched.subject, watched.what, watched.amount) == ("anita", "S:\\Board\\**", 3)
    assert {one.subject for one in shown(office, "watched", "sunil")} == set()


def test_a_user_who_looks_at_very_many_people_is_an_alert_for_owners(office: Office) -> None:
    from server.audit_log import audit

    now = MONDAY_NINE + HOUR_MS

    def looks(connection: Any) -> None:
        for person in range(21):
            audit.record(connection, audit.Deed("meera", "looked at overview", audit.about(person)), now)
        for _ in range(40):
            audit.record(connection, audit.Deed("sunil", "looked at overview", audit.about(1)), now)

    office.core.writer.do(looks)
    assert [(one.subject, one.amount) for one in shown(office, "looks")] == [("meera", 21)]
    assert shown(office, "looks", "meera") == []


@pytest.mark.feature("K03", "I08")
def test_a_finding_is_an_alert_with_reasons(office: Office) -> None:
    people = two_people(office)
    reasons = [Reason("night hours", 3.5, 0.2, "hours"), Reason("new sites", 9, None, "sites")]
    values = {"person_id": people["boris"], "day": date(2025, 11, 17), "score": 0.93, "severity": "medium", "coverage": 0.9}
    values |= {"reasons": msgspec.json.encode(reasons).decode(), "confidence": 0.8, "model": "test", "made": 1}
    office.core.writer.do(lambda connection: connection.execute(insert(Finding).values(**values)))
    [unusual] = shown(office, "unusual")
    assert (unusual.subject, unusual.reasons, unusual.day, unusual.model) == ("boris", reasons, date(2025, 11, 17), "test")
    assert shown(office, "unusual", "meera") == []
    act(office, unusual.id, "expect", "sunil", note="stock taking")
    assert shown(office, "unusual") == []
    assert people_of(office)["boris"] == people["boris"]


@pytest.mark.feature("I08")
def test_hostile_names_stay_text(office: Office) -> None:
    hostile = "<b>&=cmd|'/C calc'!A0\u202e"
    decide(office, watched_paths=["**/*.docx"])
    office_files(office, [file(path=f"S:\\{hostile}.docx", account=BORIS)], BORIS)
    look(office)
    [watched] = shown(office, "watched")
    assert act(office, watched.id, "note", note=hostile) == 204
    assert shown(office, "watched")[0].note == "<b>&=cmd|'/C calc'!A0"


@pytest.mark.quality("P-05")
def test_old_hits_and_findings_outlive_their_period_like_what_they_were_made_from(office: Office) -> None:
    person, now = two_people(office)["boris"], now_ms()
    finding = {"person_id": person, "score": 1.0, "severity": "low", "reasons": "[]", "model": "test", "made": 1}
    hits = [{"kind": "burst", "person_id": person, "at": now - days * DAY_MS, "what": "deleted", "amount": 30} for days in (1, 400)]
    office.core.writer.do(lambda connection: connection.execute(insert(FileHit), hits))
    office.core.writer.do(lambda connection: connection.execute(insert(Finding).values(**finding, day=date(2020, 1, 6))))
    gone = purge(office.core.readers, office.core.writer, now)
    assert (gone["file_hit"], gone["finding"]) == (1, 1)
    assert [row.at for row in office.rows(FileHit)] == [now - DAY_MS]
