"""A card: a quiet frame with a heading, room for small tools on the right, and a body."""

from __future__ import annotations

from PyQt5.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.widgets.plain import CuttingLabel, Kind, PlainLabel


class Card(QFrame):
    """Attributes: `tools` and `body` are the layouts to fill."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.title = PlainLabel(title, Kind.STRONG)
        self.note = CuttingLabel("", Kind.SMALL, "muted")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(2)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addStrut(27)  # with and without tools, headings of neighbouring cards stand on one line
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        head.addLayout(self.tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self.body, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
