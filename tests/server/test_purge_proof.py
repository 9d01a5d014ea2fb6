"""After a deletion nothing of it is left to be read: not in a row, not in the store's files, not in a dictionary; and nobody's is lost."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from policy import notice as told
from policy.events import MINUTE_MS
from server import jobs, path_index
from server.clock import now_ms
from server.models import App, Path, Site, Span, Title
from server.rights import retention, retention_proof, retention_texts
from tests.events import activity, file, network, notice
from tests.server.conftest import Office, on_sqlite_only
from tests.server.test_erasure import files_with

DAY_MS = 86_400_000
OLD, YOUNG = "Goldammer", "Blaumeise"


def events_of(word: str, days_ago: int, many: int = 30) -> list[Any]:
    """Work of some days ago with `word` in every text, in an order that splits pages of every index."""
    start = (now_ms() - days_ago * DAY_MS) // MINUTE_MS * MINUTE_MS
    numbers = list(range(many))
    random.Random(1).shuffle(numbers)
    found: list[Any] = []
    for at, number in enumerate(numbers):
        named: dict[str, Any] = {
            "app": f"{word}{number}.exe",
            "site": f"{word}{number}.example",
            "title": f"{number * 7919 % 97} {word} {number}",
        }
        found.append(activity(start=start + at * MINUTE_MS, **named))
        found.append(file(at=start + at * MINUTE_MS, path=f"C:\\{number * 31 % 29}\\{word} {number}.docx", process=f"{word}.exe"))
    return found


def deliver(office: Office, many: int = 30) -> str:
    pc = office.enrol()
    mixed = [one for pair in zip(events_of(OLD, 400, many), events_of(YOUNG, 3, many), strict=True) for one in pair]
    events = [notice(at=now_ms() - 500 * DAY_MS, version=told.version(pictures=True)), *mixed]
    assert office.deliver(pc, events).status_code == 200
    while office.rebuild():
        pass
    path_index.index_paths(office.core.readers, office.core.writer)
    return pc.token


def words_left(office: Office, word: str) -> list[str]:
    return [row.text for table in (App, Site, Title, Path) for row in office.rows(table) if word.lower() in row.text.lower()]


@pytest.mark.quality("P-05")
def test_texts_go_with_the_last_row_that_names_them(office: Office) -> None:
    deliver(office)
    young = sorted(words_left(office, YOUNG))
    assert len(words_left(office, OLD)) > 100
    jobs.purge(office.core, now_ms())
    assert words_left(office, OLD) == []
    assert sorted(words_left(office, YOUNG)) == young
    found = office.get("/api/v1/files", path=YOUNG, limit=100, **_days())
    assert len(found.json["rows"]) == 30
    assert office.get("/api/v1/files", path=OLD, **_days()).json["rows"] == []
    assert retention_texts.forget_unused(office.core.readers, office.core.writer) == 0


def _days() -> dict[str, str]:
    from policy.worktime import local_day

    now = now_ms()
    return {"from": str(local_day(now - 30 * DAY_MS, "UTC")), "to": str(local_day(now + DAY_MS, "UTC"))}


@on_sqlite_only
@pytest.mark.quality("P-05")
def test_expired_words_are_in_no_file_of_the_store(office: Office) -> None:
    deliver(office, 450)
    data = office.core.settings.data
    assert files_with(data, OLD)
    jobs.purge(office.core, now_ms())
    assert files_with(data, OLD) == []
    assert files_with(data, YOUNG)
    with office.core.readers.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(text("PRAGMA freelist_count")).scalar_one() == 0


@on_sqlite_only
def test_a_log_that_somebody_reads_is_cut_off_another_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_proof, "TRIES", 1)
    deliver(office)
    with office.core.readers.connect() as connection:
        connection.execute(text("SELECT count(*) FROM title")).scalar_one()
        office.core.writer.do(lambda writing: writing.execute(text("UPDATE title SET text = text WHERE id = 1")))
        assert retention_proof.clean_files(office.core) is False
    assert retention_proof.clean_files(office.core) is True


def test_who_remembers_a_text_that_was_deleted_asks_for_it_anew(office: Office) -> None:
    """The ingest knows numbers of texts by heart; a row must never name a number that is not there."""
    token = deliver(office)
    jobs.purge(office.core, now_ms())
    many = len(events_of(OLD, 400)) + len(events_of(YOUNG, 3)) + 1
    again = events_of(OLD, 2)
    assert office.deliver(token, again, first=many + 1).status_code == 200
    known = {row.id for row in office.rows(Title)}
    assert {row.title_id for row in office.rows(Span)} <= known | {0}
    assert len([one for one in words_left(office, OLD) if one.endswith(".docx")]) == 30
    path_index.index_paths(office.core.readers, office.core.writer)
    assert len(office.get("/api/v1/files", path=OLD, limit=100, **_days()).json["rows"]) == 30


def test_a_text_that_is_used_again_while_it_is_being_deleted_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that began before the texts were hidden still names them: they get their text back."""
    deliver(office)
    real = retention_texts._hide
    sent: list[int] = []

    def hide_late(connection: Any, dictionary: Any, numbers: list[int]) -> dict[int, str]:
        if dictionary is Title and not sent:  # what a server on the same database may do between the look and now
            sent.append(numbers[0])
            row = dict(connection.execute(select(*Span.__table__.columns).limit(1)).one()._mapping)
            connection.execute(insert(Span).values(row | {"seq": 9_999, "start": now_ms(), "title_id": numbers[0]}))
        return real(connection, dictionary, numbers)

    retention.purge(office.core.readers, office.core.writer, now_ms())
    monkeypatch.setattr(retention_texts, "_hide", hide_late)
    before = {row.id: row.text for row in office.rows(Title)}
    retention_texts.forget_unused(office.core.readers, office.core.writer)
    after = {row.id: row.text for row in office.rows(Title)}
    assert after[sent[0]] == before[sent[0]]
    assert len([one for one in after.values() if OLD in one]) == 1


@on_sqlite_only
def test_bytes_of_an_app_keep_its_name(office: Office) -> None:
    pc = office.enrol()
    office.deliver(pc, [notice(), network(0, app="kept.exe"), activity(0, app="shown.exe", site="shown.example")])
    while office.rebuild():
        pass
    office.core.writer.do(lambda connection: connection.execute(text("DELETE FROM span")))
    retention_texts.forget_unused(office.core.readers, office.core.writer)
    assert {"kept.exe", "shown.exe"} <= {row.text for row in office.rows(App)}
    assert [row.text for row in office.rows(Site)] == ["shown.example"]
