"""Which words in an app, site or title mean time for a client or project; reports show that time by code, nothing else of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from PyQt5.QtWidgets import QCheckBox

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage, Undo
from console.dialogs.parts import line
from console.models.rows import Column
from console.words import _
from policy.summaries import ClientRule, Settings, SettingsWish


class ClientsPage(ListPage[Settings, ClientRule]):
    """The owner's list; every change can be undone."""

    key = "clients"

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Clients and projects")

    def purpose(self) -> str:
        """What it is."""
        return _("Time at an app, site or title with these whole words belongs to a code. What matched is not kept, only the code's time.")

    def without(self) -> str:
        """There is no rule."""
        return _("There is no rule yet. With one, reports show the time of each client and project.")

    @staticmethod
    def load(api: Api) -> Settings:
        """Ask for the choices."""
        return api.ask("settings", Settings)

    def columns(self) -> Sequence[Column[ClientRule]]:
        """The columns."""
        return (
            Column("token", _("Words"), lambda one: words.safe(one.token, 80), lambda one: words.fold(one.token), 130, grows=True),
            Column("code", _("Code"), lambda one: words.safe(one.code, 80), lambda one: words.fold(one.code), 110),
            Column("client", _("Client"), lambda one: words.safe(one.client, 120), lambda one: words.fold(one.client), 140, grows=True),
            Column("project", _("Project"), lambda one: words.safe(one.project, 120), lambda one: words.fold(one.project), 130, grows=True),
            Column("billable", _("Billable"), _billable, _billable, 90),
        )

    def identity(self, row: ClientRule) -> tuple[str, str]:
        """What it looks for and what it gives."""
        return row.token, row.code

    def name_of(self, row: ClientRule) -> str:
        """What it looks for."""
        return row.token

    def build_acts(self) -> None:
        """Make, change, take away."""
        self.new = self.tool(_("New rule"), lambda: ClientDialog(self, None).open(), primary=True)
        self.act(_("Edit"), self.open_row)
        self.act(_("Remove"), self._remove)

    def open_row(self, row: ClientRule) -> None:
        """Edit it."""
        ClientDialog(self, row).open()

    def show_values(self, values: Settings) -> None:
        """Show the rules."""
        self.set_rows(values.organisation.client_rules)

    def with_rule(self, before: ClientRule | None, after: ClientRule | None) -> SettingsWish:
        """Return what makes the list the same but for one rule; ValueError when another has the same words and code."""
        assert self.values is not None
        ours = self.values.organisation
        others = [one for one in ours.client_rules if one != before]
        if after is not None and any(self.identity(one) == self.identity(after) for one in others):
            raise ValueError(_("There is a rule for these words and this code already."))
        new = [after] if after is not None else []
        if before is None:
            return _wish(ours.revision, [*others, *new])
        return _wish(ours.revision, [rule for one in ours.client_rules for rule in (new if one == before else [one])])

    def back(self) -> Any:
        """Return what makes an undo of what is about to change, from the server's answer."""
        assert self.values is not None
        return partial(_back, self.values.organisation.client_rules)

    def _remove(self, row: ClientRule) -> None:
        self.change(partial(put, wish=self.with_rule(row, None)), _("The rule is removed."), self.back())


def _wish(revision: int, rules: Sequence[ClientRule]) -> SettingsWish:
    return SettingsWish(revision, {"client_rules": msgspec.to_builtins(list(rules))})


def _back(before: Sequence[ClientRule], answer: Settings) -> Undo:
    return partial(put, wish=_wish(answer.organisation.revision, before))


def put(api: Api, wish: SettingsWish) -> Settings:
    """Change the choices."""
    return api.alter("settings", wish, Settings)


def _billable(one: ClientRule) -> str:
    return _("yes") if one.billable else _("no")


class ClientDialog(EditDialog):
    """One rule, new or as it is."""

    def __init__(self, page: ClientsPage, one: ClientRule | None) -> None:
        super().__init__(_("New rule") if one is None else words.safe(one.token, 60), page.services.tasks, page.window(), height=80)
        self._page, self._one = page, one
        shown = one or ClientRule("-", "-")
        self.token = line(one.token if one else "", longest=64)
        self.code = line(one.code if one else "", longest=64)
        self.client, self.project = line(shown.client), line(shown.project)
        self.billable = QCheckBox()
        self.billable.setChecked(shown.billable)
        hint = _("Whole words in an app, a site or a title, such as: acme. Where several rules fit, the longest words decide.")
        self.fields.add(_("Words"), self.token, hint)
        self.fields.add(_("Code"), self.code, _("What reports call it."))
        self.fields.add(_("Client"), self.client)
        self.fields.add(_("Project"), self.project)
        self.fields.add(_("Billable"), self.billable)
        self.on_save(self._read, self._saved_rule)
        self.finish()

    def _read(self) -> Work:
        token, code = self.token.text().strip(), self.code.text().strip()
        if not token or not code:
            raise ValueError(_("Write the words and the code."))
        rule = ClientRule(token, code, self.client.text().strip(), self.project.text().strip(), self.billable.isChecked())
        wish, api = self._page.with_rule(self._one, rule), self._page.services.api
        self._undo = self._page.back()
        return lambda: put(api, wish)

    def _saved_rule(self, answer: Settings) -> None:
        self._page.said(_("Saved."), self._undo(answer))
