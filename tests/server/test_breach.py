"""The kit for a breach answers who, what and when from the store: a lost PC, a misused sign-in, a copied database."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy.notice.breach import DUTIES, breach_paper
from server.cli import main
from server.clock import now_ms
from server.models import AuditEntry, Device, Person
from server.refusals import BadRequestError, NotThereError
from server.rights.breach import SOURCES, Asked, Breach, breach_of, instant_of, write_kit, zipped
from server.rights.subject_tables import TABLES, Whose
from tests.events import ANITA, BORIS, activity, notice
from tests.server.asking import MONDAY, people_of, two_people
from tests.server.conftest import Office, on_sqlite_only

ZONE = "Asia/Kolkata"
START, END = instant_of("2025-11-17", ZONE), instant_of("2025-11-17", ZONE, end=True)


def breach(office: Office, **asked: object) -> Breach:
    with office.core.readers.connect() as connection:
        return breach_of(connection, office.core.settings, Asked(START, END)._replace(**asked), now_ms())  # type: ignore[arg-type]


def counts(told: Breach) -> dict[str, tuple[int, int]]:
    return {kind.title: (kind.records, kind.people) for kind in told.kinds}


@pytest.fixture
def people(office: Office) -> dict[str, int]:
    return two_people(office)


@pytest.mark.quality("P-17")
def test_a_copied_store_concerns_everybody_with_records_in_the_time(office: Office, people: dict[str, int]) -> None:
    told = breach(office)
    assert {one.name for one in told.affected} == {"anita", "boris"}
    found = counts(told)
    assert found["Work at the PC"] == (220, 2)  # 60 + 10 + 20 + 5 + 5 + 10 spans each
    assert found["Sites"] == (60, 2)
    assert found["Session"] == (8, 2)
    assert found["Answers to the notice"] == (2, 2)
    assert found["File audit"] == (0, 0)
    assert sum(one.records for one in told.affected) == sum(records for records, _ in found.values())
    assert breach(office, start=END, end=END + 86_400_000).affected == ()
    assert {one.what.split(":")[0] for one in told.open} == {"credential of a PC", "sessions at the console", "keys in the data folder"}


@pytest.mark.quality("P-17")
def test_a_lost_pc_concerns_who_used_it_and_what_it_reported(office: Office, people: dict[str, int]) -> None:
    told = breach(office, device="PC-1")
    assert [(one.name, one.team) for one in told.affected] == [("anita", "Accounts")]
    assert counts(told)["Work at the PC"] == (110, 1)
    assert [one.what for one in told.open] == ["credential of a PC"]
    [number] = [row.public_id for row in office.rows(Device) if row.hostname == "PC-1"]
    assert office.post("/api/v1/devices/revoke", "olga", {"device": number}).status_code < 300
    assert breach(office, device="PC-1").open == ()
    with pytest.raises(NotThereError, match="no PC 'PC-9'"):
        breach(office, device="PC-9")


@pytest.mark.quality("P-17")
@on_sqlite_only
def test_somebody_who_signed_in_there_without_records_is_concerned_too(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), activity(), notice(account=BORIS)])
    told = breach(office, device="PC-1", start=START + 20 * 3_600_000)
    assert {one.name: one.records for one in told.affected} == {"anita": 0, "boris": 0}


@pytest.mark.quality("P-17")
def test_a_misused_sign_in_concerns_who_was_looked_at_and_who_could_have_been(office: Office, people: dict[str, int]) -> None:
    before = now_ms()
    assert office.get("/api/v1/overview", "meera", **MONDAY, person=people["anita"]).status_code == 200
    assert office.get("/api/v1/timeline", "olga", **MONDAY, person=people["boris"]).status_code == 200
    span = {"start": before, "end": now_ms() + 1}
    meera, olga = breach(office, user="meera", **span), breach(office, user="olga", **span)
    assert [(one.name, one.how) for one in meera.affected] == [("anita", "was looked at")]
    assert {one.name: one.how for one in olga.affected} == {"boris": "was looked at", "anita": "could have been looked at"}
    assert [(one.actor, one.action, one.people) for one in meera.looked] == [("meera", "looked at overview", 1)]
    assert [(one.whose, one.what) for one in meera.open] == [("meera", "sessions at the console: 1")]
    with pytest.raises(NotThereError, match="no user 'nobody'"):
        breach(office, user="nobody")
    with pytest.raises(BadRequestError, match="not both"):
        breach(office, user="meera", device="PC-1")


@pytest.mark.quality("P-17")
@on_sqlite_only
def test_the_kit_is_made_in_seconds_with_every_row_and_told_in_the_audit_log(
    office: Office, people: dict[str, int], tmp_path: Path
) -> None:
    nasty = '=HYPERLINK("http://evil.example";"x")'
    office.core.writer.do(
        lambda connection: connection.execute(Person.__table__.update().where(Person.id == people["boris"]).values(name=nasty))
    )
    begun = time.monotonic()
    path = write_kit(office.core, Asked(START, END, aware=now_ms()), tmp_path / "kit", now_ms())
    assert time.monotonic() - begun < 60
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files["breach-kit.pdf"].startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO(files["people.csv"].decode("utf-8-sig"))))
    assert {row["name"] for row in rows} == {"anita", f"'{nasty}"}
    assert {row["due"].rpartition("(")[2] for row in csv.DictReader(io.StringIO(files["due.csv"].decode("utf-8-sig")))} >= {"6 h)", "72 h)"}
    told = [row.detail for row in office.rows(AuditEntry) if row.action == "made a breach kit"]
    assert told == ["store, 2025-11-16T18:30:00.000Z to 2025-11-17T18:30:00.000Z"]


COUNTED_WITH = {  # tables about people that are no kind of record of their own, and with what they are counted
    *("person", "account", "device", "account_device", "user", "user_team", "epoch"),  # who is who, and which PC is whose
    *("enrolment_code", "session_token", "password_link", "page_link", "page_session"),  # what opens something: "what to revoke"
    *("ledger_quarter", "day_count", "day_oddness", "dirty_day"),  # the same days as the sums of days
    *("network_day", "gap_event", "health_event", "file_look", "quarantined"),  # the same PCs; what was lost or refused
    *("measure", "erasure", "unlock", "audit_entry"),  # in audit.csv
    *("alert_mark", "report_file", "report_delivery", "evidence_pack"),  # made of the records that are counted
}


def test_a_new_table_about_people_is_counted_or_said_to_be_counted_with_another() -> None:
    about_people = {held.name for held in TABLES if held.whose is not Whose.NOBODY}
    counted = {source.table.__tablename__ for source in SOURCES}
    assert about_people - counted == COUNTED_WITH
    assert counted <= about_people


@pytest.mark.quality("P-17")
@on_sqlite_only
def test_the_hours_run_from_when_it_became_known(office: Office, people: dict[str, int]) -> None:
    told = breach(office, aware=1_763_629_200_000)
    paper = "\n".join(breach_paper(told, lambda instant: f"at {instant}").texts())
    assert f"at {1_763_629_200_000 + 6 * 3_600_000} (6 h)" in paper
    assert paper.count(f"at {1_763_629_200_000 + 72 * 3_600_000} (72 h)") == 2
    assert paper.count("without delay") == 2
    assert {duty.law.partition(":")[0] for duty in DUTIES} == {"India", "EU"}
    assert "Draft: to the people concerned" in paper


@on_sqlite_only
def test_a_person_of_any_name_is_only_text_in_the_paper(office: Office) -> None:
    office.deliver(office.enrol(account='X\\<img src="file:///etc/passwd">&'), [notice(account='X\\<img src="file:///etc/passwd">&')])
    assert len(zipped(breach(office), [])) > 10_000


@pytest.mark.parametrize("text", ["yesterday", "2025-13-01", "1999-01-01", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadRequestError):
        instant_of(text, ZONE)


def test_a_day_is_its_beginning_or_its_end_and_an_instant_is_itself() -> None:
    assert instant_of("2025-11-17", ZONE, end=True) - instant_of("2025-11-17", ZONE) == 86_400_000
    assert (
        instant_of("2025-11-17T12:00", ZONE) == instant_of("2025-11-17T06:30+00:00", ZONE) == instant_of("2025-11-17T12:00", ZONE, end=True)
    )


@on_sqlite_only
def test_the_command_prints_where_the_kit_is(office: Office, tmp_path: Path) -> None:
    office.deliver(office.enrol(), [notice(), activity()])
    where = ["--data", str(office.core.settings.data), "--database-uri", office.core.settings.database_uri, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, ["breach-kit", *where, "--from", "2025-11-17", "--to", "2025-11-17", "--device", "PC-1"])
    assert done.exit_code == 0, done.output
    assert Path(done.output.strip()).exists()
    wrong = CliRunner().invoke(main, ["breach-kit", *where, "--from", "tomorrow", "--to", "2025-11-17"])
    assert (wrong.exit_code, "is no time" in wrong.output) == (1, True)
    assert people_of(office)[ANITA.rpartition("\\")[2]]
