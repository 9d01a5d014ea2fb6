"""Enrolment codes: what lets a PC in, for how many PCs and how long; the code itself is shown once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QComboBox, QSpinBox

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import button, choice, letters, line, name_field, row
from console.models.rows import Column
from console.tasks import Tasks
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import CodeEntry, CodeMade, CodeRevoke, Codes, CodeWish

HOURS = (1, 8, 24, 72, 168)


class CodesPage(ListPage[Codes, CodeEntry]):
    """Made, counted, revoked."""

    key = "codes"
    roles = frozenset({Role.OWNER, Role.IT})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Enrolment codes")

    def purpose(self) -> str:
        """What it is."""
        return _("A code lets PCs in once, for a while. It is kept only as a fingerprint: copy it when it is shown.")

    @staticmethod
    def load(api: Api) -> Codes:
        """Ask for the codes."""
        return api.ask("codes", Codes)

    def columns(self) -> Sequence[Column[CodeEntry]]:
        """The columns."""
        return (
            Column("made", _("Made"), lambda one: self._moment(one.made), lambda one: one.made, 110),
            Column("by", _("Made by"), lambda one: words.safe(one.made_by, 60), lambda one: words.fold(one.made_by), 110, grows=True),
            Column("for", _("For whom"), self._for, self._for, 130, grows=True),
            Column("uses", _("Uses left"), lambda one: words.matches(one.uses, one.uses_at_first), lambda one: one.uses, 90),
            Column("expires", _("Good until"), lambda one: self._moment(one.expires), lambda one: one.expires, 110),
            Column("state", _("State"), self._state, self._state, 100),
        )

    def order(self) -> Any:
        """Newest first."""
        return 0, Qt.SortOrder.DescendingOrder

    def _moment(self, instant: int) -> str:
        choices = self.services.choices
        return words.moment(instant, choices.zone, choices.today)

    def _for(self, one: CodeEntry) -> str:
        person = next((who for who in self.services.choices.people if who.id == one.person), None)
        return words.person(person) if person is not None else words.team_name(self.services.choices.teams, one.team, _("any team"))

    def _state(self, one: CodeEntry) -> str:
        return words.code_state(one, self.now())

    def identity(self, row: CodeEntry) -> int:
        """The number."""
        return row.id

    def name_of(self, row: CodeEntry) -> str:
        """Who made it and when."""
        return f"{row.made:015} {row.made_by}"

    def build_acts(self) -> None:
        """Make and revoke."""
        self.new = self.tool(_("New code"), lambda: CodeDialog(self).open(), primary=True)
        self.act(_("Revoke"), self._revoke, lambda one: words.code_is_open(one, self.now()))

    def show_values(self, values: Codes) -> None:
        """Show the codes."""
        self.set_rows(values.codes)

    def _revoke(self, one: CodeEntry) -> None:
        self.change(partial(_revoke, code=one.id), _("The code lets nobody in any more; PCs already enrolled stay."))

    def show_code(self, made: CodeMade) -> None:
        """Show a code, this once."""
        self.refresh()
        OnceDialog(
            _("Enrolment code"),
            _("Write it down or copy it now: it is not shown again. It is good until {time}.").format(time=self._moment(made.expires)),
            made.code,
            self.services.tasks,
            self,
        ).open()


def _revoke(api: Api, code: int) -> None:
    api.order("codes/revoke", CodeRevoke(code))


class CodeDialog(EditDialog):
    """How many PCs, for how long, of which team."""

    def __init__(self, page: CodesPage) -> None:
        super().__init__(_("New code"), page.services.tasks, page.window(), save=_("Make the code"), height=62)
        self._page = page
        teams: list[tuple[int | None, str]] = [(None, _("any team"))]
        self.team: QComboBox = choice(teams + [(one.id, words.safe(one.name, 60)) for one in page.services.choices.teams], None)
        self.uses = QSpinBox()
        self.uses.setRange(1, 500)
        self.uses.setMaximumWidth(letters(26))
        self.hours = choice(((one, words.hours(one * 3600)) for one in HOURS), 24)
        self.fields.add(_("Team"), self.team)
        self.fields.add(_("How many PCs"), self.uses)
        self.fields.add(_("Good for"), self.hours)
        self.on_save(self._read, page.show_code)
        self.finish()

    def _read(self) -> Work:
        api = self._page.services.api
        wish = CodeWish(self.team.currentData(), None, self.uses.value(), float(self.hours.currentData()))
        return lambda: api.tell("codes", wish, CodeMade)


class OnceDialog(EditDialog):
    """A secret that is shown this once, to be copied."""

    def __init__(self, title: str, sentence: str, secret: str, tasks: Tasks, page: Any) -> None:
        super().__init__(title, tasks, page.window(), save=_("Close"), height=44)
        self.shown = line(secret, longest=1024)
        self.shown.setReadOnly(True)
        name_field(self.shown, title)
        self.copied = PlainLabel("", tone="accent")
        self.fields.text(sentence)
        self.fields.widget(self.shown)
        self.fields.widget(row(button(_("Copy"), self.copy), self.copied, None))
        self.cancel.hide()
        self.on_save(lambda: self.accept(), lambda _answer: None)
        self.finish()
        self.shown.selectAll()

    def copy(self) -> None:
        """Put it on the clipboard."""
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(self.shown.text())
        self.copied.setText(_("Copied"))
