"""The accounts that were seen on PCs, and whose they are; what nobody has said yet stands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PyQt5.QtCore import Qt

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import choice
from console.models.rows import Column
from console.words import _
from policy.roles import Role
from policy.summaries import AccountEntry, AccountLink, Office


@dataclass(frozen=True)
class Owned:
    """An account and the name of the person whose it is."""

    account: AccountEntry
    person: str


class AccountsPage(ListPage[Office, Owned]):
    """Owners say whose an account is; all its time, past time too, becomes that person's."""

    key = "accounts"
    roles = frozenset({Role.OWNER, Role.IT})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Accounts")

    def purpose(self) -> str:
        """What it is."""
        return _("Names people sign in with at PCs. Two accounts of one person are told apart here and counted once.")

    def without(self) -> str:
        """No PC has reported."""
        return _("No account was seen yet. They appear when PCs report.")

    @staticmethod
    def load(api: Api) -> Office:
        """Ask who is who."""
        return api.ask("people", Office)

    def columns(self) -> Sequence[Column[Owned]]:
        """The columns."""
        return (
            Column("state", _("State"), lambda one: words.account_state(one.account), lambda one: not one.account.unassigned, 140),
            Column(
                "name", _("Account"), lambda one: words.safe(one.account.name), lambda one: words.fold(one.account.name), 150, grows=True
            ),
            Column("person", _("Person"), lambda one: words.safe(one.person), lambda one: words.fold(one.person), 140, grows=True),
            Column("pcs", _("PCs"), self._devices, self._devices, 120),
            Column(
                "notice",
                _("Notice"),
                lambda one: words.notice_answer(one.account.notice_answer),
                lambda one: one.account.notice_answer,
                110,
            ),
        )

    def _devices(self, one: Owned) -> str:
        return ", ".join(words.safe(name, 40) for name in one.account.devices) or words.NOTHING

    def order(self) -> Any:
        """Unassigned ones first."""
        return 0, Qt.SortOrder.AscendingOrder

    def identity(self, row: Owned) -> int:
        """The number."""
        return row.account.id

    def name_of(self, row: Owned) -> str:
        """The account."""
        return row.account.name

    def build_acts(self) -> None:
        """Only owners decide whose an account is."""
        if self.is_owner():
            self.act(_("Say whose it is"), self.open_row)

    def open_row(self, row: Owned) -> None:
        """Choose a person."""
        if self.is_owner():
            AccountDialog(self, row).open()

    def show_values(self, values: Office) -> None:
        """Show every account of everybody."""
        self.set_rows([Owned(account, person.name) for person in values.people for account in person.accounts])


def _link(api: Api, wish: AccountLink) -> None:
    api.order("accounts/link", wish)


class AccountDialog(EditDialog):
    """Whose account it is."""

    def __init__(self, page: AccountsPage, one: Owned) -> None:
        super().__init__(words.safe(one.account.name, 60), page.services.tasks, page.window(), height=46)
        self._page, self._one = page, one
        people = sorted(page.values.people if page.values else [], key=lambda person: words.fold(person.name))
        self.person = choice(((person.id, words.safe(person.name, 80)) for person in people), one.account.person)
        self.fields.text(_("All time of this account becomes this person's, past time too. The days of both are made anew."))
        self.fields.add(_("Person"), self.person)
        self.on_save(self._read, self._saved_link)
        self.finish()

    def _read(self) -> Work:
        api, wish = self._page.services.api, AccountLink(self._one.account.id, self.person.currentData())
        return lambda: _link(api, wish)

    def _saved_link(self, _answer: object) -> None:
        before = AccountLink(self._one.account.id, self._one.account.person)
        self._page.said(_("Saved."), partial(_link, wish=before))
