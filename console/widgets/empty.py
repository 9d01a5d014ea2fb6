"""What is shown where there is nothing to show: why, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import Kind, PlainLabel, on_button
from console.words import N_, _


class Emptiness(StrEnum):
    """The four reasons for an empty place, the quiet office, and the two mishaps that leave it empty."""

    NO_DATA_YET = "no_data_yet"
    NONE_IN_RANGE = "none_in_range"
    NOTHING_MATCHES = "nothing_matches"
    NOT_PERMITTED = "not_permitted"
    REASON_NEEDED = "reason_needed"
    NOBODY_NOW = "nobody_now"
    NO_REVIEW = "no_review"
    NO_QUIET = "no_quiet"
    ALL_QUIET = "all_quiet"
    FAILED = "failed"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True)
class Explanation:
    """Heading, sentence, and what the button says (empty: no button)."""

    heading: str
    sentence: str
    button: str = ""


EXPLANATIONS = {
    Emptiness.NO_DATA_YET: Explanation(
        N_("Nothing is recorded yet"),
        N_(
            "Enrol the first PC: make a code on the server with “python server enrol-code”, start the agent there with it, "
            "and let the person read and acknowledge the notice. Figures appear here within a minute."
        ),
        N_("Look again"),
    ),
    Emptiness.NONE_IN_RANGE: Explanation(
        N_("Nothing was recorded in these days"),
        N_("It may be a holiday, or PCs that were off. Earlier or later days may have figures."),
        N_("Go to the latest day with figures"),
    ),
    Emptiness.NOTHING_MATCHES: Explanation(
        N_("Nothing matches"),
        N_("There are figures, but the search, team or person chosen above hides them all."),
        N_("Clear filters"),
    ),
    Emptiness.NOT_PERMITTED: Explanation(
        N_("Your role does not include these figures"),
        N_(
            "Managers see their own teams, owners see everybody, and IT and compliance see no figures of people. Ask an owner"
            " of this server if your work needs it."
        ),
    ),
    Emptiness.REASON_NEEDED: Explanation(
        N_("These figures open with a reason"),
        N_(
            "They are one person's, or of so few people that they are nearly that. Say why you look: it is written down, and the"
            " people concerned see who looked, when and why. Then the figures open for a while."
        ),
        N_("Say why"),
    ),
    Emptiness.NOBODY_NOW: Explanation(
        N_("No PC is reporting right now"),
        N_("People appear here within a minute of starting work."),
    ),
    Emptiness.NO_REVIEW: Explanation(N_("No minute stands out"), N_("The input of this day was as irregular as input of people is.")),
    Emptiness.NO_QUIET: Explanation(
        N_("No quiet stretch"), N_("Nobody in view had a quiet stretch between their first and last engaged moment.")
    ),
    Emptiness.ALL_QUIET: Explanation(
        N_("Nothing needs to be read"),
        N_("No rule was met and nothing unusual was found in these days. What has been dealt with is not shown."),
    ),
    Emptiness.SIGNED_OUT: Explanation(
        N_("You are signed out"),
        N_("The figures are hidden until you sign in again; days, filters and columns stay as they are."),
        N_("Sign in"),
    ),
    Emptiness.FAILED: Explanation(N_("The figures could not be loaded"), "", N_("Try again")),
}  # fmt: skip


class EmptyState(QWidget):
    """A calm picture, a heading, a sentence and at most one button."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.reason: Emptiness | None = None
        self._act: Callable[[], None] = lambda: None
        self._picture = PlainLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = PlainLabel("", Kind.HEADING)
        self._heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = PlainLabel("", tone="muted", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setMaximumWidth(520)
        self._button = QPushButton(_(EXPLANATIONS[Emptiness.FAILED].button))
        self._button.clicked.connect(lambda: self._act())
        self._lay_out()
        theme.changed.connect(self._colour)

    def _lay_out(self) -> None:
        sentence, button = QHBoxLayout(), QHBoxLayout()
        for row, widget in ((sentence, self._sentence), (button, self._button)):
            row.addStretch(1)
            row.addWidget(widget, 6 if widget is self._sentence else 0)
            row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addWidget(self._heading)
        layout.addLayout(sentence)
        layout.addSpacing(4)
        layout.addLayout(button)
        layout.addStretch(3)

    def explain(self, reason: Emptiness, act: Callable[[], None] | None = None, sentence: str = "") -> None:
        """Show this reason; `sentence` replaces the usual one."""
        what = EXPLANATIONS[reason]
        self.reason = reason
        self._act = act or (lambda: None)
        self._heading.setText(_(what.heading))
        self._sentence.setText(sentence or (_(what.sentence) if what.sentence else ""))  # the translation of "" is a catalogue's head
        if what.button:
            self._button.setText(on_button(_(what.button)))
        self._button.setVisible(bool(what.button) and act is not None)
        self.setAccessibleName(_(what.heading))
        self.setAccessibleDescription(self._sentence.text())
        self._colour()

    def texts(self) -> tuple[str, str]:
        """Return heading and sentence."""
        return self._heading.text(), self._sentence.text()

    def press(self) -> None:
        """Do what the button does."""
        self._act()

    def _colour(self) -> None:
        if self.reason is not None:
            self._picture.setPixmap(icon(self.reason.value, self._theme.colours.muted).pixmap(40, 40))
