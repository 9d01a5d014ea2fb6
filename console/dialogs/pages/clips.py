"""Clips that were asked for: what each waits for or came to, and the yes or no of a second person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from console import words
from console.api import Api
from console.dialogs.clips import AskClipDialog, DecideClipDialog
from console.dialogs.pages.base import ListPage
from console.models import clips as told
from console.models.rows import Column, Unit
from console.widgets.icons import icon
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import ClipAsked, Clips


class ClipsPage(ListPage[Clips, ClipAsked]):
    """Owners and compliance ask and decide; who asked never decides, as the server says of each clip."""

    key = "clips"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Clips of screens")

    def purpose(self) -> str:
        """What it is."""
        return _(
            "Some seconds of one person's screen, once, for a reason on which two of you agree. The person reads who asked, who decided"
            " and why, and that you looked at this list."
        )

    @staticmethod
    def load(api: Api) -> Clips:
        """Ask what was asked for, which is a look."""
        return api.ask("clips", Clips)

    def columns(self) -> Sequence[Column[ClipAsked]]:
        """The columns."""
        return (
            Column("state", _("State"), told.state, told.state, 168, tip=told.state, icon=self._sign),
            Column("who", _("Person"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 90, grows=True),
            Column("why", _("Why"), _reason, lambda one: words.fold(one.reason), 110, tip=_reason, grows=True),
            Column("seconds", _("Length"), lambda one: words.seconds(one.seconds), lambda one: one.seconds, 66, True, unit=Unit.SECONDS),
            Column("by", _("Asked for by"), lambda one: words.safe(one.asked_by, 60), lambda one: words.fold(one.asked_by), 96),
            Column("asked", _("Asked"), self._when, lambda one: one.asked, 104, unit=Unit.INSTANT),
        )

    def _when(self, one: ClipAsked) -> str:
        return words.moment(one.asked, self.services.choices.zone, self.services.choices.today)

    def _sign(self, one: ClipAsked) -> object:
        colours = self.services.theme.colours
        return icon("requests", colours.accent_text) if one.open else icon("clips", colours.muted)

    def order(self) -> Any:
        """As they come: newest first."""
        return None

    def identity(self, row: ClipAsked) -> int:
        """The number."""
        return row.id

    def name_of(self, row: ClipAsked) -> str:
        """The number, in order."""
        return f"{row.id:012}"

    def without(self) -> str:
        """Why there is no row."""
        return _("Nobody has asked for a clip.")

    def build_acts(self) -> None:
        """Ask for one; approve or refuse what somebody else asked for."""
        self.standing = PlainLabel("", tone="muted", wrap=True)
        self.standing.hide()
        self.body.insertWidget(0, self.standing)
        self.new = self.tool(_("Ask for a clip …"), self._ask, primary=True)
        self.new.setEnabled(False)
        self.act(_("Approve …"), partial(self._decide, agree=True), lambda one: one.open)
        self.act(_("Refuse …"), partial(self._decide, agree=False), lambda one: one.open)
        self.what = PlainLabel("", tone="muted", wrap=True)
        self.body.addWidget(self.what)
        chosen = self.table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._explain())

    def show_values(self, values: Clips) -> None:
        """Show them, and whether another one can be asked for."""
        standing = told.standing(values)
        self.standing.setText(standing)
        self.standing.setVisible(bool(standing))
        self.new.setEnabled(not standing)
        self.set_rows(values.clips)
        self._explain()

    def open_row(self, row: ClipAsked) -> None:
        """Enter or a double click reads what waits for the viewer's yes."""
        if row.open:
            self._decide(row, agree=True)

    def _explain(self) -> None:
        one = self.chosen()
        self.what.setText(told.explained(one, self.services.choices.zone) if one is not None else "")

    def _ask(self) -> None:
        if self.values is not None:
            AskClipDialog(self.services, self.values.people, self.values.longest, self.said, self.window()).open()

    def _decide(self, one: ClipAsked, *, agree: bool) -> None:
        DecideClipDialog(self.services, one, agree, self.said, self.refresh, self.window()).open()


def _reason(one: ClipAsked) -> str:
    return words.safe(one.reason, 200)
