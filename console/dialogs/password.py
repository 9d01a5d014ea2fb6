"""One's own password: the old one, the new one twice; afterwards one signs in anew."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import QLineEdit, QWidget

from console.dialogs.edit import EditDialog, Work
from console.dialogs.parts import line
from console.services import Services
from console.words import _
from policy.summaries import OwnPassword

SHORTEST = 10


class PasswordDialog(EditDialog):
    """`done` is called when the server has the new password and every session has ended."""

    def __init__(self, services: Services, done: Callable[[], None], parent: QWidget | None) -> None:
        super().__init__(_("Change password"), services.tasks, parent, height=60)
        self._services = services
        self.old, self.new, self.again = (line(longest=1024) for _field in range(3))
        for edit, name in ((self.old, _("Password until now")), (self.new, _("New password")), (self.again, _("New password, again"))):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            self.fields.add(name, edit)
        self.fields.text(_("At least ten characters. You sign in anew afterwards, here and everywhere else."), "muted")
        self.on_save(self._read, lambda _answer: done())
        self.finish()

    def _read(self) -> Work:
        if len(self.new.text()) < SHORTEST:
            raise ValueError(_("The new password needs at least ten characters."))
        if self.new.text() != self.again.text():
            raise ValueError(_("The two new passwords differ."))
        api, wish = self._services.api, OwnPassword(self.old.text(), self.new.text())
        return lambda: api.order("password", wish)
