"""Backups: made while the server works, sealed, whole or not at all, put back and tried out; on both stores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from policy.summaries import BackupFailure, BackupFile, Backups, BackupState, BackupTrouble
from policy.worktime import day_bounds, local_day
from server.backup import copies as backup
from server.backup import facts, sealed_stream, standing, stores, timetable
from server.backup.copies import Secret, backups_in, make_backup, rotate
from server.backup.restore import restore, verify
from server.backup.sealed_stream import SealedReader, SealError, SealingWriter
from server.backup.stores import BackupError
from server.cli import main
from server.clock import now_ms
from server.days.doctor import Finding
from server.models import AuditEntry, Person, Span
from server.settings import load
from server.store.db import database_url
from server.store.opened import Store, reading_engine
from tests.events import activity, notice
from tests.postgres import Postgres
from tests.server.asking import two_people
from tests.server.conftest import Office, on_sqlite_only

SECRET = Secret(b"a passphrase of the tests")
ROOT = Path(__file__).resolve().parents[2]
DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch keys a little only: how dear a guess is does not matter here."""
    monkeypatch.setitem(sealed_stream.SCRYPT, "n", 16)


def faults_of(findings: list[Finding]) -> list[str]:
    return [fault for finding in findings for fault in finding.faults]


def tried(office: Office, file: Path, secret: Secret = SECRET) -> list[Finding]:
    settings = office.core.settings
    return list(verify(file, secret, settings.data, settings.database_uri, now_ms()))


@pytest.mark.quality("R-17")
def test_a_backup_made_while_batches_arrive_is_one_instant_and_passes_every_look(office: Office, tmp_path: Path) -> None:
    two_people(office)
    pc = office.enrol("Accounts", "MERIDIAN\\carol", "PC-3")
    assert office.deliver(pc, [notice(account="MERIDIAN\\carol")], epoch="c" * 16, machine="m3").status_code == 200
    done, sent = threading.Event(), []

    def go_on() -> None:
        while not done.is_set():
            number = len(sent)
            events = [activity(start=1_763_354_700_000 + number * 60_000, account="MERIDIAN\\carol")]
            sent.append(office.deliver(pc, events, first=number + 2, epoch="c" * 16, machine="m3").status_code)

    ingest = threading.Thread(target=go_on)
    ingest.start()
    try:
        while not sent:
            time.sleep(0.01)
        file = make_backup(office.core.settings, tmp_path / "copies", SECRET, now_ms())
    finally:
        done.set()
        ingest.join()
    assert set(sent) == {200}
    found = tried(office, file)
    assert faults_of(found) == []
    assert {"rows and audit head", "sequence numbers", "ledger days", "audit log"} <= {finding.what for finding in found}
    assert not list(office.core.settings.data.glob("backup-*"))


@pytest.mark.quality("R-17")
def test_what_is_put_back_is_what_was_there(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    two_people(office)
    office.core.settings.data.joinpath("captures").mkdir()
    office.core.settings.data.joinpath("captures", "key").write_bytes(b"k" * 32)
    file = make_backup(office.core.settings, tmp_path / "copies", SECRET, now_ms())
    spans = office.rows(Span)
    office.core.writer.do(lambda connection: connection.execute(delete(Span)))
    uri = ""
    if office.core.settings.database_uri:
        postgres: Postgres = request.getfixturevalue("postgres")
        uri = postgres.empty_database()
        with pytest.raises(BackupError, match="name an empty database"):
            restore(file, SECRET, tmp_path / "back")
        with pytest.raises(BackupError, match="is not empty"):
            restore(file, SECRET, tmp_path / "back", office.core.settings.database_uri)
        assert not (tmp_path / "back").exists()
    made = restore(file, SECRET, tmp_path / "back", uri)
    assert (made.data / "tls" / "ca.key").read_bytes() == (office.core.settings.data / "tls" / "ca.key").read_bytes()
    assert (made.data / "captures" / "key").read_bytes() == b"k" * 32
    assert not list(made.data.glob("*.lock"))
    again = Office(made.data, uri, twin=office)
    try:
        assert again.rows(Span) == spans
        assert again.get("/api/v1/choices").json == office.get("/api/v1/choices").json
        assert made.manifest.rows["span"] == len(spans) > 0
    finally:
        again.close()


@pytest.fixture
def file(office: Office, tmp_path: Path) -> Path:
    office.enrol()
    return make_backup(office.core.settings, tmp_path / "copies", SECRET, now_ms())


@pytest.mark.quality("R-17")
@on_sqlite_only
def test_a_damaged_cut_or_foreign_file_is_refused_and_nothing_is_left(office: Office, file: Path, tmp_path: Path) -> None:
    good = file.read_bytes()
    chunk, head = sealed_stream.CHUNK_BYTES + 16, len(sealed_stream.MAGIC) + 23
    assert len(good) > head + chunk  # more than one
    for damage in (
        *(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in (3, 30, 45, head + 5, len(good) // 2, len(good) - 1)),
        *(good[:at] for at in (0, 10, head, head + chunk, len(good) // 2, len(good) - 1)),
        good + b"x",
        good[:head] + good[head + chunk :],
    ):
        file.write_bytes(damage)
        with pytest.raises(BackupError):
            restore(file, SECRET, tmp_path / "back")
        with pytest.raises(BackupError):
            tried(office, file)
    file.write_bytes(good)
    with pytest.raises(BackupError, match="another one"):
        restore(file, Secret(b"another passphrase"), tmp_path / "back")
    assert sorted(path.name for path in tmp_path.iterdir() if "back" in path.name and path.name != "backup.lock") == []
    assert restore(file, SECRET, tmp_path / "back").manifest.store == "sqlite"
    with pytest.raises(BackupError, match="is not empty"):
        restore(file, SECRET, tmp_path / "back")


@on_sqlite_only
def test_a_store_that_was_changed_before_it_was_sealed_does_not_pass(office: Office, file: Path, tmp_path: Path) -> None:
    """The look is not only at the seal: an audit log that does not add up is found in the copy."""
    from sqlalchemy import text

    office.core.writer.do(lambda connection: connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_is_never_changed")))
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
    for name in office.core.writer.do(lambda connection: list(connection.execute(text(triggers)).scalars())):
        office.core.writer.do(lambda connection, name=name: connection.execute(text(f"DROP TRIGGER {name}")))
    office.core.writer.do(lambda connection: connection.execute(text("UPDATE audit_entry SET actor = 'nobody' WHERE id = 1")))
    file = make_backup(office.core.settings, tmp_path / "copies", SECRET, now_ms())
    assert any("entry 1" in fault for fault in faults_of(tried(office, file)))


@pytest.mark.quality("R-17")
@on_sqlite_only
def test_a_backup_that_is_killed_leaves_no_file_that_looks_whole(office: Office, tmp_path: Path) -> None:
    pictures = office.core.settings.data / "captures"
    pictures.mkdir()
    for number in range(30):
        (pictures / f"{number}.sealed").write_bytes(os.urandom(1 << 20))
    copies = tmp_path / "copies"
    command = [sys.executable, str(ROOT / "server"), "backup", "--data", str(tmp_path), "--to", str(copies), "--passphrase-stdin"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(SECRET.value + b"\n")
    process.stdin.close()
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in copies.glob("*.part")) and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(copies.glob("*.part"))
    assert backups_in(copies) == []
    whole = make_backup(office.core.settings, copies, SECRET, now_ms())
    assert sorted(copies.iterdir()) == sorted([whole, whole.with_suffix(".sha256")])
    assert not [path for path in tmp_path.glob("backup-*") if path.is_dir()]
    assert faults_of(tried(office, whole)) == []


@on_sqlite_only
def test_the_digest_beside_it_is_of_the_file_and_only_the_owner_reads_it(file: Path) -> None:
    import hashlib

    digest, name = file.with_suffix(".sha256").read_text().split()
    assert (digest, name) == (hashlib.sha256(file.read_bytes()).hexdigest(), file.name)
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600


@pytest.mark.quality("S-25")
def test_nothing_of_the_store_can_be_read_in_a_backup(office: Office, tmp_path: Path) -> None:
    pc = office.enrol(account="MERIDIAN\\plantedperson")
    events = [
        notice(account="MERIDIAN\\plantedperson"),
        activity(0, account="MERIDIAN\\plantedperson", title="PLANTEDTITLE", site="planted.example"),
    ]
    assert office.deliver(pc, events).status_code == 200
    file = make_backup(office.core.settings, tmp_path / "copies", SECRET, now_ms())
    sealed = file.read_bytes()
    assert not [word for word in (b"plantedperson", b"PLANTEDTITLE", b"planted.example", b"SQLite format", b"PGDMP") if word in sealed]


def test_old_backups_go_by_number_and_by_age_but_the_newest_stays(tmp_path: Path) -> None:
    now = 1_763_629_200_000
    for days in range(10):
        path = backup._free_name(tmp_path, now - days * DAY_MS)
        path.write_bytes(b"x")
        path.with_suffix(".sha256").write_text("x")
    (tmp_path / "workpulse-notes.txt").write_text("not ours")
    assert len(rotate(tmp_path, 8, 100, now)) == 2
    assert len(rotate(tmp_path, 8, 3, now)) == 4
    assert [now - backup.made_at(path) for path in backups_in(tmp_path)] == [days * DAY_MS for days in range(4)]
    assert len(rotate(tmp_path, 1, 1, now + 100 * DAY_MS)) == 3
    assert len(backups_in(tmp_path)) == 1
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".sha256", ".txt", ".wpbackup"]


def nightly(office: Office, tmp_path: Path, **changes: object) -> Store:
    chosen = {
        "data": office.core.settings.data,
        "database_uri": office.core.settings.database_uri,
        "backup_folder": str(tmp_path / "copies"),
    }
    key = tmp_path / "outside" / "backup.key"
    if not key.exists():
        backup.make_key_file(key)
    return Store(load(chosen | {"backup_key_file": str(key)} | changes, {}))


def test_the_nightly_backup_is_made_once_a_night_and_told_in_the_audit_log(office: Office, tmp_path: Path) -> None:
    store = nightly(office, tmp_path, backup_keep=2)
    now = now_ms()
    try:
        made = timetable.run_if_due(store, now)
        assert made is not None
        later = timetable.due_since(now, "Asia/Kolkata", 2) + DAY_MS - 1
        assert timetable.run_if_due(store, later) is None
        secret = backup.secret_from(store.settings.backup_key_file)
        assert faults_of(tried(office, made, secret)) == []
        for days in (1, 2, 3):
            assert timetable.run_if_due(store, now + days * DAY_MS) is not None
        assert len(backups_in(tmp_path / "copies")) == 2
        assert [row.actor for row in office.rows(AuditEntry) if row.action == "made a backup"] == ["server"] * 4
    finally:
        store.close()


def test_a_nightly_backup_that_fails_is_an_alert_of_the_owner_until_one_succeeds(office: Office, tmp_path: Path) -> None:
    store = nightly(office, tmp_path, backup_key_file=str(tmp_path / "outside" / "away.key"))
    now = now_ms()
    today = local_day(now, "Asia/Kolkata").isoformat()

    def shown(who: str) -> list[str]:
        found = office.get("/api/v1/alerts", who, **{"from": today, "to": today}).json["alerts"]
        return [one["what"] for one in found if one["kind"] == "backup"]

    try:
        assert timetable.run_if_due(store, now) is None
        assert len(shown("olga")) == 1
        assert "away.key cannot be read" in shown("olga")[0]
        assert shown("meera") == []
        assert timetable.run_if_due(store, now + 60_000) is None  # not again at once
        backup.make_key_file(tmp_path / "outside" / "away.key")
        assert timetable.run_if_due(store, now + 2 * 3_600_000) is not None
        assert shown("olga") == []
    finally:
        store.close()
    without = nightly(office, tmp_path, backup_folder="")
    try:
        timetable.run_if_due(without, now)
        with without.readers.connect() as connection:
            assert standing.missing(connection, now + 100 * DAY_MS) == []
    finally:
        without.close()


def shown(office: Office, who: str = "ivan") -> Backups:
    return msgspec.json.decode(office.get("/api/v1/backups", who).data, type=Backups)


def alert_subjects(store: Store, now: int) -> list[str]:
    with store.readers.connect() as connection:
        return [one.subject for one in standing.missing(connection, now)]


@on_sqlite_only
def test_whoever_runs_the_server_sees_how_the_nightly_backups_stand(office: Office, tmp_path: Path) -> None:
    assert (shown(office).state, shown(office).due, shown(office).folder) == (BackupState.OFF, None, "")
    store = nightly(office, tmp_path, backup_keep=2, backup_hour=3)
    office.core.settings = store.settings
    now = now_ms()
    try:
        assert shown(office).state is BackupState.AWAITED
        assert shown(office).due in {timetable.due_since(one, "Asia/Kolkata", 3) for one in (now, now_ms())}
        made = timetable.run_if_due(store, now)
        assert made is not None
        told = shown(office, "clara")
        assert told.state is BackupState.FINE
        assert told.newest == BackupFile(made.name, now, made.stat().st_size, True)
        assert (told.folder, told.key_file, told.cipher) == ("copies", "backup.key", "AES-256-GCM")
        assert (told.hour, told.keep, told.kept) == (3, 2, 1)
        assert told.due is not None
        assert now < told.due <= now + DAY_MS
        assert (told.failure, told.trial, told.asked) == (None, None, None)
        missed, kept = facts.Outcome(now, now), facts.Outcome(told.due, told.due)
        assert timetable.next_due(missed, told.due, "Asia/Kolkata", 3) == told.due
        assert timetable.next_due(kept, told.due, "Asia/Kolkata", 3) == told.due + DAY_MS
    finally:
        store.close()


@on_sqlite_only
def test_a_backup_that_is_late_failed_or_went_away_is_never_called_fine(office: Office, tmp_path: Path) -> None:
    """The page and the alert tell the same by the same rule."""
    store = nightly(office, tmp_path)
    office.core.settings = store.settings
    key, now = Path(store.settings.backup_key_file), now_ms()
    try:
        made = timetable.run_if_due(store, now - 37 * 3_600_000)
        assert made is not None
        assert (shown(office).state, alert_subjects(store, now)) == (BackupState.LATE, [""])
        key.rename(key.with_suffix(".away"))
        assert timetable.run_if_due(store, now) is None
        told = shown(office)
        assert (told.state, alert_subjects(store, now)) == (BackupState.FAILED, ["key"])
        assert told.failure is not None
        assert (told.failure.at, told.failure.kind, told.due) == (now, BackupTrouble.KEY, now + timetable.AGAIN_MS)
        assert "cannot be read" in told.failure.told
        assert told.newest is not None
        assert told.newest.name == made.name, "the older one is still there"
        key.with_suffix(".away").rename(key)
        again = timetable.run_if_due(store, now + timetable.AGAIN_MS)
        assert again is not None
        assert (shown(office).state, alert_subjects(store, now)) == (BackupState.FINE, [])
        assert shown(office).failure == told.failure, "the last failure is told until another one"
        again.write_bytes(again.read_bytes()[:-1])
        assert shown(office).state is BackupState.FINE, "a request looks at no folder"
        timetable.look(store)
        assert (shown(office).state, alert_subjects(store, now)) == (BackupState.FAILED, ["gone"])
        again.unlink()
        timetable.look(store)
        last = shown(office)
        assert last.newest is not None
        assert (last.newest.there, last.kept) == (False, 1)
    finally:
        store.close()


@on_sqlite_only
def test_a_fault_of_ours_is_told_too_and_not_tried_again_every_few_seconds(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = nightly(office, tmp_path)
    office.core.settings = store.settings
    now = now_ms()
    try:
        with monkeypatch.context() as broken:
            broken.setattr(backup, "described", lambda _connection: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                timetable.run_if_due(store, now)
            assert timetable.run_if_due(store, now + 5_000) is None
        told = shown(office)
        assert told.state is BackupState.FAILED
        assert told.failure == BackupFailure(now, BackupTrouble.OTHER, "ZeroDivisionError; it is in the log")
        assert timetable.run_if_due(store, now + timetable.AGAIN_MS) is not None
    finally:
        store.close()


@on_sqlite_only
def test_a_backup_is_made_out_of_turn_when_it_is_asked_for(office: Office, tmp_path: Path) -> None:
    refused = office.post("/api/v1/backups", "ivan", {})
    assert (refused.status_code, refused.json["reason"]) == (409, "no_backups")
    store = nightly(office, tmp_path)
    office.core.settings = store.settings
    try:
        first = now_ms()
        assert timetable.run_if_due(store, first) is not None
        assert timetable.run_if_due(store, first) is None
        assert office.post("/api/v1/backups", "ivan", {}).status_code == 202
        assert shown(office).asked is not None
        later = now_ms() + 1
        assert timetable.run_if_due(store, later) is not None
        assert shown(office).asked is None
        assert timetable.run_if_due(store, later) is None
        assert [row.actor for row in office.rows(AuditEntry) if row.action == "asked for a backup"] == ["ivan"]
    finally:
        store.close()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "UTC"])
@given(now=st.integers(1_700_000_000_000, 1_800_000_000_000), hour=st.integers(0, 23))
def test_it_is_due_once_each_local_day(zone: str, now: int, hour: int) -> None:
    due = timetable.due_since(now, zone, hour)
    assert due <= now < due + DAY_MS + 2 * 3_600_000
    assert due == day_bounds(local_day(due, zone), zone)[0] + hour * 3_600_000 or local_day(due, zone) != local_day(now, zone)


@on_sqlite_only
def test_the_commands_make_try_and_restore(office: Office, tmp_path: Path) -> None:
    office.enrol()
    key, copies, run = tmp_path / "outside" / "k", tmp_path / "copies", CliRunner().invoke
    assert run(main, ["backup-key", str(key)]).exit_code == 0
    assert "is there already" in run(main, ["backup-key", str(key)]).output
    assert "say what seals it" in run(main, ["backup", "--data", str(tmp_path), "--to", str(copies)]).output
    made = run(main, ["backup", "--data", str(tmp_path), "--to", str(copies), "--key-file", str(key)])
    assert made.exit_code == 0, made.output
    file = made.stdout.strip()
    looked = run(main, ["verify-backup", file, "--data", str(tmp_path), "--key-file", str(key)])
    assert looked.exit_code == 0, looked.output
    assert "PASS  audit log" in looked.output
    with office.core.readers.connect() as connection:
        trial = facts.trial(connection)
    assert trial is not None
    assert (trial.name, trial.faults) == (Path(file).name, 0)
    assert [row.detail for row in office.rows(AuditEntry) if row.action == "tried a backup out"] == [f"{Path(file).name}, 0 faults"]
    wrong = run(main, ["restore", file, "--to", str(tmp_path / "back"), "--passphrase-stdin"], input="not this one\n")
    assert (wrong.exit_code, (tmp_path / "back").exists()) == (1, False)
    short = run(main, ["restore", file, "--to", str(tmp_path / "back"), "--passphrase-stdin"], input="x\n")
    assert "at least 8 characters" in short.output
    back = run(main, ["restore", file, "--to", str(tmp_path / "back"), "--key-file", str(key)])
    assert back.exit_code == 0, back.output
    engine = reading_engine(database_url(tmp_path / "back", None))
    with engine.connect() as connection:
        assert connection.execute(Person.__table__.select()).all() == office.rows(Person)
    engine.dispose()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_without_postgresqls_programs_it_says_what_to_install(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores.shutil, "which", lambda program: None)
    with pytest.raises(BackupError, match="pg_dump is not here: install PostgreSQL's client programs"):
        make_backup(office.core.settings, tmp_path / "copies", SECRET, now_ms())
    assert not list((tmp_path / "copies").glob("*"))


def sealed(content: bytes, path: Path, pieces: int = 1) -> bytes:
    with path.open("wb") as file:
        writer = SealingWriter(file, SECRET.value)
        for at in range(0, len(content), max(1, len(content) // pieces)):
            writer.write(content[at : at + max(1, len(content) // pieces)])
        writer.finish()
    return path.read_bytes()


def opened(stream: bytes, step: int = -1) -> bytes:
    import io

    reader = SealedReader(io.BytesIO(stream), SECRET.value)
    found = b""
    while part := reader.read(step):
        found += part
    return found


@settings(max_examples=50)
@given(content=st.binary(max_size=200), pieces=st.integers(1, 5), step=st.integers(1, 50))
def test_what_was_sealed_opens_as_it_was_and_never_otherwise(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, pieces: int, step: int
) -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(sealed_stream, "CHUNK_BYTES", 32)
    try:
        path = tmp_path_factory.getbasetemp() / "stream"
        stream = sealed(content, path, pieces)
        assert opened(stream, step) == content
        at = len(content) % len(stream)
        with pytest.raises(SealError):
            opened(stream[:at] + bytes([stream[at] ^ 0x80]) + stream[at + 1 :])
        with pytest.raises(SealError):
            opened(stream[: -1 - at % 48])
    finally:
        patch.undo()
