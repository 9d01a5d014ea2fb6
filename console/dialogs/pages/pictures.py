"""Pictures and clips of one person's screen: listed for some days under a reason, each opened only when it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from PyQt5.QtCore import QDate, QTimer
from PyQt5.QtGui import QHideEvent
from PyQt5.QtWidgets import QComboBox, QDateEdit, QSizePolicy, QWidget

from console import words
from console.api import Api
from console.captures import Damaged, open_picture
from console.dialogs.clips import AskClipDialog
from console.dialogs.pages.base import ListPage
from console.dialogs.parts import button, choice, letters, name_field
from console.dialogs.reason import ReasonDialog
from console.models import pictures as told
from console.models.pictures import Taken
from console.models.rows import Column
from console.tabs.layout import Turning
from console.trouble import NotAllowed, ReasonNeeded, Refused
from console.widgets.flow import FlowRow
from console.widgets.viewer import Viewer
from console.words import _, _n
from policy.roles import Role
from policy.summaries import ClipTold, Pictures, PictureTaken, Settings

AT_ONCE = "200"
USUAL_DAYS = timedelta(days=6)
SETTLED_MS = 200
"""A row that is only passed on the way to another is not opened: each opening is written down."""


@dataclass(frozen=True)
class Wanted:
    """Whose pictures of which days."""

    person: int
    first: date
    last: date


class PicturesPage(ListPage[Settings, Taken]):
    """The list at the left, the chosen picture beside it; nothing is kept when the page is left."""

    key = "pictures"
    roles = frozenset({Role.COMPLIANCE})

    @classmethod
    def title(cls) -> str:
        """Its name."""
        return _("Pictures of screens")

    def purpose(self) -> str:
        """What it is."""
        return _(
            "What was taken of one person's screen. The list, and each picture you open, is written down with your reason, and they see"
            " it. Nothing can be saved here; a copy of their whole record, under Rights of people, has the pictures."
        )

    @staticmethod
    def load(api: Api) -> Settings:
        """Ask whether pictures are taken at all, and how long they are kept."""
        return api.ask("settings", Settings)

    def columns(self) -> Sequence[Column[Taken]]:
        """The columns."""
        return (
            Column("at", _("When"), self._when, lambda one: one.at, 126),
            Column("kind", _("What"), told.kind, told.kind, 84, tip=told.kind, grows=True),
            Column("why", _("Why"), told.why, told.why, 60, tip=told.why, grows=True),
            Column("size", _("Screen"), lambda one: told.size(one.frames[0]), lambda one: one.frames[0].width, 88),
        )

    def _when(self, one: Taken) -> str:
        return words.moment(one.at, self._zone, self.services.choices.today)

    def identity(self, row: Taken) -> tuple[object, ...]:
        """The clip, or the picture."""
        return row.identity

    def name_of(self, row: Taken) -> str:
        """Its instant."""
        return str(row.at)

    def order(self) -> Any:
        """As they come: newest first."""
        return None

    def without(self) -> str:
        """Why there is no row."""
        return self._standing

    # --- what it is made of -----------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Whose and which days above; below, the list and the picture side by side."""
        self._wanted: Wanted | None = None
        self._taken: list[PictureTaken] = []
        self._clips: dict[int, ClipTold] = {}
        self._next: str | None = None
        self._zone, self._kept_days = self.services.choices.zone, 0
        self._standing = _("Choose a person and the days, then press Show.")
        super().build()
        beside = self.seek.parentWidget()
        assert beside is not None
        beside.hide()  # of one person and a few days there is little to search
        self.viewer = Viewer(self.services.theme)
        self.viewer.wanted.connect(self._fetch)
        self.viewer.enlarged.connect(lambda large: self.card.setVisible(not large))
        self.body.removeWidget(self.card)
        self.card.setMinimumWidth(letters(46))
        self._sides = Turning()
        self._sides.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for place, widget in enumerate((self.card, self.viewer)):
            self._sides.addWidget(widget)
            self._sides.setStretchFactor(place, 1)
        self._sides.setSizes([500, 500])
        self.body.insertWidget(0, self._conditions())
        self.body.insertWidget(1, self._sides, 1)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._open_chosen)
        self._rest()

    def _conditions(self) -> QWidget:
        choices = self.services.choices
        people: list[tuple[int | None, str]] = [(one.id, words.person(one)) for one in choices.people]
        self.person = choice([(None, _("Choose a person")), *people], None)
        self.person.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.person.setMinimumContentsLength(18)
        name_field(self.person, _("Person"))
        self.first, self.last = self._day(_("First day"), choices.today - USUAL_DAYS), self._day(_("Last day"), choices.today)
        self.first.dateChanged.connect(self.last.setMinimumDate)
        self.last.setMinimumDate(self.first.date())
        self.show_list = button(_("Show"), self._show_list, primary=True)
        self.show_list.setEnabled(False)
        self.ask_clip = button(_("Ask for a clip …"), self._ask_clip)
        self.ask_clip.hide()
        self.person.currentIndexChanged.connect(lambda _at: self._person_chosen())
        conditions = FlowRow()
        for one in (self.person, self.first, self.last, self.show_list, self.ask_clip):
            conditions.add(one)
        return conditions

    def _day(self, name: str, day: date) -> QDateEdit:
        edit = QDateEdit(QDate(day.year, day.month, day.day))
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("ddd d MMM yyyy")
        edit.setMaximumDate(QDate(*self.services.choices.today.timetuple()[:3]))
        name_field(edit, name)
        edit.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return edit

    def build_acts(self) -> None:
        """Earlier ones; a picture is opened by choosing its row."""
        self.more = button(_("Earlier pictures"), self._show_more)
        self.more.setEnabled(False)
        self.acts.add(self.more)
        chosen = self.table.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self._settled.start())

    # --- the list -----------------------------------------------------------------------------------------------------------

    def show_values(self, values: Settings) -> None:
        """Say where it stands, unless a list is shown already."""
        ours = values.organisation
        if self._wanted is None and not ours.clip_seconds and not (ours.capture_every and ours.capture_teams):
            off = _("Pictures and clips of screens are off in your office. There are only those that were taken before.")
            self._standing = "\n".join((off, _("Choose a person and the days, then press Show.")))
        self.ask_clip.setVisible(bool(ours.clip_seconds) and not ours.works_council)
        self._person_chosen()
        self._judge()

    def _person_chosen(self) -> None:
        chosen = self.person.currentData() is not None
        self.show_list.setEnabled(chosen)
        self.ask_clip.setEnabled(chosen)

    def _ask_clip(self) -> None:
        chosen = [one for one in self.services.choices.people if one.id == self.person.currentData()]
        if chosen and self.values is not None:
            longest, said = self.values.organisation.clip_seconds, partial(self.banner.say, "note")
            AskClipDialog(self.services, chosen, longest, said, self.window()).open()

    def refresh(self) -> None:
        """Ask how it stands; a list that is shown is asked for again, which is another look."""
        super().refresh()
        if self._wanted is not None:
            self._ask(self._wanted)

    def _show_list(self) -> None:
        person = self.person.currentData()
        if person is not None:
            self._forget()
            self._ask(Wanted(person, _date(self.first), _date(self.last)))

    def _ask(self, wanted: Wanted, after: str | None = None) -> None:
        self.show_list.setEnabled(False)
        self.more.setEnabled(False)
        self._wanted = wanted
        if not self._taken:
            self._stand(_("Asking the server …"))
        work = partial(_page, self.services.api, wanted, after)
        done, failed = partial(self._listed, older=after is not None), partial(self._not_listed, wanted, after)
        self.services.tasks.run(self, "list", work, done, failed)

    def _show_more(self) -> None:
        if self._wanted is not None and self._next is not None:
            self._ask(self._wanted, self._next)

    def _listed(self, page: Pictures, *, older: bool) -> None:
        self.show_list.setEnabled(True)
        self._taken = [*self._taken, *page.pictures] if older else list(page.pictures)
        self._clips = (self._clips if older else {}) | {one.id: one for one in page.clips}
        self._next, self._kept_days, self._zone = page.next, page.kept_days, page.zone
        self.viewer.in_zone(page.zone)
        self.more.setEnabled(page.next is not None)
        self._standing = _n(
            "There is no picture of these days. Pictures are kept for {n} day, then they are deleted.",
            "There is no picture of these days. Pictures are kept for {n} days, then they are deleted.",
            page.kept_days,
        ).format(n=words.count(page.kept_days))
        self.set_rows(told.lines(self._taken, self._clips.values()))
        if self.viewer.line is None:
            self._rest()

    def _not_listed(self, wanted: Wanted, after: str | None, fault: Exception) -> None:
        self.show_list.setEnabled(True)
        self.more.setEnabled(self._next is not None)
        if isinstance(fault, ReasonNeeded):
            self._stand(_("This list opens with a reason. Press Show and say why you look."))
            self._ask_why(wanted.person, lambda: self._ask(wanted, after))
        else:
            self._stand(_("The list could not be loaded."))
            self._failed(fault)

    def _ask_why(self, person: int, then: Callable[[], None]) -> None:
        def opened(sentence: str) -> None:
            self.banner.say("note", sentence)
            then()

        ReasonDialog(self.services, None, person, opened, self.window()).open()

    def _stand(self, sentence: str) -> None:
        self._standing = sentence
        self._judge()

    # --- one picture ----------------------------------------------------------------------------------------------------------

    def _open_chosen(self) -> None:
        one = self.chosen()
        if one is None:
            self._rest()
        elif self.viewer.line is None or one.identity != self.viewer.line.identity:
            self.viewer.open_line(one, self._kept_days)

    def _fetch(self, frame: PictureTaken) -> None:
        work = partial(open_picture, self.services.api, frame)
        self.services.tasks.run(self, "picture", work, partial(self.viewer.arrived, frame), self._not_opened)

    def _not_opened(self, fault: Exception) -> None:
        if isinstance(fault, ReasonNeeded) and self._wanted is not None:
            self.viewer.halt(_("This picture opens with a reason."))
            self._ask_why(self._wanted.person, self.viewer.open_again)
        elif isinstance(fault, Damaged):
            self.viewer.missing(fault.sentence)
        elif isinstance(fault, Refused):
            self.viewer.missing(_("This picture is here no longer: it was deleted since the list was made."))
        else:
            self.viewer.halt(_("This picture could not be loaded."))
            if isinstance(fault, NotAllowed) and fault.signed_out:
                self.signed_out.emit()
            self._say(fault, [(_("Try again"), self._open_again)])

    def _open_again(self) -> None:
        self.banner.hide()
        self.viewer.open_again()

    def _rest(self) -> None:
        waits = _("Choose a row to open its picture. Each opening is written down, and the person sees it.")
        self.viewer.rest(waits if self.model.rows else "")

    # --- leaving --------------------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Drop the picture and the list from memory, and what is still on its way."""
        for key in ("list", "picture"):
            self.services.tasks.drop(self, key)
        self._settled.stop()
        self._wanted, self._taken, self._clips, self._next = None, [], {}, None
        self.more.setEnabled(False)
        self.show_list.setEnabled(self.person.currentData() is not None)
        self.set_rows([])
        self._rest()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Another page is opened: nothing stays behind it. A window that is only put away keeps what it shows."""
        super().hideEvent(event)
        if event is not None and not event.spontaneous():
            self._standing = _("Choose a person and the days, then press Show.")
            self._forget()

    def close_page(self) -> None:
        """Keep nothing."""
        super().close_page()
        self._forget()


def _page(api: Api, wanted: Wanted, after: str | None) -> Pictures:
    asked = {"from": wanted.first.isoformat(), "to": wanted.last.isoformat(), "limit": AT_ONCE} | ({"cursor": after} if after else {})
    return api.ask(f"people/{wanted.person}/pictures", Pictures, asked)


def _date(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())
