"""Which reports are made by themselves, when, in which language, and to which addresses they go."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget

from console.dialogs.parts import Fields, choice, letters, line, select_quietly
from console.words import _, safe
from policy import notice
from policy.summaries import ReportChoices

MOST_GRACE_MINUTES = 120


class ReportChoicesField(QWidget):
    """Signals: `edited` when something was changed."""

    edited = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._fields = Fields()
        self.daily, self.weekly, self.monthly, self.teams = (QCheckBox() for _box in range(4))
        self._check(self.weekly, _("Every Monday, about the week before"))
        self._check(self.daily, _("Every day, about the day before"))
        self._check(self.monthly, _("Every month, about the month before"))
        self._check(self.teams, _("Also one for each team, for its managers"))
        self.hour = self._number(_("Made at … o'clock"), 23)
        self.grace = self._number(_("Minutes that a start may be late and still count as on time"), MOST_GRACE_MINUTES)
        self.language = choice(notice.LANGUAGES.items(), "en")
        self.language.activated.connect(self.edited)
        self._fields.add(_("Language of reports"), self.language)
        self.recipients = QPlainTextEdit()
        self.recipients.setTabChangesFocus(True)
        self.recipients.setMaximumHeight(letters(14))
        self.recipients.textChanged.connect(self.edited)
        hint = _("The mail server itself is set where the server runs: --smtp-host and --smtp-from. “Send a test mail” is at Report files.")
        self._fields.add(_("Mail goes to these addresses, one on each line"), self.recipients, hint)
        self.contact = line(longest=128)
        self.contact.textChanged.connect(self.edited)
        self._fields.add(_("Whom readers may ask about a report"), self.contact)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._fields)

    def _check(self, box: QCheckBox, name: str) -> None:
        box.toggled.connect(self.edited)
        self._fields.add(name, box)

    def _number(self, name: str, most: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(0, most)
        box.setMaximumWidth(letters(26))
        box.valueChanged.connect(self.edited)
        self._fields.add(name, box)
        return box

    def show_choices(self, value: ReportChoices) -> None:
        """Show these choices."""
        for box, chosen in (
            (self.daily, value.daily),
            (self.weekly, value.weekly),
            (self.monthly, value.monthly),
            (self.teams, value.teams),
        ):
            box.setChecked(chosen)
        self.hour.setValue(value.hour)
        self._grace = value.grace
        self.grace.setValue(value.grace // 60)
        select_quietly(self.language, value.language)
        self.recipients.setPlainText("\n".join(value.recipients))
        self.contact.setText(value.contact)

    def choices(self) -> ReportChoices:
        """Return what is chosen; ValueError with a sentence for what is no address."""
        return ReportChoices(
            daily=self.daily.isChecked(),
            weekly=self.weekly.isChecked(),
            monthly=self.monthly.isChecked(),
            hour=self.hour.value(),
            teams=self.teams.isChecked(),
            language=self.language.currentData(),
            recipients=addresses_of(self.recipients.toPlainText()),
            grace=self._grace if self._grace // 60 == self.grace.value() else self.grace.value() * 60,
            contact=self.contact.text().strip(),
        )

    _grace = ReportChoices().grace
    """As it was shown: seconds that are no whole minutes stay as they are until somebody changes the minutes."""


def addresses_of(text: str) -> list[str]:
    """Return the addresses in a text, one on each line; ValueError with a sentence for a line that is none."""
    found = [one.strip() for one in text.splitlines() if one.strip()]
    for one in found:
        name, at, domain = one.partition("@")
        if not (name and at and domain) or "@" in domain or any(sign in one for sign in " <>,;\t"):
            raise ValueError(_("“{text}” is no mail address.").format(text=safe(one, 60)))
    return found
