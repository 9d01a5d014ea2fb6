"""Evidence packs: what was asked for, by whom and why; a finished one is saved and can be checked anywhere without the server."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication

from console import words
from console.api import Api
from console.dialogs import saving
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import line, name_field
from console.models import evidence as told
from console.models.rows import Column, Unit
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import EvidencePack, EvidencePacks

LOOK_AGAIN_MS = 3000


class EvidencePage(ListPage[EvidencePacks, EvidencePack]):
    """A pack is asked for at the File Access Audit; here it is fetched."""

    key = "evidence"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Evidence packs")

    def purpose(self) -> str:
        """What it is."""
        return _("File events with what proves them, as one signed file. Saving one is a look at everybody in it, and is written down.")

    def without(self) -> str:
        """None was asked for."""
        return _("No pack was made yet. Search at File Access Audit and press “Evidence pack …” there.")

    @staticmethod
    def load(api: Api) -> EvidencePacks:
        """Ask for the packs."""
        return api.ask("evidence", EvidencePacks)

    def columns(self) -> Sequence[Column[EvidencePack]]:
        """The columns."""
        choices = self.services.choices
        return (
            Column(
                "asked",
                _("Asked"),
                lambda one: words.moment(one.asked, choices.zone, choices.today),
                lambda one: one.asked,
                110,
                unit=Unit.INSTANT,
            ),
            Column("what", _("What"), self._what, self._what, 190, grows=True),
            Column("state", _("State"), told.pack_state, told.pack_state, 110),
            Column("reason", _("Reason"), lambda one: words.safe(one.reason, 200), lambda one: words.fold(one.reason), 150, grows=True),
            Column("by", _("By"), lambda one: words.safe(one.by, 60), lambda one: words.fold(one.by), 80),
        )

    def _what(self, one: EvidencePack) -> str:
        return told.filters_in_words(one.filters, self.services.choices)

    def order(self) -> Any:
        """Newest first."""
        return 0, Qt.SortOrder.DescendingOrder

    def identity(self, row: EvidencePack) -> int:
        """The number."""
        return row.id

    def name_of(self, row: EvidencePack) -> str:
        """When it was asked for."""
        return f"{row.asked:016} {row.id:09}"

    def build_acts(self) -> None:
        """Save one; take the key that checks all of them."""
        self.act(_("Save …"), self._save, lambda one: one.state == "made")
        self.check = line(longest=1024)
        self.check.setReadOnly(True)
        name_field(self.check, _("How to check a pack, on any PC"))
        self.copy = self.tool(_("Copy the key"), self._copy_key)
        self.body.addWidget(PlainLabel(self.check.accessibleName(), tone="muted", wrap=True))
        self.body.addWidget(self.check)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self.refresh)

    def open_row(self, row: EvidencePack) -> None:
        """Enter or a double click saves it."""
        if row.state == "made":
            self._save(row)

    def show_values(self, values: EvidencePacks) -> None:
        """Show the packs; while one is being made, look again in a moment."""
        self.set_rows(values.packs)
        self.check.setText(f"python server verify-pack FILE --key {words.safe(values.public_key, 64)}")
        self.check.setCursorPosition(0)
        if told.is_on_its_way(values.packs) and self.isVisible():
            self._again.start()

    def _copy_key(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None and self.values is not None:
            clipboard.setText(self.values.public_key)
            self.banner.say("note", _("The key is on the clipboard. Keep it apart from the packs, beside the server's fingerprint."))

    def _save(self, one: EvidencePack) -> None:
        place = saving.place_for(self.services, one.name or f"evidence-{one.id}.zip", self)
        if place is not None:
            self.save_to(one, place)

    def save_to(self, one: EvidencePack, place: Path) -> None:
        """Fetch a pack into this file."""
        work = partial(saving.fetched_to, self.services.api, f"evidence/{one.id}/zip", place)
        self.services.tasks.run(self, "change", work, lambda place: self.said(saving.saved_in_words(place)), self._failed)

    def close_page(self) -> None:
        """Look no more."""
        self._again.stop()
        super().close_page()
