"""Where a clip of somebody's screen is asked for with a reason, and where a second person says yes or no to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtWidgets import QSpinBox, QWidget

from console import words
from console.dialogs.edit import EditDialog, Work
from console.dialogs.parts import choice, letters, line
from console.models import clips as told
from console.services import Services
from console.trouble import Refused
from console.words import _
from policy.summaries import ClipAsked, ClipDecision, ClipWish, Made, Person
from policy.summaries.clips import LONGEST_REASON, LONGEST_SECONDS, SHORTEST_REASON, SHORTEST_SECONDS

USUAL_SECONDS = 20


class AskClipDialog(EditDialog):
    """Whose screen, how long and why; `longest` as the server says, `asked` is told once it waits for the second person."""

    def __init__(
        self, services: Services, people: Sequence[Person], longest: int, asked: Callable[[str], None], parent: QWidget | None
    ) -> None:
        super().__init__(_("Ask for a clip"), services.tasks, parent, save=_("Ask for it"), height=78)
        self._services, self._asked = services, asked
        self.fields.text(
            _(
                "A picture a second, once, within a day of the approval, while the person works at their PC. Nothing is taken unless"
                " another owner or compliance officer agrees."
            ),
            "muted",
        )
        self.person = choice([(None, _("Choose a person")), *((one.id, words.person(one)) for one in people)], None)
        if len(people) == 1:
            self.person.setCurrentIndex(1)
        self.seconds = QSpinBox()
        self.seconds.setRange(SHORTEST_SECONDS, max(SHORTEST_SECONDS, min(longest, LONGEST_SECONDS)))
        self.seconds.setValue(USUAL_SECONDS)
        self.seconds.setMaximumWidth(letters(26))
        self.reason = line(longest=LONGEST_REASON)
        most = _("At most {most}, as the settings say.").format(most=words.seconds(self.seconds.maximum()))
        self.fields.add(_("Person"), self.person)
        self.fields.add(_("Length in seconds"), self.seconds, most)
        self.fields.add(
            _("Reason"), self.reason, _("A sentence that the person reads: on their page from now on, and on the screen meanwhile.")
        )
        self.on_save(self._read, self._made)
        self.finish()

    def _read(self) -> Work:
        person, reason = self.person.currentData(), self.reason.text().strip()
        if person is None:
            raise ValueError(_("Choose a person."))
        if len(reason) < SHORTEST_REASON:
            raise ValueError(_("Say why, in a sentence that the person will read."))
        api, wish = self._services.api, ClipWish(person, reason, self.seconds.value())
        return lambda: api.tell("clips", wish, Made)

    def _made(self, _answer: Made) -> None:
        self._asked(
            _("It is asked for. It waits, at most a day, until another owner or compliance officer approves it at Clips of screens.")
        )


class DecideClipDialog(EditDialog):
    """A yes or a no to what somebody else asked for; neither can be taken back. `stale` is called where it stands otherwise by now."""

    def __init__(
        self,
        services: Services,
        one: ClipAsked,
        agree: bool,
        decided: Callable[[str], None],
        stale: Callable[[], None],
        parent: QWidget | None,
    ) -> None:
        title, act = (_("Approve a clip"), _("Approve")) if agree else (_("Refuse a clip"), _("Refuse"))
        super().__init__(title, services.tasks, parent, save=act, height=58)
        self.beware()
        self._stale = stale
        self.fields.text(told.asked(one))
        self.fields.text(_("Why: {reason}").format(reason=words.safe(one.reason, LONGEST_REASON))).let_select()
        self.fields.text(_follows(agree), "muted")
        said = _("The clip is approved.") if agree else _("The clip is refused.")
        api, wish = services.api, ClipDecision(one.id, agree)
        self.on_save(lambda: lambda: api.order("clips/decision", wish), lambda _answer: decided(said))
        self.finish()

    def _failed(self, fault: Exception) -> None:
        super()._failed(fault)
        if isinstance(fault, Refused):
            self._stale()


def _follows(agree: bool) -> str:
    if agree:
        return _(
            "Their PC takes it once within a day, while they work and nothing forbids it; the reason stays on their screen meanwhile. They"
            " read who asked, who approved and why. It cannot be taken back."
        )
    return _("Nothing is taken. The person reads that it was asked for and that you refused it. It cannot be taken back.")
