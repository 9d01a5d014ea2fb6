"""Evidence packs: what was asked for and nothing else, told to the people in it, and any change to the file found without a database."""

from __future__ import annotations

import io
import json
import random
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from policy.summaries import EvidencePack, EvidencePacks
from reports import evidence_book
from server.cli import main
from server.clock import now_ms
from server.evidence import making
from server.evidence.check import check_pack
from server.evidence.key import EvidenceKey
from server.evidence.manifest import MANIFEST, SIGNATURE
from server.models import Account, AuditEntry, Device, Epoch, FileEvent
from server.models import Path as PathRow
from server.store.prepared import Rows
from tests.events import ANITA, BORIS, MONDAY_NINE, file, gap, notice
from tests.server.asking import become, people_of
from tests.server.conftest import Office, on_sqlite_only

MONDAY = {"first": "2025-11-17", "last": "2025-11-17"}
WEEK = {"first": "2025-11-16", "last": "2025-11-18"}
SOON = MONDAY_NINE + 3 * 86_400_000
"""The Monday is over, and nothing of it has outlived its period."""
HOSTILE = ("C:\\=cmd|'/c calc'!A1", "=HYPERLINK(1)", "C:\\<b>&\u202egnp.exe", "C:\\" + "x" * 4000, "C:\\🧮 पथ")


@pytest.fixture
def archive(office: Office) -> Office:
    """Anita's and Boris's files of a Monday, with a burst and a gap."""
    mine = [file(number, path=f"S:\\Clients\\Alpha\\plan {number}.xlsx", action="deleted") for number in range(3)]
    mine += [file(5, path=f"S:\\Board\\{number}.docx", action="deleted") for number in range(25)]
    mine += [file(9, path=text) for text in HOSTILE] + [file(9, path="S:\\a", action="renamed", new_path="S:\\b")]
    events = [notice(), *mine, gap(what="file", reason="overflow", lost=40, end=MONDAY_NINE + 60_000)]
    assert office.deliver(office.enrol(), events).status_code == 200
    theirs = [notice(account=BORIS), file(5, account=BORIS, path="/home/boris/plan.xlsx", action="opened")]
    assert office.deliver(office.enrol("Sales", BORIS, "PC-2"), theirs, epoch="b" * 16, machine="m2").status_code == 200
    return office


def ask(office: Office, who: str = "clara", /, reason: str = "suspected leak", **filters: Any) -> int:
    reply = office.post("/api/v1/evidence", who, {"filters": MONDAY | filters, "reason": reason})
    assert reply.status_code == 202, reply.text
    return int(reply.json["id"])


def pack_of(office: Office, number: int, who: str = "clara") -> EvidencePack:
    listed = msgspec.json.decode(office.get("/api/v1/evidence", who).data, type=EvidencePacks)
    return next(one for one in listed.packs if one.id == number)


def text_of(pdf: bytes) -> str:
    """Return a PDF's text as poppler reads it."""
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60).stdout.decode()


def made(office: Office, target: Path, who: str = "clara", /, **filters: Any) -> Path:
    """Ask for a pack, let the timetable make it, and fetch it."""
    number = ask(office, who, **filters)
    assert office.get(f"/api/v1/evidence/{number}/zip", who).status_code == 404
    assert making.make_wanted(office.core, SOON) == 1
    reply = office.get(f"/api/v1/evidence/{number}/zip", who)
    with reply:
        assert (reply.status_code, reply.mimetype) == (200, "application/zip")
        path = target / f"{number}.zip"
        path.write_bytes(reply.data)
    return path


def events_in(path: Path) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read("events.jsonl").splitlines()]


@pytest.mark.feature("L03", "N15", "J10")
def test_a_pack_is_what_was_asked_for_and_checks_without_the_server(archive: Office, tmp_path: Path) -> None:
    path = made(archive, tmp_path, **WEEK)
    checked = check_pack(path, EvidenceKey(archive.core.identity).public)
    assert checked.faults == []
    assert checked.manifest is not None
    assert checked.authority == archive.core.identity.fingerprint
    found = events_in(path)
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)
    assert len(found) == checked.manifest.events == 35
    assert (checked.manifest.gaps_declared, checked.manifest.made_by, checked.manifest.reason) == (1, "clara", "suspected leak")
    with zipfile.ZipFile(path) as pack:
        [seal] = [one for one in map(json.loads, pack.read("seals.jsonl").splitlines()) if one["events"]]
    assert (seal["day"], seal["events"], len(seal["parts"]), seal["others"]) == ("2025-11-17", 35, 2, [])


@pytest.mark.feature("L03")
def test_one_persons_pack_tells_nothing_of_others(archive: Office, tmp_path: Path) -> None:
    path = made(archive, tmp_path, person=people_of(archive)["anita"], **WEEK)
    assert check_pack(path).faults == []
    with zipfile.ZipFile(path) as pack:
        everything = b"".join(pack.read(name) for name in pack.namelist() if name.endswith("l") or name == MANIFEST)
        [seal] = [one for one in map(json.loads, pack.read("seals.jsonl").splitlines()) if one["events"]]
    assert BORIS.encode() not in everything.replace(b"\\\\", b"\\")
    assert b"boris" not in everything
    assert ([one["account"] for one in seal["parts"]], len(seal["others"])) == ([ANITA], 1)


FILTERS: list[tuple[dict[str, Any], int]] = [
    ({"path": "S:\\Board\\**"}, 25),
    ({"path": "plan"}, 4),
    ({"action": "deleted"}, 28),
    ({"host": "PC-2"}, 1),
    ({"extension": "docx"}, 25),
    ({"since": MONDAY_NINE + 9 * 60_000}, 6),
    ({"path": "nothing like it"}, 0),
    ({"first": "2025-11-18", "last": "2025-11-18"}, 0),
]


@on_sqlite_only
@pytest.mark.feature("L03")
def test_filters_leave_out_what_is_not_meant(archive: Office, tmp_path: Path) -> None:
    for filters, many in FILTERS:
        path = made(archive, tmp_path, **filters)
        assert (len(events_in(path)), check_pack(path).faults) == (many, []), filters


@on_sqlite_only
@pytest.mark.feature("L03")
def test_people_in_a_pack_see_who_made_it_and_why(archive: Office, tmp_path: Path) -> None:
    people = people_of(archive)
    made(archive, tmp_path, path="S:\\Board\\**")
    looks = [(row.actor, row.action, row.subject, row.reason) for row in archive.rows(AuditEntry) if "evidence pack" in row.action]
    anita = f"person {people['anita']}"
    assert looks == [
        ("clara", "asked for an evidence pack", "everybody", "suspected leak"),
        ("clara", "made an evidence pack", "evidence pack 1", "suspected leak"),
        ("clara", "looked at files for an evidence pack", anita, "suspected leak"),
        ("clara", "looked at an evidence pack", anita, "suspected leak"),
    ]
    become(archive, "anita", people["anita"])
    own = archive.get("/api/v1/me", "anita", **{"from": "2025-11-17", "to": "2025-11-17"}).json["looks"]
    assert [(one["who"], one["reason"]) for one in own] == [("clara", "suspected leak")] * 2


@on_sqlite_only
def test_who_may_ask_and_what_cannot_be_meant(archive: Office) -> None:
    assert archive.post("/api/v1/evidence", "meera", {"filters": MONDAY, "reason": "curious"}).status_code == 403
    for body in (
        {"filters": MONDAY},
        {"filters": MONDAY, "reason": "why?"},
        {"filters": MONDAY, "reason": "     "},
        {"filters": MONDAY | {"action": "eaten"}, "reason": "a reason"},
        {"filters": {"first": "2025-11-18", "last": "2025-11-17"}, "reason": "a reason"},
        {"filters": {"first": "2020-11-18", "last": "2025-11-17"}, "reason": "a reason"},
        {"filters": MONDAY | {"path": "x" * 600}, "reason": "a reason"},
    ):
        assert archive.post("/api/v1/evidence", "clara", body).status_code == 400, body
    assert archive.post("/api/v1/evidence", "clara", {"filters": MONDAY | {"person": 999}, "reason": "a reason"}).status_code == 403
    assert archive.post("/api/v1/evidence", "clara", {"filters": MONDAY, "reason": "a reason", "case": 9}).status_code == 404
    assert archive.get("/api/v1/evidence/1/zip", "clara").status_code == 404
    assert archive.get("/api/v1/evidence/x/zip", "clara").status_code == 400


@on_sqlite_only
@pytest.mark.quality("S-11", "S-12")
def test_texts_in_the_workbook_and_on_paper_can_do_nothing(archive: Office, tmp_path: Path) -> None:
    path = made(archive, tmp_path)
    with zipfile.ZipFile(path) as pack:
        book, paper = pack.read("evidence.xlsx"), pack.read("evidence.pdf")
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = b"".join(parts.read(name) for name in parts.namelist() if "worksheets" in name)
    assert b"<f>" not in sheets
    assert b"<hyperlink" not in sheets.lower()
    cells = [row[5] for row in openpyxl.load_workbook(io.BytesIO(book))["Events"].iter_rows(min_row=2, values_only=True)]
    assert len(cells) == 35
    assert "=HYPERLINK(1)" in cells
    said = text_of(paper)
    for text in ("suspected leak", "overflow", "plan 0.xlsx", "deleted"):
        assert text in said, said


YEAR = 366 * 86_400_000


@on_sqlite_only
@pytest.mark.quality("P-05")
@pytest.mark.feature("L03", "N12")
def test_a_pack_outlives_its_period_only_in_a_case_that_is_open(archive: Office, tmp_path: Path) -> None:
    case = archive.post("/api/v1/cases", "clara", {"title": "Board", "reason": "tip from the board"}).json["id"]
    made(archive, tmp_path)
    body = {"filters": MONDAY, "reason": "for the case", "case": case}
    assert archive.post("/api/v1/evidence", "clara", body).status_code == 202
    assert making.make_wanted(archive.core, SOON) == 1
    folder = archive.core.settings.data / "evidence"
    assert making.purge(archive.core, now_ms() + YEAR // 2) == 0
    stray = folder / "left over.part"
    stray.write_bytes(b"x")
    assert making.purge(archive.core, now_ms() + YEAR) == 1
    assert [path.name for path in folder.iterdir()] == [pack_of(archive, 2).name]
    assert archive.post("/api/v1/cases", "clara", {"case": case, "revision": 1, "state": "closed"}, method="PATCH").status_code == 200
    assert making.purge(archive.core, now_ms() + YEAR) == 1
    told = [row.subject for row in archive.rows(AuditEntry) if row.action.startswith("deleted an evidence pack")]
    assert (told, list(folder.iterdir())) == (["evidence pack 1", "evidence pack 2"], [])


@on_sqlite_only
def test_a_pack_that_cannot_be_made_is_tried_three_times_and_leaves_nothing(archive: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    number, before = ask(archive), set(ALL_TEMP_FILES)

    def full(*_: object) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(evidence_book.EvidenceBook, "close", full)
    states = []
    for turn in range(4):
        assert making.make_wanted(archive.core, SOON + turn * 3_600_000) == 0
        states.append(pack_of(archive, number).state)
    assert states == ["wanted", "wanted", "failed", "failed"]
    assert list((archive.core.settings.data / "evidence").iterdir()) == []
    assert set(ALL_TEMP_FILES) == before  # nor a half of the workbook elsewhere


# --- tampering ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of a small office, made once."""
    folder = tmp_path_factory.mktemp("pack")
    office = Office(folder / "data")
    try:
        deleted = [file(number, path=f"S:\\Board\\{number}.docx", action="deleted") for number in range(12)]
        office.deliver(office.enrol(), [notice(), *deleted])
        return made(office, folder, **WEEK)
    finally:
        office.close()


@pytest.mark.feature("L03")
def test_any_flipped_byte_is_found(sound_pack: Path, tmp_path: Path) -> None:
    content = sound_pack.read_bytes()
    assert check_pack(sound_pack).faults == []
    dice, path = random.Random(8), tmp_path / "flipped.zip"
    places = {*range(40), *range(len(content) - 250, len(content)), *dice.sample(range(len(content)), 150)}
    for place in sorted(places):
        flipped = bytearray(content)
        flipped[place] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        assert check_pack(path).faults, place


@pytest.mark.feature("L03")
def test_a_pack_that_was_cut_or_made_longer_is_found(sound_pack: Path, tmp_path: Path) -> None:
    content, path = sound_pack.read_bytes(), tmp_path / "cut.zip"
    for changed in (b"", content[:10], content[: len(content) // 2], content[:-1], content + b"x", b"x" + content, content[1:]):
        path.write_bytes(changed)
        assert check_pack(path).faults


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> list[str]:
    """Write the files of a pack anew, changed, as somebody with an archiver would; return what is found."""
    with zipfile.ZipFile(source) as pack:
        files, comment = {name: pack.read(name) for name in pack.namelist()}, pack.comment
    change(files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.comment = comment
        for name, content in files.items():
            pack.writestr(name, content)
    return check_pack(target).faults


def _drop(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.__delitem__(name)


def _put(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.__setitem__(name, content)


def _edit(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.__setitem__(name, files[name].replace(old, new))


CHANGES = [
    (_drop("events.jsonl"), "events.jsonl is missing"),
    (_drop("evidence.pdf"), "evidence.pdf is missing"),
    (_drop(SIGNATURE), "manifest.sig is missing"),
    (_put("more.txt", b"x"), "'more.txt' does not belong here"),
    (_edit("events.jsonl", b"Board", b"Bored"), "events.jsonl is not as it was made"),
    (_edit("audit.jsonl", b"clara", b"other"), "audit.jsonl is not as it was made"),
    (_edit(MANIFEST, b"suspected leak", b"no reason"), "manifest.sig: the signature of manifest.json is wrong"),
    (_put(SIGNATURE, b"00" * 64), "manifest.sig: the signature of manifest.json is wrong"),
    (_put(SIGNATURE, b"\xff"), "manifest.sig cannot be read"),
    (_put(MANIFEST, b"{}"), "manifest.json cannot be read"),
]


@pytest.mark.feature("L03")
def test_what_is_missing_too_much_or_wrong_is_named(sound_pack: Path, tmp_path: Path) -> None:
    for change, sentence in CHANGES:
        found = repacked(sound_pack, tmp_path / "changed.zip", change)
        assert any(one.startswith(sentence) for one in found), (sentence, found)
        assert "the file as a whole is not as it was signed" in found


@pytest.mark.feature("L03")
def test_a_pack_signed_by_another_key_is_not_taken_for_ours(sound_pack: Path, tmp_path: Path) -> None:
    office = Office(tmp_path / "other")
    try:
        office.deliver(office.enrol(), [notice(), file(0)])
        other = made(office, tmp_path)
        key = EvidenceKey(office.core.identity).public
    finally:
        office.close()
    assert check_pack(other, key).faults == []
    [fault] = check_pack(sound_pack, key).faults
    assert fault.startswith("signed by another key than the one given")


@on_sqlite_only
@pytest.mark.feature("L03")
def test_the_commands_make_a_pack_tell_the_key_and_check(archive: Office, tmp_path: Path) -> None:
    data = str(archive.core.settings.data)
    asked = ["evidence", "--data", data, "--from", "2025-11-17", "--to", "2025-11-17", "--reason", "suspected leak", "--person", "anita"]
    result = CliRunner().invoke(main, [*asked, "--path", "S:\\Board\\**", "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    path = Path(result.stdout.strip())
    assert (path.parent, len(events_in(path))) == (tmp_path / "out", 25)
    key = CliRunner().invoke(main, ["evidence-key", "--data", data]).stdout.strip()
    assert key == EvidenceKey(archive.core.identity).public
    checked = CliRunner().invoke(main, ["verify-pack", str(path), "--key", key])
    assert (checked.exit_code, checked.stdout.splitlines()[-1][:4]) == (0, "PASS")
    path.write_bytes(path.read_bytes()[:-1] + b"0")
    checked = CliRunner().invoke(main, ["verify-pack", str(path), "--key", "ab" * 32])
    assert checked.exit_code == 1
    assert "signed by another key than the one given" in checked.stdout


@on_sqlite_only
def test_the_signing_key_is_private_and_stays_the_same(office: Office) -> None:
    first = EvidenceKey(office.core.identity).public
    path = office.core.identity.ca.with_name("evidence.key")
    assert path.stat().st_mode & 0o077 == 0
    assert EvidenceKey(office.core.identity).public == first


# --- size -----------------------------------------------------------------------------------------------------------------


def many_files(office: Office, number: int) -> None:
    """Put file events of Anita's straight into the tables, over a few days."""

    def put(connection: Any) -> None:
        account = connection.execute(Account.__table__.select()).first().id
        device, epoch = connection.execute(Device.__table__.select()).first().id, connection.execute(Epoch.__table__.select()).first().id
        paths = [(at, f"S:\\Clients\\{at:06}.xlsx", at.to_bytes(16, "big")) for at in range(10, 1010)]
        Rows(PathRow).insert(connection, paths)
        day = 86_400_000
        rows = [
            (
                account,
                MONDAY_NINE - day + at * (2 * day // number),
                epoch,
                100 + at,
                device,
                "modified",
                "watcher",
                10 + at % 1000,
                None,
                5,
                None,
            )
            for at in range(number)
        ]
        Rows(FileEvent).insert(connection, rows)
        connection.execute(Epoch.__table__.update().values(high_water=100 + number))

    office.core.writer.do(put)


@pytest.mark.feature("L03")
@on_sqlite_only
def test_a_larger_pack_takes_no_more_memory(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_book, "MOST_ROWS", 500)
    peaks = []
    for number in (2_000, 10_000):
        office = Office(tmp_path / str(number), store)
        try:
            office.deliver(office.enrol(), [notice(), file(0)])
            many_files(office, number)
            ask(office, **WEEK)
            tracemalloc.start()
            assert making.make_wanted(office.core, SOON) == 1
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
            path = next((office.core.settings.data / "evidence").glob("*.zip"))
            assert check_pack(path).faults == []
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
            office.close()
    small, checked_small, large, checked_large = peaks
    assert large < small * 1.25 + 1_000_000, peaks
    assert checked_large < checked_small * 1.25 + 1_000_000, peaks
