"""`python server report`: two real files of any period and scope, their paths and nothing else on standard output."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import main
from server.models import AuditEntry
from tests.server.asking import two_people
from tests.server.conftest import Office, on_sqlite_only

pytestmark = on_sqlite_only


@pytest.fixture
def week(office: Office) -> Office:
    two_people(office)
    return office


def report(office: Office, out: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["report", "--data", str(office.core.settings.data), "--out", str(out), *options])


@pytest.mark.feature("J01", "J02")
def test_it_prints_where_the_two_files_are(week: Office, tmp_path: Path) -> None:
    result = report(week, tmp_path / "out", "--week", "2025-W47")
    assert result.exit_code == 0, result.output
    pdf, xlsx = (Path(line) for line in result.stdout.split("\n")[:2])
    assert (pdf.name, xlsx.name) == ("report-2025-W47-company-r1.pdf", "report-2025-W47-company-r1.xlsx")
    assert pdf.read_bytes().startswith(b"%PDF")
    names = zipfile.ZipFile(io.BytesIO(xlsx.read_bytes())).namelist()
    assert "xl/workbook.xml" in names
    assert ("console", "made a report", "week 2025-11-17 to 2025-11-23, company") in [
        (row.actor, row.action, row.detail) for row in week.rows(AuditEntry)
    ]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("--day", "2025-11-17", "--person", "anita", "--language", "bn"), "report-2025-11-17-person-1-r1"),
        (("--month", "2025-11", "--team", "Sales", "--language", "hi"), "report-2025-11-team-2-r1"),
    ],
)
def test_any_period_scope_and_language(week: Office, tmp_path: Path, options: tuple[str, ...], name: str) -> None:
    assert report(week, tmp_path, *options).exit_code == 0
    assert {path.stem for path in tmp_path.glob("report-*")} == {name}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--week", "2025-47"), "one looks like 2026-W46"),
        (("--week", "2025-W60"), "is no week"),
        (("--day", "2025-02-30"), "is no day"),
        (("--month", "2025-13"), "is no month"),
        (("--day", "2025-11-17", "--week", "2025-W47"), "one of --day"),
        (("--week", "2099-W01"), "days that have been"),
        (("--week", "2025-W47", "--team", "Nowhere"), "there is no team 'Nowhere'"),
        (("--week", "2025-W47", "--person", "99"), "there is no person '99'"),
        (("--week", "2025-W47", "--team", "Sales", "--person", "boris"), "not both"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(week: Office, tmp_path: Path, options: tuple[str, ...], sentence: str) -> None:
    result = report(week, tmp_path, *options)
    assert result.exit_code == 1 and sentence in result.output
    assert list(tmp_path.glob("report-*")) == []
