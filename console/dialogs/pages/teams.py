"""The teams: who is in them is said of each person, who leads them of each user."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage, Undo
from console.dialogs.parts import line
from console.models.rows import Column
from console.words import _
from policy.roles import Role
from policy.summaries import Changed, Made, Office, TeamChange, TeamEntry, TeamWish


class TeamsPage(ListPage[Office, TeamEntry]):
    """Made and renamed by owners."""

    key = "teams"
    roles = frozenset({Role.OWNER, Role.MANAGER, Role.IT})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Teams")

    def purpose(self) -> str:
        """What it is."""
        return _("People who work together. A manager sees the teams they lead and no other; rules may differ by team.")

    @staticmethod
    def load(api: Api) -> Office:
        """Ask who is who."""
        return api.ask("people", Office)

    def columns(self) -> Sequence[Column[TeamEntry]]:
        """The columns."""
        return (
            Column("name", _("Name"), lambda one: words.safe(one.name), lambda one: words.fold(one.name), 180, grows=True),
            Column("people", _("People"), lambda one: words.count(one.people), lambda one: one.people, 80, number=True),
            Column("managers", _("Led by"), self._managers, self._managers, 180, grows=True),
        )

    def _managers(self, one: TeamEntry) -> str:
        return ", ".join(words.safe(name, 60) for name in one.managers) or words.NOTHING

    def identity(self, row: TeamEntry) -> int:
        """The number."""
        return row.id

    def name_of(self, row: TeamEntry) -> str:
        """The name."""
        return row.name

    def build_acts(self) -> None:
        """Only owners change teams."""
        if self.is_owner():
            self.new = self.tool(_("New team"), lambda: TeamDialog(self, None).open(), primary=True)
            self.act(_("Rename"), self.open_row)

    def open_row(self, row: TeamEntry) -> None:
        """Rename it."""
        if self.is_owner():
            TeamDialog(self, row).open()

    def show_values(self, values: Office) -> None:
        """Show the teams."""
        self.set_rows(values.teams)


def _rename(api: Api, wish: TeamChange) -> Changed:
    return api.alter("teams", wish, Changed)


class TeamDialog(EditDialog):
    """A team's name."""

    def __init__(self, page: TeamsPage, one: TeamEntry | None) -> None:
        super().__init__(_("New team") if one is None else _("Rename team"), page.services.tasks, page.window(), height=36)
        self._page, self._one = page, one
        self.name = line(one.name if one else "")
        self.fields.add(_("Name"), self.name)
        self.on_save(self._read, self._saved_team)
        self.finish()

    def _read(self) -> Work:
        name, one, api = self.name.text().strip(), self._one, self._page.services.api
        if not name:
            raise ValueError(_("Write a name."))
        if one is None:
            return lambda: api.tell("teams", TeamWish(name), Made)
        return lambda: _rename(api, TeamChange(one.id, one.revision, name))

    def _saved_team(self, answer: Any) -> None:
        one = self._one
        back: Undo | None = None
        if one is not None and isinstance(answer, Changed):
            back = partial(_rename, wish=TeamChange(one.id, answer.revision, one.name))
        self._page.said(_("Saved."), back)
