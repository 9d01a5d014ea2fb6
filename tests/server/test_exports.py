"""An export is written down before it leaves the window, or it does not happen."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from policy.summaries import ExportForm, ExportNote
from server.models import AuditEntry
from tests.server.asking import MONDAY, become, people_of
from tests.server.conftest import Office


def note(office: Office, who: str, export: ExportNote | bytes) -> int:
    body = export if isinstance(export, bytes) else msgspec.json.encode(export)
    return office.client.post("/api/v1/exports", data=body, headers={"Authorization": f"Bearer {office.tokens[who]}"}).status_code


def export(**changes: object) -> ExportNote:
    day = date(2025, 11, 17)
    return msgspec.structs.replace(ExportNote("overview", ExportForm.CSV, 12, day, day), **changes)


@pytest.mark.quality("S-23")
def test_an_export_is_in_the_audit_log_with_its_scope_rows_and_conditions(office: Office) -> None:
    office.enrol("Accounts")
    anita = people_of(office)["anita"]
    assert note(office, "meera", export(person=anita, conditions=["search: tally"])) == 204
    [entry] = [row for row in office.rows(AuditEntry) if "exported" in row.action]
    assert (entry.actor, entry.action, entry.subject) == ("meera", "looked at overview and exported it", f"person {anita}")
    assert entry.detail == "2025-11-17 to 2025-11-17, 12 rows as csv, search: tally"


@pytest.mark.quality("S-23")
def test_nobody_exports_what_is_not_theirs_to_see(office: Office) -> None:
    office.enrol("Accounts")
    anita = people_of(office)["anita"]
    assert note(office, "sunil", export(person=anita)) == 403
    assert note(office, "sunil", export(team=office.team("Accounts"))) == 403
    assert note(office, "clara", export(tab="files", person=anita)) == 204


def test_the_person_sees_that_their_figures_were_exported(office: Office) -> None:
    office.enrol("Accounts")
    anita = people_of(office)["anita"]
    become(office, "anita", anita)
    note(office, "olga", export(person=anita))
    looks = office.get("/api/v1/me", "anita", **MONDAY).json["looks"]
    assert [(look["who"], look["what"]) for look in looks] == [("olga", "overview and exported it")]


@pytest.mark.parametrize("body", [b"{}", b'{"tab":"../x","form":"csv","rows":1,"first":"2025-11-17","last":"2025-11-17"}', b"[]"])
def test_a_note_that_is_none_is_refused(office: Office, body: bytes) -> None:
    assert note(office, "olga", body) == 400
