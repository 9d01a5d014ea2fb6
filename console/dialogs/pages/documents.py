"""Documents made of the configuration as it stands: the policy to sign, the record of processing, the impact assessment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote

from console import words
from console.api import Api
from console.dialogs import saving
from console.dialogs.pages.base import ListPage
from console.models.rows import Column
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import NoticeDocuments


class DocumentsPage(ListPage[NoticeDocuments, str]):
    """Saved one by one; each making is written down."""

    key = "documents"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Documents")

    def purpose(self) -> str:
        """What it is."""
        return _("Made anew from the settings as they stand: have the policy signed, keep the record, complete the impact assessment.")

    @staticmethod
    def load(api: Api) -> NoticeDocuments:
        """Ask which there are."""
        return api.ask("documents", NoticeDocuments)

    def columns(self) -> Sequence[Column[str]]:
        """The columns."""
        return (
            Column("name", _("File"), lambda one: words.safe(one, 120), words.fold, 320, grows=True),
            Column(
                "kind", _("Kind"), lambda one: words.safe(Path(one).suffix.removeprefix(".").upper(), 8), lambda one: Path(one).suffix, 80
            ),
        )

    def identity(self, row: str) -> str:
        """The name."""
        return row

    def name_of(self, row: str) -> str:
        """The name."""
        return row

    def build_acts(self) -> None:
        """Save one; say what waits for a decision."""
        self.act(_("Save …"), self._save)
        self.points = PlainLabel("", tone="warn", wrap=True)
        self.points.let_select()
        self.body.addWidget(self.points)

    def open_row(self, row: str) -> None:
        """Enter or a double click saves it."""
        self._save(row)

    def show_values(self, values: NoticeDocuments) -> None:
        """Show the files, and the open points as the server words them."""
        self.set_rows(values.files)
        open_points = [f"•  {words.safe(one, 300)}" for one in values.open_points]
        filed = _("The signed impact assessment is filed at: {place}").format(place=words.safe(values.dpia, 128)) if values.dpia else ""
        head = [_("Open points of the impact assessment:")] if open_points else []
        self.points.setText("\n".join([*head, *open_points, *filter(None, (filed,))]))

    def _save(self, name: str) -> None:
        place = saving.place_for(self.services, name, self)
        if place is not None:
            self.save_to(name, place)

    def save_to(self, name: str, place: Path) -> None:
        """Have a document made and written into this file."""
        work = partial(saving.fetched_to, self.services.api, f"documents/{quote(name)}", place)
        self.services.tasks.run(self, "change", work, lambda place: self.said(saving.saved_in_words(place)), self._failed)
