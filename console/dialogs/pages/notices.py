"""What people were told, in each language, and who answered what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QPlainTextEdit

from console import words
from console.api import Api
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import name_field, row
from console.i18n.language import OWN_NAMES, Language
from console.models.rows import Column, RowsModel, Unit
from console.widgets.bases import basis, purpose
from console.widgets.plain import PlainLabel
from console.widgets.segments import Segments
from console.widgets.table import RowsTable
from console.words import _
from policy.purposes import Purpose
from policy.roles import Role
from policy.summaries import NoticeAnswer, Notices, PurposeStanding

PURPOSES = "purposes"


class NoticesPage(ListPage[Notices, NoticeAnswer]):
    """The answers, and behind the other buttons the text itself."""

    key = "notices"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE, Role.IT})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Notices")

    def purpose(self) -> str:
        """What it is."""
        return _("What people are told before anything is recorded. Without an answer nothing of that account is stored.")

    @staticmethod
    def load(api: Api) -> Notices:
        """Ask for the notice and its answers."""
        return api.ask("notices", Notices)

    def columns(self) -> Sequence[Column[NoticeAnswer]]:
        """The columns."""
        return (
            Column("account", _("Account"), lambda one: words.safe(one.account), lambda one: words.fold(one.account), 170, grows=True),
            Column("answer", _("Answer"), lambda one: words.notice_answer(one.answer), lambda one: one.answer or "", 150),
            Column("version", _("Version"), lambda one: words.safe(one.version or words.NOTHING, 20), lambda one: one.version, 90),
            Column("language", _("Language"), self._language, self._language, 100),
            Column("at", _("When"), self._at, lambda one: one.at, 120),
        )

    def _language(self, one: NoticeAnswer) -> str:
        return OWN_NAMES[Language(one.language)] if one.language in list(Language) else words.NOTHING

    def _at(self, one: NoticeAnswer) -> str:
        choices = self.services.choices
        return words.moment(one.at, choices.zone, choices.today) if one.at is not None else words.NOTHING

    def order(self) -> Any:
        """Those without an answer first."""
        return 1, Qt.SortOrder.AscendingOrder

    def identity(self, row: NoticeAnswer) -> str:
        """The account."""
        return row.account

    def name_of(self, row: NoticeAnswer) -> str:
        """The account."""
        return row.account

    def build(self) -> None:
        """Answers or text, one behind the other."""
        super().build()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        name_field(self.text, _("Text of the notice"))
        self.text.hide()
        services = self.services
        self.standing: RowsModel[PurposeStanding] = RowsModel(_standing(), lambda one: one.purpose, lambda one: purpose(one.purpose))
        self.standing_table = RowsTable(
            "administration/purposes", _("Purposes"), self.standing, services.theme, services.settings, (0, Qt.SortOrder.AscendingOrder)
        )
        self.standing_table.hide()
        self.summary = PlainLabel("", tone="muted", wrap=True)
        choices = (("answers", _("Answers")), (PURPOSES, _("Purposes")), *((one.value, OWN_NAMES[one]) for one in Language))
        self.switch = Segments(_("Show"), choices, "answers")
        self.switch.chosen.connect(self._switch)
        self.body.insertWidget(0, row(self.switch, None))
        self.body.insertWidget(1, self.summary)
        self.body.insertWidget(2, self.text, 1)
        self.body.insertWidget(3, self.standing_table, 1)

    def _switch(self, key: str) -> None:
        answers = key == "answers"
        for widget in (self.card, self.seek, self.summary):
            widget.setVisible(answers)
        self.standing_table.setVisible(key == PURPOSES)
        self.text.setVisible(not answers and key != PURPOSES)
        if not answers and self.values is not None:
            self.text.setPlainText(self.values.texts.get(key, ""))

    def show_values(self, values: Notices) -> None:
        """Show the answers."""
        self.set_rows(values.answers)
        self.summary.setText(words.notices(values))
        self.standing.set_rows(values.purposes)


def _standing() -> list[Column[PurposeStanding]]:
    """What each purpose rests on, and for how many people it is served."""
    return [
        Column("purpose", _("Purpose"), lambda one: purpose(one.purpose), lambda one: list(Purpose).index(one.purpose), 240, grows=True),
        Column("basis", _("Rests on"), lambda one: basis(one.basis), lambda one: one.basis.value, 200, grows=True),
        Column("served", _("Recorded of"), lambda one: words.people(one.served), lambda one: one.served, 110, True, unit=Unit.COUNT),
        Column("withheld", _("Withheld by"), lambda one: words.people(one.withheld), lambda one: one.withheld, 110, True, unit=Unit.COUNT),
        Column("refused", _("Events refused"), lambda one: words.count(one.refused), lambda one: one.refused, 120, True, unit=Unit.COUNT),
    ]
