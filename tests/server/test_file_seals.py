"""Seals of file events: a day that is over is sealed once, again when late events come, and no change of its events goes unseen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, text, update

from server.audit_log.audit import head_of
from server.cli import main
from server.evidence import file_seals
from server.jobs import seal_files
from server.models import AuditEntry, FileEvent, FileSeal
from server.models import Path as PathRow
from server.rights.retention import purge
from tests.events import BORIS, MONDAY_NINE, file, notice
from tests.server.asking import people_of
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_erasure import carry_out, erase

DAY = 86_400_000
NIGHT = MONDAY_NINE + DAY
"""In the night after the Monday, some hours after it was over."""
MONDAY, SUNDAY = date(2025, 11, 17), date(2025, 11, 16)


@pytest.fixture
def archive(office: Office) -> Office:
    """Anita's and Boris's files of a Monday."""
    mine = [file(at, path=f"S:\\{at}.docx") for at in range(8)] + [file(9, path="S:\\a", action="renamed", new_path="S:\\b")]
    assert office.deliver(office.enrol(), [notice(), *mine]).status_code == 200
    theirs = [notice(account=BORIS), *(file(at, account=BORIS, path=f"/home/{at}") for at in range(3))]
    assert office.deliver(office.enrol("Sales", BORIS, "PC-2"), theirs, epoch="b" * 16, machine="m2").status_code == 200
    return office


def seal(office: Office, now: int = NIGHT) -> int:
    return file_seals.seal_days(office.core.readers, office.core.writer, now)


def sealed(office: Office) -> list[tuple[date, int, int]]:
    return [(row.day, row.number, row.events) for row in office.rows(FileSeal)]


def found(office: Office, now: int = NIGHT) -> list[str]:
    with office.core.readers.connect() as connection:
        return [*file_seals.examine(connection, now, date.min).faults, *file_seals.unchained(connection).faults]


def change(office: Office, work: Any) -> None:
    office.core.writer.do(lambda connection: connection.execute(work))


@pytest.mark.feature("L03")
@pytest.mark.quality("S-24")
def test_a_day_that_is_over_is_sealed_once_and_told_in_the_audit_log(archive: Office) -> None:
    assert seal(archive, MONDAY_NINE + DAY // 2) == 0  # the day is not over long enough
    assert seal(archive) == 1
    assert seal(archive) == 0
    assert sealed(archive) == [(MONDAY, 1, 12)]
    [row] = archive.rows(FileSeal)
    [entry] = [one for one in archive.rows(AuditEntry) if one.action == "sealed a day of file events"]
    assert (entry.id, entry.subject, entry.detail) == (row.entry, "2025-11-17", f"seal 1: 12 events, {row.digest.hex()}")
    assert found(archive) == []
    assert seal(archive, NIGHT + 2 * DAY) == 2  # days without any event too, so that none can be put there later
    assert [one[2] for one in sealed(archive)] == [12, 0, 0]


@pytest.mark.feature("L03")
def test_late_events_make_a_seal_of_the_next_number_and_the_first_stays_true(archive: Office) -> None:
    seal(archive)
    late = [file(at, account=BORIS, path=f"/late/{at}") for at in range(2)]
    pc = archive.enrol("Sales", BORIS, "PC-2")
    assert archive.deliver(pc, [notice(account=BORIS), *late], epoch="c" * 16, machine="m3").status_code == 200
    assert seal(archive, NIGHT + DAY // 2) == 1
    assert sealed(archive) == [(MONDAY, 1, 12), (MONDAY, 2, 14)]
    assert found(archive) == []
    change(archive, update(FileEvent).where(FileEvent.path_id == FileEvent.path_id).values(bytes=1))
    assert len({one.split(":")[0] for one in found(archive)}) == 2  # both seals


CHANGES: dict[str, Any] = {
    "another action": update(FileEvent).where(FileEvent.seq == 2).values(action="opened"),
    "another time": update(FileEvent).where((FileEvent.seq == 3) & (FileEvent.account_id == 1)).values(at=MONDAY_NINE + 5),
    "another person": update(FileEvent).where((FileEvent.seq == 4) & (FileEvent.account_id == 2)).values(account_id=1),
    "another path": update(FileEvent).where(FileEvent.seq == 3).values(path_id=2),
    "another text of a path": update(PathRow).where(PathRow.text == "S:\\3.docx").values(text="S:\\4.docx "),
    "gone": delete(FileEvent).where((FileEvent.seq == 5) & (FileEvent.account_id == 1)),
    "all of a person gone": delete(FileEvent).where(FileEvent.account_id == 2),
    "put to another day": update(FileEvent).where((FileEvent.seq == 2) & (FileEvent.account_id == 1)).values(at=MONDAY_NINE + DAY),
}


@pytest.mark.feature("L03")
@pytest.mark.quality("S-24")
def test_each_change_of_a_sealed_event_is_found_and_the_person_named(archive: Office) -> None:
    seal(archive)
    for name, statement in CHANGES.items():
        with archive.core._writing.connect() as connection, connection.begin() as transaction:
            connection.execute(statement)
            faults = file_seals.examine(connection, NIGHT, date.min).faults
            assert faults, name
            assert all(one.startswith("2025-11-17, seal 1: account ") for one in faults), faults
            transaction.rollback()
    assert found(archive) == []


@on_sqlite_only
@pytest.mark.quality("S-24")
def test_a_forged_event_among_those_that_had_come_is_found(archive: Office) -> None:
    seal(archive)

    def forge(connection: Connection) -> None:
        one = connection.execute(FileEvent.__table__.select().where(FileEvent.seq == 3)).first()
        assert one is not None
        connection.execute(FileEvent.__table__.insert().values({**one._mapping, "seq": 1, "at": one.at + 1}))

    archive.core.writer.do(forge)
    assert [one.split(":")[0] for one in found(archive)] == ["2025-11-17, seal 1"]
    assert seal(archive, NIGHT + DAY // 2) == 1  # more events than were sealed: a second seal, and the first still says what was
    assert any(one.startswith("2025-11-17, seal 1") for one in found(archive))


@on_sqlite_only
@pytest.mark.quality("S-24")
def test_a_seal_that_is_taken_away_or_changed_is_missed(archive: Office) -> None:
    seal(archive)
    for statement, word in (
        (update(FileSeal).values(events=3), "not what entry"),
        (update(FileSeal).values(digest=b"x" * 32), "not what entry"),
        (delete(FileSeal), "is not there"),
    ):
        with archive.core._writing.connect() as connection, connection.begin() as transaction:
            connection.execute(statement)
            [fault] = file_seals.unchained(connection).faults
            assert word in fault
            transaction.rollback()


@pytest.mark.quality("P-05")
@pytest.mark.feature("L03", "N12")
def test_what_outlived_its_period_leaves_its_seal_and_says_so(archive: Office) -> None:
    seal(archive)
    later = NIGHT + 366 * DAY
    gone = purge(archive.core.readers, archive.core.writer, later)
    assert gone["file_event"] == 12
    seal(archive, later)
    assert (MONDAY, 1, 12) in sealed(archive)
    assert archive.rows(FileSeal)[0].purged == later
    told = [row.detail for row in archive.rows(AuditEntry) if row.action == "file events outlived their period"]
    assert told == ["of 1 sealed days, through 2025-11-19"]
    assert found(archive, later) == []


@on_sqlite_only
@pytest.mark.feature("L03")
def test_the_commands_look_the_seals_over(archive: Office) -> None:
    data = str(archive.core.settings.data)
    seal(archive)
    result = CliRunner().invoke(main, ["verify-audit", "--data", data])
    assert (result.exit_code, "1 seals of file events told by it, 0 faults" in result.stdout) == (0, True)
    change(archive, text("UPDATE file_seal SET events = 3"))
    result = CliRunner().invoke(main, ["verify-audit", "--data", data])
    assert (result.exit_code, "not what entry" in result.stdout) == (1, True)
    result = CliRunner().invoke(main, ["doctor", "--data", data])
    assert "FAIL  seals of file events: " in result.stdout


@on_sqlite_only
def test_the_timetable_seals_once_a_night(archive: Office) -> None:
    before = archive.core.writer.do(lambda connection: head_of(connection)).entries
    seal_files(archive.core, NIGHT)
    after = archive.core.writer.do(lambda connection: head_of(connection)).entries
    assert after > before
    with archive.core.readers.connect() as connection:
        assert not file_seals.is_due(connection, NIGHT + 60_000)
        assert file_seals.is_due(connection, NIGHT + DAY)


@on_sqlite_only
@pytest.mark.quality("P-13")
def test_an_erased_person_leaves_a_hole_that_is_known_and_nothing_of_others_may_go_with_it(archive: Office) -> None:
    seal(archive)
    erase(archive, people_of(archive)["anita"])
    carry_out(archive)
    assert len(archive.rows(FileEvent)) == 3
    assert found(archive) == []
    change(archive, delete(FileEvent).where(FileEvent.seq == 2))
    [fault] = found(archive)
    assert fault.startswith("2025-11-17, seal 1: account 2 had 3 events and has 2")
