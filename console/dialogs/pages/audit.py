"""The audit log: who looked at whom, exported what, changed what; older entries come page by page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PyQt5.QtWidgets import QWidget

from console import words
from console.api import Api
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import button, choice, line, name_field, row
from console.models.rows import Column
from console.widgets.card import Card
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import AuditLog, AuditRow

AT_ONCE = "100"


class AuditPage(ListPage[AuditLog, AuditRow]):
    """Below the table stands the chosen entry in full; reading the log is itself an entry."""

    key = "audit"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Audit log")

    def purpose(self) -> str:
        """What it is."""
        return _("Every look at a person, every export and every change. It is chained and sealed; reading it is written down too.")

    @staticmethod
    def load(api: Api) -> AuditLog:
        """Ask for the newest entries."""
        return api.ask("audit", AuditLog, {"limit": AT_ONCE})

    def refresh(self) -> None:
        """Ask anew, under the conditions in the fields."""
        self._next: str | None = None
        work = partial(_page, self.services.api, self._conditions())
        self.services.tasks.run(self, "load", work, self._arrived, self._failed)

    def columns(self) -> Sequence[Column[AuditRow]]:
        """The columns."""
        choices = self.services.choices
        return (
            Column("at", _("When"), lambda one: words.moment(one.at, choices.zone, choices.today), lambda one: one.at, 130),
            Column("who", _("Who"), lambda one: words.safe(one.who, 60), lambda one: words.fold(one.who), 110),
            Column("action", _("What"), lambda one: words.safe(one.action, 60), lambda one: one.action, 140),
            Column("subject", _("About"), self._subject, self._subject, 130, grows=True),
            Column("detail", _("Details"), lambda one: words.safe(one.detail or "", 200), lambda one: one.detail, 160, grows=True),
        )

    def _subject(self, one: AuditRow) -> str:
        return words.audit_subject(one.subject, self.services.choices.people)

    def order(self) -> Any:
        """As they come: newest first."""
        return None

    def identity(self, row: AuditRow) -> int:
        """Its place."""
        return row.id

    def name_of(self, row: AuditRow) -> str:
        """Its place."""
        return str(row.id)

    def build(self) -> None:
        """Conditions above, the whole of the chosen entry below."""
        self._next = None
        self._rows: list[AuditRow] = []
        self.who, self.action = line(placeholder=_("Who")), choice(words.audit_actions(), "")
        name_field(self.who, _("Who"))
        name_field(self.action, _("What was done"))
        super().build()
        self.who.returnPressed.connect(self.refresh)
        self.action.activated.connect(lambda _at: self.refresh())
        self.summary = PlainLabel("", tone="muted", wrap=True)
        conditions: QWidget = row(self.who, self.action, button(_("Search"), self.refresh), None)
        self.body.insertWidget(0, self.summary)
        self.body.insertWidget(1, conditions)
        self.seek.setPlaceholderText(_("Hide rows shown below that do not match"))

    def build_acts(self) -> None:
        """More, and the chosen entry in full."""
        self.more = button(_("Older entries"), self._load_more)
        self.acts.add(self.more)
        self.whole = PlainLabel("", wrap=True)
        self.whole.let_select()
        self.whole.setAccessibleName(_("The chosen entry"))
        card = Card(_("The chosen entry"))
        card.body.addWidget(self.whole)
        self.body.addWidget(card)
        chosen = self.table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._explain())

    def _conditions(self) -> dict[str, str]:
        wanted = {"limit": AT_ONCE, "who": self.who.text().strip(), "action": self.action.currentData()}
        return {key: value for key, value in wanted.items() if value}

    def show_values(self, values: AuditLog) -> None:
        """Show the newest entries."""
        self._rows = list(values.rows)
        self._show_rows(values)

    def _show_rows(self, values: AuditLog) -> None:
        self._next = values.next
        self.more.setEnabled(values.next is not None)
        self.set_rows(self._rows)
        self.summary.setText(words.audit_chain(values))
        self._explain()

    def _load_more(self) -> None:
        if self._next is not None:
            self.more.setEnabled(False)
            work = partial(_page, self.services.api, self._conditions() | {"cursor": self._next})
            self.services.tasks.run(self, "load", work, self._older_arrived, self._failed)

    def _older_arrived(self, values: AuditLog) -> None:
        known = {one.id for one in self._rows}
        self._rows += [one for one in values.rows if one.id not in known]
        self._show_rows(values)

    def _explain(self) -> None:
        one = self.chosen()
        self.whole.setText(words.audit_entry(one, self._subject(one)) if one is not None else _("Choose an entry to see all of it."))


def _page(api: Api, asked: dict[str, str]) -> AuditLog:
    return api.ask("audit", AuditLog, asked)
