"""Watch lists: confidential folders whose every event is an alert, and removable drives to which many files may be carried."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from msgspec import UNSET
from PyQt5.QtWidgets import QPlainTextEdit

from console import words
from console.api import Api
from console.dialogs.edit import ConfirmDialog, EditDialog, Work
from console.dialogs.pages.base import ListPage, Undo
from console.dialogs.parts import choice, letters, line
from console.models import evidence as told
from console.models.rows import Column
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import Changed, Made, WatchList, WatchListChange, WatchListEnd, WatchLists, WatchListWish


class WatchPage(ListPage[WatchLists, WatchList]):
    """Made, changed, ended; alerts that were made stay."""

    key = "watch"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Watch lists")

    def purpose(self) -> str:
        """What it is."""
        return _("Paths whose file events become alerts. They watch files, not people; every change is written down.")

    @staticmethod
    def load(api: Api) -> WatchLists:
        """Ask for the lists."""
        return api.ask("watch-lists", WatchLists)

    def columns(self) -> Sequence[Column[WatchList]]:
        """The columns."""
        choices = self.services.choices
        return (
            Column("name", _("Name"), lambda one: words.safe(one.name, 80), lambda one: words.fold(one.name), 140, grows=True),
            Column("kind", _("Kind"), lambda one: told.list_kind(one.kind), lambda one: one.kind, 150),
            Column("patterns", _("Paths"), _patterns, _patterns, 200, tip=_patterns, grows=True),
            Column("by", _("By"), lambda one: words.safe(one.by, 60), lambda one: words.fold(one.by), 80),
            Column("at", _("Changed"), lambda one: words.moment(one.at, choices.zone, choices.today), lambda one: one.at, 110),
        )

    def identity(self, row: WatchList) -> int:
        """The number."""
        return row.id

    def name_of(self, row: WatchList) -> str:
        """The name."""
        return row.name

    def build_acts(self) -> None:
        """Make, change, end."""
        self.new = self.tool(_("New list"), lambda: WatchDialog(self, None).open(), primary=True)
        self.act(_("Edit"), self.open_row)
        self.act(_("Watch no more"), self._end)
        self.besides = PlainLabel("", tone="muted", wrap=True)
        self.body.addWidget(self.besides)

    def open_row(self, row: WatchList) -> None:
        """Edit it."""
        WatchDialog(self, row).open()

    def show_values(self, values: WatchLists) -> None:
        """Show the lists, and what the organisation's settings watch besides."""
        self.set_rows(values.lists)
        paths = ", ".join(words.safe(one, 80) for one in values.settings)
        self.besides.setText(_("Organisation watches besides: {paths}").format(paths=paths) if paths else "")
        self.besides.setVisible(bool(paths))

    def _end(self, one: WatchList) -> None:
        sentence = _("Events at its {n} paths are no alerts any more. What was an alert stays one.").format(
            n=words.count(len(one.patterns))
        )
        name = words.safe(one.name, 60)
        dialog = ConfirmDialog(
            _("Watch “{name}” no more?").format(name=name), sentence, _("Watch no more"), self.services.tasks, self.window()
        )
        api, wish = self.services.api, WatchListEnd(one.id, one.revision)
        dialog.on_save(lambda: lambda: api.order("watch-lists/end", wish), lambda _answer: self.said(_("It is watched no more.")))
        dialog.open()


def _patterns(one: WatchList) -> str:
    return ", ".join(words.safe(pattern, 80) for pattern in one.patterns)


def _alter(api: Api, wish: WatchListChange) -> Changed:
    return api.alter("watch-lists", wish, Changed)


class WatchDialog(EditDialog):
    """One list, new or as it is; what kind it is stays."""

    def __init__(self, page: WatchPage, one: WatchList | None) -> None:
        super().__init__(_("New list") if one is None else words.safe(one.name, 60), page.services.tasks, page.window(), height=72)
        self._page, self._one = page, one
        self.name = line(one.name if one else "")
        kinds = ("confidential", "removable")
        self.kind = choice(((kind, told.list_kind(kind)) for kind in kinds), one.kind if one else "confidential")
        self.kind.setEnabled(one is None)
        self.patterns = QPlainTextEdit("\n".join(one.patterns) if one else "")
        self.patterns.setTabChangesFocus(True)
        self.patterns.setMaximumHeight(letters(20))
        self.fields.add(_("Name"), self.name)
        self.fields.add(
            _("Kind"), self.kind, _("At confidential folders every event is an alert, at removable drives many arrivals within a minute.")
        )
        self.fields.add(_("Paths, one on each line"), self.patterns, _("Such as S:\\HR\\** or E:\\**: ** stands for everything below."))
        self.on_save(self._read, self._saved_list)
        self.finish()

    def _read(self) -> Work:
        name = self.name.text().strip()
        patterns = [text.strip() for text in self.patterns.toPlainText().splitlines() if text.strip()]
        if not name:
            raise ValueError(_("Write a name."))
        if not patterns:
            raise ValueError(_("Write at least one path."))
        api, one, kind = self._page.services.api, self._one, self.kind.currentData()
        if one is None:
            return lambda: api.tell("watch-lists", WatchListWish(name, kind, patterns), Made)
        wish = WatchListChange(one.id, one.revision, name if name != one.name else UNSET, patterns if patterns != one.patterns else UNSET)
        return lambda: _alter(api, wish)

    def _saved_list(self, answer: Any) -> None:
        one = self._one
        back: Undo | None = None
        if one is not None and isinstance(answer, Changed):
            back = partial(_alter, wish=WatchListChange(one.id, answer.revision, one.name, one.patterns))
        self._page.said(_("Saved."), back)
