"""Nights: an invented office through the real ingest, looked at day by day; what is found, what is not, and what becomes of it."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, delete, select, update

from policy.events import MINUTE_MS, Event
from policy.roles import Role
from policy.summaries import Alert, Alerts, Me, Severity
from policy.worktime import local_day
from server import findings, night
from server.clock import now_ms
from server.days.dirty import put
from server.findings import EVERYBODY, FIRST_NIGHTS, MOST_NIGHTS, look_at, nights_due, severity_of
from server.models import AuditEntry, DayCount, DayOddness, DirtyDay, Finding, Person, Setting, metadata
from server.organisation import findings_through, note_findings_through
from server.people import visible_people
from server.queries.day_facts import day_facts
from tests.events import ANITA, MONDAY_NINE, activity, file, network, notice, session
from tests.server.asking import MONDAY, answer, become, people_of, two_people
from tests.server.conftest import Office, on_sqlite_only

ROOT = Path(__file__).resolve().parents[2]
FIRST_MONDAY = date(2025, 11, 17)
DAY_MINUTES = 24 * 60
DAYS = 47  # Monday 17 November to Friday 2 January
LAST = FIRST_MONDAY + timedelta(days=DAYS - 1)
ZONE = "Asia/Kolkata"
MIDNIGHT_AFTER = MONDAY_NINE + (DAYS * 24 - 9) * 3_600_000  # of LAST, in the office's zone


def an_ordinary_day(chance: random.Random, account: str, day: int) -> list[Event]:
    """Return a short day at work: half an hour of excel, some minutes at a site, a file or two."""
    first = day * DAY_MINUTES + chance.randint(-10, 10)
    return [
        session(first - 1, "boot", account=account),
        *(activity(first + at, account=account, keys=chance.randint(20, 60), clicks=chance.randint(1, 9)) for at in range(30)),
        *(activity(first + 30 + at, account=account, app="chrome.exe", site="example.com") for at in range(chance.randint(3, 7))),
        *(file(first + 20, account=account, path=f"S:\\{at}.docx") for at in range(chance.randint(1, 3))),
        network(first + 5, sent=chance.randint(1, 9) * 1_000_000, received=30_000_000),
        session(first + 50, "shutdown", account=account),
    ]


def a_mass_deletion(account: str, day: int) -> list[Event]:
    """Return what somebody does besides: at one in the morning, hundreds of files."""
    night_at = (day + 1) * DAY_MINUTES - 8 * 60 - DAY_MINUTES  # 01:00 of that day
    deleted = [file(night_at + 1, account=account, action="deleted", path=f"S:\\Clients\\{at}.docx") for at in range(300)]
    return [*(activity(night_at + at, account=account) for at in range(60)), *deleted]


def an_office(office: Office, *odd_days: int, people: int = 5) -> dict[str, int]:
    """Fill the office with ordinary days, on some of which anita deletes hundreds of files; return {name: id}."""
    chance = random.Random(1)
    for number in range(people):
        account = ANITA if number == 0 else f"MERIDIAN\\colleague{number}"
        pc, first = office.enrol(account=account, hostname=f"PC-{number}"), 1
        events: list[Event] = [notice(account=account)]
        for day in (day for day in range(DAYS) if day % 7 < 5):
            events += a_mass_deletion(account, day) if number == 0 and day in odd_days else []
            events += an_ordinary_day(chance, account, day)
        for at in range(0, len(events), 1500):
            some = events[at : at + 1500]
            told = {"epoch": f"{number + 1:016x}", "machine": f"m{number}", "sent_at": MIDNIGHT_AFTER}
            reply = office.deliver(pc, some, first, **told)
            assert (reply.status_code, reply.json["refused"]) == (200, []), reply.text
            first += len(some)
    while office.rebuild():
        pass
    return people_of(office)


def looked(office: Office, *days: date) -> list[Any]:
    """Look at some days; return the findings there are."""
    look_at(office.core.readers, office.core.writer, office.core.rules, days, now_ms())
    return office.rows(Finding)


def everything_but(office: Office, *names: str) -> dict[str, list[Any]]:
    return {table.name: office.rows_of(table) for table in metadata.sorted_tables if table.name not in names}


WEEK = {"from": str(LAST - timedelta(days=6)), "to": str(LAST)}


@pytest.mark.feature("K01", "K02", "K03", "I08")
@pytest.mark.quality("P-14")
def test_a_night_finds_the_day_unlike_the_others_and_does_nothing_else(office: Office) -> None:
    people = an_office(office, DAYS - 1)
    written = {"finding", "day_count", "day_oddness", "setting"}
    before = everything_but(office, *written)
    [found] = looked(office, LAST - timedelta(days=1), LAST)
    assert (found.person_id, found.day) == (people["anita"], LAST)
    reasons = {one["feature"]: one for one in msgspec.json.decode(found.reasons)}
    assert "deleted" in reasons or "hours_00_04" in reasons
    assert all(abs(one["observed"] - one["usual"]) > 0 for one in reasons.values())
    assert everything_but(office, *written) == before
    assert {row.name for row in office.rows(Setting)} <= {"organisation", "findings_through", "ledger_revision"}

    again = looked(office, LAST)
    assert [row[:-1] for row in again] == [found[:-1]]  # all but when it was made

    become(office, "anita", people["anita"])
    [alert] = [one for one in answer(office, "alerts", Alerts, "meera", **WEEK).alerts if one.kind == "unusual"]
    assert (alert.subject, alert.day, alert.severity, alert.model) == ("anita", LAST, Severity(found.severity), found.model)
    assert [one for one in answer(office, "alerts", Alerts, "sunil", **WEEK).alerts if one.kind == "unusual"] == []
    the_person_answers(office, alert)
    a_decision_lowers_repeats(office, alert)


def the_person_answers(office: Office, alert: Alert) -> None:
    path = f"/api/v1/me/findings/{LAST}/answer"
    assert office.post(path, "anita", {"text": "The archive moved\u202e to <b>the new disk</b>."}).status_code == 204
    [mine] = answer(office, "me", Me, "anita", **WEEK).findings
    assert (mine.id, mine.reasons, mine.answer) == (alert.id, alert.reasons, "The archive moved to <b>the new disk</b>.")
    [seen] = [one for one in answer(office, "alerts", Alerts, "meera", **WEEK).alerts if one.kind == "unusual"]
    assert seen.answer == mine.answer
    assert office.post(path, "anita", {"text": "On Sunil's request."}).status_code == 204
    told = [row for row in office.rows(AuditEntry) if row.action == "finding: answer"]
    assert [(row.actor, row.subject) for row in told] == [("anita", alert.id)] * 2
    assert "the new disk" in told[1].before
    assert looked(office, LAST)[0].day == LAST
    assert answer(office, "me", Me, "anita", **WEEK).findings[0].answer == "On Sunil's request."  # made anew, still answered
    for day, body, status in ((LAST - timedelta(days=1), "x", 404), ("soon", "x", 400), (LAST, " \u202e ", 400), (LAST, "", 400)):
        assert office.post(f"/api/v1/me/findings/{day}/answer", "anita", {"text": body}).status_code == status
    assert office.post(path, "meera", {"text": "x"}).status_code == 403


def a_decision_lowers_repeats(office: Office, alert: Alert) -> None:
    until = now_ms() + 30 * 86_400_000
    wish = {"alert": alert.id, "action": "expect", "until": until, "note": "stock taking"}
    assert office.post("/api/v1/alerts", "meera", wish, **WEEK).status_code == 204
    with office.core.readers.connect() as connection:
        expected = list(findings.expected_of(connection, LAST + timedelta(days=1)))
        assert list(findings.expected_of(connection, LAST)) == []
    assert alert.person is not None
    assert {(one.person, one.feature) for one in expected} == {(alert.person.id, one.feature) for one in alert.reasons}
    assert {one.until for one in expected} == {local_day(until, ZONE)}
    [mine] = answer(office, "me", Me, "anita", **WEEK).findings
    assert (mine.status, mine.note) == ("expected", None)


@pytest.mark.feature("K01")
def test_an_ordinary_office_is_quiet_and_so_are_those_who_are_not_looked_at(office: Office) -> None:
    an_office(office, DAYS - 1)
    office.core.writer.do(lambda connection: connection.execute(update(Person).where(Person.name == "anita").values(active=False)))
    nights = [LAST - timedelta(days=at) for at in range(7, -1, -1)]
    assert looked(office, *nights) == []
    assert len(office.rows(DayOddness)) > 50
    asked = answer(office, "alerts", Alerts, **WEEK).alerts
    assert [one for one in asked if one.kind in ("burst", "watched", "unauthorised", "unusual")] == []


@pytest.mark.feature("K01")
def test_facts_of_a_hand_made_monday(office: Office) -> None:
    people = two_people(office)
    [fact] = [one for one in facts_of(office) if one.person == people["anita"]]
    assert (fact.engaged_by_hour[9:12], fact.engaged) == ((3600, 2100, 600), 6300)
    assert (fact.idle, fact.meeting, fact.unproductive, fact.rest_day) == (300, 0, 600, False)
    assert fact.apps == {"Microsoft Excel": 4200, "Google Chrome": 2100}
    assert fact.sites == {"youtube.com": 600, "github.com": 1200}
    assert (fact.breaks, fact.longest_streak) == (1, 95 * 60)
    assert (fact.sent, fact.deleted, fact.devices) == (None, None, frozenset())
    count(office)
    [fact] = [one for one in facts_of(office) if one.person == people["anita"]]
    assert len(fact.devices) == 1
    assert (fact.keys, fact.clicks) == (40 * 95, 4 * 105)


def facts_of(office: Office) -> list[Any]:
    core = office.core
    with core.readers.connect() as connection:
        people = visible_people(connection, EVERYBODY)
        return day_facts(connection, people, FIRST_MONDAY, FIRST_MONDAY + timedelta(days=6), core.rules, now_ms())


def count(office: Office) -> int:
    from server.days.day_counts import count_days

    core = office.core
    with core.readers.connect() as connection:
        people = visible_people(connection, EVERYBODY)
    return count_days(core.readers, core.writer, people, FIRST_MONDAY, LAST, now_ms())


def test_a_day_is_counted_once_and_again_when_late_data_come(office: Office) -> None:
    pc = office.enrol()
    events = [notice(), activity(), network(sent=100), file(action="deleted"), file(1, action="deleted", path="b", source="rescan")]
    office.deliver(pc, events)
    office.rebuild()
    assert (count(office), count(office)) == (1, 0)
    [row] = office.rows(DayCount)
    assert (row.sent, row.received, row.created, row.deleted) == (100, 900, 0, 1)
    office.deliver(pc, [activity(5), network(5, sent=11), file(5, action="deleted", path="c")], first=6)
    office.rebuild()
    assert count(office) == 1
    [row] = office.rows(DayCount)
    assert (row.sent, row.deleted) == (111, 2)


HOUR_MS = 3_600_000
MIDNIGHT = MONDAY_NINE + 15 * HOUR_MS
"""At the end of the Monday."""


def due(office: Office, now: int) -> list[date]:
    with office.core.readers.connect() as connection:
        return nights_due(connection, now)


@pytest.mark.feature("K02")
def test_a_day_is_due_once_when_it_is_over(office: Office) -> None:
    assert due(office, MIDNIGHT + 29 * MINUTE_MS)[-1] == FIRST_MONDAY - timedelta(days=1)
    first = due(office, MIDNIGHT + 31 * MINUTE_MS)
    assert (first[-1], len(first)) == (FIRST_MONDAY, FIRST_NIGHTS)
    office.core.writer.do(lambda connection: note_findings_through(connection, FIRST_MONDAY))
    assert due(office, MIDNIGHT + 31 * MINUTE_MS) == []
    assert due(office, MIDNIGHT + 25 * HOUR_MS) == [FIRST_MONDAY + timedelta(days=1)]
    assert len(due(office, MIDNIGHT + 90 * 24 * HOUR_MS)) == MOST_NIGHTS
    office.core.writer.do(lambda connection: note_findings_through(connection, FIRST_MONDAY - timedelta(days=9)))
    with office.core.readers.connect() as connection:
        assert findings_through(connection) == FIRST_MONDAY


def test_a_day_is_not_over_before_it_is_over_for_the_last_of_all(office: Office) -> None:
    def in_new_york(connection: Connection) -> None:
        connection.execute(update(Person).values(zone="America/New_York"))

    office.deliver(office.enrol(), [notice()])
    office.core.writer.do(in_new_york)
    office.core.writer.do(lambda connection: connection.execute(delete(DirtyDay)))
    assert due(office, MIDNIGHT + HOUR_MS)[-1] == FIRST_MONDAY - timedelta(days=1)
    assert due(office, MIDNIGHT + 12 * HOUR_MS)[-1] == FIRST_MONDAY


def test_a_night_waits_for_days_that_are_to_be_rebuilt_but_not_forever(office: Office) -> None:
    office.deliver(office.enrol(), [notice()])
    person = people_of(office)["anita"]
    office.core.writer.do(lambda connection: put(connection, [(person, FIRST_MONDAY)]))
    assert due(office, MIDNIGHT + HOUR_MS) == []
    assert due(office, MIDNIGHT + 4 * HOUR_MS)[-1] == FIRST_MONDAY


def test_severity_is_the_part_of_the_budget_that_would_have_been_enough() -> None:
    scores = [float(score) for score in range(1, 9)]
    told = [severity_of(score, scores, 8.0) for score in reversed(scores)]
    assert told == [Severity.HIGH, *[Severity.MEDIUM] * 3, *[Severity.LOW] * 4]
    assert severity_of(5.0, [5.0], 1.0) is Severity.LOW  # the first of all, in an office nothing is known of


@on_sqlite_only
@pytest.mark.feature("K02")
def test_the_night_is_a_process_of_its_own(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), activity()])
    office.rebuild()
    night.run(office.core.settings, MIDNIGHT + 5 * HOUR_MS)
    with office.core.readers.connect() as connection:
        assert findings_through(connection) == FIRST_MONDAY
        assert connection.execute(select(DayCount.day)).scalars().all() == [FIRST_MONDAY]
    assert "days looked at: 7" in (office.core.settings.data / "logs" / "night.log").read_text("utf-8")


@pytest.mark.feature("Q08")
def test_the_timetable_and_the_server_stay_small() -> None:
    heavy = "{'sklearn', 'scipy', 'pandas'} & set(sys.modules)"
    program = f"import sys, server.timekeeper, server.app; sys.exit(str({heavy}) if {heavy} else 0)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


JUDGING = ("violat", "offender", "culprit", "guilty", "suspicious", "suspect ", "lazy", "not working", "cheat")
TEXTS = [*sorted((ROOT / "ml").glob("*.py")), ROOT / "docs" / "alerts.md", ROOT / "console" / "models" / "alerts.py"]
TEXTS += [ROOT / "server" / "findings.py", ROOT / "server" / "queries" / "alert_rules.py", ROOT / "policy" / "summaries" / "alerts.py"]


@pytest.mark.feature("D13")
@pytest.mark.quality("P-04")
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_about_a_finding_is_a_verdict(path: Path) -> None:
    text = path.read_text("utf-8").casefold()
    assert [word for word in JUDGING if word in text] == []


@pytest.mark.quality("S-23")
def test_somebody_who_is_no_person_answers_nothing(office: Office) -> None:
    for who, (role, _) in office.CAST.items():
        status = office.post(f"/api/v1/me/findings/{MONDAY['from']}/answer", who, {"text": "x"}).status_code
        assert status == 403, role is Role.OWNER
