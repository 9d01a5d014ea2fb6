"""The list that comes first: what to look at before believing any other figure."""

from __future__ import annotations

from PyQt5.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout

from console import definitions, words
from console.theme import Theme
from console.widgets.icons import icon
from console.widgets.plain import CuttingLabel, Kind, PlainLabel, set_tip
from console.words import _
from policy.summaries import Attention

SHOWN_CLOSED = 2
SHOWN_OPEN = 40


class AttentionList(QFrame):
    """Two sentences, and the rest on demand; hidden when all is well."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._items: list[Attention] = []
        self._labels: list[CuttingLabel] = []
        self.setObjectName("banner")
        self.setProperty("kind", "warn")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._sign = PlainLabel()
        self._head = PlainLabel("", Kind.STRONG)
        set_tip(self._head, definitions.definition("attention"))
        self.more = QToolButton()
        self.more.setObjectName("quiet")
        self.more.setCheckable(True)
        self.more.toggled.connect(lambda _wanted: self._fill())
        self._sentences = QVBoxLayout()
        self._sentences.setSpacing(3)
        self._lay_out()
        theme.changed.connect(self._colour)
        self._colour()
        self.hide()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(10)
        for widget in (self._sign, self._head):
            layout.addWidget(widget)
        layout.addLayout(self._sentences, 1)
        layout.addWidget(self.more)

    def set_items(self, items: list[Attention]) -> None:
        """Show these."""
        self._items = items
        self._head.setText(words.attention_count(len(items)))
        self.setAccessibleName(self._head.text())
        self._fill()
        self.setVisible(bool(items))

    def sentences(self) -> list[str]:
        """Return the sentences on the screen."""
        return [label.whole() for label in self._labels]

    def _fill(self) -> None:
        for old in self._labels:
            self._sentences.removeWidget(old)
            old.hide()
            old.deleteLater()
        limit = SHOWN_OPEN if self.more.isChecked() else SHOWN_CLOSED
        self._labels = [CuttingLabel(words.attention(item)) for item in self._items[:limit]]
        for label in self._labels:
            self._sentences.addWidget(label)
        self.more.setVisible(len(self._items) > limit or self.more.isChecked())
        self.more.setText(_("Show less") if self.more.isChecked() else _("Show all"))
        self.setAccessibleDescription(" ".join(self.sentences()))

    def _colour(self) -> None:
        self._sign.setPixmap(icon("attention", self._theme.colours.warn_ink).pixmap(18, 18))
