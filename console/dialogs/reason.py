"""Where somebody says why they look at one person or at very few; then those figures open for a while."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import QWidget

from console import words
from console.dialogs.edit import EditDialog, Work
from console.dialogs.parts import line
from console.services import Services
from console.words import _
from policy.summaries import Unlocked, UnlockWish

SHORTEST, LONGEST = 5, 512


class ReasonDialog(EditDialog):
    """About a person, a team, or (neither) everybody the viewer may see; `opened` is told until when."""

    def __init__(
        self, services: Services, team: int | None, person: int | None, opened: Callable[[str], None], parent: QWidget | None
    ) -> None:
        super().__init__(_("Say why you look"), services.tasks, parent, save=_("Open the figures"), height=52)
        self._services, self._opened = services, opened
        self._team, self._person = (None if person is not None else team), person
        self.fields.text(_("About {whom}.").format(whom=self._whom()))
        self.reason = line(longest=LONGEST)
        hint = _("In a few words, as you would say it to them. It is written down, and the people concerned see who looked, when and why.")
        self.fields.add(_("Reason"), self.reason, hint)
        self.on_save(self._read, self._unlocked)
        self.finish()
        self.reason.setFocus()

    def _whom(self) -> str:
        choices = self._services.choices
        if self._person is not None:
            return next((words.person(one) for one in choices.people if one.id == self._person), _("one person"))
        return words.team_name(choices.teams, self._team, _("everybody whom you may see"))

    def _read(self) -> Work:
        reason = self.reason.text().strip()
        if len(reason) < SHORTEST:
            raise ValueError(_("Say in a few words why."))
        api, wish = self._services.api, UnlockWish(reason, self._team, self._person)
        return lambda: api.tell("unlock", wish, Unlocked)

    def _unlocked(self, answer: Unlocked) -> None:
        time = words.moment(answer.until, self._services.choices.zone, self._services.choices.today)
        self._opened(_("Open until {time}. Each look until then is written down with your reason.").format(time=time))
