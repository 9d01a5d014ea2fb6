"""Erases a person's record: what it takes and what stands against it is shown first, and the name has to be typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtWidgets import QWidget

from console import words
from console.api import Api
from console.dialogs.edit import EditDialog, Work
from console.dialogs.parts import line
from console.models import rights as told
from console.services import Services
from console.trouble import Trouble
from console.widgets.plain import PlainLabel
from console.words import _
from policy.summaries import ErasurePreview, ErasureWish, Made, Person, PersonRequests, RequestKind, RequestState


@dataclass(frozen=True)
class Ahead:
    """What an erasure would do, and the person's own request for it, if there is one."""

    preview: ErasurePreview
    request: int | None


def ahead(api: Api, person: int) -> Ahead:
    """Ask what an erasure would take; runs in the pool."""
    preview = api.ask(f"people/{person}/erasure", ErasurePreview)
    asked = api.ask("requests", PersonRequests).requests
    mine = [one for one in asked if one.person.id == person and one.kind is RequestKind.ERASURE and one.state is RequestState.OPEN]
    return Ahead(preview, mine[-1].id if mine else None)


class ErasureDialog(EditDialog):
    """`ordered` is told what was done; the button rests until everything is read, nothing stands against it and the name is typed."""

    def __init__(self, services: Services, person: Person, ordered: Callable[[str], None], parent: QWidget | None) -> None:
        title = _("Erase the record of {name}").format(name=words.person(person))
        super().__init__(title, services.tasks, parent, save=_("Erase for good"), height=100)
        self._services, self._person = services, person
        self._ahead: Ahead | None = None
        self.beware()
        self.fields.text(_("It cannot be undone."))
        self.against = PlainLabel("", tone="stop", wrap=True)
        self.against.hide()
        self.takes = PlainLabel(_("Loading …"), wrap=True)
        self.stays = PlainLabel("", tone="muted", wrap=True)
        for label in (self.against, self.takes, self.stays):
            self.fields.widget(label)
        self.reason, self.typed = line(longest=500), line(longest=256)
        self.fields.add(_("Reason"), self.reason)
        self.fields.add(_("Type {name} to go on").format(name=words.person(person)), self.typed)
        self.typed.textChanged.connect(self._judge)
        self.on_save(self._read, lambda _answer: ordered(_("The erasure has begun and goes on by itself. See Erasures.")))
        self.finish()
        self._judge()
        services.tasks.run(self, "ahead", lambda: ahead(services.api, person.id), self._show, self._not_shown)

    def _show(self, found: Ahead) -> None:
        self._ahead = found
        zone, preview = self._services.choices.zone, found.preview
        self.against.setText("\n".join(told.obstacle(one, zone) for one in preview.obstacles))
        self.against.setVisible(bool(preview.obstacles))
        asked = _("This grants their request {n}.").format(n=words.count(found.request)) if found.request is not None else ""
        takes = _("This is erased:")
        self.takes.setText("\n".join(filter(None, (takes, told.amounts(preview), told.pcs(preview), asked))))
        stays = _("This stays, and why:")
        self.stays.setText("\n".join((stays, *(words.safe(one, 300) for one in preview.stays))) if preview.stays else "")
        self._judge()

    def _not_shown(self, fault: Exception) -> None:
        self.takes.setText("")
        self.say(fault.whole() if isinstance(fault, Trouble) else _("The console made a mistake. It has been written to its log."))

    def _judge(self) -> None:
        ready = self._ahead is not None and not self._ahead.preview.obstacles
        self.save.setEnabled(ready and self.typed.text().strip() == self._person.name.strip())

    def _read(self) -> Work:
        reason = self.reason.text().strip()
        if not reason:
            raise ValueError(_("Say in a few words why."))
        request = self._ahead.request if self._ahead is not None else None
        api, wish = self._services.api, ErasureWish(self._person.id, self.typed.text().strip(), reason, request)
        return lambda: api.tell("erasures", wish, Made)

    def done(self, result: int) -> None:
        """Nobody waits for what is ahead any more."""
        self._services.tasks.drop(self, "ahead")
        super().done(result)
