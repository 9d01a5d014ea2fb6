"""Cases: why something is looked into, notes that stay as they were written, and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PyQt5.QtWidgets import QPlainTextEdit

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage, Undo
from console.dialogs.parts import letters, line
from console.models import evidence as told
from console.models.rows import Column, Unit
from console.words import _
from policy.roles import Role
from policy.summaries import Case, CaseChange, CaseEntry, CaseNoteWish, Cases, CaseWish, Changed, Made

SHORTEST = 5


class CasesPage(ListPage[Cases, CaseEntry]):
    """Opened with a reason, written to, closed; reading one is an entry of the audit log."""

    key = "cases"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Cases")

    def purpose(self) -> str:
        """What it is."""
        return _("What is looked into, and why. Notes are only ever added; opening a case here is written into the audit log.")

    @staticmethod
    def load(api: Api) -> Cases:
        """Ask for the cases."""
        return api.ask("cases", Cases)

    def columns(self) -> Sequence[Column[CaseEntry]]:
        """The columns."""
        choices = self.services.choices
        return (
            Column("state", _("State"), told.case_state, lambda one: one.state != "open", 90),
            Column("title", _("Case"), lambda one: words.safe(one.title, 120), lambda one: words.fold(one.title), 170, grows=True),
            Column("reason", _("Reason"), lambda one: words.safe(one.reason, 200), lambda one: words.fold(one.reason), 170, grows=True),
            Column("by", _("By"), lambda one: words.safe(one.by, 60), lambda one: words.fold(one.by), 80),
            Column(
                "opened",
                _("Opened"),
                lambda one: words.moment(one.opened, choices.zone, choices.today),
                lambda one: one.opened,
                110,
                unit=Unit.INSTANT,
            ),
            Column("notes", _("Notes"), lambda one: words.count(one.notes), lambda one: one.notes, 66, True, unit=Unit.COUNT),
        )

    def identity(self, row: CaseEntry) -> int:
        """The number."""
        return row.id

    def name_of(self, row: CaseEntry) -> str:
        """The newest first."""
        return f"{(1 << 62) - row.opened:020}"

    def build_acts(self) -> None:
        """Open one, write to one, close one."""
        self.new = self.tool(_("New case"), lambda: CaseDialog(self).open(), primary=True)
        self.act(_("Read and write"), self.open_row)
        self.act(_("Close the case"), partial(self._turn, state="closed"), lambda one: one.state == "open")
        self.act(_("Open again"), partial(self._turn, state="open"), lambda one: one.state == "closed")

    def show_values(self, values: Cases) -> None:
        """Show the cases."""
        self.set_rows(values.cases)

    def open_row(self, row: CaseEntry) -> None:
        """Read it, which is written down."""
        work = partial(_one, self.services.api, row.id)
        self.services.tasks.run(self, "case", work, lambda case: NotesDialog(self, case).open(), self._failed)

    def _turn(self, one: CaseEntry, state: Any) -> None:
        wish = CaseChange(one.id, one.revision, state=state)
        told_now = _("The case is closed.") if state == "closed" else _("The case is open again.")
        self.change(partial(_alter, wish=wish), told_now, partial(_turned_back, one.id, "open" if state == "closed" else "closed"))

    def close_page(self) -> None:
        """Forget what is awaited."""
        super().close_page()
        self.services.tasks.drop(self, "case")


def _one(api: Api, number: int) -> Case:
    return api.ask(f"cases/{number}", Case)


def _alter(api: Api, wish: CaseChange) -> Changed:
    return api.alter("cases", wish, Changed)


def _turned_back(number: int, state: Any, answer: Changed) -> Undo:
    return partial(_alter, wish=CaseChange(number, answer.revision, state=state))


class CaseDialog(EditDialog):
    """A new case: what it is called, and why it is opened."""

    def __init__(self, page: CasesPage) -> None:
        super().__init__(_("New case"), page.services.tasks, page.window(), height=52)
        self._page = page
        self.title, self.reason = line(longest=200), line(longest=512)
        self.fields.add(_("Case"), self.title)
        self.fields.add(_("Reason"), self.reason)
        self.on_save(self._read, lambda _answer: page.said(_("Saved.")))
        self.finish()

    def _read(self) -> Work:
        title, reason = self.title.text().strip(), self.reason.text().strip()
        if not title:
            raise ValueError(_("Write a name."))
        if len(reason) < SHORTEST:
            raise ValueError(_("Say in a few words why."))
        api, wish = self._page.services.api, CaseWish(title, reason)
        return lambda: api.tell("cases", wish, Made)


class NotesDialog(EditDialog):
    """A whole case, and a new note while it is open."""

    def __init__(self, page: CasesPage, case: Case) -> None:
        entry, choices = case.case, page.services.choices
        super().__init__(words.safe(entry.title, 120), page.services.tasks, page.window(), save=_("Add the note"), height=96)
        self._page, self._entry = page, entry
        opened = _("Opened by {who}, {time}").format(who=words.safe(entry.by, 60), time=words.minute(entry.opened, choices.zone))
        self.fields.text(f"{opened}  ·  {told.case_state(entry)}", "muted")
        self.fields.text(words.safe(entry.reason, 600)).let_select()
        if case.links:
            self.fields.section(_("What belongs to it"))
        for link in case.links:
            self.fields.text(f"{words.minute(link.at, choices.zone)}  ·  {told.link(link, choices)}").let_select()
        self.fields.section(_("Notes"))
        for one in case.notes:
            self.fields.text(f"{words.safe(one.by, 60)}, {words.minute(one.at, choices.zone)}", "muted")
            self.fields.text(words.safe(one.text, 4000)).let_select()
        if not case.notes:
            self.fields.text(_("There is nothing here yet."), "muted")
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setMaximumHeight(letters(18))
        if entry.state == "open":
            self.fields.add(_("New note"), self.note, _("It stays as you write it; nobody can change it afterwards."))
            self.on_save(self._read, lambda _answer: page.said(_("Saved.")))
        else:
            self.save.hide()
        self.finish()

    def _read(self) -> Work:
        text = self.note.toPlainText().strip()
        if not text:
            raise ValueError(_("Write the note first."))
        api, wish = self._page.services.api, CaseNoteWish(self._entry.id, text)
        return lambda: api.tell("cases/notes", wish, Made)
