"""A copy of one person: every table is in it, nothing in it is a formula, it is made while it is sent, and they see who took it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import insert

from server.captures import CaptureStore
from server.clock import now_ms
from server.models import AuditEntry, PersonRequest, Span, metadata
from server.rights import export
from server.rights.subject import amounts, count, whom
from server.rights.subject_rows import cell
from server.rights.subject_tables import BY_NAME, TABLES, Erased, Whose, words
from tests.events import ANITA, BORIS, activity, file, gap, health, network, notice
from tests.server.asking import a_monday, become, people_of
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_own_page import browser, show

EVIL = "=HYPERLINK(1)"


def everything(account: str) -> list[Any]:
    return [
        *a_monday(account),
        activity(300, account=account, title=EVIL, app="=cmd.exe"),
        network(300),
        file(300, account=account, path=f"C:\\{EVIL}.txt"),
        health(),
        gap(),
        {"kind": "activity", "account": account, "title": EVIL},
    ]


def copy(office: Office, person: int, who: str = "clara", **query: Any) -> zipfile.ZipFile:
    reply = office.get(f"/api/v1/people/{person}/export", who, **query)
    assert reply.status_code == 200, reply.text
    return zipfile.ZipFile(io.BytesIO(reply.data))


def told(made: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(made.read(f"json/{table}.json"))
    return rows


@pytest.mark.quality("P-11")
def test_every_table_and_column_says_what_it_is_for_the_person() -> None:
    """Whoever adds one decides what a copy tells of it and what becomes of it in an erasure (server/rights/subject_tables.py)."""
    assert {table.name for table in metadata.sorted_tables} == BY_NAME.keys()
    for held in TABLES:
        named = [*words(held.told), *words(held.kept_back)]
        assert sorted(named) == sorted(column.name for column in held.table.__table__.columns), held.name
        assert held.texts.keys() <= set(words(held.told))
        assert (held.whose in (Whose.NOBODY, Whose.SPECIAL)) == (held.by == ""), held.name


def test_whatever_points_at_a_person_is_somebodys_and_no_key_is_told() -> None:
    for held in TABLES:
        columns = held.table.__table__.columns
        points = {key.column.table.name for column in columns for key in column.foreign_keys} & {"person", "user"}
        if points or {"account_id", "person_id"} & {column.name for column in columns}:
            assert held.whose is not Whose.NOBODY, held.name
            assert held.erased is not Erased.NOTHING or held.name == "account_device", held.name
        secret = {column.name for column in columns if column.name.endswith(("_hash", "salt", "digest", "signature"))}
        assert not secret & set(words(held.told)), held.name
        numbers = {column.name for column in columns} & {"app_id", "site_id", "title_id", "path_id", "new_path_id", "process_id"}
        assert numbers == held.texts.keys(), held.name


@pytest.mark.quality("P-11")
def test_the_copy_has_every_row_and_nothing_of_others(office: Office) -> None:
    pc = office.enrol(hostname="ANITA-PC")
    assert office.deliver(pc, everything(ANITA)).status_code == 200
    assert office.deliver(office.enrol("Sales", BORIS, "BORIS-PC"), a_monday(BORIS), epoch="b" * 16, machine="m2").status_code == 200
    while office.rebuild():
        pass
    people = people_of(office)
    become(office, "anita", people["anita"])
    made = copy(office, people["anita"])
    assert made.testzip() is None
    with office.core.readers.connect() as connection:
        one = whom(connection, people["anita"])
        expected = {held.name: count(connection, held, one) for held in TABLES if held.whose is not Whose.NOBODY}
        assert {one.table: one.rows for one in amounts(connection, one)} == {name: many for name, many in expected.items() if many}
    assert {name: len(told(made, name)) for name in expected} == expected
    assert {"span", "ledger_day", "ledger_quarter", "network_span", "file_event", "audit_entry", "notice_event", "quarantined"} <= {
        name for name, many in expected.items() if many
    }
    manifest = json.loads(made.read("manifest.json"))["files"]
    assert {one["name"] for one in manifest} | {"manifest.json"} == set(made.namelist())
    assert {one["name"]: one["rows"] for one in manifest if one["name"].startswith("csv/")} == {
        f"csv/{name}.csv": many for name, many in expected.items()
    }
    everything_said = b"".join(made.read(name) for name in made.namelist()).lower()
    assert b"boris" not in everything_said
    assert made.read("summary.pdf").startswith(b"%PDF")
    for table, column in (("device", "token_hash"), ("user", "password_hash")):
        secret = [getattr(row, column) for row in office.rows_of(metadata.tables[table])]
        assert not any((one.hex() if isinstance(one, bytes) else one).encode() in everything_said for one in secret)


@on_sqlite_only
def test_days_are_unpacked_and_instants_are_readable(office: Office) -> None:
    office.deliver(office.enrol(), everything(ANITA))
    while office.rebuild():
        pass
    made = copy(office, people_of(office)["anita"])
    [day] = [one for one in told(made, "ledger_day") if one["active"]]
    assert day["day"] == "2025-11-17"
    seconds = {(one["app"], one["site"], one["presence"]): one["seconds"] for one in day["packed"]["usage"]}
    assert seconds["chrome.exe", "youtube.com", "active"] == 600
    quarters = [one for row in told(made, "ledger_quarter") for one in row["packed"]]
    assert sum(one["seconds"] for one in quarters if one["app"] == "chrome.exe" and one["site"] == "youtube.com") == 600
    spans = told(made, "span")
    assert spans[0]["start"] == "2025-11-17T03:30:00.000Z"
    assert {one["app_id"] for one in spans} == {"excel.exe", "chrome.exe", "=cmd.exe"}
    assert told(made, "file_event")[0]["path_id"] == f"C:\\{EVIL}.txt"
    assert EVIL in told(made, "quarantined")[0]["body"]


@on_sqlite_only
def test_nothing_in_a_spreadsheet_is_a_formula(office: Office) -> None:
    office.deliver(office.enrol(), everything(ANITA))
    made = copy(office, people_of(office)["anita"])
    cells = [value for name in made.namelist() if name.startswith("csv/") for row in _rows(made.read(name)) for value in row]
    assert [one for one in cells if one[:1] in "=+-@|%\t\r" and one and not _is_number(one)] == []
    assert f"'{EVIL}" in cells
    assert [cell(one) for one in ("=1", " =1", "'=1", "ok", "a\nb", -5, "\u200b@x")] == ["'=1", "'=1", "''=1", "ok", "a b", -5, "'\u200b@x"]


def _rows(content: bytes) -> list[list[str]]:
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@on_sqlite_only
def test_it_is_sent_in_small_pieces_however_much_there_is(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), activity()])
    base = dict(office.rows(Span)[0]._mapping)
    rows = [base | {"start": base["start"] + 60_000 * number, "seq": 10 + number} for number in range(20_000)]
    office.core.writer.do(lambda connection: connection.execute(insert(Span), rows))
    pieces = export.copy_of(office.core.readers, CaptureStore(office.core.settings.data), people_of(office)["anita"], "en", now_ms())
    sizes = [len(piece) for piece in pieces]
    assert len(sizes) > 80
    assert max(sizes) < 100_000
    assert sum(sizes) > 200_000


@pytest.mark.quality("P-06", "P-11")
def test_who_took_a_copy_is_on_the_page_and_a_request_for_it_is_granted(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), activity(0)])
    person = people_of(office)["anita"]
    asked = {"person_id": person, "kind": "copy", "text": "everything, please", "at": 5, "due": 6, "state": "open"}
    office.core.writer.do(lambda connection: connection.execute(insert(PersonRequest).values(**asked)))
    [request] = office.rows(PersonRequest)
    assert office.get(f"/api/v1/people/{person}/export", "clara", request=request.id + 1).status_code == 404
    copy(office, person, request=request.id)
    [granted] = office.rows(PersonRequest)
    assert (granted.state, granted.actor) == ("accepted", "clara")
    assert office.get(f"/api/v1/people/{person}/export", "clara", request=request.id).status_code == 404
    page = show(browser(office, pc), day="2025-11-17").text
    assert "everything, as a copy" in page
    assert [office.get(f"/api/v1/people/{person}/export", who).status_code for who in ("meera", "ivan", "anita")] == [403] * 3
    assert office.get("/api/v1/people/999/export").status_code == 404


@on_sqlite_only
@pytest.mark.feature("J10")
def test_a_person_takes_their_own_copy_from_their_page(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), activity(0)])
    client = browser(office, pc)
    for language in ("hi", "bn", "en"):
        reply = show(client, "/me/copy", lang=language)
        assert reply.status_code == 200
        assert "span.json" in " ".join(zipfile.ZipFile(io.BytesIO(reply.data)).namelist())
    assert show(client, "/me/copy").status_code == 429
    assert [row.actor for row in office.rows(AuditEntry) if row.action.endswith("as a copy")] == ["person 1"] * 3
