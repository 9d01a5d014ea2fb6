"""The people whose time is recorded: what they are called, in which team, in which zone and hours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from msgspec import UNSET
from PyQt5.QtWidgets import QCheckBox

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage, Undo
from console.dialogs.parts import choice, line
from console.models.rows import Column
from console.widgets.workhours import WorkHoursField, zone_field
from console.words import _
from policy.roles import Role
from policy.summaries import Changed, Made, Office, PersonChange, PersonEntry, PersonWish
from policy.worktime import DEFAULT_HOURS


class PeoplePage(ListPage[Office, PersonEntry]):
    """Everybody reads who is who; owners change it."""

    key = "people"
    roles = frozenset({Role.OWNER, Role.MANAGER, Role.IT})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("People")

    def purpose(self) -> str:
        """What it is."""
        return _("Who works here. A new PC makes a person named after its account; give them their name and team here.")

    @staticmethod
    def load(api: Api) -> Office:
        """Ask who is who."""
        return api.ask("people", Office)

    def columns(self) -> Sequence[Column[PersonEntry]]:
        """The columns."""
        return (
            Column("name", _("Name"), lambda one: words.safe(one.name), lambda one: words.fold(one.name), 160, grows=True),
            Column("team", _("Team"), self._team, self._team, 120),
            Column("accounts", _("Accounts"), self._accounts, self._accounts, 150, grows=True),
            Column("hours", _("Work hours"), self._hours, self._hours, 130),
            Column("state", _("State"), words.person_state, words.person_state, 110),
        )

    def _team(self, one: PersonEntry) -> str:
        return words.office_team(self.values, one.team)

    def _accounts(self, one: PersonEntry) -> str:
        return ", ".join(words.safe(account.name, 60) for account in one.accounts) or words.NOTHING

    def _hours(self, one: PersonEntry) -> str:
        return words.own_hours(one)

    def identity(self, row: PersonEntry) -> int:
        """The number."""
        return row.id

    def name_of(self, row: PersonEntry) -> str:
        """The name."""
        return row.name

    def build_acts(self) -> None:
        """Only owners change people."""
        if not self.is_owner():
            return
        self.new = self.tool(_("New person"), lambda: PersonDialog(self, None).open(), primary=True)
        self.act(_("Edit"), self.open_row)
        self.act(_("Stop recording"), lambda one: self._set_active(one, False), lambda one: one.active)
        self.act(_("Record again"), lambda one: self._set_active(one, True), lambda one: not one.active)

    def open_row(self, row: PersonEntry) -> None:
        """Edit it."""
        if self.is_owner():
            PersonDialog(self, row).open()

    def show_values(self, values: Office) -> None:
        """Show everybody."""
        self.set_rows(values.people)

    def _set_active(self, one: PersonEntry, active: bool) -> None:
        wish = PersonChange(one.id, one.revision, active=active)
        name = words.safe(one.name, 60)
        said = _("{name} is recorded again.") if active else _("{name} is not recorded any more; what there is stays.")
        self.change(partial(alter_person, wish=wish), said.format(name=name), partial(self._activity_back, one.id, not active))

    def _activity_back(self, person: int, active: bool, answer: Changed) -> Undo:
        return partial(alter_person, wish=PersonChange(person, answer.revision, active=active))


def alter_person(api: Api, wish: PersonChange) -> Changed:
    """Change somebody."""
    return api.alter("people", wish, Changed)


class PersonDialog(EditDialog):
    """A person, new or as they are."""

    def __init__(self, page: PeoplePage, one: PersonEntry | None) -> None:
        super().__init__(_("New person") if one is None else words.safe(one.name, 60), page.services.tasks, page.window(), height=88)
        office = page.values
        self._page, self._one = page, one
        self.name = line(one.name if one else "", longest=256)
        self.team = choice(words.team_choices(office), one.team if one else None)
        self.zone = zone_field(one.zone or "" if one else "")
        self.zone.setPlaceholderText(words.safe(office.zone, 64) if office else "")
        self.own = QCheckBox()
        self.own.setChecked(one is not None and one.hours is not None)
        self.hours = WorkHoursField((one.hours if one and one.hours else None) or (office.hours if office else DEFAULT_HOURS))
        self.hours.setVisible(self.own.isChecked())
        self.own.toggled.connect(self.hours.setVisible)
        self.fields.add(_("Name"), self.name)
        self.fields.add(_("Team"), self.team)
        self.fields.add(_("Time zone"), self.zone, _("Empty: the organisation's."))
        self.fields.add(_("Own work hours"), self.own, _("Otherwise the organisation's hold."))
        self.fields.widget(self.hours)
        self.on_save(self._read, self._saved_person)
        self.finish()

    def _read(self) -> Work:
        name, zone = self.name.text().strip(), self.zone.text().strip() or None
        if not name:
            raise ValueError(_("Write a name."))
        base = zone or (self._page.values.zone if self._page.values else "UTC")
        hours = self.hours.hours(base) if self.own.isChecked() else None
        api, one = self._page.services.api, self._one
        team: Any = self.team.currentData()
        if one is None:
            return lambda: api.tell("people", PersonWish(name, team, zone, hours), Made)
        wish = PersonChange(
            one.id,
            one.revision,
            name if name != one.name else UNSET,
            team if team != one.team else UNSET,
            zone if zone != one.zone else UNSET,
            hours if hours != one.hours else UNSET,
        )
        return lambda: alter_person(api, wish)

    def _saved_person(self, answer: Any) -> None:
        one = self._one
        back: Undo | None = None
        if one is not None and isinstance(answer, Changed):
            back = partial(alter_person, wish=PersonChange(one.id, answer.revision, one.name, one.team, one.zone, one.hours))
        self._page.said(_("Saved."), back)
