"""Puts an alert into a case: an open one or a new one, with a note that says what the alert said."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtGui import QTextCursor
from PyQt5.QtWidgets import QPlainTextEdit, QWidget

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.cases import SHORTEST
from console.dialogs.parts import choice, column, letters, line
from console.models.alerts import for_a_case
from console.services import Services
from console.widgets.plain import PlainLabel
from console.words import _
from policy.summaries import Alert, CaseLinkWish, Cases, CaseWish, Made
from policy.summaries.cases import LONGEST_NOTE


class AddToCaseDialog(EditDialog):
    """`added` is told what was done, in words; a case that was begun is begun once, however often the rest is tried."""

    def __init__(self, services: Services, alert: Alert, zone: str, added: Callable[[str], None], parent: QWidget | None) -> None:
        super().__init__(_("Add to a case"), services.tasks, parent, save=_("Add to the case"), height=92)
        self._services, self._alert = services, alert
        self._begun: dict[CaseWish, int] = {}
        self.case = choice([(None, _("a new case"))], None)
        self.fields.add(_("Case"), self.case)
        self.title, self.reason = line(longest=200), line(longest=512)
        self._new = column(*self._new_case())
        self.fields.widget(self._new)
        self.note = QPlainTextEdit(for_a_case(alert, zone)[:LONGEST_NOTE])
        self.note.moveCursor(QTextCursor.MoveOperation.End)
        self.note.setTabChangesFocus(True)
        self.note.setMaximumHeight(letters(24))
        hint = _("Owners and compliance read cases. The note stays as you write it; nobody can change it afterwards.")
        self.fields.add(_("Note"), self.note, hint)
        self.case.currentIndexChanged.connect(lambda _place: self._new.setVisible(self.case.currentData() is None))
        self.on_save(self._read, lambda _answer: added(_("The alert is in the case.")))
        self.finish()
        api = services.api
        services.tasks.run(self, "cases", lambda: api.ask("cases", Cases), self._offer, self._not_offered)

    def _new_case(self) -> list[QWidget]:
        found: list[QWidget] = []
        for name, field in ((_("What the new case is called"), self.title), (_("Why it is opened"), self.reason)):
            label = PlainLabel(name, tone="muted", wrap=True)
            label.setBuddy(field)
            field.setAccessibleName(name)
            found += [label, field]
        return found

    def _offer(self, values: Cases) -> None:
        """Offer the open cases that do not point at it yet; the newest is the likeliest."""
        pointing = {one.id for one in self._alert.cases}
        for one in values.cases:
            if one.state == "open" and one.id not in pointing:
                self.case.addItem(words.safe(one.title, 80), one.id)
        if self.case.count() > 1 and not self.title.text():
            self.case.setCurrentIndex(1)

    def _not_offered(self, fault: Exception) -> None:
        self.say(_("The cases could not be loaded."))

    def _read(self) -> Work:
        note, case = self.note.toPlainText().strip(), self.case.currentData()
        wish = CaseWish(self.title.text().strip(), self.reason.text().strip())
        if case is None and not wish.title:
            raise ValueError(_("Write a name."))
        if case is None and len(wish.reason) < SHORTEST:
            raise ValueError(_("Say in a few words why."))
        if not note:
            raise ValueError(_("Write the note first."))
        api = self._services.api
        return lambda: self._add(api, case if case is not None else self._begin(api, wish), note[:LONGEST_NOTE])

    def _begin(self, api: Api, wish: CaseWish) -> int:
        if wish not in self._begun:
            self._begun[wish] = api.tell("cases", wish, Made).id
        return self._begun[wish]

    def _add(self, api: Api, case: int, note: str) -> Made:
        return api.tell("cases/links", CaseLinkWish(case, alert=self._alert.id, note=note), Made)

    def done(self, result: int) -> None:
        """Nobody waits for the cases any more."""
        self._services.tasks.drop(self, "cases")
        super().done(result)
