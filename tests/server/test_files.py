"""The file audit: what is searched for and nothing else, page by page without loss, with its gaps said aloud."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from policy.summaries import Files
from server.models import AuditEntry
from server.path_index import index_paths
from server.queries import file_extras, files
from tests.events import ANITA, BORIS, MONDAY_NINE, activity, file, gap, notice
from tests.server.asking import MONDAY, answer, people_of
from tests.server.conftest import Office

MINUTE = 60_000


def search(office: Office, who: str = "olga", /, **query: Any) -> Files:
    return answer(office, "files", Files, who, **query)


def paths(found: Files) -> list[str]:
    return [row.path for row in found.rows]


@pytest.fixture
def archive(office: Office) -> Office:
    """Anita's and Boris's file events of a Monday, each on a PC."""
    mine = [
        file(0, path="S:\\Clients\\Alpha\\plan.xlsx", bytes=9000, process="excel.exe"),
        file(1, path="S:\\Clients\\Alpha\\plan.xlsx", action="modified"),
        file(2, path="S:\\Clients\\Beta\\100%_sure\\notes.txt"),
        file(3, path="S:\\Clients\\Beta\\old.docx", action="renamed", new_path="S:\\Clients\\Beta\\new.docx"),
        file(4, path="C:\\temp\\x.tmp", action="deleted", source="audit_log"),
    ]
    theirs = [file(5, account=BORIS, path="/home/boris/plan.xlsx", action="opened")]
    assert office.deliver(office.enrol(), [notice(), *mine]).status_code == 200
    assert (
        office.deliver(office.enrol("Sales", BORIS, "PC-2"), [notice(account=BORIS), *theirs], epoch="b" * 16, machine="m2").status_code
        == 200
    )
    return office


@pytest.mark.feature("I07", "L01")
def test_a_row_is_told_as_it_was_reported_newest_first(archive: Office) -> None:
    found = search(archive)
    assert [row.action for row in found.rows] == ["opened", "deleted", "renamed", "created", "modified", "created"]
    first = found.rows[-1]
    assert (first.at, first.person.name, first.account, first.host) == (MONDAY_NINE, "anita", ANITA, "PC-1")
    assert (first.path, first.new_path, first.bytes, first.process, first.source) == (
        "S:\\Clients\\Alpha\\plan.xlsx",
        None,
        9000,
        "excel.exe",
        "watcher",
    )
    assert (found.rows[2].path, found.rows[2].new_path) == ("S:\\Clients\\Beta\\old.docx", "S:\\Clients\\Beta\\new.docx")
    assert (found.rows[1].process, found.rows[1].bytes, found.next) == (None, None, None)


SEARCHES: list[tuple[dict[str, Any], list[int]]] = [
    ({"path": "plan"}, [5, 1, 0]),
    ({"path": "PLAN.XLSX"}, [5, 1, 0]),
    ({"path": "S:\\Clients\\*\\plan.xlsx"}, [1, 0]),
    ({"path": "S:\\Clients\\*.xlsx"}, []),
    ({"path": "s:/clients/**"}, [3, 2, 1, 0]),
    ({"path": "new.docx"}, [3]),
    ({"path": "old.docx"}, [3]),
    ({"path": "*.?mp"}, [4]),
    ({"path": "%"}, [2]),
    ({"path": "100%_sure"}, [2]),
    ({"path": "_"}, [2]),
    ({"path": "a_p"}, []),
    ({"path": "["}, []),
    ({"path": "%' OR 1=1 --"}, []),
    ({"user": "boris"}, [5]),
    ({"user": "MERIDIAN\\anita", "action": "deleted"}, [4]),
    ({"user": "%"}, []),
    ({"host": "pc-2"}, [5]),
    ({"host": "PC-_"}, []),
    ({"action": "created"}, [2, 0]),
    ({"extension": "xlsx"}, [5, 1, 0]),
    ({"extension": ".DOCX", "path": "Beta"}, [3]),
    ({"extension": "lsx"}, []),
    ({"since": MONDAY_NINE + 2 * MINUTE, "until": MONDAY_NINE + 4 * MINUTE}, [4, 3, 2]),
    ({"since": MONDAY_NINE + 9 * MINUTE}, []),
    ({"until": 0}, []),
    ({"from": "2025-11-18", "to": "2025-11-18"}, []),
]


@pytest.mark.feature("I07")
@pytest.mark.quality("S-09")
def test_a_search_finds_what_is_meant(archive: Office) -> None:
    for query, minutes in SEARCHES:
        assert [(row.at - MONDAY_NINE) // MINUTE for row in search(archive, **query).rows] == minutes, query


@pytest.mark.quality("S-23")
@pytest.mark.feature("I07")
def test_everybody_sees_the_files_they_may(archive: Office) -> None:
    people = people_of(archive)
    assert {row.person.name for row in search(archive, "clara").rows} == {"anita", "boris"}
    assert {row.person.name for row in search(archive, "clara", team=archive.team("Sales")).rows} == {"boris"}
    assert {row.person.name for row in search(archive, "clara", person=people["anita"]).rows} == {"anita"}
    assert {row.person.name for row in search(archive, "meera").rows} == {"anita"}
    assert search(archive, "meera", user="boris").rows == []
    assert search(archive, "meera", host="PC-2").rows == []
    assert archive.get("/api/v1/files", "meera", person=people["boris"], **MONDAY).status_code == 403
    assert archive.get("/api/v1/files", "meera", team=archive.team("Sales"), **MONDAY).status_code == 403
    for who in ("ivan", "anita"):
        assert archive.get("/api/v1/files", who, **MONDAY).status_code == 403
    assert archive.get("/api/v1/overview", "clara", **MONDAY).status_code == 403  # files, and no figures


@pytest.mark.feature("L03")
def test_every_search_is_written_down_with_its_conditions(archive: Office) -> None:
    people = people_of(archive)
    search(archive, "clara", path="S:\\**", action="deleted", limit=1)
    search(archive, "clara", user="MERIDIAN\\anita")
    search(archive, "meera", person=people["anita"])
    looks = [(row.actor, row.subject, row.detail) for row in archive.rows(AuditEntry) if row.action == "looked at files"]
    days = "2025-11-17 to 2025-11-17"
    assert looks == [
        ("clara", None, f"{days}, path S:\\**, action deleted"),
        ("clara", f"person {people['anita']}", f"{days}, user MERIDIAN\\anita"),
        ("meera", f"person {people['anita']}", f"{days}, anita"),
    ]


@pytest.mark.feature("I07")
@pytest.mark.parametrize("limit", [1, 7, 100, 500])
def test_a_cursor_walks_every_row_once_while_new_ones_arrive(office: Office, limit: int) -> None:
    chance = random.Random(limit)
    pcs = [office.enrol(), office.enrol("Sales", BORIS, "PC-2")]
    accounts, sent = (ANITA, BORIS), [1, 1]
    for which in (0, 1):
        events = [file(chance.randrange(300), account=accounts[which], path=f"C:\\{number}") for number in range(600)]
        assert (
            office.deliver(pcs[which], [notice(account=accounts[which]), *events], epoch=str(which) * 16, machine=str(which)).status_code
            == 200
        )
        sent[which] += 601
    before = sorted((row.at, row.path, row.account) for row in everything(office))
    seen: list[tuple[int, str, str]] = []
    after = None
    pages = 0
    while pages == 0 or after is not None:
        page = search(office, limit=limit, **({"cursor": after} if after else {}))
        seen += [(row.at, row.path, row.account) for row in page.rows]
        after, pages = page.next, pages + 1
        if pages <= 20:
            new = file(301 + pages, path=f"C:\\new {pages}")
            assert office.deliver(pcs[0], [new], first=sent[0], epoch="0" * 16, machine="0").status_code == 200
            sent[0] += 1
    assert len(before) == 1200
    assert sorted(seen) == before
    assert [at for at, _, _ in seen] == sorted((at for at, _, _ in seen), reverse=True)


def everything(office: Office) -> list[Any]:
    found, after = [], None
    while True:
        page = search(office, limit=500, **({"cursor": after} if after else {}))
        found += page.rows
        after = page.next
        if after is None:
            return found


def test_a_search_that_matches_little_still_walks_everything(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_SEEN", 100)
    monkeypatch.setattr(files, "AT_ONCE", 50)
    events = [file(number, path=f"C:\\a\\{number}\\b.txt" if number % 200 else f"C:\\a\\b{number}.txt") for number in range(800)]
    office.deliver(office.enrol(), [notice(), *events])
    found, after, empty = [], None, 0
    while True:
        page = search(office, path="C:\\a\\*.txt", **({"cursor": after} if after else {}))
        found += paths(page)
        empty += not page.rows
        after = page.next
        if after is None:
            break
    assert found == ["C:\\a\\b600.txt", "C:\\a\\b400.txt", "C:\\a\\b200.txt", "C:\\a\\b0.txt"]
    assert empty > 0  # a page may be empty and yet have one after it


@pytest.mark.feature("L01")
def test_a_file_is_followed_through_its_names(office: Office) -> None:
    names = [
        file(0, path="C:\\a", action="renamed", new_path="C:\\b"),
        file(10, path="C:\\b", action="renamed", new_path="C:\\c"),
        file(20, path="C:\\x", action="renamed", new_path="C:\\b"),  # another file takes a name that became free
        file(30, path="C:\\c", action="renamed", new_path="C:\\d"),
        file(40, path="C:\\b", action="renamed", new_path="C:\\y"),
        file(50, path="C:\\d", action="modified"),
    ]
    office.deliver(office.enrol(), [notice(), *names])
    for asked in ("C:\\c", "C:\\d"):
        told = [(one.path, one.new_path) for one in search(office, path=asked).renames or []]
        assert told == [("C:\\a", "C:\\b"), ("C:\\b", "C:\\c"), ("C:\\c", "C:\\d")]
    assert search(office, path="C:\\nothing").renames == []
    assert search(office).renames == []


def test_names_that_go_round_in_a_circle_end(office: Office) -> None:
    there = [file(minute, path="C:\\a", action="renamed", new_path="C:\\b") for minute in range(0, 40, 2)]
    back = [file(minute, path="C:\\b", action="renamed", new_path="C:\\a") for minute in range(1, 40, 2)]
    office.deliver(office.enrol(), [notice(), *there, *back])
    found = search(office, path="C:\\a")
    assert found.renames is not None
    assert [one.at for one in found.renames] == sorted(one.at for one in found.renames)
    assert len(found.renames) == 40


def test_very_many_names_are_cut_and_that_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_extras, "MOST_LISTED", 5)
    names = [file(minute, path=f"C:\\{minute}", action="renamed", new_path=f"C:\\{minute + 1}") for minute in range(9)]
    office.deliver(office.enrol(), [notice(), *names])
    found = search(office, path="C:\\0")
    assert (len(found.renames or []), found.truncated > 0) == (5, True)


@pytest.mark.feature("L02")
def test_a_burst_is_counted_by_person_minute_and_kind(office: Office) -> None:
    enough = file_extras.BURST_EVENTS
    events = [file(3, path=f"C:\\{number}", action="deleted") for number in range(enough)]
    events += [file(5, path=f"C:\\{number}") for number in range(enough - 1)]
    events += [file(7, path=f"C:\\{number}", action="modified") for number in range(enough + 5)]
    events += [file(9, path=f"C:\\{number}", action="created", source="rescan") for number in range(enough + 5)]
    office.deliver(office.enrol(), [notice(), *events])
    [burst] = search(office).bursts or []
    assert (burst.person.name, burst.start, burst.action, burst.count) == ("anita", MONDAY_NINE + 3 * MINUTE, "deleted", enough)
    assert len(search(office, path="nothing like it").bursts or []) == 1
    assert search(office, "sunil").bursts == []


@pytest.mark.feature("L01")
def test_silence_is_not_taken_for_completeness(office: Office) -> None:
    events = [
        gap(what="file", reason="overflow", lost=40, end=MONDAY_NINE + MINUTE),
        gap(what="event", reason="damaged", lost=1),
        gap(what="unrecorded", reason="buffer_full", lost=3),
        gap(what="activity", reason="paused", lost=2),
        gap(what="clock", reason="set_back", lost=0),
        gap(what="file", reason="overflow", lost=1, start=MONDAY_NINE - 3 * 86_400_000, end=MONDAY_NINE - 2 * 86_400_000),
    ]
    office.deliver(office.enrol(), [notice(), activity(), *events])
    told = {(one.host, one.what, one.reason, one.lost) for one in search(office).gaps or []}
    assert told == {("PC-1", "file", "overflow", 40), ("PC-1", "event", "damaged", 1), ("PC-1", "unrecorded", "buffer_full", 3)}
    assert search(office, "sunil").gaps == []
    assert search(office, host="PC-9").gaps == []


def test_what_belongs_to_the_whole_search_is_on_its_first_page_only(archive: Office) -> None:
    first = search(archive, limit=2)
    second = search(archive, limit=2, cursor=first.next)
    assert (first.renames, first.bursts, first.gaps) == ([], [], [])
    assert (second.renames, second.bursts, second.gaps) == (None, None, None)
    assert len(paths(first) + paths(second)) == 4


HOSTILE = ("C:\\<script>alert(1)</script>", "C:\\=cmd|'/c calc'!A1", "C:\\\u202egnp.exe", "C:\\" + "x" * 4000, "C:\\🧮 पथ")


@pytest.mark.quality("S-09")
def test_hostile_paths_stay_text(office: Office) -> None:
    office.deliver(office.enrol(), [notice(), *(file(minute, path=path) for minute, path in enumerate(HOSTILE))])
    assert paths(search(office)) == [path.replace("\u202e", "") for path in reversed(HOSTILE)]
    for path in HOSTILE:
        assert paths(search(office, path=path[3:15])) == [path.replace("\u202e", "")]


NO_SEARCHES: list[dict[str, Any]] = [
    {"limit": 0},
    {"limit": 501},
    {"limit": "many"},
    {"cursor": "garbage"},
    {"cursor": "W10"},
    {"cursor": "WzEsMiwzLDRd"},
    {"cursor": "WyJhIiwxLDFd"},
    {"cursor": "WzFlOTksMSwxXQ"},
    {"cursor": "é"},
    {"cursor": "x" * 401},
    {"action": "eaten"},
    {"path": "x" * 513},
    {"user": "x" * 257},
    {"since": "noon"},
    {"until": "-1"},
    {"from": "2025-11-18"},
]


def test_a_search_that_is_none_gets_a_sentence(archive: Office) -> None:
    for query in NO_SEARCHES:
        reply = archive.get("/api/v1/files", **(MONDAY | query))
        assert (reply.status_code, bool(reply.json["message"])) == (400, True), query


@pytest.mark.quality("S-09")
def test_broken_text_never_reaches_the_store(archive: Office) -> None:
    for name in ("path", "user", "host", "extension", "cursor", "action"):
        for text in ("\0", "\ud800", "\x1b[0m", "%00", "\u202e"):
            reply = archive.get("/api/v1/files", **MONDAY, **{name: text.encode("utf-8", "surrogatepass")})
            assert reply.status_code in (200, 400), reply.text
            if reply.status_code == 200:
                msgspec.json.decode(reply.data, type=Files)


def test_a_search_with_the_index_finds_what_it_found_without(archive: Office) -> None:
    core = archive.core
    before = [paths(search(archive, **query)) for query, _ in SEARCHES]
    index_paths(core.readers, core.writer)
    assert [paths(search(archive, **query)) for query, _ in SEARCHES] == before
    late = [file(30, path="S:\\Clients\\Gamma\\Überplan.xlsx"), file(31, path="x", action="renamed", new_path="S:\\late plan.txt")]
    pc = archive.enrol("Accounts", hostname="PC-9")
    assert archive.deliver(pc, [notice(), *late], epoch="9" * 16, machine="m9").status_code == 200
    unindexed = paths(search(archive, path="plan"))
    assert unindexed[:2] == ["x", "S:\\Clients\\Gamma\\Überplan.xlsx"]
    index_paths(core.readers, core.writer)
    assert paths(search(archive, path="plan")) == unindexed
    assert paths(search(archive, path="ÜBERplan")) == ["S:\\Clients\\Gamma\\Überplan.xlsx"]


def test_a_search_that_means_many_paths_looks_through_rows(archive: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    index_paths(archive.core.readers, archive.core.writer)
    found = paths(search(archive, path="plan"))
    monkeypatch.setattr(files, "MOST_PATHS", 1)
    assert paths(search(archive, path="plan")) == found
    assert len(found) == 3
