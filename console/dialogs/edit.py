"""A dialog that changes one thing: fields, a message when the server says no, and it stays open until it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QCloseEvent
from PyQt5.QtWidgets import QDialog, QVBoxLayout, QWidget

from console.dialogs.parts import Fields, button, fit_on_screen, letters, line, row, scrolled
from console.tasks import Tasks
from console.trouble import Trouble
from console.widgets.plain import Kind, PlainLabel
from console.words import _

Work = Callable[[], Any]


class EditDialog(QDialog):
    """Fill `fields`, then `on_save(make_work, done)`: the work runs in the pool, `done(answer)` after it."""

    def __init__(self, title: str, tasks: Tasks, parent: QWidget | None, *, save: str = "", height: int = 70) -> None:
        super().__init__(parent)
        self._tasks, self._height = tasks, height
        self._careful = False
        self._work: Callable[[], Work | None] = lambda: None
        self._done: Callable[[Any], None] = lambda _answer: None
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields = Fields()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(22, 18, 22, 18)
        self._layout.setSpacing(12)
        self._layout.addWidget(PlainLabel(title, Kind.TITLE, wrap=True))
        self.message = PlainLabel("", tone="stop", wrap=True)
        self.message.setAccessibleName(_("Message"))
        self.message.hide()
        self.save = button(save or _("Save"), self.try_to_save, primary=True, default=True)
        self.cancel = button(_("Cancel"), self.reject)

    def beware(self) -> None:
        """What this does cannot be undone: its button says so, and Enter does not press it."""
        self.save.setProperty("primary", "")
        self.save.setProperty("danger", "true")
        self.save.setAutoDefault(False)
        self.save.setDefault(False)
        self._careful = True

    def finish(self) -> None:
        """Lay the dialog out; called once every field is there."""
        self.fields.close_off()
        self._layout.addWidget(scrolled(self.fields, self.windowTitle()), 1)
        self._layout.addWidget(self.message)
        self._layout.addWidget(row(None, self.cancel, self.save))
        self.cancel.setDefault(self._careful)  # a dialog hears of its default button only once it holds it
        fit_on_screen(self, letters(72), letters(self._height))

    def on_save(self, work: Callable[[], Work | None], done: Callable[[Any], None]) -> None:
        """Say what saving means: `work()` reads the fields (None or ValueError: not yet) and returns what to do in the pool."""
        self._work, self._done = work, done

    def try_to_save(self) -> None:
        """Save; whatever the server answers, nothing typed is lost."""
        try:
            work = self._work()
        except ValueError as fault:
            self.say(str(fault))
            return
        if work is None:
            return
        self.save.setEnabled(False)
        self.say("")
        self._tasks.run(self, "save", work, self._saved, self._failed)

    def say(self, text: str) -> None:
        """Show a message, or none."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _saved(self, answer: Any) -> None:
        self._done(answer)
        self.accept()

    def _failed(self, fault: Exception) -> None:
        self.save.setEnabled(True)
        self.say(fault.whole() if isinstance(fault, Trouble) else _("The console made a mistake. It has been written to its log."))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Nobody waits any more."""
        self._tasks.drop(self, "save")
        super().closeEvent(event)


class ConfirmDialog(EditDialog):
    """Asks before what cannot be undone; where much is at stake the name has to be typed."""

    def __init__(self, title: str, sentence: str, act: str, tasks: Tasks, parent: QWidget | None, typed: str = "") -> None:
        super().__init__(title, tasks, parent, save=act, height=34 if not typed else 44)
        self.beware()
        self.fields.text(sentence)
        self._wanted = typed
        if typed:
            self.typed = line()
            self.fields.add(_("Type {name} to go on").format(name=typed), self.typed)
            self.typed.textChanged.connect(self._judge)
            self._judge()
        self.finish()

    def _judge(self) -> None:
        self.save.setEnabled(self.typed.text().strip() == self._wanted)
