"""The papers about the recording as files: made by the command and the routes from the settings as they stand, and readable."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.models import AuditEntry
from server.organisation import change_organisation
from server.rights import notice_papers
from tests.server.asking import MONDAY
from tests.server.conftest import Office, on_sqlite_only

LOCKED = {"works_council": "BV 2026-3", "work_hours_only": True, "ask_below": 5, "ask_for_person": True}


def words_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as book:
        return book.read("word/document.xml").decode()


def change(office: Office, **changes: object) -> object:
    revision = office.get("/api/v1/settings").json["organisation"]["revision"]
    return office.post("/api/v1/settings", "olga", {"revision": revision, "changes": changes}, method="PATCH")


@pytest.mark.quality("P-07")
def test_the_documents_follow_a_changed_setting_at_once(office: Office) -> None:
    listed = office.get("/api/v1/documents", "clara").json
    assert listed["files"] == notice_papers.names()
    before = office.get("/api/v1/documents/record-of-processing.docx", "clara")
    assert before.status_code == 200
    assert "Switched off, and not recorded: File audit" in words_of(before.data)
    assert change(office, folders=["S:\\Secret Clients"], titles="full").status_code == 200  # type: ignore[attr-defined]
    after = words_of(office.get("/api/v1/documents/record-of-processing.docx", "clara").data)
    assert "Switched off, and not recorded: File audit" not in after
    policy = words_of(office.get("/api/v1/documents/it-usage-policy.hi.docx").data)
    assert "S:\\Secret Clients" in policy
    looks = [(row.actor, row.detail) for row in office.rows(AuditEntry) if row.action == "looked at a document"]
    assert ("clara", "record-of-processing.docx") in looks


@on_sqlite_only
def test_only_the_documents_that_exist_are_made(office: Office) -> None:
    for name in ("passwords.pdf", "it-usage-policy.pdf", "it-usage-policy.xx.pdf", "record-of-processing.exe"):
        assert office.get(f"/api/v1/documents/{name}").status_code == 404
    assert office.get("/api/v1/documents/..%2fworkpulse.db").status_code == 404
    assert office.get("/api/v1/documents/a%20b.pdf").status_code == 400


@pytest.mark.quality("P-18")
def test_an_assessment_that_was_recorded_is_no_open_point_any_more(office: Office) -> None:
    assert any("signed assessment" in one for one in office.get("/api/v1/documents").json["open_points"])
    change(office, dpia="DPIA 7 of 3 May")
    now = office.get("/api/v1/documents").json
    assert now["dpia"] == "DPIA 7 of 3 May"
    assert not any("signed assessment" in one for one in now["open_points"])


@pytest.mark.quality("P-18")
def test_who_answers_for_it_is_asked_for_the_assessment_until_it_is_noted(office: Office) -> None:
    def asked() -> set[str]:
        return {who for who in ("olga", "meera", "clara", "ivan") if not office.get("/api/v1/choices", who).json["assessed"]}

    assert asked() == {"olga", "clara"}
    change(office, dpia="DPIA 7 of 3 May")
    assert asked() == set()


@on_sqlite_only
def test_the_command_writes_every_document(office: Office, tmp_path: Path) -> None:
    office.core.writer.do(lambda connection: change_organisation(connection, name="Meridian & <b>Söhne</b>"))
    out = tmp_path / "papers"
    done = CliRunner().invoke(main, ["documents", "--data", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert [Path(line).name for line in done.output.splitlines()] == notice_papers.names()
    for path in out.iterdir():
        content = path.read_bytes()
        assert content.startswith(b"%PDF" if path.suffix == ".pdf" else b"PK")
        if path.suffix == ".docx":
            assert "Meridian &amp; &lt;b&gt;Söhne&lt;/b&gt;" in words_of(content)


@on_sqlite_only
def test_the_same_settings_make_the_same_bytes(office: Office) -> None:
    with office.core.readers.connect() as connection:
        for name in ("it-usage-policy.bn.pdf", "impact-assessment.docx"):
            one, two = (notice_papers.made(connection, office.core.settings, name, 1_763_629_200_000).content for _ in range(2))
            assert one == two


@pytest.mark.quality("P-19")
def test_what_the_works_council_locked_nobody_unlocks_by_a_setting(office: Office) -> None:
    refused = change(office, works_council="BV 2026-3")
    assert refused.status_code == 400  # type: ignore[attr-defined]
    assert refused.json["reason"] == "locked"  # type: ignore[attr-defined]
    assert change(office, **LOCKED).status_code == 200  # type: ignore[attr-defined]
    for name, value in {"capture_every": 600, "titles": "full", "work_hours_only": False, "ask_below": 0, "ask_for_person": False}.items():
        reply = change(office, **{name: value})
        assert (reply.status_code, reply.json["reason"]) == (400, "locked"), name  # type: ignore[attr-defined]
        assert name in reply.json["message"]  # type: ignore[attr-defined]
    kept = office.get("/api/v1/settings").json["organisation"]
    assert {name: kept[name] for name in LOCKED} == LOCKED
    assert change(office, name="Another name").status_code == 200  # type: ignore[attr-defined]


@pytest.mark.quality("P-19")
def test_nobody_is_ranked_under_an_agreement(office: Office) -> None:
    assert office.get("/admin/leaderboard", **MONDAY).status_code == 200
    change(office, **LOCKED)
    reply = office.get("/admin/leaderboard", **MONDAY)
    assert (reply.status_code, reply.json["reason"]) == (403, "locked")
