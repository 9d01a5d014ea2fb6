"""Erasing one person: what is theirs goes, what is others' stays as it was, and afterwards nobody can tell who it was."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select, text

from policy.events import MINUTE_MS
from policy.retention import Limits
from policy.summaries import Certificate, Erasure, ErasurePreview, Erasures
from policy.wire import EnrolReply
from server import path_index
from server.audit_log import keeping
from server.audit_log.chain import REWRITTEN, Entry, Fault, Head, verify
from server.clock import now_ms
from server.models import (
    Account,
    AuditEntry,
    ErasedAccount,
    Person,
    Quarantined,
    ReportFile,
    Span,
    User,
    metadata,
)
from server.models import Erasure as ErasureRow
from server.organisation import change_organisation
from server.rights import erasure_steps
from server.rights.subject import parts_of, whom
from server.rights.subject_tables import TABLES, Erased
from tests.events import ANITA, BORIS, MONDAY_NINE, activity, file, gap, health, network, notice, session
from tests.server.asking import MONDAY, WEEK, a_monday, become, people_of
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_audit import entries

WORD = "Zebrafink"
"""In every text that only the erased person's PC reported."""
OTHERS = "Kolibri"
TABS = ("overview", "applications", "timeline", "inactivity", "bandwidth", "urls", "files", "alerts")


def work(account: str, word: str) -> list[Any]:
    """A Monday with `word` in an app, a site, titles, paths and a refused event."""
    home = f"C:\\Users\\{word}"
    named = {"account": account, "app": f"{word}.exe", "site": f"{word.lower()}.example", "title": f"Letter to {word}"}
    return [
        *a_monday(account),
        *(activity(minute, **named) for minute in range(200, 210)),
        network(200, app=f"{word}.exe"),
        file(200, account=account, path=f"{home}\\plan.docx", process=f"{word}.exe"),
        file(201, account=account, action="renamed", path=f"{home}\\plan.docx", new_path=f"{home}\\{word} new.docx"),
        health(),
        gap(),
        {"kind": "activity", "account": account, "title": word},
    ]


@pytest.fixture
def pcs(office: Office) -> tuple[EnrolReply, EnrolReply, EnrolReply]:
    """Anita's PC, Boris's PC, and one that both use; each has delivered, and the ledger is made."""
    anita, boris, shared = office.enrol(hostname="ANITA-PC"), office.enrol("Sales", BORIS, "PC-2"), office.enrol("Sales", BORIS, "PC-3")
    for pc, events, epoch in (
        (anita, work(ANITA, WORD), "a"),
        (boris, work(BORIS, OTHERS), "b"),
        (shared, a_morning_each(), "c"),
    ):
        assert office.deliver(pc, events, epoch=epoch * 16, machine=epoch).status_code == 200
    while office.rebuild():
        pass
    path_index.index_paths(office.core.readers, office.core.writer)
    return anita, boris, shared


def a_morning_each() -> list[Any]:
    """On one PC: Anita from ten past five in the afternoon, Boris from half past six."""
    return [
        notice(account=ANITA),
        notice(account=BORIS, at=MONDAY_NINE),
        session(490, "boot", account=ANITA),
        session(490, "logon", account=ANITA),
        *(activity(minute, account=ANITA, app=f"{WORD}.exe") for minute in range(490, 520)),
        network(500, app=f"{WORD}.exe", sent=7_000),
        {"kind": "activity", "account": ANITA, "title": WORD},
        session(560, "logoff", account=ANITA),
        session(570, "logon", account=BORIS),
        *(activity(minute, account=BORIS) for minute in range(570, 600)),
        network(580, sent=9_000),
        {"kind": "activity", "account": BORIS, "title": OTHERS},
        session(600, "shutdown", account=ANITA),
    ]


def this_minute() -> int:
    return now_ms() // MINUTE_MS * MINUTE_MS


def erase(office: Office, person: int, name: str = "anita", **changes: Any) -> int:
    wish = {"person": person, "name": name, "reason": f"{name} left and asked for it"} | changes
    ordered = office.post("/api/v1/erasures", "olga", wish)
    assert ordered.status_code == 202, ordered.text
    return int(ordered.json["id"])


def carry_out(office: Office) -> None:
    assert erasure_steps.run_all(office.core, now_ms()) == 1


def left_of(office: Office, words: list[str]) -> list[tuple[str, str]]:
    """Every table in which one of the words is still to be read."""
    found = []
    for table in metadata.sorted_tables:
        rows = repr([tuple(row) for row in office.rows_of(table)]).lower()
        found += [(table.name, word) for word in words if word.lower() in rows]
    return found


def figures_of(office: Office, person: int) -> dict[str, Any]:
    found = {tab: office.get(f"/api/v1/{tab}", person=person, **WEEK).json for tab in TABS}
    for one in found.values():
        one.pop("period", None)
    return found


def audit_faults(office: Office) -> list[str]:
    return [one.what for one in keeping.faults(office.core.readers, office.core.settings.data, [office.core.identity.ca_pem])]


@pytest.mark.quality("P-13")
def test_nothing_of_the_person_is_left_and_everything_of_the_others(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    people = people_of(office)
    office.get("/api/v1/overview", "meera", person=people["anita"], **MONDAY)
    assert {name for name, word in left_of(office, [WORD, "anita-pc"])} >= {"app", "site", "title", "path", "device", "audit_entry"}
    boris = figures_of(office, people["boris"])
    before = office.rows(Span)
    preview = msgspec.json.decode(office.get(f"/api/v1/people/{people['anita']}/erasure", "clara").data, type=ErasurePreview)
    assert (preview.pcs, preview.shared, preview.obstacles) == (["ANITA-PC"], ["PC-3"], [])
    erase(office, people["anita"])
    assert figures_of(office, people["boris"]) == boris
    carry_out(office)
    assert left_of(office, [WORD, "anita-pc", ANITA, ANITA.replace("\\", "\\\\")]) == []
    assert figures_of(office, people["boris"]) == boris
    theirs = {row.id for row in office.rows(Account) if row.person_id == people["anita"]}
    assert office.rows(Span) == [row for row in before if row.account_id not in theirs]
    assert "anita" not in people_of(office)
    assert "anita" not in office.get("/api/v1/people").text
    [told] = decoded(office)
    counts = {one.table: one.rows for one in told.gone}
    foreseen = {one.table: one.rows for one in preview.amounts if one.table in counts}
    assert counts == foreseen | {"session_event": foreseen["session_event"] - 2}, "two changes tell of the shared PC, and stay"


def decoded(office: Office) -> list[Certificate]:
    numbers = [one["id"] for one in office.get("/api/v1/erasures", "clara").json["erasures"]]
    return [msgspec.json.decode(office.get(f"/api/v1/erasures/{number}/json", "clara").data, type=Certificate) for number in numbers]


@on_sqlite_only
@pytest.mark.quality("P-13", "P-05")
def test_no_file_of_the_store_holds_a_word_of_it(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    data = office.core.settings.data
    assert files_with(data, WORD, "ANITA-PC", "MERIDIAN\\anita") != []
    assert files_with(data, OTHERS) != []
    erase(office, people_of(office)["anita"])
    carry_out(office)
    assert files_with(data, WORD, "ANITA-PC", "MERIDIAN\\anita") == []
    assert files_with(data, OTHERS) != []
    assert decoded(office)[0].overwritten is True


def files_with(folder: Path, *words: str) -> list[str]:
    """Every file below a folder in which one of the words stands, whichever capitals it has."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        found += [f"{path.name}: {word}" for word in words if word.lower().encode() in content]
    return found


@on_sqlite_only
def test_the_certificate_names_nobody_and_its_digest_is_in_the_log(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    number = erase(office, people_of(office)["anita"])
    assert office.get(f"/api/v1/erasures/{number}/json").json["reason"] == "running"
    carry_out(office)
    content = office.get(f"/api/v1/erasures/{number}/json", "clara").data
    assert b"anita" not in content
    [told] = decoded(office)
    assert (told.number, told.pcs, told.accounts, told.reason) == (number, 1, 1, f"person {told.person} left and asked for it")
    [entry] = [row for row in office.rows(AuditEntry) if row.action == "erased person"]
    assert hashlib.sha256(content).hexdigest() in entry.detail
    paper = office.get(f"/api/v1/erasures/{number}/pdf", "clara", language="hi")
    assert paper.data.startswith(b"%PDF")
    assert office.rows(ErasureRow)[0].names is None


@pytest.mark.quality("P-13", "S-24")
def test_the_audit_log_without_the_name_still_proves_itself(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    people = people_of(office)
    for _ in range(120):
        office.get("/api/v1/overview", "meera", person=people["anita"], **MONDAY)
    keeping.seal(office.core.writer, office.core.identity, office.core.settings.data, now_ms())
    erase(office, people["anita"])
    carry_out(office)
    assert audit_faults(office) == []
    rewritten = [row for row in office.rows(AuditEntry) if row.rewritten is not None]
    assert len(rewritten) > 120
    assert all("anita" not in (row.detail or "") for row in office.rows(AuditEntry) if row.subject == f"person {people['anita']}")
    assert len([row for row in office.rows(AuditEntry) if row.action == REWRITTEN]) == 2


@on_sqlite_only
@pytest.mark.quality("S-24")
def test_rewriting_an_entry_behind_our_back_is_found(office: Office) -> None:
    office.deliver(office.enrol(hostname="ANITA-PC"), work(ANITA, WORD))
    office.get("/api/v1/overview", person=people_of(office)["anita"], **MONDAY)
    erase(office, people_of(office)["anita"])
    carry_out(office)
    log = entries(office)
    place = next(at for at, one in enumerate(log) if one.rewritten is not None)
    voucher = next(at for at, one in enumerate(log) if one.action == REWRITTEN)
    assert found_in(log) == []
    for at, changes in (
        (place, {"detail": "nothing"}),
        (place, {"rewritten": 1}),
        (place, {"rewritten": 9_999}),
        (place, {"own": None}),
        (place, {"own": None, "rewritten": None}),
        (2, {"own": log[2].digest(), "rewritten": log[voucher].id, "actor": "nobody"}),
        (2, {"own": log[2].digest(), "actor": "nobody"}),
        (voucher, {"after": None}),
        (voucher, {"after": "{}"}),
        (voucher, {"own": log[voucher].digest(), "rewritten": log[voucher].id, "after": "{}"}),
    ):
        assert found_in([replace(one, **changes) if number == at else one for number, one in enumerate(log)]), (at, changes)


def found_in(log: list[Entry]) -> list[Fault]:
    return list(verify(log, None, Head(log[-1].id, log[-1].chain), [], []))


def test_the_store_lets_no_entry_be_rewritten_without_one_that_vouches(office: Office) -> None:
    from sqlalchemy.exc import DBAPIError

    office.enrol()
    for values in ("own = chain, rewritten = 3", "own = chain, rewritten = id, action = 'x'", "detail = 'x'"):
        with pytest.raises(DBAPIError, match="append-only"), office.core._writing.begin() as connection:
            connection.execute(text(f"UPDATE audit_entry SET {values} WHERE id = 2"))


@pytest.mark.quality("P-13")
def test_what_comes_late_is_refused_and_counted(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    anita, _, shared = pcs
    erase(office, people_of(office)["anita"])
    late = office.deliver(anita, [activity(700)], first=len(work(ANITA, WORD)) + 1, epoch="a" * 16, machine="a")
    assert (late.status_code, late.json["reason"]) == (403, "revoked")
    mixed = [activity(700), activity(701, account=BORIS), session(702, "lock"), activity(703), activity(704, account=BORIS)]
    for _ in range(2):
        reply = office.deliver(shared, mixed, first=len(a_morning_each()) + 1, epoch="c" * 16, machine="c")
        assert reply.status_code == 200, reply.text
    assert reply.json["acked"] == len(a_morning_each()) + 5
    carry_out(office)
    reply = office.deliver(shared, [activity(705)], first=len(a_morning_each()) + 6, epoch="c" * 16, machine="c")
    assert [one["reason"] for one in reply.json["refused"]] == ["of somebody whose record was erased"]
    assert [row.refused for row in office.rows(ErasedAccount)] == [4]
    assert [one.late for one in shown(office)] == [4]
    refused = [row for row in office.rows(Quarantined) if "erased" in row.reason]
    assert [row.body for row in refused] == [b""] * 4
    assert not left_of(office, [ANITA])
    starts = {row.start for row in office.rows(Span)}
    assert {MONDAY_NINE + minute * 60_000 in starts for minute in (701, 704)} == {True}


def shown(office: Office) -> list[Erasure]:
    return msgspec.json.decode(office.get("/api/v1/erasures", "clara").data, type=Erasures).erasures


@on_sqlite_only
def test_who_comes_back_begins_a_record_of_its_own(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    before = this_minute() - 3_600_000
    erase(office, people_of(office)["anita"])
    carry_out(office)
    again = office.enrol(hostname="PC-9")
    later = this_minute() + 120_000
    events = [activity(start=before), notice(at=later), activity(start=later + 60_000)]
    reply = office.deliver(again, events, epoch="d" * 16, machine="d")
    assert reply.status_code == 200, reply.text
    assert [one["seq"] for one in reply.json["refused"]] == [1]
    assert [row.start for row in office.rows(Span) if row.start >= before] == [later + 60_000]
    owners = [row.person_id for row in office.rows(Account) if row.name == ANITA]
    assert owners == [max(row.id for row in office.rows(Person))]


def test_an_answer_to_the_notice_begins_a_record_on_a_pc_that_stayed(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    erase(office, people_of(office)["anita"])
    carry_out(office)
    later = this_minute() + 120_000
    events = [activity(700), notice(at=later), activity(start=later + 60_000), activity(701)]
    reply = office.deliver(pcs[2], events, first=len(a_morning_each()) + 1, epoch="c" * 16, machine="c")
    first = len(a_morning_each()) + 1
    assert [one["seq"] for one in reply.json["refused"]] == [first, first + 3]
    assert [row.start for row in office.rows(Span) if row.start > later] == [later + 60_000]


@on_sqlite_only
@pytest.mark.quality("P-13")
@pytest.mark.parametrize("fatal", [1, 20, 47])
def test_it_goes_on_after_being_killed_at_any_commit(
    office: Office, pcs: tuple[EnrolReply, ...], monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    monkeypatch.setattr("server.rights.erasure_steps.AT_ONCE", 40)
    real, left = office.core.writer.do, iter(range(fatal, -1, -1))

    class KilledError(BaseException):
        pass

    def until_killed(change: Any) -> Any:
        result = real(change)
        if next(left, 1) == 0:
            raise KilledError
        return result

    person = people_of(office)["anita"]
    erase(office, person)
    monkeypatch.setattr(office.core.writer, "do", until_killed)
    with pytest.raises(KilledError):
        while True:
            erasure_steps.run_all(office.core, now_ms())
            until_killed(lambda connection: None)
    monkeypatch.setattr(office.core.writer, "do", real)
    erasure_steps.run_all(office.core, now_ms())
    assert erasure_steps.run_all(office.core, now_ms()) == 0
    assert left_of(office, [WORD, "anita-pc", ANITA]) == []
    assert audit_faults(office) == []
    [told] = decoded(office)
    assert {one.table: one.rows for one in told.gone}["span"] == 120 + 30
    assert [row.action for row in office.rows(AuditEntry)].count("erased person") == 1


@pytest.mark.quality("P-13")
def test_a_legal_hold_a_floor_and_a_sign_in_stand_against_it(office: Office) -> None:
    pc = office.enrol()
    assert office.deliver(pc, [notice(), activity(start=this_minute() - 60_000), file(at=now_ms() - 86_400_000)]).status_code == 200
    person = people_of(office)["anita"]
    held = office.post("/api/v1/measures", "clara", {"person": person, "kind": "hold", "reason": "a lawsuit"}).json["id"]
    become(office, "meera", person)
    office.core.writer.do(lambda connection: change_organisation(connection, profile="india"))
    told = msgspec.json.decode(office.get(f"/api/v1/people/{person}/erasure").data, type=ErasurePreview)
    assert [(one.kind.value, one.what) for one in told.obstacles] == [("hold", None), ("sign_in", None), ("floor", "files")]
    assert "a lawsuit" in told.obstacles[0].message
    assert (told.obstacles[2].until or 0) > now_ms() + 363 * 86_400_000
    for undo in (
        lambda: office.post("/api/v1/measures/end", "clara", {"measure": held, "reason": "it is over"}),
        lambda: become(office, "meera", None),
        lambda: office.core.writer.do(
            lambda connection: change_organisation(connection, profile="none", limits=Limits(floors={"spans": 30}))
        ),
        lambda: office.core.writer.do(lambda connection: change_organisation(connection, limits=Limits())),
    ):
        refused = office.post("/api/v1/erasures", "olga", {"person": person, "name": "anita", "reason": "asked"})
        assert refused.status_code == 409, refused.text
        undo()
    wrong = office.post("/api/v1/erasures", "olga", {"person": person, "name": "boris", "reason": "asked"})
    assert (wrong.status_code, len(office.rows(ErasureRow))) == (400, 0)
    erase(office, person)
    again = office.post("/api/v1/erasures", "olga", {"person": person, "name": "anita", "reason": "asked"})
    assert (again.status_code, again.json["reason"]) == (409, "erased")


@on_sqlite_only
def test_reports_with_them_in_are_taken_back_and_their_sign_in_is_nobodys(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    from datetime import date

    people = people_of(office)
    become(office, "anita", people["anita"])
    file_of = {"language": "en", "actor": "anita", "asked": 1, "state": "wanted", "last": date(2025, 11, 23), "first": date(2025, 11, 17)}
    rows = [
        file_of | {"rhythm": "week", "scope": scope, "scope_id": number, "revision": 1}
        for scope, number in (("company", 0), ("person", people["anita"]), ("person", people["boris"]))
    ] + [
        file_of | {"rhythm": "week", "scope": "company", "scope_id": 0, "revision": 1, "first": date(2025, 1, 6), "last": date(2025, 1, 12)}
    ]
    office.core.writer.do(lambda connection: connection.execute(insert(ReportFile), rows))
    erase(office, people["anita"])
    assert office.get("/api/v1/me", "anita", **MONDAY).status_code == 401
    carry_out(office)
    left = [(row.scope, row.scope_id, str(row.first), row.actor) for row in office.rows(ReportFile)]
    user = next(row.id for row in office.rows(User) if row.name.startswith("erased"))
    assert left == [("company", 0, "2025-01-06", f"erased user {user}")]
    assert [row for row in office.rows(AuditEntry) if "anita" in f"{row.actor} {row.subject} {row.detail}".lower()] == []


@on_sqlite_only
def test_a_request_on_their_page_is_granted_by_it(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    from server.models import PersonRequest

    person = people_of(office)["anita"]
    asked = {"person_id": person, "kind": "erasure", "text": "please", "at": 5, "due": 6, "state": "open"}
    office.core.writer.do(lambda connection: connection.execute(insert(PersonRequest).values(**asked)))
    wish = {"person": person, "name": "anita", "reason": "asked", "request": 77}
    assert office.post("/api/v1/erasures", "olga", wish).status_code == 404
    erase(office, person, request=office.rows(PersonRequest)[0].id)
    carry_out(office)
    assert (decoded(office)[0].asked, office.rows(PersonRequest)) == (5, [])


def test_every_table_with_rows_about_somebody_is_dealt_with(office: Office, pcs: tuple[EnrolReply, ...]) -> None:
    """By the table of tables itself: what is left about the person afterwards is only what stays emptied, rewritten or as the erasure."""
    person = people_of(office)["anita"]
    erase(office, person)
    carry_out(office)
    stays = {Erased.EMPTIED, Erased.REWRITTEN, Erased.LAST, Erased.NOTHING}
    with office.core.readers.connect() as connection:
        one = whom(connection, person)
        for held in (held for held in TABLES if held.erased not in stays):
            for part in parts_of(connection, held, one):
                rows = connection.execute(select(*held.table.__table__.columns).where(part.where)).all()
                assert [row for row in rows if part.only is None or part.only(row)] == [], held.name
    assert (one.name, set(one.accounts.values()) & {ANITA}) == (f"erased person {person}", set())
