"""Asks for an evidence pack of what the file audit shows: why, and for which case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt5.QtWidgets import QWidget

from console import words
from console.dialogs.edit import EditDialog, Work
from console.dialogs.parts import choice, line
from console.models.evidence import filters_in_words
from console.services import Services
from console.words import _
from policy import notice
from policy.summaries import Cases, EvidenceAsked, EvidenceWish, FileFilters

SHORTEST, LONGEST = 5, 512


class EvidenceDialog(EditDialog):
    """`asked` is told what was done, in words."""

    def __init__(self, services: Services, filters: FileFilters, asked: Callable[[str], None], parent: QWidget | None) -> None:
        super().__init__(_("Evidence pack"), services.tasks, parent, save=_("Make the pack"), height=84)
        self._services, self._filters = services, filters
        self.fields.text(filters_in_words(filters, services.choices))
        self.fields.text(
            _("One file with every event, the gaps and what proves them. Each person in it sees who made it, when and why."),
            "muted",
        )
        self.reason = line(longest=LONGEST)
        self.case = choice([(None, _("no case"))], None)
        self.language = choice(notice.LANGUAGES.items(), "en")
        self.fields.add(_("Reason"), self.reason)
        self.fields.add(_("Case"), self.case)
        self.fields.add(_("Language"), self.language)
        told = _("The pack is being made. It is at Administration, Evidence packs.")
        self.on_save(self._read, lambda _answer: asked(told))
        self.finish()
        self.reason.setFocus()
        api = services.api
        services.tasks.run(self, "cases", lambda: api.ask("cases", Cases), self._offer, lambda _fault: None)

    def _offer(self, values: Cases) -> None:
        for one in values.cases:
            if one.state == "open":
                self.case.addItem(words.safe(one.title, 80), one.id)

    def _read(self) -> Work:
        reason, case = self.reason.text().strip(), self.case.currentData()
        if len(reason) < SHORTEST:
            raise ValueError(_("Say in a few words why."))
        language: Any = self.language.currentData()
        api, wish = self._services.api, EvidenceWish(self._filters, reason, case, language)
        return lambda: api.tell("evidence", wish, EvidenceAsked)

    def done(self, result: int) -> None:
        """Nobody waits for the cases any more."""
        self._services.tasks.drop(self, "cases")
        super().done(result)
