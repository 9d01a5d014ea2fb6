"""Report files: opened and printed with what the PC opens such files with, made again for any period, sent to try the mail."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from PyQt5.QtCore import QDate, Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QComboBox, QDateEdit

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import choice
from console.dialogs.reason import ReasonDialog
from console.models import reports as told
from console.models.rows import Column
from console.trouble import ReasonNeeded
from console.widgets.plain import PlainLabel, set_tip
from console.words import _
from policy import notice
from policy.roles import Role
from policy.summaries import ReportAsked, ReportFile, ReportFiles, ReportWish, Rhythm


class Nothing(Struct, frozen=True):
    """A body without anything in it."""


class ReportsPage(ListPage[ReportFiles, ReportFile]):
    """Listed, opened, made again; copies opened here are deleted with the page."""

    key = "reports"
    roles = frozenset({Role.OWNER, Role.MANAGER})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Report files")

    def purpose(self) -> str:
        """What it is."""
        return _("Reports are made every Monday and kept here. They are about people: every opening is written into the audit log.")

    @staticmethod
    def load(api: Api) -> ReportFiles:
        """Ask which there are."""
        return api.ask("reports", ReportFiles)

    def columns(self) -> Sequence[Column[ReportFile]]:
        """The columns."""
        choices = self.services.choices
        return (
            Column("days", _("Days"), lambda one: words.span(one.first, one.last), self.name_of, 140),
            Column("rhythm", _("Period"), lambda one: told.rhythm(one.rhythm), lambda one: one.rhythm, 70),
            Column("whom", _("About"), told.whom, lambda one: words.fold(told.whom(one)), 110, grows=True),
            Column("state", _("State"), told.state, told.state, 190, grows=True),
            Column("asked", _("Since"), lambda one: words.moment(one.made or one.asked, choices.zone, choices.today), _since, 80),
            Column("by", _("By"), lambda one: words.safe(one.by, 60), lambda one: words.fold(one.by), 70),
            Column("sent", _("Sent"), told.sent, told.sent, 150, grows=True),
        )

    def order(self) -> Any:
        """Newest first."""
        return 0, Qt.SortOrder.DescendingOrder

    def without(self) -> str:
        """Why there is none."""
        return _("There is no report yet. The first one is made on the Monday after the first week with any records.")

    def identity(self, row: ReportFile) -> int:
        """The number."""
        return row.id

    def name_of(self, row: ReportFile) -> str:
        """The days, and the number."""
        return f"{row.last} {row.id:012}"

    def build_acts(self) -> None:
        """Make one, open one, try the mail."""
        self._opened: list[Path] = []
        self.test = self.tool(_("Send a test mail"), self._send_test)
        self.test.setVisible(self.is_owner())
        self.new = self.tool(_("Make a report"), lambda: ReportDialog(self).open(), primary=True)
        self.act(_("Open PDF to read or print"), lambda one: self._open(one, "pdf"), _is_made)
        self.act(_("Open workbook"), lambda one: self._open(one, "xlsx"), _is_made)
        self.act(_("Make again"), self._again, lambda one: one.state in ("made", "failed"))
        self.trouble = PlainLabel("", tone="stop", wrap=True)
        self.trouble.setAccessibleName(_("Why it was not sent"))
        self.body.addWidget(self.trouble)
        chosen = self.table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._explain())

    def show_values(self, values: ReportFiles) -> None:
        """Show the files."""
        self.test.setEnabled(values.mail and values.recipients > 0)
        set_tip(self.test, "" if values.mail and values.recipients else _("No mail server or no address is set up for reports."))
        self.set_rows(values.files)
        self._explain()

    def _explain(self) -> None:
        one = self.chosen()
        self.trouble.setText(told.trouble(one) if one is not None else "")

    def open_row(self, row: ReportFile) -> None:
        """Enter or a double click opens the PDF."""
        if _is_made(row):
            self._open(row, "pdf")

    def _open(self, one: ReportFile, kind: str) -> None:
        work = partial(_fetched, self.services.api, one, kind)
        again = partial(self._open, one, kind)
        self.services.tasks.run(self, "open", work, self._show_file, partial(self._not_opened, one, again))

    def _not_opened(self, one: ReportFile, again: Callable[[], None], fault: Exception) -> None:
        """A report about one person may open only with a reason."""
        self._failed(fault)
        if isinstance(fault, ReasonNeeded):
            ReasonDialog(self.services, None, one.scope.id, lambda _told: self._try(again), self.window()).open()

    def _try(self, again: Callable[[], None]) -> None:
        self.banner.hide()
        again()

    def _show_file(self, path: Path) -> None:
        self._opened.append(path)
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.banner.say("warn", _("This PC has no program that opens such a file."), path.name)

    def _again(self, one: ReportFile) -> None:
        team = one.scope.id if one.scope.kind == "team" else None
        person = one.scope.id if one.scope.kind == "person" else None
        wish = ReportWish(one.rhythm, one.first, team, person, _language(one.language))
        self.ask_for(wish, partial(self._not_opened, one, partial(self._again, one)))

    def ask_for(self, wish: ReportWish, refused: Callable[[Exception], None] | None = None) -> None:
        """Have a report made."""
        self.change(partial(_ask, wish=wish), _("The report is being made. Refresh in a moment to open it."), refused=refused)

    def _send_test(self) -> None:
        self.change(_test, _("The test mail was taken by the mail server. See whether it arrives."))

    def close_page(self) -> None:
        """Forget what is awaited, and delete the copies that were opened; one that is still open stays until the system clears it."""
        super().close_page()
        self.services.tasks.drop(self, "open")
        for path in self._opened:
            with contextlib.suppress(OSError):
                shutil.rmtree(path.parent)
        self._opened.clear()


def _since(one: ReportFile) -> int:
    return one.made or one.asked


def _is_made(one: ReportFile) -> bool:
    return one.state == "made"


def _language(code: str) -> Any:
    return code if code in notice.LANGUAGES else None


def _ask(api: Api, wish: ReportWish) -> ReportAsked:
    return api.tell("reports", wish, ReportAsked)


def _test(api: Api) -> None:
    api.order("reports/test-mail", Nothing())


def _fetched(api: Api, one: ReportFile, kind: str) -> Path:
    """Return a copy of a report in a folder of its own, which only this user may read."""
    content = api.read(f"reports/{one.id}/{kind}")
    path = Path(tempfile.mkdtemp(prefix="workpulse-report-")) / f"report {one.first} {one.scope.kind} {one.revision}.{kind}"
    path.write_bytes(content)
    return path


class ReportDialog(EditDialog):
    """Which period, about whom, in which language."""

    def __init__(self, page: ReportsPage) -> None:
        super().__init__(_("Make a report"), page.services.tasks, page.window(), save=_("Make it"), height=66)
        self._page = page
        choices = page.services.choices
        whole: list[tuple[int | None, str]] = [(None, _("Everybody"))] if page.is_owner() else []
        self.rhythm: QComboBox = choice(((one, told.rhythm(one)) for one in Rhythm), Rhythm.WEEK)
        self.day = QDateEdit(QDate(choices.today.year, choices.today.month, choices.today.day))
        self.day.setCalendarPopup(True)
        self.day.setMaximumDate(self.day.date())
        self.team: QComboBox = choice(whole + [(one.id, words.safe(one.name, 60)) for one in choices.teams], None)
        self.language: QComboBox = choice(notice.LANGUAGES.items(), "en")
        self.fields.add(_("Period"), self.rhythm)
        self.fields.add(_("A day in it"), self.day)
        self.fields.add(_("About"), self.team)
        self.fields.add(_("Language"), self.language)
        self.on_save(self._read, lambda _answer: page.said(_("The report is being made. Refresh in a moment to open it.")))
        self.finish()

    def _read(self) -> Work:
        api = self._page.services.api
        chosen = self.day.date()
        day = date(chosen.year(), chosen.month(), chosen.day())
        wish = ReportWish(self.rhythm.currentData(), day, self.team.currentData(), None, self.language.currentData())
        return lambda: _ask(api, wish)
