"""Leads an export from the menu to the file: where to, written beside, noted on the server, then put in its place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, QPoint, QTimer, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from console import words
from console.api import Api
from console.charts.painted import Painted
from console.export.collect import charts_of, content_of, head_of
from console.export.content import Cell, Content, Sheet
from console.export.csv_file import write_csv
from console.export.pdf_file import write_pdf
from console.export.picture_file import chart_png, chart_svg
from console.models.rows import as_copied
from console.preferences import preferences_of
from console.scope import Scope
from console.services import Services
from console.tabs.base import Tab
from console.tabs.frame import TabFrame
from console.trouble import Trouble
from console.widgets.plain import on_button
from console.widgets.toast import Toast
from console.words import _, _n
from policy.summaries import ExportForm, ExportNote

ENDINGS = {ExportForm.CSV: "csv", ExportForm.EXCEL: "xlsx", ExportForm.PDF: "pdf", ExportForm.PNG: "png", ExportForm.SVG: "svg"}
POLL_MS = 300
LONGEST_LINE = 250

Write = Callable[[Path], int]


class Stopped(Exception):  # noqa: N818 - somebody's wish, not a fault
    """The export was given up."""


@dataclass
class Progress:
    """How far an export is; the window reads it, the pool writes it."""

    rows: int = 0
    stop: bool = False

    def counted(self, content: Content) -> Content:
        """Return the content with every row counted as it is read."""
        return replace(content, sheets=tuple(replace(sheet, rows=partial(self._rows, sheet)) for sheet in content.sheets))

    def _rows(self, sheet: Sheet) -> Iterator[Sequence[Cell]]:
        for row in sheet.rows():
            if self.stop:
                raise Stopped
            self.rows += 1
            yield row


def put_in_place(write: Write, path: Path, noted: Callable[[int], None]) -> int:
    """Write beside, have it noted, and only then give it its name; runs in the pool. Returns the number of rows."""
    beside = path.with_name(f"{path.name}.part")
    try:
        rows = write(beside)
        noted(rows)
        beside.replace(path)
    except OSError as fault:
        raise Trouble(_("The file could not be written."), f"{path}: {fault}") from fault
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    return rows


class Exporter(QObject):
    """One for each window."""

    def __init__(self, services: Services, toast: Toast, window: QWidget) -> None:
        super().__init__(window)
        self._services, self._toast, self._window = services, toast, window
        self._progress = Progress()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._tell_progress)

    # --- the menu -----------------------------------------------------------------------------------------------------

    def offer(self, frame: TabFrame, place: QPoint) -> None:
        """Show the ways to take this tab along."""
        if frame.values is None or frame.state() != "figures":
            self._toast.say(_("There is nothing to export here yet."))
            return
        menu = self.menu(frame)
        menu.exec(place)
        menu.deleteLater()

    def menu(self, frame: TabFrame) -> QMenu:
        """Return the menu of forms."""
        menu = QMenu(self._window)
        menu.setAccessibleName(_("Export"))
        for name, form in (
            (_("Copy as a table"), ExportForm.CLIPBOARD),
            (_("CSV file …"), ExportForm.CSV),
            (_("Excel file …"), ExportForm.EXCEL),
            (_("PDF of this page …"), ExportForm.PDF),
        ):
            self._entry(menu, name, partial(self.start, frame, form))
        for chart in charts_of(frame.tab):
            menu.addSeparator()
            for form in (ExportForm.PNG, ExportForm.SVG):
                name = _("{chart} as {form} …").format(chart=chart.accessibleName(), form=form.value.upper())
                self._entry(menu, name, partial(self.start, frame, form, chart))
        return menu

    def _entry(self, menu: QMenu, name: str, act: Callable[[], None]) -> None:
        entry = menu.addAction(on_button(name))
        assert entry is not None
        entry.triggered.connect(lambda _checked=False: act())

    # --- one export ---------------------------------------------------------------------------------------------------

    def start(self, frame: TabFrame, form: ExportForm, chart: Painted | None = None) -> None:
        """Ask where to, and begin."""
        path = None if form is ExportForm.CLIPBOARD else self.ask_path(frame, form)
        if path is None and form is not ExportForm.CLIPBOARD:
            return
        self.export(frame, form, path, chart)

    def ask_path(self, frame: TabFrame, form: ExportForm) -> Path | None:
        """Return where to save, or None when somebody thinks better of it."""
        preferences, settings = preferences_of(self._services.settings), self._services.settings
        folder = Path(settings.text("exports/last") or preferences.export_folder)
        name = file_name(frame.tab, self._services.scope.value, ENDINGS[form])
        kind = f"{ENDINGS[form].upper()} (*.{ENDINGS[form]})"
        chosen, _kind = QFileDialog.getSaveFileName(self._window, _("Export"), str(folder / name), kind)
        if not chosen:
            return None
        settings.put("exports/last", str(Path(chosen).parent))
        return Path(chosen)

    def export(self, frame: TabFrame, form: ExportForm, path: Path | None, chart: Painted | None = None) -> None:
        """Take what is on the tab now, and write it in the pool."""
        scope, made = self._services.scope.value, datetime.now().astimezone()
        noted = partial(note, self._services.api, frame.tab, scope, form)
        self._progress = Progress()
        if chart is not None:
            head = head_of(frame.tab, scope, self._services, made)
            picture = chart_png(chart, head) if form is ExportForm.PNG else chart_svg(chart, head)
            write: Write = lambda beside: (beside.write_bytes(picture), chart.places())[1]  # noqa: E731
        else:
            content = content_of(frame.tab, scope, self._services, made, pictures=form is ExportForm.PDF)
            write = self._writer(form, self._progress.counted(content))
        if path is None:
            self._copy(content, noted)
            return
        self._run(partial(put_in_place, write, path, noted), partial(self._saved, path))

    def _writer(self, form: ExportForm, content: Content) -> Write:
        if form is ExportForm.PDF:
            return partial(write_pdf, content, family=QApplication.font().family())
        return partial(write_csv if form is ExportForm.CSV else _write_excel, content)

    def _copy(self, content: Content, noted: Callable[[int], None]) -> None:
        def text() -> tuple[str, int]:
            made, rows = as_text(self._progress.counted(content))
            noted(rows)
            return made, rows

        self._run(text, self._copied)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._services.tasks.run(self, "export", work, done, self._failed)
        self._poll.start()

    # --- how it ended -------------------------------------------------------------------------------------------------

    def _tell_progress(self) -> None:
        if not self._services.tasks.waiting(self, "export"):
            self._poll.stop()
            return
        many = words.count(self._progress.rows)
        self._toast.say(_("Exporting … {n} rows so far").format(n=many), [(_("Stop"), self.stop)], stays=True)

    def stop(self) -> None:
        """Give the export up; nothing of it stays."""
        self._progress.stop = True

    def _saved(self, path: Path, rows: int) -> None:
        self._poll.stop()
        text = _n("Saved {name} with {n} row.", "Saved {name} with {n} rows.", rows).format(
            name=words.safe(path.name, 80), n=words.count(rows)
        )
        self._toast.say(text, [(_("Open folder"), partial(open_folder, path)), (_("Open"), partial(open_path, path))])

    def _copied(self, made: tuple[str, int]) -> None:
        self._poll.stop()
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(made[0])
        self._toast.say(_n("Copied {n} row.", "Copied {n} rows.", made[1]).format(n=words.count(made[1])))

    def _failed(self, fault: Exception) -> None:
        self._poll.stop()
        if isinstance(fault, Stopped):
            self._toast.say(_("The export was stopped; no file was left."))
        elif isinstance(fault, Trouble):
            text = _("Nothing was exported: {why}").format(why=fault.sentence)
            self._toast.say(text, stays=True)
        else:
            self._toast.say(_("The console made a mistake. It has been written to its log."), stays=True)

    def note_copy(self, frame: TabFrame, rows: int) -> None:
        """Rows were copied out of a table: it is said to the server as every export is."""
        work = partial(note, self._services.api, frame.tab, self._services.scope.value, ExportForm.CLIPBOARD, rows)
        self._services.tasks.run(self, "copy", work, lambda _nothing: None, lambda _fault: None)


def note(api: Api, tab: Tab[Any], scope: Scope, form: ExportForm, rows: int) -> None:
    """Have an export written down on the server."""
    told = [f"{name}: {value}"[:LONGEST_LINE] for name, value in tab.conditions()]
    told += [f"search: {scope.search.strip()}"[:LONGEST_LINE]] if scope.search.strip() else []
    api.note_export(ExportNote(tab.key, form, rows, scope.first, scope.last, scope.team, scope.person, told[:16]))


def as_text(content: Content) -> tuple[str, int]:
    """Return the tables as tab-separated text under their head, and the number of rows."""
    parts, rows = [as_copied([list(pair) for pair in content.head.told()])], 0
    for sheet in content.sheets:
        lines = [[cell.text for cell in row] for row in sheet.rows()]
        rows += len(lines)
        parts.append(as_copied([[sheet.title], list(sheet.headings), *lines]))
    return "\n\n".join(parts), rows


def file_name(tab: Tab[Any], scope: Scope, ending: str) -> str:
    """Return a name that says what is in the file, of letters that every disk takes."""
    days = scope.first.isoformat() if scope.first == scope.last else f"{scope.first.isoformat()} to {scope.last.isoformat()}"
    return f"WorkPulse {tab.key} {days}.{ending}"


def open_path(path: Path) -> None:
    """Open a file of ours with what the desktop opens such files with."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def open_folder(path: Path) -> None:
    """Open the folder of a file."""
    open_path(path.parent)


def _write_excel(content: Content, path: Path) -> int:
    """Write the file; what it needs is loaded now, because it would take half of the window's start."""
    from console.export.xlsx_file import write_xlsx

    return write_xlsx(content, path)
