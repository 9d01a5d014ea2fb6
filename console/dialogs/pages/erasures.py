"""Erasures: how far each is, and the certificate of what it did, which names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt, QTimer

from console import words
from console.api import Api
from console.dialogs import saving
from console.dialogs.pages.base import ListPage
from console.models import rights as told
from console.models.rows import Column, Unit
from console.words import _
from policy.roles import Role
from policy.summaries import Erasure, Erasures, ErasureState

LOOK_AGAIN_MS = 3000


class ErasuresPage(ListPage[Erasures, Erasure]):
    """One that runs goes on by itself, whatever happens to the server."""

    key = "erasures"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Erasures")

    def purpose(self) -> str:
        """What it is."""
        return _("What was erased for good. The certificate says how much of what, when and by whom, and names nobody.")

    def without(self) -> str:
        """None was ordered."""
        return _("Nobody was erased. An owner can do it at Rights of people.")

    @staticmethod
    def load(api: Api) -> Erasures:
        """Ask for the erasures."""
        return api.ask("erasures", Erasures)

    def columns(self) -> Sequence[Column[Erasure]]:
        """The columns."""
        zone, today = self.services.choices.zone, self.services.choices.today
        return (
            Column(
                "ordered", _("Ordered"), lambda one: words.moment(one.ordered, zone, today), lambda one: one.ordered, 120, unit=Unit.INSTANT
            ),
            Column(
                "person",
                _("Person"),
                lambda one: _("person {n}").format(n=words.count(one.person)),
                lambda one: one.person,
                110,
                grows=True,
            ),
            Column("actor", _("By"), lambda one: words.safe(one.actor, 60), lambda one: words.fold(one.actor), 90),
            Column("state", _("State"), told.progress, lambda one: one.done, 120),
            Column("gone", _("Rows gone"), lambda one: words.count(one.gone), lambda one: one.gone, 100, True, unit=Unit.COUNT),
            Column("late", _("Refused afterwards"), lambda one: words.count(one.late), lambda one: one.late, 140, True, unit=Unit.COUNT),
        )

    def order(self) -> Any:
        """Newest first."""
        return 0, Qt.SortOrder.DescendingOrder

    def identity(self, row: Erasure) -> int:
        """The number."""
        return row.id

    def name_of(self, row: Erasure) -> str:
        """When it was ordered."""
        return f"{row.ordered:016} {row.id:09}"

    def build_acts(self) -> None:
        """Take the certificate along."""
        self.act(_("Save the certificate …"), self._save, lambda one: one.state is ErasureState.DONE)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self.refresh)

    def open_row(self, row: Erasure) -> None:
        """Enter or a double click saves it."""
        if row.state is ErasureState.DONE:
            self._save(row)

    def show_values(self, values: Erasures) -> None:
        """Show them; while one runs, look again in a moment."""
        self.set_rows(values.erasures)
        if any(one.state is ErasureState.RUNNING for one in values.erasures) and self.isVisible():
            self._again.start()

    def _save(self, one: Erasure) -> None:
        place = saving.place_for(self.services, f"erasure-{one.id}.pdf", self)
        if place is not None:
            self.save_to(one, place)

    def save_to(self, one: Erasure, place: Path) -> None:
        """Fetch a certificate into this file."""
        work = partial(saving.fetched_to, self.services.api, f"erasures/{one.id}/pdf", place)
        self.services.tasks.run(self, "change", work, lambda place: self.said(saving.saved_in_words(place)), self._failed)

    def close_page(self) -> None:
        """Look no more."""
        self._again.stop()
        super().close_page()
