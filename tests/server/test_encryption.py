"""The database encrypted as a whole: nothing of it can be read without its key, everything works with it, and the change is safe."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import asdict

from server.backup import facts
from server.backup.copies import Secret, make_backup
from server.backup.restore import restore, verify
from server.cli import main
from server.clock import now_ms
from server.models import Title
from server.rights.notice_papers import live, protection
from server.settings import load
from server.store import cipher, key_file
from server.store.db import database_url, engine_options
from server.store.key_file import KeyUnreadableError
from tests.events import activity, notice
from tests.server.asking import MONDAY
from tests.server.conftest import Office

PERSON = "MERIDIAN\\plantedperson"
PLANTED = (b"plantedperson", b"PLANTEDTITLE", b"planted.example", b"Planted folder", b"SQLite format 3", b"CREATE TABLE")
SECRET = Secret(b"a passphrase of the tests")


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Office]:
    """An office whose database is encrypted from its first byte."""
    data = tmp_path / "sealed"
    data.mkdir()
    cipher.choose(data / "workpulse.db")
    made = Office(data)
    yield made
    made.close()


def plant(office: Office) -> None:
    """Deliver something that would be recognised in a file."""
    pc = office.enrol(account=PERSON)
    file = {
        "kind": "file",
        "at": 1_763_354_700_000,
        "account": PERSON,
        "action": "created",
        "path": "S:\\Planted folder\\a.txt",
        "source": "watcher",
    }
    events = [notice(account=PERSON), activity(0, account=PERSON, title="PLANTEDTITLE", site="planted.example"), file]
    assert office.deliver(pc, events).status_code == 200
    office.rebuild()


def readable_in(data: Path) -> list[bytes]:
    """Return what of the planted can be read in the database and what lies beside it."""
    raw = b"".join(path.read_bytes() for path in data.glob("workpulse.db*") if not path.name.endswith(cipher.KEY))
    return [word for word in PLANTED if word in raw]


@pytest.mark.quality("S-25")
@pytest.mark.feature("B13", "N08")
def test_titles_sites_paths_and_names_are_in_no_file_of_an_encrypted_store(sealed: Office, tmp_path: Path) -> None:
    plant(sealed)
    data = sealed.core.settings.data
    assert (data / "workpulse.db-wal").stat().st_size > 0  # what is not in the file yet is looked at as well
    assert readable_in(data) == []
    told = sealed.get("/api/v1/applications", **MONDAY)
    assert told.json["apps"][0]["name"] == "Microsoft Excel"
    copy = make_backup(sealed.core.settings, tmp_path / "copies", SECRET, now_ms()).read_bytes()
    assert not [word for word in PLANTED if word in copy]
    with closing(sqlite3.connect(data / "workpulse.db")) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT count(*) FROM person")


@pytest.mark.quality("S-25")
def test_the_look_for_readable_words_finds_them_in_a_plain_store(tmp_path: Path) -> None:
    """The test of the test above."""
    office = Office(tmp_path)
    try:
        plant(office)
        assert readable_in(tmp_path) == list(PLANTED)
    finally:
        office.close()


def test_a_copy_of_an_encrypted_store_is_put_back_encrypted_and_opens(sealed: Office, tmp_path: Path) -> None:
    plant(sealed)
    data = sealed.core.settings.data
    file = make_backup(sealed.core.settings, tmp_path / "copies", SECRET, now_ms())
    assert [fault for finding in verify(file, SECRET, data, "", now_ms()) for fault in finding.faults] == []
    made = restore(file, SECRET, tmp_path / "back")
    assert readable_in(made.data) == []
    again = Office(made.data, twin=sealed)
    try:
        assert "PLANTEDTITLE" in [row.text for row in again.rows(Title)]
    finally:
        again.close()


@pytest.mark.feature("B13")
def test_a_plain_store_is_encrypted_in_place_with_a_key_elsewhere_and_back(tmp_path: Path) -> None:
    data, stick = tmp_path / "data", tmp_path / "stick" / "workpulse.key"
    office = Office(data)
    plant(office)
    before = office.rows(Title)
    office.close()
    run = CliRunner().invoke
    done = run(main, ["encrypt", "--data", str(data), "--key-file", str(stick)])
    assert done.exit_code == 0, done.output
    assert readable_in(data) == []
    assert len(stick.read_bytes()) == key_file.KEY_BYTES
    assert "encrypted already" in run(main, ["encrypt", "--data", str(data)]).output
    again = Office(data, twin=office)
    assert again.rows(Title) == before
    again.close()
    stick.rename(stick.with_name("away"))
    assert "cannot be read" in run(main, ["enrol-code", "--data", str(data)]).output
    stick.with_name("away").rename(stick)
    assert run(main, ["encrypt", "--undo", "--data", str(data)]).exit_code == 0
    assert set(readable_in(data)) == set(PLANTED)
    assert run(main, ["doctor", "--data", str(data)]).exit_code == 0


def test_a_change_that_was_interrupted_leaves_a_file_that_opens(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.close()
    database = tmp_path / "workpulse.db"
    cipher.choose(database)  # the key is there, the file is not changed yet
    (tmp_path / "workpulse.db.changed").write_bytes(b"half a file")
    assert "creator" not in engine_options(database_url(tmp_path, None))
    assert CliRunner().invoke(main, ["encrypt", "--data", str(tmp_path)]).exit_code == 0
    assert "creator" in engine_options(database_url(tmp_path, None))
    Office(tmp_path, twin=office).close()


def test_a_wrong_key_opens_nothing_and_says_so(tmp_path: Path) -> None:
    database = tmp_path / "workpulse.db"
    cipher.choose(database)
    Office(tmp_path).close()
    place = database.with_name(database.name + cipher.KEY)
    place.write_bytes(bytes(32))
    for command in ("enrol-code", "doctor", "verify-audit"):
        out = CliRunner().invoke(main, [command, "--data", str(tmp_path)])
        assert (out.exit_code, out.output.count("\n")) == (1, 1), out.output
        assert "Error: the key does not open workpulse.db" in out.output
    place.write_bytes(b"short")
    with pytest.raises(KeyUnreadableError, match="does not hold a key"):
        engine_options(database_url(database.parent, None))


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    place = tmp_path / "keys" / "one.key"
    made = key_file.make_or_read_key(place)
    assert key_file.make_or_read_key(place) == key_file.read_key(place) == made
    assert place.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        key_file.make_key(place)


def test_the_documents_tell_what_is_encrypted_and_copied(sealed: Office, tmp_path: Path) -> None:
    settings = load({"data": sealed.core.settings.data, "backup_folder": str(tmp_path), "backup_days": 21}, {})
    assert asdict(protection(settings)) == {
        "database_encrypted": True,
        "postgresql": False,
        "backup_folder": True,
        "backup_days": 21,
        "backups_kept": 14,
    }
    with sealed.core.readers.connect() as connection:
        assert live(connection, settings, now_ms()).protection.database_encrypted
        assert facts.outcome(connection) is None
