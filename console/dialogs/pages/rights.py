"""The rights of one person: a hold, a restriction, a copy of everything, erasure; each with a reason, and each written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PyQt5.QtCore import QDate
from PyQt5.QtWidgets import QCheckBox, QDateEdit

from console import words
from console.api import Api
from console.dialogs import saving
from console.dialogs.edit import EditDialog, Work
from console.dialogs.erasing import ErasureDialog
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import choice, line
from console.i18n.language import in_use
from console.models import rights as told
from console.models.people import team_names
from console.models.rights import Holder
from console.models.rows import Column
from console.widgets.plain import PlainLabel
from console.words import _
from policy.roles import Role
from policy.summaries import (
    Choices,
    Made,
    MeasureEnd,
    MeasureKind,
    Measures,
    MeasureWish,
    PersonRequests,
    RequestKind,
    RequestState,
)


@dataclass(frozen=True)
class Rights:
    """Everybody the viewer may choose, and every measure in force."""

    choices: Choices
    measures: Measures


class RightsPage(ListPage[Rights, Holder]):
    """Compliance orders holds and restrictions and makes copies; only owners erase."""

    key = "rights"
    roles = frozenset({Role.OWNER, Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Rights of people")

    def purpose(self) -> str:
        """What it is."""
        return _(
            "A hold keeps a record from being deleted. A restriction takes it out of every view. A copy and an erasure are what people may"
            " ask for."
        )

    @staticmethod
    def load(api: Api) -> Rights:
        """Ask who there is, and what is in force."""
        return Rights(api.choices(), api.ask("measures", Measures))

    def columns(self) -> Sequence[Column[Holder]]:
        """The columns."""
        return (
            Column("name", _("Name"), lambda one: words.person(one.person), lambda one: words.fold(one.person.name), 170, grows=True),
            Column("team", _("Team"), self._team, self._team, 130),
            Column("state", _("In force"), told.state, told.state, 170),
        )

    def _team(self, one: Holder) -> str:
        return team_names(self.services.choices)(one.person.team)

    def identity(self, row: Holder) -> int:
        """The number."""
        return row.person.id

    def name_of(self, row: Holder) -> str:
        """The name."""
        return row.person.name

    def build_acts(self) -> None:
        """Order, end, copy, erase."""
        self.act(_("Hold …"), lambda one: MeasureDialog(self, one, MeasureKind.HOLD).open())
        self.act(_("Restrict …"), self._restrict, lambda one: not one.has(MeasureKind.RESTRICTION))
        self.act(_("End a measure …"), lambda one: EndDialog(self, one).open(), lambda one: bool(one.measures))
        self.act(_("Save a copy …"), self._copy)
        if self.is_owner():
            self.act(_("Erase …"), self._erase, lambda one: not one.has(MeasureKind.HOLD))
        self.what = PlainLabel("", tone="muted", wrap=True)
        self.body.addWidget(self.what)
        chosen = self.table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._explain())

    def show_values(self, values: Rights) -> None:
        """Show everybody."""
        self.set_rows(told.holders(values.choices.people, values.measures.measures))
        self._explain()

    def _explain(self) -> None:
        one = self.chosen()
        zone = self.services.choices.zone
        self.what.setText("\n".join(told.measure(each, zone) for each in one.measures) if one is not None else "")

    def _restrict(self, one: Holder) -> None:
        MeasureDialog(self, one, MeasureKind.RESTRICTION).open()

    def _copy(self, one: Holder) -> None:
        place = saving.place_for(self.services, f"copy-{one.person.id}.zip", self)
        if place is not None:
            self.save_to(one, place)

    def save_to(self, one: Holder, place: Path) -> None:
        """Have a copy of everything about one person made and written into this file."""
        work = partial(_copied_to, self.services.api, one.person.id, self.is_owner(), place)
        self.services.tasks.run(self, "change", work, lambda place: self.said(saving.saved_in_words(place)), self._failed)

    def _erase(self, one: Holder) -> None:
        ErasureDialog(self.services, one.person, self.said, self.window()).open()


def _copied_to(api: Api, person: int, answers: bool, place: Path) -> Path:
    """Fetch a copy; where the viewer answers requests, the person's own for one is granted by it."""
    asked = api.ask("requests", PersonRequests).requests if answers else []
    mine = [one for one in asked if one.person.id == person and one.kind is RequestKind.COPY and one.state is RequestState.OPEN]
    granted = f"&request={mine[-1].id}" if mine else ""
    return saving.fetched_to(api, f"people/{person}/export?language={in_use().language.value}{granted}", place)


class MeasureDialog(EditDialog):
    """A hold or a restriction: why, and until when."""

    def __init__(self, page: RightsPage, one: Holder, kind: MeasureKind) -> None:
        hold = kind is MeasureKind.HOLD
        title = (_("Hold the record of {name}") if hold else _("Restrict the record of {name}")).format(name=words.person(one.person))
        super().__init__(title, page.services.tasks, page.window(), height=68)
        self._page, self._one, self._kind = page, one, kind
        self.fields.text(
            _("Nothing of it is deleted or erased while the hold is in force.")
            if hold
            else _("They are in nobody's views, reports, alerts or findings but their own while it is in force. Nothing is deleted.")
        )
        self.reason = line(longest=500)
        self.ends = QCheckBox()
        today = page.services.choices.today + timedelta(days=30)
        self.day = QDateEdit(QDate(today.year, today.month, today.day))
        self.day.setCalendarPopup(True)
        self.day.setEnabled(False)
        self.ends.toggled.connect(self.day.setEnabled)
        self.fields.add(_("Reason"), self.reason)
        self.fields.add(_("It ends by itself"), self.ends)
        self.fields.add(_("At the end of"), self.day)
        self.on_save(self._read, lambda _answer: page.said(_("It is in force.")))
        self.finish()

    def _read(self) -> Work:
        reason = self.reason.text().strip()
        if not reason:
            raise ValueError(_("Say in a few words why."))
        api, wish = self._page.services.api, MeasureWish(self._one.person.id, self._kind, reason, self._until())
        return lambda: api.tell("measures", wish, Made)

    def _until(self) -> int | None:
        if not self.ends.isChecked():
            return None
        chosen = self.day.date()
        zone = ZoneInfo(self._page.services.choices.zone)
        midnight = datetime(chosen.year(), chosen.month(), chosen.day(), tzinfo=zone) + timedelta(days=1)
        return int(datetime.combine(midnight.date(), time(0), zone).timestamp() * 1000)


class EndDialog(EditDialog):
    """Which measure ends now, and why."""

    def __init__(self, page: RightsPage, one: Holder) -> None:
        super().__init__(_("End a measure"), page.services.tasks, page.window(), save=_("End it"), height=54)
        self._page = page
        zone = page.services.choices.zone
        self.measure = choice(((each.id, f"{told.kind(each.kind)}, {words.minute(each.at, zone)}") for each in one.measures), None)
        self.reason = line(longest=500)
        self.fields.text(words.person(one.person))
        self.fields.add(_("Measure"), self.measure)
        self.fields.add(_("Reason"), self.reason)
        self.on_save(self._read, lambda _answer: page.said(_("It has ended.")))
        self.finish()

    def _read(self) -> Work:
        reason, number = self.reason.text().strip(), self.measure.currentData()
        if not reason:
            raise ValueError(_("Say in a few words why."))
        api, wish = self._page.services.api, MeasureEnd(number, reason)
        return lambda: api.order("measures/end", wish)
