"""Where one picture of a screen is looked at: the picture, what is known of it, and for a clip the steps through its frames."""

from __future__ import annotations

from PyQt5.QtCore import QTimer, pyqtSignal
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QPushButton

from console import words
from console.models import pictures as told
from console.models.pictures import Taken
from console.theme import Theme
from console.widgets.card import Card
from console.widgets.flow import FlowRow
from console.widgets.plain import Kind, PlainLabel, on_button
from console.widgets.screenview import ScreenView
from console.words import _
from policy.summaries import PictureState, PictureTaken

FRAME_MS = 1_000
"""A clip has a picture a second, and is played as it was taken."""


class Viewer(Card):
    """Shows one line of the list.

    Signals:
        wanted: a picture that must be fetched (policy.summaries.PictureTaken).
        enlarged: whether the picture wants all the room.
    """

    wanted = pyqtSignal(object)
    enlarged = pyqtSignal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(_("The chosen picture"))
        self._line: Taken | None = None
        self._place, self._days, self._zone = 0, 0, "UTC"
        self.view = ScreenView(theme, _("Picture of the screen"))
        self.caption = PlainLabel("", Kind.SMALL, "muted", wrap=True)
        self.caption.let_select()
        self.caption.setAccessibleName(_("About this picture"))
        self.before = self._button(_("Previous"), lambda: self._step(-1))
        self.after = self._button(_("Next"), lambda: self._step(1))
        self.play = self._button(_("Play"), self._toggle)
        self.larger = self._button(_("Enlarge"), lambda: None)
        self.larger.setCheckable(True)
        self.larger.toggled.connect(self._enlarge)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._play_on)
        self._playing = False
        self._lay_out()
        self.rest("")

    def _button(self, name: str, act: object) -> QPushButton:
        made = QPushButton(on_button(name))
        made.setAutoDefault(False)
        made.clicked.connect(act)  # type: ignore[arg-type]
        return made

    def _lay_out(self) -> None:
        self.steps = FlowRow()
        for widget in (self.before, self.after, self.play):
            self.steps.add(widget)
        self.tools.addWidget(self.larger)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.caption)
        self.body.addWidget(self.steps)

    # --- what is shown --------------------------------------------------------------------------------------------------

    @property
    def line(self) -> Taken | None:
        """The line that is open."""
        return self._line

    @property
    def place(self) -> int:
        """Which of its pictures."""
        return self._place

    def rest(self, sentence: str) -> None:
        """Drop everything and say what to do."""
        self._line, self._place = None, 0
        self.larger.setChecked(False)
        self._stop()
        self._say(sentence)
        self._describe()

    def open_line(self, line: Taken, kept_days: int) -> None:
        """Open a picture, or a clip at its first frame."""
        self.rest("")
        self._line, self._days = line, kept_days
        self.open_again()

    def open_again(self) -> None:
        """Ask for the picture in view, or say why there is none."""
        if self._line is None:
            return
        frame = self._line.frames[self._place]
        self._describe()
        if frame.state is PictureState.KEPT:
            if not self.view.holds_picture:  # else the frame before stays, with what is said of it, until this one is there
                self._say(_("Opening the picture …"))
            self.wanted.emit(frame)
        else:
            self._say(told.explained(frame.state, self._days))
            self._go_on()

    def arrived(self, frame: PictureTaken, image: QImage) -> None:
        """Show a picture that was fetched, unless another one is wanted by now."""
        if self._line is not None and self._line.frames[self._place] == frame:
            self._caption()
            self.view.show_picture(image, self.caption.text())
            self._go_on()

    def missing(self, sentence: str) -> None:
        """Say why it could not be shown."""
        self._say(sentence)
        self._go_on()

    def halt(self, sentence: str) -> None:
        """Say why nothing more is shown for now, and play no further."""
        self._stop()
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        self._caption()
        self.view.say(sentence)

    def _caption(self) -> None:
        line = self._line
        self.caption.setText(told.caption(line, self._place, self._zone) if line is not None else "")
        self.caption.setVisible(line is not None)

    def _describe(self) -> None:
        line = self._line
        many = len(line.frames) if line is not None else 0
        name = told.kind(line) if line is not None else _("The chosen picture")
        self.title.setText(name[:1].upper() + name[1:])
        self.steps.setVisible(line is not None and line.clip is not None)
        where = _("{n} of {all}").format(n=words.count(self._place + 1), all=words.count(many))
        self.note.setText(where if line is not None and line.clip is not None else "")
        self.larger.setEnabled(line is not None)
        self.before.setEnabled(self._place > 0)
        self.after.setEnabled(self._place + 1 < many)

    def in_zone(self, zone: str) -> None:
        """Say which clock the times are told by."""
        self._zone = zone

    # --- a clip -----------------------------------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        self._stop()
        self._go_to(self._place + by)

    def _go_to(self, place: int) -> None:
        if self._line is not None and 0 <= place < len(self._line.frames):
            self._place = place
            self.open_again()

    def _toggle(self) -> None:
        if self._playing:
            self._stop()
            return
        self._playing = True
        self.play.setText(on_button(_("Stop")))
        at_end = self._line is not None and self._place + 1 == len(self._line.frames)
        self._go_to(0) if at_end else self._play_on()

    def _go_on(self) -> None:
        if self._playing:
            self._timer.start()

    def _play_on(self) -> None:
        if self._line is None or self._place + 1 >= len(self._line.frames):
            self._stop()
        else:
            self._go_to(self._place + 1)

    def _stop(self) -> None:
        self._playing = False
        self._timer.stop()
        self.play.setText(on_button(_("Play")))

    def _enlarge(self, wanted: bool) -> None:
        self.larger.setText(on_button(_("Show the list")) if wanted else on_button(_("Enlarge")))
        self.enlarged.emit(wanted)
