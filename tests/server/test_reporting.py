"""Reports are made once, whole, on the day and after it; late data makes a revision that says what changed."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import update

from policy.summaries import Organisation, Report, ReportFiles, Rhythm
from policy.summaries.settings import ReportChoices
from server import users
from server.models import AuditEntry, ReportFile
from server.organisation import change_organisation
from server.queries.report import COMPANY, Scope, Wanted
from server.reporting import making
from server.reporting.due import due, due_at, over
from server.reporting.folder import ReportFolder
from server.reporting.making import Printed
from tests.events import activity
from tests.server.asking import become, two_people
from tests.server.conftest import Office

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WEEK_AFTER = int(datetime(2025, 11, 24, 6, 0, tzinfo=ZoneInfo("Asia/Kolkata")).timestamp() * 1000)
"""Monday 24 November 2025, 06:00 in the office: the report of the week of 17 November is due."""
LONG_AGO = 0


def plainly(made: Report) -> Printed:
    """Print a report as its own JSON, twice: what is tested here is not the printing."""
    content = msgspec.json.encode(made)
    return Printed(content, content + b"\n")


@pytest.fixture
def week(office: Office) -> Office:
    """The office after a Monday of two people, without reports of teams."""
    two_people(office)
    choose(office, teams=False)
    return office


def choose(office: Office, **choices: object) -> None:
    office.core.writer.do(lambda connection: change_organisation(connection, reports=ReportChoices(**choices)))


def run(office: Office, now: int = WEEK_AFTER) -> int:
    """Do what the timetable does; return how many reports were made."""
    making.want_due(office.core, now, LONG_AGO)
    making.want_revised(office.core, now)
    return making.make_wanted(office.core, now, plainly)


def kept(office: Office) -> list[str]:
    return sorted(path.name for path in ReportFolder(office.core.settings.data).path.glob("*"))


def printed(office: Office, number: int = -1) -> Report:
    row = office.rows(ReportFile)[number]
    content = ReportFolder(office.core.settings.data).get(row.stem, "pdf", row.pdf_sha256)
    return msgspec.json.decode(content, type=Report)


@pytest.mark.feature("J01", "J04")
@pytest.mark.quality("R-21")
def test_the_weekly_report_is_made_once_from_monday_at_six_on(week: Office) -> None:
    assert run(week, WEEK_AFTER - 1) == 0
    assert run(week) == 1
    assert run(week) == run(week, WEEK_AFTER + 1000) == 0
    [row] = week.rows(ReportFile)
    assert (row.rhythm, str(row.first), str(row.last), row.scope, row.revision, row.state) == (
        "week", "2025-11-17", "2025-11-23", "company", 1, "made",
    )  # fmt: skip
    assert len(kept(week)) == 2
    [path] = ReportFolder(week.core.settings.data).path.glob("*.pdf")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row.pdf_sha256
    assert [one.detail for one in week.rows(AuditEntry) if one.action == "made a report"] == [
        "week 2025-11-17 to 2025-11-23, revision 1, 0 figures changed"
    ]


@pytest.mark.quality("R-21")
def test_a_server_that_was_off_on_monday_catches_up(week: Office) -> None:
    assert run(week, WEEK_AFTER + 3 * DAY_MS + 5 * HOUR_MS) == 1
    assert str(week.rows(ReportFile)[0].first) == "2025-11-17"


def test_after_a_start_days_that_are_being_rebuilt_are_waited_for_a_while(week: Office) -> None:
    assert week.deliver(week.enrol(hostname="PC-9"), [activity(200)], epoch="c" * 16, machine="m9").status_code == 200
    assert making.want_due(week.core, WEEK_AFTER, WEEK_AFTER - 1000) == 0
    assert making.want_due(week.core, WEEK_AFTER, WEEK_AFTER - making.PATIENCE_MS - 1) == 1


@pytest.mark.feature("J04")
def test_the_day_and_the_month_are_made_by_the_same_engine_where_they_are_wanted(week: Office) -> None:
    choose(week, daily=True, monthly=True, teams=False)
    assert run(week, int(datetime(2025, 12, 1, 6, tzinfo=ZoneInfo("Asia/Kolkata")).timestamp() * 1000)) == 2
    assert [(row.rhythm, str(row.first), str(row.last)) for row in week.rows(ReportFile)] == [
        ("week", "2025-11-17", "2025-11-23"),
        ("month", "2025-11-01", "2025-11-30"),
    ]
    assert run(week, int(datetime(2025, 11, 18, 6, tzinfo=ZoneInfo("Asia/Kolkata")).timestamp() * 1000)) == 1
    assert [str(row.first) for row in week.rows(ReportFile) if row.rhythm == "day"] == ["2025-11-17"]


def test_a_team_with_a_manager_has_its_own_report_with_nobody_else_in_it(week: Office) -> None:
    choose(week)
    assert run(week) == 3
    reports = {printed(week, number).scope.name: printed(week, number) for number in range(3)}
    assert {name: [one.person.name for one in made.overview.people] for name, made in reports.items()} == {
        "Test office": ["anita", "boris"],
        "Accounts": ["anita"],
        "Sales": ["boris"],
    }


@pytest.mark.quality("R-21")
def test_a_process_killed_midway_leaves_no_half_file_and_the_next_one_makes_it(week: Office) -> None:
    class KilledError(BaseException):
        pass

    def killed(made: Report) -> Printed:
        ReportFolder(week.core.settings.data).put("report-killed", "pdf", b"whole")
        raise KilledError

    making.want_due(week.core, WEEK_AFTER, LONG_AGO)
    with pytest.raises(KilledError):
        making.make_wanted(week.core, WEEK_AFTER, killed)
    assert run(week, WEEK_AFTER + 1000) == 0, "the claim of the dead process still holds"
    assert run(week, WEEK_AFTER + making.CLAIM_MS) == 1
    assert [row.state for row in week.rows(ReportFile)] == ["made"]
    old = WEEK_AFTER / 1000 - 9999
    for path in ReportFolder(week.core.settings.data).path.glob("report-killed*"):
        os.utime(path, (old, old))
    making.purge(week.core, WEEK_AFTER)
    assert len(kept(week)) == 2 and not any("killed" in name for name in kept(week))


@pytest.mark.quality("R-21")
@pytest.mark.parametrize("seed", range(5))
def test_a_writer_killed_with_nine_leaves_the_old_file_or_the_new_one(tmp_path: Path, seed: int) -> None:
    target, size = tmp_path / "report.pdf", 3_000_000
    target.write_bytes(b"old" * 1000)
    code = (
        "import sys; from pathlib import Path; from server.reporting.folder import write_whole\n"
        "print('go', flush=True)\n"
        f"for number in range(200): write_whole(Path(sys.argv[1]), bytes([number]) * {size})"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    try:
        writer.wait(random.Random(seed).uniform(0.005, 0.12))
    except subprocess.TimeoutExpired:
        writer.kill()
    writer.wait()
    writer.stdout.close()
    content = target.read_bytes()
    assert content == b"old" * 1000 or (len(content) == size and len(set(content)) == 1)


@pytest.mark.quality("R-21")
def test_of_two_processes_one_makes_the_report(twins: tuple[Office, Office]) -> None:
    first, second = twins
    two_people(first)
    choose(first, teams=False)
    inside: list[int] = []

    def slowly(made: Report) -> Printed:
        inside.append(making.want_due(second.core, WEEK_AFTER, LONG_AGO) + making.make_wanted(second.core, WEEK_AFTER, plainly))
        return plainly(made)

    making.want_due(second.core, WEEK_AFTER, LONG_AGO)
    making.want_due(first.core, WEEK_AFTER, LONG_AGO)
    assert making.make_wanted(first.core, WEEK_AFTER, slowly) == 1
    assert inside == [0]
    assert [(row.revision, row.state) for row in first.rows(ReportFile)] == [(1, "made")]


@pytest.mark.quality("R-21")
def test_whoever_finishes_second_finds_it_finished(week: Office) -> None:
    making.want_due(week.core, WEEK_AFTER, LONG_AGO)
    later = WEEK_AFTER + making.CLAIM_MS

    def overtaken(made: Report) -> Printed:
        assert making.make_wanted(week.core, later, plainly) == 1
        return Printed(b"late", b"late")

    assert making.make_wanted(week.core, WEEK_AFTER, overtaken) == 0
    [row] = week.rows(ReportFile)
    assert ReportFolder(week.core.settings.data).get(row.stem, "pdf", row.pdf_sha256) != b"late"
    assert len([one for one in week.rows(AuditEntry) if one.action == "made a report"]) == 1


def test_what_cannot_be_made_is_tried_three_times_and_is_then_an_alert(week: Office) -> None:
    def broken(made: Report) -> Printed:
        raise ValueError("no paper")

    making.want_due(week.core, WEEK_AFTER, LONG_AGO)
    now = WEEK_AFTER
    for _ in range(4):
        assert making.make_wanted(week.core, now, broken) == 0
        now += HOUR_MS
    assert [(row.state, row.tries) for row in week.rows(ReportFile)] == [("failed", 3)]
    days = {"from": "2025-11-17", "to": "2025-11-23"}
    assert [one["kind"] for one in week.get("/api/v1/alerts", **days).json["alerts"] if one["kind"] == "report"] == ["report"]
    assert "report" not in {one["kind"] for one in week.get("/api/v1/alerts", "meera", **days).json["alerts"]}


@pytest.mark.feature("J01")
def test_late_data_makes_a_numbered_revision_that_lists_what_changed(week: Office) -> None:
    run(week)
    before = printed(week)
    late = [activity(minute) for minute in range(300, 330)]
    assert week.deliver(week.enrol(hostname="PC-9"), late, epoch="c" * 16, machine="m9").status_code == 200
    week.rebuild()
    assert run(week, WEEK_AFTER + HOUR_MS // 2) == 0, "late data comes in pieces: it is waited for the rest"
    assert run(week, WEEK_AFTER + 2 * HOUR_MS) == 1
    after = printed(week)
    assert (after.revision, before.revision) == (2, 1)
    engaged = {(one.figure, one.whom): (one.before, one.after) for one in after.changes}
    assert engaged["engaged", "Test office"] == (before.overview.engaged.value, after.overview.engaged.value)
    assert engaged["engaged", "anita"][1] - engaged["engaged", "anita"][0] == 1800
    assert not any(whom == "boris" for _, whom in engaged)
    assert run(week, WEEK_AFTER + 4 * HOUR_MS) == 0
    assert len(kept(week)) == 4


def test_what_was_asked_for_within_the_week_is_not_the_weeks_report(week: Office) -> None:
    wanted, thursday = Wanted(Rhythm.WEEK, date(2025, 11, 20)), WEEK_AFTER - 4 * DAY_MS
    week.core.writer.do(lambda connection: making.ask_for(connection, wanted, "olga", "", thursday))
    assert making.make_wanted(week.core, thursday, plainly) == 1
    late = [activity(minute) for minute in range(300, 330)]
    assert week.deliver(week.enrol(hostname="PC-9"), late, epoch="c" * 16, machine="m9").status_code == 200
    week.rebuild()
    assert run(week, thursday + DAY_MS) == 0, "a week that is not over is not revised"
    assert run(week) == 1
    assert [(row.actor, row.revision) for row in week.rows(ReportFile)] == [("olga", 1), ("server", 2)]


def test_a_rebuild_that_changes_no_figure_makes_no_revision(week: Office) -> None:
    run(week)
    from server.days import dirty
    from server.models import LedgerDay

    days = [(row.person_id, row.day) for row in week.rows(LedgerDay)]
    week.core.writer.do(lambda connection: dirty.put(connection, days))
    week.rebuild()
    assert run(week, WEEK_AFTER + 2 * HOUR_MS) == 0
    assert len(week.rows(ReportFile)) == 1


DST_SUNDAYS = (("Europe/Berlin", date(2025, 3, 30)), ("Europe/Berlin", date(2025, 10, 26)), ("Asia/Kolkata", date(2025, 11, 23)))


@pytest.mark.quality("R-21")
@pytest.mark.parametrize(("zone", "last"), DST_SUNDAYS)
def test_six_o_clock_is_six_o_clock_in_a_week_in_which_the_clock_changes(zone: str, last: date) -> None:
    ours = Organisation(zone=zone)
    at = datetime.fromtimestamp(due_at(last, ours) / 1000, ZoneInfo(zone))
    assert (at.date(), at.hour, at.minute) == (last + timedelta(days=1), 6, 0)
    assert over(Rhythm.WEEK, due_at(last, ours), ours)[-1] == (last - timedelta(days=6), last)
    assert over(Rhythm.WEEK, due_at(last, ours) - 1, ours)[-1][1] == last - timedelta(days=7)


def test_nothing_is_due_of_weeks_nobody_recorded(week: Office) -> None:
    with week.core.readers.connect() as connection:
        assert [str(one.days[0]) for one in due(connection, WEEK_AFTER + 14 * DAY_MS)] == ["2025-11-17"]
        assert list(due(connection, WEEK_AFTER + 60 * DAY_MS)) == []


@pytest.mark.feature("I15", "N10")
def test_everybody_lists_and_reads_what_is_theirs_and_every_reading_is_written_down(week: Office) -> None:
    choose(week)
    run(week)
    person = next(one for one in week.rows_of(users.User.__table__) if one.name == "anita")
    become(week, "anita", 1)
    assert person is not None
    assert week.post("/api/v1/reports", "anita", {"rhythm": "week", "day": "2025-11-19", "person": 1}).status_code == 202
    assert making.make_wanted(week.core, WEEK_AFTER, plainly) == 1
    assert {name: names(week, name) for name in ("olga", "meera", "sunil", "anita")} == {
        "olga": {"Test office", "Accounts", "Sales", "anita"},
        "meera": {"Accounts", "anita"},
        "sunil": {"Sales"},
        "anita": {"anita"},
    }
    ids = {one.scope.name: one.id for one in listed(week, "olga").files}
    for name, may in {"Test office": ("olga",), "Accounts": ("olga", "meera"), "anita": ("olga", "meera", "anita")}.items():
        for who in ("olga", "meera", "sunil", "anita"):
            reply = week.get(f"/api/v1/reports/{ids[name]}/pdf", who)
            assert reply.status_code == (200 if who in may else 403), (name, who)
    looks = [(row.actor, row.subject) for row in week.rows(AuditEntry) if row.action == "looked at a report"]
    assert looks.count(("meera", "person 1")) == 1 and ("sunil", None) not in looks
    assert week.get("/api/v1/reports/999999/pdf").status_code == 404


def names(office: Office, who: str) -> set[str]:
    return {one.scope.name for one in listed(office, who).files}


def listed(office: Office, who: str) -> ReportFiles:
    reply = office.get("/api/v1/reports", who)
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.data, type=ReportFiles)


def test_any_past_period_is_made_again_as_another_revision(week: Office) -> None:
    run(week)
    wish = {"rhythm": "week", "day": "2025-11-20", "language": "hi"}
    first = week.post("/api/v1/reports", "olga", wish).json["id"]
    assert week.post("/api/v1/reports", "olga", wish).json["id"] == first, "one that is under way is not asked for twice"
    assert making.make_wanted(week.core, WEEK_AFTER, plainly) == 1
    assert [(one.revision, one.language, one.state) for one in listed(week, "olga").files] == [(2, "hi", "made"), (1, "en", "made")]
    for wrong in (
        {"rhythm": "week", "day": "2999-01-01"},
        {"rhythm": "year", "day": "2025-11-20"},
        {"rhythm": "day", "day": "2025-11-17", "team": 1, "person": 1},
    ):
        assert week.post("/api/v1/reports", "olga", wrong).status_code == 400
    assert week.post("/api/v1/reports", "meera", {"rhythm": "week", "day": "2025-11-20"}).status_code == 403
    assert week.post("/api/v1/reports", "meera", {"rhythm": "week", "day": "2025-11-20", "team": week.team("Sales")}).status_code == 403
    assert week.post("/api/v1/reports", "olga", {"rhythm": "week", "day": "2025-11-20", "person": 999}).status_code == 404


def test_a_file_that_is_not_as_it_was_made_is_not_shown(week: Office) -> None:
    run(week)
    [one] = listed(week, "olga").files
    [path] = ReportFolder(week.core.settings.data).path.glob("*.pdf")
    assert week.get(f"/api/v1/reports/{one.id}/pdf").data == path.read_bytes()
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert week.get(f"/api/v1/reports/{one.id}/pdf").status_code == 404


@pytest.mark.feature("N12")
def test_reports_do_not_outlive_the_ledger_they_were_made_of(week: Office) -> None:
    run(week)
    assert making.purge(week.core, WEEK_AFTER + 300 * DAY_MS) == 0
    assert making.purge(week.core, WEEK_AFTER + 420 * DAY_MS) == 1
    assert week.rows(ReportFile) == []
    old = WEEK_AFTER / 1000
    for path in ReportFolder(week.core.settings.data).path.glob("*"):
        os.utime(path, (old, old))
    making.purge(week.core, WEEK_AFTER + 420 * DAY_MS)
    assert kept(week) == []


def test_a_report_of_few_people_withholds_what_a_window_would_ask_a_reason_for(week: Office) -> None:
    week.core.writer.do(lambda connection: change_organisation(connection, ask_below=3))
    run(week)
    made = printed(week)
    assert [team.name for team in made.withheld] == ["Accounts", "Sales"]
    content = msgspec.json.encode(made)
    assert b"anita" not in content and b"boris" not in content
    assert (made.overview.people, made.days, made.workload, made.bandwidth.people) == ([], [], [], [])
    assert made.overview.engaged.value


def test_the_monday_after_is_not_made_from_a_claim_that_never_was(week: Office) -> None:
    run(week)
    week.core.writer.do(lambda connection: connection.execute(update(ReportFile).values(claimed=WEEK_AFTER - 1)))
    assert run(week, WEEK_AFTER + DAY_MS) == 0


def test_what_a_report_is_called_names_nobody() -> None:
    scopes = (COMPANY, Scope("team", 4), Scope("person", 7))
    stems = [making.stem_of(Wanted(rhythm, date(2026, 11, 9), scope), 3) for rhythm, scope in zip(Rhythm, scopes, strict=True)]
    assert stems == ["report-2026-11-09-company-r3", "report-2026-W46-team-4-r3", "report-2026-11-person-7-r3"]
