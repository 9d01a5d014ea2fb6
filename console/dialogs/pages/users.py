"""Who signs in at this console: their role, the teams they lead, their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from msgspec import UNSET
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QListWidget, QListWidgetItem

from console import words
from console.api import Api
from console.dialogs.edit import ConfirmDialog, EditDialog, Work
from console.dialogs.pages.base import ListPage, Undo
from console.dialogs.pages.codes import OnceDialog
from console.dialogs.parts import choice, line, name_field
from console.models.rows import Column
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import Changed, PasswordWish, SignOutUser, UserChange, UserEntry, UserMade, Users, UserWish

NUMBER = Qt.ItemDataRole.UserRole


class UsersPage(ListPage[Users, UserEntry]):
    """Owners make users, change what they may, and end their sessions."""

    key = "users"

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Users and roles")

    def purpose(self) -> str:
        """What it is."""
        return _("Who may sign in, and as what. Nobody shares an account; a new user chooses a password by a link that works once.")

    @staticmethod
    def load(api: Api) -> Users:
        """Ask for the users."""
        return api.ask("users", Users)

    def columns(self) -> Sequence[Column[UserEntry]]:
        """The columns."""
        return (
            Column("name", _("Name"), lambda one: words.safe(one.name), lambda one: words.fold(one.name), 130, grows=True),
            Column("role", _("Role"), lambda one: words.role(one.role), lambda one: words.role(one.role), 110),
            Column("teams", _("Leads"), self._teams, self._teams, 140, grows=True),
            Column("state", _("State"), words.user_state, words.user_state, 120),
            Column("sessions", _("Signed in now"), lambda one: words.count(one.sessions), lambda one: one.sessions, 90, number=True),
            Column("seen", _("Last sign-in"), self._seen, lambda one: one.signed_in, 110),
        )

    def _teams(self, one: UserEntry) -> str:
        names = [words.team_name(self.services.choices.teams, team) for team in one.teams]
        return ", ".join(names) or words.NOTHING

    def _seen(self, one: UserEntry) -> str:
        choices = self.services.choices
        return words.moment(one.signed_in, choices.zone, choices.today) if one.signed_in is not None else words.NOTHING

    def identity(self, row: UserEntry) -> int:
        """The number."""
        return row.id

    def name_of(self, row: UserEntry) -> str:
        """The name."""
        return row.name

    def build_acts(self) -> None:
        """Make, change, lock out, new password, end sessions."""
        self.new = self.tool(_("New user"), lambda: UserDialog(self, None).open(), primary=True)
        self.act(_("Edit"), self.open_row)
        self.act(_("New password"), self._new_password, lambda one: not one.disabled)
        self.act(_("Sign out everywhere"), self._sign_out, lambda one: one.sessions > 0)
        self.act(_("Lock out"), lambda one: self._disable(one, True), lambda one: not one.disabled)
        self.act(_("Let in again"), lambda one: self._disable(one, False), lambda one: one.disabled)

    def open_row(self, row: UserEntry) -> None:
        """Edit it."""
        UserDialog(self, row).open()

    def show_values(self, values: Users) -> None:
        """Show the users."""
        self.set_rows(values.users)

    def _disable(self, one: UserEntry, disabled: bool) -> None:
        name = words.safe(one.name, 60)
        said = _("{name} is locked out and signed out.") if disabled else _("{name} may sign in again.")
        wish = UserChange(one.id, one.revision, disabled=disabled)
        self.change(partial(_alter, wish=wish), said.format(name=name), partial(_disabled_back, one.id, not disabled))

    def _sign_out(self, one: UserEntry) -> None:
        said = _("{name} is signed out everywhere.").format(name=words.safe(one.name, 60))
        self.change(partial(_sign_out, user=one.id), said)

    def _new_password(self, one: UserEntry) -> None:
        sentence = _("{name} is signed out, and chooses a new password by a link that works once. The old one ends now.")
        api = self.services.api
        dialog = ConfirmDialog(
            _("New password"), sentence.format(name=words.safe(one.name, 60)), _("Make the link"), self.services.tasks, self.window()
        )
        dialog.on_save(lambda: lambda: api.tell("users/password", PasswordWish(one.id), UserMade), self.show_link)
        dialog.open()

    def show_link(self, made: UserMade) -> None:
        """Show the one-time link, this once."""
        self.refresh()
        if made.link is None or made.expires is None:
            self.said(_("Saved."))
            return
        choices = self.services.choices
        sentence = _("Give this link to the person; it works once, until {time}. It is not shown again.").format(
            time=words.moment(made.expires, choices.zone, choices.today)
        )
        OnceDialog(_("Link to choose a password"), sentence, self.services.api.server.url + made.link, self.services.tasks, self).open()


def _alter(api: Api, wish: UserChange) -> Changed:
    return api.alter("users", wish, Changed)


def _disabled_back(user: int, disabled: bool, answer: Changed) -> Undo:
    return partial(_alter, wish=UserChange(user, answer.revision, disabled=disabled))


def _sign_out(api: Api, user: int) -> None:
    api.order("users/sign-out", SignOutUser(user))


class UserDialog(EditDialog):
    """A user, new or as they are."""

    def __init__(self, page: UsersPage, one: UserEntry | None) -> None:
        super().__init__(_("New user") if one is None else words.safe(one.name, 60), page.services.tasks, page.window(), height=84)
        self._page, self._one = page, one
        self.name = line(one.name if one else "")
        self.name.setEnabled(one is None)
        self.role = choice(((role, words.role(role)) for role in Role), one.role if one else Role.MANAGER)
        self.means = PlainLabel("", tone="muted", wrap=True)
        self.teams = _checks(page, one.teams if one else [])
        self.person = choice(_people(page), one.person if one else None)
        self.fields.add(_("Name to sign in with"), self.name)
        self.fields.add(_("Role"), self.role)
        self.fields.widget(self.means)
        self.fields.add(_("Teams a manager leads"), self.teams)
        self.fields.add(_("Whose own figures these are"), self.person, _("An employee sees only themselves, in a browser."))
        self.role.currentIndexChanged.connect(self._explain)
        self._explain()
        self.on_save(self._read, self._saved_user)
        self.finish()

    def _explain(self) -> None:
        role = Role(self.role.currentData())
        self.means.setText(words.role_means(role))
        self.teams.setEnabled(role is Role.MANAGER)

    def _read(self) -> Work:
        name, role = self.name.text().strip(), Role(self.role.currentData())
        if not name:
            raise ValueError(_("Write a name."))
        items = [self.teams.item(at) for at in range(self.teams.count())]
        led = [item.data(NUMBER) for item in items if item is not None and item.checkState() == Qt.CheckState.Checked]
        teams = led if role is Role.MANAGER else []
        person, api, one = self.person.currentData(), self._page.services.api, self._one
        if one is None:
            return lambda: api.tell("users", UserWish(name, role, teams, person), UserMade)
        wish = UserChange(
            one.id,
            one.revision,
            role if role is not one.role else UNSET,
            teams if sorted(teams) != sorted(one.teams) else UNSET,
            person if person != one.person else UNSET,
        )
        return lambda: _alter(api, wish)

    def _saved_user(self, answer: Any) -> None:
        if isinstance(answer, UserMade):
            self._page.show_link(answer)
            return
        one = self._one
        assert one is not None
        self._page.said(_("Saved."), partial(_alter, wish=UserChange(one.id, answer.revision, one.role, one.teams, one.person)))


def _checks(page: UsersPage, led: list[int]) -> QListWidget:
    box = QListWidget()
    name_field(box, _("Teams a manager leads"))
    for team in page.services.choices.teams:
        item = QListWidgetItem(words.safe(team.name, 60))
        item.setData(NUMBER, team.id)
        item.setCheckState(Qt.CheckState.Checked if team.id in led else Qt.CheckState.Unchecked)
        box.addItem(item)
    box.setMaximumHeight(6 * (box.fontMetrics().height() + 14))
    return box


def _people(page: UsersPage) -> list[tuple[int | None, str]]:
    nobody: list[tuple[int | None, str]] = [(None, _("nobody's"))]
    return nobody + [(one.id, words.person(one)) for one in page.services.choices.people]
