"""What people asked about their own record: contests, corrections, copies, erasure, grievances; each is answered once, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtWidgets import QPlainTextEdit

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import choice, letters
from console.models import requests as told
from console.models.alerts import Evidence
from console.models.rows import Column, Unit
from console.widgets.icons import icon
from console.widgets.plain import Kind, PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import Decision, PersonRequest, PersonRequests, RequestKind, RequestState


class RequestsPage(ListPage[PersonRequests, PersonRequest]):
    """Owners answer everything, managers what is about the minutes of their own teams."""

    key = "requests"
    roles = frozenset({Role.OWNER, Role.MANAGER})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Requests of people")

    def purpose(self) -> str:
        """What it is."""
        return _(
            "What people ask about their own record. They see your answer on their page; what they said and what the record said both stay."
        )

    def without(self) -> str:
        """Nobody has asked for anything."""
        return _("Nobody has asked for anything yet. People ask on their own page, which the WorkPulse symbol on their PC opens.")

    @staticmethod
    def load(api: Api) -> PersonRequests:
        """Ask what was asked."""
        return api.ask("requests", PersonRequests)

    def columns(self) -> Sequence[Column[PersonRequest]]:
        """The columns."""
        choices = self.services.choices
        return (
            Column("state", _("State"), lambda one: told.state(one, self.now()), _urgency, 150, icon=self._sign),
            Column(
                "due",
                _("Answer due"),
                lambda one: words.short_day(words.local(one.due, choices.zone).date()),
                lambda one: one.due,
                90,
                unit=Unit.INSTANT,
            ),
            Column("who", _("Who"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 130, grows=True),
            Column("kind", _("What"), lambda one: told.kind(one.kind), lambda one: one.kind.value, 140),
            Column(
                "text",
                _("In their words"),
                lambda one: words.safe(one.text, 200),
                lambda one: words.fold(one.text),
                170,
                tip=_whole,
                grows=True,
            ),
            Column(
                "at",
                _("Asked"),
                lambda one: words.moment(one.at, choices.zone, choices.today),
                lambda one: one.at,
                100,
                unit=Unit.INSTANT,
                hidden=True,
            ),
        )

    def _sign(self, one: PersonRequest) -> object:
        colours = self.services.theme.colours
        if one.state is not RequestState.OPEN:
            return icon("good", colours.muted)
        return icon("attention", colours.stop_ink) if told.is_late(one, self.now()) else icon("requests", colours.accent_text)

    def identity(self, row: PersonRequest) -> int:
        """The number."""
        return row.id

    def name_of(self, row: PersonRequest) -> str:
        """Whose it is."""
        return f"{row.person.name} {row.id:09}"

    def build_acts(self) -> None:
        """Answer, or look at the day it is about."""
        self.sum = PlainLabel("", Kind.STRONG, wrap=True)
        self.body.insertWidget(0, self.sum)
        self.act(_("Answer …"), self.open_row, lambda one: one.state is RequestState.OPEN)
        self.act(_("Read"), self.open_row, lambda one: one.state is not RequestState.OPEN)
        self.act(_("Show the day"), self._show_day, lambda one: one.start is not None)

    def open_row(self, row: PersonRequest) -> None:
        """Read it, and answer it where nobody has."""
        RequestDialog(self, row).open()

    def show_values(self, values: PersonRequests) -> None:
        """Show what there is to decide."""
        self.sum.setText(told.summary(values.open, values.late))
        self.set_rows(values.requests)

    def _show_day(self, one: PersonRequest) -> None:
        if one.start is not None:
            day = words.local(one.start, self.services.choices.zone).date()
            self.evidence_wanted.emit(Evidence("timeline", one.person.id, day))


def _whole(one: PersonRequest) -> str:
    return words.safe(one.text, 1000)


def _urgency(one: PersonRequest) -> str:
    answered, when = told.urgency(one)
    return f"{int(answered)}{when + (1 << 62):020}"


class RequestDialog(EditDialog):
    """What somebody asks, what the record had, and the answer: given once, or read."""

    def __init__(self, page: RequestsPage, one: PersonRequest) -> None:
        zone = page.services.choices.zone
        title = f"{words.person(one.person)}: {told.kind(one.kind)}"
        super().__init__(title, page.services.tasks, page.window(), save=_("Send the answer"), height=78)
        self._page, self._one = page, one
        self.fields.text(f"{words.minute(one.at, zone)}  ·  {told.state(one, page.now())}", "muted")
        self.fields.text(words.safe(one.text, 2000)).let_select()
        for text in filter(None, (told.stretch(one, zone), told.decided(one, zone))):
            self.fields.text(text).let_select()
        if one.kind in (RequestKind.COPY, RequestKind.ERASURE) and one.state is RequestState.OPEN:
            self.fields.text(_("It is carried out at Rights of people: save the copy, or erase the record, there."), "muted")
        if one.state is RequestState.OPEN:
            self._ask()
        else:
            self.save.hide()
        self.finish()

    def _ask(self) -> None:
        self.verdict = choice(
            ((None, _("Choose …")), (True, _("Accept: they are right")), (False, _("Decline: the record stays as it is"))), None
        )
        self.answer = QPlainTextEdit()
        self.answer.setTabChangesFocus(True)
        self.answer.setMaximumHeight(letters(18))
        self.fields.add(_("Decision"), self.verdict)
        self.fields.add(_("Answer"), self.answer, _("They read it as you write it. It can be sent once and is kept with the request."))
        self.on_save(self._read, lambda _answer: self._page.said(_("The answer is sent. They see it on their page.")))

    def _read(self) -> Work:
        verdict: Any = self.verdict.currentData()
        answer = self.answer.toPlainText().strip()
        if verdict is None:
            raise ValueError(_("Choose whether you accept or decline."))
        if not answer:
            raise ValueError(_("Say in a few words why."))
        api, wish = self._page.services.api, Decision(self._one.id, verdict, answer)
        return lambda: api.order("requests", wish)
